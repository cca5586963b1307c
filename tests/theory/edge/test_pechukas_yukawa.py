"""W3 on a straight line: levels of A_0 + tB, against eigenvalue decompositions at each time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.integrate import integrate
from spectral_edge.simulate.lowering.compiled import compile_system
from spectral_edge.theory.edge.eigenvalues import avoided_crossing as two
from spectral_edge.theory.edge.eigenvalues import moving_frame, pechukas_yukawa
from spectral_edge.theory.edge.eigenvalues.pechukas_yukawa import pechukas_yukawa_system
from spectral_edge.theory.edge.notation import NOTATION, t
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult

from .topics import assert_no_mutant_survives, checked

MODULES = (moving_frame, pechukas_yukawa, two)
THEORY = Theory("trial", "Levels on a line", NOTATION, tuple(s for m in MODULES for s in m.STATEMENTS))
EPS = float(np.finfo(np.float64).eps)
Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def results() -> Mapping[str, StatementResult]:
    return checked(THEORY)


def test_every_statement_on_moving_levels_is_proved(results: Mapping[str, StatementResult]) -> None:
    for identifier, result in results.items():
        wanted = Status.ASSUMED if identifier.startswith("D.") else Status.PROVED
        assert result.status is wanted, result.message
    assert results["W3.conserved"].scope == "three levels"


def test_no_mutant_of_the_moving_levels_survives(results: Mapping[str, StatementResult]) -> None:
    assert_no_mutant_survives(results)


def test_distinct_levels_end_up_among_the_conditions(results: Mapping[str, StatementResult]) -> None:
    apart = sp.Ne(moving_frame.xi_j(t) - moving_frame.xi_k(t), 0)
    assert apart in results["W3.pechukas-yukawa"].side_conditions


def a_symmetric_matrix(n: int, rng: np.random.Generator) -> Floats:
    entries = rng.standard_normal((n, n))
    return (entries + entries.T) / 2


def at_time(first: Floats, slope: Floats, time: float) -> tuple[Floats, Floats, Floats]:
    """Levels in falling order, matrix elements of B in their modes, and couplings, from an eigenvalue decomposition."""
    level, modes = np.linalg.eigh(first + time * slope)
    level, modes = level[::-1], modes[:, ::-1]
    element = modes.T @ slope @ modes
    return level, element, (level[:, None] - level[None, :]) * element


def state_of(level: Floats, element: Floats, coupling: Floats) -> Floats:
    pairs = np.array([coupling[i, k] for i, k in combinations(range(len(level)), 2)])
    return np.concatenate([level, np.diag(element), pairs])


@pytest.mark.parametrize("n", [2, 3, 4, 6])
def test_the_system_follows_the_eigenvalues_of_a_matrix_that_changes_linearly(n: int) -> None:
    rng = np.random.default_rng(n)
    first, slope = a_symmetric_matrix(n, rng), a_symmetric_matrix(n, rng)
    rtol, end = 1e-10, 0.7
    start = state_of(*at_time(first, slope, 0.0))
    found = integrate(pechukas_yukawa_system(n), start, {}, (0.0, end), rtol=rtol, atol=rtol * 1e-2)
    assert found.succeeded, found.message
    # The signs of couplings depend on the signs of eigenvectors, so levels and speeds are compared.
    exact = state_of(*at_time(first, slope, end))[: 2 * n]
    # Per-step errors of rtol, at most one per evaluation, each growing with the couplings by a factor of order ten.
    allowed = 10 * rtol * found.evaluations * np.abs(exact).max()
    assert np.abs(found.y[: 2 * n, -1] - exact).max() < allowed


@pytest.mark.parametrize("n", [2, 3, 5])
def test_trace_energy_and_total_coupling_are_conserved_along_a_trajectory(n: int) -> None:
    rng = np.random.default_rng(10 + n)
    first, slope = a_symmetric_matrix(n, rng), a_symmetric_matrix(n, rng)
    start = state_of(*at_time(first, slope, 0.0))
    found = integrate(pechukas_yukawa_system(n), start, {}, (0.0, 0.5), at=np.linspace(0.0, 0.5, 11))
    level, speed, pairs = np.split(found.y, [n, 2 * n])
    gaps = np.array([level[i] - level[k] for i, k in combinations(range(n), 2)])
    energy = (speed**2).sum(0) / 2 + (pairs**2 / gaps**2).sum(0)
    commutator = first @ slope - slope @ first
    for conserved, value in (
        (speed.sum(0), np.trace(slope)),
        (energy, (slope**2).sum() / 2),
        ((pairs**2).sum(0), (commutator**2).sum() / 2),
    ):
        # rtol of the integrator is 1e-10 per step, in each of the n(n + 3)/2 states.
        assert np.abs(conserved - value).max() < 1e-10 * found.evaluations * n * (n + 3) * (1 + abs(value))


@given(st.integers(2, 6), st.floats(-2, 2), st.integers(0, 2**31))
def test_second_differences_of_eigenvalues_agree_with_the_repulsion(n: int, time: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, slope = a_symmetric_matrix(n, rng), a_symmetric_matrix(n, rng)
    level, element, _ = at_time(first, slope, time)
    apart = level[:, None] - level[None, :] + np.diag(np.full(n, np.inf))
    nearest = float(np.abs(apart).min())
    size = float(np.linalg.norm(slope, 2))
    acceleration = 2 * (element**2 / apart).sum(1)
    h = 1e-2 * nearest / size
    before, after = (at_time(first, slope, time + s)[0] for s in (-h, h))
    difference = (after - 2 * level + before) / h**2
    # Fourth derivatives are at most of the order size⁴/nearest³ for each pair; rounding is that of eigh over h².
    scale = float(np.abs(first).sum() + 3 * np.abs(slope).sum())
    allowed = 24 * n**2 * h**2 * size**4 / nearest**3 + 8 * n * EPS * scale / h**2
    assert np.abs(difference - acceleration).max() < allowed


def test_the_couplings_are_the_commutator_seen_from_the_modes() -> None:
    rng = np.random.default_rng(3)
    first, slope = a_symmetric_matrix(5, rng), a_symmetric_matrix(5, rng)
    for time in (-1.0, 0.0, 0.4):
        _, modes = np.linalg.eigh(first + time * slope)
        seen = modes[:, ::-1].T @ (first @ slope - slope @ first) @ modes[:, ::-1]
        assert np.abs(seen - at_time(first, slope, time)[2]).max() < 100 * EPS * np.abs(seen).max()


def test_the_flow_of_the_couplings_is_that_of_an_eigenvalue_decomposition() -> None:
    rng = np.random.default_rng(4)
    n, h = 4, 1e-4
    first, slope = a_symmetric_matrix(n, rng), a_symmetric_matrix(n, rng)
    # Signs of modes are arbitrary at each time; squared couplings do not depend on them.
    squared = {s: state_of(*at_time(first, slope, s * h))[2 * n :] ** 2 for s in (-2, -1, 1, 2)}
    fine, coarse = ((squared[s] - squared[-s]) / (2 * s * h) for s in (1, 2))
    now = state_of(*at_time(first, slope, 0.0))
    rate = 2 * now[2 * n :] * compile_system(pechukas_yukawa_system(n)).rhs(0.0, now, {})[2 * n :]
    # A central difference errs by c h², a third of its change from 2h to h; rounding adds a few eps over h.
    allowed = np.abs(coarse - fine) + 100 * EPS * np.abs(squared[1]).max() / h
    assert (np.abs(fine - rate) < allowed).all()


def test_the_system_of_three_levels_is_what_the_statement_says_written_out_by_hand() -> None:
    system = pechukas_yukawa_system(3)
    x1, x2, x3, p1, _, _, f12, f13, f23 = system.states
    rhs = dict(zip(system.states, system.rhs, strict=True))
    assert rhs[x1] == p1
    assert sp.simplify(rhs[p1] - 2 * f12**2 / (x1 - x2) ** 3 - 2 * f13**2 / (x1 - x3) ** 3) == 0
    assert sp.simplify(rhs[f12] - f13 * f23 * ((x2 - x3) ** -2 - (x1 - x3) ** -2)) == 0
    assert system.parameters == ()


def test_two_levels_keep_their_coupling() -> None:
    assert pechukas_yukawa_system(2).rhs[-1] == 0


def test_one_level_is_no_system() -> None:
    with pytest.raises(ValueError, match="at least two levels, not 1"):
        pechukas_yukawa_system(1)


Line = tuple[float, float, float, float]
"""a_0, b_0, a_1, b_1."""


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Levels far apart, nearly crossing, and exactly crossing (no coupling)."""
    number = st.floats(-4, 4).map(lambda x: round(x, 3))
    a_0, b_0, a_1, b_1 = (draw(number) for _ in range(4))
    kind = draw(st.sampled_from(["any", "any", "nearly crossing", "crossing"]))
    if kind != "any":
        factor = draw(st.sampled_from([-2.0, 0.5, 1.0]))
        a_0, b_0 = factor * a_1, factor * b_1
    if kind == "nearly crossing":
        b_0 += draw(st.sampled_from([1e-6, -1e-3, 1e-2]))
    if a_1 == 0.0 and b_1 == 0.0:
        a_1 = 1.0
    return a_0, b_0, a_1, b_1


