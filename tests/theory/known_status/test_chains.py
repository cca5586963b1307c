"""What a derivation may take from other statements, and where it must end."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Identity, Start

from .cases import Case, Cases, identity

CASES = Cases()


@CASES.expect("not checked", "g stands for one particular thing")
def a_law_of_one_thing_is_used_for_another(s: Any) -> tuple[Any, ...]:
    f, g, t = s.f, s.g, s.t
    return (
        s.assume("A", s.eq(g(t), t)),
        s.theorem("T", s.eq(f(t), t), Start(using="A", where={g: f}, to=s.eq(f(t), t), says="")),
    )


@CASES.expect("not checked", "the last step of a derivation is not the statement")
def a_derivation_of_something_else(s: Any) -> tuple[Any, ...]:
    other = s.eq((s.x + 1) ** 2, s.x**2 + 2 * s.x + 1)
    return (s.theorem("T", s.eq(s.x, s.y), Identity(to=other, says="")),)


@CASES.expect("not checked", "it rests on S, which is not checked")
def a_consequence_of_a_falsehood(s: Any) -> tuple[Any, ...]:
    wrong = s.eq(s.x, s.x + 1)
    return (
        s.theorem("S", wrong, Identity(to=wrong, says="")),
        s.theorem("T", wrong, Start(using="S", to=wrong, says="")),
    )


def _conditional(s: Any, *hypotheses: Any) -> tuple[Any, ...]:
    law = s.eq(s.x * s.y, s.x)
    return (
        s.assume("A", law, hypotheses=(sp.Gt(s.x, 5),)),
        s.theorem("T", law, Start(using="A", to=law, says=""), hypotheses=hypotheses),
    )


@CASES.expect("not checked", "A holds under the hypothesis x > 5, which is not granted here")
def a_conditional_law_used_without_its_condition(s: Any) -> tuple[Any, ...]:
    return _conditional(s)


@CASES.expect("proved")
def a_conditional_law_used_with_its_condition(s: Any) -> tuple[Any, ...]:
    return _conditional(s, sp.Gt(s.x, 5))


@CASES.expect("not checked", "only 0 of 6 random points could be decided")
def anything_follows_from_a_contradiction_but_is_not_proved(s: Any) -> tuple[Any, ...]:
    return identity(
        s, (s.x + 1) ** 2, s.x**2 + 2 * s.x + 1, hypotheses=(sp.And(sp.Gt(s.x, 1), sp.Lt(s.x, 0)),)
    )


@pytest.mark.parametrize("case", CASES.all, ids=str)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    case.check(small)


def test_every_proof_of_a_true_statement_survives_its_mutants(small: Any) -> None:
    CASES.check_mutants(small)
