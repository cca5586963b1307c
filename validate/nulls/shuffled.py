"""The run's own updates in another order: the same vectors, and no history."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .windows import NullSpectra, spectra_of_windows

Array = npt.NDArray[np.float64]


def shuffled_updates(inner: Array, window: int, length: int, replicates: int, seed: int) -> NullSpectra:
    """Windows of a run's updates, their order drawn at random for each replicate.

    The order within one window changes no singular value; what is lost is which updates share a window.

    Args:
        inner: inner products ``(T, T)`` of all recorded updates of one seed.
        window: W.
        length: p, the number of weights.
        replicates: how many orders.
        seed: replicate i draws from ``default_rng([seed, i])``.

    Raises:
        ValueError: ``inner`` is no square array of finite numbers, or has fewer than W rows.
    """
    if inner.ndim != 2 or inner.shape[0] != inner.shape[1] or not np.isfinite(inner).all():
        raise ValueError(f"inner has shape {inner.shape}; give all inner products (T, T), all finite")
    orders = np.stack([np.random.default_rng([seed, i]).permutation(len(inner)) for i in range(replicates)])
    sigma, resolved = spectra_of_windows(inner[orders[:, :, None], orders[:, None, :]], window, length)
    about = "the run's own updates in random order"
    return NullSpectra("shuffled updates", about, sigma, resolved, length)
