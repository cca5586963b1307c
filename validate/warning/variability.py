"""Variance and lag-1 autocorrelation in a window that looks back: the classical signs of a coming transition.

A system that recovers more and more slowly from small disturbances swings wider and resembles its own past (Scheffer
et al., Nature 461, 2009). These are the two that ``ewstools`` computes first (Bury, JOSS 8, 2023); written out here,
because that package brings a dozen others, and because its smoothing looks ahead.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Variability(NamedTuple):
    """Both ``(S, R)``; NaN until a window is full, and where a value in it is unknown."""

    variance: Array
    autocorrelation: Array


def rolling(series: Array, window: int) -> Variability:
    """Of what a straight line leaves of each ``window`` last values of ``series (S, R)``.

    The autocorrelation is that of Pearson, between all but the first and all but the last value; it is 0 where
    nothing is left to correlate.

    Raises:
        ValueError: the window has fewer than 4 values, which a line and a correlation need, or more than there are.
    """
    if not 4 <= window <= series.shape[-1]:
        raise ValueError(f"window={window} of {series.shape[-1]} values; give at least 4 and at most all")
    views = np.lib.stride_tricks.sliding_window_view(series, window, axis=-1)  # (S, R − w + 1, w)
    line = np.stack([np.ones(window), np.arange(window) - (window - 1) / 2], axis=1)
    rest = views - (views @ np.linalg.pinv(line).T) @ line.T
    early, late = _centred(rest[..., :-1]), _centred(rest[..., 1:])
    size = np.sqrt((early**2).sum(-1) * (late**2).sum(-1))
    # What a line leaves of a line is rounding, and its correlation means nothing.
    noise = window * np.finfo(np.float64).eps * np.abs(views).max(axis=-1)
    alike = np.divide((early * late).sum(-1), size, out=np.zeros_like(size), where=size > noise**2)
    found = rest.var(axis=-1), np.where(np.isfinite(rest).all(axis=-1), alike, np.nan)
    before = np.full((*series.shape[:-1], window - 1), np.nan)
    return Variability(*(np.concatenate([before, one], axis=-1) for one in found))


def _centred(values: Array) -> Array:
    return np.asarray(values - values.mean(axis=-1, keepdims=True))
