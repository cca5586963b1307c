"""Windows that end at another step in each seed, and directions drawn at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.description import Recording, Snapshots
from spectral_edge.simulate.landscape import modes_at, random_directions, turned
from spectral_edge.simulate.landscape.modes import right_vectors
from spectral_edge.simulate.spectrum import eigenvalue_error
from spectral_edge.simulate.spectrum.trajectory import windows_of
from spectral_edge.simulate.train import train

from .conftest import STEPS, WINDOW, describe

EPS = float(np.finfo(np.float64).eps)


def direction_error(modes):
    """How far each v_j may be off by rounding, as a length, ``(S, W)``.

    u_j is off by the Gram matrix's error over the distance to the nearest other eigenvalue (Davis and Kahan);
    v_j = Xᵀu_j/σ_j by σ_1/σ_j times that, and in length by the relative error of σ_j.
    """
    gram = modes.rows @ modes.rows.transpose(0, 2, 1)
    eigenvalues = modes.sigma**2
    distance = np.abs(eigenvalues[:, :, None] - eigenvalues[:, None]) + np.diag([np.inf] * modes.window)
    error = 2 * eigenvalue_error(gram, modes.rows.shape[2])[:, None]
    return error * (modes.sigma[:, :1] / modes.sigma / distance.min(axis=2) + 1 / eigenvalues)


def test_modes_are_those_of_a_singular_value_decomposition(run, modes):
    for place, step in enumerate(modes.steps):
        X = np.diff(run.snapshots[place, step - WINDOW : step + 1], axis=0)
        _, sigma, v = np.linalg.svd(X, full_matrices=False)
        v = v * np.sign(v @ X[-1])[:, None]
        off = direction_error(modes)[place]
        assert np.all(np.abs(modes.sigma[place] ** 2 - sigma**2) <= eigenvalue_error(X @ X.T, X.shape[1]))
        assert np.all(np.linalg.norm(modes.v[place] - v, axis=1) <= off)
    assert modes.resolved.all()


def test_directions_are_orthonormal_and_point_with_the_newest_row(modes):
    gram = modes.v @ modes.v.transpose(0, 2, 1)
    off = direction_error(modes)
    assert np.all(np.abs(gram - np.eye(WINDOW)) <= off[:, None] + off[:, :, None])
    assert np.all(np.einsum("smp,sp->sm", modes.v, modes.rows[:, -1]) > 0)


def test_strengths_are_those_of_the_series_of_windows(run, modes):
    series = windows_of(run, WINDOW, 1)
    for place, step in enumerate(modes.steps):
        X, theirs = modes.rows[place], series.sigma[place, list(series.steps).index(step)]
        # Two Gram matrices, each with its rounding.
        assert np.all(
            np.abs(modes.sigma[place] ** 2 - theirs**2) <= 2 * eigenvalue_error(X @ X.T, X.shape[1])
        )


def test_a_subset_of_seeds_has_the_windows_that_it_has_among_all(run, modes):
    part = modes_at(run, modes.steps[[2, 0]], WINDOW, 1, places=[2, 0])
    assert part.seeds == (7, 3)
    for name in ("theta", "start", "before", "rows", "sigma", "v"):
        np.testing.assert_array_equal(getattr(part, name), getattr(modes, name)[[2, 0]])


def test_a_window_that_was_not_kept_is_refused_with_its_steps(run):
    with pytest.raises(
        ValueError, match=r"needs the weights at steps \[-1\], but snapshots are at every 1 steps"
    ):
        modes_at(run, [3, STEPS, STEPS], WINDOW, 1)
    with pytest.raises(ValueError, match="give one step per seed"):
        modes_at(run, [STEPS], WINDOW, 1)
    bare = train(describe(snapshots=None, steps=1, evaluate_every=1))
    with pytest.raises(ValueError, match="snapshots are at none"):
        modes_at(bare, [1, 1, 1], 2, 1)


def test_a_direction_that_is_rounding_is_not_known():
    rows = np.zeros((1, 3, 5))
    rows[0, :, 0], rows[0, 0, 1] = (3.0, 2.0, 1.0), 1e-12
    sigma, resolved, v = right_vectors(rows)
    assert resolved.tolist() == [[True, False, False]]
    np.testing.assert_allclose(v[0, 0], [1, 0, 0, 0, 0], atol=1e-11)
    assert np.isnan(v[0, 1:]).all()
    assert np.isnan(right_vectors(np.full((1, 2, 3), np.nan))[2]).all()
    assert sigma[0, 0] == pytest.approx(14**0.5)


def test_rounding_of_coarse_weights_hides_the_weakest_directions(run):
    coarse = replace(run, snapshots=run.snapshots.astype(np.float32))
    still = coarse.snapshots.copy()
    still[:, 1:] = still[:, :1]
    hidden = modes_at(replace(run, snapshots=still), [STEPS] * 3, WINDOW, 1)
    assert not hidden.resolved.any()
    assert modes_at(coarse, [STEPS] * 3, WINDOW, 1).resolved[:, 0].all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**20), st.integers(1, 4))
def test_random_directions_are_orthonormal_and_turned_ones_span_the_same(draw, count):
    v = random_directions((4, 9), count, 7, draw)
    eye = np.broadcast_to(np.eye(count), (2, count, count))
    np.testing.assert_allclose(v @ v.transpose(0, 2, 1), eye, atol=20 * EPS)
    w = turned((4, 9), v, draw + 1)
    np.testing.assert_allclose(w @ w.transpose(0, 2, 1), eye, atol=20 * EPS)
    overlap = w @ v.transpose(0, 2, 1)
    np.testing.assert_allclose(overlap @ overlap.transpose(0, 2, 1), eye, atol=20 * EPS)


def test_turned_directions_leave_out_what_is_not_known(modes):
    v = modes.v.copy()
    v[1, 3] = np.nan
    found = turned(modes.seeds, v, 3)
    assert np.isnan(found).all(axis=2).tolist() == [[False] * 4, [False, False, False, True], [False] * 4]
    inside = found[1, :3] @ v[1, :3].T
    np.testing.assert_allclose(inside @ inside.T, np.eye(3), atol=1e-7)


def test_turned_directions_are_uniform():
    seeds = tuple(range(2000))
    first = turned(seeds, np.broadcast_to(np.eye(3), (2000, 3, 3)), 1)[:, 0]
    # A coordinate of a uniform unit vector in three dimensions is uniform from -1 to 1: mean 0, square 1/3.
    assert np.all(np.abs(first.mean(axis=0)) < 4 * (1 / 3 / 2000) ** 0.5)
    assert np.all(np.abs((first**2).mean(axis=0) - 1 / 3) < 4 * (4 / 45 / 2000) ** 0.5)


def test_more_directions_than_dimensions_are_refused():
    with pytest.raises(ValueError, match="4 orthogonal directions in 3 dimensions"):
        random_directions((0,), 4, 3, 0)


def test_rows_are_made_of_the_weights_whose_spectrum_is_recorded():
    whole, part = (
        modes_at(train(describe(recording=Recording(3, 1, weights=names))), [STEPS] * 3, 3, 1)
        for names in (("*",), ("readout",))
    )
    assert whole.chosen.all()
    assert np.flatnonzero(part.chosen).tolist() == list(range(30, 45))
    assert not part.v[:, :, :30].any()
    np.testing.assert_array_equal(part.rows[:, :, 30:], whole.rows[:, :, 30:])
    np.testing.assert_array_equal(part.theta, whole.theta)
    np.testing.assert_allclose(np.linalg.norm(part.v, axis=2), 1.0, rtol=1e-6)


def test_rows_over_several_steps_need_snapshots_at_those_steps():
    sparse = train(describe(snapshots=Snapshots(3)))
    found = modes_at(sparse, [12, 12, 9], 3, 3)
    assert found.rows.shape == (3, 3, 45)
    np.testing.assert_array_equal(found.before[2, 0], sparse.snapshots[2, 0])
    with pytest.raises(ValueError, match="every 3 steps from 0 to 12"):
        modes_at(sparse, [12, 12, 9], 2, 2)
