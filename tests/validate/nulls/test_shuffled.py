"""Shuffling keeps the updates and forgets when they came."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.validate.nulls import shuffled_updates, spectra_of_windows

ROWS = np.random.default_rng(0).standard_normal((12, 60)) * np.geomspace(10, 1, 12)[:, None]
EPS = np.finfo(float).eps


def test_windows_are_those_of_the_shuffled_rows():
    found = shuffled_updates(ROWS @ ROWS.T, 4, 60, replicates=3, seed=5)
    for replicate in range(3):
        order = np.random.default_rng([5, replicate]).permutation(12)
        for start in range(9):
            exact = np.linalg.svd(ROWS[order][start : start + 4], compute_uv=False)
            slack = 60 * EPS * exact[0] ** 2 / exact[-1]
            assert np.abs(found.sigma[replicate, start] - exact).max() <= slack


def test_what_comes_early_in_the_run_comes_anywhere_when_shuffled():
    ordered, _ = spectra_of_windows((ROWS @ ROWS.T)[None], 4, 60)
    assert np.argmax(ordered[0, :, 0]) == 0
    shuffled = shuffled_updates(ROWS @ ROWS.T, 4, 60, replicates=60, seed=1)
    assert len(set(np.argmax(shuffled.sigma[..., 0], axis=1))) > 4


def test_a_window_that_holds_everything_does_not_know_the_order():
    found = shuffled_updates(ROWS @ ROWS.T, 12, 60, replicates=4, seed=2)
    assert np.allclose(found.sigma, found.sigma[:1], rtol=1e-9)


@pytest.mark.parametrize("wrong", [np.ones((2, 3)), np.full((3, 3), np.nan), np.ones(3)])
def test_what_is_no_gram_matrix_is_refused(wrong):
    with pytest.raises(ValueError, match=r"give all inner products \(T, T\), all finite"):
        shuffled_updates(wrong, 2, 10, 1, 0)
