"""A training run as data: everything that decides its numbers, and nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import torch

from .networks import NETWORKS, Network
from .optimizers import OPTIMIZERS, Rule
from .plain import json_object, made, plain, plain_fields, tagged
from .settings import need_integer, need_number, need_one_of
from .tasks import TASKS, Task
from .tasks.objective import SOFTMAXES
from .training.batches import Batches
from .training.schedules import SCHEDULES, Constant, Schedule

# Raised whenever the JSON of a description changes its form or its meaning.
SCHEMA = 3

DTYPES = ("float32", "float64", "bfloat16")
SERIES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm")

# The largest seed: files of series keep integers of 32 bits.
_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Recording:
    """What is kept of the updates.

    ``window`` is W. ``stride`` is the number of optimizer steps between two recorded weights, so that
    one row of X is ``θ_t − θ_{t−stride}``. ``keep_rows_at`` names the steps at which the W + 1 raw
    update rows are kept as well, for checks against a direct computation. ``weights`` are patterns
    (``*``, ``?``) of the names of the weights that a row is made of; the source takes those of the
    attention matrices, ``("*attention.*.weight",)``.

    The first window with the row before it is complete at step ``(window + 1)·stride``; from then on
    there is a record every ``stride`` steps.

    Raises:
        ValueError: a number is out of range, or there is no record at a step of ``keep_rows_at``.
    """

    window: int
    stride: int
    keep_rows_at: tuple[int, ...] = ()
    weights: tuple[str, ...] = ("*",)

    def __post_init__(self) -> None:
        need_integer("Recording", "window", self.window, at_least=2)
        need_integer("Recording", "stride", self.stride, at_least=1)
        object.__setattr__(self, "keep_rows_at", tuple(self.keep_rows_at))
        for step in self.keep_rows_at:
            need_integer("Recording", "keep_rows_at", step, at_least=1)
            if step < self.first_step or step % self.stride:
                raise ValueError(
                    f"Recording: keep_rows_at={self.keep_rows_at} asks for step {step}, but records are "
                    f"made from step {self.first_step} on, every {self.stride} steps"
                )
        if list(self.keep_rows_at) != sorted(set(self.keep_rows_at)):
            raise ValueError(f"Recording: keep_rows_at={self.keep_rows_at}; give ascending steps, each once")
        object.__setattr__(self, "weights", tuple(self.weights))
        if not self.weights:
            raise ValueError("Recording: weights=(); give patterns of names, or ('*',) for all weights")

    @property
    def first_step(self) -> int:
        """The step of the first record."""
        return (self.window + 1) * self.stride


@dataclass(frozen=True)
class Snapshots:
    """All weights are kept at step 0 and every ``every`` steps, up to step ``until`` (None: to the end).

    Raises:
        ValueError: a number is out of range.
    """

    every: int
    until: int | None = None

    def __post_init__(self) -> None:
        need_integer("Snapshots", "every", self.every, at_least=1)
        if self.until is not None:
            need_integer("Snapshots", "until", self.until, at_least=0)


@dataclass(frozen=True)
class RunDescription:
    """One training run of several seeds.

    ``steps`` counts optimizer steps; accuracies and losses are measured every ``evaluate_every`` steps
    from step 0 on, and at the last step. ``recording`` may be None.

    ``dtype`` is that of weights and arithmetic: ``"float32"``, ``"float64"``, or ``"bfloat16"``, which
    keeps weights, optimizer and loss in float32 and runs the network forward and back in bfloat16.
    ``softmax`` is how logits become probabilities, see :class:`.Objective`. ``batches`` are the examples
    of each step; None means all of them. ``clip`` is the largest norm of a seed's gradient; None means
    any. ``schedule`` multiplies the learning rate, ``decay_schedule`` the weight decay. ``snapshots`` says when
    all weights are kept. ``frozen`` are patterns (``*``, ``?``) of the names of weights that stay as they began.

    Raises:
        ValueError: a setting is out of range, or two do not fit together.
    """

    task: Task
    network: Network
    optimizer: Rule
    steps: int
    seeds: tuple[int, ...]
    recording: Recording | None
    evaluate_every: int
    dtype: str = "float32"
    schedule: Schedule = field(default_factory=Constant)
    batches: Batches | None = None
    clip: float | None = None
    softmax: str = "plain"
    decay_schedule: Schedule = field(default_factory=Constant)
    snapshots: Snapshots | None = None
    frozen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        owner = type(self).__name__
        need_integer(owner, "steps", self.steps, at_least=1)
        need_integer(owner, "evaluate_every", self.evaluate_every, at_least=1)
        need_one_of(owner, "dtype", self.dtype, DTYPES)
        need_one_of(owner, "softmax", self.softmax, SOFTMAXES)
        if self.clip is not None:
            object.__setattr__(self, "clip", need_number(owner, "clip", self.clip, above=0.0))
        object.__setattr__(self, "seeds", tuple(self.seeds))
        for seed in self.seeds:
            need_integer(owner, "seeds", seed, at_least=0)
        if not self.seeds or len(set(self.seeds)) != len(self.seeds):
            raise ValueError(f"{owner}: seeds={self.seeds}; give at least one, and each once")
        if max(self.seeds) > _LARGEST_SEED:
            raise ValueError(f"{owner}: seeds={self.seeds}; give seeds up to {_LARGEST_SEED}")
        if not self.task.objective.classifies and self.softmax != "plain":
            raise ValueError(f"{owner}: softmax={self.softmax!r}, but the task has values, not classes")
        layout = self.network.layout(self.task)  # refuses a task that the network cannot take
        object.__setattr__(self, "frozen", tuple(self.frozen))
        if self.frozen and len(layout.matching(self.frozen)) == layout.length:
            raise ValueError(f"{owner}: frozen={self.frozen} leaves no weight to train")
        if self.recording is not None:
            layout.matching(self.recording.weights)
            self._check_recorded_steps(self.recording)
        late = None if self.snapshots is None else self.snapshots.until
        if late is not None and late > self.steps:
            raise ValueError(f"{owner}: snapshots.until={late} is after steps={self.steps}")

    def _check_recorded_steps(self, recording: Recording) -> None:
        owner = type(self).__name__
        if self.steps < recording.first_step:
            raise ValueError(
                f"{owner}: steps={self.steps}, but with window={recording.window} and "
                f"stride={recording.stride} the first record is at step {recording.first_step}; "
                "train longer, record a smaller window, or give recording=None"
            )
        late = [step for step in recording.keep_rows_at if step > self.steps]
        if late:
            raise ValueError(f"{owner}: keep_rows_at asks for the steps {late}, after steps={self.steps}")

    @property
    def evaluation_steps(self) -> tuple[int, ...]:
        """The steps at which losses and accuracies are measured."""
        steps = list(range(0, self.steps + 1, self.evaluate_every))
        return (*steps, self.steps) if steps[-1] != self.steps else tuple(steps)

    @property
    def record_steps(self) -> tuple[int, ...]:
        """The steps at which the Gram matrix is recorded."""
        if self.recording is None:
            return ()
        return tuple(range(self.recording.first_step, self.steps + 1, self.recording.stride))

    @property
    def snapshot_steps(self) -> tuple[int, ...]:
        """The steps at which all weights are kept."""
        if self.snapshots is None:
            return ()
        until = self.steps if self.snapshots.until is None else self.snapshots.until
        return tuple(range(0, until + 1, self.snapshots.every))

    @property
    def recorded_length(self) -> int:
        """How many weights an update row has; 0 without recording."""
        if self.recording is None:
            return 0
        return len(self.network.layout(self.task).matching(self.recording.weights))

    @property
    def series(self) -> tuple[str, ...]:
        """The names of what is measured: :data:`SERIES`, and loss and accuracy of each probe."""
        probes = self.task.probe_names
        return SERIES + tuple(f"{name}_{what}" for name in probes for what in ("loss", "accuracy"))

    @property
    def weights(self) -> torch.dtype:
        """What weights, moments and losses are kept in."""
        return torch.float64 if self.dtype == "float64" else torch.float32

    @property
    def arithmetic(self) -> torch.dtype:
        """What the network computes in."""
        dtype: torch.dtype = getattr(torch, self.dtype)
        return dtype

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces. Equal descriptions give equal texts."""
        content = {
            "schema": SCHEMA,
            "task": plain(self.task, TASKS),
            "network": plain(self.network, NETWORKS),
            "optimizer": plain(self.optimizer, OPTIMIZERS),
            "schedule": plain(self.schedule, SCHEDULES),
            "recording": None if self.recording is None else plain_fields(self.recording, {}),
            "batches": None if self.batches is None else plain_fields(self.batches, {}),
            "decay_schedule": plain(self.decay_schedule, SCHEDULES),
            "snapshots": None if self.snapshots is None else plain_fields(self.snapshots, {}),
        }
        simple = ("steps", "seeds", "evaluate_every", "dtype", "clip", "softmax", "frozen")
        content |= {name: getattr(self, name) for name in simple}
        return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> RunDescription:
        """The description that :meth:`to_json` wrote.

        Raises:
            ValueError: the text is no JSON, of another schema, or a key is missing, unknown or wrong.
        """
        content = json_object("description", json.loads(text))
        schema = content.pop("schema", None)
        if schema != SCHEMA:
            raise ValueError(f"description: schema={schema!r}; this version reads schema {SCHEMA}")
        found: dict[str, Any] = dict(content)
        tables: dict[str, dict[str, Any]] = {
            "task": TASKS,
            "network": NETWORKS,
            "optimizer": OPTIMIZERS,
            "schedule": SCHEDULES,
            "decay_schedule": SCHEDULES,
        }
        for name, known in tables.items():
            found[name] = tagged(name, content.get(name), known)
        for name, kind in (("recording", Recording), ("batches", Batches), ("snapshots", Snapshots)):
            if found.get(name) is not None:
                found[name] = made(name, kind, json_object(name, found[name]), {})
        description: RunDescription = made("description", cls, found, {})
        return description

    def address(self) -> str:
        """SHA-256 of :meth:`to_json`, 64 hexadecimal digits: equal exactly for equal descriptions."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()
