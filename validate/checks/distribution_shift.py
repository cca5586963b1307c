"""P21: is a shift of the data seen in the spectrum, and would it be seen without one?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ...simulate.spectrum.gap import gap_ratio
from ...simulate.tasks import TaskSwitch
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Measurement, Table
from ..evidence import counts as decided_by
from ..nulls import spectra_of_windows, step_norms, walk_products
from ..profiles import DECAY, SWITCH
from ..record import Record
from ..rules import judge_prediction
from ..sensitivity import sensitivity_figure
from ..statistics.onsets import Onsets
from ..statistics.shares import Share, share
from ..warning import Band, Contest, alarms, baseline_signals, change_points, contest
from ..warning.change_point import available
from .analogue import ANALOGUE, EFFECT, TWO_LAYER, power

Array = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

SEED = 2100
"""Of the random walk and of the random order; no meaning."""

TWIN = "the arm with decay, whose task does not change, watched over the same steps"
WALK = "random walk with the seed's own step norms"
SHUFFLED = "the seed's own gap ratios in random order"

RECORD = Record(
    statement="P21",
    observable="the step of the first alarm of log R, R the gap ratio of a window: the end of the first `stay` windows in "
    "a row that lie further than `width` median absolute deviations from the median of the `first` windows that end "
    "before the watch; the watch begins `within` steps before the switch",
    replication="a seed of the arm that switches its task",
    test="the alarm comes at most `within` steps before or after the switch in most seeds: the 95 % interval of that "
    "share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(TWIN, WALK, SHUFFLED),
    constants={"within": 200.0, "first": 20.0, "width": 5.0, "stay": 3.0},
    reasons={
        "within": "the source's distance, taken as it is; its runs are longer, so that here it is generous",
        "first": "no source; twice the windows that one window overlaps with",
        "width": "no source; a normal law is outside once in 1300 windows",
        "stay": "no source; one window that jumps is no alarm",
    },
    networks=TWO_LAYER,
    baselines=(
        "norm of the weights",
        "training loss",
        "slope of the training loss",
        "held-out loss",
        "slope of the held-out loss",
        "variance of the held-out loss",
        "autocorrelation of the held-out loss",
        "size of the newest update",
        "change point of the training loss, in hindsight",
    ),
    effect=EFFECT,
)


@dataclass(frozen=True)
class Watch:
    """Where a series is known from, and where it is watched: ``within`` steps on both sides of ``at``."""

    at: int
    within: float
    rule: Band

    def alarms(self, series: Array, steps: Steps) -> Onsets | None:
        """Alarms within the watch, ``(S,)``; None if the series does not reach over it or begins too late."""
        begin = int(np.searchsorted(steps, self.at - self.within))
        end = int(np.searchsorted(steps, self.at + self.within, "right"))
        reaches = len(steps) > 0 and steps[-1] >= self.at + self.within
        if begin < self.rule.first or not reaches or end - begin < self.rule.stay:
            return None
        part = slice(begin - self.rule.first, end)
        return alarms(series[:, part], steps[part], self.rule)

    def counted(self, series: Array, steps: Steps) -> Share:
        """The share of seeds with an alarm; of none where there is nothing to watch."""
        found = self.alarms(series, steps)
        return share([] if found is None else [bool(seen) for seen in found.seen])


def _watch(at: int, within: float | None = None, width: float | None = None) -> Watch:
    c = RECORD.constants
    rule = Band(first=int(c["first"]), stay=int(c["stay"]), width=c["width"] if width is None else width)
    return Watch(at, c["within"] if within is None else within, rule)


def log_gap_ratio(sigma: Array, resolved: npt.NDArray[np.bool_]) -> Array:
    """``log R`` of each window, ``(S, R)``; NaN where no gap is resolved."""
    return np.asarray(np.log(gap_ratio(sigma, resolved)))


def _walk(run: Run) -> Array:
    """``log R`` of random walks with the step norms of the seeds that did not diverge, at the run's records."""
    norms = step_norms(run)
    norms = norms[np.isfinite(norms).all(axis=1)]
    window, length = run.sigma.shape[2], run.description.recorded_length
    if not len(norms):
        return np.empty((0, len(run.record_steps)))
    sigma, resolved = spectra_of_windows(walk_products(norms, length, SEED), window, length)
    return log_gap_ratio(sigma[:, 1:], resolved[:, 1:])  # a record has one row more than its window


