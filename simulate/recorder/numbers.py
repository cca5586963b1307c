"""All that is read off windows of inner products at once, each number with its name, unit and axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..spectrum import (
    adiabatic,
    eigenvalue_error,
    g23,
    gap,
    gap_position,
    gap_ratio,
    rotation,
    shift,
    shift_floor,
    singular_values,
    weighted_gap_position,
)

Array = npt.NDArray[Any]

MODE = ("mode",)
RECORD: tuple[str, ...] = ()


class Meaning(NamedTuple):
    """Axes beside step and group, unit, and one sentence."""

    axes: tuple[str, ...]
    unit: str
    says: str


MEANING = {
    "gram": Meaning(("row", "column"), "θ²", "Gram matrix G = X Xᵀ of the window's rows, oldest first"),
    "sigma": Meaning(MODE, "θ", "singular values σ_j of the window, descending"),
    "sigma_floor": Meaning(MODE, "θ", "by how much σ_j may be off: rounding of sums, weights and storage"),
    "resolved": Meaning(MODE, "1", "whether σ_j is above the precision floor (known to 1 %)"),
    "k_star": Meaning(RECORD, "1", "k* = argmax σ_j/σ_{j+1}, from 1; 0: no gap is above the floor"),
    "k_star_w": Meaning(RECORD, "1", "k*_w = argmax (σ_j/Σσ)(σ_j/σ_{j+1}), from 1; 0: none above the floor"),
    "R": Meaning(RECORD, "1", "gap ratio σ_{k*}/σ_{k*+1}"),
    "g": Meaning(RECORD, "θ", "gap σ_{k*} − σ_{k*+1}"),
    "g_23": Meaning(RECORD, "θ²", "σ_2² − σ_3²"),
    "delta_S": Meaning(
        RECORD, "θ²", "‖ΔS‖_F: change of the window in parameter space, exact; NaN below its floor"
    ),
    "delta_G": Meaning(RECORD, "θ²", "‖ΔG‖_F: change of the Gram matrix, rows in order of age"),
    "delta_G_ring": Meaning(RECORD, "θ²", "‖ΔG‖_F, the new row in the place of the one that leaves"),
    "delta_eigenvalues": Meaning(RECORD, "θ²", "(Σ(Δλ_j)²)^½: the eigenvalue proxy for the change"),
    "rotation": Meaning(MODE, "rad", "angle between v_j of this window and of the one before"),
    "rotation_floor": Meaning(MODE, "rad", "smaller angles cannot be told from none"),
    "A_geo": Meaning(RECORD, "1", "𝒜_geo = ‖ΔS‖_F/(σ_k² − σ_{k+1}²), k = k*"),
    "A_geo_sigma": Meaning(RECORD, "1", "‖ΔS‖_F/g²"),
    "A_abs": Meaning(RECORD, "1/η", "‖ΔG‖_F/(η g²): no pure number"),
    "A_abs_ring": Meaning(RECORD, "1/η", "‖ΔG‖_F/(η g²), ring buffer: no pure number"),
    "A_abs_space": Meaning(RECORD, "1/η", "‖ΔS‖_F/(η g²): no pure number"),
    "A_abs_eigenvalues": Meaning(RECORD, "1/η", "(Σ(Δλ_j)²)^½/(η g²): no pure number"),
    "A_abs_eigen": Meaning(RECORD, "1/(η θ²)", "‖ΔG‖_F/(η (σ_k² − σ_{k+1}²)²): no pure number"),
}

# Integers and masks: what a replicate can only agree with or not.
DISCRETE = ("resolved", "k_star", "k_star_w")
WITHOUT_ERROR = ("sigma_floor", "rotation_floor")


def observe(
    inner: Array, length: Array, noise: Array, stored: Array, learning_rate: Array
) -> dict[str, Array]:
    """Every number of :data:`MEANING` for a stack of windows.

    Where no gap is above the floor, k* is 0 and what needs a gap is NaN; what needs the window before is NaN
    where there is none.

    Args:
        inner: inner products ``(..., W+1, W+1)`` of the rows of the window and the one before, oldest first
            (θ²); the first row and column NaN where there is no window before.
        length: p, the number of terms in each product; ``(...)`` or what broadcasts to it.
        noise: singular value (θ) of what is noise in the rows, ``(...)``.
        stored: Frobenius norm (θ) of what storage took away from the window, ``(...)``: no singular value is off
            by more (Weyl), while what it does on average is part of ``noise``.
        learning_rate: η, ``(...)``.
    """
    gram = inner[..., 1:, 1:]
    sigma, resolved = singular_values(gram, length, noise)
    error = eigenvalue_error(gram, length, noise)
    below = sigma - np.sqrt(np.maximum(sigma**2 - error[..., None], 0.0))
    above = np.sqrt(sigma**2 + error[..., None]) - sigma  # the larger one where σ_j itself came out as zero
    floor = np.maximum(below, above) + stored[..., None]
    position, weighted = (
        _above_floor(sigma, floor, find(sigma, resolved)) for find in (gap_position, weighted_gap_position)
    )
    some = position > 0
    distance = np.where(some, gap(sigma, resolved), np.nan)
    upper, lower = (_at(sigma, position + one) for one in (0, 1))
    moved = shift(inner)
    seen = np.greater(moved.S, shift_floor(inner, length))
    moved = moved._replace(S=np.where(seen, moved.S, np.nan))
    turned = rotation(inner, error[..., None] + 2 * sigma * stored[..., None])
    variants = adiabatic(moved, distance, np.where(some, distance * (upper + lower), np.nan), learning_rate)
    third = np.full(sigma.shape[:-1], np.nan)
    if sigma.shape[-1] >= 3:
        apart = sigma[..., 1] - sigma[..., 2] > floor[..., 1] + floor[..., 2]
        third = np.where(apart, g23(sigma, resolved), np.nan)
    return {
        "gram": gram,
        "sigma": sigma,
        "sigma_floor": floor,
        "resolved": resolved,
        "k_star": position,
        "k_star_w": weighted,
        "R": np.where(some, gap_ratio(sigma, resolved), np.nan),
        "g": distance,
        "g_23": third,
        "delta_S": moved.S,
        "delta_G": moved.G,
        "delta_G_ring": moved.G_ring,
        "delta_eigenvalues": moved.eigenvalues,
        "rotation": np.where(resolved, turned.angle, np.nan),
        "rotation_floor": np.where(resolved, turned.floor, np.nan),
        **{f"A_{name}": value for name, value in variants._asdict().items()},
    }


def _above_floor(sigma: Array, floor: Array, position: Array) -> Array:
    """The position where σ_k − σ_{k+1} exceeds what both may be off by, else 0."""
    apart = _at(sigma, position) - _at(sigma, position + 1) > _at(floor, position) + _at(floor, position + 1)
    return np.where((position > 0) & apart, position, 0)


def _at(values: Array, position: Array) -> Array:
    """Entries at positions counted from 1; those at position 0 are of no meaning."""
    taken: Array = np.take_along_axis(values, np.maximum(position - 1, 0)[..., None], axis=-1)
    return taken[..., 0]


def jackknife(
    numbers: dict[str, Array], replicates: Array, of: Callable[[Array], dict[str, Array]]
) -> dict[str, Array]:
    """An error for each number, from what it would be without one part of the data after the other.

    The delete-one jackknife (Efron and Stein, Annals of Statistics 9, 1981): the standard error of a number is
    ``((m−1)/m Σ_r (x_r − x̄)²)^½`` over the m values x_r without part r. For positions and masks, the share of
    the x_r that agree.

    Args:
        numbers: what all parts together give.
        replicates: inner products ``(..., m, W+1, W+1)``, whose sum over m is the whole.
        of: from inner products to numbers.
    """
    m = replicates.shape[-3]
    total = replicates.sum(axis=-3)
    without = [of((total - replicates[..., r, :, :]) * (m / (m - 1))) for r in range(m)]
    errors = {}
    for name, value in numbers.items():
        if name in WITHOUT_ERROR:
            continue
        series = np.stack([one[name] for one in without])
        if name in DISCRETE:
            errors[f"{name}_agreement"] = np.mean(series == value, axis=0)
        else:
            errors[f"{name}_error"] = np.sqrt((m - 1) * np.var(series, axis=0))
    return errors
