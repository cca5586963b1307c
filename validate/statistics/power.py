"""What a design can see: the chance that a test on so many seeds says yes, before it is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.stats import binom

from .shares import share

ENOUGH = 0.8
"""The power below which a design is called too weak: Cohen (1988); a custom, not a law."""


@dataclass(frozen=True)
class Power:
    """``chance`` that the test says yes when ``effect`` is true, with ``total`` seeds."""

    chance: float
    effect: str
    total: int

    @property
    def enough(self) -> bool:
        """Whether the design is strong enough to be asked."""
        return self.chance >= ENOUGH

    def __str__(self) -> str:
        return f"{self.chance:.2f} with {self.total} seeds if {self.effect}"


def majority_power(total: int, probability: float) -> Power:
    """The exact power of :attr:`.shares.Share.majority` when each seed passes with this probability.

    Raises:
        ValueError: the probability is none, or there is no seed.
    """
    if not 0 <= probability <= 1 or total < 1:
        raise ValueError(f"total={total}, probability={probability}; give a seed or more, and a probability")
    chance = float(binom.sf(_fewest(total) - 1, total, probability))
    return Power(chance, f"each seed passes with probability {probability:g}", total)


@cache
def _fewest(total: int) -> int:
    """How many of ``total`` seeds must pass for a majority; one more than all where none is enough."""
    return next(
        (k for k in range(total // 2, total + 1) if share([True] * k + [False] * (total - k)).majority),
        total + 1,
    )


def simulated_power(
    study: Callable[[np.random.Generator], bool | None],
    effect: str,
    total: int,
    *,
    studies: int = 200,
    seed: int = 0,
) -> Power:
    """The share of simulated studies whose verdict is yes.

    Args:
        study: simulates one study with the planted effect and returns the test's answer.
        effect: the planted effect, in words.
        total: seeds in each study, for the record.
        studies: how many; the error of the share is below 0.036 at 200.
        seed: study number i draws from ``default_rng([seed, i])``.
    """
    answers = [study(np.random.default_rng([seed, i])) is True for i in range(studies)]
    return Power(float(np.mean(answers)), effect, total)
