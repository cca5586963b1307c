"""Initial-value problems of compiled systems, solved in time by one of several backends."""

from .backend import BACKENDS, Backend, BackendError, available
from .event import Direction, Event, crossing, gap_collapse, near_degeneracy
from .outcome import Outcome
from .solution import Dense, Hits, Solution
from .solve import compiled_once, integrate

__all__ = [
    "BACKENDS",
    "Backend",
    "BackendError",
    "Dense",
    "Direction",
    "Event",
    "Hits",
    "Outcome",
    "Solution",
    "available",
    "compiled_once",
    "crossing",
    "gap_collapse",
    "integrate",
    "near_degeneracy",
]
