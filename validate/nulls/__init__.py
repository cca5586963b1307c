"""Null models: updates that know nothing of the theory, shaped like those of a run."""

from .momentum import optimizer_noise
from .shuffled import shuffled_updates
from .smooth import smooth_trajectory
from .walk import random_walk, step_norms, walk_products
from .white import white_noise
from .windows import NullSpectra, blocks, spectra_of_windows

__all__ = [
    "NullSpectra",
    "blocks",
    "optimizer_noise",
    "random_walk",
    "shuffled_updates",
    "smooth_trajectory",
    "spectra_of_windows",
    "step_norms",
    "walk_products",
    "white_noise",
]
