"""What the source predicts: decided by data, one subject per file."""

from . import features, grokking, landscape, optimizers, series, spectra, stability, warning

TOPICS = (
    (spectra, "Where the gap is, and what it does before grokking"),
    (grokking, "How far the gap falls before grokking, and when it comes"),
    (series, "The course of the gap over training, and what goes with it"),
    (stability, "How much of a mode survives, and how fast it turns"),
    (landscape, "The loss around the weights: curvature, decay, ablation, importance"),
    (optimizers, "What the optimizer decides"),
    (warning, "What warns of a change"),
    (features, "What a trained network computes with"),
)
"""The topics in the order of the reports, with the heading of each."""
