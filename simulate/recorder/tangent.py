"""The empirical tangent kernel of a small network, its rotation between two moments, and the 𝒜 of the source's v1."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch.func import jacrev

from .functional import as_function, untouched, values_of

Output = Callable[[torch.nn.Module], torch.Tensor]
"""From a model to its outputs on the training set, e.g. ``lambda model: model(x)``."""


def tangent_kernel(model: torch.nn.Module, output: Output, names: list[str] | None = None) -> torch.Tensor:
    """``K = J Jᵀ ((n, n))``, J the Jacobian of the n outputs by the parameters, summed in float64 (L/θ²).

    For squared loss the units are those of a curvature. The Jacobian is formed whole, n × p: for small networks.

    Args:
        model: it is not changed, nor is any random state.
        output: a tensor of any shape; its elements are the n outputs, in order.
        names: of the parameters that count; all that require gradients if None.

    Raises:
        KeyError: the model has no parameter of a name.
    """
    wanted = [n for n, t in model.named_parameters() if t.requires_grad] if names is None else names
    values = values_of(model, dict.fromkeys(wanted, torch.empty(0)))
    function = as_function(model, output)
    with untouched(model):
        jacobian = jacrev(lambda at: function(at).reshape(-1))(values)
    kernel: torch.Tensor | None = None
    for part in jacobian.values():
        flat = part.detach().reshape(part.shape[0], -1).to(torch.float64)
        product = flat @ flat.T
        kernel = product if kernel is None else kernel + product
    assert kernel is not None
    return kernel


class KernelRotation(NamedTuple):
    """What happened to a kernel between two moments."""

    angles: torch.Tensor
    """Between mode j before and after, in falling order of eigenvalues, ``(n,)`` rad, at most π/2."""
    eigenvalues: torch.Tensor
    """Of the later kernel, falling, ``(n,)`` (L/θ²)."""
    frobenius: float
    """𝒜 with the Frobenius norm: ``‖ΔK‖/(τ η g²)`` (theory: S5.v1-record-amended)."""
    spectral: float
    """𝒜 with the spectral norm."""
    nuclear: float
    """𝒜 with the nuclear norm."""


def kernel_rotation(
    before: torch.Tensor, after: torch.Tensor, duration: float, learning_rate: float, position: int = 1
) -> KernelRotation:
    """Rotation of the modes of a kernel, and 𝒜 in three norms.

    The source fixes neither the norm nor the gap (*unfixed*): g is the distance of eigenvalues ``position`` and
    ``position + 1`` of the earlier kernel.

    Args:
        before: kernel ``(n, n)`` at one moment.
        after: the same later, for the same inputs.
        duration: τ, steps between them.
        learning_rate: η.
        position: of the gap, from 1.

    Raises:
        ValueError: shapes differ, the position is out of range, or there is no gap there.
    """
    if before.shape != after.shape or before.ndim != 2 or before.shape[0] != before.shape[1]:
        raise ValueError(f"kernel_rotation: kernels of shapes {tuple(before.shape)} and {tuple(after.shape)}")
    if not 1 <= position < len(before):
        raise ValueError(f"kernel_rotation: position={position}; give 1 to {len(before) - 1}")
    (values, modes), (later, turned) = (_modes(kernel) for kernel in (before, after))
    gap = float(values[position - 1] - values[position])
    if gap <= len(values) * torch.finfo(torch.float64).eps * float(values[0]):
        raise ValueError(
            f"kernel_rotation: eigenvalues {position} and {position + 1} are {float(values[position - 1])!r} and "
            f"{float(values[position])!r}: no gap above rounding"
        )
    sizes = torch.linalg.svdvals((after - before).to(torch.float64))
    per = duration * learning_rate * gap**2
    cosines = (modes * turned).sum(0).abs().clamp(max=1.0)
    return KernelRotation(
        angles=torch.arccos(cosines),
        eigenvalues=later,
        frobenius=float(torch.linalg.vector_norm(sizes)) / per,
        spectral=float(sizes[0]) / per,
        nuclear=float(sizes.sum()) / per,
    )


def _modes(kernel: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Eigenvalues, falling, and eigenvectors as columns."""
    values, vectors = torch.linalg.eigh(kernel.to(torch.float64))
    return values.flip(0), vectors.flip(1)
