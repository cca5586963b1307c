"""Processes that are driven by noise."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Ito
from spectral_edge.theory.process import ItoProcess
from spectral_edge.theory.theory import TheoryError

from .cases import Case, Cases

CASES = Cases()


@CASES.expect("proved")
def the_drift_of_a_squared_ornstein_uhlenbeck_process(s: Any) -> tuple[Any, ...]:
    x, y, p, q = s.x, s.y, s.p, s.q
    claim = s.eq(y, -2 * p * x**2 + q**2)
    process = ItoProcess((x,), (-p * x,), ((q,),))
    return (
        s.assume("P", s.eq(s.a, s.b), process=process),
        s.theorem("T", claim, Ito(using="P", function=x**2, to=claim, says="")),
    )


@CASES.expect("not checked", "step 1 (Itô's rule) fails")
def itos_rule_without_the_second_derivative(s: Any) -> tuple[Any, ...]:
    claim = s.eq(s.y, -2 * s.p * s.x**2)
    process = ItoProcess((s.x,), (-s.p * s.x,), ((s.q,),))
    return (
        s.assume("P", s.eq(s.a, s.b), process=process),
        s.theorem("T", claim, Ito(using="P", function=s.x**2, to=claim, says="")),
    )


def _driven(s: Any, claim: Any, function: Any, *others: Any) -> tuple[Any, ...]:
    process = ItoProcess((s.x,), (-s.p * s.x,), ((s.q,),))
    return (
        s.assume("P", s.eq(s.a, s.b), process=process),
        *others,
        s.theorem("T", claim, Ito(using="P", function=function, to=claim, says="")),
    )


@CASES.expect("not checked", "v is assumed to be positive")
def a_drift_that_is_positive_by_its_name(s: Any) -> tuple[Any, ...]:
    return _driven(s, s.eq(s.v, -2 * s.p * s.x**2 + s.q**2), s.x**2)


@CASES.expect("not checked", "c is taken for a constant")
def a_constant_that_is_the_square_of_the_state(s: Any) -> tuple[Any, ...]:
    square = s.assume("N", s.eq(2 * s.c, s.x**2))
    return _driven(s, s.eq(s.y, -s.p * s.c * s.x), s.c * s.x, square)


@CASES.expect("not checked", "z is taken for a constant")
def a_constant_that_follows_the_state_at_second_hand(s: Any) -> tuple[Any, ...]:
    named = (s.assume("N", s.eq(s.c, s.x**2)), s.assume("M", s.eq(s.z, s.c + 1)))
    return _driven(s, s.eq(s.y, -s.p * s.z * s.x), s.z * s.x, *named)


@CASES.expect("not checked", "t is taken for a constant")
def itos_rule_without_the_derivative_by_time(s: Any) -> tuple[Any, ...]:
    return _driven(s, s.eq(s.g(s.t), -s.p * s.x * s.t), s.x * s.t)


@CASES.expect("not checked", "could not be decided")
def itos_rule_for_the_absolute_value_without_local_time(s: Any) -> tuple[Any, ...]:
    return _driven(s, s.eq(s.y, -s.p * sp.Abs(s.x)), sp.Abs(s.x))


@CASES.expect("refuted", "the process does not balance: the noise 0 of length")
def a_noise_without_the_root_of_a_time(s: Any) -> tuple[Any, ...]:
    process = ItoProcess((s.length,), (-s.length / s.duration,), ((s.width,),))
    return (s.assume("P", s.eq(s.a, s.b), process=process),)


@CASES.expect("assumed")
def a_noise_with_the_root_of_a_time(s: Any) -> tuple[Any, ...]:
    process = ItoProcess((s.length,), (-s.length / s.duration,), ((s.width / sp.sqrt(s.duration),),))
    return (s.assume("P", s.eq(s.a, s.b), process=process),)


@pytest.mark.parametrize("case", CASES.all, ids=str)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    case.check(small)


def test_every_proof_of_a_true_statement_survives_its_mutants(small: Any) -> None:
    CASES.check_mutants(small)


def test_one_name_cannot_stand_for_two_drifts(small: Any) -> None:
    x, y, p, q = small.x, small.y, small.p, small.q
    square, cube = small.eq(y, -2 * p * x**2 + q**2), small.eq(y, -3 * p * x**3 + 3 * q**2 * x)
    process = ItoProcess((x,), (-p * x,), ((q,),))
    statements = [
        small.assume("P", small.eq(small.a, small.b), process=process),
        small.theorem("T", square, Ito(using="P", function=x**2, to=square, says="")),
    ]
    assert small.theory(*statements)
    other = small.theorem("U", cube, Ito(using="P", function=x**3, to=cube, says=""))
    with pytest.raises(TheoryError, match="U: y names another drift or noise than in T"):
        small.theory(*statements, other)


def test_no_statement_rests_on_two_processes_of_one_state(small: Any) -> None:
    x, p, q = small.x, small.p, small.q
    one = small.assume("P", small.eq(small.a, small.b), process=ItoProcess((x,), (-p * x,), ((q,),)))
    two = small.assume("Q", small.eq(small.a, small.c), process=ItoProcess((x,), (p * x,), ((q,),)))
    assert small.theory(one, two)
    both = small.theorem("T", small.eq(small.b, small.c), uses=("P", "Q"))
    with pytest.raises(TheoryError, match=r"T: it rests on .* and x is a state of the processes of both"):
        small.theory(one, two, both)
