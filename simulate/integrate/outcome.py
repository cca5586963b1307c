"""How the integration of one trajectory ended: a closed list."""

from __future__ import annotations

from enum import IntEnum


class Outcome(IntEnum):
    """The later in the list, the worse: an ensemble as a whole has the worst outcome of its trajectories.

    Backends tell the first four; which of the others ``STEP_TOO_SMALL`` and ``TOO_MANY_STEPS`` are is decided
    afterwards, for all backends alike, from the slope and the Jacobian where the trajectory stopped
    (:mod:`.diagnosis`).
    """

    REACHED_END = 0
    EVENT = 1
    TOO_MANY_STEPS = 2
    STEP_TOO_SMALL = 3
    STIFF = 4
    SINGULAR = 5
    BLOW_UP = 6

    @property
    def says(self) -> str:
        """The outcome in words."""
        return _SAYS[self]


_SAYS = {
    Outcome.REACHED_END: "reached the end",
    Outcome.EVENT: "a terminal event took place",
    Outcome.TOO_MANY_STEPS: "the largest number of steps was taken",
    Outcome.STEP_TOO_SMALL: "the step became smaller than the spacing of floating-point times, for no reason seen in "
    "the slope; the tolerances may be below rounding, or the right-hand side may jump",
    Outcome.STIFF: "stiff: the largest number of steps was taken, and stability limits their length; take an implicit "
    "method",
    Outcome.SINGULAR: "singular: the slope grows without bound at a finite state (a gap that closes, levels that meet)",
    Outcome.BLOW_UP: "blow-up: a state grows without bound",
}
