"""A run's updates, each turned by a rotation of its own: its length stays, and nothing else of it.

One rotation for all updates would change no inner product. A rotation (uniform on the orthogonal group: Haar)
that is drawn anew for every update sends it to a uniform direction, so that only its norm is left; what is
looked at here depends on inner products alone, and those of uniform directions are drawn at once, without the
p numbers of each (Bartlett 1933: the triangular factor of a Wishart matrix has independent entries).

Turned as a whole, an update is a step of the random walk (:mod:`.walk`, which draws the directions one by one).
Turned *weight by weight*, with a rotation for each named array, it keeps how the step is shared out among the
arrays; a gap that is made by the sizes of layers survives this and not the walk.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .windows import NullSpectra, spectra_of_windows

Array = npt.NDArray[np.float64]


def haar_rotation(size: int, draw: np.random.Generator) -> Array:
    """A rotation or reflection ``(size, size)``, uniform on the orthogonal group (Mezzadri 2007)."""
    q, r = np.linalg.qr(draw.standard_normal((size, size)))
    turned: Array = q * np.sign(np.diagonal(r))
    return turned


def direction_products(rows: int, length: int, draw: np.random.Generator) -> Array:
    """Cosines ``(rows, rows)`` between independent uniform directions in ``length`` dimensions.

    Raises:
        ValueError: a number is below 1.
    """
    if rows < 1 or length < 1:
        raise ValueError(f"rows={rows}, length={length}; give one direction or more, of one number or more")
    wide = min(rows, length)
    factor = np.tril(draw.standard_normal((rows, wide)), -1)
    place = np.arange(wide)
    factor[place, place] = np.sqrt(draw.chisquare(length - place))
    factor /= np.linalg.norm(factor, axis=1, keepdims=True)
    cosines: Array = factor @ factor.T
    return cosines


def rotated_products(norms: Array, lengths: Sequence[int], seed: int) -> Array:
    """Inner products ``(N, T, T)`` of updates whose parts are turned each by itself.

    Args:
        norms: ``(N, T, B)``: the norm of each of the B parts of each update, one row of updates per replicate.
        lengths: how many weights each part has, ``(B,)``.
        seed: replicate i draws from ``default_rng([seed, i])``.

    Raises:
        ValueError: a norm is negative or not finite, or the numbers of parts differ.
    """
    if norms.ndim != 3 or norms.shape[2] != len(lengths):
        raise ValueError(f"norms has shape {norms.shape} for {len(lengths)} parts; give (N, T, parts)")
    if not np.isfinite(norms).all() or (norms < 0).any():
        raise ValueError("norms have to be finite and not negative")
    inner = np.zeros((*norms.shape[:2], norms.shape[1]))
    for replicate, sizes in enumerate(norms):
        draw = np.random.default_rng([seed, replicate])
        for size, length in zip(sizes.T, lengths, strict=True):
            inner[replicate] += direction_products(len(size), length, draw) * np.outer(size, size)
    return inner


def rotated_updates(norms: Array, lengths: Sequence[int], window: int, seed: int) -> NullSpectra:
    """The spectra of all windows of W such updates; see :func:`rotated_products`.

    Raises:
        ValueError: as there, or there are fewer than W updates.
    """
    inner = rotated_products(norms, lengths, seed)
    sigma, resolved = spectra_of_windows(inner, window, sum(lengths))
    about = "the run's own updates, each part of each turned at random by itself"
    return NullSpectra("rotated updates", about, sigma, resolved, sum(lengths))
