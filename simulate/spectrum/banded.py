"""Gram matrices of all windows from what is computed once per update: its products with the rows before it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def windows(products: Array, ends: npt.NDArray[np.integer], size: int) -> Array:
    """Inner products ``(E, ..., size, size)`` of the ``size`` rows that end at each of ``ends``, oldest first.

    Two windows that overlap share inner products. Each is stored once, with the younger of its two rows;
    a shorter window is contained in a longer one.

    Args:
        products: ``(T, ..., L)``: of row t with row t − l, for the lags ``0 ≤ l < L``; NaN where unknown.
        ends: indices of the newest rows, ``(E,)``.
        size: number of rows, at most L. Rows before the first are NaN.

    Raises:
        ValueError: ``size`` is above L.
    """
    if size > products.shape[-1]:
        raise ValueError(f"size={size} rows need as many lags; products has {products.shape[-1]}")
    inner = np.full((len(ends), *products.shape[1:-1], size, size), np.nan)
    for row in range(size):
        at = np.asarray(ends) - (size - 1 - row)  # the index of this row
        for lag in range(row + 1):
            known = at >= lag
            entry = products[at[known], ..., lag]
            inner[known, ..., row, row - lag] = entry
            inner[known, ..., row - lag, row] = entry
    return inner