_NUMBERS = (two.a_0, two.b_0, two.a_1, two.b_1, t)
_SQUARED_GAP = sp.lambdify(_NUMBERS, two.HYPERBOLA.content[0].rhs)
_NEAREST = sp.lambdify(_NUMBERS[:4], two.CLOSEST.content[1].rhs)
_SMALLEST_SQUARED = sp.lambdify(_NUMBERS[:4], two.CLOSEST.content[2].rhs)


def eigenvalue_gap(line: Line, time: float) -> float:
    a, b = line[0] + line[2] * time, line[1] + line[3] * time
    low, high = np.linalg.eigvalsh(np.array([[a, b], [b, -a]]))
    return float(high - low)


@given(lines(), st.floats(-5, 5))
def test_the_gap_of_two_levels_is_the_hyperbola(line: Line, time: float) -> None:
    size = 2 * sum(abs(x) for x in line) * (1 + abs(time))
    # Both ways round the entries (one eps each); eigvalsh is backward stable, the square root of a square near zero is not.
    allowed = 20 * EPS * size
    assert abs(eigenvalue_gap(line, time) - np.sqrt(_SQUARED_GAP(*line, time))) <= allowed


@given(lines(), st.floats(-5, 5))
def test_two_levels_never_come_nearer_than_the_smallest_gap(line: Line, time: float) -> None:
    size = 2 * sum(abs(x) for x in line) * (1 + abs(time))
    assert eigenvalue_gap(line, time) >= np.sqrt(_SMALLEST_SQUARED(*line)) - 20 * EPS * size


