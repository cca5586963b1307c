"""Derivatives, flows, limits, expansions."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Differentiate, Expand, SolveFlow, Start, Substitute, TakeLimit

from .cases import Case, Cases, identity

D = sp.Derivative
CASES = Cases()


@CASES.expect("proved")
def the_product_rule(s: Any) -> tuple[Any, ...]:
    f, g, t = s.f(s.t), s.g(s.t), s.t
    return identity(s, D(f * g, t), f * D(g, t) + g * D(f, t))


@CASES.expect("proved")
def the_quotient_rule(s: Any) -> tuple[Any, ...]:
    f, h, t = s.f(s.t), s.h(s.t), s.t
    return identity(s, D(f / h, t), (h * D(f, t) - f * D(h, t)) / h**2)


@CASES.expect("proved")
def the_chain_rule(s: Any) -> tuple[Any, ...]:
    f, t, r = s.f, s.t, s.r
    return identity(s, D(f(t**2), t), 2 * t * sp.Subs(D(f(r), r), r, t**2))


@CASES.expect("proved")
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


@CASES.expect("proved")
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


@CASES.expect("proved")
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


@CASES.expect("proved")
def the_square_root_near_one(s: Any) -> tuple[Any, ...]:
    f, t = s.f, s.t
    law, near = s.eq(f(t), sp.sqrt(1 + t)), s.eq(f(t), 1 + t / 2 - t**2 / 8 + sp.Order(t**3))
    return (
        s.assume("A", law),
        s.theorem("T", near, Start(using="A", to=law, says=""), Expand(by=t, to=near, says="")),
    )


@CASES.expect("not checked", "step 1 (identity) fails")
def the_derivative_of_a_product_is_the_product_of_derivatives(s: Any) -> tuple[Any, ...]:
    f, g, t = s.f(s.t), s.g(s.t), s.t
    return identity(s, D(f * g, t), D(f, t) * D(g, t))


@CASES.expect("not checked", "step 1 (identity) fails")
def the_chain_rule_without_the_inner_derivative(s: Any) -> tuple[Any, ...]:
    f, t, r = s.f, s.t, s.r
    return identity(s, D(f(t**2), t), sp.Subs(D(f(r), r), r, t**2))


@CASES.expect("not checked", "x is not declared as running")
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


@CASES.expect("not checked", "step 2 (solve the flow) fails")
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


@CASES.expect("not checked", "step 2 (expand) fails")
def an_expansion_with_a_wrong_coefficient(s: Any) -> tuple[Any, ...]:
    f, t = s.f, s.t
    law, near = s.eq(f(t), sp.sqrt(1 + t)), s.eq(f(t), 1 + t + sp.Order(t**2))
    return (
        s.assume("A", law),
        s.theorem("T", near, Start(using="A", to=law, says=""), Expand(by=t, to=near, says="")),
    )


@pytest.mark.parametrize("case", CASES.all, ids=str)
def test_the_status_that_everybody_knows_comes_out(small: Any, case: Case) -> None:
    case.check(small)


def test_every_proof_of_a_true_statement_survives_its_mutants(small: Any) -> None:
    CASES.check_mutants(small)
