from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from spectral_edge.theory.check.mutants import Mutant
from spectral_edge.theory.verify import TheoryReport
from spectral_edge.validate.check import Check
from spectral_edge.validate.evidence import Evidence, Measurement
from spectral_edge.validate.problems import SelfCheckFailed
from spectral_edge.validate.self_check import Unsound, checks_fit, derivations_were_tried, evidence_is_sound
from spectral_edge.validate.verdict import Verdict


def test_the_registries_of_this_project_fit_together() -> None:
    from spectral_edge.theory.edge import THEORY
    from spectral_edge.validate.checks import CHECKS

    checks_fit(CHECKS, THEORY)
    assert CHECKS


@pytest.mark.parametrize(
    ("statements", "record_of", "message"),
    [
        (("T1", "T9"), None, "a check of 'T9', which is no statement of small"),
        (("T1", "T1"), None, "two checks of T1"),
        (("T1",), "P1", "the check of T1 carries the record of P1"),
    ],
)
def test_checks_that_do_not_fit_the_theory_are_noticed(
    small_report: Any, statements: tuple[str, ...], record_of: str | None, message: str
) -> None:
    record = small_report.outcomes[1].record if record_of else None
    checks = [Check(s, record, (), lambda _: small_report.outcomes[0].evidence) for s in statements]
    with pytest.raises(SelfCheckFailed, match=message):
        checks_fit(checks, small_report.theory)


def altered(report: Any, mutants: Any) -> TheoryReport:
    """The theory's report with the mutants of the first step of T1 replaced."""
    result = report.results["T1"]
    (derivation,) = result.derivations
    steps = tuple(replace(step, mutants=mutants) for step in derivation.steps)
    changed = replace(result, derivations=(replace(derivation, steps=steps),))
    return TheoryReport(report.theory, {**report.results, "T1": changed})


def test_a_checker_that_accepts_an_altered_step_is_noticed(small_report: Any) -> None:
    derivations_were_tried(TheoryReport(small_report.theory, small_report.results))
    step = small_report.results["T1"].steps[0]
    survivor = Mutant("sign of x", step.result.to, False, False, False)
    with pytest.raises(SelfCheckFailed, match="accepted 2 altered steps, the first in T1: sign of x"):
        derivations_were_tried(altered(small_report, (survivor,)))


def test_a_proof_that_was_never_attacked_is_noticed(small_report: Any) -> None:
    with pytest.raises(SelfCheckFailed, match="T1 counts as proved, but no altered copy"):
        derivations_were_tried(altered(small_report, ()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "P2"}, "marked as that of 'P2'"),
        ({"reason": " "}, "gives no reason for its verdict, supported"),
        ({"value": Measurement(None, "ratio")}, r"has no value \(ratio\) and no note"),
        ({"null": Measurement(float("nan"), "ratio")}, r"has no null \(ratio\) and no note"),
        ({"verdict": Verdict.PROVED}, "says proved, but checking the theory said empirical"),
    ],
)
def test_evidence_that_may_not_be_believed_is_noticed(
    small_report: Any, change: dict[str, Any], message: str
) -> None:
    evidence: Evidence = small_report.outcomes[1].evidence
    result = small_report.results["P1"]
    evidence_is_sound(evidence, "P1", result)
    with pytest.raises(Unsound, match=message):
        evidence_is_sound(replace(evidence, **change), "P1", result)


def test_two_figures_of_one_name_or_one_that_cannot_be_drawn_are_noticed(small_report: Any) -> None:
    evidence: Evidence = small_report.outcomes[1].evidence
    (figure,) = evidence.figures
    with pytest.raises(Unsound, match="two figures of one name"):
        evidence_is_sound(replace(evidence, figures=(figure, figure)), "P1", small_report.results["P1"])
    with pytest.raises(ValueError, match="no alternative text"):
        evidence_is_sound(
            replace(evidence, figures=(replace(figure, alt=""),)), "P1", small_report.results["P1"]
        )
