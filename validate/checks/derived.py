"""Statements that are decided by their derivation alone, and those of the source that do not balance."""

from __future__ import annotations

from ...theory.status import Status
from ..check import Check, Context
from ..evidence import Evidence, Measurement
from ..rules import judge_theorem
from .unit_defect import UNIT_FACTOR, unit_defect


def judge_derivation(identifier: str, context: Context) -> Evidence:
    """A theorem without numbers: the share of its steps that passed, against that of altered copies."""
    result = context.theory.results[identifier]
    passed = sum(step.result.passed for step in result.steps)
    survived = result.mutants_made - result.mutants_caught
    steps, made = len(result.steps), result.mutants_made
    verdict = judge_theorem(result.status, None, survived == 0 and made > 0)
    scope = f" ({result.scope})" if result.scope else ""
    return Evidence(
        identifier,
        verdict,
        Measurement(
            passed / steps if steps else None, "share of the steps that passed", note=f"{passed} of {steps}"
        ),
        Measurement(
            survived / made if made else None,
            "share of the altered copies that passed",
            note=f"{survived} of {made}",
        ),
        f"{result.message}{scope}; {result.mutants_caught} of {made} altered copies were rejected.",
    )


def judge_source_form(identifier: str, context: Context) -> Evidence:
    """A statement of the source beside its repair: does it stay true in other units?"""
    theory, result = context.theory.theory, context.theory.results[identifier]
    repair = next(s for s in theory if s.amends == identifier)
    defect = unit_defect(theory[identifier], theory.notation.units)
    control = unit_defect(repair, theory.notation.units)
    name = f"relative error made by measuring loss, parameters and time in units {UNIT_FACTOR} times as large"
    if result.status is Status.REFUTED:
        reason = f"Its units do not balance: {result.message}. Repaired as {repair.id}: {repair.repair}"
    else:
        reason = result.message
    return Evidence(
        identifier,
        judge_theorem(result.status, None, True),
        Measurement(defect, name),
        Measurement(control, f"the same for {repair.id}"),
        reason,
    )


def derivation_check(identifier: str) -> Check:
    """The check of a theorem that has a derivation and no numbers."""
    return Check(identifier, None, (), lambda context: judge_derivation(identifier, context))


def source_form_check(identifier: str) -> Check:
    """The check of a statement of the source that the project amends."""
    return Check(identifier, None, (), lambda context: judge_source_form(identifier, context))
