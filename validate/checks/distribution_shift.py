"""P21: is a shift of the data seen in the spectrum, and would it be seen without one?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

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

TWIN = "the arm with decay, whose task does not change, watched over the same steps"
WALK = "random walk with the seed's own step norms"
LATER = "the same seeds, watched where nothing changes: at the end of the run"

RECORD = Record(
    statement="P21",
    observable="the step of the first alarm of log R, R the gap ratio of a window: the end of the first `stay` windows in "
    "a row that lie further than `width` median absolute deviations from the median of the `first` windows that end "
    "before the watch; the watch begins `within` steps before the switch",
    replication="a seed of the arm that switches its task",
    test="the alarm comes at most `within` steps before or after the switch in most seeds: the 95 % interval of that "
    "share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(TWIN, WALK, LATER),
    constants={"within": 200.0, "first": 20.0, "width": 10.0, "stay": 3.0},
    reasons={
        "within": "the source's distance, taken as it is; its runs are longer, so that here it is generous",
        "first": "no source; twice the windows that one window overlaps with",
        "width": "at 10 a random walk of equal steps raised a false alarm in 1 of 96 draws, at 5 in 17: windows overlap",
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


class Series(NamedTuple):
    """``log R (S, R)`` at ``steps (R,)``, to be watched around step ``at``."""

    values: Array
    steps: Steps
    at: int

    def alarms(self, within: float | None = None, width: float | None = None) -> Onsets | None:
        """Alarms at most ``within`` steps before or after ``at``, ``(S,)``; by the record's numbers where None is given.

        None if the series does not reach to the end of the watch, or too little of it comes before.
        """
        c = RECORD.constants
        within = c["within"] if within is None else within
        rule = Band(first=int(c["first"]), stay=int(c["stay"]), width=c["width"] if width is None else width)
        begin = int(np.searchsorted(self.steps, self.at - within))
        end = int(np.searchsorted(self.steps, self.at + within, "right"))
        reaches = len(self.steps) > 0 and self.steps[-1] >= self.at + within
        if begin < rule.first or not reaches or end - begin < rule.stay:
            return None
        part = slice(begin - rule.first, end)
        return alarms(self.values[:, part], self.steps[part], rule)

    def counted(self, within: float | None = None, width: float | None = None) -> Share:
        """The share of seeds with an alarm; of none where there is nothing to watch."""
        found = self.alarms(within, width)
        return share([] if found is None else [bool(seen) for seen in found.seen])


def log_gap_ratio(sigma: Array, resolved: npt.NDArray[np.bool_]) -> Array:
    """``log R`` of each window, ``(S, R)``; NaN where no gap is resolved."""
    return np.asarray(np.log(gap_ratio(sigma, resolved)))


def _walk(run: Run, seed: int) -> Array:
    """``log R`` of random walks with the step norms of the seeds that did not diverge, at the run's records."""
    norms = step_norms(run)
    norms = norms[np.isfinite(norms).all(axis=1)]
    window, length = run.sigma.shape[2], run.description.recorded_length
    if not len(norms):
        return np.empty((0, len(run.record_steps)))
    sigma, resolved = spectra_of_windows(walk_products(norms, length, seed), window, length)
    return log_gap_ratio(sigma[:, 1:], resolved[:, 1:])  # a record has one row more than its window


def _later(own: Series) -> Series:
    """The same series, watched at its end; nothing of it if what is known there began before the first watch ended."""
    within = RECORD.constants["within"]
    at = int(own.steps[-1] - within) if len(own.steps) else 0
    known = own.steps[own.steps < at - within][-int(RECORD.constants["first"]) :]
    if not len(known) or known[0] < own.at + within:
        return Series(own.values[:, :0], own.steps[:0], at)
    return own._replace(at=at)


