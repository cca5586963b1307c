"""Exact learning dynamics of deep linear networks: modes, trajectories, learning times, depth."""

from __future__ import annotations

from ..chapters import chapter
from ..theory import Theory
from . import (
    alignment,
    assumptions,
    depth,
    depth_cost,
    depth_limit,
    depth_strength,
    descent,
    imbalance,
    learning_time,
    loss,
    mode_flow,
    order,
    plateau,
    trajectory,
    unbalanced,
)
from .notation import NOTATION

_CHAPTERS = (
    chapter("network", "The network and its modes", assumptions, loss, alignment),
    chapter("two-layers", "Two layers", mode_flow, trajectory, learning_time, plateau, order),
    chapter("balance", "Balance of the layers", imbalance, unbalanced, descent),
    chapter("depth", "More layers", depth, depth_strength, depth_limit, depth_cost),
)

THEORY = Theory(
    name="deep-linear",
    title="Exact learning dynamics of deep linear networks",
    notation=NOTATION,
    statements=tuple(statement for part in _CHAPTERS for statement in part.statements),
    chapters=_CHAPTERS,
)
