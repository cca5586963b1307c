"""What is known of a run without any spectrum: the series that a claimed early warning has to beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...simulate.run import Run
from .alarm import Array, Steps
from .variability import rolling

EVALUATIONS = 10
"""Evaluations in the window of variance and autocorrelation; no source (``ewstools`` takes a quarter of a series,
whose end must then be known)."""


@dataclass(frozen=True, eq=False)
class Signal:
    """A series ``values (S, R)`` at ``steps (R,)``."""

    name: str
    steps: Steps
    values: Array


def baseline_signals(run: Run) -> tuple[Signal, ...]:
    """Every baseline that the measured series of a run offer.

    The size of the newest update is there if the run was recorded. The norm of the gradient is not among them: it is
    not measured while a run trains, see :func:`.commutator.defects`, which has it for runs that keep their weights.
    """
    steps = run.evaluation_steps
    variability = rolling(run.test_loss, min(EVALUATIONS, max(4, len(steps))))
    found = [
        Signal("norm of the weights", steps, run.weight_norm),
        Signal("training loss", steps, run.train_loss),
        Signal("slope of the training loss", steps[1:], _slope(run.train_loss, steps)),
        Signal("held-out loss", steps, run.test_loss),
        Signal("slope of the held-out loss", steps[1:], _slope(run.test_loss, steps)),
        Signal("variance of the held-out loss", steps, variability.variance),
        Signal("autocorrelation of the held-out loss", steps, variability.autocorrelation),
    ]
    if len(run.record_steps):
        found.append(Signal("size of the newest update", run.record_steps, np.sqrt(run.inner[..., -1, -1])))
    return tuple(found)


def _slope(series: Array, steps: Steps) -> Array:
    """Per step, ``(S, E − 1)``."""
    return np.asarray(np.diff(series, axis=1) / np.diff(steps))
