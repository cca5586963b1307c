"""Integrated paths have the exact law of the matrices; paths of a wrong process have not."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sympy as sp
from scipy import stats

from spectral_edge.simulate.stochastic import simulate_paths
from spectral_edge.simulate.stochastic.laws import marchenko_pastur, semicircle
from spectral_edge.simulate.stochastic.matrix import bru_eigenvalues, dyson_eigenvalues
from spectral_edge.theory.edge.noise.particles import bru_process, dyson_process
from spectral_edge.theory.pair_process import PairProcess

COUNT = 4000
# The probability that a right process fails in one of some ten comparisons is then below 1 %.
LEVEL = 1e-3
DYSON_START, BRU_START = [1.2, 0.5, 0.0, -0.4, -1.3], [4.0, 2.5, 1.2, 0.4]


def statistics(y: Any) -> list[Any]:
    """What is compared: both ends, the sum of squares, the smallest gap, and the mean ratio of neighbouring gaps."""
    gaps = -np.diff(y, axis=0)
    ratios = np.minimum(gaps[1:], gaps[:-1]) / np.maximum(gaps[1:], gaps[:-1])
    return [y[0], y[-1], (y**2).sum(axis=0), gaps.min(axis=0), ratios.mean(axis=0)]


def p_value(y: Any, truth: Any) -> float:
    """The smallest of five two-sample tests, after Bonferroni."""
    pairs = zip(statistics(y), statistics(truth), strict=True)
    return min(1.0, 5 * min(stats.ks_2samp(mine, other).pvalue for mine, other in pairs))


def dyson_paths(process: PairProcess, start: Any = DYSON_START, **words: Any) -> Any:
    return simulate_paths(
        process, start, {"matrix_noise": 0.9}, (0, 1), steps=24, paths=COUNT, seed=31, **words
    ).y[:, -1]


@pytest.fixture(scope="module")
def dyson_truth() -> dict[int, Any]:
    return {beta: dyson_eigenvalues(DYSON_START, 0.9, [1.0], COUNT, 41, beta)[:, 0] for beta in (1, 2)}


@pytest.fixture(scope="module")
def bru_truth() -> Any:
    return bru_eigenvalues(BRU_START, 0.7, 6, [1.0], COUNT, 42)[:, 0]


@pytest.mark.parametrize(("beta", "other"), [(1, 2), (2, 1)])
def test_dyson_s_process_has_the_law_of_its_matrix_and_of_no_other(
    beta: int, other: int, dyson_truth: dict[int, Any]
) -> None:
    found = dyson_paths(dyson_process(beta))
    assert p_value(found, dyson_truth[beta]) > LEVEL
    assert p_value(found, dyson_truth[other]) < LEVEL


@pytest.mark.parametrize("share", [0, sp.Rational(1, 2)])
def test_dyson_s_process_with_half_of_its_push_or_none_is_refuted(share: Any, dyson_truth: Any) -> None:
    right = dyson_process(1)
    wrong = replace(right, drift=share * right.drift, ordered=False)
    # Without the order as a wall: half of the push lets eigenvalues meet.
    found = dyson_paths(wrong, method="euler", resolution=math.inf)
    assert p_value(-np.sort(-found, axis=0), dyson_truth[1]) < LEVEL


def bru_paths(process: PairProcess, **words: Any) -> Any:
    parameters = {"rows_noise": 0.7, "p": 6} | words
    return simulate_paths(process, BRU_START, parameters, (0, 1), steps=24, paths=COUNT, seed=32).y[:, -1]


def test_bru_s_process_has_the_law_of_its_rows(bru_truth: Any) -> None:
    assert p_value(bru_paths(bru_process()), bru_truth) > LEVEL


@pytest.mark.parametrize("wrong", ["columns", "push", "noise"])
def test_bru_s_process_with_a_wrong_constant_is_refuted(wrong: str, bru_truth: Any) -> None:
    right = bru_process()
    if wrong == "columns":
        found = bru_paths(right, p=7)
    elif wrong == "push":
        # A stronger push keeps particles apart, so that the walls hold.
        stronger = sp.Rational(13, 10) * right.push
        found = bru_paths(replace(right, drift=right.drift.xreplace({right.push: stronger})))
    else:
        found = bru_paths(replace(right, noise=right.noise * sp.sqrt(2) / 2))
    assert p_value(found, bru_truth) < LEVEL


def test_twenty_eigenvalues_from_nearly_zero_fill_the_semicircle() -> None:
    n, early = 20, 0.01
    # They cannot start together; they start as the matrix does at an early time.
    start = dyson_eigenvalues(np.zeros(n), 1.0, [early], 100, 51)[:, 0]
    y = simulate_paths(
        dyson_process(1), start, {"matrix_noise": 1.0}, (early, 1.0), steps=60, paths=100, seed=52
    ).y[:, -1]
    x = np.linspace(-8, 8, 200)
    share = (y.ravel()[:, None] <= x).mean(axis=0)
    assert np.abs(share - semicircle(x, math.sqrt(2 * n))).max() < 1 / n
    assert np.abs(share - semicircle(x, math.sqrt(4 * n))).max() > 2 / n


def test_ten_eigenvalues_of_rows_from_nearly_zero_follow_marchenko_and_pastur() -> None:
    n, columns, early = 10, 20, 0.02
    start = bru_eigenvalues(np.zeros(n), 1.0, columns, [early], 150, 53)[:, 0]
    y = simulate_paths(
        bru_process(), start, {"rows_noise": 1.0, "p": columns}, (early, 1.0), steps=60, paths=150, seed=54
    ).y[:, -1]
    x = np.linspace(0, 80, 200)
    share = (y.ravel()[:, None] <= x).mean(axis=0)
    assert np.abs(share - marchenko_pastur(x, n, columns, 1.0)).max() < 1 / n
    assert np.abs(share - marchenko_pastur(x, n, 2 * columns, 0.5)).max() > 1 / n
