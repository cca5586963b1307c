"""What a measurement becomes when directions are taken out of the weights, or when weights move along them."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from .directions import Directions, Vectors
from .functional import Measure, as_function, untouched, values_of


@torch.no_grad()
def ablate(
    model: torch.nn.Module, measure: Measure, directions: Directions, origin: Vectors | None = None
) -> torch.Tensor:
    """``measure`` of the model with ``Σ_j v_j v_j·(θ − origin)`` taken out of its weights.

    What exactly the source takes out is *unfixed*: with ``origin=None`` (zero) it is the component of the weights
    themselves, with the initial weights that of the whole displacement. The model is not changed. The control is
    the same with ``directions.random_like(seed)``.

    Args:
        model: whose parameters the directions are made of.
        measure: from the model to a number or a tensor.
        directions: orthonormal v_j.
        origin: by name, in the shapes of the parameters.

    Raises:
        KeyError: the model, or the origin, lacks a parameter of the directions.
    """
    values = values_of(model, directions.vectors)
    missing: list[str] = [] if origin is None else [name for name in values if name not in origin]
    if missing:
        raise KeyError(
            f"the origin has no parameter {missing[0]!r}; give one tensor for each that the directions have"
        )
    away = values if origin is None else {name: values[name] - origin[name] for name in values}
    taken = directions.combined(directions.along(away))
    with untouched(model):
        left = {name: values[name] - taken[name].to(values[name]) for name in values}
        return torch.as_tensor(as_function(model, measure)(left))


@torch.no_grad()
def perturb(
    model: torch.nn.Module, measure: Measure, directions: Directions, sizes: Sequence[float]
) -> torch.Tensor:
    """``measure`` of the model with weights ``θ + s v_j``, ``(k, len(sizes), ...)``; the model is not changed.

    Args:
        model: whose parameters the directions are made of.
        measure: from the model to a number or a tensor.
        directions: unit v_j, one after the other.
        sizes: s (θ).

    Raises:
        KeyError: the model lacks a parameter of the directions.
        ValueError: there are no sizes.
    """
    if not len(sizes):
        raise ValueError("perturb: no sizes are given; give at least one, in the unit of the weights")
    values, function = values_of(model, directions.vectors), as_function(model, measure)
    rows = []
    for j in range(len(directions)):
        step = {name: vector[j] for name, vector in directions.vectors.items()}
        row = []
        for size in sizes:
            with untouched(model):
                moved = {name: values[name] + size * step[name].to(values[name]) for name in values}
                row.append(torch.as_tensor(function(moved)))
        rows.append(torch.stack(row))
    return torch.stack(rows)
