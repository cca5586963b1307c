"""Studies of the regimes of 𝒜: updates, and the accuracies that labels are made from, over a switch of the task.

A run has five stages; a window that lies inside of one gets its label by the rules of :mod:`..regimes`:

======= ============ ======================================================
steps   stage        what accuracies do
======= ============ ======================================================
0       plateau      rest at chance
250     transition   the held-out one rises (from step 350 to 420)
450     plateau      all rest
550     forgetting   the first task's falls (from the switch to step 750)
800     plateau      all rest
======= ============ ======================================================

How large 𝒜_geo is follows from how far updates agree. One direction for all: small. A direction within noise
(2.4 times as long): about 1. Orthogonal, of equal norms: there is hardly a gap, and 𝒜 is large.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from ...simulate.description import RunDescription
from ...simulate.run import Run
from ...simulate.tasks.switch import FIRST
from ..nulls import rotated_products
from ..profiles import SWITCH
from .planted import SEEDS, STRIDE, WIDTH, WINDOW, described, noise, planted_run, products
from .scenario import (
    CALLED_AN_ARTEFACT,
    Planted,
    Scenario,
    by_the_toss_of_a_coin,
    effect,
    found_at_the_stated_power,
    refuted_as_often,
)

Array = npt.NDArray[np.float64]
Draw = np.random.Generator
Rows = Callable[[Draw, int], Array]
"""From a number of rows T to updates ``(S, T, WIDTH)``."""

Sizes = Callable[[], Array]
"""The norms of all updates, ``(T,)``: what a random walk with a seed's own step norms knows of it."""

EVERY = 4
"""One in so many studies is run: their evidence, with all its tables, takes most of the time."""

STEPS, SWITCHED = 950, 550
ROWS = STEPS // STRIDE
STAGES = (("plateau", 25), ("transition", 20), ("plateau", 10), ("forgetting", 25), ("plateau", 15))
"""How many updates each stage has."""
_STAGE = np.repeat([name for name, _ in STAGES], [count for _, count in STAGES])

_MANY, _FEW = (7, 24), (5, 4)
"""Modulus and width of the network with 504 weights, and of one with 60: in few dimensions random directions
agree by chance, and 𝒜 of a random walk is below 10; in many it is above."""


def _agreeing(draw: Draw, rows: int) -> Array:
    updates = 0.02 * noise(draw, rows)
    updates[..., 0] += 1.0
    return updates


def _within_noise(draw: Draw, rows: int) -> Array:
    updates = 2.4 * noise(draw, rows)
    updates[..., 0] += 1.0
    return updates


def _orthogonal(draw: Draw, rows: int) -> Array:
    """The row that leaves a window is orthogonal to the one that enters."""
    updates = np.zeros((SEEDS, rows, WIDTH))
    place = np.arange(rows)
    updates[:, place, place % (WINDOW + 1)] = 1 + 1e-3 * draw.standard_normal((SEEDS, rows))
    return updates


_THEORY: Mapping[str, Rows] = {"plateau": _agreeing, "transition": _within_noise, "forgetting": _orthogonal}
_OTHERWISE: Mapping[str, Rows] = {
    "plateau": _within_noise,
    "transition": _agreeing,
    "forgetting": _agreeing,
}


def _staged(rows: Mapping[str, Rows], sizes: Sizes, draw: Draw) -> Array:
    """Updates stage by stage, of norms that do not depend on what they do."""
    updates = np.concatenate([rows[name](draw, count) for name, count in STAGES], axis=1)
    norms: Array = np.linalg.norm(updates, axis=2, keepdims=True)
    # Not quite equal: at equal norms the row that leaves a window along the direction of the one that enters
    # would move it by nothing at all.
    blur = 1 + 1e-3 * draw.standard_normal(norms.shape)
    return updates / norms * blur * sizes()[:, None]


def _accuracies(description: RunDescription) -> dict[str, Array]:
    steps = np.array(description.evaluation_steps)
    chance = 1 / description.task.outputs
    return {
        "train_accuracy": np.ones(len(steps)),
        "test_accuracy": np.where(steps < SWITCHED, np.interp(steps, (350, 420), (chance, 1.0)), chance),
        f"{FIRST}_accuracy": np.interp(steps, (350, 420, SWITCHED, 750), (chance, 1.0, 1.0, chance)),
    }


