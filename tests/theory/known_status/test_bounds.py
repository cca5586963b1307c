"""Inequalities."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Bound, Start

from .cases import Case, Cases

CASES = Cases()


@CASES.expect("proved")
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


@CASES.expect("proved")
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


@CASES.expect("not checked", "step 2 (bound) fails")
def a_bound_that_needs_an_order(s: Any) -> tuple[Any, ...]:
    return _ordered(s)


@CASES.expect("proved")
def a_bound_that_has_its_order(s: Any) -> tuple[Any, ...]:
    return _ordered(s, sp.Ge(s.a, s.b))


@pytest.mark.parametrize("case", CASES.all, ids=str)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    case.check(small)


def test_every_proof_of_a_true_statement_survives_its_mutants(small: Any) -> None:
    CASES.check_mutants(small)
