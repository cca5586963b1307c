"""W4: Dyson's and Bru's processes, against simulations of the matrix and of the rows themselves."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.theory.edge.eigenvalues import moving_frame
from spectral_edge.theory.edge.noise import bru, dyson, mode_noise
from spectral_edge.theory.edge.noise.bru import rows_noise
from spectral_edge.theory.edge.noise.dyson import matrix_noise
from spectral_edge.theory.edge.noise.mode_noise import W4, law
from spectral_edge.theory.edge.notation import NOTATION, p
from spectral_edge.theory.process import ItoProcess
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, check_statement

MINE = {s.id for m in (dyson, bru, mode_noise) for s in m.STATEMENTS}
TOPIC = (*dyson.STATEMENTS, *bru.STATEMENTS, *mode_noise.STATEMENTS)
THEORY = Theory("trial", "Noise on a matrix", NOTATION, (*moving_frame.STATEMENTS, *TOPIC))
Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def results() -> Mapping[str, StatementResult]:
    found: dict[str, StatementResult] = {}
    for identifier in THEORY.order():
        found[identifier] = check_statement(THEORY[identifier], THEORY, found, mutate=identifier in MINE)
    return found


def test_every_statement_on_noise_is_proved(results: Mapping[str, StatementResult]) -> None:
    for identifier, result in results.items():
        wanted = Status.ASSUMED if identifier.startswith("D.") else Status.PROVED
        assert result.status is wanted, result.message
    assert results["W4.gram-noise"].scope == "three parameters"
    assert results["W4"].scope == ""


def test_no_mutant_of_the_noise_survives(results: Mapping[str, StatementResult]) -> None:
    assert all(r.mutants_made for r in results.values() if r.status is Status.PROVED and r.id in MINE)
    assert [
        (r.id, m.change) for r in results.values() for s in r.steps for m in s.mutants if not m.caught
    ] == []


def process_of(identifier: str) -> ItoProcess:
    process = THEORY[identifier].process
    assert process is not None
    return process


def test_the_law_for_any_number_of_eigenvalues_is_that_of_two_for_two() -> None:
    up, down, m, radius = sp.symbols("up down m R", positive=True)
    two = {up: m + radius, down: m - radius}
    for part, statement, names in (
        (0, dyson.DYSON_TWO, {dyson.noisy_m: m, dyson.noisy_radius: radius}),
        (2, bru.BRU_TWO, {bru.gram_m: m, bru.gram_radius: radius}),
    ):
        for i, relation in enumerate(statement.content):
            assert sp.simplify(law(part, [up, down], i).xreplace(two) - relation.rhs.xreplace(names)) == 0


@pytest.mark.parametrize("i", range(3))
@pytest.mark.parametrize("j", range(3))
def test_the_process_in_the_entries_of_the_gram_matrix_has_the_covariances_derived_from_the_rows(
    i: int, j: int
) -> None:
    process = process_of("D.gram-process")
    drift = {function: rhs for _, function, rhs in bru.GENERATOR}
    x, y = process.states[i], process.states[j]
    product_rule = drift[x * y] - x * drift[y] - y * drift[x]
    assert sp.simplify(process.covariance(i, j) - product_rule) == 0
    assert process.drift[i] == drift[x]


def test_the_covariance_of_a_wishart_matrix_is_the_textbook_formula() -> None:
    process = process_of("D.gram-process")
    m, u, b = process.states
    gram = sp.Matrix([[m + u, b], [b, m - u]])
    weights = {(0, 0): (1, 1, 0), (1, 1): (1, -1, 0), (0, 1): (0, 0, 1), (1, 0): (0, 0, 1)}

    def covariance(first: tuple[int, int], second: tuple[int, int]) -> sp.Expr:
        return sum(
            (
                weights[first][i] * weights[second][j] * process.covariance(i, j)
                for i in range(3)
                for j in range(3)
            ),
            sp.Integer(0),
        )

    same = sp.eye(2)
    for a, c in ((0, 0), (0, 1), (1, 1)):
        for d, e in ((0, 0), (0, 1), (1, 1)):
            textbook = (
                gram[a, d] * same[c, e]
                + gram[a, e] * same[c, d]
                + gram[c, d] * same[a, e]
                + gram[c, e] * same[a, d]
            )
            assert sp.simplify(covariance((a, c), (d, e)) - rows_noise**2 * textbook) == 0


@given(st.floats(0, np.pi))
def test_symmetric_noise_looks_the_same_in_every_basis(angle: float) -> None:
    process = process_of("D.matrix-noise")
    unit = {matrix_noise: sp.Integer(1)}
    seen = np.array([[float(process.covariance(i, j).xreplace(unit)) for j in range(3)] for i in range(3)])
    c, s = np.cos(2 * angle), np.sin(2 * angle)
    turned = np.array([[1, 0, 0], [0, c, s], [0, -s, c]])
    # Six products of numbers of order one for each entry.
    assert np.abs(turned @ seen @ turned.T - seen).max() < 12 * np.finfo(np.float64).eps


SAMPLES = 400_000
SHORT = 0.04
"""Noise in one time step, as a fraction of the smallest gap."""
TOO_LONG = 10 * SHORT**2
"""What the next order in the time step may add, relative to the largest expected value."""
_SIGMAS = 5.0
"""Standard errors allowed; by chance one of 10⁶ such comparisons fails, and the seeds are fixed."""


def falling(values: Floats) -> Floats:
    return np.flip(values, axis=-1)


def of_law(part: int, eigenvalues: Floats, numbers: Mapping[sp.Symbol, float]) -> Floats:
    """W4's drift (part 0 or 2) or rate of variance (1 or 3) at given eigenvalues."""
    names = list(sp.symbols(f"y1:{len(eigenvalues) + 1}", positive=True))
    values = dict(zip(names, eigenvalues, strict=True)) | dict(numbers)
    return np.array([float(law(part, names, i).subs(values)) for i in range(len(names))])