def _shuffled(series: Array, steps: Steps, watch: Watch) -> Array:
    """The part that is known or watched, and what follows, in random order, one for each seed."""
    begin = max(0, int(np.searchsorted(steps, watch.at - watch.within)) - watch.rule.first)
    mixed = series.copy()
    for seed, row in enumerate(mixed):
        row[begin:] = np.random.default_rng([SEED, seed]).permutation(row[begin:])
    return mixed


def judge(context: Context) -> Evidence:
    """The same watch, over the same steps, for the seeds that switch, those that do not, and what knows no task."""
    run, twin = context.runs[SWITCH], context.runs[DECAY]
    task = run.description.task
    if not isinstance(task, TaskSwitch):
        raise TypeError(f"arm {SWITCH!r} trains on {type(task).__name__}; P21 needs a TaskSwitch")
    watch = _watch(task.at)
    ratio = log_gap_ratio(run.sigma, run.resolved)
    series: dict[str, tuple[Array, Steps]] = {
        TWIN: (log_gap_ratio(twin.sigma, twin.resolved), twin.record_steps),
        WALK: (_walk(run), run.record_steps),
        SHUFFLED: (_shuffled(ratio, run.record_steps, watch), run.record_steps),
    }
    data = watch.counted(ratio, run.record_steps)
    nulls = {name: watch.counted(*one) for name, one in series.items()}
    verdict = judge_prediction(data.majority, {name: count.majority for name, count in nulls.items()})
    most = max(nulls, key=lambda name: nulls[name].value or 0.0)
    told = "; ".join(f"{name}: {count}" for name, count in nulls.items())
    contests = _contests(run, watch, ratio)
    best = max(contests, key=lambda one: one.losses - one.wins, default=None)
    beside = (
        ""
        if best is None
        else f" Against {best.name} it is earlier in {best.wins} seeds, later in {best.losses}."
    )
    note = "" if data.total else "no seed has enough windows before the watch"
    return Evidence(
        "P21",
        verdict,
        Measurement(data.value, "share of the seeds with an alarm near the switch", note=note),
        Measurement(nulls[most].value, f"the same for {most}", note=note),
        f"The gap ratio raises an alarm within {RECORD.constants['within']:g} steps of the switch in {data} seeds. The same "
        f"where nothing is learned anew: {told}.{beside} {ANALOGUE}",
        tables=(_values(run, twin, watch, ratio, series), *([_beside(contests)] if contests else ())),
        figures=(_figure(run, twin, watch, ratio), *_sensitivity(task.at, ratio, run.record_steps, series)),
        runs=context.run_addresses,
        seeds=tuple(run.description.seeds),
        extra={
            **power(RECORD, len(run.description.seeds)),
            "Reported": "seen within 200 steps of a shift of the data (GPT-2, 124 M parameters)",
        },
        counts=decided_by(data, nulls),
    )


def _contests(run: Run, watch: Watch, ratio: Array) -> list[Contest]:
    """The alarm of the gap ratio against those of the baselines, by the same rule over the same steps."""
    claimed = watch.alarms(ratio, run.record_steps)
    if claimed is None:
        return []
    seeds = len(run.description.seeds)
    last = float(run.description.steps)
    event = Onsets(np.full(seeds, float(watch.at)), np.full(seeds, last))
    found = []
    for signal in baseline_signals(run):
        theirs = watch.alarms(signal.values, signal.steps)
        if theirs is not None:
            found.append(contest(signal.name, claimed, theirs, event))
    if available():
        spaced = np.median(np.diff(run.evaluation_steps))
        known = run.evaluation_steps >= watch.at - watch.within - watch.rule.first * spaced
        hindsight = change_points(run.train_loss[:, known], run.evaluation_steps[known])
        found.append(contest(RECORD.baselines[-1], claimed, hindsight, event))
    return found


