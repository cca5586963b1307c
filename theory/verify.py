"""Checking a whole theory: each statement's status, computed from its steps and from what it rests on.

The status of a theorem is combined fail-closed:

====================================================  ============
its own units do not balance                          refuted
its counterexample was confirmed in exact arithmetic  refuted
its counterexample was not confirmed                  not checked
a step failed, or was not decided                     not checked
a derivation does not end in the statement            not checked
it rests on a statement that is refuted               not checked
it rests on a statement that is not checked           not checked
none of these, and every relation is derived          proved
====================================================  ============
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy as sp
from flint import ctx, fmpq

from .check import points
from .check.evaluate import NotEvaluable, Point, evaluate
from .check.mutants import RELATIONS, Mutant, mutants_of
from .check.series import Number, Undecidable
from .check.steps import StepResult, check_step
from .derivation import Derivation
from .statement import Kind, Statement
from .status import Status
from .theory import Theory
from .units import UnitError, Units, balanced


@dataclass(frozen=True)
class CheckedStep:
    """One step's result and its mutants."""

    result: StepResult
    mutants: tuple[Mutant, ...]


@dataclass(frozen=True)
class CheckedDerivation:
    """One derivation, step by step, and whether it ends where it should."""

    scope: str
    part: int
    steps: tuple[CheckedStep, ...]
    arrives: bool

    @property
    def holds(self) -> bool:
        return self.arrives and bool(self.steps) and all(s.result.passed for s in self.steps)


@dataclass(frozen=True)
class StatementResult:
    """What was found of one statement; ``message`` is the reason in one sentence."""

    id: str
    status: Status
    message: str
    derivations: tuple[CheckedDerivation, ...] = ()
    side_conditions: tuple[sp.Basic, ...] = ()
    scope: str = ""

    @property
    def steps(self) -> tuple[CheckedStep, ...]:
        return tuple(s for d in self.derivations for s in d.steps)

    @property
    def mutants_made(self) -> int:
        return sum(len(s.mutants) for s in self.steps)

    @property
    def mutants_caught(self) -> int:
        return sum(m.caught for s in self.steps for m in s.mutants)


@dataclass(frozen=True)
class TheoryReport:
    """The results by statement id."""

    theory: Theory
    results: Mapping[str, StatementResult]

    @property
    def survivors(self) -> list[tuple[str, str]]:
        """(statement, change) of every mutant that no check rejected: defects of the checker."""
        return [
            (r.id, m.change) for r in self.results.values() for s in r.steps for m in s.mutants if not m.caught
        ]


def check_derivation(
    derivation: Derivation, statement: Statement, known: Mapping[str, Statement], units: Units, mutate: bool = True
) -> CheckedDerivation:
    """Check every step of one derivation of ``statement``, and its mutants."""
    before: sp.Basic | None = None
    checked: list[CheckedStep] = []
    for step, after in zip(derivation.steps, (*derivation.steps[1:], None), strict=True):
        result = check_step(before, step, known, units, statement.hypotheses)
        mutants = mutants_of(before, step, after, known, units, statement.hypotheses) if mutate else []
        checked.append(CheckedStep(result, tuple(mutants)))
        before = step.to
    goal = statement.content[derivation.part]
    if derivation.instance:
        # The size is a number now, so sums over it can be written out.
        goal = goal.xreplace(dict(derivation.instance)).doit()
    return CheckedDerivation(derivation.scope, derivation.part, tuple(checked), _same(before, goal))


def _same(reached: sp.Basic | None, goal: sp.Basic) -> bool:
    """Whether the last relation is the goal, sum for sum and factor for factor."""
    if reached is None or reached == goal:
        return reached is not None
    if type(reached) is not type(goal) or not isinstance(goal, RELATIONS):
        return False
    return all(sp.expand(a - b) == 0 for a, b in zip(reached.args, goal.args, strict=True))


