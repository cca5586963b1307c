"""How one path ended: a closed list."""

from __future__ import annotations

from enum import IntEnum


class PathOutcome(IntEnum):
    """The later in the list, the worse: many paths as a whole have the worst outcome of any."""

    REACHED_END = 0
    TOO_MANY_STEPS = 1
    UNRESOLVED = 2
    BLOW_UP = 3

    @property
    def says(self) -> str:
        """The outcome in words."""
        return _SAYS[self]


_SAYS = {
    PathOutcome.REACHED_END: "reached the end",
    PathOutcome.TOO_MANY_STEPS: "the largest number of steps was taken",
    PathOutcome.UNRESOLVED: "unresolved: even a step halved as often as allowed was rejected, at a finite state (states "
    "that meet, or noise that reaches across a wall)",
    PathOutcome.BLOW_UP: "blow-up: even a step halved as often as allowed led to a number that is not finite",
}
