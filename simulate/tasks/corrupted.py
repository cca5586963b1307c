"""Any task with some of its training labels wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..randomness import Purpose, generator
from ..settings import need_fraction
from .classification import IGNORED
from .objective import Objective
from .switch import TaskSwitch
from .task import Examples, Inputs, Split, Task, Tokens

CORRUPTED = "corrupted"


@dataclass(frozen=True)
class CorruptedLabels(Task):
    """``task``, with the targets of a share of its training examples replaced.

    A class becomes another one, uniformly among the others (at each position that has a label); values
    are passed round among the chosen examples. Held-out targets stay right. The probe ``corrupted`` holds
    the chosen examples with their right targets: its score falls as their wrong ones are memorised.

    Raises:
        ValueError: ``share`` is not strictly between 0 and 1, fewer than two examples would be chosen,
            or ``task`` is itself corrupted or a switch (corrupt the tasks of the switch instead).
    """

    kind: ClassVar[str] = "corrupted_labels"

    task: Task
    share: float = 0.1

    def __post_init__(self) -> None:
        object.__setattr__(self, "share", need_fraction("CorruptedLabels", "share", self.share))
        if getattr(self.task, "kind", None) in (None, self.kind, TaskSwitch.kind):
            raise ValueError(
                f"CorruptedLabels: task={self.task!r}; give a task that is neither corrupted nor a switch"
            )

    @property
    def inputs(self) -> Inputs:
        """Those of the task."""
        return self.task.inputs

    @property
    def outputs(self) -> int:
        """Those of the task."""
        return self.task.outputs

    @property
    def objective(self) -> Objective:
        """That of the task."""
        return self.task.objective

    def data(self, seed: int) -> Split:
        """The task's examples, the chosen ones with other targets."""
        split = self.task.data(seed)
        chosen, draw = self._chosen(seed, len(split.train_inputs))
        targets = split.train_targets.copy()
        if self.objective.classifies:
            targets[chosen] = _other_classes(targets[chosen], self.outputs, draw)
        else:
            targets[chosen] = np.roll(targets[chosen], 1, axis=0)
        return split._replace(train_targets=targets)

    def probes(self, seed: int) -> dict[str, tuple[Examples, Examples]]:
        """The chosen examples with the targets that they should have."""
        split = self.task.data(seed)
        chosen, _ = self._chosen(seed, len(split.train_inputs))
        return {CORRUPTED: (split.train_inputs[chosen], split.train_targets[chosen])}

    @property
    def probe_names(self) -> tuple[str, ...]:
        """One probe."""
        return (CORRUPTED,)

    def _chosen(self, seed: int, count: int) -> tuple[Tokens, np.random.Generator]:
        draw = generator(seed, Purpose.CORRUPTION)
        size = round(self.share * count)
        if size < 2:
            raise ValueError(
                f"CorruptedLabels: share={self.share} of {count} training examples is {size}; "
                "corrupt at least two"
            )
        return draw.permutation(count)[:size], draw


def _other_classes(labels: Tokens, classes: int, draw: np.random.Generator) -> Tokens:
    # Adding 1 to classes − 1 modulo classes never gives the class itself, and every other one as often.
    others = (labels + draw.integers(1, classes, labels.shape)) % classes
    return np.where(labels == IGNORED, IGNORED, others)
