"""The normal form of sums: every rewriting keeps the value, whatever the range, also where it is empty."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from spectral_edge.theory.check import symbolic
from spectral_edge.theory.check.evaluate import Point, Polynomial, evaluate
from spectral_edge.theory.check.sums import aligned, from_zero, is_sound, merged, own_indices, spread

x = sp.Symbol("x", real=True)
i, j, k, m, n = sp.symbols("i j k m n", integer=True)
W = sp.Symbol("W", integer=True, positive=True)
u = sp.Function("u", real=True)
some = settings(max_examples=max(25, settings().max_examples // 4))


class _Values(dict[Any, Polynomial]):
    """A function of an index: some number for each value of it."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: Any) -> Polynomial:
        _, (index,) = key
        return Polynomial((), {(): fmpq(index * index + 3 * index + 1, 7)})


def value(expression: Any, size: int, first: int) -> Any:
    numbers = {
        x: fmpq(5, 3),
        W: fmpq(size),
        n: fmpq(first),
        m: fmpq(2),
        i: fmpq(11),
        j: fmpq(12),
        k: fmpq(13),
    }
    return evaluate(expression, Point(numbers, _Values(), {"u": (0,)}))


variables = st.sampled_from([i, j, k])
bounds = st.sampled_from(
    [sp.Integer(1), sp.Integer(2), sp.Integer(0), W, W - 1, W + 2, n, n + 3, sp.Integer(4)]
)


def leaf(variable: Any) -> Any:
    return st.sampled_from(
        [u(variable), u(variable + 1), variable * x, sp.Integer(3), x**2, u(variable) ** 2 + x]
    )


@st.composite
def sums(draw: st.DrawFn, depth: int = 2) -> Any:
    variable = draw(variables)
    body = draw(leaf(variable)) + draw(leaf(draw(variables)))
    if depth > 1 and draw(st.booleans()):
        body = body * draw(sums(depth - 1))
    return sp.Sum(body, (variable, draw(bounds), draw(bounds)))


combinations = st.lists(st.tuples(st.integers(-3, 3), sums()), min_size=1, max_size=3).map(
    lambda terms: sp.Add(*(c * s for c, s in terms))
)


def by_algebra(expression: Any) -> bool:
    return symbolic.vanishes(expression, thorough=False).agrees is True


@some
@given(combinations, st.integers(1, 4), st.integers(-4, 4))
def test_every_rewriting_of_sums_keeps_their_value(expression: Any, size: int, first: int) -> None:
    expected = value(expression, size, first)
    own = own_indices(expression)
    spread_out = own_indices(spread(own))
    assert value(own, size, first) == expected
    assert value(spread_out, size, first) == expected
    assert value(own_indices(from_zero(spread_out)), size, first) == expected
    assert value(own_indices(aligned(spread_out)), size, first) == expected
    assert value(merged(spread_out, by_algebra), size, first) == expected


@some
@given(sums(), sums())
def test_what_is_proved_of_sums_holds_for_every_size(one: Any, other: Any) -> None:
    if by_algebra(one - other):
        for size in range(1, 5):
            for first in range(-4, 5):
                assert value(one, size, first) == value(other, size, first)


@some
@given(sums())
def test_a_sum_is_equal_to_itself_with_other_names_for_its_indices(total: Any) -> None:
    inner = {v for s in total.atoms(sp.Sum) for v in s.bound_symbols}
    assume(not total.free_symbols & inner)  # an index that is also free cannot be renamed throughout
    fresh = {v: sp.Symbol(f"other_{v}", integer=True) for v in inner}
    assert own_indices(total.xreplace(fresh)) == own_indices(total)


def test_indices_are_told_apart_from_free_symbols_of_the_same_name() -> None:
    total = own_indices(i + sp.Sum(i * sp.Sum(i, (i, 1, 2)), (i, 1, W)))
    assert i in total.free_symbols
    assert not {i} & {v for s in total.atoms(sp.Sum) for v in s.bound_symbols}


def test_nothing_is_caught_when_an_outer_index_is_put_into_an_inner_sum() -> None:
    total = own_indices(sp.Sum(sp.Sum(u(i) * u(k), (i, 1, W)), (k, 1, W)))
    inner, outer = (limits[0] for limits in total.limits)
    assert inner != outer
    assert total.function in (u(inner) * u(outer), u(outer) * u(inner))


def test_short_ranges_are_written_out_and_long_ones_are_not() -> None:
    assert spread(sp.Sum(u(i), (i, 1, 3))) == u(1) + u(2) + u(3)
    assert spread(sp.Sum(u(i), (i, 3, 1))) == 0
    assert spread(sp.Sum(u(i), (i, 1, 1000))) == sp.Sum(u(i), (i, 1, 1000))
    assert spread(sp.Sum(u(i) * u(k), (i, 1, k), (k, 1, 2))) == u(1) ** 2 + (u(1) + u(2)) * u(2)


def test_functions_are_taken_at_the_index_itself_after_aligning() -> None:
    assert aligned(sp.Sum(u(i + 1), (i, 1, W))) == sp.Sum(u(i), (i, 2, W + 1))
    assert aligned(sp.Sum(u(i + m) * u(i + m + 2), (i, 0, W))) == sp.Sum(u(i) * u(i + 2), (i, m, m + W))
    for kept in (sp.Sum(u(2 * i), (i, 0, W)), sp.Sum(u(i + x), (i, 0, W)), sp.Sum(i, (i, 0, W))):
        assert aligned(kept) == kept


def test_what_does_not_depend_on_the_index_comes_out() -> None:
    assert spread(sp.Sum(x * u(i) + x, (i, 1, W))) == x * sp.Sum(u(i), (i, 1, W)) + W * x


def test_the_number_of_terms_is_used_only_where_the_range_cannot_be_empty_beyond_zero() -> None:
    kept = spread(sp.Sum(x, (i, 1, n)))
    assert kept == x * sp.Sum(1, (i, 1, n))


@pytest.mark.parametrize(
    "total", [sp.Sum(x, (i, 1, sp.oo)), sp.Sum(sp.Derivative(u(i), i), (i, 1, 3))], ids=str
)
def test_sums_that_the_rules_do_not_know_stay_as_they_are(total: Any) -> None:
    own = own_indices(total)
    assert spread(own) == own
    assert from_zero(own) == own
    assert aligned(own) == own
    assert merged(own, by_algebra) == own


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (sp.Sum(u(i), (i, 1, W)), True),
        (sp.Sum(u(i), (i, 2, W)), True),
        (sp.Sum(u(i), (i, 3, W)), False),
        (sp.Sum(u(i), (i, m - W + 1, m)), True),
        (sp.Sum(u(i), (i, 1, n)), False),
        (sp.Sum(u(i), (i, 1, sp.oo)), False),
        (sp.Product(u(i), (i, 1, W)), True),
        (sp.Sum(u(i), (i, 1, k), (k, 1, W)), False),
        (x + 1, True),
    ],
    ids=str,
)
def test_karrs_convention_is_trusted_only_where_no_range_ends_before_it_begins(
    total: Any, expected: bool
) -> None:
    assert is_sound(sp.sympify(total)) is expected
