"""Arithmetic modulo n: every pair of residues, split at random into a training and a held-out part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..randomness import Purpose, generator
from ..settings import need_fraction, need_integer, need_one_of
from .objective import Objective
from .task import Split, Task, TokenInputs, Tokens

# The six of the source (arXiv:2603.28964), which are those of Power et al. (arXiv:2201.02177).
OPERATIONS: Mapping[str, Callable[[Tokens, Tokens], Tokens]] = {
    "a+b": lambda a, b: a + b,
    "a-b": lambda a, b: a - b,
    "a*b": lambda a, b: a * b,
    "a^2+b^2": lambda a, b: a * a + b * b,
    "a^2+ab+b^2": lambda a, b: a * a + a * b + b * b,
    "a^3+ab": lambda a, b: a * a * a + a * b,
}
_WITHOUT_ZERO = ("a*b",)  # as in the source: there every a permutes the residues that are left


@dataclass(frozen=True)
class ModularArithmetic(Task):
    """``(a, b) -> operation(a, b) mod modulus`` on all ordered pairs; for a·b on those without a zero.

    The defaults are the source's: modulus 97, half of all pairs for training.

    Raises:
        ValueError: the operation is unknown, ``modulus`` is no integer above 1, ``train_share`` is not
            strictly between 0 and 1, or one of the two parts would be empty.
    """

    kind: ClassVar[str] = "modular_arithmetic"

    operation: str = "a+b"
    modulus: int = 97
    train_share: float = 0.5

    def __post_init__(self) -> None:
        owner = type(self).__name__
        need_one_of(owner, "operation", self.operation, OPERATIONS)
        need_integer(owner, "modulus", self.modulus, at_least=2)
        object.__setattr__(self, "train_share", need_fraction(owner, "train_share", self.train_share))
        if not 0 < self.train_count < self.pairs:
            raise ValueError(
                f"{owner}: train_share={self.train_share} of {self.pairs} pairs is "
                f"{self.train_count} training pairs; both parts need at least one pair"
            )

    @property
    def _smallest(self) -> int:
        return 1 if self.operation in _WITHOUT_ZERO else 0

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return (self.modulus - self._smallest) ** 2

    @property
    def train_count(self) -> int:
        """How many pairs are for training: the nearest integer to ``train_share * pairs``."""
        return round(self.train_share * self.pairs)

    @property
    def inputs(self) -> TokenInputs:
        """The residues a and b."""
        return TokenInputs(length=2, vocabulary=self.modulus)

    @property
    def outputs(self) -> int:
        """One class for each residue."""
        return self.modulus

    @property
    def objective(self) -> Objective:
        """One label for each pair."""
        return Objective.LABELS

    def data(self, seed: int) -> Split:
        """The split of this seed: inputs ``(n, 2)``, labels ``(n,)``; no pair is in both parts."""
        order = generator(seed, Purpose.SPLIT).permutation(self.pairs)
        pairs = np.stack(np.divmod(order, self.modulus - self._smallest), axis=1).astype(np.int64)
        pairs += self._smallest
        labels = OPERATIONS[self.operation](pairs[:, 0], pairs[:, 1]) % self.modulus
        n = self.train_count
        return Split(pairs[:n], labels[:n], pairs[n:], labels[n:])


@dataclass(frozen=True)
class ModularAddition(ModularArithmetic):
    """:class:`ModularArithmetic` with addition, at the project's toy size: modulus 23, 60 % for training."""

    kind: ClassVar[str] = "modular_addition"

    operation: ClassVar[str] = "a+b"  # type: ignore[misc] # a setting above, fixed here
    modulus: int = 23
    train_share: float = 0.6
