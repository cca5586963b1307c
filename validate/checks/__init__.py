"""All checks, in the order of the table."""

from __future__ import annotations

from ..check import Check
from . import detection, gap_flow, gap_position, grokking_gap, rank_two_shift, signal_strength
from .derived import derivation_check, source_form_check

CHECKS: tuple[Check, ...] = (
    *rank_two_shift.CHECKS,
    source_form_check("F1"),
    derivation_check("F1.row"),
    derivation_check("F1.squared"),
    *signal_strength.CHECKS,
    derivation_check("F1.closed"),
    source_form_check("F2"),
    derivation_check("F2-amended"),
    source_form_check("F3"),
    *gap_flow.CHECKS,
    *detection.CHECKS,
    *gap_position.CHECKS,
    *grokking_gap.CHECKS,
)
