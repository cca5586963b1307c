"""One look for all figures. A curve's role decides its colour and dash, the same in every figure.

The colours are those of Okabe and Ito (*Color Universal Design*, 2008), which people with any of the
common colour vision deficiencies can tell apart. No colour says anything alone: the dash tells the role,
and marks on the line tell curves of one role apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INK = "#1b1f23"
GRID = "#d5dae0"


@dataclass(frozen=True)
class RoleStyle:
    """How curves of one role look.

    ``shades`` are used in turn for different labels of the same role; ``dark`` are their counterparts
    on a dark page. ``dash`` is matplotlib's line style. ``markers``, one to a shade, are for single points
    and, from the second on, for lines.
    """

    shades: tuple[str, ...]
    dark: tuple[str, ...]
    dash: str | tuple[int, tuple[float, ...]]
    width: float
    markers: tuple[str, ...]
    meaning: str


ROLES: Mapping[str, RoleStyle] = {
    "data": RoleStyle(
        ("#0072b2", "#009e73", "#56b4e9", "#1f4e79", "#6abf9f"),
        ("#5ab4ec", "#3fc9a0", "#a6d8f5", "#8fb6e0", "#b2e5d2"),
        "-",
        1.5,
        ("o", "v", "X", "P", "*"),
        "measured",
    ),
    "null": RoleStyle(
        ("#d55e00", "#e69f00", "#8c3b00", "#a67c00", "#f08a4b"),
        ("#ff8f40", "#ffc24d", "#d98a5b", "#d9b64d", "#ffb58a"),
        (0, (5, 2)),
        1.4,
        ("s", "D", "H", "p", "h"),
        "null model",
    ),
    "theory": RoleStyle(
        ("#2b3137", "#6b7178", "#4a5058", "#8a9097"),
        ("#f2f4f6", "#aab2ba", "#c8ced4", "#8d959d"),
        (0, (7, 2, 1.5, 2)),
        1.5,
        ("^", "<", ">", "8"),
        "theory",
    ),
    "threshold": RoleStyle(
        ("#a3447f", "#cc79a7", "#7f3564"),
        ("#e59cc4", "#f0c0da", "#d383b0"),
        (0, (1.5, 2)),
        1.6,
        ("d", "+", "x"),
        "threshold",
    ),
}

# Inches. A phone shows a figure at four fifths of this width; the smallest text is then six points high.
SIZE = (6.2, 3.5)

BAND = 0.16
"""How opaque a band is: lines and grid can be seen through it."""

# What matplotlib is set to while a figure is drawn. Its own type names every one of its hundreds of settings.
RC: Any = {
    "figure.figsize": SIZE,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    # 𝒜 and indices in the letters of the text around them.
    "mathtext.fontset": "dejavusans",
    "mathtext.default": "regular",
    "axes.labelsize": 9.5,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.xmargin": 0.02,
    # Powers of ten rather than long rows of zeros.
    "axes.formatter.limits": (-3, 5),
    "axes.formatter.use_mathtext": True,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "xtick.minor.size": 1.8,
    "ytick.minor.size": 1.8,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.solid_capstyle": "round",
    # Letters become outlines: the figure looks the same on a machine without this font.
    "svg.fonttype": "path",
}

_INDEXED = re.compile(r"(?<![A-Za-z0-9_])([A-Za-zα-ωΑ-Ω‖𝒜])_([A-Za-z0-9]+(?:\*(?:\+1)?)?)([²³]?)")
_RAISED = {"²": "^{2}", "³": "^{3}", "": ""}


def drawn(text: str) -> str:
    """The text as a figure sets it: indices below the line, and the script letter that the font lacks.

    >>> drawn("g_23 = σ_2² and 50 %"), drawn("σ_k*/σ_k*+1")
    ('$g_{23}$ = $σ_{2}^{2}$ and 50 %', '$σ_{k{*}}$/$σ_{k{*}{+}1}$')
    """

    def index(found: re.Match[str]) -> str:
        # In braces a sign stands as a letter does, without space around it.
        below = re.sub(r"[*+]", r"{\g<0>}", found[2])
        return f"${_letter(found[1])}_{{{below}}}{_RAISED[found[3]]}$"

    safe = text.replace("$", r"\$")
    return re.sub("𝒜", r"$\\mathcal{A}$", _INDEXED.sub(index, safe))


def _letter(letter: str) -> str:
    return r"\mathcal{A}" if letter == "𝒜" else letter


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
