"""A study: some runs, and one line of numbers for each of their seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...simulate.description import RunDescription

SIZES = ("tiny", "small", "full")
SEEDS = (42, 137, 2024)
"""The source's."""


@dataclass(frozen=True)
class Study:
    """What is trained for a replication.

    Args:
        name: by which it is asked for.
        about: a sentence for people.
        level: the held-out accuracy that counts as grokking, the source's for this task.
        arms: from a size of :data:`SIZES` to the runs by name.
        reported: the source's grokking step by (arm, seed), where it gives one.
    """

    name: str
    about: str
    level: float
    arms: Callable[[str], Mapping[str, RunDescription]]
    reported: Mapping[tuple[str, int], int] = field(default_factory=dict)


@dataclass(frozen=True)
class SeedLine:
    """What one seed of one arm did. Steps are None where they were not reached within the run.

    ``memorised`` and ``grokked`` are the first evaluated steps with training accuracy 0.99 and with the
    study's held-out level; ``reported`` is the source's grokking step. ``position`` is the most frequent
    k* and ``leading_share`` the median of σ_1²/Σσ² over the windows up to grokking (all windows without
    it); ``fall`` is the largest g_23 over the last one there. ``held_out`` is the last held-out accuracy.
    """

    arm: str
    seed: int
    memorised: int | None
    grokked: int | None
    reported: int | None
    position: int | None
    leading_share: float | None
    fall: float | None
    held_out: float
    diverged: int | None


@dataclass(frozen=True)
class StudyResult:
    """All lines of a study, what they were computed from, and by what.

    ``runs`` maps each arm to the JSON of its description; ``provenance`` to where its run comes from.
    """

    study: str
    size: str
    lines: tuple[SeedLine, ...]
    runs: Mapping[str, str]
    provenance: Mapping[str, Mapping[str, Any]]
    reused: int
