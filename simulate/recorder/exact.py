"""The window as W + 1 copies of the weights, from which the updates are formed exactly."""

from __future__ import annotations

from typing import Any

import torch

from ..spectrum.pages import ask_for_large_pages
from ..spectrum.products import SnapshotProducts
from .storage import STORED, WEIGHTS, State, Storage, copy_into


class ExactWindow(Storage):
    """Keeps weights and not updates: their difference is formed in float64, so nothing is rounded twice.

    With the newest weights, which are the model's own, W + 1 copies give W + 1 updates.
    """

    def __init__(self, like: list[torch.Tensor], window: int) -> None:
        super().__init__(like, window)
        self._rings = [
            torch.empty(window + 1, one.numel(), dtype=one.dtype, device=one.device) for one in like
        ]
        for ring in self._rings:
            ask_for_large_pages(ring)
        kinds = dict.fromkeys(one.dtype for one in like)
        self._parts = [[i for i, one in enumerate(like) if one.dtype == kind] for kind in kinds]
        self._products = [SnapshotProducts([like[i] for i in part], window + 2) for part in self._parts]
        # A model of one type is one part, whose place is a slice: reading a list of places takes several times as long.
        self._places: list[slice | list[int]] = [slice(None)] if len(self._parts) == 1 else [*self._parts]
        self._order: list[int] = []  # slots that hold weights, in order of time

    @property
    def held(self) -> int:
        """How many rows lie before the next one."""
        return max(0, len(self._order) - 1)

    def restart(self, weights: list[torch.Tensor]) -> None:
        """Forget all rows; the next row starts from these weights."""
        for ring, now in zip(self._rings, weights, strict=True):
            ring[0].copy_(now)
        self._order = [0]

    def push(self, weights: list[torch.Tensor]) -> torch.Tensor:
        """Products of the new row; its weights take the place of the oldest."""
        size, known = self.window + 1, len(self._order)
        into = self._order[0] if known == size else known
        out = self._blank()
        # On a few numbers NumPy is quicker than PyTorch; on a GPU nothing waits for them.
        here = self.device.type == "cpu"
        filled: Any = out.numpy() if here else out
        filled[..., STORED] = 0.0
        for part, at, products in zip(self._parts, self._places, self._products, strict=True):
            found = products([self._rings[i] for i in part], self._order, [weights[i] for i in part], into)
            values: Any = found.numpy() if here else found
            filled[at, 0, :known] = values[:, -2::-1] if here else values[:, :-1].flip(1)
            filled[at, 0, WEIGHTS] = values[:, -1]
        self._order = [*(self._order[1:] if known == size else self._order), into]
        return out

    def combine(self, coefficients: torch.Tensor) -> list[torch.Tensor]:
        """``Σ_i c_i (θ_i − θ_{i−1})`` over the newest n rows, in float64."""
        count = coefficients.shape[1]
        if count > self.held:
            raise ValueError(f"{count} rows were asked for; {self.held} are held")
        slots = self._order[-count - 1 :]
        sums = []
        for ring in self._rings:
            total = torch.zeros(len(coefficients), ring.shape[1], dtype=torch.float64, device=self.device)
            before = ring[slots[0]].to(torch.float64)
            for i in range(count):
                now = ring[slots[i + 1]].to(torch.float64)
                total.addr_(coefficients[:, i].to(total), now - before)
                before = now
            sums.append(total)
        return sums

    def weights(self, back: int) -> list[torch.Tensor]:
        """The weights ``back`` records before the newest, in float64.

        Raises:
            ValueError: they are no longer held.
        """
        if not 0 <= back < len(self._order):
            raise ValueError(f"the weights of {back} records ago are not held; {len(self._order)} are")
        return [ring[self._order[-1 - back]].to(torch.float64) for ring in self._rings]

    def state(self) -> State:
        """The rings and the order of their slots."""
        return {"rings": [ring.clone() for ring in self._rings], "order": list(self._order)}

    def load(self, state: State) -> None:
        """Take over the rings and the order of their slots."""
        copy_into(self._rings, state["rings"])
        self._order = list(state["order"])
