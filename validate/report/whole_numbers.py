"""Curves over whole numbers, such as positions and directions: ticks at them, whole steps, points side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ..evidence import Curve, Figure

Floats: TypeAlias = NDArray[np.float64]

FEW_PLACES = 12
"""Places at which points of several names are set side by side; at more they seldom meet. No source: looked at."""
ROOM = 0.5
"""Of the distance between two whole numbers, what the points at one of them take up."""


def are_whole(values: Sequence[float] | Floats) -> bool:
    """Whether all finite values are whole numbers, and there is any."""
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    return bool(known.size) and bool(np.all(known == np.round(known)))


def side_by_side(figure: Figure) -> Mapping[tuple[str, str], float]:
    """How far to the right the points of each (role, label) are drawn of where they are, so that none hides another.

    Only where the points of several names stand at a few whole numbers; the data of the figure stay as they are.
    """
    points = [curve for curve in figure.curves if curve.style == "points"]
    names = list(dict.fromkeys((curve.role, curve.label) for curve in points))
    places = {x for curve in points for x in curve.x}
    if figure.log_x or len(names) < 2 or len(places) > FEW_PLACES or not are_whole(sorted(places)):
        return {}
    shifts = np.linspace(-ROOM / 2, ROOM / 2, len(names))
    return dict(zip(names, map(float, shifts), strict=True))


def stepped(curve: Curve) -> tuple[Floats, Floats, str]:
    """x, y and matplotlib's drawing style of a curve in steps.

    A share at each whole number is a bar around it, also at the ends; a share of all values up to x rises at x.
    """
    x, y = np.asarray(curve.x, float), np.asarray(curve.y, float)
    if not are_whole(x):
        return x, y, "steps-post"
    return np.concatenate([[x[0] - 0.5], x, [x[-1] + 0.5]]), np.concatenate([y[:1], y, y[-1:]]), "steps-mid"


def tick_at_whole_numbers(axis: Axis, values: Sequence[Sequence[float]]) -> None:
    """No ticks between whole numbers on an axis that has nothing else."""
    if are_whole([one for curve in values for one in curve]):
        axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, nbins="auto", steps=[1, 2, 5, 10]))
