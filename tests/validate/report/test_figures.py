from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from spectral_edge.validate.evidence import Curve, Figure
from spectral_edge.validate.report import style
from spectral_edge.validate.report.figures import check_figure, csv_text, drawing, svg
from spectral_edge.validate.report.line_names import MOST, SPACE, Named, spread

SEED = Curve("seed", (0.0, 1.0, 2.0), (1.0, math.nan, 3.0))
NULL = Curve("null", (0.0, 2.0), (1.0, 1.0), role="null")
FIGURE = Figure("gap", "The <gap>", "caption", "One line & another.", "step", "gap [θ]", (SEED, SEED, NULL))

numbers = st.floats(allow_nan=True, allow_infinity=True)
words = st.text(max_size=8)


@given(
    st.lists(
        st.tuples(words, st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4)),
        min_size=1,
        max_size=3,
    )
)
def test_the_csv_holds_every_point_of_every_curve_to_the_last_digit(
    curves: list[tuple[str, list[tuple[float, float]]]],
) -> None:
    figure = replace(
        FIGURE,
        curves=tuple(
            Curve(label, tuple(x for x, _ in points), tuple(y for _, y in points)) for label, points in curves
        ),
    )
    header, *rows = csv.reader(io.StringIO(csv_text(figure), newline=""))
    assert header == ["curve", "label", "role", "step", "gap [θ]"]

    def finite(number: float) -> float | None:
        return number if math.isfinite(number) else None

    expected = [(n, finite(x), finite(y)) for n, (_, points) in enumerate(curves, start=1) for x, y in points]
    read = [(int(r[0]), *(float(f) if f else None for f in r[3:])) for r in rows]
    assert read == expected


def curves_of(axes: Axes) -> list[Line2D]:
    """The lines that lie in the axes; the others are pieces beside names."""
    return [line for line in axes.lines if line.get_clip_on()]


def names_of(canvas: Canvas) -> list[str]:
    """The names of curves, beside the axes from the top down, or below them."""
    if canvas.legends:
        return [text.get_text() for text in canvas.legends[0].get_texts()]
    (axes,) = canvas.axes
    return [text.get_text() for text in axes.texts]


def test_a_drawing_shows_the_data_and_nothing_else() -> None:
    (axes,) = drawing(FIGURE).axes
    drawn = [(list(line.get_xdata()), list(line.get_ydata())) for line in curves_of(axes)]
    np.testing.assert_array_equal(drawn[0][1], [1.0, math.nan, 3.0])
    assert [x for x, _ in drawn] == [[0.0, 1.0, 2.0], [0.0, 1.0, 2.0], [0.0, 2.0]]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "gap [θ]")


def test_curves_of_one_label_share_one_name_and_names_stand_in_the_order_in_which_curves_end() -> None:
    low = replace(NULL, label="low", y=(5.0, 0.0))
    assert names_of(drawing(replace(FIGURE, curves=(low, NULL, SEED, SEED)))) == ["seed", "null", "low"]


def test_many_names_or_long_ones_stand_below_and_each_is_there_once() -> None:
    several = [replace(SEED, label=f"arm {i}") for i in range(9)]
    assert sorted(names_of(drawing(replace(FIGURE, curves=tuple(several))))) == [f"arm {i}" for i in range(9)]
    long = [replace(SEED, label=f"{i} " + "some words " * 14) for i in range(5)]
    canvas = drawing(replace(FIGURE, curves=tuple(long)))
    (legend,) = canvas.legends
    assert len(legend.get_texts()) == 5
    canvas.canvas.draw()
    box, paper = legend.get_window_extent(), canvas.bbox
    assert box.x0 >= paper.x0 and box.x1 <= paper.x1 and box.y0 >= paper.y0, "no name is cut off"


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 3)), min_size=1, max_size=8))
def test_no_name_lies_over_another_or_outside(ends: list[tuple[float, int]]) -> None:
    names = sorted(
        (Named(" ".join(["sixteen-letters."] * words), Line2D([], []), end) for end, words in ends),
        key=lambda name: -name.end,
    )
    places = spread(names)
    if places is None:
        assert len(names) > MOST or sum(n.height + SPACE for n in names) > 1
        return
    for place, name in zip(places, names, strict=True):
        assert place + name.height / 2 <= 1 + 1e-9 and place - name.height / 2 >= -1e-9
    for (high, upper), (low, lower) in pairwise(zip(places, names, strict=True)):
        assert high - upper.height / 2 >= low + lower.height / 2 - 1e-9


def test_a_band_is_filled_between_its_edges_in_the_colour_of_the_first_curve() -> None:
    edges = [Curve("interval", (0.0, 1.0), (low, low), "band") for low in (0.0, 2.0)]
    line = Curve("seeds", (0.0, 1.0), (1.0, 1.0))
    (axes,) = drawing(replace(FIGURE, curves=(line, *edges))).axes
    (filled,) = axes.collections
    heights = filled.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (0.0, 2.0)
    assert {drawn.get_color() for drawn in curves_of(axes)} == {style.ROLES["data"].shades[0]}


@pytest.mark.parametrize("log_y", [False, True])
@pytest.mark.parametrize("style_of", ["line", "points", "step"])
def test_curves_without_any_number_can_be_drawn_too(style_of: str, log_y: bool) -> None:
    empty = [Curve(f"{i}", (0.0, 1.0), (math.nan, math.nan), style_of) for i in range(3)]
    assert "<svg" in svg(replace(FIGURE, curves=(SEED, *empty), log_y=log_y), "empty")


