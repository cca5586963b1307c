"""Curvature and gradient along directions: h_j = v_jᵀ H v_j and G_j = v_j · ∇L, on any data.

Hessian-vector products by differentiating the gradient forward (Pearlmutter, Neural Computation 6, 1994); no Hessian is
formed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch.func import grad, jvp

from .directions import Directions, Vectors
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
        ValueError: the loss is no single number.
    """
    values = values_of(model, directions.vectors)
    function = as_function(model, loss)
    gradients: list[torch.Tensor] = []
    curvatures: list[torch.Tensor] = []
    for j in range(len(directions)):
        tangent = {name: vector[j].to(values[name]) for name, vector in directions.vectors.items()}
        with untouched(model):
            first, second = jvp(grad(_scalar(function)), (values,), (tangent,))[:2]
        curvatures.append(_dot(tangent, second))
        gradients.append(_dot(tangent, first))
    return Curvature(torch.stack(curvatures), torch.stack(gradients))


def _scalar(function: Callable[[Vectors], torch.Tensor]) -> Callable[[Vectors], torch.Tensor]:
    def checked(values: Vectors) -> torch.Tensor:
        result = function(values)
        if result.numel() != 1:
            raise ValueError(f"curvature: the loss has shape {tuple(result.shape)}; it must be one number")
        return result.reshape(())

    return checked


def _dot(left: Vectors, right: Vectors) -> torch.Tensor:
    """Inner product over all tensors, summed in float64, on the CPU."""
    parts = [
        torch.dot(left[name].reshape(-1).double(), right[name].reshape(-1).double()).cpu() for name in left
    ]
    return torch.stack(parts).sum()
