"""Arms that stand beside P10 and decide nothing: no decay under other softmaxes, label noise, frozen features."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ..check import Context
from ..evidence import Table
from ..profiles import FLOAT64, FROZEN, NOISY, STABLEMAX
from ..statistics.shares import share

Array = npt.NDArray[np.float64]

ARMS = {
    FLOAT64: "without decay, softmax in float64",
    STABLEMAX: "without decay, StableMax",
    NOISY: "with decay and label noise",
    FROZEN: "with decay, features frozen",
}
"""Whether a fall needs decay, or learning, shows where grokking is brought about, or kept away, by something else."""

TITLE = "Other arms, up to the step at which the same seed groks with decay: shown, and decide nothing"


def controls(
    context: Context,
    until: Array,
    level: float,
    fold: float,
    falls: Callable[[Run, Array], list[tuple[int, float, float]]],
) -> tuple[tuple[Table, ...], dict[str, str]]:
    """A table of every seed of these arms, and how many fall; nothing where the profile trains none of them.

    Args:
        context: of P10.
        until: the steps ``(S,)`` at which the seeds of the arm with decay grok; NaN for never.
        level: the held-out accuracy of grokking.
        fold: what counts as a fall.
        falls: from a run and steps to (seed, step, fall).
    """
    rows: list[tuple[str | float | int | None, ...]] = []
    told = []
    for arm, name in ARMS.items():
        run = context.runs.get(arm)
        if run is None:
            continue
        own = dict(zip(run.description.seeds, run.first_step(run.test_accuracy, level), strict=True))
        found = falls(run, until)
        rows += [
            (name, seed, float(own[seed]) if np.isfinite(own[seed]) else None, step, value)
            for seed, step, value in found
        ]
        grokked = int(np.isfinite(list(own.values())).sum())
        fallen = share([value >= fold for _, _, value in found if np.isfinite(value)])
        told.append(f"{name}: {grokked} of {len(own)} grok, {fallen} fall")
    if not rows:
        return (), {}
    columns = ("arm", "seed", "its own grokking step", "looked at up to step", "fall of g_23")
    return (Table(TITLE, columns, tuple(rows)),), {"Other arms": "; ".join(told)}
