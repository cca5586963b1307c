"""What weight decay did to the weights within a row of the window, and what the optimizer's own steps did.

A row is an update over several optimizer steps, of which only the first and the last weights are kept. With
decoupled decay, ``θ ← (1 − η_s ω_s) θ − (step of the optimizer)_s``, the row splits exactly, whatever the steps were:

    ``θ_b − θ_a = (Π_s (1 − η_s ω_s) − 1) θ_a + gradient part``

The decay part is what decay alone would have made of the weights at the start of the row. The gradient part is what
the steps within the row brought, each shrunk by the decay that followed. For a row of one step it is the split
``−ηωθ`` and rest that :func:`..recorder.decay.update_split` makes. The source's scripts instead put the decay part at
``−ηω`` times the trapezoid of θ over the row, which also counts as decay how the row's own steps shrink; the two
differ, for rows of n steps, by at most ``nηω`` times the path that the steps made, and ``(nηω)²‖θ_a‖``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..description import RunDescription
from ..optimizers import SGD, AdamW
from .modes import Modes

Array = npt.NDArray[np.float64]


class Parts(NamedTuple):
    """Of W rows along m directions, each ``(S, m, W)`` (θ); ``total = gradient + decay``."""

    total: Array
    gradient: Array
    decay: Array

    @property
    def share(self) -> Array:
        """The newest row's ``|gradient|/(|gradient| + |decay|)``, ``(S, m)``; NaN where nothing moved."""
        gradient, decay = np.abs(self.gradient[..., -1]), np.abs(self.decay[..., -1])
        return _share(gradient, decay)

    @property
    def energy_share(self) -> Array:
        """``Σ gradient²/(Σ gradient² + Σ decay²)`` over the rows, ``(S, m)``: the source's share; NaN as above."""
        return _share(np.sum(self.gradient**2, axis=-1), np.sum(self.decay**2, axis=-1))


def _share(part: Array, other: Array) -> Array:
    whole = part + other
    return np.asarray(np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0))


def shrinkage(description: RunDescription, first: int, last: int) -> float:
    """``Π (1 − η_s ω_s)`` over the optimizer steps ``first`` … ``last`` − 1.

    Raises:
        ValueError: the optimizer's decay is no part of the update by itself, or goes by different learning rates.
    """
    optimizer = description.optimizer
    apart = type(optimizer) is AdamW or (
        isinstance(optimizer, SGD) and (optimizer.decoupled or not optimizer.momentum)
    )
    if not apart:
        raise ValueError(
            f"update_parts: {type(optimizer).__name__} does not shrink all weights alike and apart from the gradient; "
            "use a run with AdamW, or with SGD and decoupled decay"
        )
    rate, decay = optimizer.learning_rate, optimizer.weight_decay
    factors = [
        1 - rate * description.schedule.factor(step) * decay * description.decay_schedule.factor(step)
        for step in range(first, last)
    ]
    return float(np.prod(factors))


def update_parts(description: RunDescription, modes: Modes, v: Array) -> Parts:
    """Split every row of the window along directions.

    Args:
        description: of the run that the window is from.
        modes: the window.
        v: directions ``(S, m, p)``.

    Raises:
        ValueError: the optimizer's decay is no part of the update by itself.
    """
    first = modes.steps[:, None] - modes.stride * np.arange(modes.window, 0, -1)  # (S, W)
    factor = np.array([[shrinkage(description, int(a), int(a) + modes.stride) for a in row] for row in first])
    decay = np.einsum("smp,swp->smw", v, modes.before) * (factor - 1)[:, None]
    total = np.einsum("smp,swp->smw", v, modes.rows)
    return Parts(total, total - decay, decay)
