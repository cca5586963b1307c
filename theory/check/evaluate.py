"""Evaluation of an expression tree in exact rational, ball, or series arithmetic.

This is the second way of checking. It reads SymPy trees but computes with python-flint and
:mod:`.series` only: no rule of SymPy's simplifiers, of its differentiation or of its automatic
evaluation takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import factorial
from typing import Any

import sympy as sp
from flint import arb, ctx, fmpq
from sympy.core.function import AppliedUndef

from . import series
from .assumptions import admits
from .series import Number, Series, Undecidable

_LONGEST = 4_096
"""The longest sum or product that is written out; no source, it bounds the time of one point."""
_REMEMBERED = 2_048
"""Most values that are remembered at one point; no source, it bounds the memory."""


class NotEvaluable(TypeError):
    """The tree contains a construct that this evaluator does not know."""


@dataclass(frozen=True)
class Polynomial:
    """What stands for an undefined function: a random polynomial P around the point's own argument.

    With ``sign`` ±1 it stands for a function of that sign and is ±(P² + ``floor``), ``floor`` > 0.
    """

    centre: tuple[fmpq, ...]
    coefficients: Mapping[tuple[int, ...], fmpq]
    sign: int = 0
    floor: fmpq = field(default_factory=lambda: fmpq(1))

    def __call__(self, *arguments: Number) -> Number:
        """The value at numbers or series, one for each coordinate of the centre."""
        total: Number = fmpq(0)
        for powers, coefficient in self.coefficients.items():
            term: Number = coefficient
            for argument, centre, power in zip(arguments, self.centre, powers, strict=True):
                if power:
                    term = series.power(argument - centre, Fraction(power)) * term
            total = total + term
        return (total * total + self.floor) * fmpq(self.sign) if self.sign else total


Indices = tuple[int, ...]
"""Values of those arguments of an undefined function that are indices, in order."""


@dataclass(frozen=True)
class Point:
    """Values for symbols (by symbol) and polynomials for undefined functions (by name and indices).

    ``index_places`` tells which arguments of a function are indices: ``u(i, t)`` has its index at place
    0, and then one polynomial in t for each integer value of it, found under ``("u", (i,))``.
    """

    values: Mapping[sp.Basic, Number]
    functions: Mapping[tuple[str, Indices], Polynomial] = field(default_factory=dict)
    index_places: Mapping[str, Indices] = field(default_factory=dict)
    found: dict[tuple[sp.Basic, int, int], Number] = field(default_factory=dict, compare=False, repr=False)
    """What parts of expressions were found to be here, by the part, the level and the bits."""
    beside: dict[tuple[sp.Basic, int, int], Point] = field(default_factory=dict, compare=False, repr=False)
    """Points made from this one, which know what was found at them."""

    def at(self, symbol: sp.Basic, value: Number) -> Point:
        """This point with another value for one symbol."""
        return Point({**self.values, symbol: value}, self.functions, self.index_places)

    def moving(self, symbol: sp.Basic, order: int, level: int) -> Point:
        """This point with ``symbol`` moved by an infinitesimal, known up to ``order``."""
        key = (symbol, order, level)
        if key not in self.beside:
            here = Series([self.values[symbol], fmpq(1), *([fmpq(0)] * (order - 1))], level)
            self.beside[key] = self.at(symbol, here)
        return self.beside[key]

    def numbered(self, index: sp.Basic, number: int) -> Point:
        """This point with a whole number for ``index``."""
        key = (index, number, -1)
        if key not in self.beside:
            self.beside[key] = self.at(index, fmpq(number))
        return self.beside[key]


def _rational(number: sp.Expr) -> fmpq:
    return fmpq(int(number.p), int(number.q))


def _index(value: Number) -> int:
    if isinstance(value, fmpq) and value.q == 1:
        return int(value.p)
    raise NotEvaluable(f"an index has the value {value}, which is not an integer")


def _function(expression: AppliedUndef, point: Point, level: int) -> Number:
    name = expression.func.__name__
    places = point.index_places.get(name, ())
    arguments = [evaluate(a, point, level) for a in expression.args]
    key = (name, tuple(_index(arguments[place]) for place in places if place < len(arguments)))
    if key not in point.functions:
        raise NotEvaluable(f"the point has no function for {expression}")
    rest = [argument for place, argument in enumerate(arguments) if place not in places]
    polynomial = point.functions[key]
    if len(rest) != len(polynomial.centre):
        raise NotEvaluable(f"{name} is applied to different numbers of arguments, as in {expression}")
    return polynomial(*rest)


def _derivative(expression: sp.Derivative, point: Point, level: int) -> Number:
    inner, (variable, count) = expression.expr, expression.variable_count[-1]
    if not count.is_Integer:
        raise NotEvaluable(f"{expression} is of order {count}, which is not a number")
    if len(expression.variable_count) > 1:
        inner = sp.Derivative(inner, *expression.variable_count[:-1], evaluate=False)
    if isinstance(variable, AppliedUndef) and not inner.has(sp.Derivative, sp.Subs):
        # The derivative of f(g) by g: g becomes a variable of its own.
        free = sp.Dummy("g", real=True)
        point = point.at(free, evaluate(variable, point, level))
        inner, variable = inner.xreplace({variable: free}), free
    if variable not in point.values:
        raise NotEvaluable(f"the point has no value for {variable}, by which {expression} differentiates")
    n = int(count)
    value = evaluate(inner, point.moving(variable, n, level + 1), level + 1)
    if not (isinstance(value, Series) and value.level == level + 1):
        return fmpq(0)
    return value.c[n] * fmpq(factorial(n))


def _one_range(limits: sp.Tuple, point: Point, level: int) -> list[Point]:
    variable, low, high = limits
    first, last = _index(evaluate(low, point, level)), _index(evaluate(high, point, level))
    if last - first >= _LONGEST:
        raise NotEvaluable(f"{variable} runs from {first} to {last}, which is more than {_LONGEST} values")
    excluded = [i for i in range(first, last + 1) if not admits(variable, fmpq(i))]
    if excluded:
        raise NotEvaluable(f"{variable} takes the value {excluded[0]}, which its assumptions exclude")
    return [point.numbered(variable, i) for i in range(first, last + 1)]


def _range(expression: sp.Sum | sp.Product, point: Point, level: int) -> list[Point]:
    """One point for each value of the bound variables; none where a range ends before it begins."""
    points = [point]
    for limits in reversed(expression.limits):
        points = [further for p in points for further in _one_range(limits, p, level)]
    return points


def _power(expression: sp.Pow, point: Point, level: int) -> Number:
    base, exponent = expression.args
    if base is sp.E:
        return series.exponential(evaluate(exponent, point, level))
    value = evaluate(base, point, level)
    if exponent.is_Rational:
        return series.power(value, Fraction(int(exponent.p), int(exponent.q)))
    raised = evaluate(exponent, point, level)
    if isinstance(raised, fmpq) and raised.q == 1 and abs(raised.p) <= 64:
        return series.power(value, Fraction(int(raised.p)))
    return series.exponential(raised * series.logarithm(value))


def _absolute(value: Number) -> Number:
    if isinstance(value, arb):
        return abs(value)
    return -value if _sign(value) < 0 else value


def _sign(value: Number) -> int:
    first = series.leading(value)
    if first > 0:
        return 1
    if first < 0:
        return -1
    if isinstance(value, fmpq):
        return 0
    raise Undecidable("the sign of a number that is not known to differ from zero, or that passes zero")


def _extreme(expression: sp.Max | sp.Min, point: Point, level: int) -> Number:
    best, *others = [evaluate(a, point, level) for a in expression.args]
    for other in others:
        difference = series.leading(other - best)
        if (difference > 0) if isinstance(expression, sp.Max) else (difference < 0):
            best = other
        elif isinstance(other - best, (arb, Series)) and not (difference > 0 or difference < 0):
            raise Undecidable("a maximum of two numbers that could not be told apart")
    return best


def _same_index(expression: sp.KroneckerDelta, point: Point, level: int) -> Number:
    first, second = (evaluate(a, point, level) for a in expression.args[:2])
    return fmpq(int(_index(first) == _index(second)))


def _add(expression: sp.Add, point: Point, level: int) -> Number:
    total: Number = fmpq(0)
    for a in expression.args:
        total = evaluate(a, point, level) + total
    return total


def _multiply(expression: sp.Mul, point: Point, level: int) -> Number:
    out: Number = fmpq(1)
    for a in expression.args:
        out = evaluate(a, point, level) * out
    return out


def _sum(expression: sp.Sum, point: Point, level: int) -> Number:
    return sum((evaluate(expression.function, p, level) for p in _range(expression, point, level)), fmpq(0))


def _product(expression: sp.Product, point: Point, level: int) -> Number:
    whole: Number = fmpq(1)
    for p in _range(expression, point, level):
        whole = evaluate(expression.function, p, level) * whole
    return whole


def _put_in(expression: sp.Subs, point: Point, level: int) -> Number:
    inner = point
    for variable, value in zip(expression.variables, expression.point, strict=True):
        inner = inner.at(variable, evaluate(value, point, level))
    return evaluate(expression.expr, inner, level)


def _unary(expression: sp.Function, point: Point, level: int) -> Number:
    return series.UNARY[expression.func.__name__](evaluate(expression.args[0], point, level))


_RULES: tuple[tuple[type | tuple[type, ...], Callable[..., Number]], ...] = (
    (sp.Add, _add),
    (sp.Mul, _multiply),
    (sp.Pow, _power),
    (sp.Derivative, _derivative),
    (AppliedUndef, _function),
    (sp.Subs, _put_in),
    (sp.Sum, _sum),
    (sp.Product, _product),
    (sp.Abs, lambda e, point, level: _absolute(evaluate(e.args[0], point, level))),
    (sp.sign, lambda e, point, level: fmpq(_sign(evaluate(e.args[0], point, level)))),
    ((sp.Max, sp.Min), _extreme),
    (sp.KroneckerDelta, _same_index),
)


@lru_cache(maxsize=256)
def _rule(kind: Any) -> Callable[..., Number] | None:
    for kinds, rule in _RULES:
        if issubclass(kind, kinds):
            return rule
    return _unary if issubclass(kind, sp.Function) and kind.__name__ in series.UNARY else None


def evaluate(expression: sp.Basic, point: Point, level: int = 0) -> Number:
    """The value of ``expression`` at ``point``: an ``fmpq`` where everything is rational, else an ``arb``.

    Raises:
        Undecidable: the expression has no value at this point (take another one).
        NotEvaluable: the expression contains something this evaluator does not know.
    """
    if expression in point.values:
        return point.values[expression]
    if expression.is_Rational:
        return _rational(expression)
    if expression is sp.pi:
        return arb.pi()
    if expression is sp.E:
        return arb(1).exp()
    key = (expression, level, ctx.prec)
    value = point.found.get(key)
    if value is None:
        rule = _rule(type(expression))  # type: ignore[arg-type] # mypy takes no class for hashable
        if rule is None:
            if isinstance(expression, sp.Symbol | AppliedUndef):
                raise NotEvaluable(f"cannot evaluate {expression}, which is given no value")
            raise NotEvaluable(f"cannot evaluate {expression} ({type(expression).__name__})")
        value = rule(expression, point, level)
        if len(point.found) >= _REMEMBERED:
            point.found.clear()
        point.found[key] = value
    return value


def monomials(variables: int, degree: int) -> list[tuple[int, ...]]:
    """All exponent tuples of at most the given total degree."""
    return [powers for powers in product(range(degree + 1), repeat=variables) if sum(powers) <= degree]
