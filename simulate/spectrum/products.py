"""Inner products of the newest update with the others of a window: by the C kernel, or in blocks by PyTorch.

Several tensors are watched together, each with its own sums. The rows are differences of consecutive
weights, formed in float64 from the weights themselves: they carry no rounding of their own.
"""

from __future__ import annotations

import numpy as np
import torch

from . import kernel

# Size of the float64 block of columns. No source but a measurement: on CPU the block should stay in the
# second-level cache (1 MiB per core here), on a GPU it should be large enough to fill the machine.
BLOCK_BYTES = {"cpu": 1 << 20, "cuda": 1 << 26}
# Below this the cost of a call outweighs the arithmetic in it. No source but a measurement.
FEWEST_COLUMNS = 256


def block_columns(device: torch.device, rows: int) -> int:
    """Columns of a float64 block of ``rows`` rows on this device."""
    return max(FEWEST_COLUMNS, BLOCK_BYTES[device.type] // (8 * rows))


class SnapshotProducts:
    """Products of differences of weights, for tensors of fixed lengths, one type and one device.

    Args:
        like: one flat tensor for each that is watched.
        most: the largest number of snapshots in a call, with the newest.
    """

    def __init__(self, like: list[torch.Tensor], most: int) -> None:
        self.dtype, self.device = like[0].dtype, like[0].device
        self._lengths = [tensor.numel() for tensor in like]
        self._kernel: kernel.Kernel | None = None
        if kernel.serves(self.dtype, self.device):
            self._kernel = kernel.Kernel(self.dtype, self._lengths, most)
            return
        self._columns = min(block_columns(self.device, most), max(1, *self._lengths))
        self._block = torch.empty(most, self._columns, dtype=torch.float64, device=self.device)
        self._difference = torch.empty_like(self._block[1:])

    def __call__(
        self, ring: list[torch.Tensor], order: list[int], now: list[torch.Tensor], into: int
    ) -> torch.Tensor:
        """Products of ``θ_now − θ_last`` with all differences of consecutive weights; keeps the new weights.

        Args:
            ring: for each tensor its snapshots ``(slots, n)``.
            order: the slots that hold weights, in order of time; at least one.
            now: the newest weights, each ``(n,)`` and contiguous.
            into: the slot that then receives the newest weights; it may be ``order[0]``.

        Returns:
            ``(tensors, len(order) + 1)``, float64: the products with the differences in order of time, the
            last of which is the squared norm of the new one; in the last column ``‖θ_now‖²``.
        """
        if self._kernel is None:
            out = self._in_blocks(ring, order, now)
            for kept, new in zip(ring, now, strict=True):
                kept[into].copy_(new)
            return out
        starts = np.array([kept.data_ptr() for kept in ring], dtype=np.uintp)
        size = ring[0].element_size()
        strides = np.array([kept.stride(0) * size for kept in ring], dtype=np.uintp)
        at = starts[:, None] + np.array([*order, into], dtype=np.uintp) * strides[:, None]
        target = at[:, -1].copy()
        at[:, -1] = [new.data_ptr() for new in now]
        return torch.from_numpy(self._kernel.snapshots(at, target))

    def _in_blocks(self, ring: list[torch.Tensor], order: list[int], now: list[torch.Tensor]) -> torch.Tensor:
        count = len(order) + 1
        out = torch.zeros(len(ring), count, dtype=torch.float64, device=self.device)
        for number, (kept, new) in enumerate(zip(ring, now, strict=True)):
            for start in range(0, new.numel(), self._columns):
                columns = slice(start, min(start + self._columns, new.numel()))
                width = columns.stop - start
                block, difference = self._block[:count, :width], self._difference[: count - 1, :width]
                for place, slot in enumerate(order):
                    block[place].copy_(kept[slot, columns])
                block[-1].copy_(new[columns])
                torch.sub(block[1:], block[:-1], out=difference)
                out[number, :-1].addmv_(difference, difference[-1])
                out[number, -1].add_(torch.dot(block[-1], block[-1]))
        return out


class RowProducts:
    """Products of one stored row with all, for ``rows (S, count, n)``, each of the S by itself.

    Args:
        rows: the tensor whose rows it will be asked about, or one like it.
    """

    def __init__(self, rows: torch.Tensor) -> None:
        sets, count, length = rows.shape
        self._kernel: kernel.Kernel | None = None
        if kernel.serves(rows.dtype, rows.device):
            self._kernel = kernel.Kernel(rows.dtype, [length] * sets, count)
            return
        columns = min(block_columns(rows.device, sets * count), max(1, length))
        self._block = torch.empty(sets, count, columns, dtype=torch.float64, device=rows.device)

    def __call__(self, rows: torch.Tensor, newest: int) -> torch.Tensor:
        """Products ``(S, count)``, float64, of row ``newest`` with all rows."""
        sets, count, _ = rows.shape
        if self._kernel is not None:
            step, size = rows.stride(), rows.element_size()
            places = step[0] * np.arange(sets)[:, None] + step[1] * np.arange(count)
            return torch.from_numpy(
                self._kernel.rows((rows.data_ptr() + size * places).astype(np.uintp), newest)
            )
        out = torch.zeros(sets, count, 1, dtype=torch.float64, device=rows.device)
        for part in torch.split(rows, self._block.shape[2], dim=2):  # (S, count, c)
            # Products of float32 numbers are exact in float64. (S, count, c) @ (S, c, 1)
            exact = self._block[:, :, : part.shape[2]].copy_(part)
            out.baddbmm_(exact, exact[:, newest, :, None])
        return out[..., 0]
