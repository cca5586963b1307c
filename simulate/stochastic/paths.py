"""What the simulation of paths gives back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .job import Array, Integers
from .outcome import PathOutcome


@dataclass(frozen=True, eq=False)
class Paths:
    """P paths of n states at the times ``t (T,)``: ``y (n, T, P)``, NaN after the time at which a path stopped.

    ``outcomes``, ``stop_t``, ``accepted`` and ``rejected`` have shape ``(P,)``, ``stop_y`` has ``(n, P)``: how, when and
    in which state each path ended, in how many steps, and how many were rejected and halved. ``noise (m, T, P)`` holds
    the Brownian motions that drove the paths, from zero at the start, if it was asked for. ``message`` tells of the
    first path that ended worst.
    """

    t: Array
    y: Array
    noise: Array | None
    outcomes: Integers
    stop_t: Array
    stop_y: Array
    accepted: Integers
    rejected: Integers
    message: str
    method: str
    engine: str

    @property
    def outcome(self) -> PathOutcome:
        """The worst outcome of all paths."""
        return PathOutcome(int(np.max(self.outcomes, initial=0)))

    @property
    def succeeded(self) -> bool:
        """Whether every path reached the end."""
        return self.outcome is PathOutcome.REACHED_END