@given(lines())
def test_the_smallest_gap_is_reached_at_the_time_of_closest_approach(line: Line) -> None:
    time = _NEAREST(*line)
    size = 2 * sum(abs(x) for x in line) * (1 + abs(time))
    assert abs(eigenvalue_gap(line, time) - np.sqrt(_SMALLEST_SQUARED(*line))) <= 20 * EPS * size


@given(st.sampled_from([-2.0, -0.5, 0.5, 3.0]), st.floats(-4, 4), st.floats(0.25, 4))
def test_without_a_coupling_two_levels_cross(factor: float, a_1: float, b_1: float) -> None:
    assert (
        _SMALLEST_SQUARED(factor * a_1, factor * b_1, a_1, b_1)
        <= (8 * EPS * (abs(a_1) + b_1) * abs(factor)) ** 2
    )
    assert abs(_NEAREST(factor * a_1, factor * b_1, a_1, b_1) + factor) <= 8 * EPS * abs(factor)


_EXACT = st.fractions(-4, 4, max_denominator=50)


@given(_EXACT, _EXACT, _EXACT, _EXACT, _EXACT)
def test_the_hyperbola_obeys_the_pechukas_yukawa_system_exactly(
    a_0: Fraction, b_0: Fraction, a_1: Fraction, b_1: Fraction, time: Fraction
) -> None:
    a, b = a_0 + a_1 * time, b_0 + b_1 * time
    squared, slope, bend = 4 * (a**2 + b**2), 8 * (a * a_1 + b * b_1), 8 * (a_1**2 + b_1**2)
    # Γ''Γ³ from the derivatives of Γ², which are rational.
    assert squared * bend / 2 - slope**2 / 4 == 4 * (2 * (a_0 * b_1 - a_1 * b_0)) ** 2
    x1, x2, _, _, coupling = pechukas_yukawa_system(2).states
    above, below = pechukas_yukawa_system(2).rhs[2:4]
    assert sp.cancel((above - below) * (x1 - x2) ** 3 - 4 * coupling**2) == 0
