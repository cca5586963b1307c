"""The solution of many trajectories between the ends of their steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch

from .tableau import Tableau
from .torch_lowering import TensorProgram
from .torch_step import Stepper

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Steps:
    """All accepted steps of B trajectories, one list entry each: where it begins, its length, its state there."""

    begins: list[Array]
    lengths: list[Array]
    states: list[Array]


def steps_of(taken: Sequence[tuple[Array, ...]], states: int, count: int, sign: float) -> Steps:
    """Sort steps, kept round by round as (trajectories, begins, lengths, states), by trajectory and time."""
    empty = (np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros((states, 0)))
    who, begin, length, state = (np.concatenate(part, axis=-1) for part in zip(empty, *taken, strict=True))
    order = np.lexsort((sign * begin, who))
    ends = np.searchsorted(who[order], np.arange(count + 1))
    mine = [order[a:b] for a, b in pairwise(ends)]
    return Steps([begin[i] for i in mine], [length[i] for i in mine], [state[:, i] for i in mine])


@dataclass(frozen=True, eq=False)
class Between:
    """Called with times ``(M,)`` gives states ``(n, M, B)``, NaN where a trajectory has not been.

    Each value is the end of a shorter step, from the last end of a step before it: it has the error of a step.
    """

    steps: Steps
    rhs: TensorProgram
    tableau: Tableau
    parameters: torch.Tensor
    first: float
    stops: Array
    sign: float

    def __call__(self, t: Array) -> Array:
        """States at times ``t``."""
        count, sign = len(self.steps.begins), self.sign
        n = self.steps.states[0].shape[0] if count else 0
        found = np.full((n, len(t), count), np.nan)
        begin, state, place = [], [], []
        for i in range(count):
            at = np.flatnonzero((sign * t >= sign * self.first) & (sign * t <= sign * self.stops[i]))
            if not self.steps.begins[i].size:
                continue
            step = np.searchsorted(sign * self.steps.begins[i], sign * t[at], side="right") - 1
            begin.append(self.steps.begins[i][step])
            state.append(self.steps.states[i][:, step])
            place += [(k, i) for k in at]
        if not place:
            return found
        k, i = np.array(place).T
        device = self.parameters.device
        with torch.no_grad():
            p = self.parameters[:, torch.as_tensor(i, device=device)]
            stepper = Stepper(self.tableau, lambda t, y: self.rhs(t, y, p))
            t0, y0 = (torch.tensor(np.concatenate(x, axis=-1), device=device) for x in (begin, state))
            h = torch.tensor(t[k], device=device) - t0
            new, _ = stepper.step(t0, y0, h, stepper.slope(t0, y0))
        found[:, k, i] = new.cpu().numpy()
        return found
