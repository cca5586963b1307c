"""Seeds whose loss stops being finite: marked, held where they are, out of the others' way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch


class Divergence:
    """Which of ``seeds`` seeds have diverged, and when.

    ``step (seeds,)`` is the first step at which the training loss was NaN or infinite, -1 for none.
    """

    def __init__(self, seeds: int) -> None:
        self.step: npt.NDArray[np.int64] = np.full(seeds, -1, dtype=np.int64)
        self._held: dict[int, torch.Tensor] = {}

    @property
    def everywhere(self) -> bool:
        """Whether no seed is left."""
        return len(self._held) == len(self.step)

    def watch(self, step: int, loss: torch.Tensor, theta: torch.Tensor) -> None:
        """Look at the losses ``(S,)`` of weights ``theta (S, p)`` before they are updated."""
        finite = torch.isfinite(loss)
        if bool(finite.all()):
            return
        for seed in torch.nonzero(~finite)[:, 0].tolist():
            if seed not in self._held:
                self.step[seed] = step
                self._held[seed] = theta[seed].detach().clone()

    def hold(self, theta: torch.Tensor) -> None:
        """Undo what an optimizer step did to the seeds that have diverged."""
        with torch.no_grad():
            for seed, weights in self._held.items():
                theta[seed] = weights

    def blank(self, steps: npt.NDArray[np.int64], *series: npt.NDArray[np.floating]) -> None:
        """Put NaN into arrays ``(S, steps, ...)`` where a seed had diverged at that step or before."""
        for seed, since in enumerate(self.step):
            if since >= 0:
                for values in series:
                    values[seed, steps >= since] = np.nan

    def state(self) -> dict[str, Any]:
        """Who has diverged, when and where, for :meth:`restore`."""
        return {"step": torch.from_numpy(self.step), "held": self._held}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from where :meth:`state` was called."""
        self.step[:] = state["step"].cpu().numpy()
        self._held = dict(state["held"])
