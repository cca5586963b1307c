"""Names of curves beside their ends, in the order in which the curves end there: no eye has to travel to a legend."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style

MOST = 6
"""Names that are set beside the ends; more stand below. No source: looked at."""
WIDE = 19
"""Letters to a line of a name: at most a third of the figure's width."""
COLUMN = 32
"""Letters to a line of a name below the axes: half of the figure's width."""
LINE_INCHES = 0.17
"""Height of a line of a name below the axes."""
LINE = 0.055
"""Height of a line of text, as a share of that of the axes (:data:`.style.SIZE`, less what is below them)."""
SPACE = 0.03
"""Between two names, as a share of the height of the axes."""


@dataclass(frozen=True)
class Named:
    """A curve's name with its lines as drawn, and the place where it ends, as a share of the axes' height."""

    text: str
    look: Line2D
    end: float
    is_band: bool = False

    @property
    def lines(self) -> list[str]:
        """The name as it is set."""
        return textwrap.wrap(self.text, WIDE, break_long_words=False) or [""]

    @property
    def height(self) -> float:
        """As a share of the height of the axes."""
        return LINE * len(self.lines)


def end_height(axes: Axes, lines: Sequence[Line2D]) -> float:
    """Where curves of one name end, as a share of the axes' height: the middle of their last points."""
    ends = []
    for line in lines:
        points = np.column_stack([np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)])
        known = points[np.isfinite(points).all(axis=1)]
        if len(known):
            ends.append(axes.transAxes.inverted().transform(axes.transData.transform(known[-1]))[1])
    finite = [end for end in ends if np.isfinite(end)]
    return float(np.clip(np.median(finite), 0.0, 1.0)) if finite else 0.5


def spread(names: Sequence[Named]) -> list[float] | None:
    """The middle of each name, from the top down, none over another; None where they do not fit.

    ``names`` are sorted by where they end, highest first.
    """
    if len(names) > MOST or sum(n.height for n in names) + SPACE * (len(names) - 1) > 1.0:
        return None
    places: list[float] = []
    top = 1.0
    for name in names:
        middle = min(name.end, top - name.height / 2)
        places.append(middle)
        top = middle - name.height / 2 - SPACE
    # What sticks out below pushes up what is above it.
    bottom = 0.0
    for number in range(len(names) - 1, -1, -1):
        half = names[number].height / 2
        places[number] = max(places[number], bottom + half)
        bottom = places[number] + half + SPACE
    return places


def set_names(axes: Axes, names: Sequence[Named]) -> bool:
    """Write the names to the right of ``axes``, each behind a piece of its line; False where they do not fit."""
    ordered = sorted(names, key=lambda name: -name.end)
    places = spread(ordered)
    if places is None:
        return False
    for name, place in zip(ordered, places, strict=True):
        piece = Line2D([1.02, 1.0475, 1.075], [place] * 3)
        piece.update_from(name.look)
        # Points have no line: one of them. A line with marks shows one mark in its middle.
        piece.set(transform=axes.transAxes, clip_on=False, markevery=[1], label="_", drawstyle="default")
        if name.is_band:
            piece.set(linewidth=9.0, alpha=style.BAND, linestyle="-", solid_capstyle="butt")
        axes.add_artist(piece)
        axes.text(
            1.09, place, style.drawn("\n".join(name.lines)), transform=axes.transAxes, va="center", ha="left",
            fontsize="small", linespacing=1.05,
        )  # fmt: skip
    return True


def below_axes(canvas: Figure, names: Sequence[Named]) -> None:
    """Write the names below the axes, in two columns, where they hide no data and a narrow screen still shows them."""
    handles, labels = [], []
    for name in names:
        piece = Line2D([], [])
        piece.update_from(name.look)
        # A handle has room of its own, in the legend's coordinates.
        piece.set(transform=None, markevery=None)
        if name.is_band:
            piece.set(linewidth=9.0, alpha=style.BAND, linestyle="-", solid_capstyle="butt")
        handles.append(piece)
        labels.append(style.drawn("\n".join(textwrap.wrap(name.text, COLUMN, break_long_words=False))))
    columns = (labels[: (len(labels) + 1) // 2], labels[(len(labels) + 1) // 2 :])
    lines = max(sum(1 + label.count("\n") for label in column) for column in columns)
    # What the names take is no loss of the axes.
    canvas.set_figheight(style.SIZE[1] + LINE_INCHES * max(0, lines - 1))
    canvas.legend(handles, labels, loc="outside lower center", ncols=min(len(names), 2), handlelength=2.6)
