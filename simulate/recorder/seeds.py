"""The recorder of the project's own loop, where all seeds are one array axis. It never writes weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ..description import Recording
from ..spectrum import RollingGram, weight_rounding


class SeedsRecorder:
    """Turns weights seen at every step into update rows, inner products and kept rows.

    Args:
        recording: what to keep.
        steps: the steps at which there will be a record.
        theta: the initial weights ``(S, p)``.
    """

    def __init__(self, recording: Recording, steps: tuple[int, ...], theta: torch.Tensor) -> None:
        self._recording = recording
        self._gram = RollingGram(recording.window)
        self._before = theta.detach().clone()
        self._row = torch.empty_like(self._before)
        size = recording.window + 1
        # Held on the device until the end: a copy to the host at every record would stop a GPU.
        self._inner = torch.full(
            (theta.shape[0], len(steps), size, size), torch.nan, dtype=torch.float64, device=theta.device
        )
        self._norms = torch.full_like(self._inner[..., 0, 0], torch.nan)
        self._kept: dict[int, torch.Tensor] = {}
        self._records = 0

    @property
    def stride(self) -> int:
        """Optimizer steps between two weights that it looks at; others need not be shown to it."""
        return self._recording.stride

    def observe(self, step: int, theta: torch.Tensor) -> None:
        """Look at the weights ``(S, p)`` after ``step`` optimizer steps."""
        if step == 0 or step % self._recording.stride:
            return
        now = theta.detach()
        torch.sub(now, self._before, out=self._row)
        self._before.copy_(now)
        self._gram.push(self._row)
        if not self._gram.full:
            return
        self._inner[:, self._records] = self._gram.inner()
        self._norms[:, self._records] = torch.linalg.vector_norm(now, dim=1, dtype=torch.float64)
        self._records += 1
        if step in self._recording.keep_rows_at:
            self._kept[step] = self._gram.rows()

    def state(self) -> dict[str, Any]:
        """All that later records depend on, and the records so far, for :meth:`restore`."""
        return {
            "gram": self._gram.state(),
            "before": self._before,
            "inner": self._inner,
            "norms": self._norms,
            "kept": self._kept,
            "records": self._records,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on, bit for bit, from where :meth:`state` was called."""
        self._gram.restore(state["gram"])
        for name in ("before", "inner", "norms"):
            getattr(self, f"_{name}").copy_(state[name])
        self._kept = dict(state["kept"])
        self._records = int(state["records"])

    def inner(self) -> npt.NDArray[np.float64]:
        """Inner products ``(S, R, W+1, W+1)``, oldest row first; NaN for records not reached."""
        array: npt.NDArray[np.float64] = self._inner.cpu().numpy()
        return array

    def weight_rounding(self) -> npt.NDArray[np.float64]:
        """Singular values ``(S, R)`` that the rounding of the weights alone gives to a window."""
        dtype = np.dtype(str(self._before.dtype).removeprefix("torch."))
        return weight_rounding(self._norms.cpu().numpy(), self._recording.stride, dtype)

    def kept_rows(self) -> dict[int, npt.NDArray[np.floating]]:
        """Raw update rows ``(S, W+1, p)`` by step, oldest first; NaN at steps not reached."""
        seeds, length = self._before.shape
        missing = self._before.new_full((seeds, self._recording.window + 1, length), torch.nan)
        steps = self._recording.keep_rows_at
        return {step: self._kept.get(step, missing).cpu().numpy().copy() for step in steps}
