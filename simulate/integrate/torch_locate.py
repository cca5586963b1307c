"""Where, within a step, events take place: many crossings at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from .torch_step import Stepper

EPS = float(np.finfo(np.float64).eps)

# Each third trial halves what is left, so that this many would do for any crossing: 53 bits, three times.
TRIALS = 160


def located(
    stepper: Stepper,
    value: Callable[[Tensor, Tensor], Tensor],
    begin: tuple[Tensor, Tensor, Tensor],
    end: tuple[Tensor, Tensor],
    values: tuple[Tensor, Tensor],
) -> tuple[Tensor, Tensor]:
    """Times ``(K,)`` and states ``(n, K)`` of K crossings, by false position (Illinois) and halving.

    The state at a trial time is the end of a step from the beginning of this one, so that it has the error of one.

    Args:
        stepper: the method, for these K.
        value: what crosses zero, of times and states.
        begin: times, states and slopes at the beginning of each step.
        end: times and states at its end.
        values: what crosses zero, at the beginning and at the end; of opposite sign, or zero at the end.
    """
    start, state_there, slope = begin
    low, high = start.clone(), end[0].clone()
    below, above = values
    time, state = high.clone(), end[1]
    done = above == 0
    for trial in range(TRIALS):
        between = high - above * (high - low) / (above - below)
        inside = ((between - low) * (between - high) < 0) & (trial % 3 != 2)
        guess = torch.where(inside, between, (low + high) / 2)
        found, _ = stepper.step(start, state_there, guess - start, slope)
        now = value(guess, found)
        time, state = torch.where(done, time, guess), torch.where(done, state, found)
        # A NaN here would be a step that cannot be taken, although a longer one could.
        done = done | (now == 0) | ((high - low).abs() <= 4 * EPS * torch.maximum(low.abs(), high.abs()))
        if bool(done.all()):
            break
        same = torch.sign(now) == torch.sign(below)
        above = torch.where(same, above / 2 if trial % 3 == 0 else above, now)
        below = torch.where(same, now, below)
        low, high = torch.where(same, guess, low), torch.where(same, high, guess)
    return time, state
