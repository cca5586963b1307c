"""Inner products of a rolling window of updates, kept up to date at the cost of one row per update."""

from __future__ import annotations

from dataclasses import dataclass

import torch

# Size of the float64 block of columns. No source but a measurement: on CPU the block should stay in the
# second-level cache (1 MiB per core here), on a GPU it should be large enough to fill the machine.
_BLOCK_BYTES = {"cpu": 1 << 20, "cuda": 1 << 26}
# Below this the cost of a call outweighs the arithmetic in it. No source but a measurement.
_FEWEST_COLUMNS = 256


@dataclass(frozen=True)
class _Buffers:
    """Everything of one size, made once."""

    rows: torch.Tensor  # (S, W+1, p), dtype of the weights; row i is slot i of the ring
    inner: torch.Tensor  # (S, W+1, W+1), float64, in the order of the slots
    products: torch.Tensor  # (S, W+1, 1), float64: the new row with all rows
    block: torch.Tensor  # (S, W+1, columns), float64: some columns of `rows`

    @classmethod
    def like(cls, row: torch.Tensor, size: int) -> _Buffers:
        if row.ndim != 2:
            raise ValueError(f"RollingGram: a row of shape {tuple(row.shape)}; give (seeds, weights)")
        seeds, length = row.shape
        columns = _BLOCK_BYTES[row.device.type] // (8 * seeds * size)
        columns = min(length, max(_FEWEST_COLUMNS, columns))

        def zeros(*shape: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
            return torch.zeros(shape, dtype=dtype, device=row.device)

        return cls(
            rows=zeros(seeds, size, length, dtype=row.dtype),
            inner=zeros(seeds, size, size),
            products=zeros(seeds, size, 1),
            block=zeros(seeds, size, columns),
        )


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
        at.products.zero_()
        for block in torch.split(at.rows, at.block.shape[2], dim=2):  # (S, W+1, c)
            if block.dtype == torch.float64:
                exact = block
            else:
                exact = at.block[:, :, : block.shape[2]].copy_(block)
            # (S, W+1, c) @ (S, c, 1). Products of float32 numbers are exact in float64.
            at.products.baddbmm_(exact, exact[:, slot, :, None])
        at.inner[:, slot, :] = at.products[..., 0]
        at.inner[:, :, slot] = at.products[..., 0]
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

    def _full_window(self) -> tuple[_Buffers, list[int]]:
        """The buffers, and the slots from the oldest row to the newest."""
        size = self.window + 1
        if self._buffers is None or not self.full:
            raise RuntimeError(
                f"RollingGram: {self._pushed} rows were pushed; with window={self.window} there is "
                f"nothing to give before {size}"
            )
        return self._buffers, [(self._pushed + age) % size for age in range(size)]