def confirm(statement: Statement) -> tuple[bool, str]:
    """Whether the statement's counterexample holds: hypotheses true, content false, in exact arithmetic."""
    example = statement.counterexample
    if example is None:
        return False, "there is no counterexample"
    with ctx.workprec(points.PRECISION):
        try:
            values = {key: evaluate(number, Point({})) for key, number in example.values.items()}
            point = Point(values)
            unmet = [h for h in statement.hypotheses if points.holds(h, point) is not True]
            false = [c for c in statement.content if points.holds(c, point) is False]
        except (NotEvaluable, Undecidable) as error:
            return False, f"the counterexample could not be evaluated: {error}"
    broken = [s for s in values if _breaks_assumptions(s, values[s])]
    if broken:
        return False, f"the counterexample gives {broken} values that their assumptions exclude"
    if unmet:
        return False, f"the counterexample does not satisfy the hypothesis {unmet[0]}"
    return (True, example.says) if false else (False, "the statement holds at its counterexample")


def _breaks_assumptions(symbol: sp.Basic, value: Number) -> bool:
    if symbol.is_positive and not value > 0:
        return True
    if symbol.is_nonnegative and not value >= 0:
        return True
    return bool(symbol.is_integer and not (isinstance(value, fmpq) and value.q == 1))


def _units_problem(statement: Statement, units: Units) -> str:
    for relation in (*statement.content, *statement.hypotheses):
        try:
            balanced(relation, units)
        except UnitError as error:
            return str(error)
    return ""


def _conditions(checked: list[CheckedDerivation]) -> tuple[sp.Basic, ...]:
    return tuple(dict.fromkeys(c for d in checked for s in d.steps for c in s.result.conditions))


def _theorem(
    statement: Statement, checked: list[CheckedDerivation], rests_on: Mapping[str, Status]
) -> tuple[Status, str]:
    for derivation in checked:
        for number, step in enumerate(derivation.steps, start=1):
            if not step.result.passed:
                word = "fails" if step.result.failed else "could not be decided"
                return Status.NOT_CHECKED, f"step {number} ({step.result.kind}) {word}: {step.result.message}"
        if not derivation.arrives:
            return Status.NOT_CHECKED, "the last step of a derivation is not the statement"
    missing = set(range(len(statement.content))) - {d.part for d in checked}
    if missing:
        return Status.NOT_CHECKED, f"no derivation of relation {sorted(missing)}"
    for other, status in rests_on.items():
        if status not in (Status.PROVED, Status.ASSUMED):
            return Status.NOT_CHECKED, f"it rests on {other}, which is {status}"
    steps = sum(len(d.steps) for d in checked)
    return Status.PROVED, f"{steps} steps, each checked symbolically and at exact random points"


def check_statement(
    statement: Statement, theory: Theory, statuses: Mapping[str, Status], mutate: bool = True
) -> StatementResult:
    """The status of one statement, given those of the statements before it."""
    units, known = theory.notation.units, theory.by_id
    problem = _units_problem(statement, units)
    if problem:
        return StatementResult(statement.id, Status.REFUTED, problem)
    if statement.counterexample is not None:
        confirmed, message = confirm(statement)
        return StatementResult(statement.id, Status.REFUTED if confirmed else Status.NOT_CHECKED, message)
    if statement.kind is Kind.PREDICTION:
        return StatementResult(statement.id, Status.EMPIRICAL, "decided by data")
    if statement.kind in (Kind.DEFINITION, Kind.ASSUMPTION):
        return StatementResult(statement.id, Status.ASSUMED, "well-formed, and its units balance")
    checked = [check_derivation(d, statement, known, units, mutate) for d in statement.derivations]
    rests_on = {i: statuses[i] for i in statement.proof_uses}
    status, message = _theorem(statement, checked, rests_on)
    scope = "; ".join(dict.fromkeys(d.scope for d in statement.derivations if d.scope))
    return StatementResult(statement.id, status, message, tuple(checked), _conditions(checked), scope)


def check_theory(
    theory: Theory, on_statement: Callable[[int, int], None] | None = None, mutate: bool = True
) -> TheoryReport:
    """Check every statement of ``theory`` in the order of use.

    ``on_statement(done, total)`` is told of progress; ``mutate=False`` leaves the mutants out.
    """
    results: dict[str, StatementResult] = {}
    order = theory.order()
    for done, identifier in enumerate(order, start=1):
        statuses = {i: r.status for i, r in results.items()}
        results[identifier] = check_statement(theory[identifier], theory, statuses, mutate)
        if on_statement:
            on_statement(done, len(order))
    return TheoryReport(theory, results)
