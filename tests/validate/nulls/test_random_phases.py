from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.nulls.random_phases import random_phases

EPS = np.finfo(float).eps


def autocorrelation(values):
    """Circular, straight from its definition."""
    centred = values - values.mean()
    return np.array([centred @ np.roll(centred, lag) for lag in range(len(values))])


@given(st.integers(2, 41), st.integers(0, 2**32 - 1))
def test_mean_and_autocorrelation_stay(length, seed):
    series = np.random.default_rng(seed).standard_normal((2, length)).cumsum(axis=1)
    made = random_phases(series, 5)
    # Two transforms and a sum of `length` products, of numbers up to `size`.
    size = float(np.abs(series).max())
    for before, after in zip(series, made, strict=True):
        assert after.mean() == pytest.approx(before.mean(), abs=50 * size * EPS)
        np.testing.assert_allclose(
            autocorrelation(after), autocorrelation(before), rtol=0, atol=200 * length * size**2 * EPS
        )


def test_when_something_happened_is_lost():
    """The control: a jump in the middle of every row is somewhere else, or nowhere, in its surrogate."""
    step = np.tile(np.repeat([0.0, 1.0], 40), (30, 1))
    made = random_phases(step, 1)
    jumps = np.argmax(np.abs(np.diff(made, axis=1)), axis=1)
    assert len(set(jumps)) > 10
    assert not np.array_equal(made[0], made[1])
    np.testing.assert_array_equal(made, random_phases(step, 1))


def test_holes_stay_where_they_are_and_rows_too_short_stay_as_they_are():
    series = np.array([[1.0, np.nan, 3.0, 2.0, np.inf], [np.nan, 7.0, np.nan, np.nan, np.nan]])
    made = random_phases(series, 0)
    np.testing.assert_array_equal(np.isfinite(made), np.isfinite(series))
    assert made[1, 1] == 7.0
    assert np.nansum(made[0]) == pytest.approx(6.0, abs=50 * EPS)
    with pytest.raises(ValueError, match="one series per row"):
        random_phases(series[0], 0)
