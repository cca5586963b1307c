"""Where, within one step, events take place: to the tolerance of the integration, not of the interpolant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from .event import CompiledEvents

Array = npt.NDArray[np.float64]
Place = tuple[float, Array]
"""A time, and the states there ``(n,)``."""

EPS = float(np.finfo(np.float64).eps)
TINY = float(
    np.finfo(np.float64).tiny
)  # brentq wants an absolute tolerance above zero; the relative one decides

# Each correction squares the error of the interpolant, 4e-8 where it was seen at its worst; the second is there
# for flows that are worse.
CORRECTIONS = 3


def locate(
    events: CompiledEvents,
    parameters: Array,
    before: Place,
    after: Place,
    interpolant: Callable[[], Callable[[float], Array]],
    state_at: Callable[[float, Array, float], Array],
    slope: Callable[[float, Array], Array],
) -> tuple[list[tuple[int, Place]], bool]:
    """Events within a step, in the order of time up to the first terminal one, and whether there was one.

    The interpolant, made only if it is needed, gives a first place. Newton's method then corrects it with states
    that are themselves ends of steps from ``before`` (``state_at``), so that the error of the interpolant does not
    remain in it.
    """
    first, last = (events.evaluate(t, y, parameters) for t, y in (before, after))
    found = []
    for event in map(int, np.flatnonzero(events.crossed(first, last))):
        time = after[0]
        if last[event] != 0:
            between = interpolant()
            ends = {before[0]: first[event], after[0]: last[event]}

            def value(t: float, event: int = event, between: Any = between, ends: Any = ends) -> float:
                at = ends[t] if t in ends else events.evaluate(t, between(t), parameters)[event]
                return float(at)

            time = float(brentq(value, before[0], after[0], xtol=TINY, rtol=4 * EPS))
        found.append((event, _corrected(events, event, parameters, before, after, time, state_at, slope)))
    direction = np.sign(after[0] - before[0])
    found.sort(key=lambda one: float(direction * one[1][0]))
    for number, (event, _) in enumerate(found):
        if events.events[event].terminal:
            return found[: number + 1], True
    return found, False


def _corrected(
    events: CompiledEvents,
    event: int,
    parameters: Array,
    before: Place,
    after: Place,
    time: float,
    state_at: Callable[[float, Array, float], Array],
    slope: Callable[[float, Array], Array],
) -> Place:
    low, high = sorted((before[0], after[0]))
    state = after[1] if time == after[0] else state_at(*before, time)
    for _ in range(CORRECTIONS):
        value = events.evaluate(time, state, parameters)[event]
        rate = events.rates(time, state, parameters, slope(time, state))[event]
        if value == 0 or not np.isfinite(rate) or rate == 0:
            break
        better = float(np.clip(time - value / rate, low, high))
        if abs(better - time) <= 2 * np.spacing(abs(time)):
            break
        time, state = better, state_at(*before, better)
    return time, state
