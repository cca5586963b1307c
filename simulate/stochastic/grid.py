"""The steps of a simulation: as long as asked for, and cut so that they end at every wanted time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .job import Array, Integers


@dataclass(frozen=True, eq=False)
class Grid:
    """K steps of ``lengths (K,)`` between ``joints (K + 1,)``; ``slots (K + 1,)`` has the number of each joint among
    the ``wanted (T,)`` times, or −1.
    """

    wanted: Array
    joints: Array
    lengths: Array
    slots: Integers


def grid(span: tuple[float, float], at: npt.ArrayLike | None, steps: int) -> Grid:
    """Between two wanted times all steps are equal, and none is longer than a ``steps``-th of the span.

    Raises:
        ValueError: ``span`` is no interval, ``at`` does not run along it, or ``steps`` is below one.
    """
    first, last = map(float, span)
    if not (math.isfinite(first) and math.isfinite(last) and first < last):
        raise ValueError(f"span={span}; give two finite times, the first one first")
    if steps < 1:
        raise ValueError(f"steps={steps}; give at least 1")
    wanted = np.array([first, last]) if at is None else np.asarray(at, dtype=np.float64)
    if wanted.ndim != 1 or not wanted.size or np.any(np.diff(wanted) <= 0):
        raise ValueError(f"at={at!r}; give times in rising order, each once")
    if wanted[0] < first or wanted[-1] > last:
        raise ValueError(f"at={at!r}; give times from {first} to {last}")
    ends = np.unique(np.concatenate([[first], wanted, [last]]))
    joints, slots = [ends[:1]], [_slot(wanted, ends[0])]
    for low, high in pairwise(ends):
        # The small number keeps rounding from adding a step to a whole number of them.
        number = max(1, math.ceil(steps * (high - low) / (last - first) * (1 - 1e-12)))
        joints.append(low + (high - low) * np.arange(1, number + 1) / number)
        joints[-1][-1] = high
        slots += [-1] * (number - 1) + [_slot(wanted, high)]
    every = np.concatenate(joints)
    lengths = np.concatenate(
        [np.full(len(part), (part[-1] - before[-1]) / len(part)) for before, part in pairwise(joints)]
    )
    return Grid(wanted, every, lengths, np.array(slots, dtype=np.int64))


def _slot(wanted: Array, time: float) -> int:
    place = int(np.searchsorted(wanted, time))
    return place if place < len(wanted) and wanted[place] == time else -1
