"""White noise: every entry of every update independent and normal."""

from __future__ import annotations

import numpy as np

from .windows import NullSpectra, spectra_of_windows


def white_noise(window: int, length: int, records: int, replicates: int, seed: int) -> NullSpectra:
    """Windows of white-noise updates, of the same shape (W × p) as a run's.

    The variance is 1; every number that is judged here is a ratio and does not depend on it.
    """
    rows = records + window - 1
    inner = np.empty((replicates, rows, rows))
    for replicate in range(replicates):  # one at a time: T × p numbers each
        draw = np.random.default_rng([seed, replicate])
        updates = draw.standard_normal((rows, length), dtype=np.float32).astype(np.float64)
        inner[replicate] = updates @ updates.T
    sigma, resolved = spectra_of_windows(inner, window, length)
    return NullSpectra("white noise", "independent normal updates of the same shape", sigma, resolved, length)
