"""AX1, "Dyson-type": what the gap of singular values does at contact, with and without noise on the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from spectral_edge.theory.check.counterexamples import confirm
from spectral_edge.theory.edge import assumptions
from spectral_edge.theory.edge.eigenvalues import moving_frame
from spectral_edge.theory.edge.gap import gap_flow, level_repulsion, small_gap
from spectral_edge.theory.edge.gap.small_gap import d_now, g_now, inject_k, inject_l, stiff_k, stiff_l
from spectral_edge.theory.edge.noise import bru, dyson, mode_noise
from spectral_edge.theory.edge.notation import NOTATION, eta, p
from spectral_edge.theory.edge.strengths import signal_strength
from spectral_edge.theory.statement import Statement
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, check_statement

BASIS = (assumptions, signal_strength, gap_flow, small_gap, moving_frame, dyson, bru, mode_noise)
MINE = {s.id for s in level_repulsion.STATEMENTS}


def what_they_rest_on() -> tuple[Statement, ...]:
    """The statements of the topic and those that they use, however far down."""
    known = {s.id: s for m in (*BASIS, level_repulsion) for s in m.STATEMENTS}
    wanted, waiting = set[str](), list(MINE)
    while waiting:
        identifier = waiting.pop()
        if identifier not in wanted:
            wanted.add(identifier)
            waiting += [*known[identifier].uses, *known[identifier].proof_uses]
    return tuple(s for s in known.values() if s.id in wanted)


THEORY = Theory("trial", "Level repulsion", NOTATION, what_they_rest_on())
FIRST = settings(phases=(Phase.generate,), max_examples=2000, derandomize=True, database=None)
EPS = float(np.finfo(np.float64).eps)
Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def results() -> Mapping[str, StatementResult]:
    found: dict[str, StatementResult] = {}
    for identifier in THEORY.order():
        found[identifier] = check_statement(THEORY[identifier], THEORY, found, mutate=identifier in MINE)
    return found


@pytest.mark.parametrize(
    ("identifier", "status"),
    [
        ("W4.singular-values", Status.PROVED),
        ("AX1.dyson-type", Status.REFUTED),
        ("AX1.no-repulsion", Status.PROVED),
    ],
)
def test_each_statement_on_repulsion_has_its_status(
    results: Mapping[str, StatementResult], identifier: str, status: Status
) -> None:
    assert results[identifier].status is status, results[identifier].message


def test_no_mutant_of_the_statements_on_repulsion_survives(results: Mapping[str, StatementResult]) -> None:
    assert all(r.mutants_made for r in results.values() if r.status is Status.PROVED and r.id in MINE)
    assert [
        (r.id, m.change) for r in results.values() for s in r.steps for m in s.mutants if not m.caught
    ] == []


def test_the_stored_counterexample_is_confirmed_anew() -> None:
    confirmed, message = confirm(THEORY["AX1.dyson-type"], THEORY)
    assert confirmed, message


_NAMES = (eta, stiff_k, stiff_l, inject_k, inject_l, d_now)
_FLOW = sp.lambdify((*_NAMES, g_now), small_gap.RATE.content[0].rhs)
_DRIVE = sp.lambdify(_NAMES, small_gap.DRIVE.content[0].rhs)
_NOISE = sp.lambdify((bru.rows_noise, p, d_now, g_now), level_repulsion.NOISE_RATE.content[0].rhs)
Modes = tuple[float, float, float, float, float, float]


@st.composite
def modes_at_contact(draw: st.DrawFn) -> Modes:
    """η, both stiffnesses, both injections, and the common strength; ties and silent modes among them."""
    positive, gradient = st.floats(0.1, 5), st.one_of(st.just(0.0), st.floats(0, 5))
    stiffness, injection = draw(positive), draw(gradient)
    same = draw(st.booleans())
    return (
        draw(st.floats(0.01, 1)),
        stiffness,
        stiffness if same else draw(positive),
        injection,
        injection if same and draw(st.booleans()) else draw(gradient),
        draw(st.floats(0.5, 3)),
    )


@given(modes_at_contact(), st.sampled_from([1e-2, 1e-4, 1e-8]))
def test_gap_times_rate_of_the_three_terms_vanishes_with_the_gap(modes: Modes, gap: float) -> None:
    rate, stiff, other, inject, injected, strength = modes
    # Every term is bounded for a gap below the strength: at most the sum of both stiffnesses and injections.
    bound = rate * ((stiff + other) * strength + 2 * (inject + injected) / strength)
    assert abs(gap * _FLOW(*modes, gap)) <= gap * bound * (1 + 20 * EPS)
    assert abs(_FLOW(*modes, gap) - _DRIVE(*modes)) <= 2 * bound * gap / strength + 20 * EPS * bound


def test_hypothesis_finds_modes_that_the_three_terms_do_not_keep_apart() -> None:
    modes = find(modes_at_contact(), lambda m: _DRIVE(*m) < 0, settings=FIRST)
    assert _FLOW(*modes, 0.0) < 0


def test_two_strengths_under_the_amended_flow_pass_through_each_other() -> None:
    # The stored counterexample, followed in closed form: strengths 2 exp(−2t) and exp(−t) meet at t = ln 2.
    times = np.log(2) + np.array([-0.1, 0.0, 0.1])
    gap = 2 * np.exp(-2 * times) - np.exp(-times)
    assert gap[0] > 0 > gap[2]
    assert abs(gap[1]) < 4 * EPS


@given(st.floats(0.1, 2), st.integers(2, 10**6), st.floats(0.5, 3), st.sampled_from([1e-6, 1e-9]))
def test_gap_times_drift_under_noise_tends_to_the_variance(s: float, p: int, mean: float, gap: float) -> None:
    # What is left is the pull of the second term, (p − 2) s² g²/(2σ₊σ₋).
    left = s**2 * p * gap**2 / mean**2
    assert abs(gap * _NOISE(s, p, mean, gap) - s**2) <= left + 8 * EPS * s**2


@pytest.mark.parametrize(("sigma", "p"), [((2.0, 1.0), 2), ((1.5, 1.2), 4), ((2.0, 1.0), 9)])
def test_singular_values_of_two_noisy_rows_drift_as_derived(sigma: tuple[float, float], p: int) -> None:
    samples, s, short = 400_000, 0.5, 0.03
    up, down = sigma
    step = (short * (up - down) / s) ** 2
    noise = np.random.default_rng(p).standard_normal((samples, 2, p)) * s * np.sqrt(step)
    window = np.zeros((2, p))
    window[0, 0], window[1, 1] = sigma
    moved = np.linalg.svd(window + noise, compute_uv=False) - np.array(sigma)
    # The diagonal entries have mean zero and are the first order: without them the drift is left.
    drift = (moved - np.diagonal(noise, axis1=1, axis2=2)) / step
    law = {
        level_repulsion.sigma_up: up,
        level_repulsion.sigma_down: down,
        bru.rows_noise: s,
        level_repulsion.p: p,
    }
    larger, gap = (float(r.rhs.subs(law)) for r in level_repulsion.SINGULAR.content)
    for seen, expected in ((drift[:, 0], larger), (drift[:, 0] - drift[:, 1], gap)):
        # Five standard errors, and the next order in the time step.
        allowed = 5 * seen.std() / np.sqrt(samples) + 10 * short**2 * (abs(larger) + abs(gap))
        assert abs(seen.mean() - expected) < allowed
