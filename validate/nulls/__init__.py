"""Null models: updates that know nothing of the theory, shaped like those of a run."""

from .momentum import noise_products, optimizer_noise
from .registry import NULLS, Drawn, Null, Twin, nulls_of, spectra_of_run
from .rotated import direction_products, haar_rotation, rotated_products, rotated_updates
from .shuffled import shuffled_updates
from .smooth import smooth_trajectory
from .walk import random_walk, step_norms, walk_products
from .white import white_noise
from .windows import NullSpectra, blocks, null_of_products, spectra_of_windows

__all__ = [
    "NULLS",
    "Drawn",
    "Null",
    "NullSpectra",
    "Twin",
    "blocks",
    "direction_products",
    "haar_rotation",
    "noise_products",
    "null_of_products",
    "nulls_of",
    "optimizer_noise",
    "random_walk",
    "rotated_products",
    "rotated_updates",
    "shuffled_updates",
    "smooth_trajectory",
    "spectra_of_run",
    "spectra_of_windows",
    "step_norms",
    "walk_products",
    "white_noise",
]
