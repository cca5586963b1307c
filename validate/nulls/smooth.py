"""A smooth trajectory with no transition in it: gradient flow on a quadratic loss, in closed form."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .windows import NullSpectra, spectra_of_windows

Array = npt.NDArray[np.float64]

NAME = "smooth trajectory"
ABOUT = "gradient flow on a quadratic loss, where nothing happens at any particular time"

MODES = 1000
"""Number of independent directions; no source, far more than a window can hold."""
SLOWEST, FASTEST = 0.1, 100.0
"""Decay constants over the whole trajectory: from modes that hardly move to modes long at rest."""


def smooth_trajectory(window: int, records: int, replicates: int, seed: int) -> NullSpectra:
    """Windows of ``θ_a(t) = θ_a(0) e^{−h_a t}`` at equal intervals of t in [0, 1].

    Starting points are normal and the rates h_a log-uniform between :data:`SLOWEST` and :data:`FASTEST`:
    nothing happens at any particular time.
    """
    inner = smooth_products(records + window - 1, replicates, seed)
    sigma, resolved = spectra_of_windows(inner, window, MODES)
    return NullSpectra(NAME, ABOUT, sigma, resolved, MODES)


def smooth_products(rows: int, replicates: int, seed: int) -> Array:
    """All inner products ``(N, rows, rows)``; replicate i draws from ``default_rng([seed, i])``."""
    time = np.linspace(0.0, 1.0, rows + 1)
    inner = np.empty((replicates, rows, rows))
    for replicate in range(replicates):
        draw = np.random.default_rng([seed, replicate])
        start = draw.standard_normal(MODES)
        rates = np.exp(draw.uniform(np.log(SLOWEST), np.log(FASTEST), MODES))
        updates = np.diff(start * np.exp(-rates * time[:, None]), axis=0)
        inner[replicate] = updates @ updates.T
    return inner
