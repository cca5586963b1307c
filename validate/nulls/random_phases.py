"""A series with its own autocorrelation and no history: the phases of its Fourier components drawn anew."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def random_phases(series: Array, seed: int) -> Array:
    """Surrogates of ``series (N, R)``, one for each row (Theiler et al., Physica D 58, 1992).

    Mean and periodogram are those of the row, so that its circular autocorrelation is kept exactly; when
    something happens is lost. Values that are not finite stay where they are, and the others are taken as
    one series without a hole.

    Args:
        series: one per row.
        seed: row i draws from ``default_rng([seed, i])``.

    Raises:
        ValueError: ``series`` is not two-dimensional.
    """
    if series.ndim != 2:
        raise ValueError(f"series has shape {series.shape}; give one series per row")
    found = np.full(series.shape, np.nan)
    for row, values in enumerate(series):
        known = np.isfinite(values)
        count = int(known.sum())
        if count < 2:
            found[row, known] = values[known]
            continue
        waves = np.fft.rfft(values[known])
        angles = np.random.default_rng([seed, row]).uniform(0, 2 * np.pi, len(waves))
        # The mean, and in series of even length the fastest component, are real and have no phase.
        angles[0] = 0.0
        if count % 2 == 0:
            angles[-1] = 0.0
        found[row, known] = np.fft.irfft(waves * np.exp(1j * angles), count)
    return found
