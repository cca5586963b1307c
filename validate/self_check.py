"""What the verifier asks of itself before it lets its verdicts be believed."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from ..theory.status import Status
from ..theory.theory import Theory
from ..theory.verify import StatementResult, TheoryReport
from .check import Check
from .evidence import Evidence
from .family import p_value
from .problems import SelfCheckFailed
from .report.figures import check_figure
from .verdict import Verdict


def checks_fit(checks: Sequence[Check], theory: Theory) -> None:
    """Every check judges one statement of the theory, and no statement has two.

    Raises:
        SelfCheckFailed: naming the check.
    """
    seen: set[str] = set()
    for check in checks:
        if check.statement not in theory.by_id:
            raise SelfCheckFailed(
                f"there is a check of {check.statement!r}, which is no statement of {theory.name}"
            )
        if check.statement in seen:
            raise SelfCheckFailed(f"there are two checks of {check.statement}")
        if check.record is not None and check.record.statement != check.statement:
            raise SelfCheckFailed(
                f"the check of {check.statement} carries the record of {check.record.statement}"
            )
        seen.add(check.statement)


def derivations_were_tried(report: TheoryReport) -> None:
    """The checker rejected every altered copy of every step, and every proof was tried that way.

    Raises:
        SelfCheckFailed: naming the statement and the alteration that went through.
    """
    if report.survivors:
        identifier, change = report.survivors[0]
        raise SelfCheckFailed(
            f"the checker of derivations accepted {len(report.survivors)} altered steps, the first in "
            f"{identifier}: {change}"
        )
    for result in report.results.values():
        if result.status is Status.PROVED and not result.mutants_made:
            raise SelfCheckFailed(f"{result.id} counts as proved, but no altered copy of its proof was tried")


class Unsound(ValueError):
    """Evidence that may not be believed as it stands; the message says why."""


def evidence_is_sound(evidence: Evidence, statement: str, result: StatementResult) -> None:
    """Evidence speaks of its statement, can be shown, and claims no proof that was not found.

    Raises:
        Unsound: naming what is wrong.
    """
    if evidence.id != statement:
        raise Unsound(f"the evidence is marked as that of {evidence.id!r}")
    if not evidence.reason.strip():
        raise Unsound(f"the evidence gives no reason for its verdict, {evidence.verdict}")
    for name, measurement in (("value", evidence.value), ("null", evidence.null)):
        missing = measurement.value is None or not isfinite(measurement.value)
        if missing and not measurement.note:
            raise Unsound(f"the evidence has no {name} ({measurement.name}) and no note that says why")
    if evidence.verdict is Verdict.PROVED and result.status is not Status.PROVED:
        raise Unsound(
            f"the evidence says proved, but checking the theory said {result.status}: {result.message}"
        )
    if evidence.counts:
        try:
            p_value(evidence.counts)
        except ValueError as error:
            raise Unsound(f"the evidence has counts of no test: {error}") from error
    names = [figure.name for figure in evidence.figures]
    if len(set(names)) != len(names):
        raise Unsound(f"the evidence has two figures of one name: {names}")
    for figure in evidence.figures:
        check_figure(figure)
