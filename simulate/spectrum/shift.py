"""How far a window moves when it slides by one row: in parameter space, by index, and by eigenvalues alone.

All from the inner products ``I (..., W+1, W+1)`` of the rows of both windows, oldest first: the window
before is the first W rows, the window after the last W.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Shift(NamedTuple):
    """Sizes of one shift of the window, each ``(...)``, unit θ²."""

    S: Array
    """``‖S_{t+1} − S_t‖_F``, in parameter space, exact: ``(A² + B² − 2C²)^½`` (theory: W1)."""

    G: Array
    """``‖G_{t+1} − G_t‖_F`` with the rows in order of age (theory: W2, sliding)."""

    G_ring: Array
    """The same with the new row in the place of the old one (theory: W2, ring buffer)."""

    eigenvalues: Array
    """``(Σ_j (Δλ_j)²)^½``, as the source's scripts compute it; never above the other three."""


def shift(inner: Array) -> Shift:
    """The four sizes; NaN where an inner product is NaN.

    A, B and C are ``‖δ_new‖²``, ``‖δ_old‖²`` and ``δ_new·δ_old``. ``A² + B² − 2C²`` is written as
    ``(A − B)² + 2(AB − C²)``, whose terms are both ≥ 0, so that less cancels.

    Raises:
        ValueError: ``inner`` is not a stack of square matrices of at least two rows.
    """
    if inner.ndim < 2 or inner.shape[-1] != inner.shape[-2] or inner.shape[-1] < 2:
        raise ValueError(f"inner has shape {inner.shape}; give inner products (..., W+1, W+1)")
    new, old, overlap = inner[..., -1, -1], inner[..., 0, 0], inner[..., 0, -1]
    space = (new - old) ** 2 + 2 * np.maximum(new * old - overlap**2, 0.0)
    before, after = inner[..., :-1, :-1], inner[..., 1:, 1:]
    stay = inner[..., 1:-1, -1] - inner[..., 1:-1, 0]
    ring = (new - old) ** 2 + 2 * np.sum(stay**2, axis=-1)
    moved = eigenvalues(after) - eigenvalues(before)
    return Shift(
        S=np.sqrt(space),
        G=np.sqrt(np.sum((after - before) ** 2, axis=(-2, -1))),
        G_ring=np.sqrt(ring),
        eigenvalues=np.sqrt(np.sum(moved**2, axis=-1)),
    )


def shift_floor(inner: Array, length: npt.ArrayLike) -> Array:
    """Values of ``‖ΔS‖_F`` below this are rounding, ``(...)``, unit θ².

    Its square is a difference of terms up to ``(A + B)²``, each with the relative error ``(√p + W) ε`` of an
    inner product (see :func:`~.gap.singular_values`); four of them meet.
    """
    terms = np.sqrt(np.asarray(length, dtype=np.float64)) + inner.shape[-1]
    size = inner[..., -1, -1] + inner[..., 0, 0]
    return np.asarray(size * np.sqrt(4 * terms * np.finfo(np.float64).eps))


def eigenvalues(gram: Array) -> Array:
    """Eigenvalues ``(..., W)`` of symmetric matrices, descending, as LAPACK gives them; NaN for NaN."""
    finite = np.asarray(np.isfinite(gram).all(axis=(-2, -1)))
    found: Array = np.linalg.eigvalsh(np.where(finite[..., None, None], gram, 0.0))[..., ::-1]
    return np.where(finite[..., None], found, np.nan)
