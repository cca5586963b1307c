"""Units of expressions: ``[θ]`` for parameters, ``[L]`` for the loss, ``[t]`` for time.

:func:`unit_of` walks an expression and refuses it, naming the two sub-expressions, where a sum, a
comparison or a function argument does not balance. The number zero has every unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational


class UnitError(ValueError):
    """An expression does not balance, or uses a symbol that has no declared unit."""


@dataclass(frozen=True)
class Unit:
    """A product of powers of base units; ``exponents`` is sorted and holds no zero."""

    exponents: tuple[tuple[str, Fraction], ...] = ()

    @staticmethod
    def base(name: str) -> Unit:
        return Unit(((name, Fraction(1)),))

    def __mul__(self, other: Unit) -> Unit:
        total = dict(self.exponents)
        for name, power in other.exponents:
            total[name] = total.get(name, Fraction(0)) + power
        return Unit(tuple(sorted((n, p) for n, p in total.items() if p)))

    def __pow__(self, power: int | Fraction) -> Unit:
        return Unit(tuple((n, p * Fraction(power)) for n, p in self.exponents if power))

    def __truediv__(self, other: Unit) -> Unit:
        return self * other**-1

    def __str__(self) -> str:
        if not self.exponents:
            return "1"
        return "·".join(n if p == 1 else f"{n}^{p}" for n, p in self.exponents)


ONE = Unit()
THETA = Unit.base("θ")
LOSS = Unit.base("L")
TIME = Unit.base("t")

Units = Mapping[str, Unit]
"""Unit of each symbol and undefined function, by name."""

_DIMENSIONLESS = (
    sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh, sp.coth,
    sp.asin, sp.acos, sp.atan, sp.asinh, sp.acosh, sp.atanh, sp.erf,
    sp.factorial, sp.gamma, sp.floor, sp.ceiling,
)  # fmt: skip
_UNIT_KEEPING = (sp.Abs, sp.re, sp.im, sp.conjugate)


def unit_of(expression: sp.Basic, units: Units) -> Unit | None:
    """The unit of ``expression``; None for an exact zero, which has every unit.

    Raises:
        UnitError: the expression does not balance (both parts are named), uses an undeclared
            symbol, or contains a construct whose unit is not defined here.
    """
    return _walk(expression, units)


def balanced(relation: sp.Basic, units: Units) -> None:
    """Raise :class:`UnitError` unless every part of ``relation`` balances."""
    unit_of(relation, units)


def _same(parts: list[sp.Basic], units: Units, what: str) -> Unit | None:
    """The one unit that all ``parts`` share."""
    first: tuple[Unit, sp.Basic] | None = None
    for part in parts:
        unit = _walk(part, units)
        if unit is None:
            continue
        if first is None:
            first = (unit, part)
        elif unit != first[0]:
            raise UnitError(f"{what} does not balance: {first[1]} has unit {first[0]}, but {part} has unit {unit}")
    return None if first is None else first[0]


def _pure(part: sp.Basic, units: Units, what: str) -> None:
    unit = _walk(part, units)
    if unit not in (None, ONE):
        raise UnitError(f"{what} must have no unit, but {part} has unit {unit}")


def _declared(name: str, units: Units) -> Unit:
    if name not in units:
        raise UnitError(f"no unit is declared for {name!r}; declare it in the notation")
    return units[name]


def _power(expression: sp.Pow, units: Units) -> Unit | None:
    base, exponent = expression.as_base_exp()
    if base is sp.E:
        _pure(exponent, units, f"the exponent of {expression}")
        return ONE
    unit = _walk(base, units)
    _pure(exponent, units, f"the exponent of {expression}")
    if unit in (None, ONE):
        return unit
    assert unit is not None
    if not exponent.is_Rational:
        raise UnitError(f"{base} has unit {unit} and cannot be raised to {exponent}, which is not a number")
    return unit ** Fraction(int(exponent.p), int(exponent.q))


def _derivative(expression: sp.Derivative, units: Units) -> Unit | None:
    unit = _walk(expression.expr, units)
    if unit is None:
        return None
    for variable, count in expression.variable_count:
        unit = unit / (_walk(variable, units) or ONE) ** int(count)
    return unit


def _limits(expression: sp.Sum | sp.Product | sp.Integral, units: Units) -> Unit | None:
    unit = _walk(expression.function, units)
    for variable, *bounds in expression.limits:
        if isinstance(expression, sp.Integral):
            step = _same([variable, *bounds], units, f"the range of {expression}")
            unit = None if unit is None else unit * (step or ONE)
        else:
            for bound in bounds:
                _pure(bound, units, f"the range of {expression}")
    if isinstance(expression, sp.Product):
        _pure(expression.function, units, f"the factor of {expression}")
    return unit


def _product(expression: sp.Mul, units: Units) -> Unit | None:
    parts = [_walk(a, units) for a in expression.args]
    if any(p is None for p in parts):
        return None
    return reduce(lambda a, b: a * b, [p for p in parts if p is not None], ONE)


def _matrix(expression: sp.MatrixBase, units: Units) -> Unit | None:
    return _same(list(expression), units, "a matrix")


_RULES: tuple[tuple[tuple[type, ...], Callable[..., Unit | None]], ...] = (
    ((sp.Symbol, sp.Indexed), lambda e, u: _declared(e.base.name if isinstance(e, sp.Indexed) else e.name, u)),
    ((sp.Add,), lambda e, u: _same(list(e.args), u, f"the sum {e}")),
    ((sp.Mul,), _product),
    ((sp.Pow, sp.exp), _power),
    ((sp.Derivative,), _derivative),
    ((sp.Sum, sp.Product, sp.Integral), _limits),
    ((sp.Limit, sp.Subs), lambda e, u: _walk(e.args[0], u)),
    ((sp.Max, sp.Min), lambda e, u: _same(list(e.args), u, f"{e}")),
    (_UNIT_KEEPING, lambda e, u: _walk(e.args[0], u)),
    ((Relational,), lambda e, u: _same([e.lhs, e.rhs], u, f"the relation {e}")),
    ((sp.MatrixBase,), _matrix),
)


def _walk(expression: sp.Basic, units: Units) -> Unit | None:
    if expression.is_number if isinstance(expression, sp.Expr) else False:
        return None if expression.is_zero else ONE
    for kinds, rule in _RULES:
        if isinstance(expression, kinds):
            return rule(expression, units)
    if isinstance(expression, AppliedUndef):
        return _declared(expression.func.__name__, units)
    if isinstance(expression, (sp.sign, sp.KroneckerDelta)):
        return ONE
    if isinstance(expression, sp.Order):
        return None  # SymPy strips the coefficient, and with it the unit
    if isinstance(expression, _DIMENSIONLESS):
        for argument in expression.args:
            _pure(argument, units, f"the argument of {expression}")
        return ONE
    if isinstance(expression, (sp.And, sp.Or, sp.Not)):
        for part in expression.args:
            _walk(part, units)
        return ONE
    if isinstance(expression, sp.Piecewise):
        for _, condition in expression.args:
            if condition not in (sp.true, sp.false):
                _walk(condition, units)
        return _same([value for value, _ in expression.args], units, f"{expression}")
    raise UnitError(f"the unit of {expression} ({type(expression).__name__}) is not defined")
