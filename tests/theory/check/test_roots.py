"""Values proposed for an unknown make the equation true, wherever it has one of the forms that are known."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from flint import ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.check.evaluate import Point, evaluate
from spectral_edge.theory.check.points import PRECISION, is_zero
from spectral_edge.theory.check.roots import root_of
from spectral_edge.theory.check.series import Undecidable

x, a = sp.symbols("x a", real=True)


def rationals() -> st.SearchStrategy[Fraction]:
    return st.fractions(-20, 20, max_denominator=12)


def roots(expression: sp.Expr, known: Fraction = Fraction(2)) -> list[object]:
    """The proposals that make ``expression`` vanish, for a = ``known``."""
    values = {a: fmpq(known.numerator, known.denominator)}
    with ctx.workprec(PRECISION):
        proposals = list(root_of(expression, x, values))
        return [v for v in proposals if _vanishes(expression, Point(values | {x: v}))]


def _vanishes(expression: sp.Expr, point: Point) -> bool:
    try:
        return is_zero(evaluate(expression, point)) is True
    except Undecidable:
        return False  # the logarithm of a negative proposal


@given(rationals().filter(bool), rationals())
def test_a_linear_equation_has_its_root(slope: Fraction, level: Fraction) -> None:
    slope_, level_ = sp.Rational(slope), sp.Rational(level)
    assert fmpq(*(-level / slope).as_integer_ratio()) in roots(slope_ * x + level_)


@given(rationals(), rationals(), st.fractions(1, 9, max_denominator=6))
def test_a_quadratic_equation_has_both_roots(first: Fraction, second: Fraction, lead: Fraction) -> None:
    expression = sp.expand(sp.Rational(lead) * (x - sp.Rational(first)) * (x - sp.Rational(second)))
    found = roots(expression)
    for root in (first, second):
        assert any(is_zero(value - fmpq(*root.as_integer_ratio())) for value in found)


@pytest.mark.parametrize(
    "expression",
    [
        x**2 - a,
        1 / x - a,
        1 / x**2 - a,
        sp.sqrt(x) - a,
        sp.log(x) - a,
        sp.exp(x) - a,
        x + a / x - 3,
        x**4 - a,
    ],
    ids=str,
)
def test_simple_functions_of_the_unknown_are_inverted(expression: sp.Expr) -> None:
    assert roots(expression)


@pytest.mark.parametrize("expression", [x**2 + a, sp.exp(x) + a, a + 0 * x, sp.Abs(x) + a], ids=str)
def test_nothing_is_proposed_that_is_no_root(expression: sp.Expr) -> None:
    assert roots(expression) == []
