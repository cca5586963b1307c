"""The numerator by polynomials, against SymPy's own way with trees."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.check.rational import numerator_of

x, y, z = sp.symbols("x y z")
leaves = st.sampled_from([x, y, z, sp.Integer(0), sp.Integer(1), sp.Integer(-2), sp.Rational(2, 3)])


def functions() -> st.SearchStrategy[Any]:
    def grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.one_of(
            st.builds(sp.Add, inner, inner),
            st.builds(sp.Mul, inner, inner),
            st.builds(sp.Pow, inner, st.sampled_from([-2, -1, 2])),
        )

    return st.recursive(leaves, grow, max_leaves=8)


def _by_trees(expression: Any) -> bool | None:
    """Whether a rational function is zero; None where it divides by zero."""
    if expression.has(sp.zoo, sp.nan):
        return None
    for power in expression.atoms(sp.Pow):
        if power.exp.is_negative and sp.cancel(power.base) == 0:
            return None
    return bool(sp.expand(sp.fraction(sp.together(expression))[0]) == 0)


@given(functions(), functions())
def test_it_is_zero_exactly_where_the_tree_is(one: Any, other: Any) -> None:
    for expression in (one, one - other, one - sp.cancel(one) if not one.has(sp.zoo, sp.nan) else one):
        expected = _by_trees(expression)
        found = numerator_of(expression)
        if expected is not None:
            assert found is not None
            assert (not found) is expected


@pytest.mark.parametrize(
    "other",
    [
        sp.sqrt(x),
        sp.exp(x),
        x**y,
        x**sp.pi,
        sp.Abs(x),
        sp.zoo,
        sp.oo,
        sp.I * x,
        sp.Float(1) * x,
        (x + y) ** 99,
    ],
)
def test_what_is_no_rational_function_is_left_to_others(other: Any) -> None:
    assert numerator_of(other + 1 / x) is None


def test_a_division_by_what_is_identically_zero_is_no_value() -> None:
    nothing = (x + y) ** 2 - x**2 - 2 * x * y - y**2
    assert numerator_of(1 / nothing) is None
    assert numerator_of(z / nothing + 1) is None
    assert not numerator_of(nothing / z)
