"""Bootstrap intervals: what they cover, and what they make of seeds without a value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.statistics.intervals import FEWEST, interval, lower_median

numbers = st.lists(st.floats(-1e6, 1e6), min_size=FEWEST, max_size=30)


@given(numbers, st.floats(0.01, 100.0), st.floats(-100.0, 100.0))
def test_intervals_move_with_their_unit_and_their_origin(values, scale, shift):
    before = interval(values)
    after = interval([scale * v + shift for v in values])
    # One multiplication and one addition round each member of the sample.
    slack = 4 * np.finfo(float).eps * (scale * max(map(abs, values)) + abs(shift))
    for name in ("value", "low", "high"):
        assert getattr(after, name) == pytest.approx(scale * getattr(before, name) + shift, abs=slack)


@given(numbers)
def test_the_interval_holds_the_value_and_stays_within_the_sample(values):
    found = interval(values)
    assert min(values) <= found.low <= found.value <= found.high <= max(values)


def test_the_interval_covers_the_true_median_about_as_often_as_it_says():
    draw = np.random.default_rng(1)
    studies = 300
    covered = sum(not interval(draw.standard_normal(24), seed=i).excludes(0.0) for i in range(studies))
    # Bootstrap intervals of medians are somewhat off at 24 seeds; binomial error of 300 studies is 0.013.
    assert 0.90 <= covered / studies <= 0.99
    missed = sum(not interval(draw.standard_normal(24) + 2, seed=i).excludes(0.0) for i in range(50))
    assert missed == 0


def test_an_onset_that_never_came_widens_the_interval_to_infinity_and_is_not_dropped():
    some = interval([100, 120, 130, 140, np.inf, np.inf, np.inf])
    assert some.value == 140 and some.high == np.inf and some.total == 7
    assert interval([100, 120, 130, 140, np.nan, np.nan]).total == 4


@pytest.mark.parametrize("values", [[], [np.nan], [1.0, 2.0, 3.0]])
def test_too_few_seeds_say_nothing(values):
    found = interval(values)
    assert found.low == -np.inf and found.high == np.inf
    assert found.side(0.0) is None


def test_the_side_of_a_level_is_told_only_by_a_whole_interval():
    assert interval([5.0, 6.0, 7.0, 8.0, 9.0]).side(1.0) is True
    assert interval([5.0, 6.0, 7.0, 8.0, 9.0]).side(10.0) is False
    assert interval([5.0, 6.0, 7.0, 8.0, 9.0]).side(7.0) is None


def test_the_lower_median_exists_between_infinities():
    assert lower_median(np.array([-np.inf, np.inf])) == -np.inf
    assert lower_median(np.array([1.0, 2.0, 3.0])) == 2.0


def test_one_number_per_seed_is_demanded():
    with pytest.raises(ValueError, match=r"shape \(1, 2\); give one number per seed"):
        interval([[1.0, 2.0]])
