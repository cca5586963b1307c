"""What runs and what is fixed: a relation is differentiated, or carried to a limit, only where it holds all the way."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import (
    Differentiate,
    Expand,
    Rearrange,
    Rewrite,
    SolveFlow,
    Start,
    Substitute,
    TakeLimit,
)
from spectral_edge.theory.theory import TheoryError

from .cases import Case, Cases

D = sp.Derivative
CASES = Cases()


def from_law(s: Any, law: Any, *steps: Any, hypotheses: Any = (), **rest: Any) -> tuple[Any, ...]:
    """An assumption, and a theorem that starts with it and ends where the last step does."""
    return (
        s.assume("A", law, hypotheses=hypotheses, **rest),
        s.theorem("T", steps[-1].to, Start(using="A", to=law, says=""), *steps, hypotheses=hypotheses),
    )


@CASES.expect("not checked", "x is not declared as running")
def a_limit_by_a_number_that_is_fixed(s: Any) -> tuple[Any, ...]:
    limit = s.eq(sp.Limit(s.y, s.x, sp.oo), 0)
    return from_law(s, s.eq(s.y, 1 / s.x), TakeLimit(by=s.x, at=sp.oo, to=limit, says=""))


@CASES.expect("not checked", "x is not declared as running")
def an_expansion_in_a_number_that_is_fixed(s: Any) -> tuple[Any, ...]:
    near = s.eq(s.y, 1 + sp.Order(s.x))
    return from_law(s, s.eq(s.y, sp.exp(s.x)), Expand(by=s.x, to=near, says=""))


@CASES.expect("proved")
def a_limit_that_an_inequality_grants(s: Any) -> tuple[Any, ...]:
    limit = s.eq(sp.Limit(s.f(s.t), s.t, sp.oo), 0)
    step = TakeLimit(by=s.t, at=sp.oo, to=limit, says="")
    return from_law(s, s.eq(s.f(s.t), 1 / s.t), step, hypotheses=(sp.Gt(s.t, 1),))


@CASES.expect("not checked", "t < 1 does not hold all the way to t = oo")
def a_limit_of_what_was_known_for_small_times_only(s: Any) -> tuple[Any, ...]:
    limit = s.eq(sp.Limit(s.f(s.t), s.t, sp.oo), 0)
    step = TakeLimit(by=s.t, at=sp.oo, to=limit, says="")
    return from_law(s, s.eq(s.f(s.t), 1 / s.t), step, hypotheses=(sp.Lt(s.t, 1),))


@CASES.expect("not checked", "Ne(f(t), 0) need not hold all the way to t = oo")
def a_limit_after_a_division_by_what_may_vanish_later(s: Any) -> tuple[Any, ...]:
    f, g, t = s.f, s.g, s.t
    limit = s.eq(sp.Limit(g(t), t, sp.oo), 0)
    return from_law(
        s,
        s.eq(f(t) * g(t), f(t) / t),
        Rearrange(times=1 / f(t), to=s.eq(g(t), 1 / t), says=""),
        TakeLimit(by=t, at=sp.oo, to=limit, says=""),
    )


@CASES.expect("proved")
def the_sign_of_a_number_as_it_falls_to_zero(s: Any) -> tuple[Any, ...]:
    limit = s.eq(sp.Limit(s.f(s.t), s.t, 0), 1)
    law = s.eq(s.f(s.t), sp.Abs(s.t) / s.t)
    return from_law(s, law, TakeLimit(by=s.t, at=sp.Integer(0), to=limit, says=""))


@CASES.expect("not checked", "its direction is -")
def the_sign_of_a_number_as_it_rises_to_zero(s: Any) -> tuple[Any, ...]:
    limit = s.eq(sp.Limit(s.f(s.t), s.t, 0, "-"), 1)
    law = s.eq(s.f(s.t), sp.Abs(s.t) / s.t)
    return from_law(s, law, TakeLimit(by=s.t, at=sp.Integer(0), to=limit, says=""))


@CASES.expect("not checked", "t > 1 need not hold at all times from t = 0 on")
def a_flow_that_was_known_from_a_later_time_on(s: Any) -> tuple[Any, ...]:
    f, t = s.f, s.t
    solution = s.eq(f(t), f(0) * sp.exp(-t))
    step = SolveFlow(unknown=f(t), by=t, to=solution, says="")
    return from_law(s, s.eq(D(f(t), t), -f(t)), step, hypotheses=(sp.Gt(t, 1),))


@CASES.expect("not checked", "Ne(f(t), 0) need not hold at all times")
def a_flow_after_a_division_by_what_may_vanish_earlier(s: Any) -> tuple[Any, ...]:
    # f = 0 up to t = 1 and (t − 1)² afterwards obeys the law, and not the solution.
    f, t = s.f, s.t
    return from_law(
        s,
        s.eq(f(t) * (D(f(t), t) - 2 * (t - 1)), 0),
        Rearrange(times=1 / f(t), to=s.eq(D(f(t), t), 2 * t - 2), says=""),
        SolveFlow(unknown=f(t), by=t, to=s.eq(f(t), f(0) + t**2 - 2 * t), says=""),
    )


@CASES.expect("proved")
def a_flow_divided_by_what_never_vanishes(s: Any) -> tuple[Any, ...]:
    f, h, t = s.f, s.h, s.t
    return from_law(
        s,
        s.eq(h(t) * D(f(t), t), 2 * t * h(t)),
        Rearrange(times=1 / h(t), to=s.eq(D(f(t), t), 2 * t), says=""),
        SolveFlow(unknown=f(t), by=t, to=s.eq(f(t), f(0) + t**2), says=""),
    )


@CASES.expect("not checked", "may hold at a single t")
def a_rate_at_a_time_that_stands_alone(s: Any) -> tuple[Any, ...]:
    # (t − 1)²(t − 5) ≥ 0 holds at t = 1 and from t = 5 on; t − 1 is zero at the first, and its rate is not.
    f, t = s.f, s.t
    step = Differentiate(by=t, to=s.eq(D(f(t), t), 0), says="")
    return from_law(s, s.eq(f(t), 0), step, hypotheses=(sp.Ge((t - 1) ** 2 * (t - 5), 0),))


@CASES.expect("proved")
def a_rate_up_to_the_end_of_an_interval(s: Any) -> tuple[Any, ...]:
    f, t = s.f, s.t
    step = Differentiate(by=t, to=s.eq(D(f(t), t), 2 * t), says="")
    return from_law(s, s.eq(f(t), t**2), step, hypotheses=(sp.Ge(t, 5),))


@CASES.expect("not checked", "takes whole values only")
def a_derivative_by_an_index(s: Any) -> tuple[Any, ...]:
    # sin(πl) is zero for whole l, and its derivative is not.
    u, index = s.u, s.l
    return from_law(s, s.eq(u(index), 0), Differentiate(by=index, to=s.eq(D(u(index), index), 0), says=""))


def _used_in_a_sum(s: Any, *hypotheses: Any) -> tuple[Any, ...]:
    u, i, W = s.u, s.i, s.W
    law, total = s.eq(u(i), s.x), s.eq(s.y, sp.Sum(u(i), (i, 1, W)))
    claim = s.eq(s.y, s.x * W)
    return (
        s.assume("A", law, hypotheses=hypotheses),
        s.assume("B", total),
        s.theorem(
            "T",
            claim,
            Start(using="B", to=total, says=""),
            Substitute(using="A", to=s.eq(s.y, sp.Sum(s.x, (i, 1, W))), says=""),
            Rewrite(to=claim, says=""),
            hypotheses=hypotheses,
        ),
    )


@CASES.expect("proved")
def a_law_of_every_row_used_in_a_sum(s: Any) -> tuple[Any, ...]:
    return _used_in_a_sum(s)


@CASES.expect("not checked", "need not hold for all its values")
def a_law_of_the_later_rows_used_in_a_sum_over_all(s: Any) -> tuple[Any, ...]:
    return _used_in_a_sum(s, sp.Gt(s.i, 3))


@CASES.expect("not checked", "need not hold for all its values")
def a_law_used_in_a_limit_beyond_its_condition(s: Any) -> tuple[Any, ...]:
    f, g, t = s.f, s.g, s.t
    law, limit = s.eq(f(t) * g(t), f(t) * sp.exp(-t)), sp.Limit(g(t), t, sp.oo)
    explicit = s.eq(g(t), sp.exp(-t))
    claim = s.eq(sp.Limit(sp.exp(-t), t, sp.oo), s.z)
    return (
        s.assume("A", law),
        s.assume("B", s.eq(limit, s.z)),
        s.theorem(
            "U",
            explicit,
            Start(using="A", to=law, says=""),
            Rearrange(times=1 / f(t), to=explicit, says=""),
        ),
        s.theorem(
            "T",
            claim,
            Start(using="B", to=s.eq(limit, s.z), says=""),
            Substitute(using="U", to=claim, says=""),
        ),
    )


@pytest.mark.parametrize("case", CASES.all, ids=str)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    case.check(small)


def test_every_proof_of_a_true_statement_survives_its_mutants(small: Any) -> None:
    CASES.check_mutants(small)


def test_a_fixed_number_cannot_be_tied_to_what_runs(small: Any) -> None:
    x, t, f = small.x, small.t, small.f
    with pytest.raises(TheoryError, match="cannot hold for all values of t, which runs"):
        small.theory(small.assume("A", small.eq(2 * x, t**2)))
    with pytest.raises(TheoryError, match="cannot hold for all values of t, which runs"):
        small.theory(small.assume("A", small.eq(t * f(0), t**2)))
    assert small.theory(small.assume("A", small.eq(2 * f(t), x + t**2)))
