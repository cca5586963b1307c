"""XOR clusters: four clouds on two axes, and which axis a point belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..randomness import Purpose, generator
from ..settings import need_integer, need_number
from .objective import Objective
from .task import Split, Task, VectorInputs


@dataclass(frozen=True)
class XorClusters(Task):
    """``x = ±μ e_1 + noise`` has label 0, ``x = ±μ e_2 + noise`` label 1; the noise is standard normal.

    No linear function of x tells the labels apart. The setting of Xu et al. (arXiv:2310.02541), where the
    clouds' centres are any two orthogonal vectors of equal length; they also flip a share of the training
    labels, as :class:`.CorruptedLabels` does. The sizes have no source.

    Raises:
        ValueError: a number is out of range.
    """

    kind: ClassVar[str] = "xor_clusters"

    features: int = 100
    distance: float = 5.0
    train_count: int = 200
    test_count: int = 1000

    def __post_init__(self) -> None:
        need_integer("XorClusters", "features", self.features, at_least=2)
        for name in ("train_count", "test_count"):
            need_integer("XorClusters", name, getattr(self, name), at_least=1)
        distance = need_number("XorClusters", "distance", self.distance, above=0.0)
        object.__setattr__(self, "distance", distance)

    @property
    def inputs(self) -> VectorInputs:
        """Points."""
        return VectorInputs(self.features)

    @property
    def outputs(self) -> int:
        """The two axes."""
        return 2

    @property
    def objective(self) -> Objective:
        """One label for each point."""
        return Objective.LABELS

    def data(self, seed: int) -> Split:
        """Points ``(n, features)`` and labels ``(n,)``."""
        draw = generator(seed, Purpose.EXAMPLES)
        count = self.train_count + self.test_count
        labels = draw.integers(0, 2, count)
        points = draw.standard_normal((count, self.features))
        points[np.arange(count), labels] += self.distance * draw.choice((-1.0, 1.0), count)
        n = self.train_count
        return Split(points[:n], labels[:n], points[n:], labels[n:])
