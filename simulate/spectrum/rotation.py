"""By which angle each direction v_j turns from one window to the next, from inner products alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Angles are given where they can be told to this, in radians. No source.
COARSEST = 0.5


class Rotation(NamedTuple):
    """Angles in radians, ``(..., W)``."""

    angle: Array
    """Between v_j before and v_j after, at most π/2 (a direction has no sign); NaN where undetermined."""

    floor: Array
    """Angles below this cannot be told from none."""


def rotation(inner: Array, error: Array, size: int | None = None) -> Rotation:
    """Turning of all v_j from one window to a later one: as it slides by one row, unless ``size`` says otherwise.

    With ``X v_j = σ_j u_j``, ``v_j·v'_j = u_jᵀ (X X'ᵀ) u'_j / (σ_j σ'_j)``, and ``X X'ᵀ`` is a block of the
    inner products of the rows of both windows. An error Δλ of the eigenvalues has two effects. It
    changes the cosine by about Δλ/λ_j, so that angles below ``(2Δλ/λ_j)^½`` are not seen; and it mixes v_j
    with its neighbours by about Δλ over the distance to the nearest eigenvalue (Davis–Kahan; theory: W5). The
    larger of the two is the floor; where it exceeds :data:`COARSEST`, the angle is NaN.

    Args:
        inner: inner products ``(..., n, n)`` of the rows from the first of the window before to the last of the
            window after, oldest first (θ²).
        error: bound Δλ on the error of each eigenvalue, ``(..., W)`` or what broadcasts to it (θ²).
        size: W, the rows of each window; by default n − 1. With W = n/2 the windows share no row.

    Raises:
        ValueError: a window would have no row, or more than there are.
    """
    rows = inner.shape[-1]
    window = rows - 1 if size is None else size
    if not 1 <= window <= rows:
        raise ValueError(f"size={window}: windows of {rows} rows have from 1 to {rows} of them")
    start = rows - window
    strengths_before, left_before = _modes(inner[..., :window, :window])
    strengths_after, left_after = _modes(inner[..., start:, start:])
    finite = np.asarray(np.isfinite(inner).all(axis=(-2, -1)))[..., None]  # (..., 1)
    across = np.where(finite[..., None], inner, 0.0)[..., :window, start:]
    raised = np.sqrt(strengths_before * strengths_after)  # (..., W)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.abs(np.einsum("...aj,...ab,...bj->...j", left_before, across, left_after)) / raised
        relative = error / np.minimum(strengths_before, strengths_after)
        mixing = error / np.minimum(_distance(strengths_before), _distance(strengths_after))
    floor = np.maximum(np.sqrt(2 * relative), mixing)
    known = finite & (floor < COARSEST)
    angle = np.arccos(np.minimum(cosine, 1.0, where=known, out=np.ones_like(cosine)))
    return Rotation(np.where(known, angle, np.nan), np.where(known, floor, np.nan))


def _modes(gram: Array) -> tuple[Array, Array]:
    """Eigenvalues, descending and not negative, and the eigenvectors as columns; zeros for NaN."""
    finite = np.asarray(np.isfinite(gram).all(axis=(-2, -1)))[..., None, None]
    values, vectors = np.linalg.eigh(np.where(finite, gram, 0.0))
    return np.maximum(values[..., ::-1], 0.0), vectors[..., ::-1]


def _distance(values: Array) -> Array:
    """From each eigenvalue ``(..., W)``, descending, to the nearest other one; infinite when there is no other."""
    edge = np.full((*values.shape[:-1], 1), np.inf)
    gaps = np.concatenate([edge, values[..., :-1] - values[..., 1:], edge], axis=-1)
    nearest: Array = np.minimum(gaps[..., :-1], gaps[..., 1:])
    return nearest
