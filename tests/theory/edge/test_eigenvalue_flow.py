"""W3, and F1 without frozen modes: how eigenvalues and eigenvectors move, against independent computation."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from spectral_edge.theory.edge.eigenvalues import eigenvalue_claims, eigenvalue_flow, eigenvector_turning
from spectral_edge.theory.edge.eigenvectors import davis_kahan, eigenvector_stability
from spectral_edge.theory.edge.notation import NOTATION
from spectral_edge.theory.edge.strengths import turning_modes
from spectral_edge.theory.edge.window import hoffman_wielandt, rank_two_shift, two_perturbations
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, check_statement

from .spectra import UNTIED, symmetric_integers
from .topics import assert_checked_whole

EPS = np.finfo(np.float64).eps
SUPPORT = (
    *rank_two_shift.STATEMENTS,
    *two_perturbations.STATEMENTS,
    *hoffman_wielandt.STATEMENTS,
    *eigenvector_stability.STATEMENTS,
    *davis_kahan.STATEMENTS,
)
TOPIC = (
    *eigenvalue_claims.STATEMENTS,
    *eigenvalue_flow.STATEMENTS,
    *eigenvector_turning.STATEMENTS,
    *turning_modes.STATEMENTS,
)
MINE = frozenset(s.id for s in TOPIC)
Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]


@pytest.fixture(scope="module")
def results() -> dict[str, StatementResult]:
    theory = Theory("trial", "W3 alone", NOTATION, (*SUPPORT, *TOPIC))
    needed = {*MINE, *(i for s in TOPIC for i in (*s.uses, *s.proof_uses))}
    found: dict[str, StatementResult] = {}
    for identifier in theory.order():
        if identifier in needed:
            found[identifier] = check_statement(theory[identifier], theory, found, mutate=identifier in MINE)
    return found


@pytest.mark.parametrize(
    ("identifier", "status"),
    [
        ("W3", Status.PROVED),
        ("W3.length", Status.PROVED),
        ("W3.value", Status.PROVED),
        ("W3.across", Status.PROVED),
        ("W3.turning", Status.PROVED),
        ("W3.second", Status.REFUTED),
        ("W3.second-amended", Status.PROVED),
        ("W3.at-tie", Status.REFUTED),
        ("F1.rows", Status.PROVED),
        ("F1.along", Status.PROVED),
        ("F1.damping", Status.PROVED),
    ],
)
def test_each_statement_on_moving_eigenvalues_has_its_status(
    results: dict[str, StatementResult], identifier: str, status: Status
) -> None:
    assert results[identifier].status is status, results[identifier].message


def test_no_statement_on_moving_eigenvalues_is_left_unchecked_and_no_mutant_survives(
    results: dict[str, StatementResult],
) -> None:
    assert_checked_whole(results, MINE)


def test_the_flows_hold_for_all_sizes(results: dict[str, StatementResult]) -> None:
    assert {results[i].scope for i in ("W3", "W3.turning", "W3.second-amended", "F1.damping")} == {""}


@pytest.mark.parametrize("identifier", ["W3.turning", "W3.second-amended"])
def test_distinct_eigenvalues_are_a_side_condition_that_the_checker_collected(
    results: dict[str, StatementResult], identifier: str
) -> None:
    (condition,) = results[identifier].side_conditions
    apart = eigenvalue_flow.value(eigenvalue_flow.t) - eigenvalue_flow.values(
        eigenvalue_flow.other, eigenvalue_flow.t
    )
    assert condition.lhs in (apart, -apart)


def test_the_first_variation_and_the_damping_need_no_side_condition(
    results: dict[str, StatementResult],
) -> None:
    assert results["W3"].side_conditions == results["F1.damping"].side_conditions == ()


# A symmetric matrix A + tB + t²C/2 and its eigenvalues in 60 digits.


@st.composite
def moving_matrices(draw: st.DrawFn) -> tuple[Ints, Ints, Ints]:
    """Value, rate and second derivative at t = 0."""
    n = draw(st.integers(2, 4))
    any_rate = symmetric_integers(n, kinds=("any",))
    return draw(symmetric_integers(n, kinds=UNTIED)), draw(any_rate), draw(any_rate)


def levels_at(matrices: tuple[Ints, Ints, Ints], time: Any) -> list[Any]:
    here, rate, bend = (mp.matrix(m.tolist()) for m in matrices)
    values = mp.eigsy(here + time * rate + time**2 / 2 * bend, eigvals_only=True)
    return sorted(values, reverse=True)


def differences(matrices: tuple[Ints, Ints, Ints], step: Any) -> tuple[list[Any], list[Any]]:
    """First and second derivative of every eigenvalue, by central differences."""
    back, here, forth = (levels_at(matrices, time) for time in (-step, mp.mpf(0), step))
    first = [(f - b) / (2 * step) for b, f in zip(back, forth, strict=True)]
    second = [(f - 2 * h + b) / step**2 for b, h, f in zip(back, here, forth, strict=True)]
    return first, second


@settings(max_examples=40)
@given(moving_matrices())
def test_both_variations_agree_with_differences_of_eigenvalues_in_sixty_digits(
    matrices: tuple[Ints, Ints, Ints],
) -> None:
    with mp.workdps(60):
        here, rate, bend = (mp.matrix(m.tolist()) for m in matrices)
        values, basis = mp.eigsy(here)
        order = sorted(range(len(values)), key=lambda k: -values[k])
        levels = [values[k] for k in order]
        gap = min(a - b for a, b in pairwise(levels))
        assume(gap > mp.mpf("1e-3"))
        vectors = [basis[:, k] for k in order]
        between = [[(u.T * rate * v)[0] for u in vectors] for v in vectors]
        step = mp.mpf("1e-15")
        first, second = differences(matrices, step)
        # Third and fourth derivatives are at most of this size, by Cauchy's estimate on a disc of radius gap/‖·‖.
        size = mp.norm(rate) + mp.norm(bend) + 1
        tolerance = step**2 * 1000 * (size**4 / gap**3 + size**3 / gap**2 + size**2) * 24
        for j, v in enumerate(vectors):
            repulsion = sum(
                between[j][k] ** 2 / (levels[j] - levels[k]) for k in range(len(levels)) if k != j
            )
            assert abs(first[j] - between[j][j]) <= tolerance
            assert abs(second[j] - (v.T * bend * v)[0] - 2 * repulsion) <= tolerance


def larger(first: float, beside: float, second: float) -> float:
    return (first + second) / 2 + float(np.hypot((first - second) / 2, beside))


def test_without_the_bend_the_second_derivative_is_missed_as_soon_as_the_matrix_bends() -> None:
    def missed(numbers: tuple[int, int, int]) -> bool:
        rate, bend, gap = numbers
        # diag(gap + bend·t²/2, 0), rate beside the diagonal; differences at steps of 1/64 are exact enough here.
        step = 1 / 64
        at = [larger(gap + bend * s**2 / 2, rate * s, 0) for s in (-step, 0, step)]
        difference = (at[0] - 2 * at[1] + at[2]) / step**2
        return abs(difference - 2 * rate**2 / gap) > 0.5

    rate, bend, gap = find(st.tuples(st.integers(-2, 2), st.integers(-3, 3), st.integers(8, 20)), missed)
    assert missed((rate, bend, gap))
    assert bend != 0
    assert not missed((rate, 0, gap))


def test_the_stored_bending_matrix_breaks_the_source_s_form_and_obeys_the_amended_one() -> None:
    example = eigenvalue_claims.SECOND.counterexample
    assert example is not None
    names = ("lam_1", "lam_2", "rate_11", "rate_12", "rate_22", "bend_11", "bend_12", "bend_22")
    upper, lower, a, b, c, aa, bb, cc = (int(example.values[getattr(eigenvalue_claims, n)]) for n in names)
    matrices = (
        np.diag([upper, lower]),
        np.array([[a, b], [b, c]]),
        np.array([[aa, bb], [bb, cc]]),
    )
    with mp.workdps(60):
        _, second = differences(matrices, mp.mpf("1e-15"))
    repulsion = 2 * b**2 / (upper - lower)
    assert abs(second[0] - (aa + repulsion)) < 1e-20
    assert second[0] != repulsion


def test_the_stored_tie_gives_another_rate_for_its_eigenvector_than_for_the_eigenvalue() -> None:
    example = eigenvalue_claims.TIE.counterexample
    assert example is not None
    upper, lower, first, second = (
        int(example.values[getattr(eigenvalue_claims, n)]) for n in ("rate_11", "rate_22", "side_1", "side_2")
    )
    assert first**2 + second**2 == 1
    assert max(upper, lower) != upper * first**2 + lower * second**2


def test_at_a_tie_one_eigenvector_of_the_larger_eigenvalue_gives_the_rate_and_another_does_not() -> None:
    rate = np.diag([1.0, -1.0])
    step = 2.0**-20
    grows = np.linalg.eigvalsh(step * rate)[-1] / step
    assert grows == 1
    assert [v @ rate @ v for v in np.eye(2)] == [1.0, -1.0]


@given(moving_matrices())
def test_an_eigenvector_turns_at_the_rate_of_the_matrix_over_the_difference_of_eigenvalues(
    matrices: tuple[Ints, Ints, Ints],
) -> None:
    here, rate, _ = (m.astype(np.float64) for m in matrices)
    values, vectors = np.linalg.eigh(here)
    gap = np.diff(values).min()
    assume(gap > 0.1)
    size = np.linalg.norm(rate) + 1
    step = 1e-6 * gap / size
    back, forth = (np.linalg.eigh(here + s * rate)[1] for s in (-step, step))
    for moved in (back, forth):
        moved *= np.sign((moved * vectors).sum(axis=0))
    turning = vectors.T @ (forth - back) / (2 * step)
    apart = values[None, :] - values[:, None] + np.eye(len(values))
    expected = (vectors.T @ rate @ vectors) / apart
    np.fill_diagonal(expected, 0)
    # Truncation: step² times the third derivative of a vector, (size/gap)³; rounding: eps·‖S‖/gap over the step.
    tolerance = 100 * (step**2 * (size / gap) ** 3 + EPS * np.linalg.norm(here) / gap / step + EPS / step)
    assert np.abs(turning - expected).max() <= tolerance


# Rows that follow their own flow in parameter space, with a Hessian that shares no eigenvector with S.


@st.composite
def windows_in_a_bowl(draw: st.DrawFn) -> tuple[Floats, Floats, Floats, float, float]:
    """Rows (W, p), sources (W, p), a symmetric Hessian (p, p), learning rate and decay; W = 1 and 2 included."""
    size, p = draw(st.integers(1, 5)), draw(st.integers(2, 6))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, sources = generator.normal(size=(2, size, p))
    if draw(st.booleans()):
        rows[0] *= 30  # one dominant mode
    hessian = generator.normal(size=(p, p))
    return rows, sources, hessian + hessian.T, draw(st.floats(0.01, 1)), draw(st.floats(0, 2))


@given(windows_in_a_bowl())
def test_the_rate_of_every_squared_strength_is_damping_and_source_although_modes_turn(
    window: tuple[Floats, Floats, Floats, float, float],
) -> None:
    rows, sources, hessian, eta, omega = window
    p = rows.shape[1]
    rates = -eta * rows @ (hessian + omega * np.eye(p)) + sources
    flow = rates.T @ rows + rows.T @ rates
    _, strengths, modes = np.linalg.svd(rows, full_matrices=False)
    scale = float(np.linalg.norm(rates) * np.linalg.norm(rows))
    for strength, v in zip(strengths, modes, strict=True):
        claimed = -2 * eta * (v @ hessian @ v + omega) * strength**2 + 2 * (rows @ v) @ (sources @ v)
        assert abs(v @ flow @ v - claimed) <= 64 * p * EPS * (scale + eta * np.abs(claimed))


def strengths_after(window: tuple[Floats, Floats, Floats, float, float], time: float) -> Floats:
    """Squared strengths after a time without sources: the flow is linear, so a matrix exponential solves it."""
    rows, _, hessian, eta, omega = window
    decay = expm(-eta * time * (hessian + omega * np.eye(len(hessian))))
    squared: Floats = np.linalg.svd(rows @ decay, compute_uv=False) ** 2
    return squared


def curvature_of_top(window: tuple[Floats, Floats, Floats, float, float], time: float) -> float:
    rows, _, hessian, eta, omega = window
    decay = expm(-eta * time * (hessian + omega * np.eye(len(hessian))))
    top = np.linalg.svd(rows @ decay)[2][0]
    return float(top @ hessian @ top)


@pytest.fixture(scope="module")
def turning_window() -> tuple[Floats, Floats, Floats, float, float]:
    """Two rows in the plane, a Hessian with eigenvalues 0 and 2 along the diagonals: the modes must turn."""
    rows = np.array([[2.0, 0.0], [0.0, 1.0]])
    return rows, np.zeros((2, 2)), np.array([[1.0, 1.0], [1.0, 1.0]]), 0.5, 0.25


@pytest.mark.parametrize("time", [0.0, 0.3, 1.0, 2.5])
def test_the_simulated_top_strength_changes_as_damping_says_at_the_curvature_where_the_mode_points_now(
    turning_window: tuple[Floats, Floats, Floats, float, float], time: float
) -> None:
    _, _, _, eta, omega = turning_window
    step = 1e-5
    difference = (
        strengths_after(turning_window, time + step)[0] - strengths_after(turning_window, time - step)[0]
    ) / (2 * step)
    now = strengths_after(turning_window, time)[0]
    claimed = -2 * eta * (curvature_of_top(turning_window, time) + omega) * now
    # Truncation: step² times the third derivative, which the eigenvalues of the generator (at most 2.25) bound.
    tolerance = step**2 * (2 * eta * 2.25) ** 3 * 5 + 50 * EPS * 5 / step
    assert abs(difference - claimed) <= tolerance


def test_with_the_curvature_frozen_the_closed_form_leaves_the_simulation(
    turning_window: tuple[Floats, Floats, Floats, float, float],
) -> None:
    _, _, _, eta, omega = turning_window
    start = strengths_after(turning_window, 0.0)[0]
    frozen = start * np.exp(-2 * eta * (curvature_of_top(turning_window, 0.0) + omega) * 2.5)
    assert curvature_of_top(turning_window, 2.5) < 0.5 * curvature_of_top(turning_window, 0.0)
    assert strengths_after(turning_window, 2.5)[0] > 2 * frozen
