"""Every variant of the adiabatic parameter 𝒜, under the names that the theory gives them.

The source does not fix the gap, the norm, or the way in which 𝒜 is formed. All are given beside each
other. The gap is that of the newer of the two windows, at its k*: the source does not say which (*unfixed*).
Those with ``abs`` in their name are no pure numbers (theory: S5.abs, D.abs-unit); their unit is that of an
inverse learning rate, and a change of units changes them (S5.abs-scaling).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .shift import Shift

Array = npt.NDArray[np.float64]


class Adiabatic(NamedTuple):
    """The variants that follow from a window and a learning rate, each ``(...)``."""

    geo: Array
    """``‖ΔS‖_F/(σ_k² − σ_{k+1}²)``, k = k*: a pure number (S5.geo)."""

    geo_sigma: Array
    """``‖ΔS‖_F/g²``: a pure number, never below ``geo`` (S5.geo-ratio)."""

    abs: Array
    """``‖ΔG‖_F/(η g²)``, rows in order of age (S5.abs)."""

    abs_ring: Array
    """The same with the rows in the places of a ring buffer."""

    abs_space: Array
    """``‖ΔS‖_F/(η g²)``: the change in parameter space in place of that of G."""

    abs_eigenvalues: Array
    """``(Σ(Δλ_j)²)^½/(η g²)``: with the number that the source's scripts take for the change."""

    abs_eigen: Array
    """``‖ΔG‖_F/(η (σ_k² − σ_{k+1}²)²)``, unit of 1/(η θ²): g read as a gap of eigenvalues (S5.abs-eigen)."""


def adiabatic(moved: Shift, gap: Array, gap_of_squares: Array, learning_rate: Array) -> Adiabatic:
    """All variants; NaN where there is no resolved gap, or no one learning rate.

    Args:
        moved: sizes of the shift, each ``(...)`` (θ²).
        gap: ``g = σ_k − σ_{k+1}`` at k* (θ), NaN where none is resolved.
        gap_of_squares: ``σ_k² − σ_{k+1}²`` at k* (θ²).
        learning_rate: η (θ²/L per step for gradient descent, θ per step for a normalising optimizer).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        per_rate = 1 / (learning_rate * gap**2)
        return Adiabatic(
            geo=moved.S / gap_of_squares,
            geo_sigma=moved.S / gap**2,
            abs=moved.G * per_rate,
            abs_ring=moved.G_ring * per_rate,
            abs_space=moved.S * per_rate,
            abs_eigenvalues=moved.eigenvalues * per_rate,
            abs_eigen=moved.G / (learning_rate * gap_of_squares**2),
        )


def adiabatic_rate(
    change: float, gap_of_squares: float, duration: float, learning_rate: float, curvature_gap: float
) -> float:
    """𝒜_geo per relaxation, ``‖ΔS‖_F/(τ η |h_k − h_{k+1}| (σ_k² − σ_{k+1}²))``: a pure number (S5.rate).

    Args:
        change: ``‖ΔS‖_F`` (θ²).
        gap_of_squares: ``σ_k² − σ_{k+1}²`` (θ²).
        duration: τ, steps between two records.
        learning_rate: η, of gradient descent (θ²/L per step).
        curvature_gap: ``h_k − h_{k+1}`` (L/θ²); its sign does not matter.

    Raises:
        ValueError: a denominator is zero.
    """
    denominator = duration * learning_rate * abs(curvature_gap) * gap_of_squares
    if denominator == 0:
        raise ValueError(
            f"adiabatic_rate: {duration=}, {learning_rate=}, {curvature_gap=}, {gap_of_squares=}; none may be 0"
        )
    return change / denominator
