"""The newest update along v_j, split into what the gradient did and what weight decay did."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import torch

from .directions import Directions
from .exact import ExactWindow

if TYPE_CHECKING:
    from .recorder import SpectrumRecorder


class UpdateSplit(NamedTuple):
    """Along k directions, each ``(k,)`` float64, unit θ; ``total = gradient + decay``."""

    total: torch.Tensor
    """``v_j · δ``."""
    gradient: torch.Tensor
    """What is left without the decay: the optimizer's own step."""
    decay: torch.Tensor
    """``−ηω v_j · θ`` with the weights before the update."""

    @property
    def gradient_share(self) -> torch.Tensor:
        """``|gradient|/(|gradient| + |decay|)``, ``(k,)``; NaN where nothing moved."""
        return self.gradient.abs() / (self.gradient.abs() + self.decay.abs())


def update_split(recorder: SpectrumRecorder, directions: Directions) -> UpdateSplit:
    """Split the newest recorded update along directions of its window.

    The decay part of decoupled decay is ``−ηωθ`` with the learning rate and the weights of that very update:
    call it after the update and before the schedule moves the learning rate.

    Raises:
        ValueError: the row spans several updates, the weights before it are not kept, the optimizer's decay is
            mixed with its gradients, or the directions are of another window.
    """
    if recorder.stride != 1:
        raise ValueError(
            f"update_split: stride={recorder.stride}; a row over several updates has several decay parts. Record with "
            "stride=1"
        )
    window = recorder.window_storage
    if not isinstance(window, ExactWindow):
        problem = 'update_split: the weights before the update are kept with storage="exact" only'
        raise ValueError(problem)  # noqa: TRY004 - of the settings, not of a type
    if directions.step != recorder.history_end:
        raise ValueError(
            f"update_split: directions of update {directions.step}, but the newest record is of {recorder.history_end}"
        )
    for optimizer in recorder.optimizers:
        _check_decoupled(optimizer)
    before, after = (dict(zip(recorder.names, window.weights(back), strict=True)) for back in (1, 0))
    rates, decays = recorder.settings("lr"), recorder.settings("weight_decay")
    moved = {name: after[name] - before[name] for name in directions.vectors}
    # An optimizer without the setting, such as LBFGS, decays nothing.
    decayed = {
        name: torch.zeros_like(before[name])
        if math.isnan(decays[name])
        else -rates[name] * decays[name] * before[name]
        for name in directions.vectors
    }
    total, decay = directions.along(moved), directions.along(decayed)
    return UpdateSplit(total, total - decay, decay)


def _check_decoupled(optimizer: torch.optim.Optimizer) -> None:
    """Whether weight decay is a part of the update by itself.

    Raises:
        ValueError: it goes through momentum or a preconditioner, or the optimizer is not known.
    """
    for group in optimizer.param_groups:
        if not group.get("weight_decay", 0.0):
            continue
        if isinstance(optimizer, (torch.optim.AdamW, *_muon())) or group.get("decoupled_weight_decay", False):
            continue
        if isinstance(optimizer, torch.optim.SGD) and not group["momentum"]:
            continue
        raise ValueError(
            f"update_split: in {type(optimizer).__name__} weight decay is not known to be a part of the update by itself "
            "(with momentum or a preconditioner it is mixed with gradients); use AdamW, Muon or SGD without momentum"
        )


def _muon() -> tuple[type[torch.optim.Optimizer], ...]:
    """Muon, which PyTorch has since 2.9."""
    found = getattr(torch.optim, "Muon", None)
    return () if found is None else (found,)
