"""The loss around the weights that a run has kept: curvature, gradients, ablations and moves along directions."""

from .lanczos import ritz_values
from .landscape import HELD_OUT, TRAIN, Along, Landscape, Measured
from .modes import Modes, modes_at
from .moves import ablated, removed, sized
from .random import random_directions, turned
from .split import Parts, update_parts

__all__ = [
    "HELD_OUT",
    "TRAIN",
    "Along",
    "Landscape",
    "Measured",
    "Modes",
    "Parts",
    "ablated",
    "modes_at",
    "random_directions",
    "removed",
    "ritz_values",
    "sized",
    "turned",
    "update_parts",
]
