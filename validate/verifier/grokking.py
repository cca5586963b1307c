"""Studies of grokking itself: when it comes, and how far g_23 falls before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ..checks.grokking_onset import RECORDS
from ..profiles import DECAY, NO_DECAY
from .planted import RECORDS as WINDOWS
from .planted import SEEDS, STRIDE, WINDOW, described, modes, noise, planted_run, products
from .scenario import (
    CALLED_AN_ARTEFACT,
    NEVER_SUPPORTED,
    Planted,
    Scenario,
    by_the_toss_of_a_coin,
    effect,
    found_at_the_stated_power,
    refuted_as_often,
)

Array = npt.NDArray[np.float64]
Draw = np.random.Generator
Plant = Callable[[float, float, Draw], Mapping[str, Run]]
"""From the shares of the seeds and of their twins that do what is claimed to runs."""

ROWS = WINDOWS + WINDOW
STRONG = 6.0
"""How far an update goes along a planted direction; the norm of its noise is 1."""
FALL = 30.0
"""How far g_23 falls, well within the range that P11 claims. The whole update shrinks: a random walk with steps of such
norms falls further than that range, as it does in trained networks; one whose squared step norm halves falls within it."""

BUDGET = RECORDS["P12"].constants["budget"]
_LONG = int(BUDGET) // STRIDE - WINDOW
"""Windows in a run that is as long as the budget."""


def _falls(chance: float, twins: float, draw: Draw) -> Mapping[str, Run]:
    """Updates shrink over the last window in these shares of the seeds and of their twins; all grok at the end."""
    description = described()
    steps = np.array(description.evaluation_steps)
    grokking = {"test_accuracy": (steps == steps[-1]).astype(float)}

    def arm(share: float) -> Run:
        updates = modes(draw, ROWS, np.full((SEEDS, ROWS, 2), STRONG))
        updates[draw.random(SEEDS) < share, -WINDOW:] /= np.sqrt(FALL)
        return planted_run(description, products(updates), grokking)

    return {DECAY: arm(chance), NO_DECAY: arm(twins)}


def _white(draw: Draw) -> Mapping[str, Run]:
    description = described()
    steps = np.array(description.evaluation_steps)
    grokking = {"test_accuracy": (steps == steps[-1]).astype(float)}
    return {arm: planted_run(description, products(noise(draw, ROWS)), grokking) for arm in (DECAY, NO_DECAY)}


def _onsets(chance: float, twins: float, draw: Draw) -> Mapping[str, Run]:
    """These shares of the seeds and of their twins grok, at steps drawn from the whole of the budget."""
    description = described(_LONG)
    steps = np.array(description.evaluation_steps)
    inner = products(noise(draw, _LONG + WINDOW))  # nothing is read off it

    def arm(share: float) -> Run:
        onset = np.where(draw.random(SEEDS) < share, draw.uniform(0, BUDGET, SEEDS), np.inf)
        return planted_run(description, inner, {"test_accuracy": (steps >= onset[:, None]).astype(float)})

    return {DECAY: arm(chance), NO_DECAY: arm(twins)}


def _shares(statement: str, claimed: str, twins: float, plant: Plant) -> tuple[Scenario, ...]:
    """A true effect, the opposite, the toss of a coin, and what twins do too, for a check that counts seeds."""
    share = effect(statement)
    return (
        Scenario(
            claimed,
            statement,
            Planted.EFFECT,
            f"each seed does with chance {share:g}, and its twin without decay with chance {twins:g}",
            found_at_the_stated_power(statement, SEEDS),
            partial(plant, share, twins),
        ),
        Scenario(
            f"not {claimed}",
            statement,
            Planted.OPPOSITE,
            f"each seed does with chance {1 - share:.2g}, and its twin with chance {twins:g}",
            refuted_as_often(statement, SEEDS),
            partial(plant, 1 - share, twins),
        ),
        Scenario(
            f"{claimed} by the toss of a coin",
            statement,
            Planted.NOTHING,
            f"each seed does with chance 1/2, and its twin with chance {twins:g}",
            by_the_toss_of_a_coin(SEEDS),
            partial(plant, 0.5, twins),
        ),
        Scenario(
            f"{claimed} without decay too",
            statement,
            Planted.ARTEFACT,
            "each seed does, and each twin without decay",
            CALLED_AN_ARTEFACT,
            partial(plant, 1.0, 1.0),
        ),
    )


SCENARIOS = (
    *_shares("P11", "g_23 falls 30-fold", 0.0, _falls),
    Scenario("white updates", "P11", Planted.NOTHING, "updates are white noise", NEVER_SUPPORTED, _white),
    *_shares("P12", "grokking in time", 0.1, _onsets),
)
