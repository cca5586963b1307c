"""Agreement of two orders of few things."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from spectral_edge.validate.statistics.ranks import FEWEST, rank_agreement

numbers = st.lists(st.integers(-5, 5), min_size=FEWEST, max_size=12)


@given(numbers, st.randoms(use_true_random=False))
def test_it_is_the_correlation_of_scipy_ties_included(first, random):
    second = [random.randint(-3, 3) for _ in first]
    found = rank_agreement(first, second)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(spearmanr(first, second).statistic, abs=1e-12)


@given(st.lists(st.floats(-10, 10), min_size=FEWEST, max_size=9, unique=True))
def test_it_asks_for_nothing_but_the_order(values):
    values = np.array(values)
    assert rank_agreement(values, np.sinh(values / 4) + values) == pytest.approx(1.0)
    assert rank_agreement(values, -values) == pytest.approx(-1.0)


def test_without_ties_it_is_the_formula_of_the_definition():
    first, second = np.array([3.0, 1.0, 4.0, 5.0, 2.0]), np.array([1.0, 2.0, 3.0, 5.0, 4.0])
    distance = np.sum((first - second) ** 2)
    assert rank_agreement(first, second) == pytest.approx(1 - 6 * distance / (5 * 24))


def test_what_is_not_known_is_left_out_and_too_few_say_nothing():
    nan = math.nan
    assert rank_agreement([1, 2, nan, 3, 4], [1, 2, 9, 3, 4]) == 1.0
    assert math.isnan(rank_agreement([1, 2, 3], [1, 2, 3]))
    assert math.isnan(rank_agreement([1, 2, 3, nan], [1, 2, 3, 4]))


def test_numbers_of_other_things_are_refused():
    with pytest.raises(ValueError, match=r"shapes \(2,\) and \(3,\)"):
        rank_agreement([1, 2], [1, 2, 3])
