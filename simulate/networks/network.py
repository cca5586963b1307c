"""What training asks of a network: functions of one flat weight vector per seed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch

from ..randomness import Purpose, generator
from ..tasks import Task
from .layout import Layout


class Network(ABC):
    """Weights of all seeds are one array ``theta (S, p)``, row s the vector θ of seed s.

    So an update δ is a difference of two such arrays, as in the theory, and no seed's numbers enter
    another's. A new network is a frozen dataclass with these members, named in ``networks/__init__.py``.
    """

    kind: ClassVar[str]

    @abstractmethod
    def layout(self, task: Task) -> Layout:
        """The weights that ``task`` needs.

        Raises:
            ValueError: the examples of the task have a form that this network cannot take.
        """

    @abstractmethod
    def forward(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """Outputs ``(S, n, ..., task.outputs)`` of encoded inputs ``(S, n, ...)``."""

    def trained(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """As :meth:`forward`, up to rounding, for training: derived at most once, and by ``theta`` alone."""
        return self.forward(task, theta, encoded)

    def encode(self, task: Task, inputs: torch.Tensor) -> torch.Tensor:  # noqa: ARG002 - most need nothing
        """Inputs ``(S, n, ...)`` in the form that :meth:`forward` takes; done once per run, each example
        by itself.
        """
        return inputs

    def length(self, task: Task) -> int:
        """p, the number of weights."""
        return self.layout(task).length

    def initial(self, task: Task, seed: int) -> npt.NDArray[np.float64]:
        """The initial weights ``(p,)`` of one seed, whatever seeds are trained beside it."""
        return self.layout(task).initial(generator(seed, Purpose.INITIAL_WEIGHTS))


def misfit(network: Network, task: Task, wanted: str) -> ValueError:
    """The error for a task whose examples ``network`` cannot take."""
    return ValueError(
        f"{type(network).__name__} takes {wanted}, but an example of {type(task).__name__} is {task.inputs}"
    )
