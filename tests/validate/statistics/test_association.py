from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr, spearmanr

from spectral_edge.validate.statistics.association import (
    FEWEST,
    correlation,
    lagged_correlations,
    rank_correlation,
    strongest_lag,
)

numbers = st.integers(-1000, 1000).map(float)
pairs = st.lists(st.tuples(numbers, numbers), min_size=FEWEST, max_size=30).map(lambda p: np.array(p).T)


@given(pairs)
def test_both_correlations_are_the_textbook_s(pair):
    a, b = pair
    if len(set(a)) == 1 or len(set(b)) == 1:
        assert math.isnan(correlation(a, b))
        assert math.isnan(rank_correlation(a, b))
        return
    # A sum of 30 products of numbers up to 1: rounding of its size, and a margin for the twin's own.
    bound = 100 * 30 * np.finfo(float).eps
    assert correlation(a, b) == pytest.approx(pearsonr(a, b).statistic, abs=bound)
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic, abs=bound)


@given(pairs, st.sampled_from([1e-200, 1e-3, 1e200]), numbers)
def test_units_and_zero_points_do_not_matter(pair, scale, shift):
    a, b = pair
    # The shift costs digits: numbers down to 1 beside one of up to 1000, in 30 terms.
    bound = 100 * 1000 * 30 * np.finfo(float).eps
    assert correlation(scale * (a + shift), b) == pytest.approx(correlation(a, b), abs=bound, nan_ok=True)


def test_places_without_a_number_are_left_out_and_too_few_make_no_correlation():
    a = np.arange(FEWEST + 2.0)
    b = a.copy()
    b[0], b[-1] = np.nan, np.inf
    assert correlation(a, b) == 1.0
    b[1] = np.nan
    assert math.isnan(correlation(a, b))
    with pytest.raises(ValueError, match="same length"):
        correlation(a, a[1:])


@given(st.integers(-5, 5), st.integers(0, 2**32 - 1), st.sampled_from([-1.0, 1.0]))
def test_a_delayed_copy_is_found_at_its_delay_whatever_its_sign(delay, seed, sign):
    noise = np.random.default_rng(seed).standard_normal(80)
    found = lagged_correlations(noise[10:70], sign * noise[10 - delay : 70 - delay], 8)
    assert strongest_lag(found) == delay
    # The delayed copy is the signal itself, and rounding of 60 terms is all that is between.
    assert found[8 + delay] == pytest.approx(sign, abs=1000 * np.finfo(float).eps)


@given(st.integers(0, 2**32 - 1))
def test_lagged_correlations_are_those_of_the_parts_that_overlap(seed):
    a, b = np.random.default_rng(seed).standard_normal((2, 20))
    expected = [correlation([a[i] for i in range(20) if 0 <= i + lag < 20],
                            [b[i + lag] for i in range(20) if 0 <= i + lag < 20]) for lag in range(-4, 5)]  # fmt: skip
    np.testing.assert_array_equal(lagged_correlations(a, b, 4), expected)


def test_of_equally_strong_lags_the_nearest_one_counts():
    assert strongest_lag([-0.5, 0.1, 0.5]) == -1
    assert strongest_lag([0.5, 0.1, -0.5, 0.5, np.nan]) == 0
    assert strongest_lag([np.nan, np.nan, np.nan]) is None


def test_lags_without_a_correlation_are_none_and_wrong_arguments_are_refused():
    assert strongest_lag(lagged_correlations(np.ones(20), np.arange(20.0), 3)) is None
    with pytest.raises(ValueError, match="equal lengths"):
        lagged_correlations(np.ones(3), np.ones(4), 1)
    with pytest.raises(ValueError, match="0 or more"):
        lagged_correlations(np.ones(9), np.ones(9), -1)
