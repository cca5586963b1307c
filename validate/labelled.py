"""Series of 𝒜 and of baselines, window by window, beside labels that were made without them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..simulate.run import Run
from ..simulate.spectrum import adiabatic, gap, gap_position, shift, singular_values
from ..simulate.tasks.switch import FIRST, TaskSwitch
from .nulls import blocks, step_norms, walk_products
from .regimes import Regime, Rule, Watched, label

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

SEED = 505
"""Of the random walk; no meaning."""

DECIDING = "geo"
"""The variant of 𝒜 that decides: the one of the theory that is a pure number and needs nothing but windows."""

BASELINES = (
    "size of the newest update",
    "training loss",
    "slope of the training loss",
    "norm of the weights",
)
"""What is known of a window without any spectrum."""

STANDARD = Rule()


@dataclass(frozen=True, eq=False)
class Labelled:
    """Series of 𝒜 and of baselines ``(S, R)`` by name, with their labels ``(S, R)``."""

    series: Mapping[str, Array]
    labels: Labels

    def medians(self, name: str = DECIDING) -> dict[Regime, Array]:
        """The median of a series over the windows of each regime, per seed; NaN where a seed has none."""
        values = self.series[name]
        found = {}
        for regime in (Regime.PLATEAU, Regime.TRANSITION, Regime.FORGETTING):
            chosen = np.where((self.labels == regime) & np.isfinite(values), values, np.nan)
            some = np.isfinite(chosen).any(axis=1)
            medians = np.full(len(chosen), np.nan)
            medians[some] = np.nanmedian(chosen[some], axis=1)
            found[regime] = medians
        return found


def watched(run: Run) -> Watched:
    """What the labels of a run are made from."""
    task = run.description.task
    others = {"training": run.train_accuracy}
    switches: tuple[int, ...] = ()
    if isinstance(task, TaskSwitch):
        others["first task"] = run.probes[f"{FIRST}_accuracy"]
        switches = (task.at,)
    return Watched(run.evaluation_steps, run.test_accuracy, others, 1 / task.outputs, switches)


def variants(inner: Array, length: int, noise: Array, rate: Array) -> dict[str, Array]:
    """All variants of 𝒜 of each window, ``(S, R)``, from ``inner (S, R, W + 1, W + 1)``."""
    sigma, resolved = singular_values(inner[..., 1:, 1:], length=length, noise=noise)
    position = gap_position(sigma, resolved)
    at = np.maximum(position - 1, 0)[..., None]
    upper = np.take_along_axis(sigma, at, axis=-1)[..., 0]
    lower = np.take_along_axis(sigma, at + 1, axis=-1)[..., 0]
    squares = np.where(position > 0, (upper - lower) * (upper + lower), np.nan)
    return adiabatic(shift(inner), gap(sigma, resolved), squares, rate)._asdict()


def rates(run: Run, steps: Labels) -> Array:
    """The learning rate by which the weights at each of ``steps (R,)`` were reached."""
    factors = [run.description.schedule.factor(int(step) - 1) for step in steps]
    return run.description.optimizer.learning_rate * np.array(factors)


@lru_cache(maxsize=4)
def labelled(run: Run, rule: Rule = STANDARD) -> Labelled:
    """Every variant of 𝒜 of a recorded run, and what simpler predictors have to offer."""
    recording = run.description.recording
    assert recording is not None
    span, stride = recording.window * recording.stride, recording.stride
    return Labelled(_series(run), label(watched(run), run.record_steps, span, stride, rule))


@lru_cache(maxsize=2)
def _series(run: Run) -> Mapping[str, Array]:
    """All that is labelled, which does not depend on the rule."""
    description = run.description
    rate = rates(run, run.record_steps)
    series = variants(run.inner, description.recorded_length, run.weight_rounding, rate)
    last = np.searchsorted(run.evaluation_steps, run.record_steps, "right") - 1
    before = np.maximum(last - 1, 0)
    simple = (
        np.sqrt(run.inner[..., -1, -1]),
        run.train_loss[:, last],
        run.train_loss[:, last] - run.train_loss[:, before],
        run.weight_norm[:, last],
    )
    return {**series, **dict(zip(BASELINES, simple, strict=True))}


@lru_cache(maxsize=4)
def labelled_walk(run: Run) -> Labelled:
    """The random walk with the step norms of each seed, under the labels of that seed."""
    description, recording = run.description, run.description.recording
    assert recording is not None
    norms = step_norms(run)
    known = np.isfinite(norms).all(axis=1)
    length = description.recorded_length
    products = walk_products(norms[known], length, SEED)
    inner = blocks(products, recording.window + 1)
    found = variants(inner, length, np.zeros(inner.shape[:2]), np.ones(inner.shape[1]))
    return Labelled(found, labelled(run).labels[known])


def moved_labels(found: Labelled) -> Labelled:
    """The same series under labels moved round by half the run: both keep their own regularity."""
    return Labelled(found.series, np.roll(found.labels, found.labels.shape[1] // 2, axis=1))
