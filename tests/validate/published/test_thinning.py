from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.evidence import Curve, Figure
from spectral_edge.validate.published.thinning import BINS, POINTS, thinned

NUMBERS = st.floats(-1e9, 1e9) | st.just(math.nan)
SERIES = st.lists(NUMBERS, min_size=1, max_size=600)


def figure(y: list[float], style: str = "line") -> Figure:
    curve = Curve("seed", tuple(map(float, range(len(y)))), tuple(y), style)
    return Figure("f", "title", "caption", "alt", "x", "y", (curve,))


def finite(y: tuple[float, ...] | list[float]) -> list[float]:
    return [float(f"{value:.6g}") for value in y if math.isfinite(value)]


@given(SERIES)
def test_a_thinned_line_keeps_its_ends_its_extremes_and_only_points_that_were_there(y: list[float]) -> None:
    (curve,) = thinned(figure(y)).curves
    assert len(curve.x) <= 2 * BINS + 2
    assert (curve.x[0], curve.x[-1]) == (0.0, float(len(y) - 1))
    for x, value in zip(curve.x, curve.y, strict=True):
        assert value == float(f"{y[int(x)]:.6g}") or (math.isnan(value) and math.isnan(y[int(x)]))
    if finite(y):
        assert (min(finite(curve.y)), max(finite(curve.y))) == (min(finite(y)), max(finite(y)))
    else:
        assert not finite(curve.y)


@given(st.lists(NUMBERS, max_size=2 * BINS + 2, min_size=1))
def test_a_short_line_keeps_every_point(y: list[float]) -> None:
    assert len(thinned(figure(y)).curves[0].x) == len(y)


def test_a_hole_that_is_wider_than_a_stretch_stays_a_hole() -> None:
    y = [1.0] * 300 + [math.nan] * 60 + [1.0] * 300
    (curve,) = thinned(figure(y)).curves
    inside = [v for x, v in zip(curve.x, curve.y, strict=True) if 310 < x < 350]
    assert inside and all(map(math.isnan, inside))


@given(SERIES)
def test_every_single_point_that_is_a_number_stays_while_there_are_few(y: list[float]) -> None:
    (curve,) = thinned(figure(y, "points")).curves
    assert finite(curve.y) == finite(y)


def test_of_very_many_points_an_even_choice_stays() -> None:
    (curve,) = thinned(figure([float(i % 7) for i in range(50_000)], "points")).curves
    assert len(curve.x) == POINTS
    steps = {b - a for a, b in zip(curve.x, curve.x[1:], strict=False)}
    assert max(steps) - min(steps) <= 1
