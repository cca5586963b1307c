"""A linear model: gradient descent on it can be written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch

from ..settings import need_number
from ..tasks import Task, VectorInputs
from .layout import Law, Layout, Weight
from .network import Network, misfit


@dataclass(frozen=True)
class LinearModel(Network):
    """``outputs = W x``, W of independent normal numbers of standard deviation ``scale`` at the start.

    Under the squared loss with second moment Σ of the inputs, gradient descent with learning rate η is
    ``θ_t = θ* + (1 − ηΣ)^t (θ_0 − θ*)`` for each row θ of W.

    Raises:
        ValueError: ``scale`` is negative.
    """

    kind: ClassVar[str] = "linear_model"

    scale: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", need_number("LinearModel", "scale", self.scale))

    def layout(self, task: Task) -> Layout:
        """One matrix, ``weight (outputs, features)``."""
        if not isinstance(task.inputs, VectorInputs):
            raise misfit(self, task, "vectors")
        shape = (task.outputs, task.inputs.features)
        return Layout(Weight("weight", shape, Law("normal", self.scale)))

    def forward(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """Outputs ``(S, n, outputs)`` of vectors ``(S, n, features)``."""
        return encoded @ theta.view(theta.shape[0], task.outputs, -1).mT
