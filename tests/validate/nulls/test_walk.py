"""The random walk: the run's norms to the last digit, and nothing else of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.description import Recording, RunDescription
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.simulate.train import train
from spectral_edge.validate.nulls import random_walk, step_norms

EPS = np.finfo(float).eps

norms = st.lists(st.floats(0.01, 100.0), min_size=6, max_size=10)


@given(norms, st.floats(0.1, 10.0))
def test_each_window_has_the_trace_of_its_norms_and_scales_with_them(sizes, scale):
    given_norms = np.array([sizes])
    walk = random_walk(given_norms, 4, 50, seed=1)
    traces = np.convolve(given_norms[0] ** 2, np.ones(4), "valid")
    assert np.allclose((walk.sigma[0] ** 2).sum(axis=1), traces, rtol=50 * EPS * 4, atol=0)
    scaled = random_walk(scale * given_norms, 4, 50, seed=1)
    # Singular values from a Gram matrix: absolute error of the squares is a multiple of ε times the largest.
    assert np.abs(scaled.sigma**2 - (scale * walk.sigma) ** 2).max() <= 100 * EPS * (scaled.sigma**2).max()


def test_one_large_update_makes_a_gap_for_as_long_as_it_is_in_the_window():
    sizes = np.ones((1, 12))
    sizes[0, 5] = 30.0
    sigma = random_walk(sizes, 4, 10_000, seed=2).sigma[0]
    gap = sigma[:, 0] / sigma[:, 1]
    inside = np.array([start <= 5 < start + 4 for start in range(9)])
    assert (gap[inside] > 20).all() and (gap[~inside] < 1.2).all()


def test_directions_are_independent_and_their_own():
    sizes = np.ones((3, 40))
    walk = random_walk(sizes, 4, 2000, seed=3)
    assert not np.allclose(walk.sigma[0], walk.sigma[1])
    assert np.array_equal(walk.sigma, random_walk(sizes, 4, 2000, seed=3).sigma)
    # E λ_1 of four unit rows in R^p is 1 + O(√(W/p)); a common direction would make it 4.
    assert (walk.sigma[..., 0] ** 2).mean() < 1 + 4 * np.sqrt(4 / 2000)


def test_the_norms_of_a_run_are_those_of_its_kept_rows():
    run = train(
        RunDescription(
            task=ModularAddition(modulus=5, train_share=0.6),
            network=QuadraticTwoLayer(width=8),
            optimizer=AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=0.5),
            steps=60,
            seeds=(0, 1),
            recording=Recording(window=4, stride=3, keep_rows_at=(15, 30)),
            evaluate_every=30,
        )
    )
    found = step_norms(run)
    assert found.shape == (2, len(run.record_steps) + 4)
    for step, rows in run.kept_rows.items():
        last = int(np.flatnonzero(run.record_steps == step)[0]) + 4
        exact = np.linalg.norm(rows.astype(np.float64), axis=2)
        length = rows.shape[2]
        assert np.allclose(found[:, last - 4 : last + 1], exact, rtol=length * EPS)


@pytest.mark.parametrize("wrong", [np.array([[1.0, -1.0]]), np.array([[1.0, np.nan]]), np.array([1.0, 2.0])])
def test_norms_that_are_none_are_refused(wrong):
    with pytest.raises(ValueError, match="finite and not negative, one row per replicate"):
        random_walk(wrong, 2, 10, seed=0)
