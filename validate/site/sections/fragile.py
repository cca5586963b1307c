"""What a supported prediction owes to the constants of its rule: what the next tried value would change."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...evidence import Evidence, Figure
from ...sensitivity import HALF
from ...verdict import Verdict

SENSITIVITY = "sensitivity-"
"""How the names of :func:`...sensitivity.sensitivity_figure` begin."""


def fragile(evidence: Evidence) -> Iterator[str]:
    """A sentence for each constant whose next tried value, lower or higher, would let a null pass or the networks fail.

    Nothing for other verdicts: what does not support has nothing to lose.
    """
    if evidence.verdict is Verdict.SUPPORTED:
        for figure in evidence.figures:
            if figure.name.startswith(SENSITIVITY):
                yield from _next_values(figure)


def _next_values(figure: Figure) -> Iterator[str]:
    (fixed,) = (curve.x[0] for curve in figure.curves if curve.label == "fixed beforehand")
    lines = [c for c in figure.curves if c.style == "line" and c.role in ("data", "null")]
    for line in lines:
        place = next((i for i, x in enumerate(line.x) if math.isclose(x, fixed)), None)
        if place is None:
            continue
        for beside in (place - 1, place + 1):
            if not 0 <= beside < len(line.x):
                continue
            share, x = line.y[beside], line.x[beside]
            where = f"if {figure.x_label} were {x:g} instead of {fixed:g} ({share:.2f} of them)"
            if line.role == "null" and share > HALF >= line.y[place]:
                yield f"“{line.label}” would mostly pass as well {where}."
            if line.role == "data" and share < HALF:
                yield f"The trained networks would mostly fail {where}."
