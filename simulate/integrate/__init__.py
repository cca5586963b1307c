"""Initial-value problems of compiled systems, solved in time."""

from .solve import METHODS, Trajectory, integrate

__all__ = ["METHODS", "Trajectory", "integrate"]
