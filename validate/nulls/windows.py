"""From a sequence of updates to the spectra of all its windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...simulate.spectrum.gap import singular_values

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class NullSpectra:
    """Spectra of a null model, shaped like those of a run.

    ``sigma (N, R, W)`` and the mask ``resolved`` hold N replicates of R consecutive windows.
    """

    name: str
    about: str
    sigma: Array
    resolved: npt.NDArray[np.bool_]
    length: int
    """p, the number of parameters that the rows of the windows have."""
    inner: Array | None = None
    """Inner products ``(N, R, W + 1, W + 1)`` of each window and the row before it, where they are known."""


def null_of_products(name: str, about: str, products: Array, window: int, length: int) -> NullSpectra:
    """All windows of W among T rows that have a row before them, given ``products (N, T, T)``.

    Raises:
        ValueError: there are fewer than W + 1 rows.
    """
    inner = blocks(products, window + 1)
    sigma, resolved = singular_values(inner[..., 1:, 1:], length)
    return NullSpectra(name, about, sigma, resolved, length, inner)


def spectra_of_windows(inner: Array, window: int, length: int) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Spectra of the T − W + 1 windows of T rows, given all inner products ``inner (..., T, T)``.

    Raises:
        ValueError: there are fewer rows than one window holds.
    """
    found = singular_values(blocks(inner, window), length)
    return found.sigma, found.resolved


def blocks(inner: Array, size: int) -> Array:
    """The inner products ``(..., T − size + 1, size, size)`` of all runs of ``size`` consecutive rows.

    Raises:
        ValueError: there are fewer rows than ``size``.
    """
    rows = inner.shape[-1]
    if rows < size:
        raise ValueError(f"{rows} updates do not fill a window of {size}")
    index = np.arange(rows - size + 1)[:, None] + np.arange(size)
    found: Array = inner[..., index[:, :, None], index[:, None, :]]
    return found
