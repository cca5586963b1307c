"""Losses, accuracies and norms of all seeds while they train."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch

from ..description import RunDescription
from .examples import Examples

Array = npt.NDArray[np.float64]


def outputs(description: RunDescription, theta: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
    """What the network gives for ``inputs (S, n, ...)``, computed in the description's arithmetic."""
    made = description.network.forward(description.task, theta.to(description.arithmetic), inputs)
    return made.to(description.weights)


def trained_outputs(description: RunDescription, theta: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
    """As :func:`outputs`, for what is derived at most once and by the weights: training and measuring."""
    made = description.network.trained(description.task, theta.to(description.arithmetic), inputs)
    return made.to(description.weights)


class Measurements:
    """Series ``(S, E)`` by name, held on the device until they are asked for: measuring never waits."""

    def __init__(self, description: RunDescription, device: torch.device) -> None:
        self._description = description
        self.steps = description.evaluation_steps
        self.done = 0
        shape = (len(description.series), len(self.steps), len(description.seeds))
        self._values = torch.full(shape, torch.nan, dtype=torch.float64, device=device)

    def due(self, step: int) -> bool:
        """Whether ``step`` is the next to measure at."""
        return self.done < len(self.steps) and step == self.steps[self.done]

    @torch.no_grad()
    def take(
        self,
        theta: torch.Tensor,
        train: Examples,
        test: Examples,
        probes: Mapping[str, Examples],
        seen: tuple[torch.Tensor, torch.Tensor] | None = None,
    ) -> None:
        """Measure the weights ``theta (S, p)``.

        ``seen`` are the outputs for all of ``train`` and their loss, where the step has just computed them.
        """
        objective, softmax = self._description.task.objective, self._description.softmax

        def both(examples: Examples) -> tuple[torch.Tensor, torch.Tensor]:
            made = [trained_outputs(self._description, theta, part) for part in examples.parts()]
            output = made[0] if len(made) == 1 else torch.cat(made, dim=1)
            loss = objective.loss(output, examples.targets, softmax)
            return loss, objective.score(output, examples.targets)

        taken = {}
        if seen is None:
            taken["train_loss"], taken["train_accuracy"] = both(train)
        else:
            taken["train_loss"], taken["train_accuracy"] = seen[1], objective.score(seen[0], train.targets)
        taken["test_loss"], taken["test_accuracy"] = both(test)
        taken["weight_norm"] = torch.linalg.vector_norm(theta, dim=1, dtype=torch.float64)
        for name, examples in probes.items():
            taken[f"{name}_loss"], taken[f"{name}_accuracy"] = both(examples)
        for row, name in enumerate(self._description.series):
            self._values[row, self.done] = taken[name]
        self.done += 1

    def series(self) -> dict[str, Array]:
        """All series ``(S, E)``; NaN where nothing was measured yet."""
        values = self._values.transpose(1, 2).cpu().numpy().copy()
        return dict(zip(self._description.series, values, strict=True))

    def state(self) -> dict[str, torch.Tensor | int]:
        """What was measured so far, for :meth:`restore`."""
        return {"values": self._values, "done": self.done}

    def restore(self, state: Mapping[str, torch.Tensor | int]) -> None:
        """Go on from where :meth:`state` was called."""
        self._values.copy_(torch.as_tensor(state["values"]))
        self.done = int(state["done"])
