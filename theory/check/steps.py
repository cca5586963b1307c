"""Checking one step: what it claims is reduced to expressions that must vanish, both ways.

Each kind of step has one function here that turns (relation before, step) into *obligations*: a list
of expressions that must be zero, and of expressions that must not. The obligations are then decided
symbolically and at exact random points, and the step passes only if both ways say yes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from ..derivation import Differentiate, Identity, Named, Rearrange, Rewrite, Solve, SolveFlow, Start, Step, Substitute
from ..statement import Statement
from ..units import UnitError, Units, balanced
from . import points, symbolic
from .conditions import side_conditions


class Malformed(ValueError):
    """A step that cannot be read as a claim: the wrong kind of relation, or an unknown statement."""


@dataclass(frozen=True)
class Obligations:
    """What a step owes: expressions that must be zero, and expressions that must not be."""

    zero: tuple[sp.Expr, ...]
    nonzero: tuple[sp.Expr, ...] = ()


@dataclass(frozen=True)
class StepResult:
    """What was found. ``symbolic`` and ``points`` are True, False, or None where undecided."""

    kind: str
    says: str
    to: sp.Basic
    uses: tuple[str, ...]
    symbolic: bool | None
    points: bool | None
    units: bool
    conditions: tuple[sp.Basic, ...] = ()
    message: str = ""

    @property
    def passed(self) -> bool:
        return self.symbolic is True and self.points is True and self.units

    @property
    def failed(self) -> bool:
        """Shown to be wrong, as against not decided."""
        return self.symbolic is False or self.points is False or not self.units


def renamed(expression: sp.Basic, where: Mapping[Any, Any]) -> sp.Basic:
    """``expression`` with symbols and function classes replaced, all at once."""
    functions = {old: new for old, new in where.items() if isinstance(old, sp.core.function.UndefinedFunction)}
    symbols = {old: new for old, new in where.items() if old not in functions}
    expression = expression.xreplace(symbols)
    for old, new in functions.items():
        expression = expression.replace(old, new)
    return expression


def _sides(relation: sp.Basic | None, what: str) -> tuple[sp.Expr, sp.Expr]:
    if not isinstance(relation, sp.Eq):
        raise Malformed(f"{what} must be an equation, not {relation}")
    return relation.lhs, relation.rhs


def _entries(difference: Any) -> list[sp.Expr]:
    return list(difference) if isinstance(difference, sp.MatrixBase) else [difference]


def _minus(a: Any, b: Any) -> list[sp.Expr]:
    if isinstance(a, sp.MatrixBase) != isinstance(b, sp.MatrixBase):
        raise Malformed(f"a matrix cannot equal a scalar: {a} and {b}")
    return _entries(a - b)


def _identical(before: sp.Basic, after: sp.Basic) -> tuple[sp.Expr, ...]:
    (l1, r1), (l2, r2) = _sides(before, "the relation before"), _sides(after, "the relation after")
    return (*_minus(l1, l2), *_minus(r1, r2))


def _named(step: Named, known: Mapping[str, Statement]) -> sp.Basic:
    if step.using not in known:
        raise Malformed(f"the step uses {step.using!r}, which is no statement of this theory")
    content = known[step.using].content
    if not 0 <= step.part < len(content):
        raise Malformed(f"{step.using} has {len(content)} relations; there is no number {step.part}")
    return renamed(content[step.part], step.where)


def _start(before: sp.Basic | None, step: Start, known: Mapping[str, Statement]) -> Obligations:
    return Obligations(_identical(_named(step, known), step.to))


def _identity(before: sp.Basic | None, step: Identity, known: Mapping[str, Statement]) -> Obligations:
    return Obligations(tuple(_minus(*_sides(step.to, "an identity"))))


def _rewrite(before: sp.Basic, step: Rewrite, known: Mapping[str, Statement]) -> Obligations:
    return Obligations(_identical(before, step.to))


def _rearrange(before: sp.Basic, step: Rearrange, known: Mapping[str, Statement]) -> Obligations:
    (l1, r1), (l2, r2) = _sides(before, "the relation before"), _sides(step.to, "the relation after")
    zero = [a - step.times * b for a, b in zip(_minus(l2, r2), _minus(l1, r1), strict=True)]
    return Obligations(tuple(zero), (step.times,))


def _substitute(before: sp.Basic, step: Substitute, known: Mapping[str, Statement]) -> Obligations:
    old, new = _sides(_named(step, known), f"{step.using}, which is substituted,")
    if new.has(old):
        raise Malformed(f"{step.using} cannot be substituted: {old} stands on both of its sides")
    if not (before.has(old) or step.to.has(old)):
        raise Malformed(f"{step.using} has nothing to replace: {old} occurs neither before nor after")
    return Obligations(_identical(before.xreplace({old: new}), step.to.xreplace({old: new})))


def _differentiate(before: sp.Basic, step: Differentiate, known: Mapping[str, Statement]) -> Obligations:
    lhs, rhs = _sides(before, "the relation before")

    def rate(side: Any) -> Any:
        if isinstance(side, sp.MatrixBase):
            return side.applyfunc(lambda e: sp.Derivative(e, step.by))
        return sp.Derivative(side, step.by)

    l2, r2 = _sides(step.to, "the relation after")
    return Obligations((*_minus(rate(lhs), l2), *_minus(rate(rhs), r2)))


def _roots(relation: sp.Basic, unknown: sp.Expr) -> list[sp.Expr]:
    parts = relation.args if isinstance(relation, sp.Or) else (relation,)
    roots = []
    for part in parts:
        lhs, rhs = _sides(part, "each solution")
        if lhs != unknown or rhs.has(unknown):
            raise Malformed(f"a solution must read {unknown} = …, free of {unknown}; it reads {part}")
        roots.append(rhs)
    return roots


def _solve(before: sp.Basic, step: Solve, known: Mapping[str, Statement]) -> Obligations:
    lhs, rhs = _sides(before, "the relation before")
    x = sp.Dummy("x")
    polynomial = sp.expand((lhs - rhs).xreplace({step.unknown: x}))
    try:
        coefficients = sp.Poly(polynomial, x).all_coeffs()
    except sp.PolynomialError as error:
        raise Malformed(f"{before} is no polynomial equation in {step.unknown}") from error
    roots = _roots(step.to, step.unknown)
    if len(roots) != len(coefficients) - 1 or not roots:
        raise Malformed(f"degree {len(coefficients) - 1} in {step.unknown}, but {len(roots)} solutions were given")
    # All roots at once: the coefficients of the two polynomials must agree, so none is missing.
    claimed = sp.Poly(sp.prod([x - r for r in roots]), x).all_coeffs()
    zero = [c - coefficients[0] * k for c, k in zip(coefficients[1:], claimed[1:], strict=True)]
    return Obligations(tuple(zero), (coefficients[0],))


def _solve_flow(before: sp.Basic, step: SolveFlow, known: Mapping[str, Statement]) -> Obligations:
    lhs, rhs = _sides(before, "the relation before")
    (solution,) = _roots(step.to, step.unknown)
    y, rate = sp.Dummy("y"), sp.Dummy("rate")
    flat = (lhs - rhs).xreplace({sp.Derivative(step.unknown, step.by): rate}).xreplace({step.unknown: y})
    slopes = [sp.diff(flat, y), sp.diff(flat, rate)]
    if flat.has(sp.Derivative) or any(s.has(y, rate) for s in slopes):
        raise Malformed(f"{before} is not linear and of first order in {step.unknown}, so uniqueness is not shown")
    residual = (lhs - rhs).xreplace({step.unknown: solution})
    return Obligations((residual, solution.xreplace({step.by: sp.Integer(0)}) - step.initial), (slopes[1],))


_OBLIGATIONS: dict[type[Step], Callable[..., Obligations]] = {
    Start: _start,
    Identity: _identity,
    Rewrite: _rewrite,
    Rearrange: _rearrange,
    Substitute: _substitute,
    Differentiate: _differentiate,
    Solve: _solve,
    SolveFlow: _solve_flow,
}


def _both_ways(
    zero: tuple[sp.Expr, ...], hypotheses: tuple[sp.Basic, ...], thorough: bool
) -> tuple[bool | None, bool | None, str]:
    at_points = points.vanishes(zero, hypotheses)
    answers = [symbolic.vanishes(e, thorough=thorough) for e in zero]
    # The worst answer counts: wrong before undecided before right.
    worst = min(answers, key=lambda a: {False: 0, None: 1, True: 2}[a.agrees])
    return worst.agrees, at_points.agrees, "; ".join(m for m in (at_points.why, worst.why) if m)


def check_step(
    before: sp.Basic | None,
    step: Step,
    known: Mapping[str, Statement],
    units: Units,
    hypotheses: tuple[sp.Basic, ...] = (),
    thorough: bool = True,
) -> StepResult:
    """Decide one step, given the relation before it (None at the start of a derivation).

    With ``thorough=False`` the slow last resort of the symbolic way is left out; a step can then be
    undecided that would have passed, never the other way round.
    """
    try:
        if (before is None) != isinstance(step, (Start, Identity)):
            raise Malformed("a derivation begins with one Start or Identity, and has no other")
        obligations = _OBLIGATIONS[type(step)](before, step, known)
    except Malformed as error:
        return StepResult(step.kind, step.says, step.to, step.uses, False, False, True, (), str(error))
    message = ""
    try:
        balanced(step.to, units)
        balance = True
    except UnitError as error:
        balance, message = False, str(error)
    for factor in obligations.nonzero:
        if points.vanishes([factor], hypotheses).agrees is not False:
            why = f"the factor {factor} was not seen to differ from zero"
            return StepResult(step.kind, step.says, step.to, step.uses, False, False, balance, (), why)
    by_symbols, by_points, why = _both_ways(obligations.zero, hypotheses, thorough)
    return StepResult(
        step.kind,
        step.says,
        step.to,
        step.uses,
        by_symbols,
        by_points,
        balance,
        tuple(side_conditions(step.to, *obligations.nonzero)),
        "; ".join(m for m in (message, why) if m),
    )
