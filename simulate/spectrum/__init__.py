"""The spectrum of a rolling window of updates: inner products, singular values, gaps, shifts, rotations, 𝒜."""

from .adiabatic import Adiabatic, adiabatic, adiabatic_rate
from .banded import windows
from .gap import (
    SingularValues,
    eigenvalue_error,
    g23,
    gap,
    gap_position,
    gap_ratio,
    gap_ratios,
    singular_values,
    weighted_gap_position,
)
from .gram import RollingGram
from .rotation import Rotation, rotation
from .rounding import weight_rounding
from .shift import Shift, shift, shift_floor

__all__ = [
    "Adiabatic",
    "RollingGram",
    "Rotation",
    "Shift",
    "SingularValues",
    "adiabatic",
    "adiabatic_rate",
    "eigenvalue_error",
    "g23",
    "gap",
    "gap_position",
    "gap_ratio",
    "gap_ratios",
    "rotation",
    "shift",
    "shift_floor",
    "singular_values",
    "weight_rounding",
    "weighted_gap_position",
    "windows",
]
