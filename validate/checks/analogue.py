"""What the networks that are trained here stand for."""

from __future__ import annotations

ANALOGUE = (
    "Tested on an analogue: all weights of a two-layer network on modular addition; the source's networks are "
    "transformers, and its spectra those of attention weights."
)
