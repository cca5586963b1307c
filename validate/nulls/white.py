"""White noise: every entry of every update independent and normal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .windows import NullSpectra, spectra_of_windows

Array = npt.NDArray[np.float64]

NAME = "white noise"
ABOUT = "independent normal updates of the same shape"


def white_noise(window: int, length: int, records: int, replicates: int, seed: int) -> NullSpectra:
    """Windows of white-noise updates, of the same shape (W × p) as a run's.

    The variance is 1; every number that is judged here is a ratio and does not depend on it.
    """
    inner = white_products(length, records + window - 1, replicates, seed)
    sigma, resolved = spectra_of_windows(inner, window, length)
    return NullSpectra(NAME, ABOUT, sigma, resolved, length)


def white_products(length: int, rows: int, replicates: int, seed: int) -> Array:
    """All inner products ``(N, rows, rows)``; replicate i draws from ``default_rng([seed, i])``."""
    inner = np.empty((replicates, rows, rows))
    for replicate in range(replicates):  # one at a time: T × p numbers each
        draw = np.random.default_rng([seed, replicate])
        updates = draw.standard_normal((rows, length), dtype=np.float32).astype(np.float64)
        inner[replicate] = updates @ updates.T
    return inner
