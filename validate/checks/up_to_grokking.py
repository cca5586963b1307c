"""Families of networks whose updates are looked at up to grokking, with windows and levels of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ..check import Check, Context
from ..evidence import Evidence, Figure
from ..profiles import DECAY, DYCK, FINE
from ..record import Record
from ..updates import Updates, updates_at
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Scores
from .networks import CAUSAL, CAUSAL_ANALOGUE
from .update_nulls import NOISE, SHUFFLED, SMOOTH, WALK, null_updates
from .window_figures import Score, Trajectories, at_strides

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Family:
    """One family of networks: its arm, the stride (optimizer steps) of its record, and what grokking means there."""

    arm: str
    stride: int
    level: float
    networks: str
    about: str

    def grokked(self, run: Run) -> Array:
        """The first step ``(S,)`` at or above the level; NaN where a seed does not get there."""
        return run.first_step(run.test_accuracy, self.level)


MODULAR = Family(DECAY, 10, 0.98, TWO_LAYER, ANALOGUE)
ON_DYCK = Family(DYCK, 20, 0.95, CAUSAL, CAUSAL_ANALOGUE)


def order_record(
    statement: str, family: Family, observable: str, window: int, why_window: str, margin: str
) -> Record:
    """The record of an order between medians up to grokking: a seed's number is the smaller step between two."""
    return Record(
        statement=statement,
        observable=observable,
        replication=f"a seed of the arm {family.arm} that groks; a seed that does not is left out and listed",
        test="the number is above the margin in most seeds: the 95 % interval of that share lies above 1/2",
        refuted_if="the interval of the share lies below 1/2",
        nulls=(WALK, NOISE, SMOOTH, SHUFFLED),
        constants={
            "margin": 0.0,
            "grokking": family.level,
            "window": float(window),
            "stride": float(family.stride),
        },
        reasons={
            "margin": margin,
            "grokking": "the source's held-out accuracy for this family",
            "window": why_window,
            "stride": "that of the run's record; no source",
        },
        networks=family.networks,
        effect=EFFECT,
    )


@dataclass(frozen=True, eq=False)
class Course:
    """The updates of a family up to grokking, their nulls, and both at other strides."""

    updates: Updates
    nulls: Mapping[str, Updates]
    strides: Mapping[int, Trajectories]

    def scores(self, score: Score, window: int) -> tuple[Scores, list[Scores]]:
        """The number of each seed, and of each replicate of each null; NaN where the window does not fit."""
        nulls = [_fitting(score, name, null, window) for name, null in self.nulls.items()]
        return _fitting(score, "seeds", self.updates, window), nulls

    def figures(self, draw: Callable[[Updates, int], Figure], window: int) -> tuple[Figure, ...]:
        """The figure of these windows; none where the window does not fit."""
        try:
            return (draw(self.updates, window),)
        except ValueError:
            return ()


def _fitting(score: Score, name: str, updates: Updates, window: int) -> Scores:
    try:
        return score(name, updates, window)
    except ValueError:  # a trajectory is too short for it: none of its seeds can take the test
        return Scores(name, updates.units, np.full(len(updates.units), np.nan))


def course(context: Context, family: Family, record: Record) -> Course:
    """The course of the family's arm, of the weights that it records."""
    run = context.runs[family.arm]
    recording = run.description.recording
    weights = ("*",) if recording is None else recording.weights
    updates = updates_at(run, family.stride, weights).until(family.grokked(run))
    replicates = context.profile.null_replicates
    nulls = null_updates(updates, run.description, replicates, record.nulls, context.null_seed)
    return Course(updates, nulls, at_strides(context, Trajectories((updates,), nulls), family.grokked))


def checks_of(
    families: Mapping[str, Family],
    records: Mapping[str, Record],
    judge: Callable[[str, Context], Evidence],
) -> tuple[Check, ...]:
    """One check for each statement, on its family; that of :data:`MODULAR` looks at a fine record where there is one."""
    return tuple(
        Check(
            statement,
            records[statement],
            (family.arm,),
            partial(judge, statement),
            optional=(FINE,) if family is MODULAR else (),
        )
        for statement, family in families.items()
    )
