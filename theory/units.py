"""Units of expressions: ``[θ]`` for parameters, ``[L]`` for the loss, ``[t]`` for time.

:func:`unit_of` walks an expression and refuses it, naming the two sub-expressions, where a sum, a
comparison or a function argument does not balance. Zero and infinity have every unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom


class UnitError(ValueError):
    """An expression does not balance, or uses a symbol that has no declared unit."""


@dataclass(frozen=True)
class Unit:
    """A product of powers of base units; ``exponents`` is sorted and holds no zero."""

    exponents: tuple[tuple[str, Fraction], ...] = ()

    @staticmethod
    def base(name: str) -> Unit:
        """A unit of its own."""
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
_REMEMBERED = 50_000
"""Most units that are remembered at a time; no source, it bounds the memory."""


class UnitTable(dict[str, Unit]):
    """Units that do not change any more, with the units of all expressions that were asked for."""

    def __init__(self, units: Units) -> None:
        super().__init__(units)
        self.found: dict[sp.Basic, Unit | None] = {}


_DIMENSIONLESS = (
    sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh, sp.coth,
    sp.asin, sp.acos, sp.atan, sp.asinh, sp.acosh, sp.atanh, sp.erf,
    sp.factorial, sp.gamma, sp.floor, sp.ceiling,
)  # fmt: skip
_UNIT_KEEPING = (sp.Abs, sp.re, sp.im, sp.conjugate)


def unit_of(expression: sp.Basic, units: Units) -> Unit | None:
    """The unit of ``expression``; None for an exact zero or infinity, which have every unit.

    Raises:
        UnitError: the expression does not balance (both parts are named), uses an undeclared
            symbol, or contains a construct whose unit is not defined here.
    """
    return _walk(expression, units)


def balanced(relation: sp.Basic, units: Units) -> None:
    """Raise :class:`UnitError` unless every part of ``relation`` balances."""
    unit_of(relation, units)


def _same(parts: list[sp.Basic], units: Units, what: str, of: object = "") -> Unit | None:
    """The one unit that all ``parts`` share; ``what`` and ``of`` name the whole, printed only in an error."""
    first: tuple[Unit, sp.Basic] | None = None
    for part in parts:
        unit = _walk(part, units)
        if unit is None:
            continue
        if first is None:
            first = (unit, part)
        elif unit != first[0]:
            raise UnitError(
                f"{f'{what} {of}'.strip()} does not balance: {first[1]} has unit {first[0]}, but {part} has unit {unit}"
            )
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
    for variable, count in expression.variable_count:
        by = _walk(variable, units) or ONE
        if by != ONE and not count.is_Integer:
            raise UnitError(
                f"{expression} is of order {count}, which is not a number, in {variable} with unit {by}"
            )
        unit = unit if unit is None or by == ONE else unit / by ** int(count)
    return unit


def _applied(expression: AppliedUndef, units: Units) -> Unit:
    for argument in expression.args:
        _walk(argument, units)
    return _declared(expression.func.__name__, units)


def _indexed(expression: sp.Indexed, units: Units) -> Unit:
    for index in expression.indices:
        _pure(index, units, f"the index of {expression}")
    return _declared(expression.base.name, units)


def _subs(expression: sp.Subs, units: Units) -> Unit | None:
    inner = dict(units)
    for variable, value in zip(expression.variables, expression.point, strict=True):
        # A variable that SymPy made up has the unit of what is put in its place.
        unit = _walk(value, units)
        if variable.name not in units and unit is not None:
            inner[variable.name] = unit
        _same([variable, value], inner, "the substitution in", expression)
    return _walk(expression.expr, inner)


def _limit(expression: sp.Limit, units: Units) -> Unit | None:
    function, variable, to, _ = expression.args
    _same([variable, to], units, "the limit", expression)
    return _walk(function, units)


def _dimensionless(expression: sp.Function, units: Units) -> Unit:
    for argument in expression.args:
        _pure(argument, units, f"the argument of {expression}")
    return ONE


def _remainder(expression: sp.Order, units: Units) -> None:
    """Every unit: SymPy strips the coefficient of an order term, and with it the unit."""
    _walk(expression.expr, units)


def _pieces(expression: sp.Piecewise, units: Units) -> Unit | None:
    for _, condition in expression.args:
        _walk(condition, units)
    return _same([value for value, _ in expression.args], units, "", expression)


def _each(expression: sp.Basic, units: Units) -> Unit:
    for part in expression.args:
        _walk(part, units)
    return ONE


def _comparing(expression: sp.KroneckerDelta, units: Units) -> Unit:
    _same(list(expression.args[:2]), units, "", expression)
    return ONE


def _limits(expression: sp.Sum | sp.Product | sp.Integral, units: Units) -> Unit | None:
    unit = _walk(expression.function, units)
    for variable, *bounds in expression.limits:
        if isinstance(expression, sp.Integral):
            step = _same([variable, *bounds], units, "the range of", expression)
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
    ((sp.Symbol,), lambda e, u: _declared(e.name, u)),
    ((sp.Indexed,), _indexed),
    ((AppliedUndef,), _applied),
    ((sp.Add,), lambda e, u: _same(list(e.args), u, "the sum", e)),
    ((sp.Mul,), _product),
    ((sp.Pow, sp.exp), _power),
    ((sp.Derivative,), _derivative),
    ((sp.Subs,), _subs),
    ((sp.Limit,), _limit),
    ((sp.Sum, sp.Product, sp.Integral), _limits),
    ((sp.Max, sp.Min), lambda e, u: _same(list(e.args), u, "", e)),
    (_UNIT_KEEPING, lambda e, u: _walk(e.args[0], u)),
    ((sp.KroneckerDelta,), _comparing),
    (_DIMENSIONLESS, _dimensionless),
    ((Relational,), lambda e, u: _same([e.lhs, e.rhs], u, "the relation", e)),
    ((sp.sign, sp.And, sp.Or, sp.Not, BooleanAtom), _each),
    ((sp.Piecewise,), _pieces),
    ((sp.MatrixBase,), _matrix),
    ((sp.Order,), _remainder),
)


@lru_cache(maxsize=256)
def _rule(kind: Any) -> Callable[..., Unit | None] | None:
    return next((rule for kinds, rule in _RULES if issubclass(kind, kinds)), None)


def _walk(expression: sp.Basic, units: Units) -> Unit | None:
    known = units.found if isinstance(units, UnitTable) else {}
    if expression in known:
        return known[expression]
    unit = _unit(expression, units)
    if len(known) >= _REMEMBERED:
        known.clear()
    known[expression] = unit
    return unit


def _unit(expression: sp.Basic, units: Units) -> Unit | None:
    # A sum over fixed limits is a number to SymPy whatever it adds up, even functions that have a unit.
    if isinstance(expression, sp.Expr) and expression.is_number and not expression.has(AppliedUndef):
        return None if expression.is_zero or expression.is_infinite else ONE
    rule = _rule(type(expression))  # type: ignore[arg-type] # mypy takes no class for hashable
    if rule is None:
        raise UnitError(f"the unit of {expression} ({type(expression).__name__}) is not defined")
    return rule(expression, units)
