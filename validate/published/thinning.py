"""Curves with fewer points that look the same, so that figures can be committed with the sources."""

from __future__ import annotations

import math
from dataclasses import replace

from ..evidence import Curve, Figure

BINS = 60
"""Stretches of a curve of which the lowest and the highest point are kept. A figure is 46 rem wide, so that two
points in each of 60 stretches are about six pixels apart. No source: looked at."""
POINTS = 1000
"""Single points that are kept, evenly picked: more than all seeds and replicates of a check. No source."""
DIGITS = 6
"""Significant digits of a point: finer than a thousandth of a pixel."""


def thinned(figure: Figure) -> Figure:
    """The figure with at most ``2 * BINS + 2`` points to a line, each with :data:`DIGITS` digits.

    Points are left out, never moved or averaged: of each stretch of a long line the lowest and the highest
    stay, and so do both ends and all holes that are wider than a stretch. Of single points those that are no
    number go, since nothing is drawn there, and at most :data:`POINTS` stay.
    """
    return replace(figure, curves=tuple(_thin(curve) for curve in figure.curves))


def _thin(curve: Curve) -> Curve:
    kept = _picked(curve.y) if curve.style == "points" else _kept(curve.y)
    return replace(
        curve, x=tuple(_rounded(curve.x[i]) for i in kept), y=tuple(_rounded(curve.y[i]) for i in kept)
    )


def _kept(y: tuple[float, ...]) -> list[int]:
    number = len(y)
    if number <= 2 * BINS + 2:
        return list(range(number))
    kept = {0, number - 1}
    for part in range(BINS):
        here = range(part * number // BINS, (part + 1) * number // BINS)
        known = [i for i in here if math.isfinite(y[i])]
        # Where nothing is known, one point that is no number keeps the hole in the line.
        kept |= {min(known, key=y.__getitem__), max(known, key=y.__getitem__)} if known else {here[0]}
    return sorted(kept)


def _picked(y: tuple[float, ...]) -> list[int]:
    # A curve needs one point, if only to say that it has none.
    known = [i for i, number in enumerate(y) if math.isfinite(number)] or [0]
    if len(known) <= POINTS:
        return known
    return [known[i * (len(known) - 1) // (POINTS - 1)] for i in range(POINTS)]


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
