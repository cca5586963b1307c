"""𝒜 of the tangent kernel between neighbouring snapshots of a run, in three norms (theory: S5.v1-record-amended)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..simulate.run import Run
from ..simulate.tangent import tangent_kernels

Array = npt.NDArray[np.float64]

SEED = 606
"""Of the random directions; no meaning."""

SPECTRAL = "spectral norm"
TURNING = "spectral norm of the turning part"
VARIANTS = (SPECTRAL, "Frobenius norm", "nuclear norm", TURNING)


class Moves(NamedTuple):
    """Levels of each kernel but the last ``(..., T − 1, N)``, rising, and sizes of its change by norm ``(..., T − 1)``."""

    levels: Array
    sizes: Mapping[str, Array]


def kernel_moves(kernels: Array) -> Moves:
    """How kernels ``(..., T, N, N)`` move from one moment to the next; NaN where one of the two is not finite.

    The last size leaves out the diagonal of ΔK in the modes of the earlier kernel: eigenvalues that move are no
    turning (S5.fast-kernel is refuted by them, S5.adiabatic-norms asks that they be taken out).
    """
    finite = np.asarray(np.isfinite(kernels).all(axis=(-2, -1)))
    both = finite[..., :-1] & finite[..., 1:]
    safe = np.where(finite[..., None, None], kernels, 0.0)
    levels, modes = np.linalg.eigh(safe[..., :-1, :, :])
    seen = np.swapaxes(modes, -1, -2) @ np.diff(safe, axis=-3) @ modes
    off = seen * (1 - np.eye(kernels.shape[-1]))
    size, turning = (np.abs(np.linalg.eigvalsh(part)) for part in (seen, off))
    found = (size.max(-1), np.sqrt((size**2).sum(-1)), size.sum(-1), turning.max(-1))
    return Moves(levels, {n: np.where(both, x, np.nan) for n, x in zip(VARIANTS, found, strict=True)})


def kernel_adiabatic(
    moves: Moves, duration: float, learning_rate: float, position: int = 1
) -> dict[str, Array]:
    """``‖ΔK‖/(τ η g²)`` by name, each ``(..., T − 1)``, with g before; infinite without a gap.

    Args:
        moves: of the kernels of the theory, by which residuals decay at η Λ.
        duration: τ, steps between two of them.
        learning_rate: η.
        position: of the gap, from 1: g = Λ_k − Λ_{k+1}.

    Raises:
        ValueError: there is no such gap.
    """
    levels = moves.levels
    if not 1 <= position < levels.shape[-1]:
        raise ValueError(f"kernel_adiabatic: position={position}; give 1 to {levels.shape[-1] - 1}")
    gap = levels[..., -position] - levels[..., -position - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return {name: size / (duration * learning_rate * gap**2) for name, size in moves.sizes.items()}


def random_directions(weights: npt.NDArray[np.floating], seed: int = SEED) -> Array:
    """A walk ``(S, T, p)`` from the same first weights, with steps of the same norms in random directions."""
    steps = np.diff(np.asarray(weights, dtype=np.float64), axis=1)
    drawn = np.random.default_rng(seed).standard_normal(steps.shape)
    drawn *= np.linalg.norm(steps, axis=-1, keepdims=True) / np.linalg.norm(drawn, axis=-1, keepdims=True)
    first = np.asarray(weights[:, :1], dtype=np.float64)
    return np.concatenate([first, first + np.cumsum(drawn, axis=1)], axis=1)


@lru_cache(maxsize=2)
def kernels_of(run: Run, walk: bool = False) -> Array:
    """``K/n (S, T, N, N)`` at the snapshots of a run, or of a walk with the step norms of each seed."""
    # Other seeds of the run, other directions.
    weights = random_directions(run.snapshots, SEED + run.description.seeds[0]) if walk else run.snapshots
    examples = len(run.description.task.data(run.description.seeds[0]).train_inputs)
    return tangent_kernels(run.description, weights) / examples


@lru_cache(maxsize=2)
def _moves_of(run: Run, walk: bool) -> Moves:
    return kernel_moves(kernels_of(run, walk))


def kernel_series(run: Run, walk: bool = False, position: int = 1) -> Mapping[str, Array]:
    """Each variant at the record steps of a run ``(S, R)``: the last interval between snapshots before each.

    With ``walk``, of a walk with the step norms of each seed in its place.

    Raises:
        ValueError: the snapshots of the run do not lie at its record steps, or its task has classes.
    """
    kept = list(run.snapshot_steps)
    missing = [int(step) for step in run.record_steps if step not in kept]
    if missing or not kept:
        raise ValueError(
            f"kernel_series: no snapshots at the records {missing or 'of this run'}; keep them there"
        )
    rate = run.description.optimizer.learning_rate
    series = kernel_adiabatic(_moves_of(run, walk), kept[1] - kept[0], rate, position)
    at = np.searchsorted(run.snapshot_steps, run.record_steps) - 1
    return {name: values[:, at] for name, values in series.items()}
