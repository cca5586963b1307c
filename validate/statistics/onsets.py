"""Times at which something first happens, some of which lie beyond the end of the observation.

A seed that never groks has not been lost: its onset is known to be later than its last step. Leaving it
out would make onsets look early.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import CensoredData, ecdf, logrank

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Onsets:
    """One onset per seed: ``step (S,)``, NaN where it was not seen within ``watched (S,)`` steps.

    Raises:
        ValueError: shapes differ, or an onset lies after the last step that was watched.
    """

    step: Array
    watched: Array

    def __post_init__(self) -> None:
        if self.step.shape != self.watched.shape or self.step.ndim != 1:
            raise ValueError(
                f"step has shape {self.step.shape}, watched {self.watched.shape}; give one of each per seed"
            )
        late = self.step > self.watched
        if late.any():
            raise ValueError(
                f"onsets {self.step[late].tolist()} lie after the last steps watched, {self.watched[late].tolist()}"
            )

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """Which seeds had their onset, ``(S,)``."""
        return np.isfinite(self.step)

    def median(self) -> float:
        """The Kaplan–Meier (1958) median; infinity where fewer than half the seeds reach their onset."""
        if not self.seen.any():
            return float("inf")
        curve = ecdf(self._censored()).cdf
        reached = curve.probabilities >= 0.5
        return float(curve.quantiles[reached][0]) if reached.any() else float("inf")

    def earlier_than(self, other: Onsets) -> float:
        """The p-value that these onsets come no earlier than the others, by the log-rank test.

        Raises:
            ValueError: nobody in either group had an onset, so that there is nothing to compare.
        """
        if not (self.seen.any() or other.seen.any()):
            raise ValueError("no onset in either group; the log-rank test has nothing to compare")
        # SciPy's statistic counts onsets of the first sample above what is expected: "greater" is more
        # hazard, and so earlier onsets.
        return float(logrank(self._censored(), other._censored(), alternative="greater").pvalue)

    def _censored(self) -> CensoredData:
        return CensoredData.right_censored(np.where(self.seen, self.step, self.watched), ~self.seen)


def leads(signal: Onsets, event: Onsets) -> Array:
    """``event − signal`` per seed, positive where the signal came first, ``(S,)``.

    Where one of the two was not seen it is infinite with the sign that is known; NaN where neither was.

    Raises:
        ValueError: the numbers of seeds differ.
    """
    if signal.step.shape != event.step.shape:
        raise ValueError(f"{len(signal.step)} signals and {len(event.step)} events; a lead is within a seed")
    lead = event.step - signal.step
    lead = np.where(signal.seen & ~event.seen, np.inf, lead)
    return np.where(~signal.seen & event.seen, -np.inf, lead)
