"""Whether the relations of a statement can be read at all: their symbols, their numbers, their truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanAtom

from .derivation import Step
from .notation import Notation
from .statement import Statement


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
        yield from (f"its process: {what}" for what in _numbers_and_names(sp.sympify(part), notation))
    for derivation in statement.derivations:
        if not derivation.steps:
            yield "one of its derivations has no steps"
        for number, step in enumerate(derivation.steps, start=1):
            for part in _parts(step):
                yield from (
                    f"step {number} ({step.kind}): {what}" for what in _numbers_and_names(part, notation)
                )
