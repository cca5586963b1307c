"""Windows of a run at other widths and strides, and the null models that are made from one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ...simulate.spectrum.gap import singular_values
from ...simulate.spectrum.trajectory import windows_of
from ..check import Context
from ..evidence import Figure, Table
from ..nulls import smooth_trajectory, spectra_of_windows
from ..nulls.random_phases import random_phases
from ..nulls.rotated import rotated_products
from ..profiles import DECAY, FINE
from ..record import Record
from ..sensitivity import sensitivity_figure
from ..statistics.association import FEWEST
from ..statistics.shares import Share, share
from .counted import Cell, Scores, Test
from .null_spectra import null_spectra

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

WALK = "random walk with the seed's own step norms"
PHASES = "the seeds' own series with random phases"
SMOOTH = "smooth trajectory"
NOISE = "optimizer noise"

WIDTHS = (3, 5, 10, 20)
STRIDES = (1, 10, 20, 50, 100)
"""What is tried beside the recorded windows, as far as an arm's snapshots allow; no source."""

# Several statements look at the same windows; so many are kept of each kind.
_KEPT = 32


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows of several seeds or replicates: ``sigma (N, R, W)``, ``resolved``, and their ends ``steps (R,)``.

    ``inner (N, R, W + 1, W + 1)`` are the products of rows of ``length`` weights, and ``run`` is where they, or the
    norms of the rows, come from; the smooth trajectory and optimizer noise have neither.
    """

    sigma: Array
    resolved: Mask
    steps: npt.NDArray[np.int64]
    inner: Array
    length: int
    run: Run | None = None


Numbers = Callable[[Windows], Array]
"""From windows to one number for each seed, ``(N,)``."""


@lru_cache(maxsize=_KEPT)
def recorded(run: Run) -> Windows:
    """The windows of the recording."""
    return Windows(run.sigma, run.resolved, run.record_steps, run.inner, run.description.recorded_length, run)


def step_norms_of(inner: Array) -> Array:
    """``‖δ_t‖`` of every row of the windows, oldest first, ``(S, R + W − 1)``; not of the row before the first one."""
    squared = np.diagonal(inner, axis1=2, axis2=3)[:, :, 1:]  # (S, R, W)
    norms: Array = np.sqrt(np.concatenate([squared[:, 0], squared[:, 1:, -1]], axis=1))
    return norms


@lru_cache(maxsize=_KEPT)
def walk(windows: Windows, seed: int) -> Windows:
    """Windows of random walks, one for each seed, with its own step norms; unresolved where those are unknown."""
    norms = step_norms_of(windows.inner)
    known = np.isfinite(norms).all(axis=1)
    sigma: Array = np.full_like(windows.sigma, np.nan)
    resolved: Mask = np.zeros_like(windows.resolved)
    if known.any():
        # Each step turned by a rotation of its own is a random walk, and this draws no vectors.
        products = rotated_products(norms[known][..., None], (windows.length,), seed)
        sigma[known], resolved[known] = spectra_of_windows(products, sigma.shape[2], windows.length)
    return replace(windows, sigma=sigma, resolved=resolved)


def smooth(context: Context, width: int, steps: npt.NDArray[np.int64]) -> Windows:
    """Windows of the smooth trajectory, as many as ``steps``, with the profile's number of replicates."""
    made = smooth_trajectory(width, len(steps), context.profile.null_replicates, context.null_seed)
    return Windows(made.sigma, made.resolved, steps, np.empty(0), made.length)


def spectra_that_know_nothing(context: Context, arm: str) -> dict[str, Windows]:
    """Null models of the recorded windows of ``arm``, by name; optimizer noise for the arm with decay alone."""
    run = context.runs[arm]
    found = {
        WALK: walk(recorded(run), context.null_seed),
        SMOOTH: smooth(context, run.sigma.shape[2], run.record_steps),
    }
    if arm == DECAY:
        noise = null_spectra(context, len(run.record_steps))[NOISE]
        found[NOISE] = Windows(noise.sigma, noise.resolved, run.record_steps, np.empty(0), noise.length)
    return found


