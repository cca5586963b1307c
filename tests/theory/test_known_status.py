"""The checker against statements whose status everybody knows: true, false, and true with one more hypothesis.

Each case is a function that builds a small theory; its last statement is the one that is judged. To add
a case, write a function and say above it what must come out and why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.counterexample import Counterexample
from spectral_edge.theory.derivation import (
    Bound,
    Derivation,
    Differentiate,
    Expand,
    Identity,
    Ito,
    Rearrange,
    Rewrite,
    Solve,
    SolveFlow,
    Start,
    Substitute,
    TakeLimit,
)
from spectral_edge.theory.process import ItoProcess

D = sp.Derivative


@dataclass(frozen=True)
class Case:
    """``status`` must come out, with ``message`` in its reason and exactly ``conditions`` on the side."""

    build: Callable[[Any], tuple[Any, ...]]
    status: str
    message: str
    conditions: Callable[[Any], set[Any]] | None


CASES: list[Case] = []


def expect(status: str, message: str = "", conditions: Callable[[Any], set[Any]] | None = None) -> Any:
    def register(build: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], tuple[Any, ...]]:
        CASES.append(Case(build, status, message, conditions))
        return build

    return register


def identity(s: Any, lhs: Any, rhs: Any, **rest: Any) -> tuple[Any, ...]:
    claim = s.eq(lhs, rhs)
    return (s.theorem("T", claim, Identity(to=claim, says="By algebra."), **rest),)


def counterexample(s: Any, lhs: Any, rhs: Any, values: dict[Any, Any], **rest: Any) -> tuple[Any, ...]:
    numbers = {symbol: sp.sympify(value) for symbol, value in values.items()}
    return (s.theorem("T", s.eq(lhs, rhs), counterexample=Counterexample("See.", numbers), **rest),)


def none(s: Any) -> set[Any]:
    return set()


# --- true: algebra ---------------------------------------------------------------------------------


@expect("proved", conditions=none)
def the_square_of_a_sum(s: Any) -> tuple[Any, ...]:
    return identity(s, (s.x + s.y) ** 2, s.x**2 + 2 * s.x * s.y + s.y**2)


@expect("proved")
def brahmaguptas_identity(s: Any) -> tuple[Any, ...]:
    a, b, x, y = s.a, s.b, s.x, s.y
    return identity(s, (a**2 + b**2) * (x**2 + y**2), (a * x - b * y) ** 2 + (a * y + b * x) ** 2)


@expect("proved")
def sophie_germains_identity(s: Any) -> tuple[Any, ...]:
    x, y = s.x, s.y
    return identity(s, x**4 + 4 * y**4, ((x + y) ** 2 + y**2) * ((x - y) ** 2 + y**2))


@expect("proved")
def products_and_means(s: Any) -> tuple[Any, ...]:
    a, b, x, y = s.a, s.b, s.x, s.y
    return identity(s, a * x - b * y, (a - b) * (x + y) / 2 + (a + b) * (x - y) / 2)


@expect("proved", conditions=lambda s: {sp.Ne(s.x - s.y, 0)})
def a_quotient_that_cancels_keeps_its_condition(s: Any) -> tuple[Any, ...]:
    return identity(s, (s.x**2 - s.y**2) / (s.x - s.y), s.x + s.y)


@expect("proved")
def the_root_of_a_product_of_positive_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, 1 / (sp.sqrt(s.p) + sp.sqrt(s.q)), (sp.sqrt(s.p) - sp.sqrt(s.q)) / (s.p - s.q))


@expect("proved")
def the_logarithm_of_a_product_of_positive_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.log(s.p * s.q), sp.log(s.p) + sp.log(s.q))


@expect("proved")
def the_double_angle(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.sin(2 * s.x), 2 * sp.sin(s.x) * sp.cos(s.x))


@expect("proved")
def hyperbolic_cosine_and_sine(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.cosh(s.x) ** 2 - sp.sinh(s.x) ** 2, 1)


@expect("proved")
def the_larger_of_two_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.Max(s.x, s.y), (s.x + s.y + sp.Abs(s.x - s.y)) / 2)


@expect("proved", conditions=lambda s: {sp.Ne(s.a, 0), sp.Ge(s.b**2 - 4 * s.a * s.c, 0)})
def the_quadratic_formula(s: Any) -> tuple[Any, ...]:
    a, b, c, x = s.a, s.b, s.c, s.x
    root = sp.sqrt(b**2 - 4 * a * c)
    solutions = sp.Or(s.eq(x, (-b + root) / (2 * a)), s.eq(x, (-b - root) / (2 * a)))
    before = s.eq(a * x**2 + b * x + c, 0)
    return (
        s.assume("A", before),
        s.theorem(
            "T", solutions, Start(using="A", to=before, says=""), Solve(unknown=x, to=solutions, says="")
        ),
    )


# --- true: sums ------------------------------------------------------------------------------------


@expect("proved")
def the_sum_of_the_first_whole_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.Sum(s.i, (s.i, 1, s.W)), s.W * (s.W + 1) / 2)


@expect("proved")
def a_window_that_slides_by_one(s: Any) -> tuple[Any, ...]:
    u, i, m, W = s.u, s.i, s.m, s.W
    slid = sp.Sum(u(i), (i, m - W + 2, m + 1)) - sp.Sum(u(i), (i, m - W + 1, m))
    return identity(s, slid, u(m + 1) - u(m - W + 1))


@expect("proved")
def a_telescope(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    return identity(s, sp.Sum(u(i + 1) - u(i), (i, 1, W)), u(W + 1) - u(1))


@expect("proved")
def the_sum_of_squared_deviations(s: Any) -> tuple[Any, ...]:
    u, i, x, W = s.u, s.i, s.x, s.W
    squares, total = sp.Sum(u(i) ** 2, (i, 1, W)), sp.Sum(u(i), (i, 1, W))
    return identity(s, sp.Sum((u(i) - x) ** 2, (i, 1, W)), squares - 2 * x * total + W * x**2)


@expect("proved")
def a_double_sum_of_a_product(s: Any) -> tuple[Any, ...]:
    u, g, i, j, W = s.u, s.g, s.i, s.j, s.W
    both = sp.Sum(u(i) * g(j), (i, 1, W), (j, 1, W))
    return identity(s, both, sp.Sum(u(j), (j, 1, W)) * sp.Sum(g(i), (i, 1, W)))


@expect("proved")
def the_first_two_terms_of_a_sum_of_at_least_two(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    return identity(s, sp.Sum(u(i), (i, 1, W + 1)), u(1) + u(2) + sp.Sum(u(i), (i, 3, W + 1)))


# --- true: calculus --------------------------------------------------------------------------------


@expect("proved")
def the_product_rule(s: Any) -> tuple[Any, ...]:
    f, g, t = s.f(s.t), s.g(s.t), s.t
    return identity(s, D(f * g, t), f * D(g, t) + g * D(f, t))


@expect("proved")
def the_quotient_rule(s: Any) -> tuple[Any, ...]:
    f, h, t = s.f(s.t), s.h(s.t), s.t
    return identity(s, D(f / h, t), (h * D(f, t) - f * D(h, t)) / h**2)


@expect("proved")
def the_chain_rule(s: Any) -> tuple[Any, ...]:
    f, t, r = s.f, s.t, s.r
    return identity(s, D(f(t**2), t), 2 * t * sp.Subs(D(f(r), r), r, t**2))


@expect("proved")
def the_energy_of_an_oscillator_is_conserved(s: Any) -> tuple[Any, ...]:
    f, g, t, p = s.f(s.t), s.g(s.t), s.t, s.p
    energy = s.eq(g, D(f, t) ** 2 + p**2 * f**2)
    rate = s.eq(D(g, t), 2 * D(f, t) * D(f, (t, 2)) + 2 * p**2 * f * D(f, t))
    return (
        s.assume("law", s.eq(D(f, (t, 2)), -(p**2) * f)),
        s.assume("energy", energy),
        s.theorem(
            "T",
            s.eq(D(g, t), 0),
            Start(using="energy", to=energy, says=""),
            Differentiate(by=t, to=rate, says=""),
            Substitute(using="law", to=s.eq(D(g, t), 0), says=""),
        ),
    )


@expect("proved")
def exponential_decay(s: Any) -> tuple[Any, ...]:
    f, t, p = s.f, s.t, s.p
    law = s.eq(D(f(t), t), -p * f(t))
    solution = s.eq(f(t), f(0) * sp.exp(-p * t))
    return (
        s.assume("A", law),
        s.theorem(
            "T",
            solution,
            Start(using="A", to=law, says=""),
            SolveFlow(unknown=f(t), by=t, to=solution, says=""),
        ),
    )


@expect("proved")
def relaxation_to_a_steady_value(s: Any) -> tuple[Any, ...]:
    f, t, p, a = s.f, s.t, s.p, s.a
    law = s.eq(D(f(t), t), a - p * f(t))
    solution = s.eq(f(t), a / p + (f(0) - a / p) * sp.exp(-p * t))
    limit = s.eq(sp.Limit(f(t), t, sp.oo), a / p)
    return (
        s.assume("A", law),
        s.theorem(
            "T",
            limit,
            Start(using="A", to=law, says=""),
            SolveFlow(unknown=f(t), by=t, to=solution, says=""),
            TakeLimit(by=t, at=sp.oo, to=limit, says=""),
        ),
    )


@expect("proved")
def the_square_root_near_one(s: Any) -> tuple[Any, ...]:
    f, t = s.f, s.t
    law, near = s.eq(f(t), sp.sqrt(1 + t)), s.eq(f(t), 1 + t / 2 - t**2 / 8 + sp.Order(t**3))
    return (
        s.assume("A", law),
        s.theorem("T", near, Start(using="A", to=law, says=""), Expand(by=t, to=near, says="")),
    )


@expect("proved")
def the_drift_of_a_squared_ornstein_uhlenbeck_process(s: Any) -> tuple[Any, ...]:
    x, y, p, q = s.x, s.y, s.p, s.q
    claim = s.eq(y, -2 * p * x**2 + q**2)
    process = ItoProcess((x,), (-p * x,), ((q,),))
    return (
        s.assume("P", s.eq(s.a, s.b), process=process),
        s.theorem("T", claim, Ito(using="P", function=x**2, to=claim, says="")),
    )


# --- true: inequalities ----------------------------------------------------------------------------


@expect("proved")
def the_mean_inequality_of_two_numbers(s: Any) -> tuple[Any, ...]:
    p, q, x = s.p, s.q, s.x
    claim = sp.Le(x, (p + q) ** 2, evaluate=False)
    return (
        s.assume("A", s.eq(x, 4 * p * q)),
        s.theorem(
            "T",
            claim,
            Start(using="A", to=s.eq(x, 4 * p * q), says=""),
            Bound(certificate=(p - q) ** 2, to=claim, says=""),
        ),
    )


@expect("proved")
def cauchy_schwarz_in_the_plane(s: Any) -> tuple[Any, ...]:
    a, b, c, x, y = s.a, s.b, s.c, s.x, s.y
    claim = sp.Le(c, (a**2 + b**2) * (x**2 + y**2), evaluate=False)
    return (
        s.assume("A", s.eq(c, (a * x + b * y) ** 2)),
        s.theorem(
            "T",
            claim,
            Start(using="A", to=s.eq(c, (a * x + b * y) ** 2), says=""),
            Bound(certificate=(a * y - b * x) ** 2, to=claim, says=""),
        ),
    )


# --- false: the derivation fails -------------------------------------------------------------------


@expect("not checked", "step 1 (identity) fails")
def the_freshmans_dream(s: Any) -> tuple[Any, ...]:
    return identity(s, (s.x + s.y) ** 2, s.x**2 + s.y**2)


@expect("not checked", "step 1 (identity) fails")
def adding_fractions_by_adding_denominators(s: Any) -> tuple[Any, ...]:
    return identity(s, 1 / (s.p + s.q), 1 / s.p + 1 / s.q)


@expect("not checked", "step 1 (identity) fails")
def the_root_of_a_square_without_its_sign(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.sqrt(s.x**2) + s.y, s.x + s.y)


@expect("not checked", "step 1 (identity) fails")
def the_fourth_root_is_the_square_root(s: Any) -> tuple[Any, ...]:
    return identity(s, s.p ** sp.Rational(1, 4), sp.sqrt(s.p))


@expect("not checked", "step 1 (identity) fails")
def the_triangle_equality(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.Abs(s.x + s.y), sp.Abs(s.x) + sp.Abs(s.y))


@expect("not checked", "step 1 (identity) fails")
def an_integer_is_its_absolute_value(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.Abs(s.n), s.n)


@expect("not checked", "step 1 (identity) fails")
def what_is_nearly_one_is_one(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.tanh(500 * s.p), 1)


@expect("not checked", "step 1 (identity) fails")
def the_logarithm_of_a_sum(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.log(s.p + s.q), sp.log(s.p) + sp.log(s.q))


@expect("not checked", "step 1 (identity) fails")
def the_derivative_of_a_product_is_the_product_of_derivatives(s: Any) -> tuple[Any, ...]:
    f, g, t = s.f(s.t), s.g(s.t), s.t
    return identity(s, D(f * g, t), D(f, t) * D(g, t))


@expect("not checked", "step 1 (identity) fails")
def the_chain_rule_without_the_inner_derivative(s: Any) -> tuple[Any, ...]:
    f, t, r = s.f, s.t, s.r
    return identity(s, D(f(t**2), t), sp.Subs(D(f(r), r), r, t**2))


@expect("not checked", "step 1 (identity) fails")
def the_sum_of_squares_is_the_square_of_the_sum(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    return identity(s, sp.Sum(u(i) ** 2, (i, 1, W)), sp.Sum(u(i), (i, 1, W)) ** 2)


@expect("not checked", "step 1 (identity) fails")
def every_term_of_a_sum_is_alike(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    return identity(s, sp.Sum(u(i), (i, 1, W)), W * u(i))


@expect("not checked", "step 1 (identity) fails")
def the_first_two_terms_of_a_sum_that_may_have_one(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    return identity(s, sp.Sum(u(i), (i, 1, W)), u(1) + u(2) + sp.Sum(u(i), (i, 3, W)))


@expect("not checked", "step 2 (solve) fails")
def a_quadratic_equation_with_one_root_forgotten(s: Any) -> tuple[Any, ...]:
    before = s.eq(s.x**2, s.p**2)
    return (
        s.assume("A", before),
        s.theorem(
            "T",
            s.eq(s.x, s.p),
            Start(using="A", to=before, says=""),
            Solve(unknown=s.x, to=s.eq(s.x, s.p), says=""),
        ),
    )


@expect("not checked", "step 4 (rearrange) fails")
def one_equals_two(s: Any) -> tuple[Any, ...]:
    a, b = s.a, s.b
    return (
        s.assume("A", s.eq(a, b)),
        s.theorem(
            "T",
            s.eq(2 * b, b),
            Start(using="A", to=s.eq(a, b), says=""),
            Rearrange(times=a, to=s.eq(a**2 - b**2, a * b - b**2), says=""),
            Rewrite(to=s.eq((a - b) * (a + b), b * (a - b)), says=""),
            Rearrange(times=1 / (a - b), to=s.eq(a + b, b), says=""),
            Substitute(using="A", to=s.eq(2 * b, b), says=""),
        ),
    )


@expect("not checked", "x is not declared as running")
def an_equation_for_one_number_is_differentiated(s: Any) -> tuple[Any, ...]:
    return (
        s.assume("A", s.eq(s.x**2, 4)),
        s.theorem(
            "T",
            s.eq(2 * s.x, 0),
            Start(using="A", to=s.eq(s.x**2, 4), says=""),
            Differentiate(by=s.x, to=s.eq(2 * s.x, 0), says=""),
        ),
    )


@expect("not checked", "step 2 (solve the flow) fails")
def an_initial_value_that_nobody_gave(s: Any) -> tuple[Any, ...]:
    f, t = s.f, s.t
    law, solution = s.eq(D(f(t), t), -f(t)), s.eq(f(t), 17 * sp.exp(-t))
    return (
        s.assume("A", law),
        s.theorem(
            "T",
            solution,
            Start(using="A", to=law, says=""),
            SolveFlow(unknown=f(t), by=t, to=solution, says=""),
        ),
    )


@expect("not checked", "step 2 (expand) fails")
def an_expansion_with_a_wrong_coefficient(s: Any) -> tuple[Any, ...]:
    f, t = s.f, s.t
    law, near = s.eq(f(t), sp.sqrt(1 + t)), s.eq(f(t), 1 + t + sp.Order(t**2))
    return (
        s.assume("A", law),
        s.theorem("T", near, Start(using="A", to=law, says=""), Expand(by=t, to=near, says="")),
    )


@expect("not checked", "step 1 (Itô's rule) fails")
def itos_rule_without_the_second_derivative(s: Any) -> tuple[Any, ...]:
    claim = s.eq(s.y, -2 * s.p * s.x**2)
    process = ItoProcess((s.x,), (-s.p * s.x,), ((s.q,),))
    return (
        s.assume("P", s.eq(s.a, s.b), process=process),
        s.theorem("T", claim, Ito(using="P", function=s.x**2, to=claim, says="")),
    )


@expect("not checked", "g stands for one particular thing")
def a_law_of_one_thing_is_used_for_another(s: Any) -> tuple[Any, ...]:
    f, g, t = s.f, s.g, s.t
    return (
        s.assume("A", s.eq(g(t), t)),
        s.theorem("T", s.eq(f(t), t), Start(using="A", where={g: f}, to=s.eq(f(t), t), says="")),
    )


@expect("not checked", "the last step of a derivation is not the statement")
def a_derivation_of_something_else(s: Any) -> tuple[Any, ...]:
    other = s.eq((s.x + 1) ** 2, s.x**2 + 2 * s.x + 1)
    return (s.theorem("T", s.eq(s.x, s.y), Identity(to=other, says="")),)


@expect("not checked", "it rests on S, which is not checked")
def a_consequence_of_a_falsehood(s: Any) -> tuple[Any, ...]:
    wrong = s.eq(s.x, s.x + 1)
    return (
        s.theorem("S", wrong, Identity(to=wrong, says="")),
        s.theorem("T", wrong, Start(using="S", to=wrong, says="")),
    )


# --- false: a counterexample was given -------------------------------------------------------------


@expect("refuted", "See.")
def the_freshmans_dream_at_one_and_one(s: Any) -> tuple[Any, ...]:
    return counterexample(s, (s.x + s.y) ** 2, s.x**2 + s.y**2, {s.x: 1, s.y: 1})


@expect("refuted", "See.")
def the_triangle_equality_at_one_and_minus_one(s: Any) -> tuple[Any, ...]:
    return counterexample(s, sp.Abs(s.x + s.y), sp.Abs(s.x) + sp.Abs(s.y), {s.x: 1, s.y: -1})


@expect("refuted", "See.")
def the_primes_of_euler_end(s: Any) -> tuple[Any, ...]:
    # n² + n + 41 is no prime at n = 40: it is 41².
    return counterexample(s, s.n**2 + s.n + 41, 41, {s.n: 40})


@expect("refuted", "See.")
def two_is_the_square_of_seventeen_twelfths(s: Any) -> tuple[Any, ...]:
    return counterexample(s, s.x**2, sp.Rational(289, 144), {s.x: sp.sqrt(2)})


@expect("not checked", "the statement holds at its counterexample")
def a_true_identity_is_not_refuted(s: Any) -> tuple[Any, ...]:
    return counterexample(s, (s.x + s.y) ** 2, s.x**2 + 2 * s.x * s.y + s.y**2, {s.x: 3, s.y: -2})


@expect("not checked", "values that their assumptions exclude")
def a_positive_number_is_not_refuted_at_a_negative_one(s: Any) -> tuple[Any, ...]:
    return counterexample(s, s.p**2, s.p + 2, {s.p: -3})


# --- false: the units do not balance ---------------------------------------------------------------


@expect("refuted", "does not balance")
def a_length_is_a_loss(s: Any) -> tuple[Any, ...]:
    return (s.theorem("T", s.eq(s.length, s.loss)),)


@expect("refuted", "but length has unit θ")
def a_rate_without_its_time(s: Any) -> tuple[Any, ...]:
    return (s.theorem("T", s.eq(D(s.path(s.duration), s.duration), s.length)),)


@expect("not checked", "it rests on A, which is refuted")
def a_consequence_of_what_does_not_balance(s: Any) -> tuple[Any, ...]:
    law = s.eq(s.x, s.y)
    return (
        s.assume("A", law, s.eq(s.length, s.loss)),
        s.theorem("T", law, Start(using="A", part=0, to=law, says="")),
    )


# --- true only with one more hypothesis ------------------------------------------------------------


@expect("not checked", "could not be decided")
def the_logarithm_of_a_product_of_any_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.log(s.x * s.y), sp.log(s.x) + sp.log(s.y))


@expect("not checked", "could not be decided")
def the_root_of_a_product_of_any_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.sqrt(s.x) * sp.sqrt(s.y), sp.sqrt(s.x * s.y))


@expect("proved", conditions=lambda s: {sp.Ne(s.a, 0)})
def dividing_by_a_number_that_may_be_zero(s: Any) -> tuple[Any, ...]:
    before, after = s.eq(s.a * s.x, s.a * s.y), s.eq(s.x, s.y)
    return (
        s.assume("A", before),
        s.theorem(
            "T", after, Start(using="A", to=before, says=""), Rearrange(times=1 / s.a, to=after, says="")
        ),
    )


@expect("proved", conditions=none)
def dividing_by_a_number_that_is_positive(s: Any) -> tuple[Any, ...]:
    before, after = s.eq(s.p * s.x, s.p * s.y), s.eq(s.x, s.y)
    return (
        s.assume("A", before),
        s.theorem(
            "T", after, Start(using="A", to=before, says=""), Rearrange(times=1 / s.p, to=after, says="")
        ),
    )


def _conditional(s: Any, *hypotheses: Any) -> tuple[Any, ...]:
    law = s.eq(s.x * s.y, s.x)
    return (
        s.assume("A", law, hypotheses=(sp.Gt(s.x, 5),)),
        s.theorem("T", law, Start(using="A", to=law, says=""), hypotheses=hypotheses),
    )


@expect("not checked", "A holds under the hypothesis x > 5, which is not granted here")
def a_conditional_law_used_without_its_condition(s: Any) -> tuple[Any, ...]:
    return _conditional(s)


@expect("proved")
def a_conditional_law_used_with_its_condition(s: Any) -> tuple[Any, ...]:
    return _conditional(s, sp.Gt(s.x, 5))


def _ordered(s: Any, *hypotheses: Any) -> tuple[Any, ...]:
    claim = sp.Le(s.x, s.y + (s.a - s.b), evaluate=False)
    return (
        s.assume("A", s.eq(s.x, s.y)),
        s.theorem(
            "T",
            claim,
            Start(using="A", to=s.eq(s.x, s.y), says=""),
            Bound(certificate=s.a - s.b, to=claim, says=""),
            hypotheses=hypotheses,
        ),
    )


@expect("not checked", "step 2 (bound) fails")
def a_bound_that_needs_an_order(s: Any) -> tuple[Any, ...]:
    return _ordered(s)


@expect("proved")
def a_bound_that_has_its_order(s: Any) -> tuple[Any, ...]:
    return _ordered(s, sp.Ge(s.a, s.b))


@expect("not checked", "only 0 of 6 random points could be decided")
def anything_follows_from_a_contradiction_but_is_not_proved(s: Any) -> tuple[Any, ...]:
    return identity(
        s, (s.x + 1) ** 2, s.x**2 + 2 * s.x + 1, hypotheses=(sp.And(sp.Gt(s.x, 1), sp.Lt(s.x, 0)),)
    )


@expect("proved", conditions=none)
def a_sum_written_out_for_one_size_is_proved_for_that_size(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    claim = s.eq(sp.Sum(u(i), (i, 1, W)) ** 2 - sp.Sum(u(i) ** 2, (i, 1, W)), 2 * u(1) * u(W))
    written = s.eq((u(1) + u(2)) ** 2 - u(1) ** 2 - u(2) ** 2, 2 * u(1) * u(2))
    theorem = s.theorem("T", claim)
    derivation = Derivation((Identity(to=written, says=""),), scope="W = 2", instance={W: sp.Integer(2)})
    return (replace(theorem, derivations=(derivation,)),)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.build.__name__)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    result = small.status(*case.build(small))
    assert result.status == case.status, result.message
    assert case.message in result.message
    if case.conditions is not None:
        assert set(result.side_conditions) == case.conditions(small)


def test_every_proof_of_a_true_statement_survives_its_mutants(small: Any) -> None:
    made = caught = 0
    for case in CASES:
        if case.status == "proved":
            result = small.status(*case.build(small), mutate=True)
            survivors = [m.change for s in result.steps for m in s.mutants if not m.caught]
            assert not survivors, (case.build.__name__, survivors)
            made, caught = made + result.mutants_made, caught + result.mutants_caught
    assert made == caught > 0
