"""Random exact points that satisfy the declared assumptions, and the decisions taken at them.

A polynomial identity of degree D that is false agrees at one random point, drawn from a set of size
``|S|`` per symbol, with probability at most D/|S| (Schwartz 1980, Zippel 1979). Numerators here run over about
2·10⁴ values, so that :data:`POINTS` points leave less than 10⁻¹² even for D = 100. What is not a
polynomial is enclosed in balls of :data:`PRECISION` bits: a ball that excludes zero is a proof of
inequality; one that contains zero with a radius below 2^(−PRECISION/2) counts as agreement.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import arb, ctx, fmpq
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from . import series
from .evaluate import NotEvaluable, Point, Polynomial, evaluate, monomials
from .series import Number, Undecidable

POINTS = 6
PRECISION = 400
MAX_DRAWS = 400
"""Draws before giving up on hypotheses that exclude most points; no source, generous on purpose."""
_LARGEST = 10_007
_DENOMINATORS = (1_000, 3_000)
"""Values of order one keep exponentials within reach of the balls."""
_INTEGERS = (2, 6)
_DEGREE = 3


@dataclass(frozen=True)
class Decision:
    """``agrees`` is True, False, or None where no decision was possible; ``why`` shows a witness."""

    agrees: bool | None
    why: str = ""


def _random_value(symbol: sp.Basic, rng: random.Random) -> fmpq:
    if symbol.is_integer:
        return fmpq(rng.randint(*_INTEGERS))
    value = fmpq(rng.randint(1, _LARGEST), rng.randint(*_DENOMINATORS))
    if symbol.is_positive or symbol.is_nonnegative:
        return value
    if symbol.is_negative or symbol.is_nonpositive:
        return -value
    return value if rng.random() < 0.5 else -value


def _polynomial(function: AppliedUndef, centre: tuple[fmpq, ...], rng: random.Random) -> Polynomial:
    coefficients = {
        powers: fmpq(rng.randint(-_LARGEST, _LARGEST), rng.randint(*_DENOMINATORS))
        for powers in monomials(len(centre), _DEGREE)
    }
    coefficients[(0,) * len(centre)] = _random_value(function, rng)
    return Polynomial(centre, coefficients)


class _Functions(dict[Any, Polynomial]):
    """Polynomials, drawn when first asked for: an index may take any integer value."""

    def __init__(self, prototypes: dict[str, AppliedUndef], values: dict[sp.Basic, Number], rng: random.Random):
        super().__init__()
        self._prototypes, self._values, self._rng = prototypes, values, rng

    def __contains__(self, key: object) -> bool:
        name = key[0] if isinstance(key, tuple) else key
        return name in self._prototypes

    def __missing__(self, key: Any) -> Polynomial:
        function = self._prototypes[key[0] if isinstance(key, tuple) else key]
        arguments = [a for a in function.args if not a.is_integer]
        centre = tuple(self._values.get(a, fmpq(0)) for a in arguments)
        self[key] = _polynomial(function, centre, self._rng)
        return self[key]


def _symbols(expressions: Sequence[sp.Basic]) -> list[sp.Symbol]:
    found: set[sp.Symbol] = set()
    for expression in expressions:
        found |= expression.atoms(sp.Symbol)
    return sorted(found, key=lambda s: s.name)


def _prototypes(expressions: Sequence[sp.Basic]) -> dict[str, AppliedUndef]:
    found: dict[str, AppliedUndef] = {}
    for expression in expressions:
        for function in sorted(expression.atoms(AppliedUndef), key=str):
            # A plain symbol as argument tells where to centre the polynomial; prefer it over f(0).
            if function.func.__name__ not in found or all(a.is_Symbol for a in function.args):
                found[function.func.__name__] = function
    return found


def holds(relation: sp.Basic, point: Point) -> bool | None:
    """Whether a relation holds at a point; None when balls overlap or a side has no value.

    Raises:
        NotEvaluable: the relation contains something the evaluator does not know.
    """
    if relation in (sp.true, sp.false):
        return relation is sp.true
    if isinstance(relation, (sp.And, sp.Or)):
        parts = [holds(a, point) for a in relation.args]
        decisive = isinstance(relation, sp.Or)
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive
    if isinstance(relation, sp.Not):
        inner = holds(relation.args[0], point)
        return None if inner is None else not inner
    if not isinstance(relation, Relational):
        raise NotEvaluable(f"{relation} is not a relation")
    try:
        if isinstance(relation.lhs, sp.MatrixBase):
            zeros = [is_zero(evaluate(a - b, point)) for a, b in zip(relation.lhs, relation.rhs, strict=True)]
            return False if False in zeros else (None if None in zeros else True)
        difference = evaluate(relation.lhs, point) - evaluate(relation.rhs, point)
    except Undecidable:
        return None
    zero = is_zero(difference)
    if isinstance(relation, sp.Eq):
        return zero
    if isinstance(relation, sp.Ne):
        return None if zero is None else not zero
    if zero:
        return isinstance(relation, (sp.Ge, sp.Le))
    if zero is None:
        return None
    positive = bool(series.leading(difference) > 0)
    return positive if isinstance(relation, (sp.Gt, sp.Ge)) else not positive


def is_zero(value: Number) -> bool | None:
    """Exact for rationals; for balls True means zero to PRECISION/2 bits, None means too wide to say."""
    value = series.leading(value)
    if isinstance(value, fmpq):
        return bool(value == 0)
    if not value.contains(0):
        return False
    return True if value.rad() < arb(2) ** (-PRECISION // 2) else None


def random_points(
    expressions: Sequence[sp.Basic], hypotheses: Sequence[sp.Basic], count: int, seed: int
) -> list[Point]:
    """Up to ``count`` points at which all ``hypotheses`` hold; fewer when they are hard to meet."""
    rng = random.Random(seed)
    everything = [*expressions, *hypotheses]
    symbols, prototypes = _symbols(everything), _prototypes(everything)
    points: list[Point] = []
    for _ in range(MAX_DRAWS):
        values: dict[sp.Basic, Number] = {s: _random_value(s, rng) for s in symbols}
        point = Point(values, _Functions(prototypes, values, rng))
        if all(holds(h, point) for h in hypotheses):
            points.append(point)
            if len(points) == count:
                break
    return points


def show(point: Point, expressions: Sequence[sp.Basic]) -> str:
    """The point's values, for a message: only the symbols that the expressions use."""
    used = {s for e in expressions for s in e.atoms(sp.Symbol)}
    return ", ".join(f"{s} = {v}" for s, v in point.values.items() if s in used)


