"""P02 and P03: where the largest ratio of neighbouring singular values sits, and where noise puts it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ...simulate.spectrum.gap import gap_position
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Measurement, Table
from ..evidence import counts as decided_by
from ..profiles import DECAY, NO_DECAY
from ..record import Record
from ..rules import judge_prediction
from ..statistics.shares import share
from .analogue import ANALOGUE, EFFECT, TWO_LAYER, power
from .null_spectra import null_spectra

Positions = npt.NDArray[np.int64]

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


def _until_grokking(run: Run) -> list[tuple[int, Positions]]:
    level = P02.constants["grokking"]
    grokked = run.first_step(run.test_accuracy, level)
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
    series: Callable[[Run], list[tuple[int, Positions]]],
    holds: Callable[[int], bool],
) -> Evidence:
    rows: list[tuple[str | float | int | None, ...]] = []
    histogram: dict[str, Positions] = {}
    outcomes: list[bool] = []
    lengths: list[int] = []
    for arm, run in context.runs.items():
        kept = [(seed, p) for seed, p in series(run) if most_frequent(p)]
        for seed, positions in kept:
            outcomes.append(holds(most_frequent(positions)))
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
        counts[name] = share([holds(most_frequent(p)) for p in positions if most_frequent(p)])
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
        ),
        runs=context.run_addresses,
        seeds=tuple(run.description.seeds),
        extra=power(record, sum(len(one.description.seeds) for one in context.runs.values())),
        counts=decided_by(data, counts),
    )


def judge_position(context: Context) -> Evidence:
    """P02: k* is the claimed position up to grokking."""
    return _judge(context, P02, _until_grokking, lambda k: k == int(P02.constants["position"]))


def judge_bound(context: Context) -> Evidence:
    """P03: k* is at most the claimed bound, all through training, with decay and without."""
    return _judge(context, P03, _whole, lambda k: k <= int(P03.constants["bound"]))


CHECKS = (
    Check("P02", P02, (DECAY,), judge_position),
    Check("P03", P03, (DECAY, NO_DECAY), judge_bound),
)
