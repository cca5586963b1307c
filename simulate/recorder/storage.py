"""What a window of updates offers, however it is kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch

# After the W + 1 products of a record: ‖θ‖², and the squared error of the row as it was stored.
WEIGHTS, STORED = -2, -1
EXTRA = 2

State = dict[str, Any]


class Storage(ABC):
    """The last updates of several flat tensors, and the products of each new one with those before it.

    Args:
        like: tensors of the lengths, types and device of those that will come.
        window: W.
    """

    replicates = 1
    """Into how many parts each product is split, for an estimate of its error; 1 where it is exact."""

    def __init__(self, like: list[torch.Tensor], window: int) -> None:
        self.window = window
        self.tensors = len(like)
        self.device = like[0].device

    @property
    @abstractmethod
    def held(self) -> int:
        """How many rows the next record's products will cover before it: 0 ... W."""

    @abstractmethod
    def restart(self, weights: list[torch.Tensor]) -> None:
        """Forget all rows; the next row starts from these weights."""

    @abstractmethod
    def push(self, weights: list[torch.Tensor]) -> torch.Tensor:
        """Take in the weights after an update.

        Returns:
            ``(tensors, replicates, W + 1 + EXTRA)``, float64: products of the new row with the rows 0, 1, …, W
            updates back (NaN for those not held), then ‖θ‖² and the squared error of the stored row, both
            split evenly among the replicates.
        """

    @abstractmethod
    def combine(self, coefficients: torch.Tensor) -> list[torch.Tensor]:
        """``Σ_i c_i δ_i`` over the newest n rows, oldest first, float64.

        Args:
            coefficients: ``(k, n)``, n ≤ W.

        Returns:
            For each tensor ``(k, length)``.
        """

    @abstractmethod
    def state(self) -> State:
        """All that the next product depends on; tensors and plain numbers."""

    @abstractmethod
    def load(self, state: State) -> None:
        """Take over what :meth:`state` of an equal storage gave."""

    def _blank(self) -> torch.Tensor:
        return torch.full(
            (self.tensors, self.replicates, self.window + 1 + EXTRA),
            torch.nan,
            dtype=torch.float64,
            device=self.device,
        )


def copy_into(target: list[torch.Tensor], source: list[torch.Tensor]) -> None:
    """Copy a stored state into buffers that exist; all of them or none.

    Raises:
        ValueError: their number, shapes or types differ.
    """
    if len(target) != len(source):
        raise ValueError(
            f"recorder state: it holds {len(source)} tensors, expected {len(target)}; it is damaged, or belongs to another "
            "recorder"
        )
    for number, (to, given) in enumerate(zip(target, source, strict=True)):
        if to.shape != given.shape or to.dtype != given.dtype:
            raise ValueError(
                f"recorder state: tensor {number} is {tuple(given.shape)} {given.dtype}, expected "
                f"{tuple(to.shape)} {to.dtype}; the state belongs to another recorder or another sharding"
            )
    for to, given in zip(target, source, strict=True):
        to.copy_(given)
