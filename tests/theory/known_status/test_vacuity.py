"""From premises that contradict one another anything follows; so nothing is proved from them."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Differentiate, Rearrange, Start, Substitute

from .cases import Case, Cases, identity

D = sp.Derivative
CASES = Cases()
NOTHING = "no point was found at which all that it rests on holds"


def multiplied(s: Any, *premises: Any, **rest: Any) -> tuple[Any, ...]:
    """The premises, and a theorem that says only that the first may be multiplied by y."""
    law = premises[0]
    claim = s.eq(law.lhs * s.y, law.rhs * s.y)
    named = [s.assume(f"A{number}", premise) for number, premise in enumerate(premises)]
    steps = (Start(using="A0", to=law, says=""), Rearrange(times=s.y, to=claim, says=""))
    return (*named, s.theorem("T", claim, *steps, uses=tuple(a.id for a in named), **rest))


@CASES.expect("proved")
def two_premises_that_hold_together(s: Any) -> tuple[Any, ...]:
    return multiplied(s, s.eq(s.x, s.p), s.eq(s.p**2, s.q + 1))


@CASES.expect("not checked", NOTHING)
def one_number_is_one_and_two(s: Any) -> tuple[Any, ...]:
    return multiplied(s, s.eq(s.x, 1), s.eq(s.x, 2))


@CASES.expect("not checked", NOTHING)
def a_number_that_is_its_own_square_and_one_more(s: Any) -> tuple[Any, ...]:
    return multiplied(s, s.eq(s.c, s.c**2 + 1))


@CASES.expect("not checked", NOTHING)
def a_hypothesis_that_a_definition_excludes(s: Any) -> tuple[Any, ...]:
    return multiplied(s, s.eq(s.x, s.p + 1), hypotheses=(sp.Lt(s.x, 0),))


@CASES.expect("proved")
def a_hypothesis_that_a_definition_admits(s: Any) -> tuple[Any, ...]:
    return multiplied(s, s.eq(s.x, s.p + 1), hypotheses=(sp.Gt(s.x, 2),))


@CASES.expect("not checked", NOTHING)
def a_positive_sum_that_must_be_negative(s: Any) -> tuple[Any, ...]:
    return multiplied(s, s.eq(s.p + s.q, s.x), s.eq(s.x, -s.v))


@CASES.expect("not checked", NOTHING)
def a_division_by_what_is_zero_elsewhere(s: Any) -> tuple[Any, ...]:
    before, after = s.eq(s.a * s.x, s.a * s.y), s.eq(s.x, s.y)
    return (
        s.assume("A", before),
        s.assume("B", s.eq(s.a, 0)),
        s.theorem(
            "T",
            after,
            Start(using="A", to=before, says=""),
            Rearrange(times=1 / s.a, to=after, says=""),
            uses=("B",),
        ),
    )


@CASES.expect("not checked", "a function has two values at one place")
def a_function_with_two_values_at_one_place(s: Any) -> tuple[Any, ...]:
    f, x, y = s.f, s.x, s.y
    return multiplied(s, s.eq(f(x), 1), s.eq(f(y), 2), s.eq(x, y))


@CASES.expect("not checked", NOTHING)
def a_constant_that_is_the_time(s: Any) -> tuple[Any, ...]:
    # Each holds at one time; no time is singled out.
    f, g, t = s.f, s.g, s.t
    return multiplied(s, s.eq(f(t), g(0)), s.eq(f(t), t))


@CASES.expect("not checked", NOTHING)
def a_constant_that_moves(s: Any) -> tuple[Any, ...]:
    f, g, t = s.f, s.g, s.t
    law = s.eq(f(t), g(0))
    return (
        s.assume("A", law),
        s.assume("B", s.eq(D(f(t), t), s.h(0))),
        s.theorem(
            "T",
            s.eq(s.h(0), 0),
            Start(using="A", to=law, says=""),
            Differentiate(by=t, to=s.eq(D(f(t), t), 0), says=""),
            Substitute(using="B", to=s.eq(s.h(0), 0), says=""),
        ),
    )


@CASES.expect("not checked", NOTHING)
def a_premise_that_only_a_theorem_below_rests_on(s: Any) -> tuple[Any, ...]:
    law, doubled = s.eq(s.x, 1), s.eq(2 * s.x, 2)
    return (
        s.assume("A", law),
        s.assume("B", s.eq(s.x, 2)),
        s.theorem(
            "L",
            doubled,
            Start(using="A", to=law, says=""),
            Rearrange(times=sp.Integer(2), to=doubled, says=""),
        ),
        s.theorem(
            "T",
            s.eq(2 * s.x * s.y, 2 * s.y),
            Start(using="L", to=doubled, says=""),
            Rearrange(times=s.y, to=s.eq(2 * s.x * s.y, 2 * s.y), says=""),
            uses=("B",),
        ),
    )


def _cubic(s: Any, **rest: Any) -> tuple[Any, ...]:
    # Its root is 23/5.
    return multiplied(s, s.eq(s.x**3 - s.x**2 + s.x, sp.Rational(10097, 125)), **rest)


@CASES.expect("not checked", NOTHING)
def an_equation_that_chance_does_not_solve(s: Any) -> tuple[Any, ...]:
    return _cubic(s)


@CASES.expect("proved")
def an_equation_with_a_witness_that_was_given(s: Any) -> tuple[Any, ...]:
    return _cubic(s, witness={s.x: sp.Rational(23, 5)})


@CASES.expect("not checked", NOTHING)
def a_witness_that_is_none(s: Any) -> tuple[Any, ...]:
    return _cubic(s, witness={s.x: sp.Integer(2)})


@CASES.expect("not checked", "could not be decided")
def an_identity_under_hypotheses_that_exclude_each_other(s: Any) -> tuple[Any, ...]:
    hypotheses = (sp.Gt(s.x, s.y), sp.Gt(s.y, s.x))
    return identity(s, (s.x + 1) ** 2, s.x**2 + 2 * s.x + 1, hypotheses=hypotheses)


@pytest.mark.parametrize("case", CASES.all, ids=str)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    case.check(small)


def test_a_proof_carries_the_point_at_which_its_premises_hold(small: Any) -> None:
    result = small.status(*two_premises_that_hold_together(small))
    assert "p = " in result.witness
    assert "x = " in result.witness


def test_a_statement_that_is_not_proved_has_no_witness(small: Any) -> None:
    assert small.status(*one_number_is_one_and_two(small)).witness == ""
