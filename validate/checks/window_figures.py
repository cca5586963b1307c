"""What a count of seeds owes to the window and to the stride: the same test on windows that were not chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ..check import Context
from ..evidence import Figure
from ..profiles import FINE
from ..sensitivity import sensitivity_figure
from ..statistics.shares import Share, share
from ..updates import Updates, recorded_updates
from .counted import Scores, Test
from .update_nulls import DRAWN, FEW, null_updates

Array = npt.NDArray[np.float64]

WINDOWS = (3, 5, 10, 20)
"""Rows of a window; the source's are 3, 5, 10, and 20 in one comparison."""

STRIDES = (1, 10, 100)
"""Steps of a row; the source's snapshots lie 100 to 500 steps apart, in runs that are ten times as long."""

Score = Callable[[str, Updates, int], Scores]
"""From a name, trajectories and a window to one number each; a ValueError says that the window does not fit."""


@dataclass(frozen=True, eq=False)
class Trajectories:
    """What is looked at in windows of one stride: the seeds of one arm or more, and the null models."""

    data: tuple[Updates, ...]
    nulls: Mapping[str, Updates] = field(default_factory=dict)

    def coarser(self, factor: int) -> Trajectories:
        """The same at ``factor`` times the stride."""
        nulls = {name: null.coarser(factor) for name, null in self.nulls.items()}
        return Trajectories(tuple(one.coarser(factor) for one in self.data), nulls)


def at_strides(
    context: Context,
    chosen: Trajectories,
    until: Callable[[Run], Array] | None = None,
    drawn: Mapping[str, str] | None = None,
) -> dict[int, Trajectories]:
    """The trajectories at their own stride, and at each of :data:`STRIDES` that they, or :data:`.profiles.FINE`, can have.

    Args:
        context: with the arm :data:`.profiles.FINE` where the profile trains it.
        chosen: at the stride that decides; seeds come first in ``data``.
        until: the last step that counts, of each seed of that arm; all of it by default.
        drawn: names that a record gives to null models of :mod:`.update_nulls`, where they differ.
    """
    own = chosen.data[0].stride
    found = {stride: chosen.coarser(stride // own) for stride in {own, *STRIDES} if stride % own == 0}
    fine = context.runs.get(FINE)
    if fine is not None and fine.description.recording is not None:
        updates = recorded_updates(fine)
        updates = updates if until is None else updates.until(until(fine))
        # Rows far apart have no known product there, so that they cannot be put in another order.
        models = {name: (drawn or {}).get(name, name) for name in chosen.nulls}
        models = {name: model for name, model in models.items() if model in DRAWN}
        replicates = min(FEW, context.profile.null_replicates)
        made = null_updates(updates, fine.description, replicates, tuple(models.values()), context.null_seed)
        nulls = {name: made[model] for name, model in models.items()}
        found[updates.stride] = Trajectories((updates,), nulls)
    return dict(sorted(found.items()))


def window_figures(
    statement: str,
    strides: Mapping[int, Trajectories],
    score: Score,
    test: Test,
    threshold: float,
    nulls: Sequence[str],
    fixed: int,
    where: str = "",
) -> tuple[Figure, ...]:
    """One figure per stride: the share that passes against the window, where any window fits.

    Args:
        statement: its identifier.
        strides: what there is to look at, by stride.
        score: the number of each trajectory.
        test: which numbers pass ``threshold``.
        threshold: as fixed by the record.
        nulls: their names; one that a stride does not have is a hole in its line.
        fixed: the window of the record.
        where: what else is to be said of the windows, such as "in the first 600 steps".
    """
    figures = []
    for stride, chosen in strides.items():
        data = [_share(score, test, threshold, chosen.data, window) for window in WINDOWS]
        if not any(one.total for one in data):
            continue
        beside = {
            name: [
                _share(score, test, threshold, (chosen.nulls[name],) if name in chosen.nulls else (), window)
                for window in WINDOWS
            ]
            for name in nulls
        }
        of = f"the window at stride {stride}" + (f", {where}" if where else "")
        figures.append(sensitivity_figure(statement, of, WINDOWS, data, beside, fixed, "rows"))
    return tuple(figures)


def _share(score: Score, test: Test, threshold: float, looked_at: Sequence[Updates], window: int) -> Share:
    passed: list[bool] = []
    for updates in looked_at:
        try:
            values = score("", updates, window).values
        except ValueError:  # the window does not fit into the rows, or the number needs more modes
            continue
        passed += [bool(one) for one in test(values[~np.isnan(values)], threshold)]
    return share(passed)


def above(values: Array, threshold: float) -> npt.NDArray[np.bool_]:
    """Which are larger than the threshold."""
    return values > threshold
