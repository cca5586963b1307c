"""The result of training: series of every seed as NumPy arrays, the seed always the first axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .description import SERIES, RunDescription
from .provenance import Provenance

Array = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Run:
    """What was measured while S seeds trained.

    A series at step t is measured on the weights after t optimizer steps. With W the window, E
    evaluations, R records and p weights:

    - ``evaluation_steps (E,)``; ``train_loss, test_loss`` (nat; for values half the square of their
      unit), ``train_accuracy, test_accuracy`` (see :class:`.Objective`) and ``weight_norm`` ``‖θ‖``
      (unit θ), each ``(S, E)``; ``probes``: ``NAME_loss`` and ``NAME_accuracy`` of the task's further
      examples, likewise;
    - ``record_steps (R,)``; ``inner (S, R, W+1, W+1)``, inner products (θ²) of the W + 1 newest update
      rows, oldest first; ``sigma (S, R, W)``, singular values (θ) of the newest W of them, descending;
      ``weight_rounding (S, R)``, the singular value (θ) that rounding of the weights alone would give;
      ``resolved (S, R, W)``, which of ``sigma`` lie above both that and the rounding of ``inner``;
    - ``kept_rows``: step -> raw update rows ``(S, W+1, recorded weights)`` in the dtype of the weights;
    - ``final_weights (S, p)``;
    - ``snapshot_steps (K,)`` and ``snapshots (S, K, p)``: all weights at chosen steps, in their dtype (of a
      stored run a view of its file: nothing is read before it is used);
    - ``diverged (S,)``: the first step at which the loss was not finite, or -1. From that step on all
      numbers of that seed are NaN and its weights are held.

    Without recording, R and W + 1 are 0; without snapshots, K is 0.

    Raises:
        ValueError: an array does not have the shape that the description asks for.
    """

    description: RunDescription
    provenance: Provenance
    evaluation_steps: Steps
    train_loss: Array
    test_loss: Array
    train_accuracy: Array
    test_accuracy: Array
    weight_norm: Array
    record_steps: Steps
    inner: Array
    sigma: Array
    resolved: npt.NDArray[np.bool_]
    weight_rounding: Array
    kept_rows: Mapping[int, npt.NDArray[np.floating]]
    final_weights: npt.NDArray[np.floating]
    diverged: Steps
    probes: Mapping[str, Array] = field(default_factory=dict)
    snapshots: npt.NDArray[np.floating] = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        wanted = self.shapes(self.description)
        if not self.snapshots.size and 0 in wanted["snapshots"]:
            object.__setattr__(self, "snapshots", np.empty(wanted["snapshots"]))
        for name, shape in wanted.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"Run: {name} has shape {found}, but its description asks for {shape}")
        self._check_kept_rows()
        self._check_probes()

    def _check_probes(self) -> None:
        wanted = dict.fromkeys(self.description.series[len(SERIES) :], self.train_loss.shape)
        found = {name: series.shape for name, series in self.probes.items()}
        if found != wanted:
            raise ValueError(f"Run: probes have the shapes {found}, but its description asks for {wanted}")

    def _check_kept_rows(self) -> None:
        recording = self.description.recording
        asked = () if recording is None else recording.keep_rows_at
        if tuple(sorted(self.kept_rows)) != asked:
            raise ValueError(f"Run: rows are kept at {sorted(self.kept_rows)}, asked for was {list(asked)}")
        for step, rows in self.kept_rows.items():
            wanted = (self.inner.shape[0], self.inner.shape[2], self.description.recorded_length)
            if rows.shape != wanted:
                raise ValueError(f"Run: rows at step {step} have shape {rows.shape}, asked for was {wanted}")

    @staticmethod
    def shapes(description: RunDescription) -> dict[str, tuple[int, ...]]:
        """The shape of each array of a run with this description, but for ``kept_rows``."""
        recording = description.recording
        window = 0 if recording is None else recording.window
        size = 0 if recording is None else window + 1
        seeds, evaluations = len(description.seeds), len(description.evaluation_steps)
        records = len(description.record_steps)
        length = description.network.length(description.task)
        return {
            "evaluation_steps": (evaluations,),
            **dict.fromkeys(SERIES, (seeds, evaluations)),
            "record_steps": (records,),
            "inner": (seeds, records, size, size),
            "sigma": (seeds, records, window),
            "resolved": (seeds, records, window),
            "weight_rounding": (seeds, records),
            "final_weights": (seeds, length),
            "snapshots": (seeds, len(description.snapshot_steps), length),
            "diverged": (seeds,),
        }

    @property
    def snapshot_steps(self) -> Steps:
        """The steps ``(K,)`` of :attr:`snapshots`."""
        return np.array(self.description.snapshot_steps, dtype=np.int64)

    def weights_at(self, step: int) -> npt.NDArray[np.floating]:
        """All weights ``(S, p)`` after ``step`` optimizer steps.

        Raises:
            ValueError: they were not kept at that step.
        """
        steps = self.description.snapshot_steps
        if step not in steps:
            told = f"every {steps[1] - steps[0]} steps up to {steps[-1]}" if len(steps) > 1 else f"{steps}"
            raise ValueError(f"step {step}: this run keeps its weights at {told}")
        return self.snapshots[:, steps.index(step)]

    def first_step(self, series: Array, at_least: float) -> Array:
        """For each seed, the first evaluated step at which ``series (S, E)`` is at least ``at_least``.

        NaN means never within this run: the time is censored at the last step, or where it diverged.

        Raises:
            ValueError: ``series`` is not of the shape (S, E) of this run.
        """
        if series.shape != self.train_loss.shape:
            raise ValueError(
                f"series has shape {series.shape}; give one of this run's, {self.train_loss.shape}"
            )
        reached = series >= at_least  # NaN is not reached
        steps = self.evaluation_steps[np.argmax(reached, axis=1)]
        return np.where(reached.any(axis=1), steps, np.nan)
