"""Gradient clipping, each seed by its own norm."""

from __future__ import annotations

import torch

# Added to the norm so that a zero gradient is not divided by zero: the value of torch.nn.utils.clip_grad_norm_.
_SMALL = 1e-6


def clip(gradient: torch.Tensor, most: float) -> torch.Tensor:
    """``gradient (S, p)`` with each row scaled down to a Euclidean norm of at most ``most``.

    A row whose norm is not finite becomes NaN; no other row is touched by it.
    """
    norms = torch.linalg.vector_norm(gradient, dim=1, keepdim=True)
    factor: torch.Tensor = (most / (norms + _SMALL)).clamp(max=1.0)
    return gradient * factor
