"""Processes that are driven by noise."""

from __future__ import annotations

from typing import Any

import pytest

from spectral_edge.theory.derivation import Ito
from spectral_edge.theory.process import ItoProcess

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


@pytest.mark.parametrize("case", CASES.all, ids=str)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    case.check(small)


def test_every_proof_of_a_true_statement_survives_its_mutants(small: Any) -> None:
    CASES.check_mutants(small)
