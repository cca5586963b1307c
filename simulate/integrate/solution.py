"""What integration gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .outcome import Outcome

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Hits:
    """Where one event took place: ``t (K,)``, ``y (n, K)``, in the order of time within each trajectory.

    ``trajectory (K,)`` counts trajectories through the axes of the ensemble in C order; it is 0 without one.
    """

    t: Array
    y: Array
    trajectory: Integers


@dataclass(frozen=True, eq=False)
class Dense:
    """The solution between the wanted times: ``dense(t (M,))`` has shape ``(n, M, B...)``.

    Interpolation of explicit methods is not bound by the tolerances: DOP853 at rtol 1e-10 was seen to be off by
    4e-8 between two steps. So ``error (n, B...)`` says, in the unit of each state, by how much: the largest
    difference found, in any step, between the interpolant and a step that ends there. Backends ``native`` and ``torch``
    take such a step for each time asked for instead; there it is what the tolerances allow one step. The solution is NaN
    outside the times that a trajectory reached.
    """

    _evaluate: Callable[[Array], Array]
    error: Array

    def __call__(self, t: npt.ArrayLike) -> Array:
        """States at times ``t``: a number gives ``(n, B...)``, an array of M ``(n, M, B...)``."""
        times = np.asarray(t, dtype=np.float64)
        found = self._evaluate(np.atleast_1d(times))
        return found if times.ndim else found[:, 0]


@dataclass(frozen=True, eq=False)
class Solution:
    """Trajectories at the times ``t (T,)``: ``y (n, T)``, or ``(n, T, B...)`` for an ensemble with axes ``B...``.

    After the time at which a trajectory stopped, its ``y`` is NaN. ``outcomes``, ``stop_t``, ``evaluations`` and
    ``steps`` have shape ``(B...)``, ``stop_y`` has ``(n, B...)``: how, when and in which state each trajectory
    ended, how often the right-hand side was evaluated for it, and in how many steps. ``message`` tells of the first
    trajectory that ended worst. ``events`` has one entry for each event asked for, by name. ``sensitivities`` has
    one entry for each parameter or state asked for: the derivative of ``y`` by that parameter, or by the initial
    value of that state, in the shape of ``y``.
    """

    t: Array
    y: Array
    outcomes: Integers
    stop_t: Array
    stop_y: Array
    evaluations: Integers
    steps: Integers
    message: str
    backend: str
    method: str
    events: Mapping[str, Hits] = field(default_factory=dict)
    dense: Dense | None = None
    sensitivities: Mapping[str, Array] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of all trajectories; that of the trajectory if there is one."""
        return Outcome(int(np.max(self.outcomes, initial=0)))

    @property
    def succeeded(self) -> bool:
        """Whether every trajectory reached the end or an event that was to stop it."""
        return self.outcome <= Outcome.EVENT
