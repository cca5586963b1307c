"""What the networks that are trained here stand for."""

from __future__ import annotations

from ..record import Record

ANALOGUE = (
    "Tested on an analogue: all weights of a two-layer network on modular addition; the source's networks are "
    "transformers, and its spectra those of attention weights."
)

TWO_LAYER = (
    "two-layer networks with quadratic activation on addition modulo 23 (7 in the smoke profile), width 256 (24), "
    "AdamW, all weights together"
)

EFFECT = 0.9
"""The share of seeds that would pass if a claim held that is said to hold everywhere: one failure in ten. No source."""


def power(record: Record, seeds: int) -> dict[str, str]:
    """What the design can see, as an entry of the evidence."""
    return {"Power of the design": str(record.power(seeds))}
