"""Inner products of all the updates that a run has kept, or that a null model of it makes: any window follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..simulate.run import Run
from ..simulate.spectrum.gap import eigenvalue_error, singular_values
from ..simulate.spectrum.rounding import weight_rounding
from ..simulate.spectrum.trajectory import windows_of
from .nulls import blocks

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Windows:
    """All runs of n consecutive updates: R of them for each of N trajectories.

    ``inner (N, R, n, n)`` (θ²), oldest row first; ``rounding (N, R)`` (θ) is the singular value that the
    rounding of weights alone would give; ``counted (N, R)`` says which end before the trajectory's last row
    that counts; ``length`` is p.
    """

    inner: Array
    rounding: Array
    counted: Mask
    length: int

    def error(self) -> Array:
        """Bound on the error of each eigenvalue of any part of these rows, ``(N, R)``, unit θ²."""
        return eigenvalue_error(self.inner, self.length, self.rounding)

    def spectra(self) -> tuple[Array, Mask]:
        """Singular values and what is resolved of them, ``(N, R, n − 1)``, of the windows without their first row.

        A record is made when a window and the row before it are full: these are the windows of a record.
        """
        return singular_values(self.inner[..., 1:, 1:], self.length, self.rounding)


@dataclass(frozen=True, eq=False)
class Updates:
    """T consecutive updates over ``stride`` steps each, for N trajectories: seeds, or replicates of a null.

    ``products (N, T, T)`` are their inner products (θ²), NaN where a seed diverged and where they are not
    known; ``rounding (N, T)`` (θ) is that of a window that ends with the row; ``rows (N,)`` is how many of
    the rows count, 0 for a trajectory that is left out; ``length`` is p.
    """

    units: tuple[int, ...]
    products: Array
    rounding: Array
    rows: Counts
    stride: int
    length: int

    def until(self, steps: Array) -> Updates:
        """Those up to ``steps (N,)`` alone; NaN leaves a trajectory out."""
        some = np.where(np.isfinite(steps), steps, 0.0) // self.stride
        return replace(self, rows=np.minimum(some.astype(np.int64), self.products.shape[1]))

    def only(self, units: Sequence[int]) -> Updates:
        """The trajectories of ``units``, in their order.

        Raises:
            ValueError: one is not among them.
        """
        places = [self.units.index(unit) for unit in units]
        return replace(
            self,
            units=tuple(units),
            products=self.products[places],
            rounding=self.rounding[places],
            rows=self.rows[places],
        )

    def coarser(self, factor: int) -> Updates:
        """The same trajectories with updates over ``factor`` strides."""
        rows = self.products.shape[1] // factor
        whole = self.products[:, : rows * factor, : rows * factor]
        products = whole.reshape(len(whole), rows, factor, rows, factor).sum(axis=(2, 4))
        rounding = self.rounding[:, factor - 1 :: factor][:, :rows] * np.sqrt(factor)
        return replace(
            self, products=products, rounding=rounding, rows=self.rows // factor, stride=self.stride * factor
        )

    def windows(self, size: int) -> Windows:
        """All runs of ``size`` rows.

        Raises:
            ValueError: there are fewer rows.
        """
        inner = blocks(self.products, size)
        ends = np.arange(size, self.products.shape[1] + 1)
        return Windows(inner, self.rounding[:, size - 1 :], ends <= self.rows[:, None], self.length)

    def known(self) -> Counts:
        """Places of the trajectories that count and did not diverge while they did."""
        finite = [
            rows > 0 and bool(np.isfinite(np.diagonal(products)[:rows]).all())
            for rows, products in zip(self.rows, self.products, strict=True)
        ]
        return np.flatnonzero(finite)


@lru_cache(maxsize=8)
def updates_of(run: Run, weights: tuple[str, ...] = ("*",)) -> Updates:
    """All updates between the snapshots of a run, every seed; all rows count.

    Raises:
        ValueError: there are fewer than four snapshots, or they do not lie at equal distances.
    """
    kept = run.snapshot_steps
    if len(kept) < 4:
        raise ValueError(f"the run has kept weights at {len(kept)} steps; its updates need four or more")
    every = int(kept[1] - kept[0])
    found = windows_of(run, len(kept) - 2, every, weights)
    products = found.inner[:, 0]
    rounding = _rounding(run, kept[1:], every)
    return Updates(run.description.seeds, products, rounding, _all_rows(products), every, found.length)


def updates_at(run: Run, stride: int, weights: tuple[str, ...] = ("*",)) -> Updates:
    """The same over ``stride`` steps each.

    Raises:
        ValueError: also when the stride is no multiple of the distance between two snapshots.
    """
    kept = updates_of(run, weights)
    if stride % kept.stride:
        raise ValueError(f"stride={stride}, but snapshots lie {kept.stride} steps apart")
    return kept.coarser(stride // kept.stride)


@lru_cache(maxsize=2)
def recorded_updates(run: Run) -> Updates:
    """All updates of a run's record: the products of rows at most W apart; the others are NaN.

    Raises:
        ValueError: the run has no record.
    """
    recording = run.description.recording
    if recording is None:
        raise ValueError("the run has no record, so that its updates are not known")
    seeds, records, size = run.inner.shape[:3]
    products = np.full((seeds, records + size - 1, records + size - 1), np.nan)
    for record in range(records):
        rows = slice(record, record + size)
        products[:, rows, rows] = run.inner[:, record]
    steps = recording.stride * np.arange(1, products.shape[1] + 1)
    rounding = _rounding(run, steps, recording.stride)
    length = run.description.recorded_length
    return Updates(run.description.seeds, products, rounding, _all_rows(products), recording.stride, length)


def _all_rows(products: Array) -> Counts:
    return np.full(len(products), products.shape[1], dtype=np.int64)


def _rounding(run: Run, steps: npt.NDArray[np.integer], stride: int) -> Array:
    """Of windows that end at ``steps (T,)``, from the norm of the weights when it was last measured."""
    last = np.searchsorted(run.evaluation_steps, steps, "right") - 1
    dtype = "float64" if run.description.dtype == "float64" else "float32"
    return weight_rounding(run.weight_norm[:, last], stride, dtype)


def medians(values: Array, counted: Mask) -> Array:
    """The median of ``values (N, R, ...)`` over the windows that count, per trajectory; NaN where there is none."""
    chosen = np.where(counted.reshape(*counted.shape, *(1,) * (values.ndim - 2)), values, np.nan)
    found = np.full((values.shape[0], *values.shape[2:]), np.nan)
    some = np.isfinite(chosen).any(axis=1)
    if some.any():
        moved = np.moveaxis(chosen, 1, -1)
        found[some] = np.nanmedian(moved[some], axis=-1)
    return found
