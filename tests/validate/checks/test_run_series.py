"""Windows at other widths and strides, and null models made from one run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.description import Recording, RunDescription, Snapshots
from spectral_edge.simulate.train import train
from spectral_edge.validate.checks import run_series
from spectral_edge.validate.checks.run_series import (
    in_turn,
    of_snapshots,
    other_windows,
    recorded,
    step_norms_of,
    surrogates,
    walk,
)

EPS = np.finfo(float).eps


@pytest.fixture(scope="module")
def runs():
    """A short run with snapshots, and the same one recorded at every step with wide windows."""
    from tests.validate.checks.conftest import DESCRIPTION

    small: RunDescription = replace(
        DESCRIPTION,
        steps=60,
        seeds=(7, 3),
        recording=Recording(4, 5),
        snapshots=Snapshots(5),
        dtype="float64",
    )
    fine = replace(small, recording=Recording(10, 1), snapshots=None)
    return {"decay": train(small), "every-step": train(fine)}


def test_the_norms_are_those_of_the_rows_in_the_windows(runs):
    run = runs["decay"]
    steps = np.linalg.norm(np.diff(run.snapshots, axis=1), axis=2)  # (S, 12)
    # The row before the first window belongs to none.
    np.testing.assert_allclose(step_norms_of(run.inner), steps[:, 1:], rtol=1000 * EPS)


def test_snapshots_give_the_recorded_windows_back(runs):
    run = runs["decay"]
    found = of_snapshots(run, 4, 5)
    np.testing.assert_array_equal(found.steps, run.record_steps)
    # Sums of products of as many weights, whose squares are the eigenvalues.
    bound = np.sqrt(found.length * EPS) * run.sigma.max()
    np.testing.assert_allclose(found.sigma, run.sigma, rtol=0, atol=bound)


def test_widths_and_strides_are_those_that_fit(runs, in_context):
    def tried(*arms):
        context = in_context({arm: runs[arm] for arm in arms})
        return {(width, stride): w for width, stride, w in other_windows(context, "decay")}

    # Twelve rows of five steps, no tried stride but 10 among their multiples: six rows, too few for eight windows.
    assert tried("decay") == {}
    assert set(tried("decay", "every-step")) == {(3, 1), (5, 1), (10, 1)}


def test_narrow_windows_are_cut_from_wide_ones(runs):
    run = runs["every-step"]
    cut = run_series._cut(run, 3)
    assert cut.sigma.shape == (2, len(run.record_steps), 3)
    np.testing.assert_array_equal(cut.inner, run.inner[..., -4:, -4:])
    expected = np.sqrt(np.linalg.eigvalsh(run.inner[..., -3:, -3:])[..., ::-1].clip(0))
    np.testing.assert_allclose(cut.sigma[cut.resolved], expected[cut.resolved], rtol=1e-6)


def test_a_walk_keeps_every_step_s_norm_and_nothing_of_its_direction(runs):
    windows = recorded(runs["decay"])
    made = walk(windows, 1)
    # The trace of a window's Gram matrix is the sum of its squared norms.
    norms = step_norms_of(windows.inner)
    expected = np.lib.stride_tricks.sliding_window_view(norms**2, 4, axis=1).sum(axis=-1)
    np.testing.assert_allclose((made.sigma**2).sum(axis=-1), expected, rtol=1000 * EPS)
    assert not np.allclose(made.sigma, windows.sigma, rtol=0.01)
    np.testing.assert_array_equal(made.sigma, walk(replace(windows), 1).sigma)
    assert not np.array_equal(made.sigma, walk(windows, 2).sigma)


def test_a_diverged_seed_has_no_walk(runs):
    windows = recorded(runs["decay"])
    inner = windows.inner.copy()
    inner[1, 3:] = np.nan
    made = walk(replace(windows, inner=inner), 1)
    assert np.isnan(made.sigma[1]).all()
    assert not made.resolved[1].any()
    assert made.resolved[0].all()


def test_replicates_imitate_one_seed_after_the_other(in_context):
    context = in_context()
    assert in_turn(context, 5).tolist() == [i % 5 for i in range(24)]
    series = np.arange(5.0)[:, None] + np.zeros((5, 9))
    np.testing.assert_allclose(surrogates(context, series)[:, 0], in_turn(context, 5), atol=100 * EPS)
