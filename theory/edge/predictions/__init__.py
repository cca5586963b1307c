"""What the source predicts: decided by data, one subject per file."""

from . import features, optimizers, spectra, stability, warning

TOPICS = (
    (spectra, "Where the gap is, and what it does before grokking"),
    (stability, "How much of a mode survives, and how fast it turns"),
    (optimizers, "What the optimizer decides"),
    (warning, "What warns of a change"),
    (features, "What a trained network computes with"),
)
"""The topics in the order of the reports, with the heading of each."""
