"""The matrices obey the laws that are known, and the laws tell wrong matrices from right ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from spectral_edge.simulate.stochastic.laws import marchenko_pastur, mean_drift, semicircle
from spectral_edge.simulate.stochastic.matrix import bru_eigenvalues, coupled_dyson, dyson_eigenvalues
from spectral_edge.theory.edge.noise.bru import rows_noise
from spectral_edge.theory.edge.noise.dyson import matrix_noise
from spectral_edge.theory.edge.noise.mode_noise import MOMENTS
from spectral_edge.theory.edge.noise.particles import bru_process, dyson_process
from spectral_edge.theory.edge.notation import p

# Two-sided, at 1e-4 for each number that is compared.
SIGMAS = float(stats.norm.isf(0.5e-4))


def z_of(sample: np.ndarray, exact: float) -> float:
    return float(abs(sample.mean() - exact) / (sample.std() / math.sqrt(sample.size)))


@pytest.mark.parametrize("beta", [1, 2])
def test_moments_of_the_matrix_are_those_of_ito_s_rule(beta: int) -> None:
    n, s, t = 4, 0.7, 0.8
    start = np.array([1.0, 0.5, -0.2, -1.0])
    y = dyson_eigenvalues(start, s, [0.3, t], 20_000, 1, beta)[:, 1]
    process = dyson_process(beta)
    rate = float(mean_drift(process, n, process.particle**2).subs(matrix_noise, s))
    assert rate == pytest.approx(s**2 * n * (1 + beta * (n - 1) / 2), rel=1e-14)
    assert z_of((y**2).sum(axis=0), (start**2).sum() + rate * t) < SIGMAS
    assert z_of(y.sum(axis=0), start.sum()) < SIGMAS
    assert z_of((y.sum(axis=0) - start.sum()) ** 2, n * s**2 * t) < SIGMAS
    # Half of the push gives another rate, and the test sees it.
    wrong = s**2 * n * (1 + beta * (n - 1) / 4)
    assert z_of((y**2).sum(axis=0), (start**2).sum() + wrong * t) > SIGMAS


def test_ito_s_rule_gives_the_rates_that_the_theory_states() -> None:
    dyson, bru = dyson_process(1), bru_process()
    assert mean_drift(dyson, 3, dyson.particle) == MOMENTS.content[0].rhs
    assert mean_drift(dyson, 3, dyson.particle**2) == MOMENTS.content[1].rhs
    assert mean_drift(bru, 3, bru.particle) == MOMENTS.content[2].rhs


@pytest.mark.parametrize("columns", [4, 6, 30])
def test_moments_of_the_rows_are_those_of_ito_s_rule(columns: int) -> None:
    n, s, t = 4, 0.6, 0.9
    start = np.array([3.0, 2.0, 1.0, 0.5])
    y = bru_eigenvalues(start, s, columns, [0.2, t], 20_000, 2)[:, 1]
    process = bru_process()
    rate = float(mean_drift(process, n, process.particle).subs({rows_noise: s, p: columns}))
    assert z_of(y.sum(axis=0), start.sum() + rate * t) < SIGMAS
    # Σ λ² drifts at 2 s² (p + n + 1) Σ λ.
    squares = (start**2).sum() + 2 * s**2 * (columns + n + 1) * (start.sum() * t + rate * t**2 / 2)
    assert z_of((y**2).sum(axis=0), squares) < SIGMAS
    assert z_of((y**2).sum(axis=0), (start**2).sum() + (squares - (start**2).sum()) / 2) > SIGMAS


def test_starting_anew_from_the_eigenvalues_is_the_law_of_the_rows_themselves() -> None:
    n, columns, s, count = 3, 5, 0.8, 4000
    start = np.array([2.0, 1.0, 0.3])
    ours = bru_eigenvalues(start, s, columns, [0.5, 1.0], count, 3)[:, 1]
    rng = np.random.default_rng(4)
    rows = np.zeros((count, n, columns))
    rows[:, np.arange(n), np.arange(n)] = np.sqrt(start)
    rows += s * rng.standard_normal(rows.shape)
    theirs = np.linalg.svd(rows, compute_uv=False).T ** 2
    for mine, other in zip(ours, theirs, strict=True):
        assert stats.ks_2samp(mine, other).pvalue > 1e-4
    assert stats.ks_2samp(ours[0], theirs[0] * 1.05).pvalue < 1e-4


@pytest.mark.parametrize("beta", [1, 2])
def test_many_eigenvalues_lie_in_wigner_s_semicircle(beta: int) -> None:
    n, s, t = 60, 0.5, 2.0
    y = dyson_eigenvalues(np.zeros(n), s, [t], 40, 5, beta)[:, 0].ravel()
    x = np.linspace(-10, 10, 400)
    share = (y[:, None] <= x).mean(axis=0)
    radius = s * math.sqrt(2 * beta * n * t)
    # The mean share differs from the law by less than one eigenvalue; 40 matrices scatter by less than that.
    assert np.abs(share - semicircle(x, radius)).max() < 1 / n
    # A variance that is wrong by a factor 2 (as if β were the other one) is far outside.
    assert np.abs(share - semicircle(x, radius * math.sqrt(2))).max() > 5 / n


def test_many_rows_follow_marchenko_s_and_pastur_s_law() -> None:
    n, columns, s, t = 40, 90, 0.5, 2.0
    y = bru_eigenvalues(np.zeros(n), s, columns, [t], 40, 6)[:, 0].ravel()
    x = np.linspace(0, y.max() * 1.1, 400)
    share = (y[:, None] <= x).mean(axis=0)
    assert np.abs(share - marchenko_pastur(x, n, columns, s**2 * t)).max() < 1 / n
    assert np.abs(share - marchenko_pastur(x, n, 2 * columns, s**2 * t / 2)).max() > 3 / n


def test_the_laws_are_the_integrals_of_their_densities() -> None:
    def circle(x: float) -> float:
        return 2 / (math.pi * 9) * math.sqrt(9 - x * x)

    for x in (-2.0, 0.3, 2.9):
        assert semicircle(x, 3.0) == pytest.approx(integrate.quad(circle, -3, x)[0], abs=1e-8)
    c, scale = 30 / 50, 0.7
    low, high = (1 - math.sqrt(c)) ** 2, (1 + math.sqrt(c)) ** 2

    def density(y: float) -> float:
        return math.sqrt((high - y) * (y - low)) / (2 * math.pi * c * y)

    for y in (low * 1.5, 1.0, high * 0.9):
        wanted = integrate.quad(density, low, y)[0]
        # The midpoint rule in 4096 parts, linear in between: (π/4096)² times a slope of order one.
        assert marchenko_pastur(y * 50 * scale, 30, 50, scale) == pytest.approx(wanted, abs=2e-6)
    assert semicircle([-9, 9], 3.0).tolist() == [0, 1]
    assert marchenko_pastur([0, 1e9], 30, 50, scale) == pytest.approx([0, 1], abs=1e-9)


def test_what_drives_the_eigenvalues_is_brownian_and_drives_them() -> None:
    start, count, steps, length = [1.0, 0.0, -1.0], 400, 4, 0.05
    found = coupled_dyson(start, 0.5, length, steps, 8, count, seed=7)
    z = found.increments / math.sqrt(length)
    assert stats.kstest(z.ravel(), "norm").pvalue > 1e-4
    assert stats.kstest(1.2 * z.ravel(), "norm").pvalue < 1e-4
    # The pushes cancel in the trace, which is then the sum of what drives, exactly.
    trace = found.eigenvalues.sum(axis=0)
    np.testing.assert_allclose(
        np.diff(trace, axis=0), 0.5 * found.increments.sum(axis=0), rtol=0, atol=1e3 * np.finfo(float).eps
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: dyson_eigenvalues([1, 0], 1, [1], 2, 1, beta=4), "beta=4; give 1 for symmetric or 2"),
        (lambda: dyson_eigenvalues([1, 0], 1, [1, 1], 2, 1), "give rising times above 0"),
        (lambda: bru_eigenvalues([1, 0], 1, 1, [1], 2, 1), "p=1 columns for 2 rows; give at least 2"),
    ],
)
def test_what_has_no_matrix_is_refused(call, words) -> None:
    with pytest.raises(ValueError, match=words):
        call()
