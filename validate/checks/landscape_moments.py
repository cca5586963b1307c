"""The windows whose landscape is looked at: at fixed moments of each seed's own course, computed once for all checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from ...simulate.landscape import (
    TRAIN,
    Landscape,
    Modes,
    modes_at,
    random_directions,
)
from ...simulate.landscape.random import rotation
from ...simulate.run import Run
from ..profiles import DECAY
from ..record import Record
from .counted import Scores

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

GROKKING = 0.98
"""The source's held-out accuracy for modular arithmetic: a constant of each record that uses these moments."""

REASON = {"grokking": "the source's held-out accuracy for modular arithmetic"}

_RANDOM, _FORMS = 32, 100
"""Which draw, beside the seed of the null models; no meaning."""


class Moment(Enum):
    """When a window ends, by a rule on the seed's held-out accuracy alone."""

    HALF = "half-way to grokking"
    """At the last snapshot that is not after half the step of grokking."""
    GROKKING = "at grokking"
    """At the first snapshot at or after it."""
    LATE = "at the last snapshot"
    """Of a seed that has grokked by then."""


def moment_steps(run: Run, moment: Moment, level: float = GROKKING) -> Array:
    """The step at which each seed's window ends, ``(S,)``; NaN for a seed that has none.

    None has a seed that does not grok within the snapshots, or whose window would begin before step 0.
    """
    kept = run.snapshot_steps
    steps = np.full(len(run.description.seeds), np.nan)
    grokked = run.first_step(run.test_accuracy, level)
    for place, step in enumerate(grokked):
        if not (len(kept) and step <= kept[-1]):
            continue
        last = kept[-1] if moment is Moment.LATE else kept[kept >= step][0]
        steps[place] = kept[kept <= step / 2][-1] if moment is Moment.HALF else last
    steps[steps < span(run)] = np.nan
    return steps


def span(run: Run) -> int:
    """Steps that a window covers: W rows of the stride of the snapshots.

    Raises:
        ValueError: the run records no windows, or keeps no weights.
    """
    recording, snapshots = run.description.recording, run.description.snapshots
    if recording is None or snapshots is None:
        raise ValueError(
            "a landscape needs a run with a recording (for W) and with snapshots (for the weights)"
        )
    return recording.window * snapshots.every


