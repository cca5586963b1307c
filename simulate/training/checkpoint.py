"""Everything that the rest of a run depends on, as one dictionary of tensors and numbers.

Random numbers are not in it: they are found by seed and step (see :mod:`..randomness`), so that there is
no random state beside the step.
"""

from __future__ import annotations

from typing import Any, Protocol

import torch

from ..recorder.seeds import SeedsRecorder
from .divergence import Divergence
from .measure import Measurements
from .snapshots import SnapshotKeeper

State = dict[str, Any]


class Keeper(Protocol):
    """Where checkpoints of one run go, and where they come from."""

    def load(self, device: torch.device) -> State | None:
        """The last checkpoint that was saved, on ``device``; None if there is none."""

    def due(self) -> bool:
        """Whether it is time for a checkpoint; asked at every step."""

    def save(self, state: State) -> None:
        """Keep ``state``, whole or not at all. The caller goes on to change the tensors in it."""

    def show(self, measured: Measurements) -> None:
        """There is something new to show to those who watch the run."""


def state_of(
    step: int,
    theta: torch.Tensor,
    optimizer: torch.optim.Optimizer,
    recorder: SeedsRecorder | None,
    divergence: Divergence,
    measured: Measurements,
    snapshots: SnapshotKeeper,
) -> State:
    """The state before ``step`` is begun. Its tensors are those in use, not copies."""
    return {
        "step": step,
        "theta": theta.detach(),
        "optimizer": optimizer.state_dict(),
        "recorder": None if recorder is None else recorder.state(),
        "divergence": divergence.state(),
        "measured": measured.state(),
        "snapshots": snapshots.state(),
    }


def restore(
    state: State,
    theta: torch.Tensor,
    optimizer: torch.optim.Optimizer,
    recorder: SeedsRecorder | None,
    divergence: Divergence,
    measured: Measurements,
    snapshots: SnapshotKeeper,
) -> int:
    """Put everything back where :func:`state_of` saw it, and return the step to go on with."""
    with torch.no_grad():
        theta.copy_(state["theta"])
    optimizer.load_state_dict(state["optimizer"])
    if recorder is not None:
        recorder.restore(state["recorder"])
    divergence.restore(state["divergence"])
    measured.restore(state["measured"])
    snapshots.restore(state["snapshots"])
    return int(state["step"])
