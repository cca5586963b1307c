"""Intervals for a statistic of several seeds, by resampling whole seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .shares import LEVEL

Array = npt.NDArray[np.float64]

RESAMPLES = 4999
"""Bootstrap resamples; Efron and Tibshirani (1993, ch. 14) ask for at least 2000 for BCa intervals."""

FEWEST = 4
"""Fewer seeds than this have too few distinct resamples (35 at four) for an interval; no deeper source."""


@dataclass(frozen=True)
class Interval:
    """A value with its interval ``low … high`` at :data:`.shares.LEVEL`; ``total`` seeds were known.

    ``low`` and ``high`` are infinite where the seeds are too few to say anything.
    """

    value: float
    low: float
    high: float
    total: int

    def excludes(self, level: float) -> bool:
        """Whether ``level`` lies outside the interval."""
        return not self.low <= level <= self.high

    def side(self, level: float) -> bool | None:
        """True where the whole interval lies above ``level``, False below, None where it holds it."""
        if self.low > level:
            return True
        return False if self.high < level else None

    def __str__(self) -> str:
        return f"{self.value:.3g} (95 % interval {self.low:.3g} to {self.high:.3g}, {self.total} seeds)"


def lower_median(samples: Array, axis: int = -1) -> Array:
    """The lower of the two middle values where their number is even.

    It is a member of the sample, so that it exists between −∞ and ∞ too, and never overstates.
    """
    middle: Array = np.quantile(samples, 0.5, axis=axis, method="inverted_cdf")
    return middle


def interval(
    values: npt.ArrayLike, statistic: Callable[..., Array] = lower_median, *, seed: int = 0
) -> Interval:
    """The statistic of one number per seed, with its percentile bootstrap interval.

    The percentile interval, and not BCa: of medians, ties and censored values the jackknife that BCa
    needs has no variance. NaN stands for a seed without a value and is left out; infinity, an onset that
    never happened, is kept, and the interval may end there.

    Args:
        values: one number per seed, ``(S,)``.
        statistic: ``statistic(samples (B, S), axis=-1) -> (B,)``.
        seed: of the resampling.

    Raises:
        ValueError: ``values`` is not one-dimensional.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1:
        raise ValueError(f"values has shape {numbers.shape}; give one number per seed")
    known = numbers[~np.isnan(numbers)]
    if len(known) == 0:
        return Interval(float("nan"), -np.inf, np.inf, 0)
    value = float(statistic(known[None, :], axis=-1)[0])
    if len(known) < FEWEST:
        return Interval(value, -np.inf, np.inf, len(known))
    draw = np.random.default_rng(seed)
    chosen = known[draw.integers(0, len(known), size=(RESAMPLES, len(known)))]
    resampled = statistic(chosen, axis=-1)
    tail = 100 * (1 - LEVEL) / 2
    # Percentiles that are members of the sample: between infinity and a number there is no interpolation.
    low, high = np.percentile(resampled, [tail, 100 - tail], method="inverted_cdf")
    return Interval(value, float(low), float(high), len(known))
