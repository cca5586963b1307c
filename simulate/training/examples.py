"""The examples of all seeds as arrays on the device."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ..description import RunDescription
from ..tasks import Task
from .batches import Batches

# Places (seeds · examples · positions) that go through a network at once when it is only measured, which
# bounds the memory that measuring takes. No source: below it nothing that was tried runs slower.
_PLACES_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Examples:
    """Encoded inputs ``(S, n, ...)`` and targets ``(S, n, ...)``."""

    inputs: torch.Tensor
    targets: torch.Tensor

    def batch(self, batches: Batches, seeds: Sequence[int], step: int) -> Examples:
        """The examples that each seed sees at ``step``."""
        chosen = np.stack([batches.chosen(seed, step, self.inputs.shape[1]) for seed in seeds])
        columns = torch.from_numpy(chosen).to(self.inputs.device)  # (S, size)
        rows = torch.arange(len(seeds), device=self.inputs.device)[:, None]
        return Examples(self.inputs[rows, columns], self.targets[rows, columns])

    def parts(self) -> Iterable[torch.Tensor]:
        """The inputs, a bounded number of examples at a time."""
        seeds = self.inputs.shape[0]
        positions = self.inputs[0, 0].numel()
        return torch.split(self.inputs, max(1, _PLACES_AT_ONCE // (seeds * positions)), dim=1)


def load(description: RunDescription, task: Task, device: torch.device) -> tuple[Examples, Examples]:
    """Training and held-out examples of ``task``, for all seeds of ``description``."""
    splits = [task.data(seed) for seed in description.seeds]
    inputs, targets, held_out, held_out_targets = zip(*splits, strict=True)
    return (
        _examples(description, inputs, targets, device),
        _examples(description, held_out, held_out_targets, device),
    )


def load_probes(description: RunDescription, device: torch.device) -> dict[str, Examples]:
    """The task's further examples to measure on, by name."""
    found = [description.task.probes(seed) for seed in description.seeds]
    loaded = {}
    for name in description.task.probe_names:
        inputs, targets = zip(*(probes[name] for probes in found), strict=True)
        loaded[name] = _examples(description, inputs, targets, device)
    return loaded


def _examples(
    description: RunDescription,
    inputs: Sequence[npt.NDArray[Any]],
    targets: Sequence[npt.NDArray[Any]],
    device: torch.device,
) -> Examples:
    read, wanted = (torch.from_numpy(np.stack(arrays)).to(device) for arrays in (inputs, targets))
    if read.is_floating_point():
        read = read.to(description.arithmetic)
    if wanted.is_floating_point():
        wanted = wanted.to(description.weights)
    return Examples(description.network.encode(description.task, read), wanted)
