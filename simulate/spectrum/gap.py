"""Positions and sizes of gaps in the spectrum of a window, and which numbers are above the rounding.

All functions act on the last axis and keep the leading ones. Notation and units as in the theory:
σ_j, R and g for singular values σ_1 ≥ … ≥ σ_W (unit θ), λ_j = σ_j². ``resolved`` is the mask that
:func:`singular_values` gives; a gap between numbers that are not both resolved is never reported.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]

# A singular value counts as resolved when the bound on its relative error is below this. One per cent
# is the accuracy at which the float64 Gram was measured to hold down to σ/σ_1 = 1e-6.
RELATIVE_ERROR = 0.01


class SingularValues(NamedTuple):
    """``sigma (..., W)``, descending, and the mask ``resolved (..., W)`` of those above the floor."""

    sigma: Array
    resolved: Mask


def singular_values(inner: Array, length: npt.ArrayLike = 1, noise: npt.ArrayLike = 0.0) -> SingularValues:
    """Singular values of X from ``inner = X Xᵀ (..., W, W)``.

    Two things blur them. A Gram matrix squares the condition number: its entries carry a relative
    rounding error of about √p·ε (sums of ``length`` = p float64 terms: Higham and Mary, SIAM J. Sci.
    Comput. 41, 2019), its eigenvalues a further W·ε, both of the size of the trace. And independent noise
    in X that by itself has singular values ``noise`` adds ``noise²`` to each λ_j. So

        ``|Δλ_j| ≲ (√p + W) ε tr G + noise²``,

    and the relative error of σ_j is half that of λ_j. σ_j is resolved when this is below
    :data:`RELATIVE_ERROR`. Negative eigenvalues, which only rounding makes, give 0. Matrices that are not
    finite (a diverged seed's) give NaN, unresolved.

    Args:
        inner: stack of Gram matrices (θ²).
        length: p, the number of terms in each inner product; one number, or one for each matrix.
        noise: singular value (θ) of what is noise in X, for each matrix; see
            :func:`~.rounding.weight_rounding`.

    Raises:
        ValueError: ``inner`` is not a stack of square matrices, or ``length`` is below 1.
    """
    if inner.ndim < 2 or inner.shape[-1] != inner.shape[-2] or inner.shape[-1] == 0:
        raise ValueError(f"inner has shape {inner.shape}; give Gram matrices (..., W, W)")
    if np.any(np.asarray(length) < 1):
        raise ValueError(f"length={length!r}; give p, the number of terms in each inner product")
    finite = np.asarray(np.isfinite(inner).all(axis=(-2, -1)))[..., None]  # (..., 1)
    eigenvalues = np.linalg.eigvalsh(np.where(finite[..., None], inner, 0.0))[..., ::-1]
    eigenvalues = np.where(finite, np.maximum(eigenvalues, 0.0), np.nan)
    error = eigenvalue_error(inner, length, noise)[..., None]
    # NaN, of a diverged seed, compares as not resolved.
    resolved = np.greater(eigenvalues, error / (2 * RELATIVE_ERROR))
    return SingularValues(np.sqrt(eigenvalues), resolved)


def eigenvalue_error(inner: Array, length: npt.ArrayLike = 1, noise: npt.ArrayLike = 0.0) -> Array:
    """The bound ``(√p + W) ε tr G + noise²`` of :func:`singular_values` on errors of λ_j, ``(...)``, unit θ²."""
    trace = np.trace(inner, axis1=-2, axis2=-1)
    terms = np.sqrt(np.asarray(length, dtype=np.float64)) + inner.shape[-1]
    return np.asarray(
        terms * np.finfo(np.float64).eps * trace + np.square(np.asarray(noise, dtype=np.float64))
    )


def gap_ratios(sigma: Array, resolved: Mask | None = None) -> Array:
    """``σ_j/σ_{j+1}`` for 1 ≤ j < W, shape ``(..., W-1)``; NaN where not both are resolved."""
    sigma, resolved = _checked(sigma, resolved, at_least=2)
    both = resolved[..., :-1] & resolved[..., 1:]
    ratios = np.full(both.shape, np.nan)
    np.divide(sigma[..., :-1], sigma[..., 1:], out=ratios, where=both)
    return ratios


def gap_position(sigma: Array, resolved: Mask | None = None) -> Positions:
    """``k* = argmax_{1≤j<W} σ_j/σ_{j+1}``, counted from 1; 0 where no gap is resolved."""
    return _largest(gap_ratios(sigma, resolved))


def weighted_gap_position(sigma: Array, resolved: Mask | None = None) -> Positions:
    """``k*_w = argmax_j (σ_j/Σσ)(σ_j/σ_{j+1})``, counted from 1; 0 where no gap is resolved.

    Σσ is the same for all j, so it is left out; it would change no maximum.
    """
    return _largest(sigma[..., :-1] * gap_ratios(sigma, resolved))


def gap_ratio(sigma: Array, resolved: Mask | None = None) -> Array:
    """``R = σ_{k*}/σ_{k*+1}``; NaN where no gap is resolved."""
    ratios = gap_ratios(sigma, resolved)
    return _at(ratios, _largest(ratios))


def gap(sigma: Array, resolved: Mask | None = None) -> Array:
    """``g = σ_{k*} − σ_{k*+1}``, unit θ; NaN where no gap is resolved."""
    return _at(sigma[..., :-1] - sigma[..., 1:], gap_position(sigma, resolved))


def g23(sigma: Array, resolved: Mask | None = None) -> Array:
    """``g_23 = σ_2² − σ_3²``, unit θ²; NaN where σ_2 and σ_3 are not both resolved.

    Raises:
        ValueError: fewer than three singular values.
    """
    sigma, resolved = _checked(sigma, resolved, at_least=3)
    second, third = sigma[..., 1], sigma[..., 2]
    # A product, not a difference of squares: no cancellation beyond that of σ_2 − σ_3 itself.
    return np.where(resolved[..., 1] & resolved[..., 2], (second - third) * (second + third), np.nan)


def _largest(values: Array) -> Positions:
    """1 + argmax over the last axis without NaN, the first of equals; 0 where all are NaN."""
    known = ~np.isnan(values)
    best = np.argmax(np.where(known, values, -np.inf), axis=-1)
    return np.where(known.any(axis=-1), best + 1, 0).astype(np.int64)


def _at(values: Array, position: Positions) -> Array:
    """The value at each position counted from 1; NaN at position 0."""
    index = np.maximum(position - 1, 0)[..., None]
    taken = np.take_along_axis(values, index, axis=-1)[..., 0]
    return np.where(position > 0, taken, np.nan)


def _checked(sigma: Array, resolved: Mask | None, at_least: int) -> tuple[Array, Mask]:
    """``sigma`` as float64 and its mask; without a mask, all positive finite numbers are resolved."""
    sigma = np.asarray(sigma, dtype=np.float64)
    if sigma.ndim == 0 or sigma.shape[-1] < at_least:
        raise ValueError(f"sigma has shape {sigma.shape}; give at least {at_least} singular values")
    if np.any(sigma < 0) or np.any(np.diff(sigma, axis=-1) > 0):
        raise ValueError("sigma must be non-negative and descending along its last axis")
    if resolved is None:
        return sigma, np.isfinite(sigma) & (sigma > 0)
    if resolved.shape != sigma.shape:
        raise ValueError(f"resolved has shape {resolved.shape}, sigma {sigma.shape}; they must be equal")
    return sigma, resolved & (sigma > 0)