def agrees(samples: Floats, expected: Floats, bias: float) -> bool:
    """Whether means over axis 0 are as expected, up to chance and a bias of the order of the time step."""
    error = samples.std(0) / np.sqrt(len(samples))
    return bool((np.abs(samples.mean(0) - expected) < _SIGMAS * error + bias * np.abs(expected).max()).all())


def symmetric_noise(n: int, count: int, scale: float, rng: np.random.Generator) -> Floats:
    """Diagonal entries of variance scale², off-diagonal ones of half of it."""
    entries = rng.standard_normal((count, n, n)) * scale / np.sqrt(2)
    return (entries + entries.transpose(0, 2, 1)) / np.sqrt(2)


@pytest.mark.parametrize("start", [(2.0, -1.0), (1.5, 1.0), (3.0, 1.0, -2.0)])
def test_eigenvalues_of_a_noisy_matrix_drift_and_vary_as_dyson_says(start: tuple[float, ...]) -> None:
    level = np.array(start)
    s, gap = 0.7, float(-np.diff(level).max())
    step = (SHORT * gap / s) ** 2
    noise = symmetric_noise(len(level), SAMPLES, s * np.sqrt(step), np.random.default_rng(1))
    moved = falling(np.linalg.eigvalsh(np.diag(level) + noise)) - level
    # The diagonal entries have mean zero: taking them off leaves the drift alone.
    pushed = (moved - np.diagonal(noise, axis1=1, axis2=2)) / step
    assert agrees(pushed, of_law(0, level, {matrix_noise: s}), bias=TOO_LONG)
    assert agrees(moved**2 / step, of_law(1, level, {matrix_noise: s}), bias=TOO_LONG)


