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
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import LogLocator, NullFormatter

from ..evidence import Curve, Figure
from . import style

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"

# Curves that share a label are many of a kind (one per seed): thin enough that each can be followed.
_MANY = 2


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
        if curve.style not in ("line", "points", "step"):
            raise ValueError(
                f"{where}, curve {curve.label!r}: style={curve.style!r} is not line, points or step"
            )
        if curve.role not in style.ROLES:
            known = ", ".join(style.ROLES)
            raise ValueError(f"{where}, curve {curve.label!r}: role={curve.role!r} is none of {known}")
        if len(curve.x) != len(curve.y) or not curve.x:
            raise ValueError(
                f"{where}, curve {curve.label!r}: {len(curve.x)} x against {len(curve.y)} y; "
                "give as many of each, and at least one"
            )


def csv_text(figure: Figure) -> str:
    """One row per point; an empty field where there is no number. ``curve``, from 1 on, tells seeds apart."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["curve", "label", "role", _words(figure.x_label), _words(figure.y_label)])
    for number, curve in enumerate(figure.curves, start=1):
        for x, y in zip(curve.x, curve.y, strict=True):
            writer.writerow([number, _words(curve.label), curve.role, _field(x), _field(y)])
    return stream.getvalue()


def _drawn(text: str) -> str:
    """The text as the figure's font can draw it: it has no script letters, but mathematical text does."""
    return text.replace("𝒜", r"$\mathcal{A}$")


def _words(text: str) -> str:
    # A line break inside a label would be a line break inside a row.
    return " ".join(text.split())


def _field(number: float) -> str:
    return repr(float(number)) if np.isfinite(number) else ""


def _shades(curves: tuple[Curve, ...]) -> dict[tuple[str, str], int]:
    """The shade of each (role, label), counted within the role in order of first appearance."""
    found: dict[tuple[str, str], int] = {}
    for curve in curves:
        key = (curve.role, curve.label)
        if key not in found:
            found[key] = sum(role == curve.role for role, _ in found) % len(style.ROLES[curve.role].shades)
    return found


def _draw(axes: Axes, figure: Figure) -> None:
    shades = _shades(figure.curves)
    keys = [(c.role, c.label) for c in figure.curves]
    named: set[tuple[str, str]] = set()
    for curve, key in zip(figure.curves, keys, strict=True):
        look = style.ROLES[curve.role]
        many = keys.count(key) >= _MANY
        x, y = np.asarray(curve.x, float), np.asarray(curve.y, float)
        axes.plot(
            x,
            np.where(np.isfinite(y), y, np.nan),
            # "_" keeps matplotlib from naming the curve a second time in the legend.
            label=_drawn(curve.label) if key not in named else "_",
            color=look.shades[shades[key]],
            linestyle="none" if curve.style == "points" else look.dash,
            linewidth=look.width * (0.7 if many else 1.0),
            marker=look.marker if curve.style == "points" else "none",
            markersize=4.5,
            drawstyle="steps-post" if curve.style == "step" else "default",
            alpha=0.8 if many else 1.0,
        )
        named.add(key)


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
        _draw(axes, figure)
        if figure.log_x:
            axes.set_xscale("log", nonpositive="mask")
            # Varied numbers seldom span two decades, where matplotlib's own labels run into each other.
            axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter(NullFormatter())
        if figure.log_y:
            axes.set_yscale("log", nonpositive="mask")
        axes.set_xlabel(_drawn(figure.x_label))
        axes.set_ylabel(_drawn(figure.y_label))
        # Below the axes, where it hides no data and a narrow screen still shows it.
        labels = len({(c.role, c.label) for c in figure.curves})
        canvas.legend(loc="outside lower center", ncols=min(labels, 3), handlelength=2.6)
    return canvas


def svg(figure: Figure, identifier: str) -> Markup:
    """The drawing as an ``<svg>`` element; its ids begin with ``identifier``, its colours follow the page.

    The same figure gives the same text: no date, no random ids.
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
