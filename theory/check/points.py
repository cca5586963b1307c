"""Random exact points that satisfy the declared assumptions, and the decisions taken at them.

A polynomial identity of degree D that is false agrees at one random point, drawn from a set of size
``|S|`` per symbol, with probability at most D/|S| (Schwartz 1980, Zippel 1979). Numerators here run over
about 2·10⁴ values, so that :data:`POINTS` points leave less than 10⁻¹² even for D = 100. Integers are few
(:data:`_INTEGERS`), so for them this way is only a sample. What is not a polynomial is enclosed in balls of
:data:`PRECISIONS` bits, one after the other: a ball that excludes zero is a proof of inequality; one that
contains zero counts as agreement only if its radius is below 2^(−bits/2) at a higher precision too.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from flint import arb, ctx, fmpq
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from . import series
from .assumptions import admits, assumed
from .evaluate import Indices, NotEvaluable, Point, Polynomial, evaluate, monomials
from .series import Number, Undecidable

POINTS = 6
_CASES = (sp.Sum, sp.Product, sp.Abs, sp.sign, sp.Max, sp.Min, sp.KroneckerDelta, sp.Piecewise)
_MORE_POINTS = 6
"""Times as many points where a claim falls into cases, each of which some point must meet; no source."""
PRECISION = 400
PRECISIONS = (PRECISION, 3_200, 12_800)
"""Bits of the balls; 3200 tell 1 + e^(−1000) from 1. No source, each costs more than the one before."""
MAX_DRAWS = 400
"""Draws before giving up on hypotheses that exclude most points; no source, generous on purpose."""
_CANDIDATES = 4
"""Points drawn for each one that must be decided: some hit a pole or a negative radicand. No source."""
_LARGEST = 10_007
_DENOMINATORS = (1_000, 3_000)
"""Values of order one keep exponentials within reach of the balls."""
_SCALES = (Fraction(1), Fraction(1), Fraction(1), Fraction(100), Fraction(1, 100))
"""Two points of five mix in larger and smaller values, which max(x, 20) = 20 does not survive."""
_INTEGERS = (-4, 6)
"""Small, since sums are written out; with zero, one and negative ones, where ranges are empty."""
_MAX_TRIES = 200
"""Draws of one symbol before its assumptions are taken to exclude all candidates; no source."""


@dataclass(frozen=True)
class Decision:
    """``agrees`` is True, False, or None where no decision was possible; ``why`` shows a witness."""

    agrees: bool | None
    why: str = ""


def _candidate(symbol: sp.Basic, rng: random.Random, scale: Fraction) -> fmpq:
    if symbol.is_integer:
        return fmpq(rng.randint(*_INTEGERS))
    value = fmpq(rng.randint(1, _LARGEST), rng.randint(*_DENOMINATORS))
    value *= fmpq(scale.numerator, scale.denominator) if rng.random() < 0.5 else fmpq(1)
    return value if rng.random() < 0.5 else -value


def _random_value(symbol: sp.Basic, rng: random.Random, scale: Fraction = _SCALES[0]) -> fmpq:
    """A number that has every property assumed of ``symbol``.

    Raises:
        NotEvaluable: none was found (complex or irrational symbols, contradictions, large primes).
    """
    for _ in range(_MAX_TRIES):
        value = _candidate(symbol, rng, scale)
        if admits(symbol, value):
            return value
    properties = ", ".join(name for name, wanted in assumed(symbol).items() if wanted)
    raise NotEvaluable(f"no number was found for {symbol}, which is assumed to be {properties}")


def _polynomial(
    function: AppliedUndef, centre: tuple[fmpq, ...], degree: int, rng: random.Random
) -> Polynomial:
    if not centre:
        return Polynomial((), {(): _random_value(function, rng)})
    if function.is_integer or function.is_real is False:
        raise NotEvaluable(f"no polynomial stands for {function}, whose values are integers or not real")
    coefficients = {
        powers: fmpq(rng.randint(-_LARGEST, _LARGEST), rng.randint(*_DENOMINATORS))
        for powers in monomials(len(centre), degree)
    }
    if function.is_nonnegative:
        return Polynomial(centre, coefficients, 1, _random_value(function, rng))
    if function.is_nonpositive:
        return Polynomial(centre, coefficients, -1, abs(_random_value(function, rng)))
    return Polynomial(centre, coefficients)


@dataclass(frozen=True)
class _Signature:
    """How one undefined function is used: an example, which arguments are indices, what degree it needs."""

    example: AppliedUndef
    index_places: Indices
    degree: int


def _order(expression: sp.Basic) -> int:
    """How often, at most, anything in ``expression`` is differentiated."""
    inner = max((_order(a) for a in expression.args), default=0)
    if not isinstance(expression, sp.Derivative):
        return inner
    counts = [count for _, count in expression.variable_count]
    return inner + sum(int(count) for count in counts if count.is_Integer)


def _signatures(expressions: Sequence[sp.Basic]) -> dict[str, _Signature]:
    uses: defaultdict[str, list[AppliedUndef]] = defaultdict(list)
    for function in sorted({f for e in expressions for f in e.atoms(AppliedUndef)}, key=str):
        uses[function.func.__name__].append(function)
    order = max((_order(e) for e in expressions), default=0)
    found: dict[str, _Signature] = {}
    for name, examples in uses.items():
        # Plain symbols as arguments tell where to centre the polynomial; prefer them over f(0).
        example = max(examples, key=lambda f: sum(a.is_Symbol for a in f.args))
        places = range(min(len(f.args) for f in examples))
        indices = tuple(place for place in places if all(f.args[place].is_integer for f in examples))
        # One degree for each derivative and each argument, so that no finite difference vanishes by itself.
        found[name] = _Signature(example, indices, 2 + order + len(examples))
    return found


class _Functions(dict[tuple[str, Indices], Polynomial]):
    """Polynomials, drawn when first asked for: an index may take any integer value."""

    def __init__(
        self, signatures: Mapping[str, _Signature], values: Mapping[sp.Basic, Number], rng: random.Random
    ) -> None:
        super().__init__()
        self._signatures, self._values, self._rng = signatures, values, rng

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and key[0] in self._signatures

    def __missing__(self, key: tuple[str, Indices]) -> Polynomial:
        signature = self._signatures[key[0]]
        arguments = [
            a for place, a in enumerate(signature.example.args) if place not in signature.index_places
        ]
        centre = tuple(self._values.get(a, fmpq(0)) for a in arguments)
        self[key] = _polynomial(signature.example, centre, signature.degree, self._rng)
        return self[key]


def _symbols(expressions: Sequence[sp.Basic]) -> list[sp.Symbol]:
    return sorted(
        {s for e in expressions for s in e.atoms(sp.Symbol)}, key=lambda s: (s.name, str(assumed(s)))
    )


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
            if not isinstance(relation, sp.Eq):
                raise NotEvaluable(f"matrices can only be compared by =, not as in {relation}")
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
    """Exact for rationals; for balls True means zero to half the bits in use, None means too wide to say."""
    value = series.leading(value)
    if isinstance(value, fmpq):
        return bool(value == 0)
    if not value.contains(0):
        return False
    return True if value.rad() < arb(2) ** (-ctx.prec // 2) else None


def _draw(
    expressions: Sequence[sp.Basic], hypotheses: Sequence[sp.Basic], count: int, seed: int
) -> Iterator[Point]:
    rng = random.Random(seed)
    everything = [*expressions, *hypotheses]
    symbols, signatures = _symbols(everything), _signatures(everything)
    places = {name: signature.index_places for name, signature in signatures.items()}
    found = 0
    for _ in range(MAX_DRAWS):
        scale = rng.choice(_SCALES)
        values: dict[sp.Basic, Number] = {s: _random_value(s, rng, scale) for s in symbols}
        point = Point(values, _Functions(signatures, values, rng), places)
        with ctx.workprec(PRECISION):
            met = all(holds(h, point) for h in hypotheses)
        if met:
            yield point
            found += 1
            if found == count:
                return


def random_points(
    expressions: Sequence[sp.Basic], hypotheses: Sequence[sp.Basic], count: int, seed: int
) -> list[Point]:
    """Up to ``count`` points at which all ``hypotheses`` hold; fewer when they are hard to meet.

    Raises:
        NotEvaluable: a symbol's assumptions admit no candidate, or a hypothesis cannot be evaluated.
    """
    return list(_draw(expressions, hypotheses, count, seed))


def show(point: Point, expressions: Sequence[sp.Basic]) -> str:
    """The point's values, for a message: only the symbols that the expressions use."""
    used = {s for e in expressions for s in e.atoms(sp.Symbol)}
    return ", ".join(f"{s} = {v}" for s, v in point.values.items() if s in used)


