from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.report.figures import check_figure, csv_text, drawing
from spectral_edge.validate.report.style import drawn
from spectral_edge.validate.sensitivity import sensitivity_figure
from spectral_edge.validate.statistics.shares import share

VALUES = (1.0, 2.0, 4.0)
DATA = [share([True] * n + [False] * (6 - n)) for n in (6, 4, 1)]
NULL = [share([True] * n + [False] * (24 - n)) for n in (20, 2, 0)]


def made(**changes):
    arguments = {
        "statement": "P10",
        "of": "the fold of g_23",
        "values": VALUES,
        "data": DATA,
        "nulls": {"white noise": NULL},
        "fixed": 2.0,
    } | changes
    return sensitivity_figure(**arguments)


def curves(figure, label):
    return [c for c in figure.curves if c.label == label]


def test_value_interval_and_nulls_are_the_shares_own():
    figure = made()
    assert curves(figure, "seeds")[0].y == pytest.approx((1, 4 / 6, 1 / 6))
    low, high = curves(figure, "the seeds' 95% interval")
    assert low.y == tuple(one.low for one in DATA)
    assert high.y == tuple(one.high for one in DATA)
    (null,) = curves(figure, "white noise")
    assert null.y == pytest.approx((20 / 24, 2 / 24, 0))
    assert (null.role, null.x) == ("null", VALUES)


def test_the_fixed_value_and_the_majority_are_marked():
    figure = made()
    (mark,) = curves(figure, "fixed beforehand")
    assert (mark.x, mark.role) == ((2.0, 2.0), "threshold")
    (half,) = curves(figure, "half of the seeds")
    assert half.y == (0.5, 0.5)


def test_a_share_of_nothing_is_a_hole_and_not_a_zero():
    figure = made(data=[share([]), *DATA[1:]])
    for label in ("seeds", "the seeds' 95% interval"):
        assert all(math.isnan(c.y[0]) and not math.isnan(c.y[1]) for c in curves(figure, label))


@pytest.mark.parametrize("unit, axis", [("1", "the fold of g_23"), ("step", "the fold of g_23 (step)")])
def test_the_report_can_draw_it_and_says_what_was_varied(unit, axis):
    figure = made(unit=unit, log_x=True)
    check_figure(figure)
    assert figure.name == "sensitivity-p10-the-fold-of-g-23"
    (axes,) = drawing(figure).axes
    assert (axes.get_xlabel(), axes.get_xscale()) == (drawn(axis), "log")
    assert csv_text(figure).count("white noise") == len(VALUES)


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_any_words_make_a_name_that_a_file_can_have(statement, of):
    check_figure(made(statement=statement, of=of))


@pytest.mark.parametrize(
    "changes, match",
    [
        ({"values": (2.0,), "data": DATA[:1], "nulls": {"n": NULL[:1]}}, "at least two, rising"),
        ({"values": (1.0, 4.0, 2.0)}, "at least two, rising"),
        ({"values": (0.0, 2.0, 4.0), "log_x": True}, "must be positive"),
        ({"nulls": {}}, "no null"),
        ({"data": DATA[:2]}, "2 shares of data for 3 values"),
        ({"nulls": {"white noise": NULL[:1]}}, "1 shares of white noise for 3 values"),
        ({"fixed": 3.0}, "is not among"),
    ],
)
def test_what_cannot_be_shown_honestly_is_refused(changes, match):
    with pytest.raises(ValueError, match=match):
        made(**changes)
