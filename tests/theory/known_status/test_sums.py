"""Finite sums, for all sizes and for one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Derivation, Identity

from .cases import Case, Cases, identity, none

CASES = Cases()


@CASES.expect("proved")
def the_sum_of_the_first_whole_numbers(s: Any) -> tuple[Any, ...]:
    return identity(s, sp.Sum(s.i, (s.i, 1, s.W)), s.W * (s.W + 1) / 2)


@CASES.expect("proved")
def a_window_that_slides_by_one(s: Any) -> tuple[Any, ...]:
    u, i, m, W = s.u, s.i, s.m, s.W
    slid = sp.Sum(u(i), (i, m - W + 2, m + 1)) - sp.Sum(u(i), (i, m - W + 1, m))
    return identity(s, slid, u(m + 1) - u(m - W + 1))


@CASES.expect("proved")
def a_telescope(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    return identity(s, sp.Sum(u(i + 1) - u(i), (i, 1, W)), u(W + 1) - u(1))


@CASES.expect("proved")
def the_sum_of_squared_deviations(s: Any) -> tuple[Any, ...]:
    u, i, x, W = s.u, s.i, s.x, s.W
    squares, total = sp.Sum(u(i) ** 2, (i, 1, W)), sp.Sum(u(i), (i, 1, W))
    return identity(s, sp.Sum((u(i) - x) ** 2, (i, 1, W)), squares - 2 * x * total + W * x**2)


@CASES.expect("proved")
def a_double_sum_of_a_product(s: Any) -> tuple[Any, ...]:
    u, g, i, j, W = s.u, s.g, s.i, s.j, s.W
    both = sp.Sum(u(i) * g(j), (i, 1, W), (j, 1, W))
    return identity(s, both, sp.Sum(u(j), (j, 1, W)) * sp.Sum(g(i), (i, 1, W)))


@CASES.expect("proved")
def the_first_two_terms_of_a_sum_of_at_least_two(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    return identity(s, sp.Sum(u(i), (i, 1, W + 1)), u(1) + u(2) + sp.Sum(u(i), (i, 3, W + 1)))


@CASES.expect("not checked", "step 1 (identity) fails")
def the_sum_of_squares_is_the_square_of_the_sum(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    return identity(s, sp.Sum(u(i) ** 2, (i, 1, W)), sp.Sum(u(i), (i, 1, W)) ** 2)


@CASES.expect("not checked", "step 1 (identity) fails")
def every_term_of_a_sum_is_alike(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    return identity(s, sp.Sum(u(i), (i, 1, W)), W * u(i))


@CASES.expect("not checked", "step 1 (identity) fails")
def the_first_two_terms_of_a_sum_that_may_have_one(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    return identity(s, sp.Sum(u(i), (i, 1, W)), u(1) + u(2) + sp.Sum(u(i), (i, 3, W)))


@CASES.expect("proved", conditions=none)
def a_sum_written_out_for_one_size_is_proved_for_that_size(s: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    claim = s.eq(sp.Sum(u(i), (i, 1, W)) ** 2 - sp.Sum(u(i) ** 2, (i, 1, W)), 2 * u(1) * u(W))
    written = s.eq((u(1) + u(2)) ** 2 - u(1) ** 2 - u(2) ** 2, 2 * u(1) * u(2))
    theorem = s.theorem("T", claim)
    derivation = Derivation((Identity(to=written, says=""),), scope="W = 2", instance={W: sp.Integer(2)})
    return (replace(theorem, derivations=(derivation,)),)


@CASES.expect("proved")
def a_nested_sum_written_out_for_one_size(s: Any) -> tuple[Any, ...]:
    u, i, j, W = s.u, s.i, s.j, s.W
    squares = (u(1) + u(2)) ** 2 - u(1) ** 2 - u(2) ** 2
    claim = s.eq(sp.Sum(u(i) * u(j), (i, 1, j - 1), (j, 1, W)), squares / 2)
    steps = (Identity(to=s.eq(u(1) * u(2), squares / 2), says=""),)
    derivation = Derivation(steps, scope="W = 2", instance={W: sp.Integer(2)})
    return (replace(s.theorem("T", claim), derivations=(derivation,)),)


@CASES.expect("not checked", "the last step of a derivation is not the statement")
def an_empty_sum_as_karr_has_it(s: Any) -> tuple[Any, ...]:
    # For him the sum from 1 to −2 is minus the sum over 0 and −1; here it is empty.
    u, i, W, x = s.u, s.i, s.W, s.x
    claim = s.eq(sp.Sum(u(i), (i, 1, W - 3)) + (x + 1) ** 2, x**2 + 2 * x + 1 - u(0) - u(-1))
    karr = s.eq(-u(0) - u(-1) + (x + 1) ** 2, x**2 + 2 * x + 1 - u(0) - u(-1))
    derivation = Derivation((Identity(to=karr, says=""),), scope="W = 1", instance={W: sp.Integer(1)})
    return (replace(s.theorem("T", claim), derivations=(derivation,)),)


@pytest.mark.parametrize("case", CASES.all, ids=str)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    case.check(small)


def test_every_proof_of_a_true_statement_survives_its_mutants(small: Any) -> None:
    CASES.check_mutants(small)
