"""A random walk with a run's own step norms: every update as long as the run's, in a direction of its own.

This is also what a run becomes when each of its updates is rotated at random by itself: a rotation that is
drawn anew for every update leaves nothing of it but its length. (One rotation for all of them changes no
inner product, and so nothing that is looked at here.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from .windows import NullSpectra, spectra_of_windows

Array = npt.NDArray[np.float64]


def step_norms(run: Run) -> Array:
    """``‖δ_t‖`` of every recorded update, oldest first, ``(S, R + W)``; NaN from where a seed diverged.

    Raises:
        ValueError: the run has no record.
    """
    if run.inner.shape[1] == 0:
        raise ValueError("the run has no record, so that its updates have no known norms")
    squared = np.diagonal(run.inner, axis1=2, axis2=3)  # (S, R, W + 1), oldest row first
    norms: Array = np.sqrt(np.concatenate([squared[:, 0], squared[:, 1:, -1]], axis=1))
    return norms


def walk_products(norms: Array, length: int, seed: int) -> Array:
    """Inner products ``(N, T, T)`` of updates with these norms and independent, uniform directions.

    Args:
        norms: ``(N, T)``, one row per replicate; see :func:`step_norms`.
        length: p, the number of weights.
        seed: of the directions; replicate i draws from ``default_rng([seed, i])``.

    Raises:
        ValueError: a norm is negative or not finite.
    """
    if norms.ndim != 2 or not np.isfinite(norms).all() or (norms < 0).any():
        raise ValueError("norms have to be finite and not negative, one row per replicate")
    replicates, rows = norms.shape
    inner = np.empty((replicates, rows, rows))
    for replicate in range(replicates):  # one at a time: T × p numbers each
        draw = np.random.default_rng([seed, replicate])
        directions = draw.standard_normal((rows, length), dtype=np.float32).astype(np.float64)
        cosines = directions @ directions.T
        size = np.sqrt(np.diagonal(cosines))
        inner[replicate] = cosines * np.outer(norms[replicate] / size, norms[replicate] / size)
    return inner


def random_walk(norms: Array, window: int, length: int, seed: int) -> NullSpectra:
    """The spectra of all windows of W such updates; see :func:`walk_products`.

    Raises:
        ValueError: a norm is negative or not finite, or there are fewer than W of them.
    """
    sigma, resolved = spectra_of_windows(walk_products(norms, length, seed), window, length)
    about = "updates with the run's own norms, each in a direction of its own"
    return NullSpectra("random walk", about, sigma, resolved, length)
