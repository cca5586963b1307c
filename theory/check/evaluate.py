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
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy.core.function import AppliedUndef

from . import series
from .series import Number, Series, Undecidable


class NotEvaluable(TypeError):
    """The tree contains a construct that this evaluator does not know."""


@dataclass(frozen=True)
class Polynomial:
    """What stands for an undefined function: a random polynomial around the point's own argument."""

    centre: tuple[fmpq, ...]
    coefficients: Mapping[tuple[int, ...], fmpq]

    def __call__(self, *arguments: Number) -> Number:
        total: Number = fmpq(0)
        for powers, coefficient in self.coefficients.items():
            term: Number = coefficient
            for argument, centre, power in zip(arguments, self.centre, powers, strict=True):
                if power:
                    term = series.power(argument - centre, Fraction(power)) * term
            total = total + term
        return total


@dataclass(frozen=True)
class Point:
    """Values for symbols (by symbol) and polynomials for undefined functions (by name).

    Functions of an index, such as ``u(i, t)``, have one polynomial per integer value of the index;
    these are found under ``(name, i)``.
    """

    values: Mapping[sp.Basic, Number]
    functions: Mapping[Any, Polynomial] = field(default_factory=dict)

    def at(self, symbol: sp.Basic, value: Number) -> Point:
        return Point({**self.values, symbol: value}, self.functions)


def _rational(number: sp.Expr) -> fmpq:
    return fmpq(int(number.p), int(number.q))


def _index(value: Number) -> int:
    if isinstance(value, fmpq) and value.q == 1:
        return int(value.p)
    raise NotEvaluable(f"an index has the value {value}, which is not an integer")


def _function(expression: AppliedUndef, point: Point, level: int) -> Number:
    name = expression.func.__name__
    arguments = [evaluate(a, point, level) for a in expression.args]
    indices = tuple(_index(v) for a, v in zip(expression.args, arguments, strict=True) if a.is_integer)
    rest = [v for a, v in zip(expression.args, arguments, strict=True) if not a.is_integer]
    key = (name, *indices) if indices else name
    if key not in point.functions:
        raise NotEvaluable(f"the point has no function for {key}")
    return point.functions[key](*rest)


def _derivative(expression: sp.Derivative, point: Point, level: int) -> Number:
    inner, (variable, count) = expression.expr, expression.variable_count[-1]
    if len(expression.variable_count) > 1:
        inner = sp.Derivative(inner, *expression.variable_count[:-1], evaluate=False)
    if variable not in point.values:
        raise NotEvaluable(f"the point has no value for {variable}, by which {expression} differentiates")
    n = int(count)
    here = Series([point.values[variable], fmpq(1), *([fmpq(0)] * (n - 1))], level + 1)
    value = evaluate(inner, point.at(variable, here), level + 1)
    if not (isinstance(value, Series) and value.level == level + 1):
        return fmpq(0)
    return value.c[n] * fmpq(int(sp.factorial(n)))


def _range(expression: sp.Sum | sp.Product, point: Point, level: int) -> list[Point]:
    points = [point]
    for variable, low, high in reversed(expression.limits):
        points = [
            p.at(variable, fmpq(i))
            for p in points
            for i in range(_index(evaluate(low, p, level)), _index(evaluate(high, p, level)) + 1)
        ]
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
    sign = _sign(value)
    return value if sign > 0 else -value


def _sign(value: Number) -> int:
    first = series.leading(value)
    if first > 0:
        return 1
    if first < 0:
        return -1
    raise Undecidable("the sign of a number that is zero, or not known to differ from zero")


def _extreme(expression: sp.Max | sp.Min, point: Point, level: int) -> Number:
    best, *others = [evaluate(a, point, level) for a in expression.args]
    for other in others:
        difference = series.leading(other - best)
        if (difference > 0) if isinstance(expression, sp.Max) else (difference < 0):
            best = other
        elif isinstance(difference, arb) and difference.contains(0):
            raise Undecidable("a maximum of two numbers that could not be told apart")
    return best


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
        return sum((evaluate(expression.function, p, level) for p in _range(expression, point, level)), fmpq(0))
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
    if isinstance(expression, sp.Function) and expression.func.__name__ in series.UNARY:
        return series.UNARY[expression.func.__name__](evaluate(expression.args[0], point, level))
    raise NotEvaluable(f"cannot evaluate {expression} ({type(expression).__name__})")


def monomials(variables: int, degree: int) -> list[tuple[int, ...]]:
    """All exponent tuples of at most the given total degree."""
    return [powers for powers in product(range(degree + 1), repeat=variables) if sum(powers) <= degree]
