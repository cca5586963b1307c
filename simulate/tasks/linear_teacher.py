"""Linear teacher and student: learn a matrix from its action on random vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from ..randomness import Purpose, generator
from ..settings import need_flag, need_integer, need_number
from .objective import Objective
from .task import Split, Task, VectorInputs

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LinearTeacher(Task):
    """``y = B x + noise``, B of the given singular values and random singular vectors.

    Inputs are standard normal. When ``whitened``, training inputs are turned so that their second moment
    ``XᵀX/n`` is the identity exactly: the loss of a linear student W is then ``½‖W − B‖²`` and a
    constant, and each singular value is learned by itself (Saxe et al., arXiv:1312.6120).

    Args:
        features: length of x.
        values: length of y.
        strengths: singular values of B, descending, at most as many as B has.
        train_count: number of training vectors, at least ``features`` when whitened.
        test_count: number of held-out vectors; these are never whitened.
        noise: standard deviation of the noise in each training value; held-out values have none.
        whitened: see above.

    Raises:
        ValueError: a number is out of range or the strengths do not fit.
    """

    kind: ClassVar[str] = "linear_teacher"

    features: int = 10
    values: int = 10
    strengths: tuple[float, ...] = (4.0, 2.0, 1.0)
    train_count: int = 100
    test_count: int = 100
    noise: float = 0.0
    whitened: bool = True

    def __post_init__(self) -> None:
        owner = "LinearTeacher"
        for name in ("features", "values", "train_count", "test_count"):
            need_integer(owner, name, getattr(self, name), at_least=1)
        strengths = tuple(need_number(owner, "strengths", s, above=0.0) for s in self.strengths)
        object.__setattr__(self, "strengths", strengths)
        object.__setattr__(self, "noise", need_number(owner, "noise", self.noise))
        need_flag(owner, "whitened", self.whitened)
        most = min(self.features, self.values)
        if not 0 < len(strengths) <= most or list(strengths) != sorted(strengths, reverse=True):
            raise ValueError(f"{owner}: strengths={strengths}; give 1 to {most} numbers, descending")
        if self.whitened and self.train_count < self.features:
            raise ValueError(
                f"{owner}: train_count={self.train_count} vectors cannot have the identity of "
                f"features={self.features} as second moment; give more, or whitened=False"
            )

    @property
    def inputs(self) -> VectorInputs:
        """Vectors x."""
        return VectorInputs(self.features)

    @property
    def outputs(self) -> int:
        """The length of y."""
        return self.values

    @property
    def objective(self) -> Objective:
        """Values y."""
        return Objective.VALUES

    def matrix(self, seed: int) -> Array:
        """B ``(values, features)`` of this seed."""
        return self._drawn(seed)[0]

    def data(self, seed: int) -> Split:
        """Vectors x ``(n, features)`` and y ``(n, values)``."""
        teacher, draw = self._drawn(seed)
        train = draw.standard_normal((self.train_count, self.features))
        if self.whitened:
            train = np.linalg.qr(train)[0] * self.train_count**0.5
        test = draw.standard_normal((self.test_count, self.features))
        noise = self.noise * draw.standard_normal((self.train_count, self.values))
        return Split(train, train @ teacher.T + noise, test, test @ teacher.T)

    def _drawn(self, seed: int) -> tuple[Array, np.random.Generator]:
        draw = generator(seed, Purpose.EXAMPLES)
        rank = len(self.strengths)
        left = np.linalg.qr(draw.standard_normal((self.values, rank)))[0]
        right = np.linalg.qr(draw.standard_normal((self.features, rank)))[0]
        return (left * self.strengths) @ right.T, draw
