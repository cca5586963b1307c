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
    centred, wanted = fit - centre, fit_targets - mean
    count, features = fit.shape[1:]
    # By the normal equations: their rounding, ε times the largest eigenvalue, is far below the smallest strength, and
    # a singular value decomposition takes ten times as long.
    squares, modes = np.linalg.eigh(centred.swapaxes(1, 2) @ centred)  # (S, f), (S, f, f)
    above = squares > count * np.finfo(np.float64).eps * squares[:, -1:]
    squares = np.where(above, squares, 0.0)
    unit = squares.sum(axis=1) / min(count, features)
    along = modes.swapaxes(1, 2) @ (centred.swapaxes(1, 2) @ wanted)  # (S, f, c)
    power = np.divide((along**2).sum(axis=2), squares, out=np.zeros_like(squares), where=above)  # (S, f)
    ridge = STRENGTHS[:, None, None] * np.where(unit > 0, unit, 1)[:, None]  # (L, S, 1)
    kept = squares / (squares + ridge)  # (L, S, f)
    missed = (wanted**2).sum(axis=(1, 2)) - power.sum(axis=1) + ((1 - kept) ** 2 * power).sum(axis=2)
    score = missed / (1 - (kept.sum(axis=2) + 1) / count) ** 2  # one degree is the intercept's
    best = np.argmin(score, axis=0)  # (S,)
    chosen = ridge[best, np.arange(len(best))]  # (S, 1)
    solved = np.where(above, 1 / (squares + chosen), 0.0)
    told = (held_out - centre) @ (modes @ (solved[:, :, None] * along)) + mean
    error = ((held_out_targets - told) ** 2).sum(axis=(1, 2))
    spread = ((held_out_targets - mean) ** 2).sum(axis=(1, 2))
    return Probe(1 - error / spread, STRENGTHS[best])
