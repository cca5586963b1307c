"""Checking a whole theory: each statement's status, computed from its steps and from what it rests on.

The status of a theorem is combined fail-closed:

====================================================  ============
its own units do not balance                          refuted
its counterexample was confirmed in exact arithmetic  refuted
its counterexample was not confirmed                  not checked
a step failed, or was not decided                     not checked
a side condition contradicts what a step rests on     not checked
a derivation does not end in the statement            not checked
it rests on a statement that is refuted               not checked
it rests on a statement that is not checked           not checked
a condition need not hold where a step needs it       not checked
no point is known at which all its premises hold      not checked
none of these, and every relation is derived          proved
====================================================  ============
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import sympy as sp

from .check import passage, witness
from .check.claims import used_relation
from .check.conditions import granted_by_name
from .check.counterexamples import confirm
from .check.instances import written_out
from .check.mutants import RELATIONS, Mutant, mutants_of
from .check.premises import contradicted, inherited
from .check.setting import Setting
from .check.steps import StepResult, check_step
from .derivation import Derivation, Named, Step
from .scope import Scopes
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
        """Every step passed, and the last one is the statement."""
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
    witness: str = ""
    """A point at which everything that a proved theorem rests on holds."""

    @property
    def steps(self) -> tuple[CheckedStep, ...]:
        """The steps of all derivations, in order."""
        return tuple(s for d in self.derivations for s in d.steps)

    @property
    def mutants_made(self) -> int:
        """How many altered copies were tried."""
        return sum(len(s.mutants) for s in self.steps)

    @property
    def mutants_caught(self) -> int:
        """How many of them were rejected."""
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
            (r.id, m.change)
            for r in self.results.values()
            for s in r.steps
            for m in s.mutants
            if not m.caught
        ]


def check_derivation(
    derivation: Derivation, statement: Statement, setting: Setting, mutate: bool = True, every: bool = False
) -> CheckedDerivation:
    """Check every step of one derivation of ``statement``, and its mutants."""
    before: sp.Basic | None = None
    checked: list[CheckedStep] = []
    premises: list[sp.Basic] = []
    for step, after in zip(derivation.steps, (*derivation.steps[1:], None), strict=True):
        result = check_step(before, step, setting)
        premises += [r for r in (before, used_relation(step, setting)) if r is not None]
        against = contradicted(result.conditions, premises)
        if against:
            result = replace(result, symbolic=False, points=False, message=against)
        mutants = mutants_of(before, step, after, setting, every) if mutate else []
        checked.append(CheckedStep(result, tuple(mutants)))
        before = step.to
    return CheckedDerivation(
        derivation.scope, derivation.part, tuple(checked), _arrives(before, derivation, statement)
    )


def _arrives(reached: sp.Basic | None, derivation: Derivation, statement: Statement) -> bool:
    """Whether the last relation is the statement's, term for term and factor for factor."""
    if reached is None or not 0 <= derivation.part < len(statement.content):
        return False
    goal = statement.content[derivation.part]
    if derivation.instance:
        # The size is a number now, so sums over it can be written out.
        goal = written_out(goal, sp.Dict(derivation.instance))
    if reached == goal:
        return True
    if type(reached) is not type(goal) or not isinstance(goal, RELATIONS):
        return False
    return all(sp.expand(a - b) == 0 for a, b in zip(reached.args, goal.args, strict=True))


def _units_problem(statement: Statement, units: Units) -> str:
    try:
        for relation in (*statement.content, *statement.hypotheses):
            balanced(relation, units)
        if statement.process is not None:
            statement.process.check_units(units)
    except UnitError as error:
        return str(error)
    return ""


def _inherited(step: Step, setting: Setting, results: Mapping[str, StatementResult]) -> list[sp.Basic]:
    if not isinstance(step, Named) or step.using not in results:
        return []
    return inherited(results[step.using].side_conditions, step, setting)


def _names(statement: Statement, theory: Theory) -> list[sp.Basic]:
    """What the foundations of ``statement`` give a name to."""
    return [c for s in witness.foundations(statement, theory) if not s.hypotheses for c in s.content]


def _conditions(
    checked: tuple[CheckedDerivation, ...],
    statement: Statement,
    theory: Theory,
    setting: Setting,
    results: Mapping[str, StatementResult],
) -> tuple[sp.Basic, ...]:
    """Side conditions of the steps, and of the theorems that they use, that are not known to hold."""
    own = [c for d in checked for s in d.steps for c in s.result.conditions]
    steps = [step for derivation in statement.derivations for step in derivation.steps]
    own += [c for step in steps for c in _inherited(step, setting, results)]
    named = _names(statement, theory)
    known = (c for c in own if c not in statement.hypotheses and not granted_by_name(c, named))
    return tuple(dict.fromkeys(known))


