"""Exact learning dynamics of deep linear networks: modes, trajectories, learning times, depth."""

from __future__ import annotations

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

THEORY = Theory(
    name="deep-linear",
    title="Exact learning dynamics of deep linear networks",
    notation=NOTATION,
    statements=(
        *assumptions.STATEMENTS,
        *loss.STATEMENTS,
        *alignment.STATEMENTS,
        *mode_flow.STATEMENTS,
        *trajectory.STATEMENTS,
        *learning_time.STATEMENTS,
        *plateau.STATEMENTS,
        *order.STATEMENTS,
        *imbalance.STATEMENTS,
        *unbalanced.STATEMENTS,
        *descent.STATEMENTS,
        *depth.STATEMENTS,
        *depth_strength.STATEMENTS,
        *depth_limit.STATEMENTS,
        *depth_cost.STATEMENTS,
    ),
)
