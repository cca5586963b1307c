"""Runs in which everything is planted: updates are chosen, and windows and spectra follow from them.

Updates of one seed are rows in its own space of :data:`WIDTH` dimensions; coordinates do not matter, as nothing
that is judged depends on more than inner products.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ...simulate.description import SERIES, Recording, RunDescription
from ...simulate.networks import QuadraticTwoLayer
from ...simulate.optimizers import AdamW
from ...simulate.provenance import Provenance
from ...simulate.run import Run
from ...simulate.spectrum import singular_values
from ...simulate.tasks import ModularAddition, ModularArithmetic, TaskSwitch
from ..nulls import blocks

Array = npt.NDArray[np.float64]

SEEDS, WINDOW, STRIDE = 24, 10, 10
"""Those of the standard profile."""
RECORDS = 30
"""Windows in a run, about as many as there are up to grokking in the standard profile."""
REPLICATES = 96
"""Of each null model: those of the standard profile."""

_BY_HAND = Provenance(
    python="", torch="", numpy="", device="cpu", device_name="", threads=1, commit="planted", dirty=False,
    sources="", started_at="", wall_seconds=0.0,
)  # fmt: skip


def described(
    records: int = RECORDS, stride: int = STRIDE, switch_at: int = 0, modulus: int = 7, width: int = 24
) -> RunDescription:
    """The network that a planted run pretends to be, recorded as in the standard profile; it has 504 weights.

    It has no weight decay: with decay, optimizer noise is for a long while no more than the first weights'
    shrinking, one mode, and no planted gap could be told from it.
    """
    first = ModularAddition(modulus=modulus, train_share=0.6)
    task: ModularAddition | TaskSwitch = first
    if switch_at:
        task = TaskSwitch(first, ModularArithmetic("a-b", modulus=modulus, train_share=0.6), switch_at)
    return RunDescription(
        task=task,
        network=QuadraticTwoLayer(width=width),
        optimizer=AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=0.0),
        steps=(WINDOW + records) * stride,
        seeds=tuple(range(SEEDS)),
        recording=Recording(WINDOW, stride),
        evaluate_every=10,
    )


WIDTH = described().recorded_length
"""Dimensions of the space of updates: the weights of :func:`described`."""


def planted_run(description: RunDescription, inner: Array, accuracies: Mapping[str, Array]) -> Run:
    """A run with these updates and accuracies; all losses and norms are zero.

    Args:
        description: from :func:`described`.
        inner: inner products ``(S, T, T)`` of all its updates.
        accuracies: ``(S, E)`` or ``(E,)`` by the name of a series; zero where none is given.

    Raises:
        ValueError: shapes do not fit the description, or a series is unknown.
    """
    windows = blocks(inner, WINDOW + 1)
    sigma, resolved = singular_values(windows[..., 1:, 1:], description.recorded_length)
    flat = np.zeros((len(description.seeds), len(description.evaluation_steps)))
    unknown = sorted(set(accuracies) - set(description.series))
    if unknown:
        raise ValueError(
            f"no series is called {', '.join(unknown)}; there are {', '.join(description.series)}"
        )
    series = {
        name: np.broadcast_to(accuracies.get(name, 0.0), flat.shape).copy() for name in description.series
    }
    return Run(
        description=description,
        provenance=_BY_HAND,
        evaluation_steps=np.array(description.evaluation_steps),
        **{name: series.pop(name) for name in SERIES},
        probes=series,
        record_steps=np.array(description.record_steps),
        inner=windows,
        weight_rounding=np.zeros(windows.shape[:2]),
        sigma=sigma,
        resolved=resolved,
        kept_rows={},
        final_weights=np.zeros((len(flat), description.recorded_length), dtype=np.float32),
        diverged=np.full(len(flat), -1),
    )


def products(updates: Array) -> Array:
    """All inner products ``(S, T, T)`` of ``updates (S, T, d)``."""
    found: Array = updates @ updates.transpose(0, 2, 1)
    return found


def noise(draw: np.random.Generator, rows: int, seeds: int = SEEDS) -> Array:
    """White updates ``(S, rows, WIDTH)`` of norm about 1."""
    drawn = draw.standard_normal((seeds, rows, WIDTH), dtype=np.float32).astype(np.float64)
    updates: Array = drawn / np.sqrt(WIDTH)
    return updates


def modes(draw: np.random.Generator, rows: int, sizes: Array) -> Array:
    """White updates, and in ``sizes (S, rows, d)`` how far each goes along each of the first d directions.

    Every update goes the same way along the first direction, and to and fro along the second; along the others
    the sign is drawn.
    """
    seeds, _, count = sizes.shape
    updates = noise(draw, rows, seeds)
    signs = draw.choice((-1.0, 1.0), size=sizes.shape)
    signs[..., 0] = 1.0
    signs[..., 1:2] = (-1.0) ** np.arange(rows)[:, None]
    updates[..., :count] += signs * sizes
    return updates
