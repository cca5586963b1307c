"""Where a series changes its level, in hindsight."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.validate.warning import change_points
from spectral_edge.validate.warning.change_point import SHORTEST

pytest.importorskip("ruptures")
STEPS = np.arange(60) * 10


def least_squares(values: np.ndarray) -> int:
    """The best single change, tried at every place."""
    places = range(SHORTEST, len(values) - SHORTEST + 1)
    cost = [
        ((values[:k] - values[:k].mean()) ** 2).sum() + ((values[k:] - values[k:].mean()) ** 2).sum()
        for k in places
    ]
    return places[int(np.argmin(cost))]


def test_a_step_is_found_where_least_squares_puts_it() -> None:
    noise = np.random.default_rng(0).standard_normal((8, 60))
    series = noise + 6.0 * (np.arange(60) >= 37)
    assert change_points(series, STEPS).step.tolist() == [STEPS[least_squares(row)] for row in series]


def test_noise_has_few_changes() -> None:
    noise = np.random.default_rng(1).standard_normal((100, 60))
    assert change_points(noise, STEPS).seen.mean() < 0.2


def test_unknown_values_are_left_out_and_a_flat_series_has_no_change() -> None:
    series = np.random.default_rng(2).standard_normal((3, 60)) + 9.0 * (np.arange(60) >= 30)
    series[0, 10:13] = np.nan
    series[1] = 4.0
    series[2] = np.nan
    found = change_points(series, STEPS)
    assert found.step[0] == 300
    assert not found.seen[1:].any()
    assert found.watched.tolist() == [590, 590, 0]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"give \(S, R\)"):
        change_points(np.zeros((2, 3)), STEPS)
