"""Loss and score of a regression, one number per seed."""

from __future__ import annotations

import torch


def half_squared_error(output: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """``½ mean ‖output − target‖²`` over the examples of each seed.

    Shapes: both ``(S, n, outputs)``, result ``(S,)``. With the half, the loss of a linear model is
    ``½ (θ − θ*)ᵀ Σ (θ − θ*)`` with Σ the second moment of the inputs, and its Hessian is Σ itself.
    """
    error = output - targets
    return 0.5 * (error * error).sum(-1).mean(1)


def explained_share(output: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """``1 − Σ‖output − target‖² / Σ‖target − mean‖²`` of each seed, ``(S,)``, float64; NaN if all are equal."""
    output, targets = output.double(), targets.double()
    spread = (targets - targets.mean(1, keepdim=True)).square().sum((1, 2))
    left = (output - targets).square().sum((1, 2))
    share: torch.Tensor = torch.where(spread > 0, 1 - left / spread, torch.nan)
    return share
