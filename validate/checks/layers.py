"""P24: do the gap ratios of groups of layers rise and fall together?

Groups that share a schedule, an age and a loss have much in common without agreeing: so one group of a seed is
also held against the other groups of another seed, which has all of that and not the same history.

The smooth trajectory sets the test its limit: groups of independent modes that relax on a quadratic loss, with
nothing between them, correlate at 0.98. So as long as the source's plain correlation is judged, agreement can be
refuted but not shown; the table has the correlation of the changes from window to window beside it, which two
trends do not share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ...simulate.spectrum.gap import gap, gap_ratio
from ...simulate.spectrum.trajectory import windows_of
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Table
from ..nulls import smooth_trajectory
from ..profiles import DECAY, DYCK, TRANSFORMER
from ..record import Record
from ..sensitivity import sensitivity_figure
from ..statistics.association import FEWEST, correlation
from ..statistics.shares import Share
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Cell, Scores, Told, Varied, at_least, judge_scores
from .networks import CAUSAL, CAUSAL_ANALOGUE, ENCODER, ENCODER_ANALOGUE
from .run_series import PHASES, SMOOTH, STRIDES, WALK, WIDTHS, Windows, in_turn, surrogates, walk

Array = npt.NDArray[np.float64]

OTHERS = "one group of the seed against the other groups of the next seed"
CHANGES = "of the changes of log R"
BOUNDS = (0.3, 0.5, 0.6, 0.7, 0.82, 0.9, 0.95)

TWO_LAYERS: Mapping[str, tuple[str, ...]] = {"embedding": ("embedding",), "readout": ("readout",)}
BLOCKS: Mapping[str, tuple[str, ...]] = {
    f"{part} {layer}": (f"layers.{layer}.{part}.*weight",)
    for layer in (0, 1)
    for part in ("attention", "feedforward")
}


@dataclass(frozen=True)
class Family:
    """One family of networks: its arm, and its groups of layers by patterns of names."""

    arm: str
    groups: Mapping[str, tuple[str, ...]]
    networks: str
    about: str


FAMILIES: Mapping[str, Family] = {
    "P24": Family(DECAY, TWO_LAYERS, TWO_LAYER, ANALOGUE),
    "P24.dyck": Family(DYCK, BLOCKS, CAUSAL, CAUSAL_ANALOGUE),
    "P24.transformer": Family(TRANSFORMER, BLOCKS, ENCODER, ENCODER_ANALOGUE),
}


def _record(statement: str, family: Family) -> Record:
    return Record(
        statement=statement,
        observable="the smallest absolute value, over pairs of groups of layers, of Pearson's correlation between their "
        "series of R, from snapshots, at the recorded window and stride; a seed where a pair has no eight windows in "
        "common above the precision floor is left out and listed. Groups: " + ", ".join(family.groups),
        replication=f"a seed of the arm {family.arm}",
        test="it is above the bound in most seeds: the 95 % interval of that share lies above 1/2",
        refuted_if="the interval of the share lies below 1/2",
        nulls=(OTHERS, WALK, SMOOTH, PHASES),
        constants={"bound": 0.82},
        reasons={"bound": "the source's value for all groups of layers"},
        networks=f"{family.networks}; up to the last snapshot",
        effect=EFFECT,
    )


RECORDS = {statement: _record(statement, family) for statement, family in FAMILIES.items()}


def least_agreement(groups: Sequence[Array]) -> Array:
    """The smallest ``|r|`` over all pairs of ``groups``, series ``(N, R)`` each: ``(N,)``; NaN where a pair has none."""
    return between(groups, groups)


def between(groups: Sequence[Array], others: Sequence[Array]) -> Array:
    """The same with the first of each pair from ``groups`` and the second from ``others``."""
    pairs = list(combinations(range(len(groups)), 2))
    found = [[abs(correlation(a, b)) for a, b in zip(groups[i], others[j], strict=True)] for i, j in pairs]
    # The minimum is NaN where one of them is.
    smallest: Array = np.min(np.array(found), axis=0)
    return smallest


def _changes(ratios: Sequence[Array]) -> list[Array]:
    """The changes of log R from window to window."""
    return [np.diff(np.log(series), axis=1) for series in ratios]


def layer_windows(run: Run, family: Family, width: int, stride: int) -> list[Windows]:
    """The windows of each group of layers, from snapshots."""
    made = [windows_of(run, width, stride, names) for names in family.groups.values()]
    return [Windows(one.sigma, one.resolved, one.steps, one.inner, one.length, run) for one in made]


def _ratios(windows: Sequence[Windows]) -> list[Array]:
    return [gap_ratio(one.sigma, one.resolved) for one in windows]


def _walks(windows: Sequence[Windows], seed: int) -> list[Array]:
    """Random walks, one for each group, drawn apart from one another."""
    return _ratios([walk(one, seed + 1 + place) for place, one in enumerate(windows)])


def _smooth(context: Context, groups: int, width: int, records: int) -> list[Array]:
    made = [
        smooth_trajectory(width, records, context.profile.null_replicates, context.null_seed + 1 + place)
        for place in range(groups)
    ]
    return [gap_ratio(one.sigma, one.resolved) for one in made]


def _judge(statement: str, context: Context) -> Evidence:
    record, family = RECORDS[statement], FAMILIES[statement]
    run = context.runs[family.arm]
    recording = run.description.recording
    assert recording is not None
    seeds = run.description.seeds
    windows = layer_windows(run, family, recording.window, recording.stride)
    ratios = _ratios(windows)
    gaps = [gap(one.sigma, one.resolved) for one in windows]
    data = Scores("seeds", seeds, least_agreement(ratios), {"of g, in place of R": least_agreement(gaps)})
    turn = in_turn(context, len(seeds))
    replicates = tuple(range(len(turn)))
    drawn = [surrogates(_apart(context, place), series) for place, series in enumerate(ratios)]
    smoothed = _smooth(context, len(ratios), recording.window, ratios[0].shape[1])
    walks = _walks(windows, context.null_seed)
    next_seeds = [np.roll(series, -1, axis=0) for series in ratios]
    nulls = [
        Scores(
            OTHERS,
            seeds,
            between(ratios, next_seeds),
            {CHANGES: between(*map(_changes, (ratios, next_seeds)))},
        ),
        Scores(WALK, seeds, least_agreement(walks), {CHANGES: least_agreement(_changes(walks))}),
        Scores(
            SMOOTH,
            tuple(range(len(smoothed[0]))),
            least_agreement(smoothed),
            {CHANGES: least_agreement(_changes(smoothed))},
        ),
        Scores(PHASES, replicates, between([series[turn] for series in ratios], drawn)),
    ]
    bound = record.constants["bound"]
    figures, tables = _over_windows(context, statement, bound)
    return judge_scores(
        context,
        record,
        data,
        nulls,
        at_least,
        Varied("bound", "the bound", BOUNDS),
        Told(
            "smallest correlation of R between groups of layers, without sign",
            f"all groups of layers correlate above {bound:g}",
            "above 0.82 in all groups of layers",
            family.about,
        ),
        figures=(_figure(statement, windows, ratios), *figures),
        tables=tables,
    )


def _apart(context: Context, place: int) -> Context:
    """The same context with another seed for its null models, one for each group of layers."""
    return Context(
        context.profile, context.theory, context.runs, context.device, context.null_seed + 1 + place
    )


def _over_windows(
    context: Context, statement: str, bound: float
) -> tuple[tuple[Figure, ...], tuple[Table, ...]]:
    """The share of seeds at other widths and strides, with one group against those of the next seed beside."""
    family = FAMILIES[statement]
    run = context.runs[family.arm]
    recording = run.description.recording
    assert recording is not None
    kept = run.snapshot_steps
    every = int(kept[1] - kept[0])
    rows: list[tuple[Cell, ...]] = []
    widths: dict[int, tuple[Share, Share]] = {}
    for width in WIDTHS:
        for stride in sorted({*STRIDES, recording.stride}):
            if stride % every or (len(kept) - 1) * every // stride - width < FEWEST:
                continue
            ratios = _ratios(layer_windows(run, family, width, stride))
            others = [np.roll(series, -1, axis=0) for series in ratios]
            seen, null = (
                Scores("", run.description.seeds, values).share(at_least, bound)
                for values in (least_agreement(ratios), between(ratios, others))
            )
            rows.append((width, stride, seen.value, seen.passed, seen.total, null.value))
            if stride == recording.stride:
                widths[width] = (seen, null)
    columns = ("W", "stride", "share of the seeds", "passed", "of", "share against the next seed")
    tables = (Table("The same share at other widths and strides", columns, tuple(rows)),) if rows else ()
    if len(widths) < 2 or recording.window not in widths:
        return (), tables
    order = sorted(widths)
    figure = sensitivity_figure(
        statement,
        "the width of the windows",
        order,
        [widths[width][0] for width in order],
        {OTHERS: [widths[width][1] for width in order]},
        recording.window,
    )
    return (figure,), tables


def _figure(statement: str, windows: Sequence[Windows], ratios: Sequence[Array]) -> Figure:
    steps = tuple(map(float, windows[0].steps))
    curves = [
        Curve(name, steps, tuple(map(float, series[0])))
        for name, series in zip(FAMILIES[statement].groups, ratios, strict=True)
    ]
    return Figure(
        f"layers-{statement.lower().replace('.', '-')}",
        "The gap ratio of each group of layers",
        "R of the windows of each group of layers, for the first seed.",
        "Gap ratio against step on a logarithmic scale, a curve for each group of layers.",
        "step",
        "R",
        tuple(curves),
        log_y=True,
    )


CHECKS = tuple(
    Check(statement, RECORDS[statement], (family.arm,), partial(_judge, statement))
    for statement, family in FAMILIES.items()
)
