"""What a network computes with, and how its loss bends from batch to batch, from weights that a run has kept."""

from .commutator import Defects, batches, defects
from .fourier import concentration, discrete_logarithms
from .hidden import change, hidden_activations
from .probe import Probe, explained_share

__all__ = [
    "Defects",
    "Probe",
    "batches",
    "change",
    "concentration",
    "defects",
    "discrete_logarithms",
    "explained_share",
    "hidden_activations",
]
