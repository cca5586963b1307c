"""Figures drawn from evidence alone, as SVG that can stand in a page and as csv beside it."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import LogFormatter

from ..evidence import Curve, Figure
from . import style
from .line_names import Named, below_axes, end_height, set_names
from .whole_numbers import Floats, side_by_side, stepped, tick_at_whole_numbers

STYLES = ("line", "points", "step", "band")
"""How a curve can be drawn. Two curves of one label are the edges of a band."""

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"

# Curves that share a label are many of a kind (one per seed): thin enough that each can be followed.
_MANY = 2
FEW = 12
"""Points of a line that all have a mark. No source: looked at."""


def check_figure(figure: Figure) -> None:
    """Refuse a figure that cannot be drawn honestly.

    Raises:
        ValueError: a curve has an unknown style or role, x and y of different length, or no point;
            or the figure has no curve, or no text for those who cannot see it.
    """
    where = f"figure {figure.name!r}"
    if not re.fullmatch(r"[A-Za-z0-9_-]+", figure.name):
        raise ValueError(
            f"{where}: a name is made of letters, digits, - and _, since a file is named after it"
        )
    if not figure.curves:
        raise ValueError(f"{where} has no curves")
    if not figure.alt.strip():
        raise ValueError(f"{where} has no alternative text; say in a sentence what can be seen")
    for curve in figure.curves:
        if curve.style not in STYLES:
            raise ValueError(
                f"{where}, curve {curve.label!r}: style={curve.style!r} is none of {', '.join(STYLES)}"
            )
        if curve.role not in style.ROLES:
            known = ", ".join(style.ROLES)
            raise ValueError(f"{where}, curve {curve.label!r}: role={curve.role!r} is none of {known}")
        if len(curve.x) != len(curve.y) or not curve.x:
            raise ValueError(
                f"{where}, curve {curve.label!r}: {len(curve.x)} x against {len(curve.y)} y; "
                "give as many of each, and at least one"
            )
    for edges in _bands(figure).values():
        if len(edges) != 2 or edges[0].x != edges[1].x:
            raise ValueError(
                f"{where}, band {edges[0].label!r}: {len(edges)} edges; give two curves, lower and upper, with the same x"
            )


def _bands(figure: Figure) -> dict[tuple[str, str], list[Curve]]:
    """The edges of each band, by role and label."""
    found: dict[tuple[str, str], list[Curve]] = {}
    for curve in figure.curves:
        if curve.style == "band":
            found.setdefault((curve.role, curve.label), []).append(curve)
    return found


def csv_text(figure: Figure) -> str:
    """One row per point; an empty field where there is no number. ``curve``, from 1 on, tells seeds apart."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["curve", "label", "role", _words(figure.x_label), _words(figure.y_label)])
    for number, curve in enumerate(figure.curves, start=1):
        for x, y in zip(curve.x, curve.y, strict=True):
            writer.writerow([number, _words(curve.label), curve.role, _field(x), _field(y)])
    return stream.getvalue()


def _words(text: str) -> str:
    # A line break inside a label would be a line break inside a row.
    return " ".join(text.split())


def _field(number: float) -> str:
    return repr(float(number)) if np.isfinite(number) else ""


def _shades(curves: tuple[Curve, ...]) -> dict[tuple[str, str], int]:
    """The shade of each (role, label), counted within the role in order of first appearance."""
    # A band takes the first: it lies around the curve that is named first.
    bands = {(c.role, c.label): 0 for c in curves if c.style == "band"}
    found: dict[tuple[str, str], int] = {}
    for curve in curves:
        key = (curve.role, curve.label)
        if key not in found and key not in bands:
            found[key] = sum(role == curve.role for role, _ in found) % len(style.ROLES[curve.role].shades)
    return found | bands


def _draw(axes: Axes, figure: Figure) -> dict[tuple[str, str], list[Line2D]]:
    """Draw all curves; returns the lines of each name, in order of first appearance."""
    shades = _shades(figure.curves)
    keys = [(c.role, c.label) for c in figure.curves]
    kinds = [(c.role, c.label, c.style) for c in figure.curves]
    named: dict[tuple[str, str], list[Line2D]] = {}
    shifts = side_by_side(figure)
    for (role, label), (low, high) in _bands(figure).items():
        colour = style.ROLES[role].shades[shades[role, label]]
        axes.fill_between(low.x, low.y, high.y, color=colour, alpha=style.BAND, linewidth=0)
    for curve, key in zip(figure.curves, keys, strict=True):
        look, number = style.ROLES[curve.role], shades[key]
        many = kinds.count((*key, curve.style)) >= _MANY
        x, y, steps = stepped(curve) if curve.style == "step" else (*_places(curve), "default")
        points = curve.style == "points"
        first, every = _marks(len(curve.x), number)
        added = (len(x) - len(curve.x)) // 2  # at each end, to make a bar whole
        marked = points or (number > 0 and curve.style != "band")
        (line,) = axes.plot(
            x + shifts.get(key, 0.0) if points else x,
            np.where(np.isfinite(y), y, np.nan),
            # "_" keeps matplotlib from naming the curve a second time in the legend.
            label=style.drawn(curve.label) if key not in named else "_",
            color=look.shades[number],
            linestyle="none" if points else look.dash,
            linewidth=look.width * (0.4 if curve.style == "band" else 0.6 if many else 1.0),
            marker=look.markers[number] if marked else "none",
            markersize=3.6 if points else 4.2,
            # Here and there on a line, and not at the same places on each, so that none hides another.
            markevery=None if points else slice(added + first, len(x) - added, every),
            drawstyle=steps,
            alpha=0.75 if many else 1.0,
        )
        named.setdefault(key, []).append(line)
    return named


