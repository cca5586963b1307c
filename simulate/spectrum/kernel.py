"""The C kernel of the inner products: its source, made for each element type, and its two functions."""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from .. import native

# The names of PyTorch's types in the C source.
TYPES = {torch.float32: "float", torch.float64: "double", torch.bfloat16: "bfloat16"}

# Summing is bound by memory; contraction into fused multiply-adds only rounds less.
FLAGS = ("-pthread", "-ffp-contract=fast")

Addresses = npt.NDArray[np.uintp]
Lengths = npt.NDArray[np.int64]


def source() -> str:
    """The whole C source: the frame, with one copy of the template for each type."""
    folder = Path(__file__).parent
    frame = (folder / "products.c").read_text(encoding="utf-8")
    template = (folder / "products_of_type.c").read_text(encoding="utf-8")
    return frame.replace("@TYPES@\n", "\n".join(template.replace("@T@", name) for name in TYPES.values()))


@cache
def library() -> ctypes.CDLL | None:
    """The compiled kernel; None where there is no compiler, or where it refuses the source."""
    try:
        return native.load(source(), FLAGS)
    except (native.NoCompiler, native.CompileError, OSError):
        return None


def serves(dtype: torch.dtype, device: torch.device) -> bool:
    """Whether the kernel takes tensors of this type in this place."""
    return device.type == "cpu" and dtype in TYPES and library() is not None


class Kernel:
    """The kernel for segments of fixed lengths and one type, with the buffer for its partial sums.

    Args:
        dtype: one of :data:`TYPES`.
        lengths: number of elements of each segment.
        most: the largest number of rows or snapshots in a call.
    """

    def __init__(self, dtype: torch.dtype, lengths: list[int], most: int) -> None:
        loaded = library()
        assert loaded is not None, "ask serves() first"
        self._snapshots = getattr(loaded, f"snapshots_{TYPES[dtype]}")
        self._rows = getattr(loaded, f"rows_{TYPES[dtype]}")
        self._lengths: Lengths = np.array(lengths, dtype=np.int64)
        chunk = loaded.chunk_columns()
        self._partial = np.empty(int((-(-self._lengths // chunk)).sum()) * most)
        self._most = most

    def snapshots(self, at: Addresses, into: Addresses | None) -> npt.NDArray[np.float64]:
        """Products of the newest difference of weights, ``(segments, count)``; the last column is ‖θ‖².

        Args:
            at: addresses ``(segments, count)`` of the weights, in order of time; at least two.
            into: where to copy the newest weights of each segment, if anywhere.
        """
        out = np.empty(at.shape)
        self._call(self._snapshots, at, into, out)
        return out

    def rows(self, at: Addresses, newest: int) -> npt.NDArray[np.float64]:
        """Products of row ``newest`` with each row, ``(segments, count)``, for addresses of that shape."""
        out = np.empty(at.shape)
        self._call(self._rows, at, newest, out)
        return out

    def _call(
        self,
        function: ctypes._NamedFuncPointer,
        at: Addresses,
        extra: Addresses | int | None,
        out: npt.NDArray[np.float64],
    ) -> None:
        segments, count = at.shape
        assert segments == len(self._lengths)
        assert count <= self._most
        at = np.ascontiguousarray(at)
        passed: ctypes.c_void_p | ctypes.c_int | None
        if isinstance(extra, np.ndarray):
            extra = np.ascontiguousarray(extra)  # alive until the call is over
            passed = ctypes.c_void_p(extra.ctypes.data)
        else:
            passed = None if extra is None else ctypes.c_int(extra)
        function(
            ctypes.c_int64(segments),
            ctypes.c_int(count),
            ctypes.c_void_p(at.ctypes.data),
            ctypes.c_void_p(self._lengths.ctypes.data),
            passed,
            ctypes.c_void_p(self._partial.ctypes.data),
            ctypes.c_void_p(out.ctypes.data),
            ctypes.c_int(torch.get_num_threads()),
        )
