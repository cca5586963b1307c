"""Plateau, transition, forgetting: read off accuracies alone, so that 𝒜 can be held against them.

Every window of a run gets at most one label:

==============  ==========================================================================================
forgetting      an accuracy that stood above chance by ``learned`` or more falls by ``step`` or more
                between the first and the last step of the window
transition      no such fall, and the newest row of the window lies in the rise of held-out accuracy: from
                a tenth to nine tenths of the way from its lowest value to its highest, on one task, if
                that way is ``step`` or longer
plateau         neither, and every accuracy moves by less than ``still`` over the window
unlabelled      anything between these
==============  ==========================================================================================

Accuracies are those of the training examples, the held-out examples, and every further set that the task
evaluates (the first task, after a switch to the second). The tenths are the source's way of speaking of a
transition; the other numbers have no source. Verdicts are shown for half and for twice each of them too. All
were fixed before any value of 𝒜 on a plateau was looked at. A first form of the rule asked the training loss to
rest as well; it found no plateau in any seed, and was given up for the source's, which asks accuracies only.
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
    """The numbers of the table above, all shares.

    Raises:
        ValueError: a number is out of range, or a window could be a plateau and a transition at once.
    """

    step: float = 0.1
    still: float = 0.02
    learned: float = 0.2

    def __post_init__(self) -> None:
        if not 0 < self.still <= self.step < 1:
            raise ValueError(
                f"step={self.step}, still={self.still}; give 0 < still ≤ step < 1, so that no window is both a "
                "plateau and a transition"
            )
        if not 0 <= self.learned < 1:
            raise ValueError(f"learned={self.learned}; give a share from 0 on, and below 1")

    def scaled(self, factor: float) -> Rule:
        """The rule with every number multiplied by ``factor``, for sensitivity."""
        return Rule(*(factor * n for n in (self.step, self.still, self.learned)))


FROM, TO = 0.1, 0.9
"""The part of a rise that is called the transition; arXiv:2603.28964 speaks of 10 % and 90 %."""


@dataclass(frozen=True, eq=False)
class Watched:
    """What labels are made from. Series are ``(S, E)``, measured at ``steps (E,)``, ascending.

    ``held_out`` is the accuracy on held-out examples of the task that is being trained, ``others`` are all
    other accuracies by name, ``chance`` the accuracy of guessing, ``switches`` the steps at which the task
    changes.

    Raises:
        ValueError: shapes differ.
    """

    steps: Steps
    held_out: Array
    others: Mapping[str, Array]
    chance: float = 0.0
    switches: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name, series in {"held_out": self.held_out, **self.others}.items():
            if series.shape != self.held_out.shape or series.shape[1:] != self.steps.shape:
                raise ValueError(
                    f"{name} has shape {series.shape}; give (S, E), with {len(self.steps)} evaluations and "
                    f"{len(self.held_out)} seeds"
                )


def label(
    watched: Watched, ends: Steps, span: int, newest: int, rule: Rule | None = None
) -> npt.NDArray[np.int64]:
    """The regime of each window of each seed, ``(S, R)``.

    Args:
        watched: the series.
        ends: the last step of each window, ``(R,)``.
        span: steps between the first and the last weights of a window: W · stride.
        newest: steps of its newest row: the stride.
        rule: the numbers; those of the class if None.

    A window is judged by the last evaluations at or before its two ends; where there is none before its
    beginning, or a number is NaN (the seed diverged), it is unlabelled.

    Raises:
        ValueError: windows are so short that both ends meet the same evaluation.
    """
    rule = rule or Rule()
    steps = watched.steps
    last = np.searchsorted(steps, ends, "right") - 1
    first = np.searchsorted(steps, ends - span, "right") - 1
    if np.any((first == last) & (first >= 0)):
        raise ValueError(
            f"windows of {span} steps see one evaluation at both ends; evaluate at least every {span} steps"
        )
    inside = first >= 0
    before, after = np.where(inside, first, 0), np.where(inside, last, 0)

    accuracies = np.stack([watched.held_out, *watched.others.values()])  # (A, S, E)
    start, change = accuracies[..., before], accuracies[..., after] - accuracies[..., before]
    fell = ((change <= -rule.step) & (start >= watched.chance + rule.learned)).any(axis=0)
    rising = np.stack([_rising(watched, seed, ends, newest, rule) for seed in range(len(watched.held_out))])
    rested = (np.abs(change) < rule.still).all(axis=0)

    found = np.full(fell.shape, int(Regime.UNLABELLED))
    found[rested] = Regime.PLATEAU
    found[rising] = Regime.TRANSITION
    found[fell] = Regime.FORGETTING
    known = np.isfinite(change).all(axis=0) & inside
    return np.where(known, found, int(Regime.UNLABELLED))


def _rising(watched: Watched, seed: int, ends: Steps, newest: int, rule: Rule) -> npt.NDArray[np.bool_]:
    """Whether the newest row of each window lies in a rise of held-out accuracy, ``(R,)``."""
    inside = np.zeros(len(ends), dtype=np.bool_)
    borders = np.searchsorted(watched.steps, (*watched.switches, watched.steps[-1] + 1))
    for begin, end in zip((0, *borders[:-1]), borders, strict=True):
        series = watched.held_out[seed, begin:end]
        if len(series) < 2 or not np.isfinite(series).any():
            continue
        top = int(np.nanargmax(series))
        low = int(np.nanargmin(series[: top + 1]))
        rise = series[top] - series[low]
        if rise < rule.step:
            continue
        climb = series[low : top + 1]
        enters = begin + low + int(np.argmax(climb >= series[low] + FROM * rise))
        leaves = begin + low + int(np.argmax(climb >= series[low] + TO * rise))
        # The tenth was passed somewhere after the evaluation before.
        since = watched.steps[max(enters - 1, begin)]
        inside |= (ends > since) & (ends - newest < watched.steps[leaves])
    return inside
