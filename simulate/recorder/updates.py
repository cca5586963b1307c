"""Which calls of an optimizer's step are real updates, and with which settings it made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch


def skipped(optimizer: torch.optim.Optimizer) -> bool:
    """Whether the step that has just ended left the weights alone because gradients overflowed.

    ``GradScaler`` does not call the step of most optimizers then. Fused ones it does call, and tells them in an
    attribute, which is there until the step's hooks have run.
    """
    found: torch.Tensor | None = getattr(optimizer, "found_inf", None)
    return found is not None and bool(found.item())


def settings(
    optimizers: Sequence[torch.optim.Optimizer], parameters: Sequence[torch.Tensor], key: str
) -> npt.NDArray[np.float64]:
    """The setting ``key`` (``"lr"``, ``"weight_decay"``) that each parameter is updated with; NaN without one."""
    found: dict[int, Any] = {}
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                found[id(parameter)] = group.get(key, np.nan)
    return np.array([float(found.get(id(parameter), np.nan)) for parameter in parameters])


def common(values: npt.NDArray[np.float64], members: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """For each scope the value that all its tensors share; NaN where they differ.

    Args:
        values: one for each tensor.
        members: ``(scopes, tensors)``.
    """
    return np.array([values[m][0] if np.all(values[m] == values[m][0]) else np.nan for m in members])
