"""The directions v_j of the newest window, as tensors in the shapes of the parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import torch

from ..spectrum.gap import singular_values

if TYPE_CHECKING:
    from .recorder import SpectrumRecorder

Vectors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Directions:
    """Orthonormal directions in the space of some parameters; ``vectors[name]`` is ``(k, *shape)``."""

    vectors: Vectors
    step: int
    """Real updates when the window ended."""
    sigma: torch.Tensor
    """Strengths σ_j ``(k,)``, float64 (θ); NaN for directions that belong to no window."""

    def __len__(self) -> int:
        return len(self.sigma)

    def __getitem__(self, chosen: slice) -> Self:
        vectors = {name: value[chosen] for name, value in self.vectors.items()}
        return type(self)(vectors, self.step, self.sigma[chosen])

    def along(self, values: Vectors) -> torch.Tensor:
        """``v_j · values``, ``(k,)``, summed in float64, for tensors in the shapes of the parameters."""
        total = torch.zeros(len(self), dtype=torch.float64)
        for name, vector in self.vectors.items():
            flat = values[name].detach().reshape(-1).to(torch.float64)
            total += (vector.reshape(len(self), -1).to(torch.float64) @ flat).cpu()
        return total

    def combined(self, coefficients: torch.Tensor) -> Vectors:
        """``Σ_j c_j v_j`` in the shapes of the parameters."""
        return {
            name: torch.tensordot(coefficients.to(vector), vector, dims=1)
            for name, vector in self.vectors.items()
        }

    def random_like(self, seed: int) -> Self:
        """As many orthonormal directions, drawn uniformly, in the same space: the control for these.

        Drawn on the CPU from a generator of their own; no global random state is used.
        """
        generator = torch.Generator().manual_seed(seed)
        drawn = [
            torch.randn(len(self), vector[0].numel(), generator=generator, dtype=torch.float64)
            for vector in self.vectors.values()
        ]
        orthogonal, _ = torch.linalg.qr(torch.cat(drawn, dim=1).T)  # (p, k)
        parts = torch.split(orthogonal.T, [one.shape[1] for one in drawn], dim=1)
        vectors = {
            name: part.reshape(vector.shape).to(vector)
            for (name, vector), part in zip(self.vectors.items(), parts, strict=True)
        }
        return type(self)(vectors, self.step, torch.full_like(self.sigma, torch.nan))


def directions(recorder: SpectrumRecorder, count: int, group: str) -> Directions:
    """``v_j = Xᵀ u_j/σ_j`` for j = 1 … count, from the rows of the newest window.

    They cost one pass over the window. Each is known up to its sign; the sign chosen makes ``v_j · δ`` of the newest
    row positive. The tensors are float64 where the parameters are, else float32.

    Raises:
        KeyError: no such group.
        ValueError: the window is not full, a direction is below the precision floor, the storage keeps no
            updates, or parameters are spread over processes.
    """
    if recorder.sharded:
        raise ValueError("directions: the parameters are spread over processes; gather them first")
    scope = recorder.scopes.index(group)
    spectra = recorder.spectra(groups=[group], last=1)
    step = int(spectra["step"].item())
    if step != recorder.history_end:
        raise ValueError(
            f"directions: the newest window ended at update {step}, before the recorder was switched off"
        )
    gram = spectra["gram"].values[0, 0]
    resolved = spectra["resolved"].values[0, 0]
    known = int(resolved.argmin()) if not resolved.all() else len(resolved)
    if known == 0:
        raise ValueError(
            f"directions: none of the {len(resolved)} directions of {group!r} is above the precision floor at update {step}; "
            "see `resolved` and `sigma_floor` of its spectra"
        )
    if not 1 <= count <= known:
        raise ValueError(
            f"directions: count={count}, but {known} of {len(resolved)} directions of {group!r} are above the precision "
            f"floor at update {step}; ask for 1 to {known}"
        )
    sigma = singular_values(gram).sigma[:count]
    left = np.linalg.eigh(gram)[1][:, ::-1][:, :count]  # (W, k)
    # u_j's last entry is v_j · δ_newest/σ_j.
    left = left * np.where(left[-1] < 0, -1.0, 1.0)
    flat = recorder.window_storage.combine(torch.from_numpy(np.ascontiguousarray((left / sigma).T)))
    member = recorder.scopes.members[scope]
    vectors = {}
    for (name, tensor), values, inside in zip(recorder.parameters.items(), flat, member, strict=True):
        if inside and tensor.is_complex():
            raise ValueError(f"directions: {name} is complex; directions are made of real parameters only")
        if inside:
            dtype = torch.float64 if tensor.dtype == torch.float64 else torch.float32
            vectors[name] = values.reshape(count, *tensor.shape).to(tensor.device, dtype)
    return Directions(vectors, step, torch.from_numpy(sigma.copy()))