def _values(
    run: Run, twin: Run, watch: Watch, ratio: Array, series: Mapping[str, tuple[Array, Steps]]
) -> Table:
    seeds = {"with a switch": run.description.seeds, TWIN: twin.description.seeds}
    rows: list[tuple[str | float | int | None, ...]] = []
    for name, (values, steps) in {"with a switch": (ratio, run.record_steps), **series}.items():
        found = watch.alarms(values, steps)
        for place in range(len(values)):
            seed = seeds.get(name, range(len(values)))[place]
            seen = found is not None and bool(found.seen[place])
            step = float(found.step[place]) if found is not None and seen else None
            rows.append((name, seed, step, None if step is None else step - watch.at))
    return Table(
        "Every seed and replicate", ("arm or null", "seed", "alarm", "steps after the switch"), tuple(rows)
    )


def _beside(contests: list[Contest]) -> Table:
    rows = tuple((c.name, c.claimed.value, c.baseline.value, c.wins, c.losses, c.ties, c.p) for c in contests)
    columns = (
        "baseline", "median lead of R", "of the baseline", "R earlier", "R later", "same step or neither", "p (sign test)",
    )  # fmt: skip
    return Table(
        "The same alarm without a spectrum (lead in steps before the switch; negative after it)",
        columns,
        rows,
    )


def _figure(run: Run, twin: Run, watch: Watch, ratio: Array) -> Figure:
    curves = []
    arms = (
        ("with a switch", run, ratio, "data"),
        ("without", twin, log_gap_ratio(twin.sigma, twin.resolved), "null"),
    )
    for label, one, values, role in arms:
        steps = tuple(map(float, one.record_steps))
        curves += [Curve(label, steps, tuple(map(float, np.exp(row))), "line", role) for row in values]
    finite = np.exp(ratio[np.isfinite(ratio)])
    ends = (float(finite.min()), float(finite.max())) if len(finite) else (1.0, 2.0)
    for step, label in (
        (watch.at, "switch"),
        (watch.at - watch.within, "watch"),
        (watch.at + watch.within, "watch"),
    ):
        curves.append(Curve(label, (float(step), float(step)), ends, "line", "threshold"))
    return Figure(
        "distribution-shift",
        "The gap ratio where the task changes, and where it does not",
        "Every seed of both arms; before the switch they do the same. The watch is marked.",
        "Gap ratio R against step on a logarithmic scale, with and without a switch of the task.",
        "step",
        "R = σ_k*/σ_k*+1",
        tuple(curves),
        log_y=True,
    )


def _sensitivity(
    at: int, ratio: Array, steps: Steps, series: Mapping[str, tuple[Array, Steps]]
) -> tuple[Figure, ...]:
    c = RECORD.constants
    figures = []
    for name, fixed, values in (
        ("the distance from the switch", c["within"], (50.0, 100.0, 150.0, 200.0)),
        ("the width of the band", c["width"], (2.0, 3.0, 5.0, 10.0, 20.0, 50.0)),
    ):
        by_width = "width" in name
        watches = [_watch(at, width=v) if by_width else _watch(at, within=v) for v in values]
        figures.append(
            sensitivity_figure(
                "P21",
                name,
                values,
                [w.counted(ratio, steps) for w in watches],
                {null: [w.counted(*one) for w in watches] for null, one in series.items()},
                fixed,
                unit="MAD" if by_width else "steps",
                log_x=by_width,
            )
        )
    return tuple(figures)


CHECKS = (Check("P21", RECORD, (SWITCH, DECAY), judge),)
