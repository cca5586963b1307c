"""P11: how far does g_23 fall before grokking, and how far does it where nothing groks?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from ...simulate.spectrum.gap import g23
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure
from ..profiles import (
    DECAY,
    DYCK,
    DYCK_NO_DECAY,
    NO_DECAY,
    TRANSFORMER,
    TRANSFORMER_NO_DECAY,
)
from ..record import Record
from ..sensitivity import sensitivity_figure
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Scores, Test, Told, Varied, judge_scores
from .grokking_gap import fall
from .networks import CAUSAL, CAUSAL_ANALOGUE, ENCODER, ENCODER_ANALOGUE
from .null_spectra import null_spectra
from .run_series import NOISE, SMOOTH, WALK, recorded, smooth, walk

Array = npt.NDArray[np.float64]

TWIN = "the same seed without decay, up to the step at which its twin with decay groks"

LEAST = (1.0, 2.0, 4.5, 8.0, 15.0, 30.0, 60.0)
MOST = (10.0, 20.0, 48.1, 111.0, 300.0, 1000.0, 10_000.0)
"""Other ends of the range that are tried."""


@dataclass(frozen=True)
class Family:
    """One family of networks: its arms, and what the source reports of it."""

    arm: str
    twin: str
    least: float
    most: float
    level: float
    reported: str
    networks: str
    about: str


FAMILIES: Mapping[str, Family] = {
    "P11": Family(
        DECAY,
        NO_DECAY,
        8.0,
        111.0,
        0.98,
        "8 to 111, multi-task modular arithmetic, W = 10",
        TWO_LAYER,
        ANALOGUE,
    ),
    "P11.transformer": Family(
        TRANSFORMER,
        TRANSFORMER_NO_DECAY,
        8.0,
        111.0,
        0.98,
        "8 to 111, multi-task modular arithmetic, W = 10",
        ENCODER,
        ENCODER_ANALOGUE,
    ),
    "P11.dyck": Family(
        DYCK,
        DYCK_NO_DECAY,
        4.5,
        48.1,
        0.95,
        "48.1, 47.2 and 4.5 in three seeds, W = 3",
        CAUSAL,
        CAUSAL_ANALOGUE,
    ),
}


def _record(statement: str, family: Family) -> Record:
    return Record(
        statement=statement,
        observable="the largest g_23 up to grokking over g_23 in the last window before grokking; a seed that does not "
        "grok, or whose last g_23 is below the precision floor, is left out and listed",
        replication=f"a seed of the arm {family.arm}",
        test="the fall lies from least to most in most seeds: the 95 % interval of that share lies above 1/2",
        refuted_if="the interval of the share lies below 1/2",
        nulls=(TWIN, WALK, SMOOTH, *((NOISE,) if family.arm == DECAY else ())),
        constants={"least": family.least, "most": family.most, "grokking": family.level},
        reasons={
            "least": "the smallest fall that the source reports of this family",
            "most": "the largest one; the source's own runs without decay fall by 22 to 5152",
            "grokking": "the source's held-out accuracy for this family",
        },
        networks=family.networks,
        effect=EFFECT,
    )


RECORDS = {statement: _record(statement, family) for statement, family in FAMILIES.items()}


def falls(gaps: Array, steps: npt.NDArray[np.int64], until: Array) -> Array:
    """:func:`fall` of each row of ``gaps (N, R)`` up to the step in ``until (N,)``; NaN where that is NaN."""
    found = np.full(len(gaps), np.nan)
    for i, step in enumerate(until):
        before = steps <= step if np.isfinite(step) else np.zeros(len(steps), dtype=np.bool_)
        if before.any():
            found[i] = fall(gaps[i, before])
    return found


def _judge(statement: str, context: Context) -> Evidence:
    record, family = RECORDS[statement], FAMILIES[statement]
    run, without = context.runs[family.arm], context.runs[family.twin]
    seeds, steps = run.description.seeds, run.record_steps
    grokked = run.first_step(run.test_accuracy, family.level)
    gaps = g23(run.sigma, run.resolved)
    twins = falls(g23(without.sigma, without.resolved), without.record_steps, grokked)
    data = Scores(
        "seeds",
        seeds,
        falls(gaps, steps, grokked),
        {"fall of its twin without decay": twins, "grokking step": grokked},
    )
    walks = walk(recorded(run), context.null_seed)
    counted = [int((steps <= step).sum()) for step in grokked if np.isfinite(step)]
    # Nulls without a seed of their own are looked at for as long as the median seed that groks.
    records = max(2, int(np.median(counted))) if counted else len(steps)
    calm = smooth(context, run.sigma.shape[2], steps[:records])
    nulls = [
        Scores(TWIN, seeds, twins),
        Scores(WALK, seeds, falls(g23(walks.sigma, walks.resolved), steps, grokked)),
        _series(SMOOTH, g23(calm.sigma, calm.resolved)),
    ]
    if NOISE in record.nulls:
        noise = null_spectra(context, records)[NOISE]
        nulls.append(_series(NOISE, g23(noise.sigma, noise.resolved)))
    most, least = record.constants["most"], record.constants["least"]

    def from_least(values: Array, threshold: float) -> npt.NDArray[np.bool_]:
        return (values >= threshold) & (values <= most)

    def to_most(values: Array, threshold: float) -> npt.NDArray[np.bool_]:
        return (values >= least) & (values <= threshold)

    larger = data.values > twins
    both = np.isfinite(data.values) & np.isfinite(twins)
    return judge_scores(
        context,
        record,
        data,
        nulls,
        from_least,
        Varied("least", "the smallest fall that counts", _with(LEAST, least), log_x=True),
        Told(
            "fall of g_23",
            f"g_23 falls {least:g} to {most:g}-fold before grokking",
            family.reported + "; 22 to 5152 in its own runs that neither decay nor grok",
            family.about,
        ),
        figures=(_figure(statement, data, nulls), _other_end(record, data, nulls, to_most)),
        extra={
            "Falls further than its twin without decay": f"{int((larger & both).sum())} of {int(both.sum())} seeds"
        },
    )


def _series(name: str, gaps: Array) -> Scores:
    return Scores(name, tuple(range(len(gaps))), np.array([fall(series) for series in gaps]))


def _with(values: tuple[float, ...], fixed: float) -> tuple[float, ...]:
    return tuple(sorted({*values, fixed}))


def _other_end(record: Record, data: Scores, nulls: list[Scores], test: Test) -> Figure:
    most = record.constants["most"]
    values = _with(MOST, most)
    return sensitivity_figure(
        record.statement,
        "the largest fall that counts",
        values,
        [data.share(test, value) for value in values],
        {null.name: [null.share(test, value) for value in values] for null in nulls},
        most,
        log_x=True,
    )


def _figure(statement: str, data: Scores, nulls: list[Scores]) -> Figure:
    curves = []
    for scores in (data, *nulls):
        values = np.sort(scores.values[~np.isnan(scores.values)])
        if len(values):
            share = tuple(float(rank) for rank in np.arange(1, len(values) + 1) / len(values))
            role = "data" if scores is data else "null"
            curves.append(Curve(scores.name, tuple(map(float, values)), share, "step", role))
    family = FAMILIES[statement]
    curves += [
        Curve("the reported range", (end, end), (0.0, 1.0), "line", "threshold")
        for end in (family.least, family.most)
    ]
    return Figure(
        f"grokking-fall-{statement.lower().replace('.', '-')}",
        "How far g_23 falls, with grokking and without",
        "Share of the seeds, or of the replicates, whose g_23 falls at most as far. The reported range is marked.",
        "Cumulative shares of falls of g_23 on a logarithmic axis, for seeds with decay, their twins and null models.",
        "fall of g_23",
        "share at most as large",
        tuple(curves),
        log_x=True,
    )


CHECKS = tuple(
    Check(statement, RECORDS[statement], (family.arm, family.twin), partial(_judge, statement))
    for statement, family in FAMILIES.items()
)
