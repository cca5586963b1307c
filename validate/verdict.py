"""The closed set of verdicts. Every one is computed from evidence; none is ever typed by hand."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What the evidence allows one to say of a statement."""

    PROVED = "proved"
    SUPPORTED = "supported"
    REFUTED = "refuted"
    UNINFORMATIVE = "uninformative"
    INCONCLUSIVE = "inconclusive"
    NOT_CHECKED = "not checked"

    @property
    def meaning(self) -> str:
        """One sentence for legends and tables."""
        return _MEANING[self]


_MEANING = {
    Verdict.PROVED: "Every step of the derivation passed both ways of checking, units balance, and "
    "the numbers agree within the rounding bound; every altered copy that was tried was rejected.",
    Verdict.SUPPORTED: "The data pass the test that was fixed beforehand, and every null model fails it.",
    Verdict.REFUTED: "The statement as given fails: its units do not balance, an exact counterexample "
    "exists, or the data fail the test that was fixed beforehand.",
    Verdict.UNINFORMATIVE: "A null model passes the same test, so passing it says nothing about the theory.",
    Verdict.INCONCLUSIVE: "The data cannot decide: too few seeds had the event, the numbers lie below "
    "the precision floor, or the interval crosses the threshold.",
    Verdict.NOT_CHECKED: "No check of this statement ran to its end.",
}
