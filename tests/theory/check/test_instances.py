"""An instance has numbers for sizes and indices; its sums are written out, and an empty one is zero."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.check.instances import instance, unknowns, written_out

i, j = sp.symbols("i j", integer=True)
W = sp.Symbol("W", integer=True, positive=True)
t = sp.Symbol("t", real=True)
u, f = sp.Function("u", real=True), sp.Function("f", real=True)


def total(summand: Any, low: int, high: int) -> sp.Expr:
    """The sum as a loop."""
    return sp.Add(*(summand(k) for k in range(low, high + 1)))


@given(st.integers(-3, 4), st.integers(-6, 5))
def test_a_sum_is_what_a_loop_makes_of_it(low: int, length: int) -> None:
    relation = sp.Eq(sp.Sum(u(i), (i, low, W + length)), t, evaluate=False)
    written = written_out(relation, sp.Dict({W: sp.Integer(2)}))
    assert written.lhs == total(u, low, 2 + length)


def test_ranges_may_depend_on_outer_indices() -> None:
    relation = sp.Eq(sp.Sum(u(i) * u(j), (i, 1, j - 1), (j, 1, W)), t, evaluate=False)
    written = written_out(relation, sp.Dict({W: sp.Integer(3)}))
    assert sp.expand(written.lhs - u(1) * u(2) - u(1) * u(3) - u(2) * u(3)) == 0


def test_what_a_sum_or_a_limit_binds_is_not_replaced() -> None:
    relation = sp.Eq(sp.Sum(u(i), (i, 1, 2)), u(i) + sp.Limit(u(i), i, sp.oo), evaluate=False)
    written = written_out(relation, sp.Dict({i: sp.Integer(5)}))
    assert written.lhs == u(1) + u(2)
    assert written.rhs.has(sp.Limit) and written.rhs.has(u(5))


def test_derivatives_are_carried_out_down_to_unknown_functions() -> None:
    relation = sp.Eq(sp.Derivative(t * f(t) ** 2, t), 0, evaluate=False)
    assert sp.expand(instance(relation, ()).lhs - f(t) ** 2 - 2 * t * f(t) * sp.diff(f(t), t)) == 0


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (t**2 + W, {t, W}),
        (f(t) * t, {f(t), t}),
        (sp.Derivative(f(t), t) + f(0), {sp.Derivative(f(t), t), f(0)}),
        (sp.sin(f(t)), {f(t)}),
    ],
)
def test_a_function_at_a_place_is_one_unknown(expression: sp.Expr, expected: set[sp.Expr]) -> None:
    assert unknowns(expression) == expected