@dataclass(frozen=True, eq=False)
class Seen:
    """The windows of some seeds of a run, and the landscapes they are in; ``places (S',)`` are the seeds' places."""

    run: Run
    modes: Modes
    places: Places
    null_seed: int

    @cached_property
    def landscape(self) -> Landscape:
        """The losses of these seeds."""
        return Landscape(self.run.description, self.modes.seeds)

    @cached_property
    def random(self) -> Array:
        """Random directions in parameter space, ``(S', W, p)``; the same at every moment and in every arm."""
        return self.drawn(self.modes.window, _RANDOM)

    @cached_property
    def hessian(self) -> Array:
        """``V H Vᵀ`` of the training loss on the modes of the window, ``(S', W, W)``; NaN where a mode is not known."""
        return self.on(self.modes.v, TRAIN)

    @cached_property
    def random_hessian(self) -> Array:
        """The same on :attr:`random` directions."""
        return self.on(self.random, TRAIN)

    def weakest(self, count: int = 1) -> Array:
        """The weakest resolved modes of each window, ``(S', count, p)``, strongest first; NaN where there are fewer."""
        places = self.modes.resolved.sum(axis=1)[:, None] - np.arange(count, 0, -1)  # (S', count)
        taken = np.take_along_axis(self.modes.v, np.maximum(places, 0)[..., None], axis=1)
        return np.where((places >= 0)[..., None], taken, np.nan)

    def drawn(self, count: int, purpose: int) -> Array:
        """``count`` random orthonormal directions of the weights that the window is made of, ``(S', count, p)``."""
        chosen = self.modes.chosen
        found = np.zeros((len(self.modes.seeds), count, len(chosen)))
        found[:, :, chosen] = random_directions(
            self.modes.seeds, count, int(chosen.sum()), self._draw(purpose)
        )
        return found

    def on(self, v: Array, data: str) -> Array:
        """``v_j · H v_k`` at the weights, ``(S', m, m)``, for ``v (S', m, p)``."""
        known = np.asarray(np.isfinite(v).all(axis=2))
        used = np.where(known[..., None], v, 0.0)
        found = np.einsum("smp,snp->smn", used, self.landscape.products(self.modes.theta, used, data))
        return np.where(known[:, :, None] & known[:, None], found, np.nan)

    def turned_forms(self, matrices: Array, draws: int) -> Array:
        """``w_j · M w_j`` for directions turned at random, ``(S', draws, m)``, of ``M (S', m, m)`` on the directions.

        As curvatures of turned directions are sums over those of the ones they are made of, no product with the Hessian
        is needed. Directions that are not known are left out, and the last of each draw are NaN. Draws of the same number
        turn alike, whatever M is.
        """
        found = np.full((len(matrices), draws, matrices.shape[1]), np.nan)
        for place, (seed, matrix) in enumerate(zip(self.modes.seeds, matrices, strict=True)):
            known = np.flatnonzero(np.isfinite(np.diagonal(matrix)))
            inside = matrix[np.ix_(known, known)]
            for draw in range(draws):
                q = rotation(seed, len(known), self._draw(_FORMS + draw))
                found[place, draw, : len(known)] = np.einsum("jm,mn,jn->j", q, inside, q)
        return found

    def _draw(self, purpose: int) -> int:
        return 1000 * self.null_seed + purpose


@lru_cache(maxsize=5)
def seen(run: Run, moment: Moment, null_seed: int, level: float = GROKKING) -> Seen | None:
    """The windows of a run at a moment; None where no seed has one. ``level`` is the accuracy that is grokking."""
    return seen_at(run, moment_steps(run, moment, level), null_seed)


def seen_at(run: Run, steps: Array, null_seed: int) -> Seen | None:
    """The windows that end at ``steps (S,)``, of the seeds where they are no NaN; None where no seed is left."""
    places = np.flatnonzero(np.isfinite(steps))
    if not len(places):
        return None
    recording, snapshots = run.description.recording, run.description.snapshots
    assert recording is not None
    assert snapshots is not None
    modes = modes_at(run, steps[places].astype(np.int64), recording.window, snapshots.every, places)
    return Seen(run, modes, places, null_seed)


def scores(
    name: str, run: Run, places: Places, values: Array, beside: Mapping[str, Array] | None = None
) -> Scores:
    """One number for each seed of ``run``, from those ``(S',)`` of the seeds at ``places``; NaN for the others.

    ``beside`` are further columns, ``(S',)`` each.
    """
    seeds = run.description.seeds

    def spread(numbers: Array) -> Array:
        whole = np.full(len(seeds), np.nan)
        whole[places] = numbers
        return whole

    columns = {key: spread(np.asarray(column, dtype=np.float64)) for key, column in (beside or {}).items()}
    return Scores(name, tuple(seeds), spread(values), columns)


def replicates(name: str, run: Run, places: Places, values: Array) -> Scores:
    """Numbers ``(S', m)`` of m replicates of each seed at ``places``; the other seeds have none."""
    units = np.repeat(np.array(run.description.seeds)[places], values.shape[1])
    return Scores(name, tuple(units.tolist()), values.ravel())


def unseen(run: Run, record: Record, *columns: str, arm: str = DECAY) -> tuple[Scores, list[Scores]]:
    """Data and nulls where no seed has a window: every seed is listed, none is counted."""
    none, empty = np.empty(0, dtype=np.int64), np.empty(0)
    data = scores(arm, run, none, empty, dict.fromkeys(columns, empty))
    return data, [replicates(name, run, none, np.empty((0, 1))) for name in record.nulls]
