"""Where a series changes its level, found in hindsight: the detector of ``ruptures``.

It sees the whole series, the end included, which no warning does: as a baseline it is a generous one.
"""

from __future__ import annotations

import importlib.util

import numpy as np
import numpy.typing as npt

from ..statistics.onsets import Onsets
from .alarm import Array, Steps, last_known

SHORTEST = 3
"""Records between two changes; no source."""


def available() -> bool:
    """Whether the package that finds the changes is installed; it does not come for every Python."""
    return importlib.util.find_spec("ruptures") is not None


def change_points(series: Array, steps: Steps) -> Onsets:
    """The step of the first change of level of each seed, ``(S,)``; censored at the last known step.

    Levels are those of least squares with a penalty of ``2 s² ln R`` for each change (the form of the Bayesian
    criterion; Yao, Statistics & Probability Letters 6, 1988), found exactly (Killick et al., arXiv:1101.1438). The
    size s of the noise is the median absolute difference of neighbours over 0.954, which is its expectation for
    independent normal noise, ``√2 · 0.6745``.

    Args:
        series: ``(S, R)``; unknown values are left out.
        steps: ``(R,)``.

    Raises:
        ValueError: shapes do not fit.
        ModuleNotFoundError: ``ruptures`` is not installed; see :func:`available`.
    """
    if series.ndim != 2 or steps.shape != series.shape[1:]:
        raise ValueError(f"series has shape {series.shape}, steps {steps.shape}; give (S, R) and (R,)")
    found = [_first(values[np.isfinite(values)], steps[np.isfinite(values)]) for values in series]
    return Onsets(np.array(found, dtype=np.float64), last_known(series, steps))


def _first(values: npt.NDArray[np.float64], steps: Steps) -> float:
    from ruptures import KernelCPD

    if len(values) < 2 * SHORTEST:
        return float("nan")
    noise = float(np.median(np.abs(np.diff(values)))) / (np.sqrt(2) * 0.6745)
    if noise == 0:
        return float("nan")  # a series that stands still between its steps has no scale to judge them by
    penalty = 2 * np.log(len(values))
    ends = KernelCPD(kernel="linear", min_size=SHORTEST).fit(values / noise).predict(pen=penalty)
    return float(steps[ends[0]]) if ends[0] < len(values) else float("nan")
