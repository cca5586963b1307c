"""A purely quadratic loss with given curvatures, as a regression of one weight for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..settings import need_number
from .objective import Objective
from .task import Split, Task, VectorInputs


@dataclass(frozen=True)
class QuadraticBowl(Task):
    """``L(θ) = ½ Σ_j h_j θ_j²`` for a linear model θ without an offset.

    Example j of p is ``√(p h_j) e_j`` with value 0, so that the second moment of the inputs, which is the
    Hessian, is ``diag(h)``. Nothing is held out: the held-out examples are the training examples.

    Raises:
        ValueError: there are no curvatures, or one is negative.
    """

    kind: ClassVar[str] = "quadratic_bowl"

    curvatures: tuple[float, ...] = (1.0, 0.1)

    def __post_init__(self) -> None:
        curvatures = tuple(need_number("QuadraticBowl", "curvatures", h) for h in self.curvatures)
        object.__setattr__(self, "curvatures", curvatures)
        if not curvatures:
            raise ValueError("QuadraticBowl: curvatures=(); give at least one")

    @property
    def inputs(self) -> VectorInputs:
        """One axis for each weight."""
        return VectorInputs(len(self.curvatures))

    @property
    def outputs(self) -> int:
        """One number."""
        return 1

    @property
    def objective(self) -> Objective:
        """Values, all of them 0."""
        return Objective.VALUES

    def data(self, seed: int) -> Split:  # noqa: ARG002 - the loss is the same for all seeds
        """Vectors ``(p, p)`` and zeros ``(p, 1)``."""
        count = len(self.curvatures)
        examples = np.diag(np.sqrt(count * np.array(self.curvatures)))
        zeros = np.zeros((count, 1))
        return Split(examples, zeros, examples, zeros)