def _places(curve: Curve) -> tuple[Floats, Floats]:
    return np.asarray(curve.x, float), np.asarray(curve.y, float)


def _marks(length: int, number: int) -> tuple[int, int]:
    """The first point of a line that has a mark, and every how many: five marks or so, all where points are few."""
    every = max(1, length // 5) if length > FEW else 1
    return number * every // len(style.ROLES) % every, every


def _plain_digits(axis: Axis, ends: tuple[float, float]) -> None:
    """Within two decades of a logarithmic axis, 2 and 5 rather than powers of ten."""
    low, high = ends
    if high <= 100 * low and low >= 1e-3 and high <= 1e5:
        for formatter in (axis.set_major_formatter, axis.set_minor_formatter):
            formatter(LogFormatter(minor_thresholds=(2.0, 0.5)))


def drawing(figure: Figure) -> Canvas:
    """The figure as a matplotlib object.

    Raises:
        ValueError: see :func:`check_figure`.
    """
    check_figure(figure)
    with mpl.rc_context(style.RC):
        canvas = Canvas()
        FigureCanvasSVG(canvas)
        axes = canvas.add_subplot()
        named = _draw(axes, figure)
        if figure.log_x:
            axes.set_xscale("log", nonpositive="mask")
        if figure.log_y:
            axes.set_yscale("log", nonpositive="mask")
        axes.set_xlabel(style.drawn(figure.x_label))
        axes.set_ylabel(style.drawn(figure.y_label))
        # Where curves end is known once the axes have their limits.
        axes.autoscale_view()
        for log, axis, ends, values in (
            (figure.log_x, axes.xaxis, axes.get_xlim(), [curve.x for curve in figure.curves]),
            (figure.log_y, axes.yaxis, axes.get_ylim(), [curve.y for curve in figure.curves]),
        ):
            if log:
                _plain_digits(axis, ends)
            else:
                tick_at_whole_numbers(axis, values)
        bands = _bands(figure)
        names = [
            Named(key[1], lines[0], end_height(axes, lines), key in bands)
            for key, lines in named.items()
            if key[1].strip()
        ]
        if names and not set_names(axes, names):
            below_axes(canvas, names)
    return canvas


def svg(figure: Figure, identifier: str) -> Markup:
    """The drawing as an ``<svg>`` element; its ids begin with ``identifier``, its colours follow the page.

    The same figure gives the same text in every process: no date, no random ids.
    """
    stream = io.BytesIO()
    canvas = drawing(figure)
    with mpl.rc_context({**style.RC, "svg.hashsalt": identifier}):
        canvas.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(stream.getvalue())  # noqa: S314 - matplotlib wrote it a line above
    for parent in list(root.iter()):
        # A style element in an svg would be a rule for the whole page around it.
        for child in [c for c in parent if c.tag in (f"{_SVG}metadata", f"{_SVG}style")]:
            parent.remove(child)
    root.set("style", "stroke-linejoin: round; stroke-linecap: butt")
    for element in root.iter():
        _prefix_ids(element, identifier)
        _page_colours(element)
    _say(root, figure, identifier)
    # Its size is the page's business; the view box keeps the proportions.
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    return Markup(_text(root))  # noqa: S704 - ElementTree escaped every text in it


def _prefix_ids(element: ElementTree.Element, prefix: str) -> None:
    for name, value in element.attrib.items():
        if name == "id":
            element.attrib[name] = f"{prefix}-{value}"
        elif name in ("href", _XLINK) and value.startswith("#"):
            element.attrib[name] = f"#{prefix}-{value[1:]}"
        else:
            element.attrib[name] = value.replace("url(#", f"url(#{prefix}-")


def _page_colours(element: ElementTree.Element) -> None:
    # Variables work in a style attribute only, which is where matplotlib puts colours.
    if "style" in element.attrib:
        text = element.attrib["style"]
        for colour, variable, _, _ in style.page_colours():
            text = text.replace(colour, f"var({variable})")
        element.attrib["style"] = text


def _say(root: ElementTree.Element, figure: Figure, identifier: str) -> None:
    title, description = ElementTree.Element(f"{_SVG}title"), ElementTree.Element(f"{_SVG}desc")
    title.text, description.text = figure.title, figure.alt
    title.set("id", f"{identifier}-title")
    description.set("id", f"{identifier}-alt")
    root.insert(0, title)
    root.insert(1, description)
    root.set("role", "img")
    root.set("aria-labelledby", f"{identifier}-title {identifier}-alt")


def _text(root: ElementTree.Element) -> str:
    # In an HTML page the names of svg elements stand without a prefix.
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        if _XLINK in element.attrib:
            element.attrib["href"] = element.attrib.pop(_XLINK)
    return ElementTree.tostring(root, encoding="unicode")
