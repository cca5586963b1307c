"""How two series of one run go together: correlation, and the lag at which it is strongest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Array = npt.NDArray[np.float64]

FEWEST = 8
"""Fewer common values than this make no correlation here; no source."""


def correlation(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Pearson's correlation of two series of equal length; a place where either is not finite is left out.

    NaN where fewer than :data:`FEWEST` places are left, or one of the series is constant there.
    """
    a, b = _common(first, second)
    if len(a) < FEWEST:
        return float("nan")
    # Divided by their sizes first: no scale of the numbers can overflow or vanish.
    a, b = _centred(a), _centred(b)
    norms = float(np.sqrt((a @ a) * (b @ b)))
    return float(np.clip((a @ b) / norms, -1.0, 1.0)) if norms > 0 else float("nan")


def rank_correlation(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Spearman's correlation: :func:`correlation` of the ranks, ties at their mean."""
    a, b = _common(first, second)
    return float("nan") if len(a) < FEWEST else correlation(rankdata(a), rankdata(b))


def lagged_correlations(signal: npt.ArrayLike, event: npt.ArrayLike, most: int) -> Array:
    """:func:`correlation` of ``signal[i]`` and ``event[i + l]`` for ``l = −most … most``, ``(2 most + 1,)``.

    Raises:
        ValueError: the lengths differ, or ``most`` is negative.
    """
    a, b = np.asarray(signal, dtype=np.float64), np.asarray(event, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1 or most < 0:
        raise ValueError(
            f"series of shapes {a.shape} and {b.shape}, most={most}; give equal lengths and 0 or more"
        )
    ahead = [correlation(a[: len(a) - lag], b[lag:]) for lag in range(most + 1)]
    behind = [correlation(a[lag:], b[: len(b) - lag]) for lag in range(most, 0, -1)]
    return np.array(behind + ahead)


def strongest_lag(correlations: npt.ArrayLike) -> int | None:
    """The lag with the largest absolute value among :func:`lagged_correlations`; positive: the signal goes ahead.

    Of equally strong lags the one nearest to 0, and of these the negative one, which does not favour a signal
    that leads. None where no lag has a correlation.
    """
    values = np.abs(np.asarray(correlations, dtype=np.float64))
    if np.isnan(values).all():
        return None
    found = np.flatnonzero(values == np.nanmax(values)) - len(values) // 2
    return int(min(found, key=lambda lag: (abs(lag), lag)))


def _common(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[Array, Array]:
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"series of shapes {a.shape} and {b.shape}; give two of the same length")
    known = np.isfinite(a) & np.isfinite(b)
    return a[known], b[known]


def _centred(values: Array) -> Array:
    """Without the mean, and of size one; zeros where it is constant to rounding."""
    middle = values - values.mean()
    size = float(np.abs(middle).max())
    # What is left of a constant is the rounding of its mean.
    floor = 4 * np.finfo(np.float64).eps * float(np.abs(values).max())
    return middle / size if size > floor else np.zeros_like(middle)
