"""Deep linear networks, whose modes are learned one by one when they start aligned."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch

from ..randomness import Purpose, generator
from ..settings import need_integer, need_number, need_one_of
from ..tasks import Objective, Task, VectorInputs
from .layout import Law, Layout, Weight
from .network import Network, misfit

STARTS = ("normal", "aligned")


@dataclass(frozen=True)
class DeepLinear(Network):
    """``outputs = W_L … W_1 x`` with ``depth`` = L matrices and ``width`` numbers between them.

    ``start="normal"`` draws every weight with standard deviation ``scale/√(columns)``. With
    ``start="aligned"`` every mode of the task, that is every pair of singular vectors of the correlation
    ``YᵀX/n`` of the training examples, runs through the whole network by itself, with the value
    ``scale`` in each matrix: ``W_l = R_l scale R_{l−1}ᵀ``, R_0 and R_L the singular vectors and the others
    random orthonormal columns. On whitened inputs gradient descent then keeps the modes apart, and each is
    a recursion of one number (Saxe et al., arXiv:1312.6120, equation 8 there; section 3 for L > 2).

    Raises:
        ValueError: a setting is out of range; for an aligned start, ``width`` is too small for the modes
            or the task has no values to correlate.
    """

    kind: ClassVar[str] = "deep_linear"

    depth: int = 2
    width: int = 16
    scale: float = 0.1
    start: str = "normal"

    def __post_init__(self) -> None:
        need_integer("DeepLinear", "depth", self.depth, at_least=1)
        need_integer("DeepLinear", "width", self.width, at_least=1)
        object.__setattr__(self, "scale", need_number("DeepLinear", "scale", self.scale, above=0.0))
        need_one_of("DeepLinear", "start", self.start, STARTS)

    def _sizes(self, task: Task) -> list[int]:
        """Numbers before the first matrix, between matrices, and after the last."""
        if not isinstance(task.inputs, VectorInputs):
            raise misfit(self, task, "vectors")
        return [task.inputs.features, *[self.width] * (self.depth - 1), task.outputs]

    def layout(self, task: Task) -> Layout:
        """``layer.1`` to ``layer.L``; those between the first and the last are hidden."""
        sizes = self._sizes(task)
        return Layout(
            *(
                Weight(
                    f"layer.{level}",
                    (sizes[level], sizes[level - 1]),
                    Law("normal", self.scale * sizes[level - 1] ** -0.5),
                    hidden=1 < level < self.depth,
                )
                for level in range(1, self.depth + 1)
            )
        )

    def initial(self, task: Task, seed: int) -> npt.NDArray[np.float64]:
        """Initial weights ``(p,)``; see the class for both starts."""
        if self.start == "normal":
            return super().initial(task, seed)
        if task.objective is not Objective.VALUES:
            raise ValueError(
                f"DeepLinear: start='aligned' needs values to learn; {type(task).__name__} has classes"
            )
        inputs, values, _, _ = task.data(seed)
        left, _, right = np.linalg.svd(values.T @ inputs / len(inputs), full_matrices=False)
        modes = len(right)
        if self.depth > 1 and self.width < modes:
            raise ValueError(
                f"DeepLinear: width={self.width} is too small for an aligned start of {modes} modes"
            )
        numbers = generator(seed, Purpose.INITIAL_WEIGHTS)
        between = (numbers.standard_normal((self.width, modes)) for _ in range(self.depth - 1))
        frames = [right.T, *(np.linalg.qr(drawn)[0] for drawn in between), left]
        return np.concatenate([(self.scale * after @ before.T).ravel() for before, after in pairwise(frames)])

    def forward(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """Outputs ``(S, n, outputs)`` of vectors ``(S, n, features)``."""
        values = encoded
        for matrix in self.layout(task).arrays(theta).values():
            values = values @ matrix.mT
        return values
