"""Theorems that are decided without data: by their derivation, their units, or a counterexample."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import sympy as sp

from ...theory.check.counterexamples import failure
from ...theory.statement import Kind, Statement
from ...theory.status import Status
from ...theory.theory import Theory
from ...theory.units import UnitError, Units, balanced
from ...theory.verify import StatementResult
from ..check import Check, Context
from ..evidence import Evidence, Measurement
from ..rules import judge_theorem
from .unit_defect import UNIT_FACTOR, unit_defect


def derived_checks(theory: Theory, judged: Collection[str]) -> tuple[Check, ...]:
    """A check for every theorem of ``theory`` that is not among those ``judged`` by a check of their own."""
    return tuple(
        Check(statement.id, None, (), partial(judge, statement.id))
        for statement in theory
        if statement.kind is Kind.THEOREM and statement.id not in judged
    )


def judge(identifier: str, context: Context) -> Evidence:
    """What the theory alone says of a theorem, with the number that shows it."""
    theory, result = context.theory.theory, context.theory.results[identifier]
    statement = theory[identifier]
    repair = next((s for s in theory if s.amends == identifier), None)
    mended = f" Mended as {repair.id}: {repair.repair}" if repair else ""
    if result.status is not Status.REFUTED:
        return _by_derivation(identifier, result)
    if statement.counterexample is not None:
        return _by_counterexample(statement, result, mended)
    return _by_units(statement, repair, result, context, mended)


def _by_derivation(identifier: str, result: StatementResult) -> Evidence:
    """The share of the steps that passed, against the share of altered copies that did."""
    passed = sum(step.result.passed for step in result.steps)
    survived = result.mutants_made - result.mutants_caught
    steps, made = len(result.steps), result.mutants_made
    nothing = "there is no derivation" if not steps else "no altered copy was made"
    scope = f" Shown for {result.scope}." if result.scope else ""
    return Evidence(
        identifier,
        judge_theorem(result.status, None, survived == 0 and made > 0),
        Measurement(
            passed / steps if steps else None,
            "share of the steps that passed",
            note=f"{passed} of {steps}" if steps else nothing,
        ),
        Measurement(
            survived / made if made else None,
            "share of the altered copies that passed",
            note=f"{survived} of {made}" if made else nothing,
        ),
        f"{result.message}; {result.mutants_caught} of {made} altered copies were rejected.{scope}",
    )


def _by_counterexample(statement: Statement, result: StatementResult, mended: str) -> Evidence:
    relation, left, right = failure(statement)
    numbers = statement.counterexample.values if statement.counterexample else {}
    told = ", ".join(f"{symbol} = {value}" for symbol, value in numbers.items())
    return Evidence(
        statement.id,
        judge_theorem(result.status, None, altered_rejected=True),
        Measurement(left, "left side of the statement at the counterexample"),
        Measurement(right, f"right side there; the statement says {_word(relation)}"),
        f"{result.message} (At {told}.){mended}",
    )


def _word(relation: sp.Basic) -> str:
    return {sp.Eq: "equal", sp.Le: "≤", sp.Lt: "<", sp.Ge: "≥", sp.Gt: ">", sp.Ne: "different"}[
        type(relation)
    ]


def _by_units(
    statement: Statement, repair: Statement | None, result: StatementResult, context: Context, mended: str
) -> Evidence:
    units = context.theory.theory.notation.units

    def defect(of: Statement, relation: sp.Basic) -> float | None:
        try:
            return unit_defect(relation, units, of.hypotheses)
        except (ValueError, TypeError, AttributeError):
            return None

    broken = next(c for c in statement.content if not _balances(c, units))
    name = f"relative error made by measuring in units {UNIT_FACTOR} times as large"
    value = defect(statement, broken)
    control = defect(repair, repair.content[0]) if repair else None
    return Evidence(
        statement.id,
        judge_theorem(result.status, None, altered_rejected=True),
        Measurement(
            value, name, note="" if value is not None else "it could not be evaluated at a random point"
        ),
        Measurement(
            control,
            f"the same for {repair.id}" if repair else "the same for a repair",
            note="" if control is not None else "there is no repair of the same form",
        ),
        f"Its units do not balance: {result.message}.{mended}",
    )


def _balances(relation: sp.Basic, units: Units) -> bool:
    try:
        balanced(relation, units)
    except UnitError:
        return False
    return True
