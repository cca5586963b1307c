"""Counting seeds: exact intervals for a share, and what they allow one to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

LEVEL = 0.95
"""Confidence level of every interval here; the field's custom, no deeper source."""


@dataclass(frozen=True)
class Share:
    """``passed`` of ``total`` seeds, with the exact (Clopper–Pearson 1934) interval ``low … high``."""

    passed: int
    total: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share itself; None when there was nothing to count."""
        return self.passed / self.total if self.total else None

    @property
    def majority(self) -> bool | None:
        """True where most seeds pass, False where most fail, None where the interval holds 1/2.

        Six of six are the fewest that can say yes: the interval of 6/6 begins at 0.541, of 5/5 at 0.478.
        """
        if self.low > 0.5:
            return True
        return False if self.high < 0.5 else None

    def __str__(self) -> str:
        return f"{self.passed} of {self.total} (95 % interval {self.low:.2f} to {self.high:.2f})"


def share(outcomes: Sequence[bool]) -> Share:
    """The share of True among ``outcomes``, one entry per seed."""
    passed, total = sum(outcomes), len(outcomes)
    if total == 0:
        return Share(0, 0, 0.0, 1.0)
    interval = binomtest(passed, total).proportion_ci(LEVEL, method="exact")
    return Share(passed, total, float(interval.low), float(interval.high))
