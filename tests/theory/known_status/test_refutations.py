"""Counterexamples, and units that do not balance."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Start

from .cases import Case, Cases, counterexample

D = sp.Derivative
CASES = Cases()


@CASES.expect("refuted", "See.")
def the_freshmans_dream_at_one_and_one(s: Any) -> tuple[Any, ...]:
    return counterexample(s, (s.x + s.y) ** 2, s.x**2 + s.y**2, {s.x: 1, s.y: 1})


@CASES.expect("refuted", "See.")
def the_triangle_equality_at_one_and_minus_one(s: Any) -> tuple[Any, ...]:
    return counterexample(s, sp.Abs(s.x + s.y), sp.Abs(s.x) + sp.Abs(s.y), {s.x: 1, s.y: -1})


@CASES.expect("refuted", "See.")
def the_primes_of_euler_end(s: Any) -> tuple[Any, ...]:
    # n² + n + 41 is no prime at n = 40: it is 41².
    return counterexample(s, s.n**2 + s.n + 41, 41, {s.n: 40})


@CASES.expect("refuted", "See.")
def two_is_the_square_of_seventeen_twelfths(s: Any) -> tuple[Any, ...]:
    return counterexample(s, s.x**2, sp.Rational(289, 144), {s.x: sp.sqrt(2)})


@CASES.expect("not checked", "the statement holds at its counterexample")
def a_true_identity_is_not_refuted(s: Any) -> tuple[Any, ...]:
    return counterexample(s, (s.x + s.y) ** 2, s.x**2 + 2 * s.x * s.y + s.y**2, {s.x: 3, s.y: -2})


@CASES.expect("not checked", "values that their assumptions exclude")
def a_positive_number_is_not_refuted_at_a_negative_one(s: Any) -> tuple[Any, ...]:
    return counterexample(s, s.p**2, s.p + 2, {s.p: -3})


@CASES.expect("refuted", "does not balance")
def a_length_is_a_loss(s: Any) -> tuple[Any, ...]:
    return (s.theorem("T", s.eq(s.length, s.loss)),)


@CASES.expect("refuted", "but length has unit θ")
def a_rate_without_its_time(s: Any) -> tuple[Any, ...]:
    return (s.theorem("T", s.eq(D(s.path(s.duration), s.duration), s.length)),)


@CASES.expect("not checked", "it rests on A, which is refuted")
def a_consequence_of_what_does_not_balance(s: Any) -> tuple[Any, ...]:
    law = s.eq(s.x, s.y)
    return (
        s.assume("A", law, s.eq(s.length, s.loss)),
        s.theorem("T", law, Start(using="A", part=0, to=law, says="")),
    )


@pytest.mark.parametrize("case", CASES.all, ids=str)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    case.check(small)
