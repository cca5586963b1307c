"""P12: do networks with weight decay grok in time, and those without not?

The source's steps belong to its settings, which the networks here do not have; they are shown beside ours and
decide nothing. What is judged is the part that can be carried over: with decay it happens within a fixed
number of steps, and decay is what does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure
from ..profiles import DECAY, DYCK, DYCK_NO_DECAY, NO_DECAY
from ..record import Record
from ..sensitivity import sensitivity_figure
from ..statistics.onsets import Onsets
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Scores, Told, Varied, judge_scores
from .networks import CAUSAL, CAUSAL_ANALOGUE

Array = npt.NDArray[np.float64]

TWIN = "the same seed without decay"
LEVELS = (0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
"""Other levels of held-out accuracy that are tried."""
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Shorter budgets that are tried, as shares of the one that is fixed."""


@dataclass(frozen=True)
class Family:
    """One family of networks: its arms, the budget in steps, the level, and what the source reports."""

    arm: str
    twin: str
    budget: float
    level: float
    reported: str
    networks: str
    about: str


FAMILIES: Mapping[str, Family] = {
    "P12": Family(
        DECAY,
        NO_DECAY,
        1000.0,
        0.98,
        "for Dyck-1 600, 1400 and 1000, for SCAN 3000, 4000 and 2500, on other networks than this",
        TWO_LAYER,
        ANALOGUE,
    ),
    "P12.dyck": Family(
        DYCK,
        DYCK_NO_DECAY,
        800.0,
        0.95,
        "600, 1400 and 1000 for the seeds 42, 137 and 2024 of a wider network with more held-out words",
        CAUSAL,
        CAUSAL_ANALOGUE,
    ),
}


def _record(statement: str, family: Family) -> Record:
    return Record(
        statement=statement,
        observable="the first step with held-out accuracy at or above the level; infinite where the run passes the budget "
        "without it, and unknown where the run ends before, or the seed diverges: then it is left out and listed",
        replication=f"a seed of the arm {family.arm}",
        test="the step is at most the budget in most seeds: the 95 % interval of that share lies above 1/2",
        refuted_if="the interval of the share lies below 1/2",
        nulls=(TWIN,),
        constants={"budget": family.budget, "level": family.level},
        reasons={
            "budget": "the length of our arm with decay, chosen before its spectra were looked at; no source",
            "level": "the source's held-out accuracy for this family",
        },
        networks=family.networks,
        effect=EFFECT,
    )


RECORDS = {statement: _record(statement, family) for statement, family in FAMILIES.items()}


def onset(run: Run, level: float, budget: float) -> Array:
    """The onset of each seed as a record of P12 has it, ``(S,)``."""
    found = run.first_step(run.test_accuracy, level)
    long_enough = (run.diverged < 0) & (run.evaluation_steps[-1] >= budget)
    return np.where(np.isnan(found) & long_enough, np.inf, found)


def _in_time(values: Array, budget: float) -> npt.NDArray[np.bool_]:
    return values <= budget


def _judge(statement: str, context: Context) -> Evidence:
    record, family = RECORDS[statement], FAMILIES[statement]
    run, without = context.runs[family.arm], context.runs[family.twin]
    level, budget = record.constants["level"], record.constants["budget"]

    def both(at: float) -> tuple[Scores, Scores]:
        return (
            Scores("seeds", run.description.seeds, onset(run, at, budget)),
            Scores(TWIN, without.description.seeds, onset(without, at, budget)),
        )

    data, twin = both(level)
    tried = [both(at) for at in LEVELS]
    levels = sensitivity_figure(
        statement,
        "the held-out accuracy that counts as grokking",
        LEVELS,
        [one.share(_in_time, budget) for one, _ in tried],
        {TWIN: [other.share(_in_time, budget) for _, other in tried]},
        level,
    )
    return judge_scores(
        context,
        record,
        data,
        [twin],
        _in_time,
        Varied("budget", "the budget in steps", tuple(share * budget for share in SHARES)),
        Told(
            "grokking step",
            f"the held-out accuracy reaches {level:g} within {budget:g} steps",
            family.reported,
            family.about,
            "step",
        ),
        figures=(_figure(statement, run, without, level), levels),
        extra=_compared(run, without, level),
    )


def _onsets(run: Run, level: float) -> Onsets:
    last = float(run.evaluation_steps[-1])
    watched = np.where(run.diverged < 0, last, run.diverged.astype(np.float64))
    return Onsets(run.first_step(run.test_accuracy, level), watched)


def _compared(run: Run, without: Run, level: float) -> dict[str, str]:
    """Medians over the whole of both runs, censored ones and all, and the log-rank test between the arms."""
    first, second = _onsets(run, level), _onsets(without, level)
    told = {
        name: f"median {onsets.median():g}, {int(onsets.seen.sum())} of {len(onsets.step)} seen"
        for name, onsets in (("with decay", first), ("without decay", second))
    }
    if first.seen.any() or second.seen.any():
        # Where all seeds of both arms grok at one step the test divides zero by zero, and says nothing.
        with np.errstate(invalid="ignore"):
            chance = first.earlier_than(second)
        if np.isfinite(chance):
            told["earlier with decay"] = f"p = {chance:.2g} (log-rank test)"
    return {"Grokking steps (Kaplan–Meier)": "; ".join(f"{name}: {text}" for name, text in told.items())}


def _figure(statement: str, run: Run, without: Run, level: float) -> Figure:
    curves = []
    for one, label, role in ((run, "with decay", "data"), (without, "without decay", "null")):
        steps = np.sort(one.first_step(one.test_accuracy, level))
        steps = steps[np.isfinite(steps)]
        total = len(one.description.seeds)
        x = (0.0, *map(float, steps), float(one.evaluation_steps[-1]))
        y = (0.0, *(float(n) / total for n in range(1, len(steps) + 1)), len(steps) / total)
        curves.append(Curve(label, x, y, "step", role))
    budget = RECORDS[statement].constants["budget"]
    curves.append(Curve("budget", (budget, budget), (0.0, 1.0), "line", "threshold"))
    return Figure(
        f"grokking-onset-{statement.lower().replace('.', '-')}",
        "When networks grok, with weight decay and without",
        "Share of the seeds that have grokked by each step. A curve that ends below one holds seeds that never did.",
        "Share of seeds that have grokked against step, with decay and without, with the budget marked.",
        "step",
        "share that has grokked",
        tuple(curves),
    )


CHECKS = tuple(
    Check(statement, RECORDS[statement], (family.arm, family.twin), partial(_judge, statement))
    for statement, family in FAMILIES.items()
)
