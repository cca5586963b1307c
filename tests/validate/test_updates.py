"""Windows of a run's updates from their inner products alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.description import Recording, RunDescription, Snapshots
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.spectrum.trajectory import windows_of
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.simulate.train import train
from spectral_edge.validate.updates import Updates, medians, recorded_updates, updates_at, updates_of

EPS = np.finfo(float).eps


def updates(rows, count=None):
    """Of raw rows ``(N, T, p)``; by default all count."""
    number, length, p = rows.shape
    counted = np.full(number, length if count is None else count)
    products = rows @ rows.transpose(0, 2, 1)
    return Updates(tuple(range(number)), products, np.full((number, length), 1e-9), counted, 10, p)


@given(st.integers(0, 2**16), st.integers(1, 4), st.integers(2, 5))
def test_coarser_updates_are_sums_of_updates(seed, factor, size):
    rows = np.random.default_rng(seed).normal(size=(2, 23, 7))
    whole = 23 // factor
    summed = rows[:, : whole * factor].reshape(2, whole, factor, 7).sum(axis=2)
    found, expected = updates(rows).coarser(factor), updates(summed)
    assert (found.stride, found.rows.tolist()) == (10 * factor, [whole] * 2)
    scale = np.abs(expected.products).max()
    np.testing.assert_allclose(found.products, expected.products, atol=7 * factor**2 * EPS * scale + 1e-13)
    assert found.rounding == pytest.approx(np.full((2, whole), 1e-9 * np.sqrt(factor)))
    np.testing.assert_allclose(
        found.windows(size).inner, expected.windows(size).inner, atol=7 * factor**2 * EPS * scale + 1e-13
    )


@given(st.integers(0, 2**16), st.integers(2, 6))
def test_windows_have_the_singular_values_of_their_rows_without_the_first(seed, size):
    rows = np.random.default_rng(seed).normal(size=(1, 9, 40))
    sigma, resolved = updates(rows).windows(size).spectra()
    assert resolved.all()
    for start in range(9 - size + 1):
        exact = np.linalg.svd(rows[0, start + 1 : start + size], compute_uv=False)
        np.testing.assert_allclose(sigma[0, start], exact, rtol=40 * size * EPS * (exact[0] / exact[-1]) ** 2)


def test_windows_that_end_after_the_last_row_that_counts_do_not_count():
    rows = np.random.default_rng(0).normal(size=(3, 6, 5))
    some = updates(rows).until(np.array([25.0, 60.0, np.nan]))
    assert some.rows.tolist() == [2, 6, 0]
    assert some.windows(2).counted.astype(int).tolist() == [[1, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]]
    assert some.known().tolist() == [0, 1]
    some.products[0, 4, 4] = np.nan  # diverged after it counted
    assert some.known().tolist() == [0, 1]
    some.products[0, 1, 1] = np.nan
    assert some.known().tolist() == [1]


def test_trajectories_are_chosen_by_their_units():
    rows = np.random.default_rng(0).normal(size=(3, 4, 5))
    found = updates(rows).only([2, 0])
    assert found.units == (2, 0)
    np.testing.assert_array_equal(found.products[0], updates(rows).products[2])
    with pytest.raises(ValueError, match="not in tuple"):
        updates(rows).only([7])


def test_medians_are_over_windows_that_count_and_are_known():
    values = np.array([[[1.0, 9.0], [3.0, np.nan], [100.0, 1.0]], [[np.nan, 1.0]] * 3])
    counted = np.array([[True, True, False], [True, False, False]])
    np.testing.assert_array_equal(medians(values, counted), [[2.0, 9.0], [np.nan, 1.0]])
    assert np.isnan(medians(values[..., 0], np.zeros((2, 3), bool))).all()


@pytest.fixture(scope="module")
def trained():
    return train(
        RunDescription(
            task=ModularAddition(modulus=5, train_share=0.6),
            network=QuadraticTwoLayer(width=6),
            optimizer=AdamW(),
            steps=60,
            seeds=(4, 1),
            recording=Recording(3, 5),
            evaluate_every=5,
            snapshots=Snapshots(5),
        )
    )


def test_the_windows_of_a_trained_run_are_those_of_its_record_and_of_its_snapshots(trained):
    kept, recorded = updates_of(trained), recorded_updates(trained)
    assert kept.units == (4, 1) and kept.stride == recorded.stride == 5
    for found in (kept, recorded):
        windows = found.windows(4)
        np.testing.assert_allclose(windows.inner, trained.inner, rtol=1e-12)
        sigma, resolved = windows.spectra()
        np.testing.assert_allclose(sigma, trained.sigma, rtol=1e-9)
        np.testing.assert_array_equal(resolved, trained.resolved)
        np.testing.assert_allclose(
            windows.rounding, trained.weight_rounding, rtol=1e-5
        )  # norms are of float32
    coarse = windows_of(trained, 2, 10)
    np.testing.assert_allclose(updates_at(trained, 10).windows(3).inner, coarse.inner, rtol=1e-5)
    assert np.isnan(recorded.products[0, 0, 4]) and np.isfinite(kept.products).all()


def test_a_stride_between_snapshots_and_a_run_that_kept_nothing_are_refused(trained):
    with pytest.raises(ValueError, match="stride=7, but snapshots lie 5 steps apart"):
        updates_at(trained, 7)
    from dataclasses import replace

    bare = train(replace(trained.description, snapshots=None, recording=None, steps=5))
    with pytest.raises(ValueError, match="kept weights at 0 steps"):
        updates_of(bare)
    with pytest.raises(ValueError, match="no record"):
        recorded_updates(bare)
