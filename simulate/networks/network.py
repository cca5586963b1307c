"""What training asks of a network: functions of one flat weight vector per seed."""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt
import torch

from ..tasks import Task


class Network(Protocol):
    """Weights of all seeds are one array ``theta (S, p)``, row s the vector θ of seed s.

    So an update δ is a difference of two such arrays, as in the theory, and no seed's numbers enter
    another's. A new network is a frozen dataclass with these members, named in ``networks/__init__.py``.
    """

    kind: ClassVar[str]

    def length(self, task: Task) -> int:
        """p, the number of weights."""

    def initial(self, task: Task, seed: int) -> npt.NDArray[np.float64]:
        """The initial weights ``(p,)`` of one seed, whatever seeds are trained beside it."""

    def encode(self, task: Task, inputs: torch.Tensor) -> torch.Tensor:
        """Inputs ``(S, n, 2)`` of tokens in the form that :meth:`forward` takes; done once per run."""

    def forward(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """Logits ``(S, n, classes)``."""
