"""What is read off inner products equals what explicit windows in parameter space give, and obeys its symmetries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.spectrum import adiabatic, adiabatic_rate, rotation, shift, shift_floor, windows

EPS = float(np.finfo(np.float64).eps)


def walk(seed: int, count: int, p: int) -> np.ndarray:
    """Rows that resemble updates: a steady part, modes that fade at their own rates, noise."""
    rng = np.random.default_rng(seed)
    modes = np.linalg.qr(rng.normal(size=(p, 3)))[0]
    times = np.arange(count)[:, None]
    return (np.array([3.0, 1.0, 0.3]) * np.exp(-times * [0.02, 0.1, 0.4])) @ modes.T + 0.05 * rng.normal(
        size=(count, p)
    )


def lagged(rows: np.ndarray, lags: int) -> np.ndarray:
    """``(T, L)``: each row with those before it."""
    products = np.full((len(rows), lags), np.nan)
    for t, row in enumerate(rows):
        for lag in range(min(lags, t + 1)):
            products[t, lag] = row @ rows[t - lag]
    return products


cases = {"seed": st.integers(0, 2**16), "W": st.integers(2, 6), "p": st.integers(8, 30)}


@given(**cases)
def test_the_products_of_each_row_with_those_before_it_hold_all_gram_matrices(
    seed: int, W: int, p: int
) -> None:
    rows = walk(seed, 12, p)
    ends = np.array([W - 1, 8, 11])
    found = windows(lagged(rows, 8), ends, W)
    for inner, end in zip(found, ends, strict=True):
        X = rows[end - W + 1 : end + 1]
        np.testing.assert_allclose(inner, X @ X.T, rtol=0, atol=p * EPS * np.max(np.sum(X**2, axis=1)))


def test_rows_before_the_first_are_unknown() -> None:
    inner = windows(np.ones((3, 4)), np.array([1]), 4)[0]
    known = np.isfinite(inner)
    assert known.tolist() == [
        [False] * 4,
        [False] * 4,
        [False, False, True, True],
        [False, False, True, True],
    ]


def test_a_window_beyond_the_lags_is_refused() -> None:
    with pytest.raises(ValueError, match="size=5 rows need as many lags; products has 4"):
        windows(np.ones((9, 4)), np.array([8]), 5)


@given(**cases)
def test_the_four_sizes_of_a_shift_are_those_of_explicit_matrices(seed: int, W: int, p: int) -> None:
    rows = walk(seed, W + 1, p)
    found = shift(rows @ rows.T)
    old, new = rows[:-1], rows[1:]
    ring = np.concatenate([rows[-1:], rows[1:-1]])
    squared = np.sum(rows**2)
    bound = 8 * p * EPS * squared
    assert float(found.G) == pytest.approx(np.linalg.norm(new @ new.T - old @ old.T), abs=bound)
    assert found.G_ring == pytest.approx(np.linalg.norm(ring @ ring.T - old @ old.T), abs=bound)
    spectra = [np.sort(np.linalg.svd(X, compute_uv=False) ** 2) for X in (old, new)]
    assert found.eigenvalues == pytest.approx(np.linalg.norm(spectra[1] - spectra[0]), abs=bound)
    # The closed form takes the root of a difference, so that its error is the root of an error.
    exact = np.linalg.norm(new.T @ new - old.T @ old)
    assert abs(found.S**2 - exact**2) <= 16 * p * EPS * squared**2


@given(**cases)
def test_the_eigenvalue_proxy_is_never_above_the_other_sizes(seed: int, W: int, p: int) -> None:
    rows = walk(seed, W + 1, p)
    found = shift(rows @ rows.T)
    slack = 1 + 1e3 * p * EPS
    assert found.eigenvalues <= min(found.S, found.G, found.G_ring) * slack  # Hoffman and Wielandt


def test_a_window_that_does_not_move_is_below_its_floor() -> None:
    row = np.random.default_rng(0).normal(size=(1, 50))
    still = np.repeat(row, 4, axis=0)
    inner = still @ still.T
    assert float(shift(inner).S) <= float(shift_floor(inner, 50))
    moved = still + 1e-3 * np.random.default_rng(1).normal(size=still.shape)
    assert float(shift(moved @ moved.T).S) > float(shift_floor(moved @ moved.T, 50))


@given(**cases, angle=st.floats(0.01, 1.5))
def test_the_angle_of_each_direction_is_that_between_singular_vectors(
    seed: int, W: int, p: int, angle: float
) -> None:
    rows = walk(seed, W + 1, p)
    _, _, before = np.linalg.svd(rows[:-1], full_matrices=False)
    _, _, after = np.linalg.svd(rows[1:], full_matrices=False)
    error = (p + W) * EPS * np.sum(rows**2)
    found = rotation(rows @ rows.T, np.array(error))
    expected = np.arccos(np.minimum(np.abs(np.sum(before * after, axis=1)), 1.0))
    known = np.isfinite(found.angle)
    assert known[0] == bool(found.floor[0] < 0.5)
    # An error x of the cosine shows as (2x)^½ in an angle near zero; both computations have one.
    np.testing.assert_array_less(np.abs(found.angle - expected)[known], 2 * found.floor[known] + 1e-7)


@given(**cases, size=st.integers(1, 6))
def test_windows_any_rows_apart_turn_by_the_angle_between_their_singular_vectors(
    seed: int, W: int, p: int, size: int
) -> None:
    rows = walk(seed, W + 1, p)
    size = min(size, W + 1)
    _, _, before = np.linalg.svd(rows[:size], full_matrices=False)
    _, _, after = np.linalg.svd(rows[-size:], full_matrices=False)
    error = (p + W) * EPS * np.sum(rows**2)
    found = rotation(rows @ rows.T, np.array(error), size)
    expected = np.arccos(np.minimum(np.abs(np.sum(before * after, axis=1)), 1.0))
    known = np.isfinite(found.angle)
    np.testing.assert_array_less(np.abs(found.angle - expected)[known], 2 * found.floor[known] + 1e-7)


def test_windows_of_no_row_or_of_too_many_are_refused() -> None:
    for size in (0, 4):
        with pytest.raises(ValueError, match=f"size={size}: windows of 3 rows"):
            rotation(np.eye(3), np.array(0.0), size)


@pytest.mark.parametrize("angle", [1.2, 0.1, 1e-3])
def test_a_rotation_by_a_known_angle_is_found(angle: float) -> None:
    # The window before leads along e, the one after along e turned towards f; the row that stays is across both.
    e, f, across = np.eye(3)
    rows = np.array([2 * e, 1e-3 * across, 2 * (np.cos(angle) * e + np.sin(angle) * f)])
    found = rotation(rows @ rows.T, np.array(1e-15))
    assert found.angle[0] == pytest.approx(
        angle, abs=1e-15 / angle
    )  # cos x is off by ε where x is off by ε/x
    assert np.isnan(rotation(rows @ rows.T, np.array(4.0)).angle).all()


@given(**cases, scale=st.floats(1e-6, 1e6))
def test_scaling_of_updates_scales_sizes_and_leaves_angles_and_pure_numbers(
    seed: int, W: int, p: int, scale: float
) -> None:
    rows = walk(seed, W + 1, p)
    inner = rows @ rows.T
    error = np.array((p + W) * EPS * np.trace(inner))
    plain, scaled = shift(inner), shift(inner * scale**2)
    for one, other in zip(plain, scaled, strict=True):
        assert other == pytest.approx(one * scale**2, rel=1e-9)
    np.testing.assert_allclose(
        rotation(inner * scale**2, error * scale**2).angle, rotation(inner, error).angle, atol=1e-5
    )
    sigma = np.linalg.svd(rows[1:], compute_uv=False)
    gap, squares = np.array(sigma[0] - sigma[1]), np.array(sigma[0] ** 2 - sigma[1] ** 2)
    one = adiabatic(plain, gap, squares, np.array(0.1))
    other = adiabatic(scaled, gap * scale, squares * scale**2, np.array(0.1))
    assert other.geo == pytest.approx(one.geo, rel=1e-9)
    assert other.geo_sigma == pytest.approx(one.geo_sigma, rel=1e-9)
    # ‖ΔG‖/(η g²) keeps its number too as long as η does, but η = 0.1 then stands for another learning rate.
    assert adiabatic(plain, gap, squares, np.array(0.2)).abs == pytest.approx(one.abs / 2, rel=1e-12)
    assert other.abs_eigen == pytest.approx(one.abs_eigen / scale**2, rel=1e-9)


@given(**cases)
def test_the_variants_are_ordered_as_the_theory_says(seed: int, W: int, p: int) -> None:
    rows = walk(seed, W + 1, p)
    sigma = np.linalg.svd(rows[1:], compute_uv=False)
    found = adiabatic(
        shift(rows @ rows.T),
        np.array(sigma[0] - sigma[1]),
        np.array(sigma[0] ** 2 - sigma[1] ** 2),
        np.array(0.5),
    )
    slack = 1 + 1e-9
    assert found.geo <= found.geo_sigma * slack  # S5.geo-ratio
    assert found.abs_eigenvalues <= min(found.abs, found.abs_ring, found.abs_space) * slack
    assert found.abs_space == pytest.approx(found.geo_sigma / 0.5, rel=1e-12)


@pytest.mark.parametrize("angle", [0.05, 0.3])
def test_a_window_that_only_turns_has_the_geometric_parameter_that_theory_gives(angle: float) -> None:
    # Eigenvalues 2 and 1 before and after; the change has the eigenvalues ±μ, whose vectors give new and old row.
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    before = np.diag([2.0, 1.0])
    (down, up), vectors = np.linalg.eigh(turn @ before @ turn.T - before)
    old, new = np.sqrt(-down) * vectors[:, 0], np.sqrt(up) * vectors[:, 1]
    stay = np.linalg.cholesky(before - np.outer(old, old)).T
    rows = np.array([old, *stay, new])
    found = adiabatic(shift(rows @ rows.T), np.array(np.sqrt(2) - 1), np.array(1.0), np.array(1.0))
    assert float(found.geo) == pytest.approx(np.sqrt(2) * np.sin(angle), rel=1e-12)  # S5.geo-turn


def test_the_rate_variant_refuses_a_zero_denominator() -> None:
    assert adiabatic_rate(2.0, 4.0, 10.0, 0.5, -0.2) == pytest.approx(2 / (10 * 0.5 * 0.2 * 4), rel=1e-15)
    with pytest.raises(ValueError, match=r"curvature_gap=0\.0"):
        adiabatic_rate(1.0, 1.0, 1.0, 1.0, 0.0)


def test_no_number_is_made_from_a_window_that_is_not_finite() -> None:
    inner = np.full((4, 4), np.nan)
    assert all(np.isnan(one) for one in shift(inner))
    assert np.isnan(rotation(inner, np.array(0.0)).angle).all()


@pytest.mark.parametrize("shape", [(3,), (3, 4), (1, 1)])
def test_a_shift_needs_square_matrices_of_two_rows(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="give inner products"):
        shift(np.ones(shape))
