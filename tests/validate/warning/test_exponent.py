"""The slope between logarithms, with seeds drawn whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.warning.exponent import _slopes, exponent

X = np.geomspace(100, 400, 24)
CLUSTER = np.arange(24) % 8


@given(st.floats(0.2, 3), st.floats(0.01, 100))
def test_a_power_is_found_exactly_whatever_the_units(power, scale) -> None:
    found = exponent(X, scale * X**power, CLUSTER, resamples=50)
    # Logarithms up to 30 are summed over 24 units; the range of log X is about one.
    assert found.value == pytest.approx(power, abs=1e4 * np.finfo(float).eps)
    assert found.low == pytest.approx(found.high, abs=1e5 * np.finfo(float).eps)


def test_weighted_slopes_are_those_of_numpy_on_the_repeated_units() -> None:
    draw = np.random.default_rng(0)
    a, b = draw.standard_normal((2, 9))
    counts = draw.integers(0, 4, (5, 9)).astype(float)
    for row, found in zip(counts, _slopes(counts, a, b), strict=True):
        repeated = np.repeat(np.arange(9), row.astype(int))
        assert found == pytest.approx(np.polyfit(a[repeated], b[repeated], 1)[0], rel=1e-9)


def test_units_of_one_seed_are_no_evidence_of_their_own() -> None:
    draw = np.random.default_rng(1)
    y = X**1.2 * np.exp(0.3 * draw.standard_normal(24))
    alone = exponent(X, y, np.arange(24))
    copied = exponent(np.tile(X, 10), np.tile(y, 10), np.tile(np.arange(24), 10))
    assert (copied.low, copied.high) == pytest.approx((alone.low, alone.high), rel=1e-9)


def test_too_few_seeds_or_no_range_say_nothing() -> None:
    assert exponent(X, X, np.arange(24) % 3).side(0.5) is None
    assert np.isnan(exponent(np.full(24, 5.0), X, CLUSTER).value)
    assert np.isnan(exponent(np.empty(0), np.empty(0), np.empty(0, dtype=int)).value)


def test_numbers_without_logarithms_and_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        exponent(X, -X, CLUSTER)
    with pytest.raises(ValueError, match="one of each per unit"):
        exponent(X, X[:5], CLUSTER)