def _run(inner: Array, size: tuple[int, int] = _MANY) -> Mapping[str, Run]:
    modulus, width = size
    description = described(ROWS - WINDOW, STRIDE, SWITCHED, modulus, width)
    return {SWITCH: planted_run(description, inner, _accuracies(description))}


def _equal() -> Array:
    return np.ones(ROWS)


def _uneven_in_transition() -> Array:
    """With these a random walk has a smaller 𝒜 in transitions than on plateaus: the wrong order, always."""
    norms = np.ones(ROWS)
    norms[(_STAGE == "transition") & (np.arange(ROWS) % 2 == 0)] = 1.5
    return norms


def _in_order() -> Array:
    """With these a random walk has the order that is claimed."""
    norms, place = np.ones(ROWS), np.arange(ROWS)
    norms[(_STAGE == "plateau") & (place % WINDOW == 0)] = 10.0
    norms[(_STAGE == "transition") & (place % 2 == 0)] = 3.0
    return norms


def _true(chance: float, size: tuple[int, int], sizes: Sizes, draw: Draw) -> Mapping[str, Run]:
    """What the theory says, in this share of the seeds; in the others no stage is as it says."""
    holds = draw.random(SEEDS) < chance
    said, otherwise = (_staged(rows, sizes, draw) for rows in (_THEORY, _OTHERWISE))
    return _run(products(np.where(holds[:, None, None], said, otherwise)), size)


def _noisy_plateaus(draw: Draw) -> Mapping[str, Run]:
    """𝒜 is about 1 in transitions, and on plateaus as well."""
    everywhere = dict.fromkeys(("plateau", "transition", "forgetting"), _within_noise)
    return _run(products(_staged(everywhere, _equal, draw)))


def _sizes_alone(draw: Draw) -> Mapping[str, Run]:
    """Random directions; but norms change with the stage, and that is enough for the order."""
    seeds = np.broadcast_to(_in_order()[:, None], (SEEDS, ROWS, 1))
    return _run(rotated_products(seeds, [WIDTH], int(draw.integers(0, 2**31))))


_SETTING: Mapping[str, tuple[tuple[int, int], Sizes]] = {
    "S5.regime-order": (_MANY, _uneven_in_transition),
    "S5.regime-plateau": (_MANY, _equal),
    "S5.regime-transition": (_MANY, _equal),
    "S5.regime-forgetting": (_FEW, _equal),
}


def _claimed(statement: str) -> Scenario:
    share = effect(statement)
    return Scenario(
        "regimes as claimed",
        statement,
        Planted.EFFECT,
        f"each seed does what the theory says with chance {share:g}",
        found_at_the_stated_power(statement, SEEDS),
        partial(_true, share, *_SETTING[statement]),
        EVERY,
    )


_ORDER = "S5.regime-order"

SCENARIOS = (
    *(_claimed(statement) for statement in _SETTING),
    Scenario(
        "regimes otherwise",
        _ORDER,
        Planted.OPPOSITE,
        f"each seed does something else with chance {effect(_ORDER):g}",
        refuted_as_often(_ORDER, SEEDS),
        partial(_true, 1 - effect(_ORDER), *_SETTING[_ORDER]),
        EVERY,
    ),
    Scenario(
        "regimes by the toss of a coin",
        _ORDER,
        Planted.NOTHING,
        "each seed does what the theory says with chance 1/2",
        by_the_toss_of_a_coin(SEEDS),
        partial(_true, 0.5, *_SETTING[_ORDER]),
        EVERY,
    ),
    Scenario(
        "order made by sizes alone",
        _ORDER,
        Planted.ARTEFACT,
        "random directions whose norms change with the stage",
        CALLED_AN_ARTEFACT,
        _sizes_alone,
        EVERY,
    ),
    Scenario(
        "transition like its plateau",
        "S5.regime-transition",
        Planted.ARTEFACT,
        "𝒜 is about 1 in transitions, and on plateaus as well",
        CALLED_AN_ARTEFACT,
        _noisy_plateaus,
        EVERY,
    ),
)
