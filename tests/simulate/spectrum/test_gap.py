"""Gaps are those of their definitions, and what lies below the rounding is never called a gap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from spectral_edge.simulate.spectrum import (
    g23,
    gap,
    gap_position,
    gap_ratio,
    gap_ratios,
    singular_values,
    weighted_gap_position,
)
from spectral_edge.simulate.spectrum.gap import RELATIVE_ERROR

EPS = float(np.finfo(np.float64).eps)

strengths = st.floats(1e-3, 1e3)
spectra = st.lists(strengths, min_size=3, max_size=8).map(
    lambda values: np.array(sorted(values, reverse=True))
)
matrices = hnp.arrays(
    np.float64,
    st.tuples(st.integers(2, 6), st.integers(6, 12)),
    elements=st.floats(-10, 10, allow_subnormal=False).map(lambda v: round(v, 3)),
)


def naive_position(sigma: np.ndarray, weighted: bool) -> int:
    best, where = -1.0, 0
    for j in range(1, len(sigma)):
        ratio = sigma[j - 1] / sigma[j]
        value = sigma[j - 1] / sum(sigma) * ratio if weighted else ratio
        if value > best:
            best, where = value, j
    return where


@given(sigma=spectra)
def test_positions_and_sizes_are_those_of_their_definitions(sigma: np.ndarray) -> None:
    k = naive_position(sigma, weighted=False)
    assert gap_position(sigma) == k
    assert gap_ratio(sigma) == sigma[k - 1] / sigma[k]
    assert gap(sigma) == sigma[k - 1] - sigma[k]
    wanted = sigma[1] ** 2 - sigma[2] ** 2
    assert abs(g23(sigma) - wanted) <= 4 * EPS * sigma[1] ** 2


@given(sigma=spectra)
def test_the_weighted_position_has_the_largest_weighted_ratio(sigma: np.ndarray) -> None:
    found, wanted = int(weighted_gap_position(sigma)), naive_position(sigma, weighted=True)
    # Dividing all by Σσ may round two nearly equal values to the other order; then both are the largest.
    values = sigma[:-1] * (sigma[:-1] / sigma[1:])
    assert values[found - 1] >= values[wanted - 1] * (1 - 8 * EPS)
    assert values[wanted - 1] >= values[found - 1] * (1 - 8 * EPS)


def test_the_two_positions_can_differ() -> None:
    sigma = np.array([10.0, 6.0, 1.0, 0.1])
    assert gap_position(sigma) == 3  # ratios 1.67, 6, 10
    assert weighted_gap_position(sigma) == 2  # 16.7, 36, 10, over Σσ


@given(spectrum=spectra, power=st.integers(-20, 20))
def test_scaling_x_scales_the_gap_and_moves_no_position(spectrum: np.ndarray, power: int) -> None:
    scale = 2.0**power  # exact in floating point
    assert gap_position(scale * spectrum) == gap_position(spectrum)
    assert weighted_gap_position(scale * spectrum) == weighted_gap_position(spectrum)
    assert gap_ratio(scale * spectrum) == gap_ratio(spectrum)
    assert gap(scale * spectrum) == scale * gap(spectrum)
    assert g23(scale * spectrum) == scale**2 * g23(spectrum)


def test_leading_axes_are_kept() -> None:
    rng = np.random.default_rng(0)
    sigma = -np.sort(-rng.uniform(0.1, 1, size=(2, 5, 4)), axis=-1)
    for function in (gap_position, weighted_gap_position, gap_ratio, gap, g23):
        found = function(sigma)
        assert found.shape == (2, 5)
        for index in np.ndindex(2, 5):
            assert found[index] == function(sigma[index])
    assert gap_ratios(sigma).shape == (2, 5, 3)


def test_the_first_of_equal_gaps_is_taken() -> None:
    assert gap_position(np.array([8.0, 4.0, 2.0, 1.0])) == 1


def test_a_gap_to_an_unresolved_value_is_no_gap() -> None:
    sigma = np.array([4.0, 2.0, 1.9, 1e-9])
    resolved = np.array([True, True, True, False])
    assert gap_position(sigma) == 3
    assert gap_position(sigma, resolved) == 1
    assert gap_ratio(sigma, resolved) == 2.0
    assert np.isnan(gap_ratios(sigma, resolved)[2])


@pytest.mark.parametrize("resolved", [[True, False, False], [False, False, False], [True, False, True]])
def test_where_no_gap_is_resolved_there_is_none(resolved: list[bool]) -> None:
    sigma, mask = np.array([3.0, 2.0, 1.0]), np.array(resolved)
    assert gap_position(sigma, mask) == 0
    assert weighted_gap_position(sigma, mask) == 0
    assert np.isnan(gap_ratio(sigma, mask))
    assert np.isnan(gap(sigma, mask))
    assert np.isnan(g23(sigma, mask))


def test_the_spectrum_of_a_diverged_seed_has_no_gap_and_harms_no_other() -> None:
    inner = np.stack([np.full((3, 3), np.nan), np.diag([1.0, 4.0, 9.0])])
    sigma, resolved = singular_values(inner)
    assert np.isnan(sigma[0]).all()
    assert not resolved[0].any()
    np.testing.assert_array_equal(gap_position(sigma, resolved), [0, 2])  # 3, 2, 1
    np.testing.assert_array_equal(np.isnan(g23(sigma, resolved)), [True, False])


@given(X=matrices)
def test_resolved_singular_values_have_the_accuracy_that_they_claim(X: np.ndarray) -> None:
    sigma, resolved = singular_values(X @ X.T, length=X.shape[1])
    exact = np.linalg.svd(X, compute_uv=False)
    # SVD of X itself is good to a few ε·σ_1, far below the floor.
    assert np.all(abs(sigma - exact)[resolved] <= RELATIVE_ERROR * exact[resolved])


@given(X=matrices, seed=st.integers(0, 99))
def test_rotating_parameter_space_changes_no_singular_value(X: np.ndarray, seed: int) -> None:
    p = X.shape[1]
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(p, p)))
    turned = X @ rotation
    first, second = singular_values(X @ X.T, p), singular_values(turned @ turned.T, p)
    both = first.resolved & second.resolved
    assert np.all(abs(first.sigma - second.sigma)[both] <= 2 * RELATIVE_ERROR * first.sigma[both])


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_window_of_low_rank_has_only_that_many_resolved_values(rank: int) -> None:
    rng = np.random.default_rng(rank)
    X = rng.normal(size=(6, rank)) @ rng.normal(size=(rank, 50))
    sigma, resolved = singular_values(X @ X.T, length=50)
    assert resolved.tolist() == [True] * rank + [False] * (6 - rank)
    assert gap_position(sigma, resolved) < max(rank, 2)  # never the cliff down to the rounding


def test_noise_in_the_rows_raises_the_floor() -> None:
    inner = np.diag([1.0, 1e-4, 1e-8])  # σ = 1, 1e-2, 1e-4
    assert singular_values(inner).resolved.tolist() == [True, True, True]
    # A value is resolved when noise² < 2 · 0.01 · λ.
    assert singular_values(inner, noise=1e-3).resolved.tolist() == [True, True, False]
    limit = (2 * RELATIVE_ERROR * 1e-8) ** 0.5
    assert singular_values(inner, noise=limit * (1 - 1e-4)).resolved.tolist() == [True, True, True]
    assert singular_values(inner, noise=limit * (1 + 1e-4)).resolved.tolist() == [True, True, False]
    stack = singular_values(np.stack([inner, inner]), noise=np.array([0.0, 1e-1]))
    assert stack.resolved.tolist() == [[True, True, True], [True, False, False]]


@pytest.mark.parametrize(("momentum", "position", "ratio"), [(0.9, 1, 2.25)])
def test_white_noise_under_momentum_has_the_gap_that_was_measured(
    momentum: float, position: int, ratio: float
) -> None:
    lags = abs(np.subtract.outer(np.arange(10), np.arange(10)))
    sigma, resolved = singular_values(momentum**lags)  # expected Gram matrix, up to a factor
    assert gap_position(sigma, resolved) == position
    assert abs(gap_ratio(sigma, resolved) - ratio) <= 0.005  # it was given with two decimals


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: singular_values(np.ones(3)), r"inner has shape \(3,\); give Gram matrices"),
        (lambda: singular_values(np.ones((2, 3))), r"inner has shape \(2, 3\); give Gram matrices"),
        (lambda: singular_values(np.eye(2), length=0), "length=0; give p"),
        (lambda: gap_position(np.array([1.0])), "give at least 2 singular values"),
        (lambda: g23(np.array([2.0, 1.0])), "give at least 3 singular values"),
        (lambda: gap_position(np.array([1.0, 2.0])), "must be non-negative and descending"),
        (lambda: gap_position(np.array([1.0, -2.0])), "must be non-negative and descending"),
        (lambda: gap_position(np.array([2.0, 1.0]), np.array([True])), "they must be equal"),
    ],
)
def test_what_is_no_spectrum_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
