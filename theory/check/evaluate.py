"""Evaluation of an expression tree in exact rational, ball, or series arithmetic.

This is the second way of checking. It reads SymPy trees but computes with python-flint and
:mod:`.series` only: no rule of SymPy's simplifiers, of its differentiation or of its automatic
evaluation takes part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import factorial

import sympy as sp
from flint import arb, fmpq
from sympy.core.function import AppliedUndef

from . import series
from .assumptions import admits
from .series import Number, Series, Undecidable

_LONGEST = 4_096
"""The longest sum or product that is written out; no source, it bounds the time of one point."""


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

    def at(self, symbol: sp.Basic, value: Number) -> Point:
        """This point with another value for one symbol."""
        return Point({**self.values, symbol: value}, self.functions, self.index_places)


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
    here = Series([point.values[variable], fmpq(1), *([fmpq(0)] * (n - 1))], level + 1)
    value = evaluate(inner, point.at(variable, here), level + 1)
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
    return [point.at(variable, fmpq(i)) for i in range(first, last + 1)]


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
    if isinstance(expression, sp.Add):
        total: Number = fmpq(0)
        for a in expression.args:
            total = evaluate(a, point, level) + total
        return total
    if isinstance(expression, sp.Mul):
        out: Number = fmpq(1)
        for a in expression.args:
            out = evaluate(a, point, level) * out
        return out
    if isinstance(expression, sp.Pow):
        return _power(expression, point, level)
    if isinstance(expression, sp.Derivative):
        return _derivative(expression, point, level)
    if isinstance(expression, AppliedUndef):
        return _function(expression, point, level)
    if isinstance(expression, sp.Subs):
        inner = point
        for variable, value in zip(expression.variables, expression.point, strict=True):
            inner = inner.at(variable, evaluate(value, point, level))
        return evaluate(expression.expr, inner, level)
    if isinstance(expression, sp.Sum):
        return sum(
            (evaluate(expression.function, p, level) for p in _range(expression, point, level)), fmpq(0)
        )
    if isinstance(expression, sp.Product):
        whole: Number = fmpq(1)
        for p in _range(expression, point, level):
            whole = evaluate(expression.function, p, level) * whole
        return whole
    if isinstance(expression, sp.Abs):
        return _absolute(evaluate(expression.args[0], point, level))
    if isinstance(expression, sp.sign):
        return fmpq(_sign(evaluate(expression.args[0], point, level)))
    if isinstance(expression, (sp.Max, sp.Min)):
        return _extreme(expression, point, level)
    if isinstance(expression, sp.KroneckerDelta):
        return _same_index(expression, point, level)
    if isinstance(expression, sp.Function) and expression.func.__name__ in series.UNARY:
        return series.UNARY[expression.func.__name__](evaluate(expression.args[0], point, level))
    raise NotEvaluable(f"cannot evaluate {expression} ({type(expression).__name__})")


def monomials(variables: int, degree: int) -> list[tuple[int, ...]]:
    """All exponent tuples of at most the given total degree."""
    return [powers for powers in product(range(degree + 1), repeat=variables) if sum(powers) <= degree]
