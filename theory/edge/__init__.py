"""The spectral edge theory: window algebra, flow of signal strengths and gap, and its predictions."""

from __future__ import annotations

from ..theory import Theory
from . import assumptions, gap_flow, rank_two_shift, signal_strength, spectrum_claims
from .notation import NOTATION

THEORY = Theory(
    name="spectral-edge",
    title="The spectral edge theory of neural-network training",
    notation=NOTATION,
    statements=(
        *assumptions.STATEMENTS,
        *rank_two_shift.STATEMENTS,
        *signal_strength.STATEMENTS,
        *gap_flow.STATEMENTS,
        *spectrum_claims.STATEMENTS,
    ),
)
