"""Inner products of a rolling window of updates, kept up to date at the cost of one row per update."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from .products import RowProducts


@dataclass(frozen=True)
class _Buffers:
    """Everything of one size, made once."""

    rows: torch.Tensor  # (S, W+1, p), dtype of the weights; row i is slot i of the ring
    inner: torch.Tensor  # (S, W+1, W+1), float64, in the order of the slots
    products: RowProducts

    @classmethod
    def like(cls, row: torch.Tensor, size: int) -> _Buffers:
        if row.ndim != 2:
            raise ValueError(f"RollingGram: a row of shape {tuple(row.shape)}; give (seeds, weights)")
        seeds, length = row.shape
        rows = torch.zeros(seeds, size, length, dtype=row.dtype, device=row.device)
        inner = torch.zeros(seeds, size, size, dtype=torch.float64, device=row.device)
        return cls(rows, inner, RowProducts(rows))


class RollingGram:
    """The last W + 1 update rows of every seed and their inner products.

    W + 1 rows and not W, because the rank-two shift (W1) needs the row that leaves the window beside
    the one that enters it; the Gram matrix of the newest window is the lower right W × W block.

    A pushed row costs its W + 1 inner products with the rows held, ``O(W p)`` where a new Gram matrix
    costs ``O(W² p)``. Rows stay in the dtype they have; products are formed and summed in float64 over
    blocks of columns, so that no float64 copy of the window ever exists. Every product of two rows is
    computed afresh when the newer one arrives: nothing is updated by subtraction, so no rounding error
    and no NaN outlives its row.

    Args:
        window: W, at least 2.

    Raises:
        ValueError: ``window`` is below 2.
    """

    def __init__(self, window: int) -> None:
        if window < 2:
            raise ValueError(f"RollingGram: window={window}; a gap needs a window of at least 2 rows")
        self.window = window
        self._pushed = 0
        self._buffers: _Buffers | None = None

    @property
    def full(self) -> bool:
        """Whether W + 1 rows were seen."""
        return self._pushed > self.window

    def push(self, row: torch.Tensor) -> None:
        """Take in a row ``(S, p)``; the oldest leaves once W + 1 are held. ``row`` is copied.

        Raises:
            ValueError: the row is no matrix, or its shape, dtype or device differ from the first row's.
        """
        if self._buffers is None:
            self._buffers = _Buffers.like(row, self.window + 1)
        at = self._buffers
        alike = row.shape == at.rows.shape[::2] and row.dtype == at.rows.dtype
        if not alike or row.device != at.rows.device:
            raise ValueError(
                f"RollingGram: a row of shape {tuple(row.shape)}, {row.dtype}, {row.device} after rows of "
                f"shape {tuple(at.rows.shape[::2])}, {at.rows.dtype}, {at.rows.device}; rows must be alike"
            )
        slot = self._pushed % (self.window + 1)
        at.rows[:, slot] = row
        products = at.products(at.rows, slot)  # (S, W+1)
        at.inner[:, slot, :] = products
        at.inner[:, :, slot] = products
        self._pushed += 1

    def inner(self) -> torch.Tensor:
        """Inner products ``(S, W+1, W+1)`` of the rows held, float64, oldest row first.

        Raises:
            RuntimeError: fewer than W + 1 rows were seen.
        """
        at, order = self._full_window()
        return at.inner[:, order][:, :, order]

    def rows(self) -> torch.Tensor:
        """A copy of the rows held, ``(S, W+1, p)``, oldest first, in their own dtype.

        Raises:
            RuntimeError: fewer than W + 1 rows were seen.
        """
        at, order = self._full_window()
        return at.rows[:, order]

    def state(self) -> dict[str, torch.Tensor | int]:
        """All that the next rows depend on, for :meth:`restore`: the rows held and their inner products."""
        if self._buffers is None:
            return {"pushed": 0}
        return {"pushed": self._pushed, "rows": self._buffers.rows, "inner": self._buffers.inner}

    def restore(self, state: Mapping[str, torch.Tensor | int]) -> None:
        """Go on, bit for bit, from where :meth:`state` was called. The tensors are copied."""
        self._pushed = int(state["pushed"])
        if not self._pushed:
            self._buffers = None
            return
        rows, inner = torch.as_tensor(state["rows"]), torch.as_tensor(state["inner"])
        self._buffers = _Buffers.like(rows[:, 0], self.window + 1)
        self._buffers.rows.copy_(rows)
        self._buffers.inner.copy_(inner)

    def _full_window(self) -> tuple[_Buffers, list[int]]:
        """The buffers, and the slots from the oldest row to the newest."""
        size = self.window + 1
        if self._buffers is None or not self.full:
            raise RuntimeError(
                f"RollingGram: {self._pushed} rows were pushed; with window={self.window} there is "
                f"nothing to give before {size}"
            )
        return self._buffers, [(self._pushed + age) % size for age in range(size)]
