"""The symbolic way: what it calls zero is zero, and what is zero by algebra it finds."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from spectral_edge.theory.check import points, symbolic

x, y, z, t = sp.symbols("x y z t", real=True)
p, q = sp.symbols("p q", positive=True)
i, k, m, n = sp.symbols("i k m n", integer=True)
W = sp.Symbol("W", integer=True, positive=True)
f, g, u = (sp.Function(name, real=True) for name in "fgu")
d = sp.Function("d", positive=True)
some = settings(max_examples=max(15, settings().max_examples // 5))

atoms = [x, y, p, sp.Integer(3), sp.Rational(-2, 5), f(t), sp.Derivative(f(t), t), sp.sqrt(q), sp.exp(x)]
expressions = st.recursive(
    st.sampled_from(atoms),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda ab: ab[0] + ab[1]),
        st.tuples(inner, inner).map(lambda ab: ab[0] * ab[1]),
        inner.map(lambda a: a**2),
    ),
    max_leaves=4,
)


def says(expression: Any, thorough: bool = True) -> bool | None:
    return symbolic.vanishes(sp.sympify(expression), thorough).agrees


@some
@given(expressions, expressions, expressions)
def test_what_was_multiplied_out_or_rearranged_is_found_equal(a: Any, b: Any, c: Any) -> None:
    assert says(sp.expand((a + b) * c) - (c * b + c * a), thorough=False) is True
    assert says(sp.Add(a, b) ** 2 - sp.expand(a**2) - 2 * a * b - b**2, thorough=False) is True
    assert says(sp.together(a + 1 / (1 + b**2)) - a - 1 / (1 + b**2), thorough=False) is True


@some
@given(
    expressions,
    expressions,
    st.sampled_from(atoms),
    st.sampled_from([sp.Rational(1, 9), sp.Integer(2), x * p]),
)
def test_what_was_perturbed_is_never_found_equal(a: Any, b: Any, term: Any, factor: Any) -> None:
    wrong = sp.expand((a + b) ** 2) - (a**2 + 2 * a * b + b**2) + factor * term
    assert says(wrong, thorough=False) is not True


@some
@given(expressions, expressions)
def test_the_two_ways_never_contradict_each_other(a: Any, b: Any) -> None:
    by_symbols, at_points = says(a - b, thorough=False), points.vanishes([a - b]).agrees
    assert {by_symbols, at_points} != {True, False}


@some
@given(st.lists(st.integers(-3, 3), min_size=4, max_size=4))
def test_polynomials_are_decided_both_ways_without_simplify(c: list[int]) -> None:
    polynomial = c[0] * x**2 + c[1] * x * y + c[2] * f(t) * y + c[3] * sp.Derivative(f(t), (t, 2))
    assert says(polynomial * (x + y) - sp.expand(polynomial * x) - polynomial * y, thorough=False) is True
    assume(any(c))
    assert says(polynomial, thorough=False) is False


TRUE = [
    (x**2 - y**2) / (x - y) - x - y,
    sp.Derivative(f(t) ** 2, t) - 2 * f(t) * sp.Derivative(f(t), t),
    sp.Derivative(f(x**2), x) - 2 * x * sp.Subs(sp.Derivative(f(y), y), y, x**2),
    sp.Derivative(f(g(t)), t) - sp.Derivative(f(g(t)), t).doit(),
    sp.Subs(f(t), t, 0) - f(0),
    sp.Subs(sp.Derivative(f(t), t), t, x) - sp.Derivative(f(x), x),
    sp.Subs(x - 2 * y, (x, y), (y, x)) - y + 2 * x,
    sp.Subs(sp.Sum(t * i, (i, 1, 3)), t, i) - 6 * i,
    f((x + y) ** 2) - f(x**2 + 2 * x * y + y**2),
    sp.sqrt((p + q) ** 2) - p - q,
    sp.sqrt(p) ** 3 - p * sp.sqrt(p),
    p ** sp.Rational(1, 4) * p ** sp.Rational(1, 2) - p ** sp.Rational(3, 4),
    sp.sqrt(p) * sp.sqrt(q) - sp.sqrt(p * q),
    1 / (sp.sqrt(p) + sp.sqrt(q)) - (sp.sqrt(p) - sp.sqrt(q)) / (p - q),
    (sp.sqrt(1 + sp.sqrt(p))) ** 2 - 1 - sp.sqrt(p),
    sp.sqrt(sp.Derivative(d(t), t) ** 2 + d(t)) ** 2 - sp.Derivative(d(t), t) ** 2 - d(t),
    sp.exp(x) * sp.exp(y) - sp.exp(x + y),
    sp.exp(sp.log(p) + sp.log(q)) - p * q,
    sp.log(p * q) - sp.log(p) - sp.log(q),
    sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1,
    sp.tanh(x) - sp.sinh(x) / sp.cosh(x),
    p**n * p**2 - p ** (n + 2),
    sp.Max(x, y) + sp.Min(x, y) - x - y,
    sp.Max(x, y, z) - sp.Max(sp.Max(x, y), z),
    sp.Max(x, y) - (x + y + sp.Abs(x - y)) / 2,
    sp.Abs(x) * sp.Abs(y) - sp.Abs(x * y),
    sp.sign(x) * sp.Abs(x) - x,
    sp.sqrt(5 + 2 * sp.sqrt(6)) - sp.sqrt(2) - sp.sqrt(3),
]
TRUE_SUMS = [
    sp.Sum(u(i), (i, 1, W)) - sp.Sum(u(k), (k, 1, W)),
    sp.Sum(u(i), (i, 1, W)) - u(1) - sp.Sum(u(i), (i, 2, W)),
    sp.Sum(u(i), (i, 1, W)) - u(W) - sp.Sum(u(i), (i, 1, W - 1)),
    sp.Sum(u(i + 1), (i, 1, W)) - sp.Sum(u(i), (i, 2, W + 1)),
    sp.Sum(u(i), (i, m - W + 2, m + 1)) - sp.Sum(u(i), (i, m - W + 1, m)) - u(m + 1) + u(m - W + 1),
    sp.Sum(x * u(i) + y, (i, 1, W)) - x * sp.Sum(u(i), (i, 1, W)) - W * y,
    sp.Sum(u(i), (i, 1, 3)) - u(1) - u(2) - u(3),
    sp.Sum(u(i + 1) - u(i), (i, 1, W)) - u(W + 1) + u(1),
    sp.Sum(u(i + 1) ** 2 * u(i), (i, 1, W)) - sp.Sum(u(i + 3) ** 2 * u(i + 2), (i, -1, W - 2)),
    sp.Sum(u(i), (i, 3, 1)),
    sp.Sum(i, (i, 1, W)) - W * (W + 1) / 2,
    sp.Derivative(sp.Sum(u(i) * t**2, (i, 1, W)), t) - 2 * t * sp.Sum(u(i), (i, 1, W)),
    sp.Sum(u(i) * g(k), (i, 1, W), (k, 1, W)) - sp.Sum(u(i), (i, 1, W)) * sp.Sum(g(k), (k, 1, W)),
    sp.Sum(sp.Sum(u(i) * x, (i, 1, k)), (k, 1, W)) - x * sp.Sum(u(i), (i, 1, k), (k, 1, W)),
    sp.Sum(i * sp.Sum(f(i), (i, 1, 3)), (i, 1, W))
    - sp.Sum(i * sp.Sum(f(i), (i, 1, 3)), (i, 2, W))
    - sp.Sum(f(i), (i, 1, 3)),
    sp.Sum(1 / (u(i) ** 2 + 1) + u(i) ** 2 / (u(i) ** 2 + 1), (i, 1, W)) - W,
    sp.sqrt(sp.Sum(u(i) ** 2, (i, 1, W))) ** 2 - sp.Sum(u(k) ** 2, (k, 1, W)),
    (sp.Sum(u(i), (i, 1, W)) + x) ** 2
    - sp.Sum(u(k), (k, 1, W)) ** 2
    - 2 * x * sp.Sum(u(m), (m, 1, W))
    - x**2,
]


@pytest.mark.parametrize("true", [*TRUE, *TRUE_SUMS], ids=str)
def test_textbook_identities_are_proved(true: Any) -> None:
    assert says(true) is True


FALSE = [
    p ** sp.Rational(1, 4) - sp.sqrt(p),
    sp.cbrt(p) - sp.sqrt(p),
    sp.sqrt(x**2) - x,
    sp.sqrt((x - y) ** 2) - x + y,
    sp.sqrt(x) * sp.sqrt(y) - sp.sqrt(x * y),
    sp.sqrt(x / y) - sp.sqrt(x) / sp.sqrt(y),
    (x * y) ** z - x**z * y**z,
    sp.log(x * y) - sp.log(x) - sp.log(y),
    sp.log(x**2) - 2 * sp.log(x),
    sp.sqrt(1 - sp.sqrt(p)) ** 2 - 1 - sp.sqrt(p),
    sp.asin(sp.sin(x)) - x,
    sp.atan(sp.tan(x)) - x,
    sp.Abs(n) - n,
    sp.sign(sp.sqrt(sp.Abs(x))) - 1,
    f(t) - f(0),
    f(2 * t) - 2 * f(t),
    f(0, t) - f(t, 0),
    sp.Derivative(f(t), (t, 4)),
    sp.Derivative(f(x**2), x) - x * sp.Subs(sp.Derivative(f(y), y), y, x**2),
    sp.Derivative(f(t), (t, n)),
    sp.Max(x, 20) - 20,
    sp.tanh(500 * p) - 1,
    sp.Sum(u(i), (i, 1, W)) - W * u(i),
    sp.Sum(u(i), (i, 1, 2)) - 2 * u(i),
    sp.Sum(u(i) ** 2, (i, 1, W)) - u(i) * sp.Sum(u(i), (i, 1, W)),
    sp.Sum(i * u(i), (i, 1, W)) - i * sp.Sum(u(i), (i, 1, W)),
    # These two hold for Karr's sums only.
    sp.Sum(u(i), (i, 1, W)) - u(1) - u(2) - sp.Sum(u(i), (i, 3, W)),
    sp.Sum(i, (i, 1, n)) - n * (n + 1) / 2,
    sp.Sum(u(i), (i, 1, n)) + sp.Sum(u(i), (i, n + 1, W)) - sp.Sum(u(i), (i, 1, W)),
    sp.Sum(x, (i, 1, n)) - n * x,
    sp.Sum(sp.Sum(f(i, k), (k, 1, 3)), (i, k + 1, W))
    - sp.Sum(sp.Sum(f(i, k), (k, 1, 3)), (i, k + 2, W))
    - sp.Sum(f(k + 1, k), (k, 1, 3)),
    sp.Subs(sp.Sum(t * i, (i, 1, 3)), t, i) - 14,
    sp.Sum(u(i), (i, 1, W)) ** 2 - sp.Sum(u(i) ** 2, (i, 1, W)),
    sp.Sum(1 / sp.Integer(2) ** i, (i, 1, sp.oo)) - 2,
    sp.Product(u(i), (i, 1, W)) - u(i) ** W,
    sp.Limit(f(t), t, 0) - f(t),
    sp.Integral(f(t), (t, 0, 1)) - f(t),
    sp.Integral(f(x), (x, 0, x)) - x * f(x),
    sp.Derivative(f(x, x), x) - sp.Subs(sp.Derivative(f(x, y), x), y, x),
    sp.atan(x) + sp.atan(1 / x) - sp.pi / 2,
    sp.sqrt(f(t) ** 2) - f(t),
    sp.cbrt(x**3) - x,
    sp.KroneckerDelta(i, k) - 1,
]


@pytest.mark.parametrize("false", FALSE, ids=str)
def test_textbook_mistakes_are_never_proved(false: Any) -> None:
    assert says(false) is not True


@pytest.mark.parametrize(
    "open_question",
    [
        f(sp.sin(x) ** 2 + sp.cos(x) ** 2) - f(1),
        sp.Sum(u(i), (i, 1, W)) - sp.Sum(u(i), (i, 1, m)),
        sp.Max(x, y, z) - x,
        sp.Subs(sp.Derivative(f(y), y), y, x**2) - sp.Subs(sp.Derivative(f(y), y), y, x),
        sp.sqrt(2) * x - y,
        sp.pi * x - y,
        sp.gamma(x) - y,
    ],
    ids=str,
)
def test_what_is_not_decided_completely_is_never_called_false(open_question: Any) -> None:
    assert says(open_question) is None


@pytest.mark.parametrize("bad", [sp.zoo, sp.nan, sp.zoo * x + 1])
def test_what_has_no_value_is_undecided(bad: Any) -> None:
    decision = symbolic.vanishes(bad)
    assert decision.agrees is None
    assert decision.why.endswith("has no value")


def test_the_last_resort_is_left_out_when_asked() -> None:
    needs_simplify = sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1
    assert says(needs_simplify, thorough=False) is None
    assert says(needs_simplify) is True


def test_a_wrong_polynomial_shows_what_is_left_over() -> None:
    assert symbolic.vanishes(x + y - x * f(t)).why == "left over: -x*f(t) + x + y"


def test_an_undecided_expression_is_shown() -> None:
    assert symbolic.vanishes(sp.Max(x, 1) - x).why.startswith("could not show that ")


def test_an_error_inside_sympy_leaves_the_question_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(expression: Any) -> Any:
        raise NotImplementedError

    monkeypatch.setattr(sp, "simplify", stumble)
    assert says(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1) is None


def test_very_large_expressions_are_not_handed_to_simplify(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbolic, "_SIMPLIFY_LIMIT", 3)
    assert says(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1) is None
