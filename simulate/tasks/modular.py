"""Addition modulo n: every pair of residues, split at random into a training and a held-out part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from ..randomness import Purpose, generator
from ..settings import need_fraction, need_integer

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ModularAddition:
    """``(a, b) -> (a + b) mod modulus`` on all ``modulus**2`` ordered pairs.

    The defaults are the milestone's toy task: modulus 23, 60 % of all pairs for training. The source
    itself (arXiv:2603.28964) uses modulus 97 and half of all pairs.

    Raises:
        ValueError: ``modulus`` is no integer above 1, ``train_share`` is not strictly between 0 and 1,
            or one of the two parts would be empty.
    """

    kind: ClassVar[str] = "modular_addition"

    modulus: int = 23
    train_share: float = 0.6

    def __post_init__(self) -> None:
        need_integer("ModularAddition", "modulus", self.modulus, at_least=2)
        share = need_fraction("ModularAddition", "train_share", self.train_share)
        object.__setattr__(self, "train_share", share)
        if not 0 < self.train_count < self.modulus**2:
            raise ValueError(
                f"ModularAddition: train_share={self.train_share} of {self.modulus**2} pairs is "
                f"{self.train_count} training pairs; both parts need at least one pair"
            )

    @property
    def train_count(self) -> int:
        """How many pairs are for training: the nearest integer to ``train_share * modulus**2``."""
        return round(self.train_share * self.modulus**2)

    @property
    def tokens(self) -> int:
        """How many values each of the two inputs can take."""
        return self.modulus

    @property
    def classes(self) -> int:
        """How many labels there are."""
        return self.modulus

    def data(self, seed: int) -> tuple[Labels, Labels, Labels, Labels]:
        """The split of this seed; it depends on nothing else.

        Returns:
            ``train_inputs (n, 2), train_labels (n,), test_inputs (m, 2), test_labels (m,)``, all int64,
            with ``n + m == modulus**2`` and no pair in both parts.
        """
        order = generator(seed, Purpose.SPLIT).permutation(self.modulus**2)
        pairs = np.stack(np.divmod(order, self.modulus), axis=1).astype(np.int64)  # (modulus², 2)
        labels = pairs.sum(axis=1) % self.modulus
        n = self.train_count
        return pairs[:n], labels[:n], pairs[n:], labels[n:]