@pytest.mark.parametrize(("start", "parameters"), [((3.0, 1.0), 2), ((3.0, 2.0), 5), ((4.0, 2.5, 1.0), 6)])
def test_eigenvalues_of_noisy_rows_drift_and_vary_as_bru_says(
    start: tuple[float, ...], parameters: int
) -> None:
    level = np.array(start)
    rows, s = len(level), 0.6
    step = (SHORT * float(-np.diff(level).max()) / s) ** 2 / level[0]
    rng = np.random.default_rng(2)
    window = np.zeros((rows, parameters))
    window[np.arange(rows), np.arange(rows)] = np.sqrt(level)
    noise = rng.standard_normal((SAMPLES // 2, rows, parameters)) * s * np.sqrt(step)
    moved_window = window + noise
    moved = falling(np.linalg.eigvalsh(moved_window @ moved_window.transpose(0, 2, 1))) - level
    linear = 2 * np.sqrt(level) * np.diagonal(noise, axis1=1, axis2=2)
    numbers = {rows_noise: s, p: float(parameters)}
    assert agrees((moved - linear) / step, of_law(2, level, numbers), bias=TOO_LONG)
    assert agrees(moved**2 / step, of_law(3, level, numbers), bias=TOO_LONG)


def test_increments_of_two_eigenvalues_are_uncorrelated() -> None:
    level, s = np.array([2.0, -1.0]), 0.7
    step = (SHORT * 3 / s) ** 2
    noise = symmetric_noise(2, SAMPLES, s * np.sqrt(step), np.random.default_rng(3))
    moved = falling(np.linalg.eigvalsh(np.diag(level) + noise)) - level
    product = (moved[:, 0] - moved[:, 0].mean()) * (moved[:, 1] - moved[:, 1].mean()) / step
    # What correlation there is comes from the two drifts together and is of the order of the step.
    assert abs(product.mean()) < _SIGMAS * product.std() / np.sqrt(SAMPLES) + s**2 * (s**2 * step / 9)


def test_the_mean_squared_spread_grows_linearly() -> None:
    s, time, start = 0.8, 1.7, np.diag([2.0, 0.5, -1.0])
    noise = symmetric_noise(3, SAMPLES // 2, s * np.sqrt(time), np.random.default_rng(4))
    spread = ((start + noise) ** 2).sum((1, 2))
    growth = mode_noise.GROWTH.content[0].rhs
    expected = growth.xreplace({mode_noise.y_moment(0): sp.Float((start**2).sum())})
    number = float(expected.subs({matrix_noise: s, mode_noise.t: time}))
    assert abs(spread.mean() - number) < _SIGMAS * spread.std() / np.sqrt(len(spread))


def test_the_gap_that_starts_at_zero_has_the_mean_square_of_planar_brownian_motion() -> None:
    s, time = 0.8, 0.6
    noise = symmetric_noise(2, SAMPLES, s * np.sqrt(time), np.random.default_rng(5))
    gap = np.diff(np.linalg.eigvalsh(noise))[:, 0]
    # A Bessel process of dimension two and variance 2s²t: the square has the mean 4s²t, the gap the mean s√(πt).
    for value, expected in ((gap**2, 4 * s**2 * time), (gap, s * np.sqrt(np.pi * time))):
        assert abs(value.mean() - expected) < _SIGMAS * value.std() / np.sqrt(len(value))


@settings(max_examples=15)
@given(st.lists(st.fractions(Fraction(1, 10), 9, max_denominator=40), min_size=2, max_size=5, unique=True))
def test_pushes_cancel_in_the_trace_exactly(level: list[Fraction]) -> None:
    names = list(sp.symbols(f"y1:{len(level) + 1}", positive=True))
    values = dict(zip(names, map(sp.Rational, level), strict=True))
    for part, trace in ((0, 0), (2, len(level) * p * rows_noise**2)):
        drifts = [law(part, names, i).xreplace(values) for i in range(len(level))]
        assert sp.expand(sum(drifts) - trace) == 0


def test_the_relations_of_w4_are_for_all_sizes() -> None:
    assert all(relation.rhs.has(moving_frame.n_lv) for relation in (W4.content[0], W4.content[2]))
