"""A linear probe: how much of an answer can be read off activations by a linear map, on held-out inputs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

STRENGTHS = np.logspace(-8, 2, 21)
"""Ridge strengths to choose among, times the mean squared singular value of the activations; no source."""


class Probe(NamedTuple):
    """Per seed: the held-out share that is explained, and the relative ridge strength that was chosen, ``(S,)``."""

    explained: Array
    strength: Array


def explained_share(fit: Array, fit_targets: Array, held_out: Array, held_out_targets: Array) -> Probe:
    """Ridge regression with intercept on ``fit (S, n, f)``, its R² on ``held_out (S, m, f)``.

    R² is over all columns of the targets ``(S, n, c)`` together, against the mean of the targets that were fitted:
    ``1 − Σ(y − ŷ)²/Σ(y − ȳ)²``; a probe that has learned nothing to the purpose has one below 0. The ridge strength is
    chosen from the fitted inputs alone, by generalised cross-validation (Golub, Heath, Wahba, Technometrics 21, 1979),
    among strengths relative to the activations' own size: the result does not change when activations are rescaled.

    Raises:
        ValueError: shapes do not fit.
    """
    if fit.shape[:2] != fit_targets.shape[:2] or held_out.shape[:2] != held_out_targets.shape[:2]:
        raise ValueError(
            f"activations {fit.shape} and {held_out.shape} with targets {fit_targets.shape} and "
            f"{held_out_targets.shape}; give (S, n, f) with (S, n, c)"
        )
    centre, mean = fit.mean(axis=1, keepdims=True), fit_targets.mean(axis=1, keepdims=True)
    left, size, right = np.linalg.svd(fit - centre, full_matrices=False)  # (S, n, k), (S, k), (S, k, f)
    wanted = fit_targets - mean
    seen = left.swapaxes(1, 2) @ wanted  # (S, k, c)
    unit = (size**2).mean(axis=1)
    squares = size**2 / np.where(unit > 0, unit, 1)[:, None]  # (S, k)
    kept = squares[None] / (squares[None] + STRENGTHS[:, None, None])  # (L, S, k)
    power = (seen**2).sum(axis=2)  # (S, k)
    missed = (wanted**2).sum(axis=(1, 2)) - power.sum(axis=1) + ((1 - kept) ** 2 * power).sum(axis=2)
    count = fit.shape[1]
    score = missed / (1 - (kept.sum(axis=2) + 1) / count) ** 2  # one degree is the intercept's
    best = np.argmin(score, axis=0)  # (S,)
    chosen = np.take_along_axis(kept, best[None, :, None], axis=0)[0]  # (S, k)
    inverse = np.divide(chosen, size, out=np.zeros_like(size), where=size > 0)
    told = (held_out - centre) @ (right.swapaxes(1, 2) @ (inverse[:, :, None] * seen)) + mean
    error = ((held_out_targets - told) ** 2).sum(axis=(1, 2))
    spread = ((held_out_targets - mean) ** 2).sum(axis=(1, 2))
    return Probe(1 - error / spread, STRENGTHS[best])
