"""All weights of all seeds at chosen steps, for what is measured after training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch


class SnapshotKeeper:
    """Copies of the weights ``(S, p)`` at ``steps``, kept in main memory.

    Args:
        steps: ascending.
        theta: the weights ``(S, p)``; their shape and dtype are those of the copies.
    """

    def __init__(self, steps: tuple[int, ...], theta: torch.Tensor) -> None:
        self._steps = steps
        seeds, length = theta.shape
        self._weights = torch.full((seeds, len(steps), length), torch.nan, dtype=theta.dtype)
        self._taken = 0

    def due(self, step: int) -> bool:
        """Whether ``step`` is the next to be kept."""
        return self._taken < len(self._steps) and step == self._steps[self._taken]

    def take(self, theta: torch.Tensor) -> None:
        """Keep the weights as they are now."""
        self._weights[:, self._taken] = theta.detach().cpu()
        self._taken += 1

    def weights(self) -> npt.NDArray[np.floating]:
        """``(S, steps, p)``; NaN for steps not reached."""
        array: npt.NDArray[np.floating] = self._weights.numpy()
        return array

    def state(self) -> dict[str, Any]:
        """What was kept so far, for :meth:`restore`."""
        return {"weights": self._weights[:, : self._taken].clone(), "taken": self._taken}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from where :meth:`state` was called."""
        self._taken = int(state["taken"])
        self._weights[:, : self._taken] = state["weights"].cpu()
