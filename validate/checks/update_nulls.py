"""Null models for the updates of a run, trajectory by trajectory: each imitates one seed for as long as it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ...simulate.description import Recording, RunDescription
from ...simulate.optimizers import SGD
from ..check import NULL_SEED
from ..nulls import noise_products
from ..nulls.rotated import direction_products
from ..nulls.smooth import MODES, smooth_products
from ..nulls.white import white_products
from ..updates import Updates

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

WALK = "random walk with the run's own step norms"
NOISE = "optimizer noise"
SMOOTH = "smooth trajectory"
SHUFFLED = "the run's own updates, shuffled"
WHITE = "white noise"

FEW = 8
"""Most replicates where several optimizers are imitated, or one step by step: eight of eight, or none, can decide
(intervals from 0.63 and to 0.37). A choice of time; no source."""

DRAWN = (WALK, NOISE, SMOOTH, WHITE)
"""Those that need no product of two of the run's own updates."""


def null_updates(
    updates: Updates,
    description: RunDescription,
    replicates: int,
    names: Sequence[str],
    seed: int = NULL_SEED,
) -> dict[str, Updates]:
    """The null models of ``names``, each ``replicates`` times; of nothing where no seed counts.

    Replicate i imitates a seed that counts, in turn: it has as many rows that count.

    Args:
        updates: of the run, with the rows that count; of the weights that the run records.
        description: of the run; its optimizer makes the noise.
        replicates: N.
        names: of :data:`WALK`, :data:`NOISE`, :data:`SMOOTH`, :data:`SHUFFLED`, :data:`WHITE`.
        seed: of the draws.
    """
    known = updates.known()
    if not len(known):
        nothing = replace(
            updates,
            units=(),
            products=updates.products[:0],
            rounding=updates.rounding[:0],
            rows=updates.rows[:0],
        )
        return dict.fromkeys(names, nothing)
    sources = known[np.arange(replicates) % len(known)]
    rows = updates.rows[sources]
    made = {
        WALK: lambda: _made(updates, rows, _walk(updates, sources, seed)),
        NOISE: lambda: _made(updates, rows, _optimizer_noise(updates, description, sources, seed)),
        SMOOTH: lambda: _smooth(updates, rows, seed),
        SHUFFLED: lambda: _made(updates, rows, _shuffled(updates, sources, seed)),
        WHITE: lambda: _made(updates, rows, _white(updates, description, replicates, seed)),
    }
    return {name: made[name]() for name in names}


def side_by_side(arms: Mapping[str, Updates]) -> dict[str, Updates]:
    """Null models of several arms with equally many replicates: none, where one of the arms has nothing to imitate."""
    fewest = min(len(one.units) for one in arms.values())
    return {arm: one.only(one.units[:fewest]) for arm, one in arms.items()}


def _made(updates: Updates, rows: Places, products: Array) -> Updates:
    return replace(
        updates,
        units=tuple(range(len(products))),
        products=products,
        rounding=np.zeros(products.shape[:2]),
        rows=np.minimum(rows, products.shape[1]),
    )


def _walk(updates: Updates, sources: Places, seed: int) -> Array:
    """Each update as long as the run's, in a direction of its own: uniform, drawn by its inner products."""
    rows = int(updates.rows[sources].max())
    norms = np.sqrt(np.diagonal(updates.products, axis1=1, axis2=2))[sources, :rows]
    drawn = (
        direction_products(rows, updates.length, np.random.default_rng([seed, i]))
        for i in range(len(sources))
    )
    return np.stack([cosines * np.outer(n, n) for cosines, n in zip(drawn, norms, strict=True)])


def _shuffled(updates: Updates, sources: Places, seed: int) -> Array:
    """The updates of one seed that count, in random order: the same vectors, and no history."""
    products = updates.products[sources]
    for i, rows in enumerate(updates.rows[sources]):
        order = np.arange(products.shape[1])
        order[:rows] = np.random.default_rng([seed, i]).permutation(rows)
        products[i] = products[i][np.ix_(order, order)]
    return products


def _smooth(updates: Updates, rows: Places, seed: int) -> Updates:
    """Gradient flow on a quadratic loss, its whole course in as many updates as count in the middle seed."""
    middle = int(np.quantile(rows, 0.5, method="inverted_cdf"))
    made = _made(updates, np.full(len(rows), middle), smooth_products(middle, len(rows), seed))
    return replace(made, length=MODES)


def _white(updates: Updates, description: RunDescription, replicates: int, seed: int) -> Array:
    rows = description.steps // updates.stride
    made = white_updates(updates.length, rows, replicates, seed)
    return made[:, : updates.products.shape[1], : updates.products.shape[1]]


def _optimizer_noise(updates: Updates, description: RunDescription, sources: Places, seed: int) -> Array:
    """White gradients through the run's optimizer, from its first weights on.

    What does not divide by the size of a gradient (plain descent, with momentum or without) gets noise of the
    size that makes the middle update as long as the run's; beside it stands the decay, as in the run.
    """
    middle = None
    if isinstance(description.optimizer, SGD):
        squares = np.diagonal(updates.products, axis1=1, axis2=2)
        counted = np.arange(squares.shape[1]) < updates.rows[:, None]
        middle = float(np.sqrt(np.median(squares[counted & np.isfinite(squares)])))
    made = noise_updates(description, updates.stride, len(sources), seed, middle)
    return made[:, : updates.products.shape[1], : updates.products.shape[1]]


@lru_cache(maxsize=8)
def white_updates(length: int, rows: int, replicates: int, seed: int) -> Array:
    """White noise as inner products ``(N, rows, rows)``, drawn once for all checks; fewer rows are its first ones."""
    return white_products(length, rows, replicates, seed)


@lru_cache(maxsize=8)
def noise_updates(
    description: RunDescription, stride: int, replicates: int, seed: int, middle: float | None = None
) -> Array:
    """Optimizer noise as inner products ``(N, T, T)`` of all updates of a run, drawn once for all checks.

    Its first rows do not know how many follow: who needs fewer takes those.

    Args:
        description: of the run.
        stride: steps of an update.
        replicates: N.
        seed: of the gradients.
        middle: the norm (θ) that the middle update is to have; None for gradients of variance 1.
    """
    weights = ("*",) if description.recording is None else description.recording.weights
    recording = Recording(window=2, stride=stride, weights=weights)
    steps = max(description.steps, recording.first_step)
    described, rows = replace(description, recording=recording, snapshots=None, steps=steps), steps // stride
    size = 1.0
    if middle is not None:
        trial = noise_products(described, rows, 1, seed)
        size = middle / float(np.sqrt(np.median(np.diagonal(trial[0]))))
    return noise_products(described, rows, replicates, seed, size)
