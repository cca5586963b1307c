"""Which examples each step sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..randomness import Purpose, generator
from ..settings import need_flag, need_integer


@dataclass(frozen=True)
class Batches:
    """``size`` training examples for each step.

    Drawn anew for each step, with repetitions (``replace=True``, the source's scripts do so even where the
    batch is as large as the training set), or by going through all examples in a new order each time;
    then the last batch of an epoch has what is left.

    Raises:
        ValueError: ``size`` is no integer of at least 1.
    """

    size: int
    replace: bool = True

    def __post_init__(self) -> None:
        need_integer("Batches", "size", self.size, at_least=1)
        need_flag("Batches", "replace", self.replace)

    def chosen(self, seed: int, step: int, count: int) -> npt.NDArray[np.int64]:
        """The places of the examples, among ``count``, that ``seed`` sees at ``step`` (from 0)."""
        if self.replace:
            return generator(seed, Purpose.BATCHES, step).integers(0, count, self.size)
        epoch, place = divmod(step, -(-count // self.size))
        order = generator(seed, Purpose.BATCHES, epoch).permutation(count)
        return order[place * self.size : (place + 1) * self.size]
