"""A phase diagram as SVG: regimes coloured, and the boundary of the theory drawn on top."""

from __future__ import annotations

import io

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..simulate.sweep import UNKNOWN, Diagram, boundary_values
from .report import style

# Okabe and Ito's colours, which those with any kind of colour vision tell apart; grey for no regime. Strokes say the same again.
COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442")
GREY = "#999999"
STROKES = ("", "//", "..", "xx", "\\\\")
"""One to a colour, so that regimes differ in print and where no colour is seen."""


def diagram_svg(diagram: Diagram) -> str:
    """The diagram as text of an SVG file, the same for equal diagrams.

    Raises:
        ValueError: more regimes than colours.
    """
    sweep = diagram.sweep
    if len(sweep.regimes) > len(COLOURS):
        raise ValueError(f"sweep {sweep.name} has {len(sweep.regimes)} regimes; {len(COLOURS)} have colours")
    settings = {**style.RC, "axes.grid": False, "hatch.linewidth": 0.5, "hatch.color": style.INK}
    settings |= {"svg.hashsalt": sweep.name, "svg.fonttype": "none"}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(6.4, 5.0), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        colours = ListedColormap([GREY, *COLOURS[: len(sweep.regimes)]])
        shown = np.where(diagram.regime == UNKNOWN, 0, diagram.regime + 1)
        axes.pcolormesh(
            diagram.first,
            diagram.second,
            shown,
            cmap=colours,
            vmin=-0.5,
            vmax=len(sweep.regimes) + 0.5,
            shading="nearest",
            rasterized=True,
        )
        for number, strokes in enumerate(STROKES[: len(sweep.regimes)]):
            if strokes and (diagram.regime == number).any():
                here = np.where(diagram.regime == number, 1.0, 0.0)
                axes.contourf(
                    diagram.first, diagram.second, here, levels=[0.5, 1.5], colors="none", hatches=[strokes]
                )
        values = boundary_values(sweep, diagram.first, diagram.second)
        axes.contour(diagram.first, diagram.second, np.ma.masked_invalid(values), [0.0], colors="black")
        handles: list[Patch | Line2D] = [
            Patch(facecolor=colour, hatch=strokes, edgecolor=style.INK, linewidth=0.4, label=regime.name)
            for colour, strokes, regime in zip(COLOURS, STROKES, sweep.regimes, strict=False)
        ]
        if (diagram.regime == UNKNOWN).any():
            handles.append(Patch(color=GREY, label="neither"))
        handles.append(Line2D([], [], color="black", label=sweep.says))
        figure.legend(handles=handles, loc="outside lower center", frameon=False)
        axes.set(xlabel=sweep.first.label, ylabel=sweep.second.label, title=sweep.title)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()
