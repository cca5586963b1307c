"""When a series raises an alarm, by a rule that was fixed before the series was looked at.

A rule knows a series from its own first records alone. An alarm is given at the record at which the series has been
outside for as long as the rule asks, and not at the record at which it went out: that could only be known later.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..statistics.onsets import Onsets
from ..statistics.shares import Share, share

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Steps = npt.NDArray[np.int64]

DIRECTIONS = ("up", "down", "either")


@dataclass(frozen=True)
class Rule(ABC):
    """What counts as leaving the first part of a series.

    ``first`` records are what the series is known from; ``stay`` records in a row must lie outside;
    ``direction`` says on which side. A first part with fewer than half its records known knows nothing.

    Raises:
        ValueError: a number is out of range, or the direction is unknown.
    """

    first: int
    stay: int = 1
    direction: str = "either"

    def __post_init__(self) -> None:
        if self.first < 1 or self.stay < 1:
            raise ValueError(f"first={self.first}, stay={self.stay}; give at least one record of each")
        if self.direction not in DIRECTIONS:
            raise ValueError(f"direction={self.direction!r}; give one of {', '.join(DIRECTIONS)}")

    @abstractmethod
    def outside(self, series: Array) -> Mask:
        """Which records of ``series (S, R)`` lie outside, ``(S, R)``; NaN never does."""

    def _sides(self, above: Mask, below: Mask) -> Mask:
        return {"up": above, "down": below, "either": above | below}[self.direction]

    def _known(self, series: Array) -> Array:
        """The first part ``(S, first)``, with NaN in all of it where too little is known."""
        part = series[:, : self.first]
        enough = np.isfinite(part).mean(axis=1, keepdims=True) >= 0.5
        return np.where(enough & np.isfinite(part), part, np.nan)


@dataclass(frozen=True)
class Band(Rule):
    """Outside the median of the first part by more than ``width`` times its median absolute deviation.

    The deviation is taken as it is, without the factor 1.48 that makes it that of a normal law.
    """

    width: float = 5.0

    def outside(self, series: Array) -> Mask:
        """See :class:`Band`."""
        middle = _median(self._known(series))
        spread = _median(np.abs(self._known(series) - middle))
        return self._sides(series > middle + self.width * spread, series < middle - self.width * spread)


@dataclass(frozen=True)
class Fold(Rule):
    """More than ``factor`` times the median of the first part, or less than that part of it; for positive series."""

    factor: float = 10.0

    def outside(self, series: Array) -> Mask:
        """See :class:`Fold`."""
        middle = _median(self._known(series))
        return self._sides(series > self.factor * middle, series * self.factor < middle)


def _median(values: Array) -> Array:
    """Over the last axis, which stays with length 1; NaN where nothing is known."""
    known = np.isfinite(values).any(axis=1, keepdims=True)
    return np.asarray(
        np.where(known, np.nanmedian(np.where(known, values, 0.0), axis=1, keepdims=True), np.nan)
    )


def alarms(series: Array, steps: Steps, rule: Rule) -> Onsets:
    """The step of the first alarm of each seed; censored at the last step with a known value.

    Args:
        series: ``(S, R)``, NaN for unknown.
        steps: of the records, ``(R,)``, ascending.
        rule: see the module.

    Raises:
        ValueError: shapes do not fit, or the rule asks for more records than there are.
    """
    if series.ndim != 2 or steps.shape != series.shape[1:]:
        raise ValueError(f"series has shape {series.shape}, steps {steps.shape}; give (S, R) and (R,)")
    if len(steps) < rule.first + rule.stay:
        raise ValueError(
            f"{len(steps)} records; a rule that knows {rule.first} and waits for {rule.stay} needs at least "
            f"{rule.first + rule.stay}"
        )
    outside = rule.outside(series)
    outside[:, : rule.first] = False
    streak = np.asarray(np.lib.stride_tricks.sliding_window_view(outside, rule.stay, axis=1).all(axis=2))
    ends = steps[rule.stay - 1 :]
    step = np.where(streak.any(axis=1), ends[np.argmax(streak, axis=1)], np.nan)
    return Onsets(step.astype(np.float64), last_known(series, steps))


def last_known(series: Array, steps: Steps) -> Array:
    """The step of the last known value of each seed, ``(S,)``; the first step where there is none."""
    known = np.isfinite(series)
    last = series.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    return np.asarray(np.where(known.any(axis=1), steps[last], steps[0]), dtype=np.float64)


def false_alarms(series: Array, steps: Steps, rule: Rule) -> Share:
    """The share of seeds that raise an alarm in ``series``, in which nothing is known to happen.

    Raises:
        ValueError: as :func:`alarms`.
    """
    return share([bool(seen) for seen in alarms(series, steps, rule).seen])
