"""P19: is the gap at another position under Muon than under AdamW, seed by seed?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure
from ..profiles import MUON, TRANSFORMER
from ..record import Record
from ..sensitivity import sensitivity_figure
from ..statistics.shares import Share, share
from ..updates import Updates, updates_at
from .analogue import EFFECT
from .counted import Scores, Told, Varied, at_least, judge_scores
from .gap_position import position_scores
from .update_nulls import FEW, NOISE, WALK, null_updates, side_by_side
from .window_figures import STRIDES, WINDOWS

Array = npt.NDArray[np.float64]

BOTH_NOISE = "noise through both optimizers"
BOTH_WALK = "random walks with both runs' own step norms"
TWO_ADAMW = "two seeds of AdamW"
TWO_MUON = "two seeds of Muon"

RECORD = Record(
    statement="P19",
    observable="k* of a run: the most frequent position of the gap over all its windows, of the larger where two are as "
    "frequent; a pair's number is the distance between the k* under AdamW and under Muon from the same seed",
    replication="a seed, trained with both; a pair without a k* (no gap above the floor) is left out and listed",
    test="the distance is at least the least one in most pairs: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(BOTH_NOISE, BOTH_WALK, TWO_ADAMW, TWO_MUON),
    constants={"distance": 1.0, "window": 10.0, "stride": 10.0},
    reasons={
        "distance": "the smallest that a position can differ by, and the one reported",
        "window": "that of the run's record",
        "stride": "that of the run's record",
    },
    networks="encoders of two small layers on addition, spectra of their attention weights; learning rate and decay are "
    "equal, Muon trains the matrices between hidden layers and AdamW the rest",
    effect=EFFECT,
)

REPORTED = "Muon 1, AdamW 2, on one language model of 51 M parameters"
ABOUT = (
    "Tested on an analogue: small transformers on modular addition. Nulls of two seeds pair each seed with the next "
    "one under the same optimizer."
)


class Pair(NamedTuple):
    """Trajectories under AdamW and under Muon; number i of one belongs to number i of the other."""

    adamw: Updates
    muon: Updates


def pair_scores(name: str, pair: Pair, window: int) -> Scores:
    """The distance between the two positions of each pair."""
    adamw, muon = (position_scores("", one, window).values for one in pair)
    beside = {"k* under AdamW": adamw, "k* under Muon": muon}
    return Scores(name, pair.adamw.units, np.abs(muon - adamw), beside)


def seed_scores(name: str, updates: Updates, window: int) -> Scores:
    """The distance between each trajectory's position and the next one's."""
    own = position_scores("", updates, window).values
    other = np.roll(own, -1)
    return Scores(name, updates.units, np.abs(own - other), {"k* of one": own, "k* of the other": other})


def judge(context: Context) -> Evidence:
    """The same distance for runs under two optimizers, for their nulls, and for two seeds under one optimizer."""
    stride, window = int(RECORD.constants["stride"]), int(RECORD.constants["window"])
    runs = Pair(*_paired(context.runs[TRANSFORMER], context.runs[MUON], stride))
    drawn = {
        arm: null_updates(
            one,
            context.runs[arm].description,
            min(FEW, context.profile.null_replicates),
            (NOISE, WALK),
            context.null_seed,
        )
        for one, arm in zip(runs, (TRANSFORMER, MUON), strict=True)
    }
    nulls = {
        name: Pair(*side_by_side({arm: null[model] for arm, null in drawn.items()}).values())
        for name, model in ((BOTH_NOISE, NOISE), (BOTH_WALK, WALK))
    }
    data = pair_scores("seeds", runs, window)
    return judge_scores(
        context,
        RECORD,
        data,
        [*_all_nulls(runs, nulls, window)],
        at_least,
        Varied("distance", "the least distance", (1.0, 2.0, 3.0, 5.0)),
        Told("distance of the positions", "the gap is at another position", REPORTED, ABOUT),
        figures=(_figure(data), *_window_figures(runs, nulls)),
        extra={"As reported: smaller under Muon": str(_smaller(data))},
    )


def _smaller(data: Scores) -> Share:
    pairs = zip(data.beside["k* under Muon"], data.beside["k* under AdamW"], strict=True)
    return share([bool(muon < adamw) for muon, adamw in pairs if np.isfinite(muon + adamw)])


def _paired(adamw: Run, muon: Run, stride: int) -> tuple[Updates, Updates]:
    """The updates of both, of the seeds that both have, in the same order."""
    seeds = [seed for seed in adamw.description.seeds if seed in muon.description.seeds]
    if not seeds:
        raise ValueError("the two runs share no seed, so that they cannot be paired")
    made = []
    for run in (adamw, muon):
        recording = run.description.recording
        weights = ("*",) if recording is None else recording.weights
        made.append(updates_at(run, stride, weights).only(seeds))
    return made[0], made[1]


def _all_nulls(runs: Pair, nulls: Mapping[str, Pair], window: int) -> list[Scores]:
    drawn = [pair_scores(name, pair, window) for name, pair in nulls.items()]
    return [*drawn, seed_scores(TWO_ADAMW, runs.adamw, window), seed_scores(TWO_MUON, runs.muon, window)]


def _window_figures(runs: Pair, nulls: Mapping[str, Pair]) -> list[Figure]:
    own, least = runs.adamw.stride, RECORD.constants["distance"]
    figures = []
    for factor in (stride // own for stride in STRIDES if stride % own == 0):
        coarse = Pair(*(one.coarser(factor) for one in runs))
        others = {name: Pair(*(one.coarser(factor) for one in pair)) for name, pair in nulls.items()}
        data: list[Share] = []
        beside: dict[str, list[Share]] = {name: [] for name in RECORD.nulls}
        for window in WINDOWS:
            try:
                scores = [pair_scores("", coarse, window), *_all_nulls(coarse, others, window)]
            except ValueError:  # the window does not fit into the rows
                scores = []
            shares = [one.share(at_least, least) for one in scores] or [share([])] * (len(beside) + 1)
            data.append(shares[0])
            for name, one in zip(beside, shares[1:], strict=True):
                beside[name].append(one)
        if any(one.total for one in data):
            of = f"the window at stride {factor * own}"
            fixed = RECORD.constants["window"]
            figures.append(sensitivity_figure("P19", of, WINDOWS, data, beside, fixed, "rows"))
    return figures


def _figure(data: Scores) -> Figure:
    units = tuple(map(float, range(len(data.units))))
    return Figure(
        "optimizer-gap",
        "Where the gap is under two optimizers",
        "The most frequent position of the gap over all windows of a run, for each seed under AdamW and under Muon.",
        "Position of the gap against the number of the seed, two points for each seed.",
        "seed (in order)",
        "most frequent k*",
        tuple(
            Curve(label, units, tuple(map(float, data.beside[f"k* under {label}"])), "points", role)
            for label, role in (("AdamW", "data"), ("Muon", "theory"))
        ),
    )


CHECKS = (Check("P19", RECORD, (TRANSFORMER, MUON), judge),)