def judge(context: Context) -> Evidence:
    """The same watch for the seeds that switch, for those that do not, and for what knows no task.

    Raises:
        TypeError: the profile's arm of this name has no switch of task.
    """
    run, twin = context.runs[SWITCH], context.runs[DECAY]
    task = run.description.task
    if not isinstance(task, TaskSwitch):
        raise TypeError(f"arm {SWITCH!r} trains on {type(task).__name__}; P21 needs a TaskSwitch")
    own = Series(log_gap_ratio(run.sigma, run.resolved), run.record_steps, task.at)
    others = {
        TWIN: Series(log_gap_ratio(twin.sigma, twin.resolved), twin.record_steps, task.at),
        WALK: own._replace(values=_walk(run, context.null_seed)),
        LATER: _later(own),
    }
    data = own.counted()
    nulls = {name: one.counted() for name, one in others.items()}
    verdict = judge_prediction(data.majority, {name: count.majority for name, count in nulls.items()})
    most = max(nulls, key=lambda name: nulls[name].value or 0.0)
    told = "; ".join(f"{name}: {count}" for name, count in nulls.items())
    contests = _contests(run, own)
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
        tables=(_values(run, twin, own, others), *([_beside(contests)] if contests else ())),
        figures=(_figure(own, others[TWIN]), *_sensitivity(own, others)),
        runs=context.run_addresses,
        seeds=tuple(run.description.seeds),
        extra={
            **power(RECORD, len(run.description.seeds)),
            "Reported": "seen within 200 steps of a shift of the data (GPT-2, 124 M parameters)",
        },
        counts=decided_by(data, nulls),
    )


def _contests(run: Run, own: Series) -> list[Contest]:
    """The alarm of the gap ratio against those of the baselines, by the same rule over the same steps."""
    claimed = own.alarms()
    if claimed is None:
        return []
    event = Onsets(
        np.full(len(own.values), float(own.at)), np.full(len(own.values), float(run.description.steps))
    )
    found = []
    for signal in baseline_signals(run):
        theirs = Series(signal.values, signal.steps, own.at).alarms()
        if theirs is not None:
            found.append(contest(signal.name, claimed, theirs, event))
    if available():
        known = run.evaluation_steps >= own.steps[0]
        hindsight = change_points(run.train_loss[:, known], run.evaluation_steps[known])
        found.append(contest(RECORD.baselines[-1], claimed, hindsight, event))
    return found


def _values(run: Run, twin: Run, own: Series, others: Mapping[str, Series]) -> Table:
    seeds = {
        "with a switch": run.description.seeds,
        TWIN: twin.description.seeds,
        LATER: run.description.seeds,
    }
    rows: list[tuple[str | float | int | None, ...]] = []
    for name, one in {"with a switch": own, **others}.items():
        found = one.alarms()
        for place in range(len(one.values)):
            seed = seeds.get(name, range(len(one.values)))[place]
            step = float(found.step[place]) if found is not None and found.seen[place] else None
            rows.append((name, seed, one.at, step, None if step is None else step - one.at))
    columns = ("arm or null", "seed", "watched around", "alarm", "steps after that")
    return Table("Every seed and replicate", columns, tuple(rows))


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


def _figure(own: Series, calm: Series) -> Figure:
    curves = []
    for label, one, role in (("with a switch", own, "data"), ("without", calm, "null")):
        steps = tuple(map(float, one.steps))
        curves += [Curve(label, steps, tuple(map(float, np.exp(row))), "line", role) for row in one.values]
    finite = np.exp(own.values[np.isfinite(own.values)])
    ends = (float(finite.min()), float(finite.max())) if len(finite) else (1.0, 2.0)
    within = RECORD.constants["within"]
    for step, label in ((own.at, "switch"), (own.at - within, "watch"), (own.at + within, "watch")):
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


def _sensitivity(own: Series, others: Mapping[str, Series]) -> tuple[Figure, ...]:
    c = RECORD.constants
    distances, widths = (50.0, 100.0, 150.0, 200.0), (2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
    return (
        sensitivity_figure(
            "P21",
            "the distance from the switch",
            distances,
            [own.counted(within=value) for value in distances],
            {name: [one.counted(within=value) for value in distances] for name, one in others.items()},
            c["within"],
            unit="steps",
        ),
        sensitivity_figure(
            "P21",
            "the width of the band",
            widths,
            [own.counted(width=value) for value in widths],
            {name: [one.counted(width=value) for value in widths] for name, one in others.items()},
            c["width"],
            unit="MAD",
            log_x=True,
        ),
    )


CHECKS = (Check("P21", RECORD, (SWITCH, DECAY), judge),)
