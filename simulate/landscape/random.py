"""Directions drawn at random: the controls for directions that were found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def _draw(seed: int, purpose: int) -> np.random.Generator:
    """A stream of its own for each seed of a run, whatever seeds stand beside it."""
    return np.random.default_rng([purpose, seed])


def random_directions(seeds: Sequence[int], count: int, length: int, draw: int) -> Array:
    """``(S, count, length)``: orthonormal directions, uniform in parameter space.

    Args:
        seeds: of the run; each has its own stream.
        count: how many.
        length: p, at least ``count``.
        draw: which draw; equal draws give equal directions.

    Raises:
        ValueError: there are not so many orthogonal directions.
    """
    if count > length:
        raise ValueError(
            f"random_directions: {count} orthogonal directions in {length} dimensions; ask for fewer"
        )
    found = np.empty((len(seeds), count, length))
    for place, seed in enumerate(seeds):
        found[place] = np.linalg.qr(_draw(seed, draw).standard_normal((length, count)))[0].T
    return found


def turned(seeds: Sequence[int], v: Array, draw: int) -> Array:
    """The same span in directions drawn at random in it, uniformly: from ``v (S, m, p)`` to ``(S, m, p)``.

    Directions of ``v`` that are NaN are left out of the span; as many of the result, the last, are NaN.
    """
    found = np.full(v.shape, np.nan)
    known = np.asarray(np.isfinite(v).all(axis=2))
    for place, seed in enumerate(seeds):
        span = v[place, known[place]]
        found[place, : len(span)] = rotation(seed, len(span), draw) @ span
    return found


def rotation(seed: int, size: int, draw: int) -> Array:
    """An orthogonal matrix, uniform (Haar): QR with the signs of R taken out."""
    q, r = np.linalg.qr(_draw(seed, draw).standard_normal((size, size)))
    return np.asarray(q * np.sign(np.diagonal(r)))
