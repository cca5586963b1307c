"""How wrong an equation becomes when the units are changed: zero for every equation that balances."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from flint import ctx, fmpq

from ...theory.check import points
from ...theory.check.evaluate import Point, Polynomial, evaluate
from ...theory.statement import Statement
from ...theory.units import Unit, Units, unit_of

UNIT_FACTOR = 4
"""Each base unit is made this many times as large. A square, so that square roots stay rational; no other reason."""
_SEED = 20_260_328


def _factor(unit: Unit | None) -> fmpq:
    out = fmpq(1)
    for _, power in () if unit is None else unit.exponents:
        # Numbers shrink when units grow. Powers here are multiples of 1/2, so 4^power is rational.
        out *= fmpq(2) ** int(-2 * power)
    return out


def _in_other_units(point: Point, symbols: list[sp.Symbol], functions: Mapping[str, int], units: Units) -> Point:
    values = {s: point.values[s] * _factor(units[s.name]) for s in symbols}
    scaled = {}
    for name in functions:
        polynomial = point.functions[name]
        time = _factor(units["t"])
        scaled[name] = Polynomial(
            tuple(c * time for c in polynomial.centre),
            {
                powers: coefficient * _factor(units[name]) / time ** sum(powers)
                for powers, coefficient in polynomial.coefficients.items()
            },
        )
    return Point(values, scaled)


def unit_defect(statement: Statement, units: Units) -> float:
    """Relative error of the first equation's right side after a change of all units, at a random exact point.

    The right side is computed in both systems of units; the second result, converted back by the unit of
    the left side, should be the first. Every equation that balances gives exactly 0.
    """
    equation = statement.content[0]
    prototypes = {f.func.__name__: 0 for f in equation.rhs.atoms(sp.core.function.AppliedUndef)}
    with ctx.workprec(points.PRECISION):
        (here,) = points.random_points([equation], statement.hypotheses, 1, _SEED)
        symbols = sorted(equation.atoms(sp.Symbol), key=lambda s: s.name)
        there = _in_other_units(here, symbols, prototypes, units)
        before = evaluate(equation.rhs, here)
        after = evaluate(equation.rhs, there) / _factor(unit_of(equation.lhs, units))
        return abs(float((after - before) / before))
