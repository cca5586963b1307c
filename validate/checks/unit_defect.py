"""How wrong an equation becomes when the units are changed: zero for every equation that balances."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp
from flint import ctx, fmpq

from ...theory.check import points
from ...theory.check.evaluate import Point, Polynomial, evaluate
from ...theory.check.series import Number, Undecidable
from ...theory.units import Unit, Units

UNIT_FACTOR = 4
"""Each base unit is made this many times as large. A square, so that square roots stay rational; no other reason."""
_SEED = 20_260_328


def _factor(unit: Unit | None) -> fmpq:
    out = fmpq(1)
    for _, power in () if unit is None else unit.exponents:
        # Numbers shrink when units grow. Powers here are multiples of 1/2, so 4^power is rational.
        out *= fmpq(2) ** int(-2 * power)
    return out


@dataclass(frozen=True)
class _Scaled(Polynomial):
    """The same function of time, its value and its argument told in other units."""

    size: fmpq = field(default_factory=lambda: fmpq(1))
    time: fmpq = field(default_factory=lambda: fmpq(1))

    def __call__(self, *arguments: Number) -> Number:
        return super().__call__(*(argument * (1 / self.time) for argument in arguments)) * self.size


def _in_other_units(point: Point, units: Units) -> Point:
    """The same state of affairs, its numbers told in other units; functions are those evaluated so far."""
    time = _factor(units["t"]) if "t" in units else fmpq(1)  # no time, and so no function of it
    functions = {
        (name, indices): _Scaled(p.centre, p.coefficients, p.sign, p.floor, _factor(units[name]), time)
        for (name, indices), p in point.functions.items()
    }
    values = {symbol: value * _factor(units[symbol.name]) for symbol, value in point.values.items()}
    return Point(values, functions, point.index_places)


def unit_defect(relation: sp.Basic, units: Units, hypotheses: tuple[sp.Basic, ...] = ()) -> float:
    """Relative error of right over left side after a change of all units, at a random exact point.

    Both sides of a relation that balances change by the same factor, so that the ratio stays what it was
    and the defect is exactly 0.

    Raises:
        ValueError: the ratio has a value at none of the random points.
    """
    ratio = relation.rhs / relation.lhs
    with ctx.workprec(points.PRECISION):
        for here in points.random_points([ratio], hypotheses, points.POINTS, _SEED):
            try:
                before = evaluate(ratio, here)
                after = evaluate(ratio, _in_other_units(here, units))
            except Undecidable:
                continue  # a radicand was negative here
            return abs(float((after - before) / before))
    raise ValueError(f"{relation} has a value at none of {points.POINTS} random points")
