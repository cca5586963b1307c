"""The window as update rows in bfloat16: half the memory of float32, at an error that is measured row by row."""

from __future__ import annotations

import torch

from ..spectrum.products import RowProducts, block_columns
from .storage import STORED, WEIGHTS, State, Storage, copy_into


class RoundedWindow(Storage):
    """W + 1 rows in bfloat16, and one copy of the weights from which the next row starts.

    bfloat16 has 8 significant bits, so each entry is off by at most 2⁻⁹ of itself. The sum of squares of what
    rounding took away is given with each record.
    """

    def __init__(self, like: list[torch.Tensor], window: int) -> None:
        super().__init__(like, window)
        self._before = [torch.empty_like(one) for one in like]
        self._rings = [
            torch.zeros(1, window + 1, one.numel(), dtype=torch.bfloat16, device=one.device) for one in like
        ]
        self._products = [RowProducts(ring) for ring in self._rings]
        columns = min(block_columns(self.device, 2), max(1, *(one.numel() for one in like)))
        self._block = torch.empty(2, columns, dtype=torch.float64, device=self.device)
        self._pushed = 0

    @property
    def held(self) -> int:
        """How many rows lie before the next one."""
        return min(self._pushed, self.window)

    def restart(self, weights: list[torch.Tensor]) -> None:
        """Forget all rows; the next row starts from these weights."""
        for before, now in zip(self._before, weights, strict=True):
            before.copy_(now)
        for ring in self._rings:
            ring.zero_()  # so that a NaN in it is gone
        self._pushed = 0

    def push(self, weights: list[torch.Tensor]) -> torch.Tensor:
        """Products of the new row, as it is stored."""
        size, known = self.window + 1, self.held + 1
        slot = self._pushed % size
        slots = [(self._pushed - back) % size for back in range(known)]
        out = self._blank()
        for number, now in enumerate(weights):
            norm, lost = self._store(self._before[number], now, self._rings[number][0, slot])
            found = self._products[number](self._rings[number], slot)[0]
            out[number, 0, :known] = found[slots]
            out[number, 0, WEIGHTS], out[number, 0, STORED] = norm, lost
        self._pushed += 1
        return out

    def _store(
        self, before: torch.Tensor, now: torch.Tensor, row: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Round ``now − before`` into ``row``; the squared norms of the weights and of what was lost."""
        norm = torch.zeros((), dtype=torch.float64, device=self.device)
        lost = norm.clone()
        for start in range(0, len(now), self._block.shape[1]):
            columns = slice(start, min(start + self._block.shape[1], len(now)))
            exact, other = self._block[:, : columns.stop - start]
            exact.copy_(now[columns])
            norm += torch.dot(exact, exact)
            exact.sub_(other.copy_(before[columns]))
            row[columns].copy_(exact)
            exact.sub_(other.copy_(row[columns]))
            lost += torch.dot(exact, exact)
        before.copy_(now)
        return norm, lost

    def combine(self, coefficients: torch.Tensor) -> list[torch.Tensor]:
        """``Σ_i c_i δ_i`` of the rows as they are stored."""
        count = coefficients.shape[1]
        if count > self.held:
            raise ValueError(f"{count} rows were asked for; {self.held} are held")
        size = self.window + 1
        sums = []
        for ring in self._rings:
            total = torch.zeros(len(coefficients), ring.shape[2], dtype=torch.float64, device=self.device)
            for i in range(count):
                row = ring[0, (self._pushed - count + i) % size].to(torch.float64)
                total.addr_(coefficients[:, i].to(total), row)
            sums.append(total)
        return sums

    def state(self) -> State:
        """The rows, the weights, and how many rows there were."""
        return {
            "rings": [ring.clone() for ring in self._rings],
            "before": [one.clone() for one in self._before],
            "pushed": self._pushed,
        }

    def load(self, state: State) -> None:
        """Take over what :meth:`state` gave."""
        copy_into(self._rings, state["rings"])
        copy_into(self._before, state["before"])
        self._pushed = int(state["pushed"])
