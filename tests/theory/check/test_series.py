"""Truncated power series against naive polynomial arithmetic over fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial

import mpmath
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.theory.check import series
from spectral_edge.theory.check.series import Series, Undecidable

LENGTH = 5
DIGITS = 50
some = settings(max_examples=max(20, settings().max_examples // 4))


def exact(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def plain(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


rationals = st.fractions(min_value=-9, max_value=9, max_denominator=12)
tails = st.lists(rationals, min_size=LENGTH - 1, max_size=LENGTH - 1)
coefficients = st.lists(rationals, min_size=LENGTH, max_size=LENGTH)


def make(numbers: list[Fraction], level: int = 1) -> Series:
    return Series([exact(c) for c in numbers], level)


def read(x: Series) -> list[Fraction]:
    assert isinstance(x, Series)
    return [plain(c) for c in x.c]


def times(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
    """The product of two polynomials, cut off: transcribed from the definition."""
    out = [Fraction(0)] * len(a)
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            if i + j < len(a):
                out[i + j] += left * right
    return out


def slope(a: list[Fraction]) -> list[Fraction]:
    return [k * c for k, c in enumerate(a)][1:]


@some
@given(coefficients, coefficients)
def test_sums_and_products_are_those_of_polynomials(a: list[Fraction], b: list[Fraction]) -> None:
    assert read(make(a) + make(b)) == [x + y for x, y in zip(a, b, strict=True)]
    assert read(make(a) - make(b)) == [x - y for x, y in zip(a, b, strict=True)]
    assert read(make(a) * make(b)) == times(a, b)
    assert read(-make(a)) == [-x for x in a]


@some
@given(coefficients, coefficients, coefficients)
def test_series_form_a_commutative_ring(a: list[Fraction], b: list[Fraction], c: list[Fraction]) -> None:
    x, y, z = make(a), make(b), make(c)
    assert read(x * y) == read(y * x)
    assert read((x * y) * z) == read(x * (y * z))
    assert read(x * (y + z)) == read(x * y + x * z)
    assert read(x + fmpq(0)) == read(x) == read(x * fmpq(1))


@some
@given(coefficients, rationals)
def test_a_number_beside_a_series_is_a_constant_series(a: list[Fraction], number: Fraction) -> None:
    constant = make([number] + [Fraction(0)] * (LENGTH - 1))
    x, n = make(a), exact(number)
    assert read(x + n) == read(n + x) == read(x + constant)
    assert read(x - n) == read(x - constant)
    assert read(x * n) == read(n * x) == read(x * constant)


@some
@given(coefficients)
def test_a_number_minus_a_series_is_minus_the_difference(a: list[Fraction]) -> None:
    assert read(make(a).__rsub__(fmpq(3))) == read(-(make(a) - fmpq(3)))


@some
@given(coefficients)
def test_a_ball_beside_a_series_keeps_its_place(a: list[Fraction]) -> None:
    for mixed in (arb(2) * make(a), make(a) * arb(2)):
        assert all(arb(c - exact(2 * x)).contains(0) for c, x in zip(mixed.c, a, strict=True))
    for mixed in (arb(2) + make(a), make(a) + arb(2)):
        assert arb(mixed.c[0] - exact(2 + a[0])).contains(0)
        assert [plain(c) for c in mixed.c[1:]] == a[1:]


@some
@given(rationals.filter(bool), tails)
def test_a_series_times_its_reciprocal_is_one(first: Fraction, rest: list[Fraction]) -> None:
    x = make([first, *rest])
    assert read(x * series.reciprocal(x)) == [1] + [0] * (LENGTH - 1)


@some
@given(tails, st.integers(-4, 4), st.integers(1, 4), st.integers(-4, 4))
def test_powers_of_one_series_add_their_exponents(rest: list[Fraction], p: int, q: int, r: int) -> None:
    x = make([Fraction(1), *rest])
    one, other = Fraction(p, q), Fraction(r, 3)
    zero = make([Fraction(0)] * LENGTH)
    product = series.power(x, one) * series.power(x, other)
    assert read(product + zero) == read(series.power(x, one + other) + zero)


@some
@given(rationals.filter(lambda c: c > 0), tails, st.integers(2, 4))
def test_the_root_of_a_power_is_the_series_itself(first: Fraction, rest: list[Fraction], q: int) -> None:
    x = make([first, *rest])
    raised = series.power(x, Fraction(q))
    assert read(series.power(raised, Fraction(1, q))) == read(x)


@some
@given(coefficients, st.integers(0, 5))
def test_whole_powers_are_repeated_products(a: list[Fraction], n: int) -> None:
    expected = [Fraction(1)] + [Fraction(0)] * (LENGTH - 1)
    for _ in range(n):
        expected = times(expected, a)
    # The zeroth power is the number one, whatever the series.
    found = series.power(make(a), Fraction(n))
    assert (read(found) if isinstance(found, Series) else [plain(found)]) == (expected if n else [1])


@some
@given(tails)
def test_exp_of_log_and_log_of_exp_are_the_series(rest: list[Fraction]) -> None:
    one, zero = make([Fraction(1), *rest]), make([Fraction(0), *rest])
    assert read(series.exponential(series.logarithm(one))) == read(one)
    assert read(series.logarithm(series.exponential(zero))) == read(zero)


@some
@given(tails, tails)
def test_exp_turns_sums_into_products(a: list[Fraction], b: list[Fraction]) -> None:
    x, y = make([Fraction(0), *a]), make([Fraction(0), *b])
    assert read(series.exponential(x + y)) == read(series.exponential(x) * series.exponential(y))


def test_the_coefficients_of_the_elementary_functions_are_the_textbook_ones() -> None:
    x = make([Fraction(0), Fraction(1)] + [Fraction(0)] * (LENGTH - 2))
    inverse = [Fraction(1, factorial(k)) for k in range(LENGTH)]
    assert read(series.exponential(x)) == inverse
    assert read(series.UNARY["sin"](x)) == [0, 1, 0, -inverse[3], 0]
    assert read(series.UNARY["cos"](x)) == [1, 0, -inverse[2], 0, inverse[4]]
    assert read(series.UNARY["atan"](x)) == [0, 1, 0, Fraction(-1, 3), 0]
    assert read(series.UNARY["tan"](x)) == [0, 1, 0, Fraction(1, 3), 0]
    assert read(series.UNARY["tanh"](x)) == [0, 1, 0, Fraction(-1, 3), 0]
    assert read(series.UNARY["sinh"](x)) == [0, 1, 0, inverse[3], 0]
    assert read(series.UNARY["cosh"](x)) == [1, 0, inverse[2], 0, inverse[4]]
    assert read(series.UNARY["atanh"](x)) == [0, 1, 0, Fraction(1, 3), 0]
    logarithm = series.UNARY["log"](x + fmpq(1))
    assert read(logarithm) == [0, 1, Fraction(-1, 2), Fraction(1, 3), Fraction(-1, 4)]


@some
@given(tails)
def test_sine_and_cosine_lie_on_the_unit_circle(rest: list[Fraction]) -> None:
    sine, cosine = series.sine_cosine(make([Fraction(0), *rest]))
    assert read(sine * sine + cosine * cosine) == [1] + [0] * (LENGTH - 1)


@some
@given(tails)
def test_the_slope_of_the_arctangent_is_one_over_one_plus_the_square(rest: list[Fraction]) -> None:
    x = [Fraction(0), *rest]
    one_plus_square = [c + (k == 0) for k, c in enumerate(times(x, x))]
    left = times([*slope(read(series.arctangent(make(x)))), Fraction(0)], one_plus_square)
    assert left[:-1] == slope(x)


@some
@given(coefficients, coefficients)
def test_the_product_rule_holds_for_coefficients(a: list[Fraction], b: list[Fraction]) -> None:
    left = slope(read(make(a) * make(b)))
    right = [
        x + y
        for x, y in zip(times([*slope(a), Fraction(0)], b), times(a, [*slope(b), Fraction(0)]), strict=True)
    ]
    assert left == right[:-1]


def bivariate(a: list[list[Fraction]]) -> Series:
    """Σ a_jk ε_1^j ε_2^k; the second infinitesimal is the inner one, of level 2."""
    columns = [Series([exact(a[j][k]) for j in range(3)], 1) for k in range(3)]
    return Series(list(columns), 2)


tables = st.lists(st.lists(rationals, min_size=3, max_size=3), min_size=3, max_size=3)


@some
@given(tables, tables)
def test_series_within_series_multiply_like_polynomials_in_two_variables(
    a: list[list[Fraction]], b: list[list[Fraction]]
) -> None:
    product = bivariate(a) * bivariate(b)
    for k in range(3):
        for j in range(3):
            naive = sum(
                (a[j1][k1] * b[j - j1][k - k1] for j1 in range(j + 1) for k1 in range(k + 1)), Fraction(0)
            )
            assert plain(product.c[k].c[j]) == naive


@some
@given(coefficients, coefficients)
def test_an_outer_series_is_a_constant_to_an_inner_one_whichever_stands_first(
    a: list[Fraction], b: list[Fraction]
) -> None:
    outer, inner = make(a, level=1), make(b, level=2)
    for product in (outer * inner, inner * outer):
        assert product.level == 2
        assert [read(c) for c in product.c] == [read(outer * exact(x)) for x in b]
    for total in (outer + inner, inner + outer):
        assert total.level == 2
        assert read(total.c[0]) == read(outer + exact(b[0]))
        assert [plain(c) for c in total.c[1:]] == b[1:]
    assert read((outer - inner).c[0]) == read(outer - exact(b[0]))
    assert [plain(c) for c in (outer - inner).c[1:]] == [-x for x in b[1:]]


def test_the_number_that_decides_a_sign_is_the_innermost_constant() -> None:
    inner = Series([Series([fmpq(-2), fmpq(9)], 1), fmpq(7)], 2)
    assert series.leading(inner) == fmpq(-2)
    assert series.leading(fmpq(5)) == fmpq(5)


@some
@given(st.integers(0, 10**30), st.integers(1, 10**12), st.integers(2, 5))
def test_exact_roots_are_found_exactly_when_there_are_any(top: int, bottom: int, q: int) -> None:
    perfect = fmpq(top, bottom) ** q
    assert series.exact_root(perfect, q) == fmpq(top, bottom)
    root = series.exact_root(perfect + 1, q)
    assert root is None or root**q == perfect + 1


@some
@given(st.integers(1, 10**20), st.integers(2, 5))
def test_one_more_than_a_power_of_a_large_number_has_no_exact_root(n: int, q: int) -> None:
    assert series.exact_root(fmpq((n + 1) ** q + 1), q) is None


@pytest.mark.parametrize("name", sorted(series.UNARY))
@some
@given(value=st.fractions(min_value=Fraction(1, 50), max_value=Fraction(49, 50), max_denominator=1000))
def test_each_function_agrees_with_mpmath(name: str, value: Fraction) -> None:
    with ctx.workprec(400), mpmath.workdps(2 * DIGITS):
        other = {"log": "ln"}.get(name, name)
        expected = getattr(mpmath, other)(mpmath.mpf(value.numerator) / value.denominator)
        found = series.UNARY[name](exact(value))
        difference = abs(arb(found) - arb(mpmath.nstr(expected, 2 * DIGITS - 10)))
        # mpmath's 100 digits lose at most a few in the conversion; half of them must agree.
        assert difference < arb(10) ** -DIGITS * (1 + abs(arb(found)))


@pytest.mark.parametrize("name", sorted(series.UNARY))
def test_the_first_coefficient_of_each_function_is_its_derivative(name: str) -> None:
    at, step = Fraction(1, 3), Fraction(1, 10**20)
    with ctx.workprec(400):
        x = Series([exact(at), fmpq(1)], 1)
        slope_found = arb(series.UNARY[name](x).c[1])
        up, down = (arb(series.UNARY[name](exact(at + s))) for s in (step, -step))
        central = (up - down) / (2 * arb(exact(step)))
        # A central difference is off by f'''h²/6; all third derivatives here are below 10³ at 1/3.
        assert abs(slope_found - central) < 1000 * arb(exact(step)) ** 2


def test_functions_at_the_points_where_they_are_rational_stay_exact() -> None:
    assert series.exponential(fmpq(0)) == fmpq(1)
    assert series.logarithm(fmpq(1)) == fmpq(0)
    assert series.sine_cosine(fmpq(0)) == (fmpq(0), fmpq(1))
    assert series.arctangent(fmpq(0)) == fmpq(0)
    assert series.power(fmpq(9, 4), Fraction(-3, 2)) == fmpq(8, 27)


@pytest.mark.parametrize("zero", [fmpq(0), arb(0), arb(0, 1)])
def test_division_by_what_may_be_zero_is_undecidable(zero: fmpq | arb) -> None:
    with pytest.raises(Undecidable, match="division by zero"):
        series.reciprocal(zero)
    with pytest.raises(Undecidable, match="division by zero"):
        series.reciprocal(Series([zero, fmpq(1)], 1))


def test_a_fractional_power_of_a_negative_number_is_undecidable() -> None:
    with pytest.raises(Undecidable, match="a fractional power of a negative number"):
        series.power(fmpq(-8), Fraction(1, 3))
    with pytest.raises(Undecidable, match="a fractional power of a number that is not positive"):
        series.power(arb(0, 1), Fraction(1, 2))


@pytest.mark.parametrize("value", [fmpq(0), fmpq(-1), arb(0, 1)])
def test_the_logarithm_of_what_is_not_positive_is_undecidable(value: fmpq | arb) -> None:
    with pytest.raises(Undecidable, match="the logarithm of a number that is not positive"):
        series.logarithm(value)


def test_a_root_cannot_be_expanded_around_zero() -> None:
    with pytest.raises(Undecidable, match="division by zero"):
        series.power(Series([fmpq(0), fmpq(1)], 1), Fraction(1, 2))


@some
@given(st.integers(1, 6), st.integers(0, 6))
def test_a_binomial_power_has_binomial_coefficients(n: int, k: int) -> None:
    x = Series([fmpq(1), fmpq(1)] + [fmpq(0)] * 5, 1)
    assert series.power(x, Fraction(n)).c[k] == comb(n, k)
