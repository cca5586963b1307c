"""One look for all figures. A curve's role decides its colour and dash, the same in every figure.

The colours are those of Okabe and Ito (*Color Universal Design*, 2008), which people with any of the
common colour vision deficiencies can tell apart; the dash says the same a second time, for print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INK = "#1b1f23"
GRID = "#d5dae0"


@dataclass(frozen=True)
class RoleStyle:
    """How curves of one role look.

    ``shades`` are used in turn for different labels of the same role; ``dark`` are their counterparts
    on a dark page. ``dash`` is matplotlib's line style, ``marker`` is for single points.
    """

    shades: tuple[str, ...]
    dark: tuple[str, ...]
    dash: str | tuple[int, tuple[float, ...]]
    width: float
    marker: str
    meaning: str


ROLES: Mapping[str, RoleStyle] = {
    "data": RoleStyle(
        ("#0072b2", "#009e73", "#56b4e9", "#1f4e79", "#6abf9f"),
        ("#5ab4ec", "#3fc9a0", "#a6d8f5", "#8fb6e0", "#b2e5d2"),
        "-",
        1.5,
        "o",
        "measured",
    ),
    "null": RoleStyle(
        ("#d55e00", "#e69f00", "#8c3b00", "#a67c00", "#f08a4b"),
        ("#ff8f40", "#ffc24d", "#d98a5b", "#d9b64d", "#ffb58a"),
        (0, (5, 2)),
        1.4,
        "s",
        "null model",
    ),
    "theory": RoleStyle(
        ("#2b3137", "#6b7178", "#4a5058", "#8a9097"),
        ("#f2f4f6", "#aab2ba", "#c8ced4", "#8d959d"),
        (0, (7, 2, 1.5, 2)),
        1.5,
        "^",
        "theory",
    ),
    "threshold": RoleStyle(
        ("#a3447f", "#cc79a7", "#7f3564"),
        ("#e59cc4", "#f0c0da", "#d383b0"),
        (0, (1.5, 2)),
        1.6,
        "D",
        "threshold",
    ),
}

# Inches. The page shows figures at most this wide; a phone shows them at about half of it, where the
# smallest text is then still five points high.
SIZE = (7.0, 3.7)

# What matplotlib is set to while a figure is drawn. Its own type names every one of its hundreds of settings.
RC: Any = {
    "figure.figsize": SIZE,
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.titlesize": 11.5,
    "axes.labelsize": 10.5,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "lines.solid_capstyle": "round",
    # Letters become outlines: the figure looks the same on a machine without this font.
    "svg.fonttype": "path",
}


def page_colours() -> list[tuple[str, str, str, str]]:
    """(colour in the drawing, CSS variable, value on a light page, value on a dark page)."""
    rows = [
        (INK, "--figure-ink", INK, "#dfe3e8"),
        (GRID, "--figure-grid", GRID, "#3a4149"),
    ]
    for role, style in ROLES.items():
        for number, (light, dark) in enumerate(zip(style.shades, style.dark, strict=True)):
            rows.append((light, f"--figure-{role}-{number}", light, dark))
    return rows
