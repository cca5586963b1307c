"""Shares of seeds: exact intervals, and how many seeds it takes to say anything."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.statistics.shares import LEVEL, share


def tail(total: int, probability: float, at_least: int) -> float:
    """P(X ≥ at_least) for X binomial, summed term by term."""
    return sum(
        math.comb(total, k) * probability**k * (1 - probability) ** (total - k)
        for k in range(at_least, total + 1)
    )


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_the_interval_is_the_set_of_shares_that_an_exact_test_would_not_reject(outcomes):
    found = share(outcomes)
    half = (1 - LEVEL) / 2
    # Root finding in SciPy stops at about 1e-12 of the bound; the tail is a smooth function of it.
    if found.passed > 0:
        assert tail(found.total, found.low, found.passed) == pytest.approx(half, abs=1e-9)
    else:
        assert found.low == 0
    if found.passed < found.total:
        assert 1 - tail(found.total, found.high, found.passed + 1) == pytest.approx(half, abs=1e-9)
    else:
        assert found.high == 1


def test_six_of_six_is_the_least_that_shows_a_majority():
    assert share([True] * 6).majority is True
    assert share([True] * 5).majority is None
    assert share([False] * 6).majority is False
    assert share([True] * 5 + [False]).majority is None


@given(st.lists(st.booleans(), max_size=40))
def test_passing_and_failing_are_mirror_images(outcomes):
    direct, mirrored = share(outcomes), share([not o for o in outcomes])
    assert direct.low == pytest.approx(1 - mirrored.high, abs=1e-12)
    assert direct.majority is (None if mirrored.majority is None else not mirrored.majority)


def test_nothing_counted_says_nothing():
    empty = share([])
    assert empty.value is None
    assert empty.majority is None
    assert str(empty).startswith("0 of 0")
