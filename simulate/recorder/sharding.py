"""Parameters that are spread over processes: only inner products are added up, never parameters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
import torch.distributed as dist
from torch.distributed.tensor import DTensor, Partial, Shard


class Sharding:
    """Adds partial inner products over the processes that hold parts of the same tensor.

    For a ``DTensor`` (FSDP2's ``fully_shard``, tensor parallelism) the placements say which these are: along a
    mesh dimension over which it is sharded they are added, along one over which it is replicated they are
    equal already. For plain tensors that are shards, ``group`` names the processes.

    Args:
        parameters: as the model holds them.
        group: processes over which the shards of plain tensors are spread; None where they are whole.

    Raises:
        ValueError: a tensor holds partial sums (``Partial``), which are no weights.
    """

    def __init__(self, parameters: list[torch.Tensor], group: dist.ProcessGroup | None) -> None:
        self._sums: dict[dist.ProcessGroup, list[int]] = {}
        self._parameters, self._group = parameters, group
        for number, tensor in enumerate(parameters):
            for one in self._groups(tensor, group):
                self._sums.setdefault(one, []).append(number)

    @staticmethod
    def _groups(tensor: torch.Tensor, group: dist.ProcessGroup | None) -> list[dist.ProcessGroup]:
        if not isinstance(tensor, DTensor):
            return [] if group is None else [group]
        if any(isinstance(placement, Partial) for placement in tensor.placements):
            raise ValueError(f"a parameter is placed as {tensor.placements}; partial sums cannot be recorded")
        mesh = tensor.device_mesh
        return [mesh.get_group(d) for d, place in enumerate(tensor.placements) if isinstance(place, Shard)]

    @property
    def spread(self) -> bool:
        """Whether any tensor is spread over processes."""
        return bool(self._sums)

    def sizes(self) -> npt.NDArray[np.float64]:
        """Real numbers in each tensor, over all processes."""
        held = [tensor.numel() * (2 if tensor.is_complex() else 1) for tensor in self._parameters]
        sizes = torch.tensor(held, dtype=torch.float64)
        plain = [i for i, tensor in enumerate(self._parameters) if not isinstance(tensor, DTensor)]
        if self._group is not None and plain:  # a DTensor counts the parts of other processes already
            part = sizes[plain].to(self._parameters[plain[0]].device)
            dist.all_reduce(part, group=self._group)
            sizes[plain] = part.cpu()
        return sizes.numpy()

    def add_up(self, values: torch.Tensor) -> torch.Tensor:
        """``values (tensors, ...)`` summed over processes, for each tensor over those that share it."""
        for group, tensors in self._sums.items():
            part = values[tensors]
            dist.all_reduce(part, group=group)
            values[tensors] = part
        return values


def local(tensor: torch.Tensor) -> torch.Tensor:
    """The part of a parameter that this process holds, flat, as real numbers; a view where it can be one."""
    held = tensor.detach()
    if isinstance(held, DTensor):
        held = held.to_local()
    if held.is_complex():
        held = torch.view_as_real(held)
    return held.reshape(-1)