def vanishes(
    expressions: Sequence[sp.Basic], hypotheses: Sequence[sp.Basic] = (), seed: int = 0, count: int = POINTS
) -> Decision:
    """Whether all expressions are zero at random exact points that satisfy the hypotheses."""
    with ctx.workprec(PRECISION):
        try:
            points = random_points(expressions, hypotheses, 2 * count, seed)
            decided = 0
            for point in points:
                for expression in expressions:
                    try:
                        zero = is_zero(value := evaluate(expression, point))
                    except Undecidable:
                        break
                    if zero is False:
                        shown = series.leading(value)
                        return Decision(False, f"the two sides differ by {shown} at {show(point, expressions)}")
                    if zero is None:
                        break
                else:
                    decided += 1
                    if decided == count:
                        return Decision(True)
        except NotEvaluable as error:
            return Decision(None, str(error))
    return Decision(None, f"only {decided} of {count} random points could be decided")


def never_violated(
    relation: sp.Basic, hypotheses: Sequence[sp.Basic] = (), seed: int = 0, count: int = 40
) -> Decision:
    """Whether an inequality holds at random exact points that satisfy the hypotheses."""
    with ctx.workprec(PRECISION):
        try:
            points = random_points([relation], hypotheses, count, seed)
            answers = []
            for point in points:
                answers.append(holds(relation, point))
                if answers[-1] is False:
                    return Decision(False, f"{relation} is violated at {show(point, [relation])}")
        except NotEvaluable as error:
            return Decision(None, str(error))
    decided = answers.count(True)
    if decided >= count // 2:
        return Decision(True)
    return Decision(None, f"only {decided} of {count} random points could be decided")
