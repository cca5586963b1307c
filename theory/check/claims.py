"""Reading a step as a claim: each kind of step owes a list of obligations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations_with_replacement
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from ..derivation import (
    Bound,
    Differentiate,
    Expand,
    Identity,
    Ito,
    Named,
    Rearrange,
    Rewrite,
    Solve,
    SolveFlow,
    Start,
    Step,
    Substitute,
    TakeLimit,
)
from ..process import ItoProcess
from ..statement import Kind
from . import points
from .obligations import NonZero, Obligation, Sign, Tends, Zero
from .renaming import Malformed, not_weaker, renamed, replaced
from .setting import Setting


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


def _zeros(expressions: Iterable[sp.Expr]) -> list[Obligation]:
    return [Zero(e) for e in expressions]


def _identical(before: sp.Basic, after: sp.Basic) -> tuple[sp.Expr, ...]:
    (l1, r1), (l2, r2) = _sides(before, "the relation before"), _sides(after, "the relation after")
    return (*_minus(l1, l2), *_minus(r1, r2))


def _named(step: Named, setting: Setting) -> sp.Basic:
    """The relation that ``step`` uses, renamed.

    Raises:
        Malformed: there is no such relation, or it holds under a hypothesis that is not granted here.
    """
    if step.using not in setting.known:
        raise Malformed(f"the step uses {step.using!r}, which is no statement of this theory")
    statement = setting.known[step.using]
    if not 0 <= step.part < len(statement.content):
        raise Malformed(
            f"{step.using} has {len(statement.content)} relations, counted from part=0; there is no part={step.part}"
        )
    for hypothesis in statement.hypotheses:
        wanted = renamed(hypothesis, step.where, statement.generic, setting.running)
        if wanted not in setting.hypotheses and wanted.doit() is not sp.true:
            raise Malformed(f"{step.using} holds under the hypothesis {wanted}, which is not granted here")
    return renamed(statement.content[step.part], step.where, statement.generic, setting.running)


def _start(before: sp.Basic | None, step: Start, setting: Setting) -> list[Obligation]:
    return _zeros(_identical(_named(step, setting), step.to))


def _identity(before: sp.Basic | None, step: Identity, setting: Setting) -> list[Obligation]:
    return _zeros(_minus(*_sides(step.to, "an identity")))


def _rewrite(before: sp.Basic, step: Rewrite, setting: Setting) -> list[Obligation]:
    return _zeros(_identical(before, step.to))


def _rearrange(before: sp.Basic, step: Rearrange, setting: Setting) -> list[Obligation]:
    (l1, r1), (l2, r2) = _sides(before, "the relation before"), _sides(step.to, "the relation after")
    zero = [a - step.times * b for a, b in zip(_minus(l2, r2), _minus(l1, r1), strict=True)]
    return [*_zeros(zero), NonZero(step.times)]


def _substitute(before: sp.Basic, step: Substitute, setting: Setting) -> list[Obligation]:
    old, new = _sides(_named(step, setting), f"{step.using}, which is substituted,")
    if new.has(old):
        raise Malformed(f"{step.using} cannot be substituted: {old} stands on both of its sides")
    if not (before.has(old) or step.to.has(old)):
        raise Malformed(f"{step.using} has nothing to replace: {old} occurs neither before nor after")
    return _zeros(_identical(replaced(before, old, new), replaced(step.to, old, new)))


def _runs(by: sp.Symbol, setting: Setting, whole: bool = False) -> None:
    """Raise unless relations hold for all values of ``by``, which are real numbers (integers, if ``whole``)."""
    if by.name not in setting.running:
        raise Malformed(
            f"{by} is not declared as running: the relation before need not hold for all its values"
        )
    if by.is_integer and not whole:
        raise Malformed(f"{by} takes whole values only, between which the relation before says nothing")


def _differentiate(before: sp.Basic, step: Differentiate, setting: Setting) -> list[Obligation]:
    lhs, rhs = _sides(before, "the relation before")
    _runs(step.by, setting)

    def rate(side: Any) -> Any:
        if isinstance(side, sp.MatrixBase):
            return side.applyfunc(lambda e: sp.Derivative(e, step.by))
        return sp.Derivative(side, step.by)

    l2, r2 = _sides(step.to, "the relation after")
    return _zeros((*_minus(rate(lhs), l2), *_minus(rate(rhs), r2)))


def _roots(relation: sp.Basic, unknown: sp.Expr) -> list[sp.Expr]:
    parts = relation.args if isinstance(relation, sp.Or) else (relation,)
    roots = []
    for part in parts:
        lhs, rhs = _sides(part, "each solution")
        if lhs != unknown or rhs.has(unknown):
            raise Malformed(f"a solution must read {unknown} = …, free of {unknown}; it reads {part}")
        roots.append(rhs)
    return roots


def _multiplicities(roots: int, degree: int) -> Iterator[tuple[int, ...]]:
    """All ways to count ``roots`` distinct roots up to ``degree``."""
    for extra in combinations_with_replacement(range(roots), degree - roots):
        yield tuple(1 + extra.count(r) for r in range(roots))


def _solve(before: sp.Basic, step: Solve, setting: Setting) -> list[Obligation]:
    lhs, rhs = _sides(before, "the relation before")
    x = sp.Dummy("x")
    polynomial = sp.expand((lhs - rhs).xreplace({step.unknown: x}))
    try:
        coefficients = sp.Poly(polynomial, x).all_coeffs()
    except sp.PolynomialError as error:
        raise Malformed(f"{before} is no polynomial equation in {step.unknown}") from error
    roots = _roots(step.to, step.unknown)
    degree = len(coefficients) - 1
    if not 0 < len(roots) <= degree:
        raise Malformed(f"degree {degree} in {step.unknown}, but {len(roots)} solutions were given")
    # All roots at once: the coefficients of the two polynomials must agree, so none is missing.
    zero: list[sp.Expr] = []
    for counts in _multiplicities(len(roots), degree):
        claimed = sp.Poly(sp.prod([(x - r) ** c for r, c in zip(roots, counts, strict=True)]), x).all_coeffs()
        zero = [c - coefficients[0] * k for c, k in zip(coefficients[1:], claimed[1:], strict=True)]
        if len(roots) == degree or points.vanishes(zero).agrees is True:
            break
    return [*_zeros(zero), NonZero(coefficients[0])]


def _solve_flow(before: sp.Basic, step: SolveFlow, setting: Setting) -> list[Obligation]:
    lhs, rhs = _sides(before, "the relation before")
    (solution,) = _roots(step.to, step.unknown)
    y, rate = sp.Dummy("y"), sp.Dummy("rate")
    flat = (lhs - rhs).xreplace({sp.Derivative(step.unknown, step.by): rate}).xreplace({step.unknown: y})
    slopes = [sp.diff(flat, y), sp.diff(flat, rate)]
    if flat.has(sp.Derivative) or any(s.has(y, rate) for s in slopes):
        raise Malformed(
            f"{before} is not linear and of first order in {step.unknown}, so uniqueness is not shown"
        )
    if slopes[1].has(step.by) or sp.denom(sp.together(slopes[0])).has(step.by):
        raise Malformed(f"the coefficients of {before} may vanish or blow up, so uniqueness is not shown")
    _runs(step.by, setting)
    residual = (lhs - rhs).xreplace({step.unknown: solution})
    start = {step.by: sp.Integer(0)}
    return [*_zeros((residual, solution.xreplace(start) - step.unknown.xreplace(start))), NonZero(slopes[1])]


def _expand(before: sp.Basic, step: Expand, setting: Setting) -> list[Obligation]:
    (l1, r1), (l2, r2) = _sides(before, "the relation before"), _sides(step.to, "the relation after")
    _runs(step.by, setting)
    order = r2.getO() if isinstance(r2, sp.Expr) else None
    if order is None:
        raise Malformed(f"an expansion must say the order of its remainder; {step.to} has none")
    power = sp.degree(order.expr, step.by) if order.expr.is_polynomial(step.by) else None
    if order.variables != (step.by,) or order.point != (0,) or power is None or power < 1:
        raise Malformed(f"the remainder must be Order({step.by}**n) with n ≥ 1, not {order}")
    left_over = r1 - r2.removeO()

    def coefficient(k: int) -> sp.Expr:
        inner = sp.Derivative(left_over, (step.by, k)) if k else left_over
        return sp.Subs(inner, step.by, sp.Integer(0))

    below = [coefficient(k) for k in range(int(power))]
    return [*_zeros([*_minus(l1, l2), *below]), NonZero(coefficient(int(power)), everywhere=False)]


_DIRECTIONS = {sp.Le: (1, False), sp.Lt: (1, True), sp.Ge: (-1, False), sp.Gt: (-1, True)}


def _bound(before: sp.Basic, step: Bound, setting: Setting) -> list[Obligation]:
    if type(step.to) not in _DIRECTIONS:
        raise Malformed(f"a bound must end in ≤, <, ≥ or >, not in {step.to}")
    direction, strict = _DIRECTIONS[type(step.to)]
    if type(before) in _DIRECTIONS:
        earlier, already = _DIRECTIONS[type(before)]
        if earlier != direction:
            raise Malformed(f"{before} and {step.to} point in opposite directions")
        strict = strict and not already
    elif not isinstance(before, sp.Eq):
        raise Malformed(f"the relation before must be an equation or an inequality, not {before}")
    difference = direction * (step.to.rhs - before.rhs)
    return [
        Zero(before.lhs - step.to.lhs),
        Zero(difference - step.certificate),
        Sign(step.certificate, strict),
    ]


def _take_limit(before: sp.Basic, step: TakeLimit, setting: Setting) -> list[Obligation]:
    (l1, r1), (l2, r2) = _sides(before, "the relation before"), _sides(step.to, "the relation after")
    _runs(step.by, setting, whole=step.at is sp.oo)
    if not isinstance(l2, sp.Limit) or l2.args[1] != step.by or l2.args[2] != step.at:
        raise Malformed(f"the left side must be the limit for {step.by} → {step.at}, not {l2}")
    if str(l2.args[3]) != ("-" if step.at is sp.oo else "+"):
        raise Malformed(f"{l2} is no limit from above: its direction is {l2.args[3]}")
    if r2.has(step.by):
        raise Malformed(f"the limit {r2} still depends on {step.by}")
    return [*_zeros(_minus(l1, l2.args[0])), Tends(r1, step.by, step.at, r2)]


def _quantities(expression: sp.Basic) -> set[sp.Basic]:
    """The symbols of ``expression``, and its functions at a place."""
    return {*expression.free_symbols, *expression.atoms(AppliedUndef)}


def _moving(process: ItoProcess, relations: Iterable[sp.Basic]) -> set[sp.Basic]:
    """What an equation ties to a state of the process, however far; it may not be a constant."""
    equations = [_quantities(relation) for relation in relations if isinstance(relation, sp.Eq)]
    moving: set[sp.Basic] = set(process.states)
    while True:
        more = {s for found in equations if found & moving for s in found} - moving
        if not more:
            return moving - set(process.states)
        moving |= more


def _ito(before: sp.Basic | None, step: Ito, setting: Setting) -> list[Obligation]:
    process = setting.known[step.using].process if step.using in setting.known else None
    if process is None:
        raise Malformed(f"Itô's rule needs a statement with a process; {step.using!r} has none")
    name, claimed = _sides(step.to, "the relation after")
    given = [s.id for s in setting.known.values() if s.kind in (Kind.DEFINITION, Kind.ASSUMPTION)]
    taken = [i for i in given if any(c.has(name) for c in setting.known[i].content)]
    if name.is_number or not (name.is_Symbol or isinstance(name, AppliedUndef)) or taken:
        raise Malformed(f"the left side must be a name made for this; {name} is none, or {taken} speak of it")
    if claimed.has(name) or step.function.has(name) or name in process.states:
        raise Malformed(f"the name {name} also occurs in what it stands for")
    not_weaker(name, claimed, but=("real",))
    parts = (step.function, *map(sp.sympify, (*process.drift, *sum(process.noise, ()))))
    # A function of the states moves with them by the chain rule.
    held = {s for part in parts for s in _quantities(part) if not s.has(*process.states)}
    moving = held & _moving(process, (c for i in given for c in setting.known[i].content))
    running = {s for s in held if s.is_Symbol and s.name in setting.running and not s.is_integer}
    if moving or running:
        raise Malformed(
            f"{min(map(str, moving | running))} is taken for a constant, but it is tied to the states of the process, or runs"
        )
    if step.noise is None:
        return [Zero(process.drift_of(step.function) - claimed)]
    if not 0 <= step.noise < len(process.noise[0]):
        raise Malformed(
            f"{step.using} has {len(process.noise[0])} Brownian motions, counted from noise=0; there is no "
            f"noise={step.noise}"
        )
    return [Zero(process.noise_of(step.function, step.noise) - claimed)]


_OBLIGATIONS: dict[type[Step], Callable[..., list[Obligation]]] = {
    Start: _start,
    Identity: _identity,
    Rewrite: _rewrite,
    Rearrange: _rearrange,
    Substitute: _substitute,
    Differentiate: _differentiate,
    Solve: _solve,
    SolveFlow: _solve_flow,
    Expand: _expand,
    Bound: _bound,
    TakeLimit: _take_limit,
    Ito: _ito,
}


OPENING = (Start, Identity, Ito)
"""Kinds of step that need no relation before them."""


def obligations(before: sp.Basic | None, step: Step, setting: Setting) -> list[Obligation]:
    """What ``step`` owes, given the relation before it (None at the start of a derivation).

    Raises:
        Malformed: the step cannot be read as a claim.
    """
    if (before is None) != isinstance(step, OPENING):
        opening = ", ".join(kind.__name__ for kind in OPENING)
        raise Malformed(f"a derivation begins with one of {opening}, and has no other of these")
    return _OBLIGATIONS[type(step)](before, step, setting)


def used_relation(step: Step, setting: Setting) -> sp.Basic | None:
    """The relation of a named statement that ``step`` uses; None where it uses none, or wrongly."""
    if not isinstance(step, Named) or isinstance(step, Ito):
        return None
    try:
        return _named(step, setting)
    except Malformed:
        return None
