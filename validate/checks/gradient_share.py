"""P14: along v_1, does the gradient drive the weights before grokking, and weight decay at grokking?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from ...simulate.landscape import update_parts
from ..check import Check, Context
from ..evidence import Evidence, Table
from ..profiles import DECAY, DYCK
from ..record import Record
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Told, Varied, at_least, judge_scores
from .landscape_moments import GROKKING, Moment, Seen, replicates, scores, seen, unseen
from .networks import CAUSAL, CAUSAL_ANALOGUE

Array = npt.NDArray[np.float64]

LAST = "the weakest resolved mode of each window"
RANDOM = "random directions in parameter space"
WEIGHTS = "the direction of the weights themselves"


@dataclass(frozen=True)
class Family:
    """One family of networks: its arm, its grokking level, and what the source reports of it."""

    arm: str
    grokking: float
    reported: str
    networks: str
    about: str


FAMILIES: Mapping[str, Family] = {
    "P14": Family(
        DECAY,
        GROKKING,
        "97.6 % before and 5.3 % at grokking on Dyck, 88.7 % and 0.2 % on SCAN",
        TWO_LAYER,
        ANALOGUE,
    ),
    "P14.dyck": Family(DYCK, 0.95, "97.6 % before and 5.3 % at grokking", CAUSAL, CAUSAL_ANALOGUE),
}


def _record(statement: str, family: Family) -> Record:
    return Record(
        statement=statement,
        observable="the gradient share Σ(gradient part)²/(Σ(gradient part)² + Σ(decay part)²) of the rows of a window along "
        "v_1: the smaller of the share in the window that ends half-way to grokking and of 1 less the share in the one that "
        "ends at grokking. A row's decay part is what decay alone would have made of the weights before it",
        replication=f"a seed of the arm {family.arm} that groks while weights are kept, late enough for a window to end "
        "half-way there; others are left out and listed",
        test="the number is at least the level in most seeds, so that the share crosses it downwards: the 95 % interval "
        "of that share of seeds lies above 1/2",
        refuted_if="the interval of the share lies below 1/2",
        nulls=(LAST, RANDOM, WEIGHTS),
        constants={"level": 0.5, "grokking": family.grokking},
        reasons={
            "level": "which part is the larger: it separates 97.6 from 5.3 % and 88.7 from 0.2 %, as reported",
            "grokking": "the source's held-out accuracy for this family",
        },
        networks=family.networks,
        effect=EFFECT,
    )


RECORDS = {statement: _record(statement, family) for statement, family in FAMILIES.items()}


def crossing(before: Array, at: Array) -> Array:
    """The largest level above which a share lay before and below which it lies then: min(before, 1 − at)."""
    return np.asarray(np.minimum(before, 1 - at))


def judge(statement: str, context: Context) -> Evidence:
    """The share along v_1 at both moments, and along directions that are not the window's."""
    family, record = FAMILIES[statement], RECORDS[statement]
    run = context.runs[family.arm]
    before, at = (
        seen(run, moment, context.null_seed, family.grokking) for moment in (Moment.HALF, Moment.GROKKING)
    )
    tables: tuple[Table, ...] = ()
    if before is None or at is None or not len(np.intersect1d(before.places, at.places)):
        data, nulls = unseen(run, record, "share before", "share at grokking", arm=family.arm)
    else:
        places = np.intersect1d(before.places, at.places)
        first, then = (_shares(one, places) for one in (before, at))
        own, last, random, weights = (crossing(*pair) for pair in zip(first, then, strict=True))
        beside = {"share before": first[0][:, 0], "share at grokking": then[0][:, 0]}
        data = scores(family.arm, run, places, own[:, 0], beside)
        nulls = [
            scores(LAST, run, places, last[:, 0]),
            replicates(RANDOM, run, places, random),
            scores(WEIGHTS, run, places, weights[:, 0]),
        ]
        tables = (_others(places, before, at),)
    return judge_scores(
        context,
        record,
        data,
        nulls,
        at_least,
        Varied("level", "the level that the share crosses", (0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.95)),
        Told(
            "smaller of the share before and of 1 less the share at grokking",
            "the gradient share along v_1 falls from above one half to below it",
            family.reported,
            family.about,
        ),
        tables=tables,
    )


def _shares(one: Seen, places: npt.NDArray[np.int64]) -> tuple[Array, Array, Array, Array]:
    """Along v_1, the weakest mode, random directions, and the weights: ``(S', m)`` each.

    Directions in the window's span would be no null: their updates are mostly those along v_1.
    """
    picked = np.searchsorted(one.places, places)
    theta = one.modes.theta * one.modes.chosen
    weights = (theta / np.linalg.norm(theta, axis=1, keepdims=True))[:, None]
    own, last, random, along = (
        update_parts(one.run.description, one.modes, v).energy_share[picked]
        for v in (one.modes.v[:, :1], one.weakest(), one.random, weights)
    )
    return own, last, random, along


def _others(places: npt.NDArray[np.int64], before: Seen, at: Seen) -> Table:
    """Other ways to put the share: of the newest row alone, and with the source's trapezoid."""
    rows: list[tuple[str | float | int | None, ...]] = []
    for one, when in ((before, Moment.HALF.value), (at, Moment.GROKKING.value)):
        parts = update_parts(one.run.description, one.modes, one.modes.v[:, :1])
        picked = np.searchsorted(one.places, places)
        aligned = np.sign((parts.gradient * parts.decay).sum(axis=2))
        rows += [
            (
                one.modes.seeds[i],
                when,
                int(one.modes.steps[i]),
                float(parts.energy_share[i, 0]),
                float(parts.share[i, 0]),
                _trapezoid(one, int(i)),
                "aligned" if aligned[i, 0] > 0 else "opposing",
            )
            for i in picked
        ]
    columns = (
        "seed", "window", "step", "share", "of the newest row, without squares", "with the source's trapezoid",
        "gradient and decay",
    )  # fmt: skip
    return Table("The gradient share along v_1, put in other ways", columns, tuple(rows))


def _trapezoid(one: Seen, i: int) -> float:
    """The share with ``−ηω n`` times the mean of the weights before and after each row as the decay part."""
    description, modes = one.run.description, one.modes
    rule = description.optimizer
    middle = modes.before[i] + modes.rows[i] / 2  # (W, p)
    decay = -rule.learning_rate * rule.weight_decay * modes.stride * (middle @ modes.v[i, 0])
    gradient = modes.rows[i] @ modes.v[i, 0] - decay
    whole = float(gradient @ gradient + decay @ decay)
    return float(gradient @ gradient) / whole if whole > 0 else float("nan")


CHECKS = tuple(
    Check(statement, RECORDS[statement], (family.arm,), partial(judge, statement))
    for statement, family in FAMILIES.items()
)
