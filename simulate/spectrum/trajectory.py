"""Windows of any length, stride and choice of weights, from the weights that a run has kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..run import Run
from .gap import singular_values
from .rounding import weight_rounding

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WindowSeries:
    """Windows of W rows, a row being the update over ``stride`` steps; S seeds, R windows.

    ``steps (R,)`` are those of the newest weights of each window; ``inner (S, R, W+1, W+1)`` (θ²), ``sigma
    (S, R, W)`` (θ), ``resolved`` and ``rounding (S, R)`` (θ) are what a :class:`.Run` calls by these names.
    ``length`` is the number of weights in a row.
    """

    window: int
    stride: int
    length: int
    steps: npt.NDArray[np.int64]
    inner: Array
    sigma: Array
    resolved: npt.NDArray[np.bool_]
    rounding: Array


def windows_of(
    run: Run,
    window: int,
    stride: int,
    weights: Sequence[str] = ("*",),
    seeds: Sequence[int] | None = None,
) -> WindowSeries:
    """The windows that a recording with these settings would have seen, as far as snapshots reach.

    Rows are differences of weights in their own dtype, as the recorder takes them; products are summed in
    float64. Memory is that of the rows of one seed in float64.

    Args:
        run: with snapshots.
        window: W, at least 2.
        stride: optimizer steps per row, a multiple of the steps between two snapshots.
        weights: patterns (``*``, ``?``) of the names of the weights that a row is made of.
        seeds: places of the seeds wanted, in order; all if None.

    Raises:
        ValueError: snapshots do not lie at such steps, W + 1 rows do not fit, or a pattern matches nothing.
    """
    kept = run.snapshot_steps
    every = int(kept[1] - kept[0]) if len(kept) > 1 else 0
    if window < 2 or stride < 1 or not every or stride % every:
        raise ValueError(
            f"windows of {window} rows at stride {stride}: a window has at least 2 rows, and the stride is a "
            f"multiple of the steps between two snapshots, here {every or 'none'}"
        )
    rows = (len(kept) - 1) // (stride // every)
    if rows < window + 1:
        raise ValueError(
            f"a window of {window} rows at stride {stride} with the row before it ends at step "
            f"{(window + 1) * stride}, but the last snapshot is at step {int(kept[-1])}"
        )
    columns = run.description.network.layout(run.description.task).matching(tuple(weights))
    taken = range(len(run.description.seeds)) if seeds is None else seeds
    places = np.arange(rows + 1) * (stride // every)
    windows = np.arange(rows - window)[:, None] + np.arange(window + 1)  # (R, W+1)
    inner, norms = [], []
    for seed in taken:
        theta = run.snapshots[seed, places][:, columns]
        updates = np.diff(theta, axis=0).astype(np.float64)
        products = updates @ updates.T
        inner.append(products[windows[:, :, None], windows[:, None, :]])
        norms.append(np.linalg.norm(theta[window + 1 :].astype(np.float64), axis=1))
    steps = kept[places[window + 1 :]]
    rounding = weight_rounding(np.stack(norms), stride, run.snapshots.dtype)
    products = np.stack(inner)
    sigma, resolved = singular_values(products[..., 1:, 1:], length=len(columns), noise=rounding)
    return WindowSeries(window, stride, len(columns), steps, products, sigma, resolved, rounding)
