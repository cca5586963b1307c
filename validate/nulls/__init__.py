"""Null models: updates that know nothing of the theory, shaped like those of a run."""

from .momentum import optimizer_noise
from .smooth import smooth_trajectory
from .white import white_noise
from .windows import NullSpectra, spectra_of_windows

__all__ = ["NullSpectra", "optimizer_noise", "smooth_trajectory", "spectra_of_windows", "white_noise"]
