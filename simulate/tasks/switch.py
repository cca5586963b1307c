"""Train on one task, then on another: what of the first is forgotten?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..settings import need_integer
from .objective import Objective
from .task import Examples, Inputs, Split, Task

FIRST = "first"


@dataclass(frozen=True)
class TaskSwitch(Task):
    """``first`` for ``at`` optimizer steps, then ``second``, with the same network going on.

    Training and held-out series are those of the task that is being trained. The probe ``first`` holds
    the held-out examples of the first task all the time: its score falls as that task is forgotten.

    Raises:
        ValueError: ``at`` is no integer above 0, the tasks differ in the form of their examples, or one
            of them is itself a switch.
    """

    kind: ClassVar[str] = "task_switch"

    first: Task
    second: Task
    at: int

    def __post_init__(self) -> None:
        need_integer("TaskSwitch", "at", self.at, at_least=1)
        for name in ("first", "second"):
            task = getattr(self, name)
            if getattr(task, "kind", None) in (None, self.kind):
                raise ValueError(f"TaskSwitch: {name}={task!r}; give a task that is no switch")
        for part in ("inputs", "outputs", "objective"):
            before, after = getattr(self.first, part), getattr(self.second, part)
            if before != after:
                raise ValueError(
                    f"TaskSwitch: the {part} of the first task are {before}, of the second {after}; one "
                    "network can only learn tasks of the same form"
                )

    @property
    def inputs(self) -> Inputs:
        """Those of both tasks."""
        return self.first.inputs

    @property
    def outputs(self) -> int:
        """Those of both tasks."""
        return self.first.outputs

    @property
    def objective(self) -> Objective:
        """That of both tasks."""
        return self.first.objective

    def data(self, seed: int) -> Split:
        """Of the first task; training takes those of the second from its own ``data``."""
        return self.first.data(seed)

    def probes(self, seed: int) -> dict[str, tuple[Examples, Examples]]:
        """The held-out examples of the first task."""
        split = self.first.data(seed)
        return {FIRST: (split.test_inputs, split.test_targets)}

    @property
    def probe_names(self) -> tuple[str, ...]:
        """One probe."""
        return (FIRST,)


def stages(task: Task) -> tuple[tuple[int, Task], ...]:
    """The tasks that are trained, each with the step from which on; one from step 0 unless it is a switch."""
    if isinstance(task, TaskSwitch):
        return ((0, task.first), (task.at, task.second))
    return ((0, task),)
