"""Identities and equations between numbers."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Rearrange, Rewrite, Solve, Start, Substitute

from .cases import Case, Cases, identity, none

CASES = Cases()


@CASES.expect("proved", conditions=none)
def the_square_of_a_sum(s: Any) -> tuple[Any, ...]:
    return identity(s, (s.x + s.y) ** 2, s.x**2 + 2 * s.x * s.y + s.y**2)


@CASES.expect("proved")
def brahmaguptas_identity(s: Any) -> tuple[Any, ...]:
    a, b, x, y = s.a, s.b, s.x, s.y
    return identity(s, (a**2 + b**2) * (x**2 + y**2), (a * x - b * y) ** 2 + (a * y + b * x) ** 2)


@CASES.expect("proved")
def sophie_germains_identity(s: Any) -> tuple[Any, ...]:
    x, y = s.x, s.y
    return identity(s, x**4 + 4 * y**4, ((x + y) ** 2 + y**2) * ((x - y) ** 2 + y**2))


@CASES.expect("proved")
def products_and_means(s: Any) -> tuple[Any, ...]:
    a, b, x, y = s.a, s.b, s.x, s.y
    return identity(s, a * x - b * y, (a - b) * (x + y) / 2 + (a + b) * (x - y) / 2)


@CASES.expect("proved", conditions=lambda s: {sp.Ne(s.x - s.y, 0)})
def a_quotient_that_cancels_keeps_its_condition(s: Any) -> tuple[Any, ...]:
    return identity(s, (s.x**2 - s.y**2) / (s.x - s.y), s.x + s.y)


@CASES.expect("proved")
def the_root_of_a_product_of_positive_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, 1 / (sp.sqrt(s.p) + sp.sqrt(s.q)), (sp.sqrt(s.p) - sp.sqrt(s.q)) / (s.p - s.q))


@CASES.expect("proved")
def the_logarithm_of_a_product_of_positive_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.log(s.p * s.q), sp.log(s.p) + sp.log(s.q))


@CASES.expect("proved")
def the_double_angle(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.sin(2 * s.x), 2 * sp.sin(s.x) * sp.cos(s.x))


@CASES.expect("proved")
def hyperbolic_cosine_and_sine(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.cosh(s.x) ** 2 - sp.sinh(s.x) ** 2, 1)


@CASES.expect("proved")
def the_larger_of_two_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.Max(s.x, s.y), (s.x + s.y + sp.Abs(s.x - s.y)) / 2)


@CASES.expect("proved", conditions=lambda s: {sp.Ne(s.a, 0), sp.Ge(s.b**2 - 4 * s.a * s.c, 0)})
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


@CASES.expect("not checked", "step 1 (identity) fails")
def the_freshmans_dream(s: Any) -> tuple[Any, ...]:
    return identity(s, (s.x + s.y) ** 2, s.x**2 + s.y**2)


@CASES.expect("not checked", "step 1 (identity) fails")
def adding_fractions_by_adding_denominators(s: Any) -> tuple[Any, ...]:
    return identity(s, 1 / (s.p + s.q), 1 / s.p + 1 / s.q)


@CASES.expect("not checked", "step 1 (identity) fails")
def the_root_of_a_square_without_its_sign(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.sqrt(s.x**2) + s.y, s.x + s.y)


@CASES.expect("not checked", "step 1 (identity) fails")
def the_fourth_root_is_the_square_root(s: Any) -> tuple[Any, ...]:
    return identity(s, s.p ** sp.Rational(1, 4), sp.sqrt(s.p))


@CASES.expect("not checked", "step 1 (identity) fails")
def the_triangle_equality(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.Abs(s.x + s.y), sp.Abs(s.x) + sp.Abs(s.y))


@CASES.expect("not checked", "step 1 (identity) fails")
def an_integer_is_its_absolute_value(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.Abs(s.n), s.n)


@CASES.expect("not checked", "step 1 (identity) fails")
def what_is_nearly_one_is_one(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.tanh(500 * s.p), 1)


@CASES.expect("not checked", "step 1 (identity) fails")
def the_logarithm_of_a_sum(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.log(s.p + s.q), sp.log(s.p) + sp.log(s.q))


@CASES.expect("not checked", "step 2 (solve) fails")
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


@CASES.expect("not checked", "step 4 (rearrange) fails")
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


@CASES.expect("not checked", "could not be decided")
def the_logarithm_of_a_product_of_any_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.log(s.x * s.y), sp.log(s.x) + sp.log(s.y))


@CASES.expect("not checked", "could not be decided")
def the_root_of_a_product_of_any_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.sqrt(s.x) * sp.sqrt(s.y), sp.sqrt(s.x * s.y))


@CASES.expect("proved", conditions=lambda s: {sp.Ne(s.a, 0)})
def dividing_by_a_number_that_may_be_zero(s: Any) -> tuple[Any, ...]:
    before, after = s.eq(s.a * s.x, s.a * s.y), s.eq(s.x, s.y)
    return (
        s.assume("A", before),
        s.theorem(
            "T", after, Start(using="A", to=before, says=""), Rearrange(times=1 / s.a, to=after, says="")
        ),
    )


@CASES.expect("proved", conditions=none)
def dividing_by_a_number_that_is_positive(s: Any) -> tuple[Any, ...]:
    before, after = s.eq(s.p * s.x, s.p * s.y), s.eq(s.x, s.y)
    return (
        s.assume("A", before),
        s.theorem(
            "T", after, Start(using="A", to=before, says=""), Rearrange(times=1 / s.p, to=after, says="")
        ),
    )


@pytest.mark.parametrize("case", CASES.all, ids=str)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    case.check(small)


def test_every_proof_of_a_true_statement_survives_its_mutants(small: Any) -> None:
    CASES.check_mutants(small)
