"""P17: does a network whose decay is removed after grokking keep its accuracy, and become easier to read?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...simulate.features import explained_share, hidden_activations
from ...simulate.landscape import random_directions
from ...simulate.run import Run
from ...simulate.training.schedules import Change
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure
from ..profiles import DECAY, FREED, NO_DECAY
from ..record import Record
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Scores, Told, Varied, at_least, judge_scores

Array = npt.NDArray[np.float64]
Weights = npt.NDArray[np.floating]

SEED = 1700
"""Of the random direction; no meaning."""

TWIN = "the arm that keeps its decay, between the same steps"
NEVER = "the arm without decay, from the same step to its end, whatever its accuracy"
ASTRAY = "as far in a random direction, whatever the accuracy"

RECORD = Record(
    statement="P17",
    observable="what a linear probe leaves unexplained when the decay is removed, over what it leaves at the last step that "
    "the arm with decay has too; 0 if held-out accuracy is below `accuracy` then. The probe is ridge regression from the "
    "hidden activations (x E)² to the answer, one-hot, fitted on the training pairs and read on the held-out ones",
    replication="a seed that groks before the decay is removed; one that does not is left out and listed",
    test="it is at least `fold` in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(TWIN, NEVER, ASTRAY),
    constants={"fold": 2.0, "accuracy": 0.973, "grokking": 0.98},
    reasons={
        "fold": "no source fixes how much is freed; half is the mildest reading, and R² from 0.85 to 0.99 is 15-fold",
        "accuracy": "the source's number after the decay was removed",
        "grokking": "the source's held-out accuracy for modular arithmetic",
    },
    networks=TWO_LAYER + ", decay removed at step 600",
    effect=EFFECT,
)


def probe(run: Run, weights: Weights) -> Array:
    """The probe's held-out R² at ``weights (S, p)`` of all seeds of a run, ``(S,)``; NaN where they are not finite."""
    splits = [run.description.task.data(seed) for seed in run.description.seeds]
    read, told, asked, answers = (np.stack(arrays) for arrays in zip(*splits, strict=True))
    finite = np.asarray(np.isfinite(weights).all(axis=1))
    theta = np.where(finite.reshape(-1, 1), weights, 0.0)
    classes = np.eye(run.description.task.outputs)
    fitted, held_out = (hidden_activations(run.description, theta, tokens) for tokens in (read, asked))
    explained = explained_share(fitted, classes[told], held_out, classes[answers]).explained
    return np.asarray(np.where(finite, explained, np.nan))


def weights_at(run: Run, step: int) -> Weights | None:
    """Weights ``(S, p)`` at a step at which they were kept, the last one included; None at any other."""
    if step in run.description.snapshot_steps:
        return run.weights_at(step)
    return run.final_weights if step == run.description.steps else None


def _accuracy(run: Run, step: int) -> Array:
    """Held-out accuracy ``(S,)`` at the last evaluation up to ``step``."""
    return np.asarray(run.test_accuracy[:, np.searchsorted(run.evaluation_steps, step, "right") - 1])


def fold(before: Array, after: Array, keeps: npt.NDArray[np.bool_]) -> Array:
    """How many times less the probe leaves unexplained; 0 where the accuracy is not kept, NaN where R² is not known."""
    shrinks = (1 - before) / np.maximum(1 - after, np.finfo(np.float64).eps)
    return np.asarray(np.where(keeps | np.isnan(shrinks), shrinks, 0.0))


def _grokked_by(run: Run, step: int) -> npt.NDArray[np.bool_]:
    return np.asarray(run.first_step(run.test_accuracy, RECORD.constants["grokking"]) <= step)


def _scores(name: str, run: Run, before: Array, after: Array, kept: Array, asked: bool) -> Scores:
    keeps = (kept >= RECORD.constants["accuracy"]) | (not asked)
    beside = {"R² before": before, "R² after": after, "held-out accuracy after": kept}
    return Scores(name, run.description.seeds, fold(before, after, keeps), beside)


def _nothing(name: str) -> Scores:
    return Scores(name, (), np.empty(0))


