"""Variance and autocorrelation in a window that looks back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spectral_edge.validate.warning import rolling


def test_both_are_those_of_pandas_after_a_line_is_taken_off() -> None:
    series = np.random.default_rng(0).standard_normal((2, 20)).cumsum(axis=1)
    found = rolling(series, 7)
    for seed in range(2):
        for end in range(6, 20):
            x = np.arange(7)
            part = series[seed, end - 6 : end + 1]
            rest = pd.Series(part - np.polyval(np.polyfit(x, part, 1), x))
            assert found.variance[seed, end] == pytest.approx(rest.var(ddof=0), rel=1e-9)
            assert found.autocorrelation[seed, end] == pytest.approx(rest.autocorr(), rel=1e-9)
    assert np.isnan(found.variance[:, :6]).all()


def test_a_line_varies_by_nothing_and_correlates_with_nothing() -> None:
    found = rolling(np.arange(12.0)[None] * 3 + 5, 6)
    assert np.nanmax(found.variance) < 1e-25
    assert np.nanmax(np.abs(found.autocorrelation)) == 0


def test_a_system_that_slows_down_shows_it_in_both() -> None:
    draw = np.random.default_rng(1)
    kept = np.linspace(0.0, 0.97, 600)
    series = np.zeros((30, 600))
    for i in range(1, 600):
        series[:, i] = kept[i] * series[:, i - 1] + draw.standard_normal(30)
    found = rolling(series, 60)
    for values in found:
        assert np.median(values[:, -1]) > 1.5 * np.median(values[:, 100])


def test_an_unknown_value_makes_its_windows_unknown_and_no_others() -> None:
    series = np.random.default_rng(2).standard_normal((1, 12))
    series[0, 5] = np.nan
    for values in rolling(series, 4):
        assert np.isnan(values[0]).tolist() == [True] * 3 + [False] * 2 + [True] * 4 + [False] * 3


def test_windows_that_are_too_short_or_too_long_are_refused() -> None:
    for window in (3, 13):
        with pytest.raises(ValueError, match="at least 4 and at most all"):
            rolling(np.zeros((1, 12)), window)
