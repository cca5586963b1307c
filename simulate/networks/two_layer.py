"""Two layers with a square between them: the smallest network that groks addition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch

from ..randomness import Purpose, generator
from ..settings import need_integer
from ..tasks import Task


@dataclass(frozen=True)
class QuadraticTwoLayer:
    """``logits = U ((one_hot(a) ⊕ one_hot(b)) E)²``, without biases.

    ``E (2·tokens, width)`` holds an embedding for each value of each input; the two that are chosen are
    summed, the sum is squared entry by entry and read out by ``U (classes, width)``. The flat weight
    vector is E, then U, row by row: ``p = width·(2·tokens + classes)``.

    Initial weights are independent normal numbers of variance 1/2 in E and 1/width in U. Each input has
    exactly two ones, so every pre-activation z starts with variance 1 and every logit with variance
    ``E[z⁴] = 3``, at any width and any modulus. That reason chose the scale; nothing else was tuned. With
    it, full-batch AdamW at lr 1e-2, β = (0.9, 0.98), cross-entropy and float32, addition modulo 23 is
    memorised within 30 steps and grokked between steps 310 and 330 by seeds 0 to 5 at decay 1.0 (seeds 0
    to 23: 300 to 350), and within 4000 steps by none of 0 to 5 at decay 0. A trial with the variances of
    ``torch.nn.Linear``, 1/(3·fan-in), had six seeds grok between 360 and 490.

    Raises:
        ValueError: ``width`` is no integer of at least 1.
    """

    kind: ClassVar[str] = "quadratic_two_layer"

    width: int = 256

    def __post_init__(self) -> None:
        need_integer("QuadraticTwoLayer", "width", self.width, at_least=1)

    def _rows(self, task: Task) -> int:
        """Rows of E and U together; each has ``width`` numbers."""
        return 2 * task.tokens + task.classes

    def length(self, task: Task) -> int:
        """p, the number of weights."""
        return self.width * self._rows(task)

    def initial(self, task: Task, seed: int) -> npt.NDArray[np.float64]:
        """Initial weights ``(p,)``; see the class for their law."""
        draw = generator(seed, Purpose.INITIAL_WEIGHTS)
        embedding = draw.normal(0.0, 2**-0.5, 2 * task.tokens * self.width)
        readout = draw.normal(0.0, self.width**-0.5, task.classes * self.width)
        return np.concatenate([embedding, readout])

    def encode(self, task: Task, inputs: torch.Tensor) -> torch.Tensor:
        """Tokens ``(S, n, 2)`` as the rows of E that they choose, counted through all seeds' weights.

        Looking rows up costs a fraction of the product with one-hot rows that it stands for. Summing
        the gradients of equal rows is deterministic in ``embedding_bag``, on CPU and on CUDA; it is not
        in ``index_add`` on CUDA (see torch.use_deterministic_algorithms).
        """
        seeds = torch.arange(inputs.shape[0], device=inputs.device)
        second = torch.tensor([0, task.tokens], device=inputs.device)
        return inputs + second + self._rows(task) * seeds[:, None, None]

    def forward(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """Logits ``(S, n, classes)`` of encoded inputs ``(S, n, 2)`` under weights ``(S, p)``."""
        rows = theta.reshape(-1, self.width)  # E and U of seed 0, E and U of seed 1, ...
        summed = torch.nn.functional.embedding_bag(encoded.flatten(0, 1), rows, mode="sum")  # (S·n, width)
        hidden = summed.view(*encoded.shape[:2], self.width)  # (S, n, width)
        readout = rows.view(theta.shape[0], -1, self.width)[:, 2 * task.tokens :]  # (S, classes, width)
        # Not .square(): its derivative costs more, and this one can itself be differentiated.
        logits: torch.Tensor = (hidden * hidden) @ readout.mT
        return logits
