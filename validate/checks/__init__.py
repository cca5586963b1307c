"""All checks of the spectral edge theory that go beyond its derivations, in the order of the table."""

from __future__ import annotations

from ..check import Check
from . import (
    commutator_lead,
    detection,
    distribution_shift,
    freed,
    functional_modes,
    gap_flow,
    gap_position,
    grokking_gap,
    kernel_regimes,
    mode_rotation,
    mode_stability,
    optimizer_gap,
    optimizer_path,
    rank_two_shift,
    regime_separation,
    regimes,
    signal_strength,
)

CHECKS: tuple[Check, ...] = (
    *rank_two_shift.CHECKS,
    *signal_strength.CHECKS,
    *gap_flow.CHECKS,
    *detection.CHECKS,
    *gap_position.CHECKS,
    *grokking_gap.CHECKS,
    *regimes.CHECKS,
    *kernel_regimes.CHECKS,
    *regime_separation.CHECKS,
    *mode_stability.CHECKS,
    *mode_rotation.CHECKS,
    *optimizer_gap.CHECKS,
    *optimizer_path.CHECKS,
    *commutator_lead.CHECKS,
    *distribution_shift.CHECKS,
    *freed.CHECKS,
    *functional_modes.CHECKS,
)
