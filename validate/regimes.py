"""Plateau, transition, forgetting: read off accuracy and loss alone, so that 𝒜 can be held against them.

Every window of a run gets at most one label, by what changed between its first and its last step:

==============  ==========================================================================================
forgetting      an accuracy that stood above chance by ``learned`` or more has fallen by ``step`` or more
transition      no such fall, and an accuracy has risen by ``step`` or more
plateau         every accuracy has moved by less than ``still``, and the log of the training loss by less
                than ``quiet``
unlabelled      anything between these
==============  ==========================================================================================

Accuracies are those of the training examples, the held-out examples, and every further set that the task
evaluates (the first task, after a switch to the second). The numbers have no source; they were fixed before
any value of 𝒜 was looked at, and verdicts are shown for half and for twice each of them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


class Regime(IntEnum):
    """What a window shows."""

    UNLABELLED = -1
    PLATEAU = 0
    TRANSITION = 1
    FORGETTING = 2


@dataclass(frozen=True)
class Rule:
    """The numbers of the table above; accuracies are shares, the loss is in nat.

    Raises:
        ValueError: a number is out of range, or a window could be a plateau and a transition at once.
    """

    step: float = 0.1
    still: float = 0.02
    learned: float = 0.2
    quiet: float = 0.1

    def __post_init__(self) -> None:
        if not 0 < self.still <= self.step < 1:
            raise ValueError(
                f"step={self.step}, still={self.still}; give 0 < still ≤ step < 1, so that no window is both a "
                "plateau and a transition"
            )
        if not (0 <= self.learned < 1 and self.quiet > 0):
            raise ValueError(
                f"learned={self.learned}, quiet={self.quiet}; give learned from 0 to 1 and quiet above 0"
            )

    def scaled(self, factor: float) -> Rule:
        """The rule with every number multiplied by ``factor``, for sensitivity."""
        return Rule(*(factor * n for n in (self.step, self.still, self.learned, self.quiet)))


def label(
    evaluation_steps: Steps,
    accuracies: Mapping[str, Array],
    train_loss: Array,
    ends: Steps,
    span: int,
    *,
    chance: float = 0.0,
    rule: Rule | None = None,
) -> npt.NDArray[np.int64]:
    """The regime of each window of each seed, ``(S, R)``.

    Args:
        evaluation_steps: the steps ``(E,)`` of the series, ascending.
        accuracies: series ``(S, E)`` by name.
        train_loss: ``(S, E)``, positive.
        ends: the last step of each window, ``(R,)``.
        span: steps between the first and the last weights of a window: W · stride.
        chance: the accuracy of guessing.
        rule: the numbers; those of the class if None.

    A window is judged by the last evaluations at or before its two ends; where there is none before its
    beginning, or a number is NaN (the seed diverged), it is unlabelled.

    Raises:
        ValueError: shapes differ, or windows are so short that both ends meet the same evaluation.
    """
    rule = rule or Rule()
    for name, series in {**accuracies, "train_loss": train_loss}.items():
        if series.shape != train_loss.shape or series.shape[1:] != evaluation_steps.shape:
            raise ValueError(
                f"{name} has shape {series.shape}; there are {len(evaluation_steps)} evaluations, and the loss has "
                f"shape {train_loss.shape}"
            )
    last = np.searchsorted(evaluation_steps, ends, "right") - 1
    first = np.searchsorted(evaluation_steps, ends - span, "right") - 1
    if np.any((first == last) & (first >= 0)):
        raise ValueError(
            f"windows of {span} steps see one evaluation at both ends; evaluate at least every {span} steps"
        )
    inside = first >= 0
    before, after = np.where(inside, first, 0), np.where(inside, last, 0)

    stacked = np.stack(list(accuracies.values()))  # (A, S, E)
    start, change = stacked[..., before], stacked[..., after] - stacked[..., before]
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.abs(np.log(train_loss[:, after] / train_loss[:, before]))
    fell = ((change <= -rule.step) & (start >= chance + rule.learned)).any(axis=0)
    rose = (change >= rule.step).any(axis=0)
    rested = (np.abs(change) < rule.still).all(axis=0) & (moved < rule.quiet)

    found = np.full(fell.shape, int(Regime.UNLABELLED))
    found[rested] = Regime.PLATEAU
    found[rose] = Regime.TRANSITION
    found[fell] = Regime.FORGETTING
    known = np.isfinite(change).all(axis=0) & np.isfinite(moved) & inside
    return np.where(known, found, int(Regime.UNLABELLED))
