"""Side conditions are found in the expressions, and only those that do not follow from assumptions."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.check.conditions import side_conditions
from spectral_edge.theory.check.evaluate import Point, evaluate
from spectral_edge.theory.check.points import holds, random_points
from spectral_edge.theory.check.series import Undecidable

x, y, z, t = sp.symbols("x y z t", real=True)
p, q = sp.symbols("p q", positive=True)
n = sp.Symbol("n", integer=True)
f = sp.Function("f", real=True)


def equal_to(expression: Any) -> Any:
    return sp.Eq(sp.Symbol("left", real=True), expression, evaluate=False)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (1 / (x - y), [sp.Ne(x - y, 0)]),
        (1 / (y - x) + 1 / (x - y) ** 2, [sp.Ne(x - y, 0)]),
        (1 / (x**2 - y**2), [sp.Ne(x - y, 0), sp.Ne(x + y, 0)]),
        (1 / p, []),
        (1 / (p + q), []),
        (1 / (p - q), [sp.Ne(p - q, 0)]),
        (1 / (1 + 1 / x), [sp.Ne(x, 0), sp.Ne(x + 1, 0)]),
        (sp.sqrt(x), [sp.Ge(x, 0)]),
        (1 / sp.sqrt(x), [sp.Ge(x, 0), sp.Ne(x, 0)]),
        (sp.sqrt(p), []),
        (sp.sqrt(x**2 + 1), []),
        (sp.log(x), [sp.Gt(x, 0)]),
        (sp.log(p), []),
        (sp.log(x**2 + 1), []),
        (x**y, [sp.Gt(x, 0)]),
        (p**y, []),
        (2**y, []),
        (sp.exp(x), []),
        (x**n, [sp.Ne(x, 0)]),
        (p**n, []),
        (sp.tan(x), [sp.Ne(sp.cos(x), 0)]),
        (sp.coth(x), [sp.Ne(x, 0)]),
        (sp.atanh(x), [sp.Gt(1 - x, 0), sp.Gt(1 + x, 0)]),
        (1 / sp.Abs(x), [sp.Ne(sp.Abs(x), 0)]),
        (1 / (sp.exp(x) - 1), [sp.Ne(sp.exp(x) - 1, 0)]),
        (1 / (sp.Max(x, y) - 1), [sp.Ne(sp.Max(x, y) - 1, 0)]),
        (1 / sp.Derivative(f(t), t), [sp.Ne(sp.Derivative(f(t), t), 0)]),
        (x + y, []),
    ],
    ids=str,
)
def test_conditions_are_what_must_not_vanish_or_be_negative(expression: Any, expected: list[Any]) -> None:
    assert set(side_conditions(equal_to(expression))) == set(expected)


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (x, [sp.Ne(x, 0)]),
        (2 * p, []),
        # Dividing: the factor is a reciprocal, and what must not vanish is below the bar.
        (1 / (x - y), [sp.Ne(x - y, 0)]),
        ((x + 1) / (x - y), [sp.Ne(x - y, 0), sp.Ne(x + 1, 0)]),
        (f(t) ** 2 - 1, [sp.Ne(f(t) - 1, 0), sp.Ne(f(t) + 1, 0)]),
        (sp.sqrt(x), [sp.Ne(x, 0), sp.Ge(x, 0)]),
        (sp.Integer(3), []),
    ],
    ids=str,
)
def test_a_factor_must_be_neither_zero_nor_without_a_value(factor: Any, expected: list[Any]) -> None:
    assert set(side_conditions(equal_to(z), factor)) == set(expected)


def test_both_sides_of_every_part_are_looked_at() -> None:
    relation = sp.Or(equal_to(1 / x), sp.Eq(sp.log(y), z, evaluate=False))
    assert set(side_conditions(relation)) == {sp.Ne(x, 0), sp.Gt(y, 0)}
    matrix = sp.Eq(sp.ImmutableMatrix([[1 / x, y]]), sp.ImmutableMatrix([[1, 1 / y]]), evaluate=False)
    assert set(side_conditions(matrix)) == {sp.Ne(x, 0), sp.Ne(y, 0)}


def test_a_condition_is_listed_once_and_in_the_same_order_each_time() -> None:
    relation = equal_to(1 / x + 1 / (x * y) + 1 / (z - 1))
    assert side_conditions(relation) == side_conditions(relation)
    assert len(side_conditions(relation)) == len(set(side_conditions(relation))) == 3


def test_what_can_never_hold_is_the_condition_false() -> None:
    assert side_conditions(equal_to(sp.log(-p))) == [sp.false]


denominators = st.sampled_from(
    [x, y, x - y, x + 2 * y, x**2 - 1, x * y - 1, sp.sqrt(x + 3), sp.log(y + 5), x**2 + 1]
)


@given(st.lists(denominators, min_size=1, max_size=3))
def test_where_all_conditions_hold_the_expression_has_a_value(below: list[Any]) -> None:
    expression = sp.Add(*(1 / e for e in below))
    conditions = side_conditions(equal_to(expression))
    for point in random_points([expression], conditions, 5, seed=1):
        evaluate(expression, point)


@given(st.lists(denominators, min_size=1, max_size=3), st.integers(-2, 2), st.integers(-2, 2))
def test_where_the_expression_has_no_value_some_condition_fails(
    below: list[Any], first: int, second: int
) -> None:
    expression = sp.Add(*(1 / e for e in below))
    point = Point({x: fmpq(first), y: fmpq(second)})
    try:
        evaluate(expression, point)
    except Undecidable:
        assert any(holds(c, point) is not True for c in side_conditions(equal_to(expression)))
