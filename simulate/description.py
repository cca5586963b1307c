"""A training run as data: everything that decides its numbers, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .networks import NETWORKS, Network
from .optimizers import OPTIMIZERS, AdamW
from .settings import need_integer
from .tasks import TASKS, Task

# Raised whenever the JSON of a description changes its form or its meaning.
SCHEMA = 1

DTYPES = ("float32", "float64")


@dataclass(frozen=True)
class Recording:
    """What is kept of the updates.

    ``window`` is W. ``stride`` is the number of optimizer steps between two recorded weights, so that
    one row of X is ``θ_t − θ_{t−stride}``. ``keep_rows_at`` names the steps at which the W + 1 raw
    update rows are kept as well, for checks against a direct computation.

    The first window with the row before it is complete at step ``(window + 1)·stride``; from then on
    there is a record every ``stride`` steps.

    Raises:
        ValueError: a number is out of range, or there is no record at a step of ``keep_rows_at``.
    """

    window: int
    stride: int
    keep_rows_at: tuple[int, ...] = ()

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

    @property
    def first_step(self) -> int:
        """The step of the first record."""
        return (self.window + 1) * self.stride


@dataclass(frozen=True)
class RunDescription:
    """One training run of several seeds.

    ``steps`` counts optimizer steps; accuracies and losses are measured every ``evaluate_every`` steps
    from step 0 on, and at the last step. ``recording`` may be None. ``dtype`` is that of weights and
    arithmetic: ``"float32"`` or ``"float64"``.

    Raises:
        ValueError: a setting is out of range, or two do not fit together.
    """

    task: Task
    network: Network
    optimizer: AdamW
    steps: int
    seeds: tuple[int, ...]
    recording: Recording | None
    evaluate_every: int
    dtype: str = "float32"

    def __post_init__(self) -> None:
        owner = type(self).__name__
        need_integer(owner, "steps", self.steps, at_least=1)
        need_integer(owner, "evaluate_every", self.evaluate_every, at_least=1)
        object.__setattr__(self, "seeds", tuple(self.seeds))
        for seed in self.seeds:
            need_integer(owner, "seeds", seed, at_least=0)
        if not self.seeds or len(set(self.seeds)) != len(self.seeds):
            raise ValueError(f"{owner}: seeds={self.seeds}; give at least one, and each once")
        if self.dtype not in DTYPES:
            raise ValueError(f"{owner}: dtype={self.dtype!r}; give one of {', '.join(DTYPES)}")
        if self.recording is None:
            return
        if self.steps < self.recording.first_step:
            raise ValueError(
                f"{owner}: steps={self.steps}, but with window={self.recording.window} and "
                f"stride={self.recording.stride} the first record is at step {self.recording.first_step}; "
                "train longer, record a smaller window, or give recording=None"
            )
        late = [step for step in self.recording.keep_rows_at if step > self.steps]
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

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces. Equal descriptions give equal texts."""
        content = {
            "schema": SCHEMA,
            "task": _tagged(self.task, TASKS),
            "network": _tagged(self.network, NETWORKS),
            "optimizer": _tagged(self.optimizer, OPTIMIZERS),
            "recording": None if self.recording is None else _fields(self.recording),
        }
        content |= {name: getattr(self, name) for name in ("steps", "seeds", "evaluate_every", "dtype")}
        return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> RunDescription:
        """The description that :meth:`to_json` wrote.

        Raises:
            ValueError: the text is no JSON, of another schema, or a key is missing, unknown or wrong.
        """
        content = _object("description", json.loads(text))
        schema = content.pop("schema", None)
        if schema != SCHEMA:
            raise ValueError(f"description: schema={schema!r}; this version reads schema {SCHEMA}")
        made: dict[str, Any] = dict(content)
        for name, known in (("task", TASKS), ("network", NETWORKS), ("optimizer", OPTIMIZERS)):
            made[name] = _untagged(name, content.get(name), known)
        if made.get("recording") is not None:
            made["recording"] = _make("recording", Recording, _object("recording", made["recording"]))
        description: RunDescription = _make("description", cls, made)
        return description

    def address(self) -> str:
        """SHA-256 of :meth:`to_json`, 64 hexadecimal digits: equal exactly for equal descriptions."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def _fields(thing: Any) -> dict[str, Any]:
    return {field.name: getattr(thing, field.name) for field in fields(thing)}


def _tagged(thing: Any, known: Mapping[str, type]) -> dict[str, Any]:
    if type(thing) not in known.values():
        raise ValueError(
            f"{type(thing).__name__} has no name in a description; known are {', '.join(sorted(known))}: "
            "add it to the table of its package"
        )
    return {"kind": thing.kind, **_fields(thing)}


def _untagged(name: str, content: Any, known: Mapping[str, type]) -> Any:
    content = dict(_object(name, content))
    kind = content.pop("kind", None)
    if kind not in known:
        raise ValueError(f"{name}: kind={kind!r}; known are {', '.join(sorted(known))}")
    return _make(name, known[kind], content)


def _make(name: str, kind: type, content: Mapping[str, Any]) -> Any:
    """``kind(**content)``, with lists as tuples; keys must be exactly the fields."""
    wanted = {field.name for field in fields(kind)}
    if set(content) != wanted:
        missing, unknown = sorted(wanted - set(content)), sorted(set(content) - wanted)
        raise ValueError(f"{name}: missing keys {missing}, unknown keys {unknown}")
    return kind(**{key: tuple(v) if isinstance(v, list) else v for key, v in content.items()})


def _object(name: str, content: Any) -> dict[str, Any]:
    if isinstance(content, dict):
        return dict(content)
    raise ValueError(f"{name}: {content!r} is no JSON object")
