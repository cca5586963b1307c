"""The evaluator against SymPy's exact substitution and differentiation, with which it shares no code."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Any

import pytest
import sympy as sp
from flint import arb, ctx, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from spectral_edge.theory.check.evaluate import NotEvaluable, Point, Polynomial, evaluate, monomials
from spectral_edge.theory.check.series import Series, Undecidable

x, y, z, t = sp.symbols("x y z t", real=True)
i, j, k, n = sp.symbols("i j k n", integer=True)
f, g = sp.Function("f", real=True), sp.Function("g", real=True)
some = settings(max_examples=max(20, settings().max_examples // 3))


def exact(value: Any) -> fmpq:
    value = sp.Rational(value)
    return fmpq(int(value.p), int(value.q))


def rational(value: fmpq) -> sp.Rational:
    return sp.Rational(int(value.p), int(value.q))


def at(values: dict[Any, Any], **functions: Polynomial) -> Point:
    return Point({s: exact(v) for s, v in values.items()}, {(name, ()): p for name, p in functions.items()})


numbers = st.fractions(min_value=-4, max_value=4, max_denominator=6).map(
    lambda q: sp.Rational(q.numerator, q.denominator)
)
points = st.fixed_dictionaries({x: numbers, y: numbers, z: numbers})


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda ab: ab[0] + ab[1]),
            st.tuples(inner, inner).map(lambda ab: ab[0] * ab[1]),
            st.tuples(inner, st.sampled_from([-2, -1, 2, 3])).map(lambda ae: ae[0] ** ae[1]),
        ),
        max_leaves=8,
    )


expressions = trees(st.one_of(st.sampled_from([x, y, z]), numbers)).filter(
    lambda e: not e.has(sp.zoo, sp.nan)
)


@some
@given(expressions, points)
def test_rational_expressions_have_the_value_that_exact_substitution_gives(
    expression: Any, values: dict[Any, Any]
) -> None:
    expected = expression.subs(values)
    assume(expected.is_Rational)
    try:
        found = evaluate(expression, at(values))
    except Undecidable:
        # SymPy cancels some zeros against poles on its way; the evaluator must not.
        assert any(
            sp.denom(part).subs(values) == 0 for part in sp.preorder_traversal(expression) if part.is_Pow
        )
        return
    assert isinstance(found, fmpq)
    assert rational(found) == expected


@some
@given(expressions, points)
def test_derivatives_agree_with_sympys(expression: Any, values: dict[Any, Any]) -> None:
    expected = sp.diff(expression, x).subs(values)
    assume(expected.is_Rational)
    try:
        found = evaluate(sp.Derivative(expression, x, evaluate=False), at(values))
    except Undecidable:
        return
    assert rational(found) == expected


@some
@given(expressions, points)
def test_mixed_derivatives_agree_with_sympys_in_either_order(expression: Any, values: dict[Any, Any]) -> None:
    expected = sp.diff(expression, x, x, y).subs(values)
    assume(expected.is_Rational)
    for order in ((x, 2), (y, 1)), ((y, 1), (x, 2)):
        try:
            found = evaluate(sp.Derivative(expression, *order, evaluate=False), at(values))
        except Undecidable:
            return
        assert rational(found) == expected


@some
@given(trees(st.sampled_from([x, y, sp.Integer(2)])), points)
def test_elementary_functions_agree_with_sympy_to_fifty_digits(
    expression: Any, values: dict[Any, Any]
) -> None:
    assume(not expression.has(sp.zoo, sp.nan))
    whole = sp.sin(expression) + sp.exp(-(expression**2)) + sp.sqrt(1 + expression**2) + sp.atan(x)
    exact_value = whole.subs(values)
    assume(not exact_value.has(sp.zoo, sp.nan, sp.oo, sp.AccumBounds))
    with ctx.workprec(400):
        try:
            found = arb(evaluate(whole, at(values)))
        except Undecidable:
            return
        expected = arb(str(sp.N(exact_value, 60)))
        assert abs(found - expected) < arb(10) ** -50 * (1 + abs(found))


@given(st.integers(-3, 6), st.integers(-3, 6), numbers)
def test_sums_and_products_run_over_their_range_and_are_empty_where_it_ends_first(
    low: int, high: int, value: Any
) -> None:
    point = at({x: value, n: high, k: low})
    terms = [sp.Rational(value) * c + 1 for c in range(low, high + 1)]
    assert rational(evaluate(sp.Sum(x * i + 1, (i, k, n)), point)) == sum(terms, sp.Integer(0))
    assert rational(evaluate(sp.Product(x * i + 1, (i, k, n)), point)) == sp.prod(terms)


@given(st.integers(-2, 5))
def test_nested_sums_let_the_inner_range_depend_on_the_outer_index(size: int) -> None:
    point = at({n: size})
    expected = sum(a * b for b in range(1, size + 1) for a in range(1, b))
    together = sp.Sum(i * j, (i, 1, j - 1), (j, 1, n))
    apart = sp.Sum(j * sp.Sum(i, (i, 1, j - 1)), (j, 1, n))
    assert evaluate(together, point) == evaluate(apart, point) == expected


def test_a_bound_variable_hides_a_free_one_of_the_same_name() -> None:
    point = at({i: 100})
    assert evaluate(i + sp.Sum(i, (i, 1, 3)), point) == 106
    assert evaluate(sp.Sum(i * sp.Sum(i, (i, 1, 2)), (i, 1, 2)), point) == 9


def test_the_bounds_of_a_sum_see_the_free_variable() -> None:
    assert evaluate(sp.Sum(i, (i, i, i + 1)), at({i: 5})) == 11


quadratic = Polynomial((exact(2),), {(0,): exact(7), (1,): exact(-3), (2,): exact(5)})
cubic = Polynomial((exact(1),), {(0,): exact(2), (1,): exact(1), (3,): exact("1/2")})


def as_sympy(polynomial: Polynomial, argument: Any) -> Any:
    (centre,) = polynomial.centre
    return sum(
        rational(c) * (argument - rational(centre)) ** p for (p,), c in polynomial.coefficients.items()
    )


@given(numbers, st.integers(0, 4))
def test_undefined_functions_and_their_derivatives_are_those_of_the_polynomial(
    value: Any, order: int
) -> None:
    expression = sp.Derivative(f(t), (t, order)) if order else f(t)
    expected = sp.diff(as_sympy(quadratic, t), t, order).subs(t, value)
    assert rational(evaluate(expression, at({t: value}, f=quadratic))) == expected


@given(numbers)
def test_the_chain_rule_holds_for_functions_of_functions(value: Any) -> None:
    inner = as_sympy(cubic, t) + t
    expected = sp.diff(as_sympy(quadratic, inner), t).subs(t, value)
    point = at({t: value}, f=quadratic, g=cubic)
    assert rational(evaluate(sp.Derivative(f(g(t) + t), t), point)) == expected
    by_hand = sp.Derivative(f(g(t)), g(t)) * sp.Derivative(g(t), t)
    assert evaluate(by_hand, point) == evaluate(sp.Derivative(f(g(t)), t), point)


@given(numbers)
def test_a_function_at_zero_is_the_function_of_time_at_zero(value: Any) -> None:
    point = at({t: value}, f=quadratic)
    expected = as_sympy(quadratic, sp.Integer(0))
    assert rational(evaluate(f(0), point)) == expected
    assert rational(evaluate(sp.Subs(f(t), t, 0), point)) == expected
    slope = sp.Subs(sp.Derivative(f(t), t), t, 0)
    assert rational(evaluate(slope, point)) == sp.diff(as_sympy(quadratic, t), t).subs(t, 0)


def test_a_substitution_of_two_variables_happens_at_once() -> None:
    swapped = sp.Subs(x - 2 * y, (x, y), (y, x))
    assert evaluate(swapped, at({x: 3, y: 10})) == 10 - 6


@given(numbers)
def test_a_substituted_function_is_differentiated_through(value: Any) -> None:
    expression = sp.Derivative(sp.Subs(x**3, x, t**2), t)
    assert rational(evaluate(expression, at({t: value, x: 0}))) == 6 * value**5


def test_a_function_with_a_sign_keeps_it_everywhere() -> None:
    wild = {(p,): exact(c) for p, c in enumerate([-3, 8, -5, 1])}
    above = Polynomial((exact(0),), wild, 1, exact("1/10"))
    below = Polynomial((exact(0),), wild, -1, exact("1/10"))
    for value in range(-5, 6):
        assert above(exact(value)) >= exact("1/10")
        assert below(exact(value)) <= exact("-1/10")


def test_functions_of_an_index_and_of_time_are_one_function_for_each_index() -> None:
    u = sp.Function("u", real=True)
    point = Point(
        {t: exact(4), i: exact(1)}, {("u", (1,)): quadratic, ("u", (2,)): cubic}, index_places={"u": (0,)}
    )
    assert rational(evaluate(u(i, t), point)) == as_sympy(quadratic, sp.Integer(4))
    assert rational(evaluate(u(i + 1, t), point)) == as_sympy(cubic, sp.Integer(4))
    total = evaluate(sp.Sum(sp.Derivative(u(i, t), t), (i, 1, 2)), point)
    slopes = [sp.diff(as_sympy(p, t), t).subs(t, 4) for p in (quadratic, cubic)]
    assert rational(total) == sum(slopes)


@given(numbers, numbers)
def test_absolute_values_signs_and_extremes_are_those_of_rationals(a: Any, b: Any) -> None:
    point = at({x: a, y: b})
    assert rational(evaluate(sp.Abs(x), point)) == abs(a)
    assert rational(evaluate(sp.sign(x), point)) == sp.sign(a)
    assert rational(evaluate(sp.Max(x, y), point)) == max(a, b)
    assert rational(evaluate(sp.Min(x, y, 0), point)) == min(a, b, sp.Integer(0))


def test_kroneckers_delta_compares_indices() -> None:
    delta = sp.KroneckerDelta(i, j)
    assert evaluate(delta, at({i: 2, j: 2})) == 1
    assert evaluate(delta, at({i: 2, j: 3})) == 0


@given(numbers.filter(bool), st.integers(-5, 5))
def test_a_symbolic_whole_exponent_is_exact(base: Any, exponent: int) -> None:
    assert rational(evaluate(x**n, at({x: base, n: exponent}))) == base**exponent


def test_a_symbolic_broken_exponent_is_a_ball_around_the_power() -> None:
    found = evaluate(x**y, at({x: 2, y: sp.Rational(1, 2)}))
    assert isinstance(found, arb)
    assert (found * found - 2).contains(0)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (sp.Symbol("missing"), "cannot evaluate missing, which is given no value"),
        (sp.Float("0.5") * x, r"cannot evaluate 0\.50* \(Float\)"),
        (sp.I * x, r"cannot evaluate I \(ImaginaryUnit\)"),
        (sp.gamma(x), r"cannot evaluate gamma\(x\)"),
        (sp.Integral(x, (x, 0, 1)), r"cannot evaluate Integral"),
        (f(x), r"the point has no function for f\(x\)"),
        (g(x, y), r"g is applied to different numbers of arguments, as in g\(x, y\)"),
        (sp.Derivative(g(x), (x, n)), "is of order n, which is not a number"),
        (sp.Derivative(x * g(x) ** 2, g(x)) * sp.Derivative(g(t), t), "the point has no value for t"),
        (sp.Sum(i, (i, 1, x)), "an index has the value 1/2, which is not an integer"),
        (sp.Sum(i, (i, 1, 5000)), "i runs from 1 to 5000, which is more than 4096 values"),
        (sp.KroneckerDelta(x, y), "an index has the value 1/2, which is not an integer"),
    ],
)
def test_what_the_evaluator_does_not_know_is_refused_by_name(expression: Any, message: str) -> None:
    point = at({x: sp.Rational(1, 2), y: 3, n: 2}, g=cubic)
    with pytest.raises(NotEvaluable, match=message):
        evaluate(expression, point)


def test_an_index_that_is_assumed_positive_may_not_run_over_zero() -> None:
    positive = sp.Symbol("k", integer=True, positive=True)
    with pytest.raises(NotEvaluable, match="k takes the value 0, which its assumptions exclude"):
        evaluate(sp.Sum(sp.Symbol("w") ** positive, (positive, 0, 2)), Point({sp.Symbol("w"): exact(2)}))


def test_the_derivative_by_a_function_that_also_stands_under_a_derivative_is_refused() -> None:
    expression = sp.Derivative(g(t) * sp.Derivative(g(t), t), g(t))
    with pytest.raises(NotEvaluable, match=r"the point has no value for g\(t\), by which"):
        evaluate(expression, at({t: 1}, g=cubic))


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (1 / (x - y), "division by zero"),
        (sp.sqrt(-z), "a fractional power of a negative number"),
        (sp.log(x - y), "the logarithm of a number that is not positive"),
        (sp.Derivative(sp.Abs(x - 1), x), "the sign of a number that is not known to differ from zero"),
        (sp.Derivative(sp.Max(x, y), x), "a maximum of two numbers that could not be told apart"),
        (sp.sign(sp.sin(z) ** 2 + sp.cos(z) ** 2 - 1), "the sign of a number that is not known to differ"),
    ],
)
def test_where_an_expression_has_no_value_the_point_is_undecidable(expression: Any, message: str) -> None:
    with pytest.raises(Undecidable, match=message):
        evaluate(expression, at({x: 1, y: 1, z: 3}))


def test_pi_and_e_are_balls_that_hold_them() -> None:
    with ctx.workprec(200):
        assert (evaluate(sp.pi, Point({})) - arb("3.14159265358979323846264338328")).contains(0) is False
        assert abs(evaluate(sp.pi, Point({})) - arb("3.14159265358979323846264338328")) < arb(10) ** -28
        assert abs(evaluate(sp.E, Point({})) - arb("2.71828182845904523536028747135")) < arb(10) ** -28


@given(st.integers(0, 4), st.integers(0, 5))
def test_there_are_as_many_monomials_as_the_binomial_says(variables: int, degree: int) -> None:
    found = monomials(variables, degree)
    assert len(found) == len(set(found)) == comb(variables + degree, degree)
    assert all(sum(powers) <= degree for powers in found)


def test_a_point_with_another_value_keeps_the_rest() -> None:
    point = at({x: 1, y: 2}, f=quadratic)
    moved = point.at(x, exact(5))
    assert evaluate(x + y + f(x), moved) == evaluate(sp.Integer(7) + f(5), point)
    assert evaluate(x, point) == 1


def test_a_derivative_of_something_constant_is_zero() -> None:
    assert evaluate(sp.Derivative(y**2, x, evaluate=False), at({x: 1, y: 2})) == 0


def test_the_derivative_of_an_outer_derivative_is_taken_by_the_right_variable() -> None:
    expression = sp.Derivative(t * sp.Derivative(f(t) ** 2, t), t)
    value = Fraction(3, 7)
    inner = as_sympy(quadratic, t)
    expected = sp.diff(t * sp.diff(inner**2, t), t).subs(t, sp.Rational(3, 7))
    found = evaluate(expression, at({t: sp.Rational(value.numerator, value.denominator)}, f=quadratic))
    assert not isinstance(found, Series)
    assert rational(found) == expected


def test_what_was_found_at_a_point_is_found_again_for_the_same_bits_and_level_only() -> None:
    x = sp.Symbol("x")
    point = Point({x: fmpq(2)})
    root = sp.sqrt(x) + 1
    with ctx.workprec(64):
        coarse = evaluate(root, point)
        assert evaluate(root, point) is coarse
    with ctx.workprec(512):
        fine = evaluate(root, point)
    assert fine.rad() < coarse.rad()
    assert evaluate(x**2, point.at(x, fmpq(3))) == 9
    assert evaluate(x**2, point) == 4


def test_points_beside_a_point_do_not_mix() -> None:
    x, k = sp.Symbol("x"), sp.Symbol("k", integer=True)
    point = Point({x: fmpq(2)})
    for _ in range(2):
        assert evaluate(sp.Derivative(x**3, x), point) == 12
        assert evaluate(sp.Derivative(x**3, (x, 2)), point) == 12
        assert evaluate(sp.Derivative(sp.Derivative(x**3, x) * x, x), point) == 36
        assert evaluate(sp.Sum(k * x, (k, 1, 3)) - sp.Sum(k, (k, 1, 3)), point) == 6
