"""The spectrum of a rolling window of updates: inner products, singular values, gaps."""

from .gap import (
    SingularValues,
    g23,
    gap,
    gap_position,
    gap_ratio,
    gap_ratios,
    singular_values,
    weighted_gap_position,
)
from .gram import RollingGram
from .rounding import weight_rounding

__all__ = [
    "RollingGram",
    "SingularValues",
    "g23",
    "gap",
    "gap_position",
    "gap_ratio",
    "gap_ratios",
    "singular_values",
    "weight_rounding",
    "weighted_gap_position",
]
