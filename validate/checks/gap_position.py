"""P02 and P03: where the largest ratio of neighbouring singular values sits, and where noise puts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ...simulate.spectrum.gap import gap_position
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Measurement, Table
from ..evidence import counts as decided_by
from ..profiles import DECAY, FINE, NO_DECAY
from ..record import Record
from ..rules import judge_prediction
from ..sensitivity import sensitivity_figure
from ..statistics.shares import share
from ..updates import Updates, updates_of
from .analogue import ANALOGUE, EFFECT, TWO_LAYER, power
from .counted import Scores
from .null_spectra import null_spectra
from .update_nulls import null_updates
from .window_figures import Trajectories, at_strides, window_figures

Array = npt.NDArray[np.float64]
REPORTED = {
    "P02": "1 in all runs of Dyck and SCAN, in 15 of 18 of multi-task modular arithmetic",
    "P03": "at most 3 in all six families",
}

Positions = npt.NDArray[np.int64]
Holds = Callable[[Array, float], npt.NDArray[np.bool_]]
"""From most frequent positions and the number of the record to which of them pass."""

P02 = Record(
    statement="P02",
    observable="the most frequent k* over the windows up to grokking",
    replication="a seed of the arm with decay that groks; a seed that does not is left out and listed",
    test="k* equals the claimed position in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=("white noise", "optimizer noise", "smooth trajectory"),
    constants={"position": 1.0, "grokking": 0.98},
    reasons={
        "position": "the source's value for grokking tasks",
        "grokking": "the source's held-out accuracy for modular arithmetic",
    },
    networks=TWO_LAYER,
    effect=EFFECT,
)
P03 = Record(
    statement="P03",
    observable="the most frequent k* over all windows of a run",
    replication="a seed of either arm",
    test="k* is at most the claimed bound in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=("white noise", "optimizer noise", "smooth trajectory"),
    constants={"bound": 3.0},
    reasons={"bound": "the source's value for all families"},
    networks=TWO_LAYER,
    effect=EFFECT,
)


def most_frequent(positions: Positions) -> int:
    """The most frequent position that is not 0 (0 means: no gap above the floor); 0 if there is none.

    Of equally frequent ones the largest, so that a tie never favours the claim of a small k*.
    """
    counts = np.bincount(positions[positions > 0], minlength=2)
    return int(len(counts) - 1 - np.argmax(counts[::-1])) if counts.any() else 0


def position_scores(name: str, updates: Updates, window: int) -> Scores:
    """The most frequent k* of each trajectory in windows of ``window`` updates; NaN where there is none.

    Raises:
        ValueError: the window does not fit.
    """
    windows = updates.windows(window + 1)
    found = gap_position(*windows.spectra())
    frequent = [most_frequent(one[counted]) for one, counted in zip(found, windows.counted, strict=True)]
    return Scores(name, updates.units, np.array([float(k) if k else np.nan for k in frequent]))


def _grokked(run: Run) -> Array:
    return run.first_step(run.test_accuracy, P02.constants["grokking"])


def _all_steps(run: Run) -> Array:
    return np.full(len(run.description.seeds), float(run.description.steps))


def _until_grokking(run: Run) -> list[tuple[int, Positions]]:
    grokked = _grokked(run)
    positions = gap_position(run.sigma, run.resolved)
    return [
        (seed, positions[i, run.record_steps <= grokked[i]])
        for i, seed in enumerate(run.description.seeds)
        if np.isfinite(grokked[i]) and (run.record_steps <= grokked[i]).any()
    ]


def _whole(run: Run) -> list[tuple[int, Positions]]:
    return list(zip(run.description.seeds, gap_position(run.sigma, run.resolved), strict=True))


def _judge(
    context: Context,
    record: Record,
    number: str,
    test: Holds,
    arms: tuple[str, ...],
    series: Callable[[Run], list[tuple[int, Positions]]],
    until: Callable[[Run], Array],
) -> Evidence:
    fixed = record.constants[number]

    def holds(position: int) -> bool:
        return bool(test(np.array([float(position)]), fixed)[0])

    rows: list[tuple[str | float | int | None, ...]] = []
    histogram: dict[str, Positions] = {}
    outcomes: list[bool] = []
    lengths: list[int] = []
    frequent: dict[str, list[int]] = {"seeds": []}
    runs = {arm: context.runs[arm] for arm in arms}
    for arm, run in runs.items():
        kept = [(seed, p) for seed, p in series(run) if most_frequent(p)]
        for seed, positions in kept:
            outcomes.append(holds(most_frequent(positions)))
            frequent["seeds"].append(most_frequent(positions))
            lengths.append(len(positions))
            rows.append((arm, seed, most_frequent(positions), len(positions)))
        rows += [(arm, seed, None, 0) for seed in run.description.seeds if seed not in dict(kept)]
        if kept:
            histogram[arm] = np.concatenate([p for _, p in kept])
    data = share(outcomes)
    run = context.runs[DECAY]
    # Nulls get series as long as the runs' shortest one: a longer one would make the most frequent k* steadier.
    nulls = null_spectra(context, min([*lengths, len(run.record_steps)]))
    counts = {}
    for name in record.nulls:
        positions = gap_position(nulls[name].sigma, nulls[name].resolved)
        frequent[name] = [most_frequent(p) for p in positions if most_frequent(p)]
        counts[name] = share([holds(k) for k in frequent[name]])
        rows += [(name, i, most_frequent(p), len(p)) for i, p in enumerate(positions)]
        histogram[name] = positions.ravel()
    window = run.sigma.shape[2]
    places = np.arange(1, window)
    curves = []
    for name, found in histogram.items():
        known = np.bincount(found[found > 0], minlength=window)[1:window]
        role = "null" if name in record.nulls else "data"
        curves.append(
            Curve(name, tuple(map(float, places)), tuple(known / max(1, known.sum())), "step", role)
        )
    verdict = judge_prediction(data.majority, {name: count.majority for name, count in counts.items()})
    most = max(counts, key=lambda name: counts[name].value or 0.0)
    told = "; ".join(f"{name}: {count}" for name, count in counts.items())
    identifier = record.statement
    return Evidence(
        identifier,
        verdict,
        Measurement(
            data.value, "share of the seeds for which it holds", note="" if outcomes else "no seed counted"
        ),
        Measurement(counts[most].value, f"the same for {most}"),
        f"It holds in {data} seeds. The same count where there is nothing to learn: {told}. {ANALOGUE}",
        tables=(
            Table(
                "Every seed and replicate",
                ("arm or null", "seed", "most frequent k*", "windows"),
                tuple(rows),
            ),
        ),
        figures=(
            Figure(
                f"gap-position-{identifier.lower()}",
                "Where the gap sits",
                "Share of the windows whose largest ratio of neighbouring singular values is at each position.",
                "Share of windows against position k*, for the arms and three null models.",
                "position k*",
                "share of windows",
                tuple(curves),
            ),
            _sensitivity(record, number, test, frequent, window),
            *_window_figures(context, record, number, test, arms, until),
        ),
        runs=context.run_addresses,
        seeds=tuple(run.description.seeds),
        extra={
            "Reported": REPORTED[identifier],
            **power(record, sum(len(one.description.seeds) for one in runs.values())),
        },
        counts=decided_by(data, counts),
    )


def _sensitivity(
    record: Record, number: str, test: Holds, frequent: Mapping[str, Sequence[int]], window: int
) -> Figure:
    """The same count for every position that the number of the record could have been."""
    places = tuple(float(k) for k in range(1, max(window, int(record.constants[number]) + 1)))
    shares = {
        name: [share([bool(ok) for ok in test(np.array(found, dtype=np.float64), place)]) for place in places]
        for name, found in frequent.items()
    }
    data = shares.pop("seeds")
    return sensitivity_figure(
        record.statement, f"the {number}", places, data, shares, record.constants[number]
    )


def _window_figures(
    context: Context,
    record: Record,
    number: str,
    test: Holds,
    arms: tuple[str, ...],
    until: Callable[[Run], Array],
) -> tuple[Figure, ...]:
    """The same count in other windows and at other strides, as far as snapshots reach."""
    runs = [context.runs[arm] for arm in arms]
    recording = runs[0].description.recording
    if recording is None or any(len(run.snapshot_steps) < 4 for run in runs):
        return ()
    data = tuple(updates_of(run).until(until(run)) for run in runs)
    described, replicates = runs[0].description, context.profile.null_replicates
    nulls = null_updates(data[0], described, replicates, record.nulls, context.null_seed)
    last = int(runs[0].snapshot_steps[-1])
    return window_figures(
        record.statement,
        at_strides(context, Trajectories(data, nulls), until),
        position_scores,
        test,
        record.constants[number],
        record.nulls,
        recording.window,
        "" if until is _grokked else f"in the first {last} steps",
    )


def judge_position(context: Context) -> Evidence:
    """P02: k* is the claimed position up to grokking."""
    return _judge(context, P02, "position", np.equal, (DECAY,), _until_grokking, _grokked)


def judge_bound(context: Context) -> Evidence:
    """P03: k* is at most the claimed bound, all through training, with decay and without."""
    return _judge(context, P03, "bound", np.less_equal, (DECAY, NO_DECAY), _whole, _all_steps)


CHECKS = (
    Check("P02", P02, (DECAY,), judge_position, optional=(FINE,)),
    Check("P03", P03, (DECAY, NO_DECAY), judge_bound, optional=(FINE,)),
)
