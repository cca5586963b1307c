"""Sparse parity: the product of a few signs among many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..randomness import Purpose, generator
from ..settings import need_integer
from .objective import Objective
from .task import Examples, Split, Task, VectorInputs


@dataclass(frozen=True)
class SparseParity(Task):
    """Whether the product of the first ``relevant`` of ``bits`` random signs is −1.

    Which bits matter is no loss of generality for a network whose initial weights do not distinguish
    them. The defaults are those of Merrill et al. (arXiv:2303.11873), who see grokking there.

    Raises:
        ValueError: a number is below 1, or ``relevant`` is above ``bits``.
    """

    kind: ClassVar[str] = "sparse_parity"

    bits: int = 40
    relevant: int = 3
    train_count: int = 1000
    test_count: int = 100

    def __post_init__(self) -> None:
        for name in ("bits", "relevant", "train_count", "test_count"):
            need_integer("SparseParity", name, getattr(self, name), at_least=1)
        if self.relevant > self.bits:
            raise ValueError(
                f"SparseParity: relevant={self.relevant} of bits={self.bits}; give at most as many"
            )

    @property
    def inputs(self) -> VectorInputs:
        """Signs, as −1 and 1."""
        return VectorInputs(self.bits)

    @property
    def outputs(self) -> int:
        """Even and odd."""
        return 2

    @property
    def objective(self) -> Objective:
        """One label for each example."""
        return Objective.LABELS

    def data(self, seed: int) -> Split:
        """Signs ``(n, bits)`` and labels ``(n,)``, independent; few bits give the same example twice."""
        draw = generator(seed, Purpose.EXAMPLES)
        signs: Examples = draw.choice((-1.0, 1.0), (self.train_count + self.test_count, self.bits))
        labels = (signs[:, : self.relevant].prod(axis=1) < 0).astype(np.int64)
        n = self.train_count
        return Split(signs[:n], labels[:n], signs[n:], labels[n:])
