"""All predictions of a report as one family of tests: which verdicts would still count beside all the others.

Twenty predictions, each tested at 5 %, will give a wrong verdict somewhere more often than not. So beside the
verdict of each there is a second statement, which holds for the family:

1. *The claims.* "Supported" claims that most seeds pass and that of each null model most replicates fail.
   It is wrong if any part of that is, so its p-value is the largest of the parts' (intersection–union test:
   Berger, Technometrics 24, 1982). "Refuted" claims that most seeds fail. Parts are exact binomial tests of
   the share 1/2, the ones behind :attr:`.Share.majority`.
2. *One p-value for each prediction*: twice the smaller of these two, as either claim could have been made.
3. *Holm's correction* over the family (:func:`.holm`): whatever predictions are true, the chance of one wrong
   claim or more is at most :data:`LEVEL`. It needs no independence; the predictions share their runs.

A claim whose adjusted p-value is above the level is inconclusive within the family. *Uninformative* claims
nothing of the theory and stands as it is. A family of one is what the checks do by themselves.

The family is every prediction that was judged by counts in this profile, also the inconclusive and the
uninformative ones. A prediction that is tested in another way is named, and not corrected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scipy.stats import binom

from .evidence import DATA, Evidence
from .statistics.families import holm
from .statistics.shares import LEVEL as CONFIDENCE
from .verdict import Verdict

LEVEL = 1 - CONFIDENCE
"""The chance of any wrong claim in the family: that of each interval by itself, for all of them together."""

CLAIMS = (Verdict.SUPPORTED, Verdict.REFUTED)
"""The verdicts that claim something of a prediction."""


@dataclass(frozen=True)
class Member:
    """One prediction in the family: its verdict alone, and what of it holds beside all the others."""

    statement: str
    verdict: Verdict
    p_value: float
    adjusted: float

    @property
    def corrected(self) -> Verdict:
        """The verdict at the level of the family."""
        if self.verdict in CLAIMS and self.adjusted > LEVEL:
            return Verdict.INCONCLUSIVE
        return self.verdict

    @property
    def falls(self) -> bool:
        """Whether the verdict would not count beside the others."""
        return self.corrected is not self.verdict


@dataclass(frozen=True)
class Family:
    """``members`` are corrected together; ``others`` are predictions whose tests are no counts."""

    members: tuple[Member, ...]
    others: tuple[str, ...] = ()

    @property
    def falling(self) -> tuple[Member, ...]:
        """Members whose verdict would not count beside the others."""
        return tuple(member for member in self.members if member.falls)

    def __str__(self) -> str:
        claims = sum(member.verdict in CLAIMS for member in self.members)
        begin = f"Corrected together (Holm, {LEVEL:.0%} for all {len(self.members)} predictions)"
        if not claims:
            return f"{begin}: none is supported or refuted, so that nothing is claimed."
        falling = ", ".join(member.statement for member in self.falling)
        told = f"{len(self.falling)} would not count: {falling}" if falling else "all would count"
        return f"{begin}: of {claims} that are supported or refuted, {told}."


def p_value(counts: Mapping[str, tuple[int, int]]) -> float:
    """Of a prediction from its counts (passed, total), :data:`.DATA` and the null models.

    Raises:
        ValueError: the data or every null is missing, or a count is none.
    """
    if DATA not in counts or len(counts) < 2:
        raise ValueError(
            f"counts of {', '.join(counts) or 'nothing'}; give those of {DATA!r} and of a null or more"
        )
    wrong = {name: pair for name, pair in counts.items() if not 0 <= pair[0] <= pair[1]}
    if wrong:
        raise ValueError(f"no counts: {wrong}; give (passed, total) with 0 ≤ passed ≤ total")
    nulls = [_most_fail(*pair) for name, pair in counts.items() if name != DATA]
    supported = max(_most_pass(*counts[DATA]), *nulls)
    return min(1.0, 2 * min(supported, _most_fail(*counts[DATA])))


def _most_pass(passed: int, total: int) -> float:
    """The chance of so many or more passes if each passes with chance 1/2."""
    return float(binom.sf(passed - 1, total, 0.5))


def _most_fail(passed: int, total: int) -> float:
    """The chance of so many or fewer passes if each passes with chance 1/2."""
    return float(binom.cdf(passed, total, 0.5))


def family(predictions: Mapping[str, Evidence]) -> Family:
    """The evidence of all predictions that were judged, corrected together.

    What was not checked took no test and is left out.

    Raises:
        ValueError: counts are not those of a test; see :func:`p_value`.
    """
    tested = {i: e for i, e in predictions.items() if e.verdict is not Verdict.NOT_CHECKED}
    raw = {i: p_value(e.counts) for i, e in tested.items() if e.counts}
    adjusted = holm(raw)
    members = tuple(Member(i, tested[i].verdict, raw[i], adjusted[i]) for i in raw)
    return Family(members, tuple(i for i in tested if i not in raw))
