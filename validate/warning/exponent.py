"""With which power a lead grows: the slope of a line through logarithms, with whole seeds resampled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..statistics.intervals import FEWEST, RESAMPLES, Interval
from ..statistics.shares import LEVEL

Array = npt.NDArray[np.float64]


def exponent(
    x: Array, y: Array, cluster: npt.NDArray[np.int64], *, resamples: int = RESAMPLES, seed: int = 0
) -> Interval:
    """The slope of ``log y`` on ``log x`` by least squares, with its percentile bootstrap interval.

    Units of one seed in several arms share their data and their first weights: they are drawn together.

    Args:
        x: positive, ``(N,)``.
        y: positive, ``(N,)``.
        cluster: the seed of each unit, ``(N,)``.
        resamples: how often seeds are drawn.
        seed: of the drawing.

    Raises:
        ValueError: shapes differ, or a number is not positive.
    """
    if not x.shape == y.shape == cluster.shape or x.ndim != 1:
        raise ValueError(
            f"x has shape {x.shape}, y {y.shape}, cluster {cluster.shape}; give one of each per unit"
        )
    if (x <= 0).any() or (y <= 0).any():
        raise ValueError("x and y have to be positive to have a power between them")
    names, which = np.unique(cluster, return_inverse=True)
    a, b = np.log(x), np.log(y)
    value = float(_slopes(np.ones((1, len(x))), a, b)[0]) if len(x) else float("nan")
    if len(names) < FEWEST or not np.isfinite(value):
        return Interval(value, -np.inf, np.inf, len(names))
    counts = np.random.default_rng(seed).multinomial(
        len(names), np.full(len(names), 1 / len(names)), resamples
    )
    slopes = _slopes(counts[:, which].astype(np.float64), a, b)
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.nanpercentile(slopes, [tail, 100 - tail])
    return Interval(value, float(low), float(high), len(names))


def _slopes(weights: Array, a: Array, b: Array) -> Array:
    """Weighted least squares for each row of ``weights (B, N)``; NaN where all x are equal."""
    # Deviations from the plain means first, so that the differences below do not cancel.
    a, b = a - a.mean(), b - b.mean()
    total = weights.sum(axis=1)
    mean_a, mean_b = weights @ a / total, weights @ b / total
    across = weights @ (a * b) / total - mean_a * mean_b
    along = weights @ (a * a) / total - mean_a**2
    floor = 64 * np.finfo(np.float64).eps * max(1.0, float(np.abs(a).max(initial=0.0))) ** 2
    return np.asarray(np.divide(across, along, out=np.full_like(along, np.nan), where=along > floor))
