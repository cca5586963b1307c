"""The null models have the laws that they are named after."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spectral_edge.simulate.description import Recording, RunDescription
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.validate.nulls import (
    optimizer_noise,
    smooth,
    smooth_trajectory,
    spectra_of_windows,
    white_noise,
)

EPS = np.finfo(float).eps


def description(**changes) -> RunDescription:
    settings = {
        "task": ModularAddition(modulus=5, train_share=0.6),
        "network": QuadraticTwoLayer(width=8),
        "optimizer": AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=0.5),
        "steps": 100,
        "seeds": (0,),
        "recording": Recording(window=4, stride=3),
        "evaluate_every": 50,
    }
    return RunDescription(**(settings | changes))


def test_windows_cut_from_all_inner_products_have_the_spectra_of_the_stacked_rows():
    rows = np.random.default_rng(0).standard_normal((2, 9, 50))
    sigma, resolved = spectra_of_windows(rows @ rows.transpose(0, 2, 1), 4, 50)
    assert sigma.shape == (2, 6, 4)
    assert resolved.all()
    for replicate in range(2):
        for start in range(6):
            exact = np.linalg.svd(rows[replicate, start : start + 4], compute_uv=False)
            # Squaring loses half the digits of the smallest one: |Δσ| ≤ ε p σ₁²/σ_W.
            assert np.abs(sigma[replicate, start] - exact).max() <= 50 * EPS * exact[0] ** 2 / exact[-1]


def test_a_window_longer_than_the_series_is_refused():
    with pytest.raises(ValueError, match="3 updates do not fill a window of 4"):
        spectra_of_windows(np.eye(3), 4, 10)


def test_white_noise_fills_the_marchenko_pastur_band_and_nothing_else():
    window, length = 10, 20_000
    sigma = white_noise(window, length, records=20, replicates=8, seed=1).sigma
    # Davidson and Szarek: an extreme singular value leaves √p ± √W by u with probability e^{−u²/2};
    # u = 6 over 2·160 windows leaves a chance of 5e-6.
    assert sigma.max() < np.sqrt(length) + np.sqrt(window) + 6
    assert sigma.min() > np.sqrt(length) - np.sqrt(window) - 6
    squares = (sigma**2).mean()
    assert abs(squares / length - 1) < 6 * np.sqrt(2 / (window * length * 8))


def test_replicates_of_noise_differ_and_a_seed_repeats_them():
    one, again, other = (white_noise(4, 30, 5, 3, seed).sigma for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.allclose(one, other)
    assert not np.allclose(one[0], one[1])


def test_optimizer_noise_is_what_adam_makes_of_white_gradients():
    """The twin writes AdamW out (Loshchilov and Hutter, algorithm 2), in float64, for one replicate."""
    about = description()
    found = optimizer_noise(about, records=5, replicates=2, seed=3)
    draw = torch.Generator().manual_seed(3)
    length = about.network.length(about.task)
    theta = np.stack([about.network.initial(about.task, r) for r in range(2)])
    first, second = np.zeros_like(theta), np.zeros_like(theta)
    rows, before, step = [], theta.copy(), 0
    for _ in range(8):
        for _ in range(3):
            step += 1
            gradient = torch.empty(2, length).normal_(generator=draw).numpy().astype(float)
            theta *= 1 - 1e-2 * 0.5
            first = 0.9 * first + 0.1 * gradient
            second = 0.98 * second + 0.02 * gradient**2
            theta -= 1e-2 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.98**step)) + 1e-8)
        rows.append(theta - before)
        before = theta.copy()
    stacked = np.stack(rows, axis=1)
    exact, _ = spectra_of_windows(stacked @ stacked.transpose(0, 2, 1), 4, length)
    # The weights are float32: each of three steps rounds every weight by ε₃₂|θ|, a row by √(3p) of that.
    bound = 8 * np.finfo(np.float32).eps * np.sqrt(3 * length) * np.abs(theta).max()
    assert np.abs(found.sigma - exact).max() < bound


def test_optimizer_noise_without_memory_is_nearly_white():
    """With both betas zero every update is −lr·sign(noise) (and decay 0): a matrix of random signs."""
    plain = AdamW(learning_rate=1e-2, betas=(0.0, 0.0), epsilon=1e-8, weight_decay=0.0)
    found = optimizer_noise(description(optimizer=plain, recording=Recording(4, 1)), 5, 4, 1)
    ratio = found.sigma / (1e-2 * np.sqrt(found.length))
    band = np.sqrt(4 / found.length) + 6 / np.sqrt(found.length)
    assert np.abs(ratio - 1).max() < band


def test_optimizer_noise_with_memory_has_a_gap_that_white_noise_lacks():
    """The artefact that this null is there to show: β₁ = 0.9 at stride 1 alone makes a leading mode."""
    heavy = AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=0.0)
    network = QuadraticTwoLayer(width=200)
    made = optimizer_noise(
        description(optimizer=heavy, network=network, recording=Recording(10, 1)), 30, 4, 1
    )
    ratio = made.sigma[..., 0] / made.sigma[..., 1]
    white = white_noise(10, made.length, 30, 4, 1).sigma
    assert ratio.mean() > 1.5 > (white[..., 0] / white[..., 1]).max()


def test_a_run_without_recording_cannot_be_imitated():
    with pytest.raises(ValueError, match="needs a recording"):
        optimizer_noise(description(recording=None), 5, 2, 0)


def test_the_smooth_trajectory_has_no_event_in_it():
    """All its inner products are positive sums of exponentials, so every singular value only falls."""
    found = smooth_trajectory(window=4, records=30, replicates=3, seed=5)
    assert np.all(np.diff(found.sigma[..., 0], axis=1) < 0)
    total = (found.sigma**2).sum(axis=2)
    assert np.all(np.diff(total, axis=1) < 0)
    # The logarithm of the total is convex, as that of every mixture of decays: no bend, no plateau.
    assert np.all(np.diff(np.log(total), n=2, axis=1) > 0)
    assert found.length == smooth.MODES