def _shown(value: Number) -> str:
    value = series.leading(value)
    return value.str(8) if isinstance(value, arb) else str(value)


def _zero_at(expression: sp.Basic, point: Point) -> tuple[bool | None, Number]:
    """Whether ``expression`` is zero at ``point``, and its value; a ball is asked again at more bits."""
    zero: bool | None = None
    value: Number = fmpq(0)
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            value = evaluate(expression, point)
            zero = is_zero(value)
        if zero is False or isinstance(series.leading(value), fmpq) or (zero and bits > PRECISION):
            break
    return zero, value


def vanishes(
    expressions: Sequence[sp.Basic], hypotheses: Sequence[sp.Basic] = (), seed: int = 0, count: int = POINTS
) -> Decision:
    """Whether all expressions are zero at random exact points that satisfy the hypotheses."""
    if any(e.has(*_CASES) for e in expressions):
        count *= _MORE_POINTS
    decided = 0
    try:
        for point in _draw(expressions, hypotheses, _CANDIDATES * count, seed):
            zeros: list[bool | None] = []
            for expression in expressions:
                try:
                    zero, value = _zero_at(expression, point)
                except Undecidable:
                    zeros.append(None)
                    continue
                if zero is False:
                    where = show(point, expressions)
                    return Decision(False, f"the two sides differ by {_shown(value)} at {where}")
                zeros.append(zero)
            decided += None not in zeros
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
