"""Twins of a run: the same seeds and settings, but for the one thing that the theory says it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from ...simulate.description import RunDescription
from ...simulate.tasks import CorruptedLabels, TaskSwitch
from ...simulate.training.schedules import Constant

NOISE = 0.3
"""The share of training labels that are wrong in the twin with label noise; no source."""


def without_decay(description: RunDescription) -> RunDescription:
    """The run with its weight decay set to zero.

    Raises:
        ValueError: it has none.
    """
    rule = description.optimizer
    if rule.weight_decay == 0:
        raise ValueError("the run has no weight decay: it is its own twin")
    still = replace(cast(Any, rule), weight_decay=0.0)  # every rule is a dataclass with this setting
    return replace(description, optimizer=still, decay_schedule=Constant())


def with_label_noise(description: RunDescription) -> RunDescription:
    """The run with :data:`NOISE` of its training labels wrong; of a switch, those of both tasks.

    Raises:
        ValueError: labels are wrong already.
    """
    return replace(description, task=_corrupted(description))


def _corrupted(description: RunDescription) -> CorruptedLabels | TaskSwitch:
    task = description.task
    parts = (task.first, task.second) if isinstance(task, TaskSwitch) else (task,)
    if any(isinstance(part, CorruptedLabels) for part in parts):
        raise ValueError("the run has label noise already")
    noisy = [CorruptedLabels(part, NOISE) for part in parts]
    return TaskSwitch(noisy[0], noisy[1], task.at) if isinstance(task, TaskSwitch) else noisy[0]


def with_frozen_features(description: RunDescription) -> RunDescription:
    """The run with every weight but those of the last layer kept as it began: a model that is linear in its weights.

    The last layer is the last named array of the network and what shares its name up to the last dot.

    Raises:
        ValueError: there is one layer only, nothing else is left to freeze, or no recorded weight would move.
    """
    names = [weight.name for weight in description.network.layout(description.task).weights]
    last = names[-1].rpartition(".")[0] or names[-1]
    if last == "bias":  # of the hidden layer, in networks whose readout has none
        last = names[-2]
    features = tuple(name for name in names if name != last and not name.startswith(f"{last}."))
    if not features or set(features) <= set(description.frozen):
        raise ValueError(f"of {', '.join(names)} nothing is left to freeze")
    if description.recording is not None:
        layout = description.network.layout(description.task)
        moved = set(layout.matching(description.recording.weights)) - set(layout.matching(features))
        if not moved:
            raise ValueError(f"only features are recorded ({', '.join(description.recording.weights)})")
    return replace(description, frozen=tuple(dict.fromkeys((*description.frozen, *features))))
