"""Which of two alarms came first, seed by seed, on the same runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from ..statistics.intervals import Interval, interval
from ..statistics.onsets import Onsets, leads


@dataclass(frozen=True)
class Contest:
    """A claimed warning against a baseline, both for the same event.

    ``claimed`` and ``baseline`` are the median leads with their intervals, ±∞ where an alarm or the event was not seen;
    ``wins``, ``losses`` and ``ties`` count the seeds in which the claimed alarm came earlier, later, or in the same
    step or in neither; ``p`` is that of the sign test that it comes no earlier, 1 where there is nothing to count.
    """

    name: str
    claimed: Interval
    baseline: Interval
    wins: int
    losses: int
    ties: int
    p: float


def contest(name: str, claimed: Onsets, baseline: Onsets, event: Onsets) -> Contest:
    """The claimed alarms against those of the baseline called ``name``.

    An alarm that was not raised comes after any that was, so that no seed is left out.

    Raises:
        ValueError: the numbers of seeds differ.
    """
    if not claimed.step.shape == baseline.step.shape == event.step.shape:
        raise ValueError(
            f"{len(claimed.step)}, {len(baseline.step)} and {len(event.step)} seeds; a contest is within a seed"
        )
    mine, theirs = (np.where(o.seen, o.step, np.inf) for o in (claimed, baseline))
    wins, losses = int((mine < theirs).sum()), int((mine > theirs).sum())
    decided = wins + losses
    p = float(binomtest(wins, decided, alternative="greater").pvalue) if decided else 1.0
    return Contest(
        name,
        interval(leads(claimed, event)),
        interval(leads(baseline, event)),
        wins,
        losses,
        len(mine) - decided,
        p,
    )
