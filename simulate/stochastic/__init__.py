"""Many paths of an Itô process at once, and the exact laws to judge them by."""

from .model import METHODS, MethodError
from .outcome import PathOutcome
from .paths import Paths
from .simulate import ENGINES, simulate_paths

__all__ = ["ENGINES", "METHODS", "MethodError", "PathOutcome", "Paths", "simulate_paths"]
