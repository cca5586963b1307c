"""What the small transformers stand for, in the words of a record."""

from __future__ import annotations

ENCODER = (
    "two-layer pre-norm transformer encoders of width 48 on addition modulo 23 (width 8, modulo 5 in the smoke profile), "
    "AdamW with decay 2, attention weights"
)
ENCODER_ANALOGUE = (
    "Tested on an analogue: an encoder of width 48 on addition modulo 23; the source's networks have 51 and 124 million "
    "parameters, or width 128 on addition modulo 97."
)
CAUSAL = (
    "two-layer causal transformers of width 32 (8 in the smoke profile) on Dyck-1, AdamW, attention weights"
)
CAUSAL_ANALOGUE = (
    "Tested on an analogue: a causal transformer of width 32, 50 training and 500 held-out words; the source's has "
    "width 128, and 5000."
)
