"""What the source predicts: decided by data, one subject per file."""

from . import spectra

TOPICS = ((spectra, "Where the gap is, and what it does before grokking"),)
"""The topics in the order of the reports, with the heading of each."""
