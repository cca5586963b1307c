"""The run's own updates in another order: the same vectors, and no history."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .windows import NullSpectra, spectra_of_windows

Array = npt.NDArray[np.float64]

NAME = "shuffled updates"
ABOUT = "the run's own updates in random order"


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
    products = shuffled_products(inner[None], replicates, seed)
    sigma, resolved = spectra_of_windows(products, window, length)
    return NullSpectra(NAME, ABOUT, sigma, resolved, length)


def shuffled_products(inner: Array, replicates: int, seed: int) -> Array:
    """Inner products ``(N, T, T)`` in N random orders, replicate i of ``inner[i mod S]``, ``inner (S, T, T)``.

    Replicate i draws from ``default_rng([seed, i])``.
    """
    seeds, rows = inner.shape[:2]
    orders = np.stack([np.random.default_rng([seed, i]).permutation(rows) for i in range(replicates)])
    chosen = np.arange(replicates)[:, None, None] % seeds
    found: Array = inner[chosen, orders[:, :, None], orders[:, None, :]]
    return found
