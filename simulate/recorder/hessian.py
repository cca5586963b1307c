"""Curvature and gradient along directions: h_j = v_jᵀ H v_j and G_j = v_j · ∇L, on any data.

``H v`` is the gradient of ``v · ∇L`` (Pearlmutter, Neural Computation 6, 1994); no Hessian is formed. One forward pass
and one gradient serve all directions; each then costs one more backward pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from .directions import Directions
from .functional import Measure, as_function, untouched, values_of


class Curvature(NamedTuple):
    """Of one loss along k directions, each ``(k,)`` float64."""

    h: torch.Tensor
    """``v_jᵀ H v_j`` (L/θ²)."""
    G: torch.Tensor
    """``v_j · ∇L`` (L/θ)."""


def curvature(model: torch.nn.Module, loss: Measure, directions: Directions) -> Curvature:
    """h_j and G_j of a loss at the model's weights.

    The model's weights, buffers and gradients, and all random states, stay as they are. For train and held-out
    data, call it with one loss each. The mode of the model (``train`` or ``eval``) is that in which it is given.

    Args:
        model: whose parameters the directions are made of.
        loss: from the model to a scalar, e.g. ``lambda model: cross_entropy(model(x), y)``.
        directions: unit vectors v_j.

    Raises:
        KeyError: the model lacks a parameter of the directions.
        ValueError: the loss is no single number, or cannot be differentiated.
    """
    values = {n: v.clone().requires_grad_() for n, v in values_of(model, directions.vectors).items()}
    leaves = list(values.values())
    with untouched(model), torch.enable_grad():
        result: Any = as_function(model, loss)(values)
        if not isinstance(result, torch.Tensor) or not result.requires_grad:
            raise ValueError(
                "curvature: the loss does not depend on the parameters of the model in a way that can be differentiated; "
                "return the tensor, without item() or detach(), computed from the model that is handed in"
            )
        if result.numel() != 1:
            raise ValueError(f"curvature: the loss has shape {tuple(result.shape)}; it must be one number")
        first = torch.autograd.grad(
            result.reshape(()), leaves, create_graph=True, allow_unused=True, materialize_grads=True
        )
        gradients, curvatures = [], []
        for j in range(len(directions)):
            vector = [directions.vectors[name][j].to(value) for name, value in values.items()]
            slope = _dot(vector, first)
            # A loss that is linear in these parameters has a gradient that depends on none of them.
            second = (
                torch.autograd.grad(
                    slope, leaves, retain_graph=True, allow_unused=True, materialize_grads=True
                )
                if slope.requires_grad
                else [torch.zeros_like(leaf) for leaf in leaves]
            )
            gradients.append(slope.detach().cpu())
            curvatures.append(_dot(vector, second).detach().cpu())
    return Curvature(torch.stack(curvatures), torch.stack(gradients))


def _dot(left: Sequence[torch.Tensor], right: Sequence[torch.Tensor]) -> torch.Tensor:
    """Inner product over all tensors, summed in float64."""
    return torch.stack(
        [torch.dot(a.reshape(-1).double(), b.reshape(-1).double()) for a, b in zip(left, right, strict=True)]
    ).sum()
