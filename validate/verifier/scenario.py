"""What a simulated study plants, and which verdict it then ought to get, how often: stated before any is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import binom, binomtest

from ...simulate.run import Run
from ...theory.edge import THEORY
from ...theory.verify import TheoryReport
from ..check import Context
from ..checks import CHECKS
from ..evidence import Evidence
from ..profiles import Profile
from ..record import Record
from ..statistics.power import majority_power
from ..verdict import Verdict
from .planted import REPLICATES

CONFIDENCE = 0.999
"""Of the exact interval that a stated chance is held against. With some twenty scenarios the chance that a right
one is ever contradicted is below 2 %; no deeper source."""

ERROR = 0.05
"""The largest share of artefacts that may get another verdict than theirs, and of nothing that may be called
supported: the custom of one in twenty."""


class Planted(StrEnum):
    """What is in the data."""

    EFFECT = "a true effect"
    ARTEFACT = "an artefact"
    OPPOSITE = "the opposite"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Stated:
    """The chance that a study gets ``verdict`` lies between ``low`` and ``high``."""

    verdict: Verdict
    low: float
    high: float

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.verdict} with chance {self.low:.3f}"
        if self.low == 0:
            return f"{self.verdict} with chance {self.high:g} at most"
        return f"{self.verdict} with chance {self.low:g} at least"


@dataclass(frozen=True)
class Scenario:
    """One kind of study.

    ``runs(draw)`` plants the training runs by arm; they are judged by the registered check of ``statement``.
    Only every ``every``-th study is run, where the check takes long.
    """

    name: str
    statement: str
    planted: Planted
    about: str
    stated: Stated
    runs: Callable[[np.random.Generator], Mapping[str, Run]]
    every: int = 1

    def judge(self, draw: np.random.Generator, null_seed: int) -> Evidence:
        """One study through the real check."""
        runs = self.runs(draw)
        arms = {arm: run.description for arm, run in runs.items()}
        profile = Profile("planted", "runs in which everything is planted", arms, REPLICATES)
        (check,) = (c for c in CHECKS if c.statement == self.statement)
        return check.judge(Context(profile, TheoryReport(THEORY, {}), runs, null_seed=null_seed))


@dataclass(frozen=True)
class Count:
    """``times`` of ``studies`` got the verdict that is stated; ``low`` to ``high`` is the exact interval."""

    stated: Stated
    times: int
    studies: int
    low: float
    high: float

    @classmethod
    def of(cls, stated: Stated, verdicts: list[Verdict]) -> Count:
        """Clopper and Pearson (1934), at :data:`CONFIDENCE`."""
        times = verdicts.count(stated.verdict)
        found = binomtest(times, len(verdicts)).proportion_ci(CONFIDENCE, method="exact")
        return cls(stated, times, len(verdicts), float(found.low), float(found.high))

    @property
    def contradicted(self) -> bool:
        """Whether no chance that was stated is within the interval."""
        return self.high < self.stated.low or self.low > self.stated.high

    @property
    def shown(self) -> bool:
        """Whether every chance within the interval is among those that were stated; for one number: it is within."""
        if self.stated.low == self.stated.high:
            return not self.contradicted
        return self.stated.low <= self.low and self.high <= self.stated.high


def record_of(statement: str) -> Record:
    """The record by which a statement is judged.

    Raises:
        ValueError: there is none.
    """
    records = [c.record for c in CHECKS if c.statement == statement and c.record is not None]
    if not records:
        raise ValueError(f"{statement} is judged by no record")
    return records[0]


def found_at_the_stated_power(statement: str, seeds: int) -> Stated:
    """Supported with the chance that the record states for so many seeds."""
    power = record_of(statement).power(seeds)
    assert power is not None, f"the record of {statement} states no effect"
    return Stated(Verdict.SUPPORTED, power.chance, power.chance)


def refuted_as_often(statement: str, seeds: int) -> Stated:
    """Refuted with the same chance, where as large a share of the seeds fails as the effect lets pass."""
    return Stated(Verdict.REFUTED, *[found_at_the_stated_power(statement, seeds).low] * 2)


def by_the_toss_of_a_coin(seeds: int) -> Stated:
    """Supported with the chance of the exact test's error, where each seed passes with chance 1/2."""
    fewest = next(k for k in range(seeds + 1) if binomtest(k, seeds).proportion_ci(0.95, "exact").low > 0.5)
    chance = float(binom.sf(fewest - 1, seeds, 0.5))
    return Stated(Verdict.SUPPORTED, chance, chance)


def effect(statement: str) -> float:
    """The share of seeds that pass if the statement is true, as its record has it."""
    share = record_of(statement).effect
    assert share is not None, f"the record of {statement} states no effect"
    return share


CALLED_AN_ARTEFACT = Stated(Verdict.UNINFORMATIVE, 1 - ERROR, 1.0)
NEVER_SUPPORTED = Stated(Verdict.SUPPORTED, 0.0, ERROR)

__all__ = [
    "CALLED_AN_ARTEFACT",
    "NEVER_SUPPORTED",
    "Count",
    "Planted",
    "Scenario",
    "Stated",
    "majority_power",
]