def in_turn(context: Context, seeds: int) -> npt.NDArray[np.int64]:
    """Which seed each replicate of a null imitates: one after the other, as many as the profile has replicates."""
    return np.arange(context.profile.null_replicates) % seeds


def surrogates(context: Context, series: Array) -> Array:
    """``series (S, R)`` with random phases, a replicate for each of :func:`in_turn`, ``(N, R)``."""
    return random_phases(series[in_turn(context, len(series))], context.null_seed)


def names_of_nulls(arm: str, *more: str) -> tuple[str, ...]:
    """The names of :func:`spectra_that_know_nothing`, in its order, and of more nulls."""
    return (WALK, SMOOTH, *((NOISE,) if arm == DECAY else ()), *more)


def other_windows(context: Context, arm: str) -> Iterator[tuple[int, int, Windows]]:
    """(W, stride, windows) for every width and stride that the arm, or its twin recorded at every step, allows.

    Only those with :data:`..statistics.association.FEWEST` windows or more.
    """
    run = context.runs[arm]
    kept = run.snapshot_steps
    for width in WIDTHS:
        for stride in STRIDES:
            fine = context.runs.get(FINE) if arm == DECAY else None
            if stride == 1 and fine is not None and width <= fine.sigma.shape[2]:
                yield width, stride, _cut(fine, width)
            every = int(kept[1] - kept[0]) if len(kept) > 1 else 0
            rows = (len(kept) - 1) * every // stride
            if every and stride % every == 0 and rows - width >= FEWEST:
                yield width, stride, of_snapshots(run, width, stride)


@lru_cache(maxsize=_KEPT)
def of_snapshots(run: Run, width: int, stride: int) -> Windows:
    """The windows that a recording of the same weights with these settings would have seen."""
    recording = run.description.recording
    assert recording is not None
    made = windows_of(run, width, stride, recording.weights)
    return Windows(made.sigma, made.resolved, made.steps, made.inner, made.length, run)


@lru_cache(maxsize=_KEPT)
def _cut(run: Run, width: int) -> Windows:
    """The newest ``width`` rows of each recorded window, with the row before them."""
    inner = run.inner[..., -width - 1 :, -width - 1 :]
    length = run.description.recorded_length
    found = singular_values(inner[..., 1:, 1:], length=length, noise=run.weight_rounding)
    return Windows(found.sigma, found.resolved, run.record_steps, inner, length, run)


def over_windows(
    context: Context, arm: str, record: Record, numbers: Numbers, test: Test, threshold: float
) -> tuple[tuple[Figure, ...], tuple[Table, ...]]:
    """The share of seeds that pass at other widths and strides, with that of random walks beside.

    The figure is over widths at the recorded stride; the table has all. Both reach only as far as
    snapshots do, so that the row of the recorded window need not be the deciding share.
    """
    recording = context.runs[arm].description.recording
    assert recording is not None
    rows: list[tuple[Cell, ...]] = []
    widths: dict[int, tuple[Share, Share]] = {}
    for width, stride, windows in other_windows(context, arm):
        seen = _share(numbers(windows), test, threshold)
        null = _share(numbers(walk(windows, context.null_seed)), test, threshold)
        rows.append((width, stride, seen.value, seen.passed, seen.total, null.value))
        if stride == recording.stride:
            widths[width] = (seen, null)
    columns = ("W", "stride", "share of the seeds", "passed", "of", "share of random walks")
    tables = (Table("The same share at other widths and strides", columns, tuple(rows)),) if rows else ()
    if len(widths) < 2 or recording.window not in widths:
        return (), tables
    figure = sensitivity_figure(
        record.statement,
        "the width of the windows",
        sorted(widths),
        [widths[width][0] for width in sorted(widths)],
        {WALK: [widths[width][1] for width in sorted(widths)]},
        recording.window,
    )
    return (figure,), tables


def _share(values: Array, test: Test, threshold: float) -> Share:
    return Scores("", tuple(range(len(values))), values).share(test, threshold) if len(values) else share([])
