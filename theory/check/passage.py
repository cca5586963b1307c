"""Where a relation must hold beyond the one point at which it was shown.

A relation that is derived under hypotheses and side conditions holds where these hold. To differentiate it,
to go to a limit, to solve it as a flow, or to use it inside a sum needs more than one point: a neighbourhood,
the way to the limit, all times, each index. Where a condition speaks of the symbol that runs, this asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from flint import ctx, fmpq
from sympy.core.function import AppliedUndef

from ..derivation import Differentiate, Expand, SolveFlow, Step, Substitute, TakeLimit
from . import points
from .assumptions import admits
from .claims import used_relation
from .evaluate import NotEvaluable, evaluate
from .renaming import binders, rebuilt
from .series import Undecidable
from .setting import Setting

_NEAR = (40, 80, 160)
"""Exponents of two of the distances from the limit at which conditions are asked; as in ``Tends``."""


def _speaks(condition: sp.Basic, by: sp.Basic) -> bool:
    return by in condition.free_symbols


def _open(condition: sp.Basic, by: sp.Symbol, granted: Sequence[sp.Basic]) -> bool:
    """Whether ``condition``, where it holds, holds on both sides of ``by``, or up to an end of an interval."""
    if isinstance(condition, (sp.Gt, sp.Lt, sp.Ne)):
        return True
    if isinstance(condition, (sp.And, sp.Or)):
        return all(_open(part, by, granted) for part in condition.args)
    if isinstance(condition, (sp.Ge, sp.Le)):
        difference = condition.lhs - condition.rhs
        strictly = {sp.Ne(difference, 0), sp.Gt(difference, 0), sp.Lt(difference, 0)}
        slope = sp.diff(difference, by)
        straight = (
            not difference.has(AppliedUndef) and slope.is_nonzero is True and by not in slope.free_symbols
        )
        return straight or bool(strictly & set(granted))
    return False


def _on_the_way(
    conditions: Sequence[sp.Basic], by: sp.Symbol, at: sp.Expr, others: Sequence[sp.Basic]
) -> str:
    """A message unless ``conditions`` hold, at random points that meet the others, when ``by`` is near ``at``."""
    for condition in conditions:
        if any(by in f.free_symbols for f in condition.atoms(AppliedUndef, sp.Derivative)):
            return f"{condition} need not hold all the way to {by} = {at}"
    with ctx.workprec(4 * points.PRECISION):
        decided = 0
        for point in points.random_points([*conditions, at], others, points.POINTS, 3):
            for exponent in _NEAR:
                try:
                    far = fmpq(2) ** exponent
                    near = far if at is sp.oo else evaluate(at, point) + 1 / far
                except Undecidable:
                    break
                if not admits(by, near):
                    return f"{by} does not go to {at}: what is assumed of it excludes {by} = {near}"
                broken = [c for c in conditions if points.holds(c, point.at(by, near)) is not True]
                if broken:
                    return f"{broken[0]} does not hold all the way to {by} = {at}"
                decided += 1
    return "" if decided else f"no point was found on the way to {by} = {at}"


def _inside(
    before: sp.Basic | None,
    step: Substitute,
    hypotheses: Sequence[sp.Basic],
    conditions: Sequence[sp.Basic],
    setting: Setting,
) -> str:
    """A message if equals are put for equals inside something that binds a symbol of what they hold under.

    In a side condition an index that a sum binds stands for each of its values, so there it may stay.
    """
    relation = used_relation(step, setting)
    if not isinstance(relation, sp.Eq) or before is None:
        return ""
    for bound, kind in (*binders(before, relation.lhs), *binders(step.to, relation.lhs)):
        granted = hypotheses if kind in (sp.Sum, sp.Product) else [*hypotheses, *conditions]
        for hypothesis in granted:
            caught = bound & hypothesis.free_symbols
            near = kind is sp.Derivative and all(_open(hypothesis, v, granted) for v in caught)
            if caught and not near:
                return (
                    f"{step.using} is used inside something that runs over {min(map(str, caught))}, "
                    f"and {hypothesis} need not hold for all its values"
                )
    return ""


def written(condition: sp.Basic, used: Sequence[sp.Basic]) -> sp.Basic:
    """``condition`` with functions written out that a relation in ``used`` gives by an expression."""
    for relation in used:
        if isinstance(relation, sp.Eq) and isinstance(relation.lhs, AppliedUndef):
            left, right = relation.lhs, relation.rhs
            if condition.has(left) and not right.has(left):
                condition = rebuilt(condition, lambda side, a=left, b=right: side.xreplace({a: b}))
    return condition


def problem(
    before: sp.Basic | None,
    step: Step,
    hypotheses: Sequence[sp.Basic],
    conditions: Sequence[sp.Basic],
    own: Sequence[sp.Basic],
    used: Sequence[sp.Basic],
    setting: Setting,
) -> str:
    """Why ``step`` needs more than its hypotheses and the side conditions so far grant; "" if it does not.

    ``conditions`` are those of the steps before it, with those that they inherit, and ``own`` those of the
    step itself; ``used`` are the relations that the steps before it used.
    """
    if isinstance(step, Substitute):
        return _inside(before, step, hypotheses, own, setting)
    if not isinstance(step, (Differentiate, Expand, SolveFlow, TakeLimit)):
        return ""
    by, granted = step.by, [*hypotheses, *conditions]
    speaking = [c for c in granted if _speaks(c, by)]
    if isinstance(step, Differentiate):
        shut = [c for c in speaking if not _open(c, by, granted)]
        return f"{shut[0]} may hold at a single {by}, where nothing can be differentiated" if shut else ""
    if isinstance(step, SolveFlow):
        return f"{speaking[0]} need not hold at all times from {by} = 0 on" if speaking else ""
    speaking = [written(c, used) for c in speaking]
    others = [c for c in granted if not _speaks(c, by)]
    at = step.at if isinstance(step, TakeLimit) else sp.Integer(0)
    try:
        return _on_the_way(speaking, by, at, others)
    except NotEvaluable as error:
        return f"whether {speaking} hold near {by} = {at} could not be decided: {error}"
