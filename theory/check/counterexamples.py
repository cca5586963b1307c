"""Confirming a counterexample: hypotheses and definitions true, content false, in exact arithmetic."""

from __future__ import annotations

import sympy as sp
from flint import ctx
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from ..statement import Kind, Statement
from ..theory import Theory
from . import points
from .assumptions import admits
from .evaluate import NotEvaluable, Point, evaluate
from .series import Undecidable


def meanings(statement: Statement, theory: Theory) -> list[Statement]:
    """The definitions and assumptions that the statement's meaning rests on, however far down."""
    found: dict[str, Statement] = {}
    waiting = list(statement.uses)
    while waiting:
        identifier = waiting.pop()
        if identifier not in found:
            found[identifier] = theory[identifier]
            waiting += theory[identifier].uses
    return [s for s in found.values() if s.kind in (Kind.DEFINITION, Kind.ASSUMPTION)]


def _ambiguous(values: list[sp.Basic]) -> list[str]:
    """Functions that are given a value at an open argument and another value beside it."""
    applied = [v for v in values if isinstance(v, AppliedUndef)]
    wide = {v.func for v in applied if v.free_symbols}
    return [f.__name__ for f in wide if sum(v.func == f for v in applied) > 1]


def confirm(statement: Statement, theory: Theory) -> tuple[bool, str]:
    """Whether the statement's counterexample holds, and the reason in one sentence."""
    example = statement.counterexample
    if example is None:
        return False, "there is no counterexample"
    unclear = _ambiguous(list(example.values))
    if unclear:
        return False, f"the counterexample gives {unclear} values that could contradict one another"
    with ctx.workprec(points.PRECISION):
        try:
            values = {key: evaluate(number, Point({})) for key, number in example.values.items()}
            broken = [str(s) for s, value in values.items() if not admits(s, value)]
            if broken:
                return False, f"the counterexample gives {broken} values that their assumptions exclude"
            point = Point(values)
            granted = [*statement.hypotheses, *(c for s in meanings(statement, theory) for c in s.content)]
            unmet = [h for h in granted if points.holds(h, point) is not True]
            false = [c for c in statement.content if points.holds(c, point) is False]
        except (NotEvaluable, Undecidable) as error:
            return False, f"the counterexample could not be evaluated: {error}"
    if unmet:
        return False, f"the counterexample does not satisfy {unmet[0]}"
    return (True, example.says) if false else (False, "the statement holds at its counterexample")


def failure(statement: Statement) -> tuple[sp.Basic, float, float]:
    """The first relation that fails at the counterexample, and the values of its two sides there.

    Raises:
        ValueError: no relation with two scalar sides fails there.
    """
    example = statement.counterexample
    with ctx.workprec(points.PRECISION):
        values = {} if example is None else {key: evaluate(v, Point({})) for key, v in example.values.items()}
        point = Point(values)
        for content in statement.content:
            if points.holds(content, point) is not False:
                continue
            # Of readings joined by "or" all fail; of relations joined by "and" at least one does.
            parts = content.args if isinstance(content, (sp.Or, sp.And)) else (content,)
            for relation in parts:
                if isinstance(relation, Relational) and points.holds(relation, point) is False:
                    return (
                        relation,
                        float(evaluate(relation.lhs, point)),
                        float(evaluate(relation.rhs, point)),
                    )
    raise ValueError(f"{statement.id} has no counterexample at which a relation of two numbers fails")
