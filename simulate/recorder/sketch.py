"""The window as random projections to d dimensions, with an estimate of the error that this makes.

A count sketch (Charikar, Chen and Farach-Colton, ICALP 2002): each parameter goes, with a random sign, into one of
d buckets. Inner products are kept without bias, with a relative error of about d^(−1/2): as good as a dense
Gaussian projection, at one addition per parameter.
"""

from __future__ import annotations

import torch

from ..spectrum.products import block_columns
from .storage import STORED, WEIGHTS, State, Storage, copy_into

# Parts of the buckets from which the error is estimated. No source: with 16 the estimate itself is good
# to about (2·15)^(−1/2) = 18 %.
REPLICATES = 16


class SketchWindow(Storage):
    """W + 1 sketches of d numbers for each tensor, one copy of the weights, and one int32 for each parameter.

    Each tensor has a sketch of its own; one of at most d elements is kept as it is. The buckets are drawn from
    a generator of the window's own.

    Args:
        like: tensors of the lengths, types and device of those that will come.
        window: W.
        dimensions: d, a multiple of :data:`REPLICATES`.
        seed: of the buckets and signs.
    """

    replicates = REPLICATES

    def __init__(self, like: list[torch.Tensor], window: int, dimensions: int, seed: int) -> None:
        super().__init__(like, window)
        if dimensions < REPLICATES or dimensions % REPLICATES:
            raise ValueError(f"dimensions={dimensions}; give a positive multiple of {REPLICATES}")
        self.dimensions = dimensions
        self._before = [torch.empty_like(one) for one in like]
        generator = torch.Generator().manual_seed(seed)
        # Twice as many places as buckets: the upper half holds what enters with a minus.
        self._places = [
            torch.randint(2 * dimensions, (one.numel(),), generator=generator, dtype=torch.int32).to(
                self.device
            )
            if one.numel() > dimensions
            else None
            for one in like
        ]
        self._ring = torch.zeros(len(like), window + 1, dimensions, dtype=torch.float64, device=self.device)
        self._sums = torch.zeros(2 * dimensions, dtype=torch.float64, device=self.device)
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
        self._ring.zero_()
        self._pushed = 0

    def push(self, weights: list[torch.Tensor]) -> torch.Tensor:
        """Products of the sketch of the new row with those of the rows before it, one for each part."""
        size, known, parts = self.window + 1, self.held + 1, self.replicates
        slot = self._pushed % size
        slots = [(self._pushed - back) % size for back in range(known)]
        out = self._blank()
        for number, now in enumerate(weights):
            norm = self._store(number, now, self._ring[number, slot])
            split = self._ring[number].view(size, parts, -1)
            found = torch.einsum("wrd,rd->rw", split, split[slot])
            if self._places[number] is None:  # exact, so that no part may differ from another
                found = found.sum(0, keepdim=True).expand(parts, -1) / parts
            out[number, :, :known] = found[:, slots]
            out[number, :, WEIGHTS], out[number, :, STORED] = norm / parts, 0.0
        self._pushed += 1
        return out

    def _store(self, number: int, now: torch.Tensor, row: torch.Tensor) -> torch.Tensor:
        """Sketch ``now − before`` into ``row (d,)``; the squared norm of the weights."""
        before, places = self._before[number], self._places[number]
        norm = torch.zeros((), dtype=torch.float64, device=self.device)
        self._sums.zero_()
        for start in range(0, len(now), self._block.shape[1]):
            columns = slice(start, min(start + self._block.shape[1], len(now)))
            exact, other = self._block[:, : columns.stop - start]
            exact.copy_(now[columns])
            norm += torch.dot(exact, exact)
            exact.sub_(other.copy_(before[columns]))
            if places is None:
                self._sums[columns] = exact
            else:
                self._sums.index_add_(0, places[columns], exact)
        torch.sub(self._sums[: self.dimensions], self._sums[self.dimensions :], out=row)
        before.copy_(now)
        return norm

    def combine(self, coefficients: torch.Tensor) -> list[torch.Tensor]:
        """Refused: a sketch cannot be turned back into a direction."""
        raise ValueError(
            f"{len(coefficients)} directions: "
            'storage="sketch" keeps no updates, so directions v_j cannot be formed; use "exact" or "bfloat16"'
        )

    def state(self) -> State:
        """The sketches, the weights, and how many rows there were; the buckets follow from the seed."""
        return {
            "ring": self._ring.clone(),
            "before": [one.clone() for one in self._before],
            "pushed": self._pushed,
        }

    def load(self, state: State) -> None:
        """Take over what :meth:`state` gave."""
        copy_into([self._ring], [state["ring"]])
        copy_into(self._before, state["before"])
        self._pushed = int(state["pushed"])
