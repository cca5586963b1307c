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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from itertools import islice

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
    """``agrees`` is True, False, or None where no decision was possible; ``because`` makes the message.

    Most decisions are about altered copies, whose messages nobody reads; so they are only made when asked for.
    """

    agrees: bool | None
    because: str | Callable[[], str] = ""

    @property
    def why(self) -> str:
        """The reason, with a witness."""
        return self.because if isinstance(self.because, str) else self.because()


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

    name: str
    example: AppliedUndef
    index_places: Indices
    degree: int


@dataclass(frozen=True)
class _Parts:
    """What ``expression`` is made of: symbols, applied functions, how deep its derivatives are nested."""

    symbols: frozenset[sp.Symbol]
    functions: frozenset[AppliedUndef]
    order: int
    cases: bool
    """Whether it falls into cases."""


@lru_cache(maxsize=16384)
def _parts(expression: sp.Basic) -> _Parts:
    inner = [_parts(a) for a in expression.args]
    symbols: frozenset[sp.Symbol] = frozenset().union(*(i.symbols for i in inner))
    functions: frozenset[AppliedUndef] = frozenset().union(*(i.functions for i in inner))
    order = max((i.order for i in inner), default=0)
    if isinstance(expression, sp.Symbol):
        symbols |= {expression}
    elif isinstance(expression, AppliedUndef):
        functions |= {expression}
    elif isinstance(expression, sp.Derivative):
        order += sum(int(count) for _, count in expression.variable_count if count.is_Integer)
    cases = isinstance(expression, _CASES) or any(i.cases for i in inner)
    return _Parts(symbols, functions, order, cases)


@lru_cache(maxsize=16384)
def name(thing: sp.Basic) -> str:
    """How ``thing`` prints, remembered: much is ordered by it."""
    return str(thing)


def _signatures(expressions: Sequence[sp.Basic]) -> tuple[_Signature, ...]:
    parts = [_parts(e) for e in expressions]
    uses: defaultdict[str, list[AppliedUndef]] = defaultdict(list)
    for function in sorted(frozenset().union(*(p.functions for p in parts)), key=name):
        uses[function.func.__name__].append(function)
    order = max((p.order for p in parts), default=0)
    found: list[_Signature] = []
    for called, examples in uses.items():
        # Plain symbols as arguments tell where to centre the polynomial; prefer them over f(0).
        example = max(examples, key=lambda f: sum(a.is_Symbol for a in f.args))
        places = range(min(len(f.args) for f in examples))
        indices = tuple(place for place in places if all(f.args[place].is_integer for f in examples))
        # One degree for each derivative and each argument, so that no finite difference vanishes by itself.
        found.append(_Signature(called, example, indices, 2 + order + len(examples)))
    return tuple(found)


class _Functions(dict[tuple[str, Indices], Polynomial]):
    """Polynomials, drawn when first asked for: an index may take any integer value."""

    def __init__(
        self, signatures: Sequence[_Signature], values: Mapping[sp.Basic, Number], stream: str
    ) -> None:
        super().__init__()
        self._signatures, self._values, self._stream = {s.name: s for s in signatures}, values, stream

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and key[0] in self._signatures

    def __missing__(self, key: tuple[str, Indices]) -> Polynomial:
        signature = self._signatures[key[0]]
        arguments = [
            a for place, a in enumerate(signature.example.args) if place not in signature.index_places
        ]
        centre = tuple(self._values.get(a, fmpq(0)) for a in arguments)
        rng = random.Random(f"{self._stream} {key}")
        self[key] = _polynomial(signature.example, centre, signature.degree, rng)
        return self[key]


@lru_cache(maxsize=16384)
def _order_of(symbol: sp.Symbol) -> tuple[str, str]:
    return symbol.name, str(assumed(symbol))


def _symbols(expressions: Sequence[sp.Basic]) -> list[sp.Symbol]:
    return sorted(frozenset().union(*(_parts(e).symbols for e in expressions)), key=_order_of)


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


class _Sample:
    """The points of one seed, numbered, for expressions in certain symbols and functions.

    A step and its altered copies are asked at the same points, and have most of their parts in common.
    """

    def __init__(self, symbols: Sequence[sp.Symbol], signatures: Sequence[_Signature], seed: int) -> None:
        self._symbols, self._signatures, self._seed = symbols, signatures, seed
        self._rng = random.Random(seed)
        self._places = {s.name: s.index_places for s in signatures}
        self._points: list[Point] = []
        self._met: dict[tuple[sp.Basic, ...], list[bool]] = {}
        self._stuck: NotEvaluable | None = None

    def _point(self, number: int) -> Point:
        if self._stuck is not None:
            raise self._stuck
        while len(self._points) <= number:
            scale = self._rng.choice(_SCALES)
            try:
                values: dict[sp.Basic, Number] = {
                    s: _random_value(s, self._rng, scale) for s in self._symbols
                }
            except NotEvaluable as error:
                self._stuck = error  # so that the answer does not depend on how often it is asked
                raise
            functions = _Functions(self._signatures, values, f"{self._seed} {len(self._points)}")
            self._points.append(Point(values, functions, self._places))
        return self._points[number]

    def meeting(self, hypotheses: tuple[sp.Basic, ...]) -> Iterator[Point]:
        """Those among the first :data:`MAX_DRAWS` points at which all ``hypotheses`` hold, in order."""
        met = self._met.setdefault(hypotheses, [])
        for number in range(MAX_DRAWS):
            point = self._point(number)
            if number == len(met):
                with ctx.workprec(PRECISION):
                    met.append(all(holds(h, point) for h in hypotheses))
            if met[number]:
                yield point


@lru_cache(maxsize=16)
def _sample(symbols: tuple[sp.Symbol, ...], signatures: tuple[_Signature, ...], seed: int) -> _Sample:
    return _Sample(symbols, signatures, seed)


def _draw(
    expressions: Sequence[sp.Basic], hypotheses: Sequence[sp.Basic], count: int, seed: int
) -> Iterator[Point]:
    everything = [*expressions, *hypotheses]
    sample = _sample(tuple(_symbols(everything)), _signatures(everything), seed)
    return islice(sample.meeting(tuple(hypotheses)), count)


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
    used = frozenset().union(*(_parts(e).symbols for e in expressions))
    return ", ".join(f"{s} = {v}" for s, v in point.values.items() if s in used)


def _shown(value: Number) -> str:
    value = series.leading(value)
    return value.str(8) if isinstance(value, arb) else str(value)


def _differ(value: Number, point: Point, expressions: Sequence[sp.Basic]) -> str:
    return f"the two sides differ by {_shown(value)} at {show(point, expressions)}"


def _violated(relation: sp.Basic, point: Point) -> str:
    return f"{relation} is violated at {show(point, [relation])}"


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
    if any(_parts(e).cases for e in expressions):
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
                    return Decision(False, partial(_differ, value, point, expressions))
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
                    return Decision(False, partial(_violated, relation, point))
        except NotEvaluable as error:
            return Decision(None, str(error))
    decided = answers.count(True)
    if decided >= count // 2:
        return Decision(True)
    return Decision(None, f"only {decided} of {count} random points could be decided")
