"""P05: over a run the gap ratio rises, stays up, and collapses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ...simulate.spectrum.gap import gap_ratio
from ..check import Context
from ..evidence import Curve, Evidence, Figure
from ..profiles import DECAY, TRANSFORMER
from ..record import Record
from ..statistics.intervals import interval
from .analogue import EFFECT, TWO_LAYER
from .both_networks import on_both
from .counted import Scores, Told, Varied, at_least, judge_scores
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

SMOOTHED = 0.1
"""Share of the windows over which the running median goes."""


@dataclass(frozen=True)
class Course:
    """What a series of R does: the factors by which it rises to its maximum and falls from it.

    ``plateau`` is the share of training around the maximum that log R spends above half of the smaller of
    the two; ``collapse`` where that ends, as a share of training. All are read off the running median.
    """

    rise: float
    fall: float
    plateau: float
    collapse: float


def course(ratios: Array, steps: npt.NDArray[np.int64]) -> Course | None:
    """The course of ``ratios (R,)``, measured at ``steps (R,)``; None where half of them are unknown."""
    known = np.isfinite(ratios)
    if known.sum() < max(3, len(ratios) / 2):
        return None
    log, at = np.log(ratios[known]), steps[known].astype(float)
    wide = max(1, round(SMOOTHED * len(log)))
    middle = np.median(np.lib.stride_tricks.sliding_window_view(log, wide), axis=1)
    when = at[(wide - 1) // 2 :][: len(middle)]
    top = int(np.argmax(middle))
    rise, fall = float(middle[top] - middle[0]), float(middle[top] - middle[-1])
    low = middle < middle[top] - min(rise, fall) / 2
    before, after = np.flatnonzero(low[:top]), np.flatnonzero(low[top:])
    begin = int(before[-1]) + 1 if len(before) else 0
    end = top + int(after[0]) - 1 if len(after) else len(middle) - 1
    last = float(steps[-1])
    return Course(
        float(np.exp(rise)),
        float(np.exp(fall)),
        float(when[end] - when[begin]) / last,
        float(when[end]) / last,
    )


def _record(statement: str, arm: str, networks: str) -> Record:
    return Record(
        statement=statement,
        observable="the smaller of the factors by which R, smoothed by a running median over a tenth of the windows, "
        "rises to its maximum and falls to its end; 1 where it is above half height for a shorter time than a plateau, or "
        "where that ends too far from where it does in the median seed; a seed with more than half of R below the "
        "precision floor is left out and listed",
        replication=f"a seed of the arm {arm}",
        test="the factor is at least the fold in most seeds: the 95 % interval of that share lies above 1/2",
        refuted_if="the interval of the share lies below 1/2",
        nulls=names_of_nulls(arm, PHASES),
        constants={"fold": 1.5, "plateau": 0.1, "apart": 0.1, "smoothed": SMOOTHED},
        reasons={
            "fold": "our reading; no source gives a size. Half as large again",
            "plateau": "our reading; no source. A tenth of training, so that a single bump is none",
            "apart": "three times the reported ± 300 of 10000 steps; our reading. Without it a series that wanders at "
            "random has the shape every other time",
            "smoothed": "our reading; no source",
        },
        networks=networks,
        effect=EFFECT,
    )


P05 = _record("P05", DECAY, TWO_LAYER)
P05_TRANSFORMER = _record("P05.transformer", TRANSFORMER, ENCODER)


def factors(courses: Sequence[Course | None]) -> Array:
    """The number that is judged, of each seed; NaN where it has no course."""
    ends = np.array([np.nan if one is None else one.collapse for one in courses])
    middle = float(np.nanmedian(ends)) if np.isfinite(ends).any() else np.nan
    return np.array([_factor(one, middle) for one in courses])


def _factor(found: Course | None, middle: float) -> float:
    if found is None:
        return float("nan")
    lasts = found.plateau >= P05.constants["plateau"]
    # The rounding of a step divided by another is no distance.
    together = abs(found.collapse - middle) <= P05.constants["apart"] + 4 * np.finfo(np.float64).eps
    return min(found.rise, found.fall) if lasts and together else 1.0


def _scores(name: str, units: tuple[int, ...], ratios: Array, steps: npt.NDArray[np.int64]) -> Scores:
    courses = [course(series, steps) for series in ratios]
    beside = {
        label: np.array([float("nan") if one is None else getattr(one, field) for one in courses])
        for label, field in (
            ("rise", "rise"),
            ("fall", "fall"),
            ("plateau, share of training", "plateau"),
            ("collapse, share of training", "collapse"),
        )
    }
    return Scores(name, units, factors(courses), beside)


def _numbers(windows: Windows) -> Array:
    return _scores("", tuple(range(len(windows.sigma))), _ratios(windows), windows.steps).values


def _ratios(windows: Windows) -> Array:
    return gap_ratio(windows.sigma, windows.resolved)


def _judge(record: Record, arm: str, about: str, context: Context) -> Evidence:
    run = context.runs[arm]
    seeds, ratios = run.description.seeds, _ratios(recorded(run))
    data = _scores("seeds", seeds, ratios, run.record_steps)
    nulls = []
    for name, windows in spectra_that_know_nothing(context, arm).items():
        units = tuple(range(len(windows.sigma))) if len(windows.sigma) != len(seeds) else seeds
        nulls.append(_scores(name, units, _ratios(windows), windows.steps))
    drawn = np.exp(surrogates(context, np.log(ratios)))
    nulls.append(_scores(PHASES, tuple(range(len(drawn))), drawn, run.record_steps))
    fold = record.constants["fold"]
    figures, tables = over_windows(context, arm, record, _numbers, at_least, fold)
    place = interval(np.where(data.values >= fold, data.beside["collapse, share of training"], np.nan))
    return judge_scores(
        context,
        record,
        data,
        nulls,
        at_least,
        Varied("fold", "the fold of R", (1.05, 1.1, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0), log_x=True),
        Told(
            "factor of the smaller of rise and fall",
            f"R rises and falls at least {fold:g}-fold, stays up between, and falls when it does in other seeds",
            "rise, plateau, collapse in four seeds; collapse at 0.75 ± 0.03 of training",
            about,
        ),
        figures=(_figure(record, run, ratios), *figures),
        tables=tables,
        extra={"Collapse in the seeds that pass, as a share of training": str(place)},
    )


def _figure(record: Record, run: Run, ratios: Array) -> Figure:
    steps = tuple(map(float, run.record_steps))
    curves = [Curve("seeds", steps, tuple(map(float, series))) for series in ratios]
    return Figure(
        f"course-{record.statement.lower().replace('.', '-')}",
        "The gap ratio over training",
        "R of every recorded window of every seed.",
        "Gap ratio R against step on a logarithmic scale, a curve for each seed.",
        "step",
        "R",
        tuple(curves),
        log_y=True,
    )


CHECKS = on_both(P05, P05_TRANSFORMER, _judge)