def judge(context: Context) -> Evidence:
    """The same probe, before and after, with the decay removed, kept, and never there.

    Raises:
        TypeError: the profile's arm of this name does not change its decay.
        ValueError: it keeps no weights at the steps that are needed.
    """
    freed, twin, never = (context.runs[name] for name in (FREED, DECAY, NO_DECAY))
    schedule = freed.description.decay_schedule
    if not isinstance(schedule, Change):
        raise TypeError(f"arm {FREED!r} has the decay schedule {schedule}; P17 needs a Change")
    removed = schedule.at
    after = min(freed.snapshot_steps[-1], twin.description.steps)
    begun, ended = (weights_at(freed, int(step)) for step in (removed, after))
    if begun is None or ended is None:
        raise ValueError(
            f"arm {FREED!r} keeps its weights at {freed.snapshot_steps.tolist()}; P17 needs steps {removed} and {after}"
        )
    before = np.where(_grokked_by(freed, removed), probe(freed, begun), np.nan)
    data = _scores("decay removed", freed, before, probe(freed, ended), _accuracy(freed, int(after)), True)
    nulls = [
        _between(TWIN, twin, removed, int(after), asked=True),
        _between(NEVER, never, removed, never.description.steps, asked=False),
        _astray(freed, begun, ended, before),
    ]
    untrained = _untrained(freed)
    return judge_scores(
        context,
        RECORD,
        data,
        nulls,
        at_least,
        Varied("fold", "the fold", (1.1, 1.5, 2.0, 3.0, 5.0, 10.0, 15.0), log_x=True),
        Told(
            "fold by which the unexplained share shrinks",
            "the accuracy is kept and the probe leaves less than half unexplained",
            "accuracy 0.973; R² of a linear probe from 0.85 to 0.99, which is 15-fold",
            ANALOGUE,
        ),
        figures=(_figure(freed, twin),),
        extra={
            "A probe of the untrained network": f"R² {np.median(untrained):.3f} (median of the seeds), so that no R² "
            "above is made by the probe alone"
            if len(untrained)
            else "not measured: no initial weights were kept",
        },
    )


def _between(name: str, run: Run, start: int, end: int, asked: bool) -> Scores:
    begun, ended = weights_at(run, start), weights_at(run, end)
    if begun is None or ended is None:
        return _nothing(name)
    before = probe(run, begun)
    if asked:  # the same seeds as those that are judged
        before = np.where(_grokked_by(run, start), before, np.nan)
    return _scores(name, run, before, probe(run, ended), _accuracy(run, end), asked)


def _astray(run: Run, begun: Weights, ended: Weights, before: Array) -> Scores:
    """The probe as far from the weights at removal as the run went, in a direction drawn at random."""
    far = np.linalg.norm(ended.astype(np.float64) - begun, axis=1, keepdims=True)
    moved = begun + far * random_directions(run.description.seeds, 1, begun.shape[1], SEED)[:, 0]
    unknown = np.full(len(before), np.nan)
    return _scores(ASTRAY, run, before, probe(run, moved), unknown, False)


def _untrained(run: Run) -> Array:
    start = weights_at(run, 0)
    return np.empty(0) if start is None else probe(run, start)


SHOWN = 7
"""Steps at which the figure shows the probe; no source."""


def _figure(freed: Run, twin: Run) -> Figure:
    curves = []
    for label, run, role in (("decay removed", freed, "data"), ("decay kept", twin, "null")):
        kept = run.snapshot_steps
        chosen = (
            kept[np.unique(np.linspace(0, len(kept) - 1, SHOWN).round().astype(int))] if len(kept) else kept
        )
        steps = [int(step) for step in chosen]
        values = [probe(run, run.weights_at(step)) for step in steps]
        if steps and run.description.steps not in steps:
            steps, values = [*steps, run.description.steps], [*values, probe(run, run.final_weights)]
        if values:
            x = tuple(map(float, steps))
            curves += [
                Curve(label, x, tuple(map(float, row)), "line", role) for row in np.stack(values, axis=1)
            ]
    schedule = freed.description.decay_schedule
    if isinstance(schedule, Change):
        curves.append(Curve("decay removed here", (float(schedule.at),) * 2, (0.0, 1.0), "line", "threshold"))
    return Figure(
        "freed",
        "What a linear probe reads off the hidden activations",
        "Every seed, with the decay removed and with the decay kept.",
        "Held-out R² of a linear probe against step, with and without removal of the decay.",
        "step",
        "R² of the probe",
        tuple(curves),
    )


CHECKS = (Check("P17", RECORD, (FREED, DECAY, NO_DECAY), judge),)
