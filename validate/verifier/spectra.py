"""Studies of what is read off spectra: where the gap sits, how large the smallest value is, whether g_23 falls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from ...simulate.description import RunDescription
from ...simulate.run import Run
from ..nulls import noise_products
from ..nulls.smooth import smooth_products
from ..profiles import DECAY, NO_DECAY
from .planted import RECORDS, SEEDS, WINDOW, described, modes, noise, planted_run, products
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

_BOTH = (DECAY, NO_DECAY)
ROWS = RECORDS + WINDOW
STRONG = 6.0
"""How far an update goes along a planted direction; the norm of its noise is 1. Far above what noise reaches."""
ELSEWHERE = 5
"""Where the gap is that is not where it is claimed to be: below both 1 and the bound of three."""


def _grokking(description: RunDescription) -> dict[str, Array]:
    """Held-out accuracy 1 at the last step and 0 before: every window counts as one up to grokking."""
    steps = np.array(description.evaluation_steps)
    return {"test_accuracy": (steps == steps[-1]).astype(float)}


def _run(inner: Array, description: RunDescription | None = None) -> Run:
    description = description or described()
    return planted_run(description, inner, _grokking(description))


def _gap(draw: Draw, chance: float) -> Array:
    """Updates with the gap behind the first mode in this share of the seeds, and behind :data:`ELSEWHERE` else."""
    sizes = np.zeros((SEEDS, ROWS, ELSEWHERE))
    sizes[..., 0] = STRONG
    sizes[draw.random(SEEDS) >= chance, :, 1:] = STRONG
    return products(modes(draw, ROWS, sizes))


def _gaps(chance: float, arms: tuple[str, ...], draw: Draw) -> Mapping[str, Run]:
    return {arm: _run(_gap(draw, chance)) for arm in arms}


def _white(arms: tuple[str, ...], draw: Draw) -> Mapping[str, Run]:
    return {arm: _run(products(noise(draw, ROWS))) for arm in arms}


def _momentum(arms: tuple[str, ...], draw: Draw) -> Mapping[str, Run]:
    """White gradients through AdamW, every update recorded: its memory alone makes a leading mode."""
    description = described(stride=1)
    seeds = draw.integers(0, 2**31, size=len(arms))
    return {
        arm: _run(noise_products(description, ROWS, SEEDS, int(seed)), description)
        for arm, seed in zip(arms, seeds, strict=True)
    }


def _small_last(share: float, draw: Draw) -> Mapping[str, Run]:
    """Updates along ten directions, each a quarter as large as the one before, in this share of the seeds."""
    return {arm: _run(_falling_off(share, draw)) for arm in _BOTH}


def _falling_off(share: float, draw: Draw) -> Array:
    updates = noise(draw, ROWS)
    chosen = draw.random(SEEDS) < share
    mixed = draw.standard_normal((SEEDS, ROWS, WINDOW)) * 0.25 ** np.arange(WINDOW)
    updates[chosen] = 0.0
    updates[chosen, :, :WINDOW] = mixed[chosen]
    return products(updates)


def _fall(chance: float, draw: Draw) -> Mapping[str, Run]:
    """The second mode shrinks tenfold over the last window in this share of the seeds, and in no twin."""
    sizes = np.full((SEEDS, ROWS, 2), STRONG)
    falls = draw.random(SEEDS) < chance
    sizes[falls, -WINDOW:, 1] = STRONG / 10
    still = np.full((SEEDS, ROWS, 2), STRONG)
    return {
        DECAY: _run(products(modes(draw, ROWS, sizes))),
        NO_DECAY: _run(products(modes(draw, ROWS, still))),
    }


def _smooth(draw: Draw) -> Mapping[str, Run]:
    """Gradient flow on a quadratic loss, called grokking at its end; the twins rest."""
    still = np.full((SEEDS, ROWS, 2), STRONG)
    flow = smooth_products(ROWS, SEEDS, int(draw.integers(0, 2**31)))
    return {DECAY: _run(flow), NO_DECAY: _run(products(modes(draw, ROWS, still)))}


_ARMS = {"P02": (DECAY,), "P03": _BOTH}


def _position(statement: str) -> tuple[Scenario, ...]:
    arms = _ARMS[statement]
    seeds = SEEDS * len(arms)
    share = effect(statement)
    lost = Planted.NOTHING
    return (
        Scenario(
            "gap where it is claimed",
            statement,
            Planted.EFFECT,
            f"each seed has its gap behind the first mode with chance {share:g}, else behind mode {ELSEWHERE}",
            found_at_the_stated_power(statement, seeds),
            partial(_gaps, share, arms),
        ),
        Scenario(
            "gap elsewhere",
            statement,
            Planted.OPPOSITE,
            f"each seed has its gap behind mode {ELSEWHERE} with chance {share:g}, else behind the first",
            refuted_as_often(statement, seeds),
            partial(_gaps, 1 - share, arms),
        ),
        Scenario(
            "gap by the toss of a coin",
            statement,
            lost,
            "each seed has its gap where it is claimed with chance 1/2",
            by_the_toss_of_a_coin(seeds),
            partial(_gaps, 0.5, arms),
        ),
        Scenario(
            "white updates",
            statement,
            lost,
            "updates are white noise",
            NEVER_SUPPORTED,
            partial(_white, arms),
        ),
        Scenario(
            "gap made by momentum",
            statement,
            Planted.ARTEFACT,
            "white-noise gradients through AdamW, every update recorded",
            CALLED_AN_ARTEFACT,
            partial(_momentum, arms),
        ),
    )


SCENARIOS = (
    *_position("P02"),
    *_position("P03"),
    Scenario(
        "threshold that noise passes",
        "P01",
        Planted.ARTEFACT,
        "updates are white noise, and pass the test",
        CALLED_AN_ARTEFACT,
        partial(_white, _BOTH),
    ),
    Scenario(
        "signal above a threshold that noise passes",
        "P01",
        Planted.ARTEFACT,
        "a strong mode in every seed; but noise passes the same test",
        CALLED_AN_ARTEFACT,
        partial(_gaps, 1.0, _BOTH),
    ),
    Scenario(
        "smallest value below the threshold",
        "P01",
        Planted.OPPOSITE,
        f"with chance {effect('P01'):g} a seed has modes that fall off too fast to pass",
        refuted_as_often("P01", 2 * SEEDS),
        partial(_small_last, effect("P01")),
    ),
    Scenario(
        "lead that a smooth trajectory has too",
        "P10",
        Planted.ARTEFACT,
        "gradient flow on a quadratic loss before an event that it knows nothing of",
        CALLED_AN_ARTEFACT,
        _smooth,
    ),
    Scenario(
        "fall that a smooth trajectory has too",
        "P10",
        Planted.ARTEFACT,
        "g_23 falls before the event in every seed and in no twin; but a smooth trajectory passes the same test",
        CALLED_AN_ARTEFACT,
        partial(_fall, 1.0),
    ),
    Scenario(
        "no fall",
        "P10",
        Planted.OPPOSITE,
        f"g_23 rests with chance {effect('P10'):g}, else falls before the event",
        refuted_as_often("P10", SEEDS),
        partial(_fall, 1 - effect("P10")),
    ),
)