def test_on_a_short_logarithmic_axis_digits_are_plain() -> None:
    curve = Curve("seed", (1.25, 10.0), (1.0, 2.0))
    canvas = drawing(replace(FIGURE, curves=(curve,), log_x=True))
    canvas.canvas.draw()
    (axes,) = canvas.axes
    shown = [t.get_text() for t in axes.xaxis.get_ticklabels(which="both") if t.get_text()]
    assert shown and all(re.fullmatch(r"[0-9.]+", text) for text in shown)


def test_the_role_decides_dash_and_colour_in_every_figure() -> None:
    curves = tuple(Curve(role, (0.0, 1.0), (0.0, 1.0), role=role) for role in style.ROLES)
    for order in (curves, curves[::-1]):
        (axes,) = drawing(replace(FIGURE, curves=order)).axes
        looks = {line.get_label(): (line.get_color(), line.get_linestyle()) for line in curves_of(axes)}
        assert {role: colour for role, (colour, _) in looks.items()} == {
            r: s.shades[0] for r, s in style.ROLES.items()
        }
    dashes = [str(s.dash) for s in style.ROLES.values()]
    assert len(set(dashes)) == len(dashes)


@pytest.mark.parametrize("role", style.ROLES)
def test_two_labels_of_one_role_differ_in_shade_and_by_marks_where_there_is_no_colour(role: str) -> None:
    number = len(style.ROLES[role].shades)
    assert len(set(style.ROLES[role].markers)) == len(style.ROLES[role].markers) == number
    curves = tuple(replace(SEED, label=f"{i}", role=role) for i in range(number))
    (axes,) = drawing(replace(FIGURE, curves=curves)).axes
    looks = [(line.get_color(), line.get_linestyle(), line.get_marker()) for line in curves_of(axes)]
    assert len({colour for colour, _, _ in looks}) == number
    assert len({(dash, mark) for _, dash, mark in looks}) == number


def test_the_scales_are_logarithmic_where_asked() -> None:
    (axes,) = drawing(replace(FIGURE, log_x=True, log_y=True)).axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_the_same_figure_gives_the_same_svg() -> None:
    assert svg(FIGURE, "figure-P1") == svg(FIGURE, "figure-P1")


def test_the_svg_stands_in_a_page_beside_others_and_says_what_it_shows() -> None:
    root = ElementTree.fromstring(svg(FIGURE, "figure-P1"))
    assert root.tag == "svg" and root.get("role") == "img"
    title, description = root[0], root[1]
    assert (title.text, description.text) == ("The <gap>", "One line & another.")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "width" not in root.attrib and root.get("viewBox")
    ids = [e.get("id", "") for e in root.iter() if "id" in e.attrib]
    assert len(ids) == len(set(ids)) and all(i.startswith("figure-P1-") for i in ids)
    text = svg(FIGURE, "figure-P1")
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', text)) <= set(ids)
    # Nothing is fetched, and no rule leaks into the page around it.
    assert "http" not in text and "<style" not in text


def test_every_colour_in_the_svg_follows_the_page() -> None:
    text = svg(FIGURE, "figure-P1")
    assert re.findall(r"#[0-9a-fA-F]{6}", text) == []
    assert "var(--figure-data-0)" in text and "var(--figure-null-0)" in text and "var(--figure-ink)" in text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"curves": ()}, "figure 'gap' has no curves"),
        ({"alt": "  "}, "no alternative text"),
        ({"name": "a/b"}, "a name is made of letters, digits, - and _"),
        ({"curves": (replace(SEED, style="spline"),)}, "style='spline' is none of line, points, step, band"),
        ({"curves": (replace(SEED, role="wish"),)}, "role='wish' is none of data, null, theory, threshold"),
        ({"curves": (replace(SEED, y=(1.0,)),)}, "3 x against 1 y"),
        ({"curves": (replace(SEED, x=(), y=()),)}, "0 x against 0 y"),
        ({"curves": (replace(SEED, style="band"),)}, "1 edges; give two curves, lower and upper"),
        (
            {"curves": (replace(SEED, style="band"), replace(NULL, label="seed", role="data", style="band"))},
            "same x",
        ),
    ],
)
def test_a_figure_that_cannot_be_drawn_honestly_is_refused(change: dict[str, Any], message: str) -> None:
    check_figure(FIGURE)
    with pytest.raises(ValueError, match=message):
        svg(replace(FIGURE, **change), "figure-P1")


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("role", style.ROLES)
def test_the_first_shade_of_each_role_can_be_seen_on_both_pages(role: str) -> None:
    # WCAG 2.2, 1.4.11: graphical objects need 3:1 against their ground, here that of page.css.
    assert contrast(style.ROLES[role].shades[0], "#ffffff") >= 3
    assert contrast(style.ROLES[role].dark[0], "#14181d") >= 3


def test_every_letter_of_the_theory_can_be_drawn() -> None:
    figure = replace(
        FIGURE, x_label="step τ", y_label="‖ΔS‖_F, ν², α_j, σ_1 ≥ 0", curves=(replace(SEED, label="𝒜_geo"),)
    )
    assert "<svg" in svg(figure, "letters")  # a letter that the font lacks is a warning, and so an error here
