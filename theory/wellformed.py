"""Whether the relations of a statement can be read at all: their symbols, their numbers, their truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanAtom

from .derivation import Ito, Step
from .given import expression
from .notation import Notation
from .statement import Kind, Statement


def _symbols(relation: sp.Basic) -> set[sp.Symbol]:
    """Free symbols, and those that sums run over; SymPy's own in substitutions are left out."""
    totals = relation.atoms(sp.Sum, sp.Product, sp.Integral)
    found: set[sp.Symbol] = {s for s in relation.free_symbols if isinstance(s, sp.Symbol)}
    return found.union(*(t.bound_symbols for t in totals))


def _undeclared(relation: sp.Basic, notation: Notation) -> list[str]:
    names = {s.name for s in relation.free_symbols if isinstance(s, sp.Symbol)}
    names |= {f.func.__name__ for f in relation.atoms(AppliedUndef)}
    return sorted(n for n in names if n not in notation)


def _impostors(relation: sp.Basic, notation: Notation) -> list[str]:
    """Names that the notation has with other assumptions: √(x²) = x could hold for them and not for x."""
    used = {(s.name, s) for s in _symbols(relation)}
    used |= {(f.func.__name__, f.func) for f in relation.atoms(AppliedUndef)}
    return sorted(name for name, thing in used if name in notation and thing != notation.made(name))


def _numbers_and_names(relation: sp.Basic, notation: Notation) -> Iterator[str]:
    impostors = _impostors(relation, notation)
    if impostors:
        yield f"{impostors} in {relation} are not the symbols of the notation: their assumptions differ"
    decimals = sorted(map(str, relation.atoms(sp.Float)))
    if decimals:
        yield f"{relation} holds the decimal numbers {decimals}; write them as exact rationals"


def _parts(step: Step) -> Iterator[sp.Basic]:
    """Every expression that ``step`` holds."""
    for field in fields(step):
        value = getattr(step, field.name)
        found = [*value.keys(), *value.values()] if isinstance(value, Mapping) else [value]
        yield from (part for part in found if isinstance(part, sp.Basic))


def problems(statement: Statement, notation: Notation) -> Iterator[str]:
    """What is wrong with the relations of ``statement``, in a sentence each."""
    if not statement.content:
        yield "it has no formal content"
    for relation in statement.content:
        if isinstance(relation, BooleanAtom):
            yield f"SymPy made its content {relation} and kept nothing of it; write it with evaluate=False"
        elif isinstance(relation, sp.Eq) and relation.lhs == relation.rhs:
            yield f"{relation} says nothing: its two sides are the same"
    if any(hypothesis == sp.false for hypothesis in statement.hypotheses):
        yield "one of its hypotheses is False, so that it says nothing"
    for relation in (*statement.content, *statement.hypotheses):
        undeclared = _undeclared(relation, notation)
        if undeclared:
            yield f"{undeclared} are not declared in the notation (with a unit)"
        yield from _numbers_and_names(relation, notation)
    process = statement.process
    for part in () if process is None else (*process.states, *process.drift, *sum(process.noise, ())):
        yield from (
            f"its process: {what}" for what in _numbers_and_names(expression(part, "its process"), notation)
        )
    for derivation in statement.derivations:
        if not derivation.steps:
            yield "one of its derivations has no steps"
        for number, step in enumerate(derivation.steps, start=1):
            for part in _parts(step):
                yield from (
                    f"step {number} ({step.kind}): {what}" for what in _numbers_and_names(part, notation)
                )


def _carried(relation: sp.Basic, running: sp.Symbol) -> bool:
    """Whether ``running`` is the argument of an unknown function, which can then make the relation true."""
    return any(running in f.free_symbols for f in relation.atoms(AppliedUndef, sp.Derivative, sp.Subs))


def tied(statement: Statement, running: frozenset[str]) -> Iterator[str]:
    """Fixed symbols that an equation ties to one that runs, such as 2c = t², in a sentence each.

    A fixed symbol is one number; a premise holds for all values of what runs. Both cannot be, except
    where the equation holds by algebra, or holds an unknown function of what runs. What is proved is no
    premise; of a theorem only the bare form c = t² is refused.
    """
    premise = statement.kind in (Kind.DEFINITION, Kind.ASSUMPTION)
    for relation in statement.content:
        if not isinstance(relation, sp.Eq) or isinstance(relation.lhs, sp.MatrixBase):
            continue
        names = {s: s.name in running for s in relation.free_symbols if isinstance(s, sp.Symbol)}
        moving = sorted((s for s, runs in names.items() if runs), key=str)
        bare = [
            one
            for one, other in ((relation.lhs, relation.rhs), (relation.rhs, relation.lhs))
            if isinstance(one, sp.Symbol) and not names[one] and any(s in other.free_symbols for s in moving)
        ]
        if bare:
            yield (
                f"{bare[0]} is set equal to something that runs with {sorted(map(str, moving))}; declare it as a "
                "function, or as running"
            )
        elif premise:
            restricted = {s for hypothesis in statement.hypotheses for s in hypothesis.free_symbols}
            for symbol in moving:
                free = not _carried(relation, symbol) and symbol not in restricted
                if free and sp.simplify(sp.diff(relation.lhs - relation.rhs, symbol)) != 0:
                    yield f"{relation} cannot hold for all values of {symbol}, which runs"


def moved_twice(statement: Statement, below: Iterable[Statement]) -> Iterator[str]:
    """States that move by two processes, both of which ``statement`` rests on."""
    states: dict[sp.Symbol, str] = {}
    for one in (statement, *below):
        for state in () if one.process is None else one.process.states:
            if state in states:
                yield (
                    f"it rests on {states[state]} and on {one.id}, and {state} is a state of the processes of both; "
                    "a state moves in one way"
                )
            states[state] = one.id


def ambiguous(statements: Iterable[Statement]) -> Iterator[str]:
    """Names that would stand for two things: for the drift, or the noise, of two functions."""
    named: dict[sp.Basic, tuple[str, object]] = {}
    for statement in statements:
        for derivation in statement.derivations:
            for step in derivation.steps:
                if isinstance(step, Ito) and isinstance(step.to, sp.Eq):
                    meaning = (step.using, step.function, step.noise)
                    first, earlier = named.setdefault(step.to.lhs, (statement.id, meaning))
                    if earlier != meaning:
                        yield (
                            f"{statement.id}: {step.to.lhs} names another drift or noise than in {first}; a name "
                            "that is made for one cannot stand for two"
                        )
