from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.validate.evidence import Curve, Figure
from spectral_edge.validate.report.figures import drawing
from spectral_edge.validate.report.whole_numbers import ROOM, are_whole, side_by_side, stepped

ONE = Curve("sum", (1.0, 2.0, 3.0), (0.2, 0.4, 0.1), "points")
OTHER = replace(ONE, label="product", y=(0.2, 0.1, 0.4))
FIGURE = Figure("modes", "Modes", "caption", "Points.", "direction j", "concentration", (ONE, OTHER))


def xs(figure: Figure) -> list[list[float]]:
    (axes,) = drawing(figure).axes
    return [list(line.get_xdata()) for line in axes.lines if line.get_clip_on()]


def test_points_of_two_names_at_whole_numbers_stand_side_by_side_within_their_room() -> None:
    left, right = xs(FIGURE)
    assert [b - a for a, b in zip(left, right, strict=True)] == pytest.approx([ROOM] * 3)
    assert [round(x) for x in left + right] == [1, 2, 3, 1, 2, 3]
    assert len(set(side_by_side(FIGURE).values())) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"curves": (ONE,)},
        {"log_x": True},
        {"curves": (ONE, replace(OTHER, x=(1.0, 2.5, 3.0)))},
        {"curves": tuple(replace(c, x=tuple(range(40)), y=(0.5,) * 40) for c in (ONE, OTHER))},
        {"curves": (replace(ONE, style="line"), replace(OTHER, style="line"))},
    ],
)
def test_elsewhere_points_are_drawn_where_they_are(change: dict[str, object]) -> None:
    figure = replace(FIGURE, **change)
    assert side_by_side(figure) == {}
    assert xs(figure) == [list(map(float, curve.x)) for curve in figure.curves]


def test_an_axis_of_whole_numbers_has_no_ticks_between_them() -> None:
    (axes,) = drawing(FIGURE).axes
    assert are_whole(axes.get_xticks()) and not are_whole(axes.get_yticks())


def test_the_first_and_last_bar_are_as_wide_as_the_others() -> None:
    x, y, how = stepped(replace(ONE, style="step"))
    assert (x.min(), x.max(), how) == (0.5, 3.5, "steps-mid")
    np.testing.assert_array_equal(y, [0.2, 0.2, 0.4, 0.1, 0.1])


def test_a_share_of_all_values_up_to_x_rises_at_x() -> None:
    x, y, how = stepped(Curve("seeds", (0.5, 1.25), (0.5, 1.0), "step"))
    assert (list(x), list(y), how) == ([0.5, 1.25], [0.5, 1.0], "steps-post")


@pytest.mark.parametrize(
    "values, whole", [([1.0, 2.0, np.nan], True), ([1.5], False), ([np.nan], False), ([], False)]
)
def test_numbers_that_are_missing_say_nothing_of_the_others(values: list[float], whole: bool) -> None:
    assert are_whole(values) is whole


def test_a_bar_is_marked_where_its_number_is_and_not_at_its_end() -> None:
    bars = tuple(replace(c, style="step") for c in (ONE, OTHER))
    (axes,) = drawing(replace(FIGURE, curves=bars)).axes
    _, marked = (line for line in axes.lines if line.get_clip_on())
    assert list(marked.get_xdata()[marked.get_markevery()]) == [1.0, 2.0, 3.0]