def _passages(
    checked: tuple[CheckedDerivation, ...],
    statement: Statement,
    theory: Theory,
    setting: Setting,
    results: Mapping[str, StatementResult],
) -> str:
    """Why a condition need not hold where a step needs it to; "" if all do."""
    named = _names(statement, theory)
    for derivation, found in zip(statement.derivations, checked, strict=True):
        before: sp.Basic | None = None
        conditions: list[sp.Basic] = []
        used: list[sp.Basic] = []
        for number, (step, result) in enumerate(zip(derivation.steps, found.steps, strict=True), start=1):
            own = [*result.result.conditions, *_inherited(step, setting, results)]
            own = [c for c in own if not granted_by_name(c, named)]
            problem = passage.problem(before, step, statement.hypotheses, conditions, own, used, setting)
            if problem:
                return f"step {number} ({step.kind}) goes too far: {problem}"
            conditions += own
            relation = used_relation(step, setting)
            used += [] if relation is None else [relation]
            before = step.to
    return ""


def _theorem(
    statement: Statement, checked: tuple[CheckedDerivation, ...], rests_on: Mapping[str, Status]
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


def check_derivations(
    statement: Statement, theory: Theory, mutate: bool = True, every: bool = False
) -> tuple[CheckedDerivation, ...]:
    """The derivations of one statement, step by step. This takes the time, and needs no other's result."""
    setting = Setting.of(theory, statement)
    return tuple(check_derivation(d, statement, setting, mutate, every) for d in statement.derivations)


def check_statement(
    statement: Statement,
    theory: Theory,
    results: Mapping[str, StatementResult],
    mutate: bool = True,
    checked: tuple[CheckedDerivation, ...] | None = None,
) -> StatementResult:
    """What is found of one statement, given the results of those before it in the order of use.

    ``checked`` are its derivations, if :func:`check_derivations` has been called for it already.
    """
    setting = Setting.of(theory, statement)
    problem = _units_problem(statement, setting.units)
    if problem:
        return StatementResult(statement.id, Status.REFUTED, problem)
    if statement.counterexample is not None:
        confirmed, message = confirm(statement, theory)
        return StatementResult(statement.id, Status.REFUTED if confirmed else Status.NOT_CHECKED, message)
    if statement.kind is Kind.PREDICTION:
        return StatementResult(statement.id, Status.EMPIRICAL, "decided by data")
    if statement.kind in (Kind.DEFINITION, Kind.ASSUMPTION):
        return StatementResult(statement.id, Status.ASSUMED, "well-formed, and its units balance")
    if checked is None:
        checked = check_derivations(statement, theory, mutate)
    rests_on = {i: results[i].status for i in (*statement.uses, *statement.proof_uses)}
    status, message = _theorem(statement, checked, rests_on)
    scope = "; ".join(dict.fromkeys(d.scope for d in statement.derivations if d.scope))
    conditions = _conditions(checked, statement, theory, setting, results)
    point = witness.Witness({})
    if status is Status.PROVED:
        problem = _passages(checked, statement, theory, setting, results)
        if not problem:
            point = witness.find(statement, theory, conditions)
            problem = point.problem
        if problem:
            status, message = Status.NOT_CHECKED, problem
    return StatementResult(statement.id, status, message, checked, conditions, scope, str(point))


def check_theory(
    theory: Theory,
    on_statement: Callable[[int, int], None] | None = None,
    mutate: bool = True,
    every: bool = False,
) -> TheoryReport:
    """Check every statement of ``theory`` in the order of use.

    ``on_statement(done, total)`` is told of progress. Of each step one altered copy of each kind is tried;
    ``every=True`` tries all that can be made (minutes instead of seconds), ``mutate=False`` none.
    """
    results: dict[str, StatementResult] = {}
    order, scopes = theory.order(), Scopes(theory)
    for done, identifier in enumerate(order, start=1):
        statement = theory[identifier]
        checked = check_derivations(statement, scopes.part(scopes.to_derive(identifier)), mutate, every)
        judged = scopes.part(scopes.to_judge(identifier))
        results[identifier] = check_statement(statement, judged, results, checked=checked)
        if on_statement:
            on_statement(done, len(order))
    return TheoryReport(theory, results)
