"""P08: does a wide gap shrink?

A warning that the numbers must be read with. Of any series that has a level, whatever moves it, a value above
the level is followed by a smaller one: the correlation of g with its next change is negative, and −1/√2 for
white noise. With the mean of two neighbours in place of the first, ``Σ ½(g_r + g_{r+1})(g_{r+1} − g_r)`` is
half the difference of two squares: nothing but the two ends of the series, which is about zero for every long
series, also for one that is damped. So the first test is passed by noise, and the second can hardly be passed.
Both are shown; the first decides, and its nulls take it too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...simulate.spectrum.gap import gap, gap_position
from ..check import Context
from ..evidence import Curve, Evidence, Figure
from ..profiles import DECAY, TRANSFORMER
from ..record import Record
from ..statistics.association import correlation, rank_correlation
from .analogue import EFFECT, TWO_LAYER
from .both_networks import on_both
from .counted import Scores, Told, Varied, below, judge_scores
from .networks import ENCODER
from .run_series import (
    PHASES,
    Windows,
    names_of_nulls,
    over_windows,
    recorded,
    spectra_that_know_nothing,
    surrogates,
)

Array = npt.NDArray[np.float64]


def _record(statement: str, arm: str, networks: str) -> Record:
    return Record(
        statement=statement,
        observable="Pearson's correlation, over the windows of a run, of the gap g with its change to the next window; "
        "a seed without eight such pairs above the precision floor is left out and listed",
        replication=f"a seed of the arm {arm}",
        test="the correlation is below the bound in most seeds: the 95 % interval of that share lies above 1/2",
        refuted_if="the interval of the share lies below 1/2",
        nulls=names_of_nulls(arm, PHASES),
        constants={"bound": 0.0},
        reasons={"bound": "the sign is the prediction"},
        networks=networks,
        effect=EFFECT,
    )


P08 = _record("P08", DECAY, TWO_LAYER)
P08_TRANSFORMER = _record("P08.transformer", TRANSFORMER, ENCODER)


def damping(gaps: Array) -> float:
    """The correlation of ``gaps (R,)`` with their change to the next one."""
    return correlation(gaps[:-1], np.diff(gaps))


def central_damping(gaps: Array) -> float:
    """The same with the mean of the two gaps between which the change lies: the ends of the series decide it."""
    return correlation((gaps[:-1] + gaps[1:]) / 2, np.diff(gaps))


def _same_mode(gaps: Array, position: npt.NDArray[np.int64]) -> float:
    """:func:`damping` of the pairs of windows whose gap is at the same position."""
    stays = position[:-1] == position[1:]
    return correlation(gaps[:-1][stays], np.diff(gaps)[stays])


def _scores(name: str, units: tuple[int, ...], windows: Windows) -> Scores:
    gaps, position = gap(windows.sigma, windows.resolved), gap_position(windows.sigma, windows.resolved)
    beside = {
        "central differences": np.array([central_damping(g) for g in gaps]),
        "ranks": np.array([rank_correlation(g[:-1], np.diff(g)) for g in gaps]),
        "k* unchanged": np.array([_same_mode(g, k) for g, k in zip(gaps, position, strict=True)]),
    }
    return Scores(name, units, np.array([damping(g) for g in gaps]), beside)


def _numbers(windows: Windows) -> Array:
    return np.array([damping(g) for g in gap(windows.sigma, windows.resolved)])


def _judge(record: Record, arm: str, about: str, context: Context) -> Evidence:
    run = context.runs[arm]
    seeds, windows = run.description.seeds, recorded(run)
    data = _scores("seeds", seeds, windows)
    nulls = []
    for name, made in spectra_that_know_nothing(context, arm).items():
        units = seeds if len(made.sigma) == len(seeds) else tuple(range(len(made.sigma)))
        nulls.append(_scores(name, units, made))
    gaps = gap(windows.sigma, windows.resolved)
    drawn = surrogates(context, gaps)
    nulls.append(Scores(PHASES, tuple(range(len(drawn))), np.array([damping(g) for g in drawn])))
    bound = record.constants["bound"]
    figures, tables = over_windows(context, arm, record, _numbers, below, bound)
    return judge_scores(
        context,
        record,
        data,
        nulls,
        below,
        Varied("bound", "the bound", (-0.6, -0.4, -0.3, -0.2, -0.1, -0.05, 0.0, 0.05, 0.1)),
        Told(
            "correlation of g with its change",
            "a wide gap shrinks",
            "about 0 on GPT-2: the prediction that the source calls not confirmed",
            about,
        ),
        figures=(_figure(record, data, nulls), *figures),
        tables=tables,
    )


def _figure(record: Record, data: Scores, nulls: list[Scores]) -> Figure:
    curves = []
    for scores in (data, *nulls):
        values = np.sort(scores.values[~np.isnan(scores.values)])
        if len(values):
            share = tuple(float(rank) for rank in np.arange(1, len(values) + 1) / len(values))
            role = "data" if scores is data else "null"
            curves.append(Curve(scores.name, tuple(map(float, values)), share, "step", role))
    curves.append(Curve("no damping", (0.0, 0.0), (0.0, 1.0), "line", "threshold"))
    return Figure(
        f"damping-{record.statement.lower().replace('.', '-')}",
        "Correlation of the gap with its change, for seeds and for what knows nothing",
        "Share of the seeds, or of the replicates, whose correlation is at most as large. Noise lies left of zero.",
        "Cumulative shares of correlations of the gap with its next change, for the seeds and each null model.",
        "correlation of g with its change",
        "share at most as large",
        tuple(curves),
    )


CHECKS = on_both(P08, P08_TRANSFORMER, _judge)
