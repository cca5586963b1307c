"""Shares of labels bin by bin: counted by hand, and with intervals that hold what they should."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.statistics.calibration import calibration, label_counts

EDGES = np.array([0.0, 1.0, 10.0, np.inf])


@given(st.integers(0, 1000))
def test_counts_are_those_of_a_loop(seed: int) -> None:
    draw = np.random.default_rng(seed)
    scores = [
        np.where(draw.uniform(size=20) < 0.1, np.nan, draw.choice([0.0, 0.5, 1.0, 3.0, 10.0, 99.0], 20))
        for _ in "ab"
    ]
    labels = [draw.integers(-1, 3, 20) for _ in "ab"]
    found = label_counts(scores, labels, EDGES, (0, 1, 2))
    for s in range(2):
        for b, (low, high) in enumerate(pairwise(EDGES)):
            for c in range(3):
                told = sum(low <= x < high and y == c for x, y in zip(scores[s], labels[s], strict=True))
                assert found[s, b, c] == told


def test_a_share_is_of_the_windows_with_one_of_the_labels() -> None:
    scores, labels = [np.array([0.5, 0.5, 0.5, 5.0])], [np.array([0, 1, -1, 1])]
    first, second, third = calibration(scores, labels, EDGES, (0, 1))
    assert first.counts == (1, 1) and [s.value for s in first.shares] == [0.5, 0.5]
    assert second.counts == (0, 1) and [s.value for s in second.shares] == [0.0, 1.0]
    assert third.counts == (0, 0) and all(np.isnan(s.value) for s in third.shares)
    assert first.shares[0].low == -np.inf and first.shares[0].total == 1


def test_intervals_resample_whole_seeds_and_not_windows() -> None:
    # Half of the seeds have one label only, the other half the other: 4000 windows, and eight seeds' worth of knowledge.
    scores = [np.full(500, 0.5)] * 8
    labels = [np.full(500, s % 2) for s in range(8)]
    share = calibration(scores, labels, EDGES, (0, 1))[0].shares[0]
    assert share.value == 0.5
    # The spread of the mean of eight coins is 0.18; of 4000 it would be 0.008.
    assert share.high - share.low == pytest.approx(4 * 0.5 / 8**0.5, rel=0.15)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    truth, held, trials = 0.3, 0, 60
    draw = np.random.default_rng(0)
    for _ in range(trials):
        own = draw.beta(6 * truth, 6 * (1 - truth), 24)
        labels = [(draw.uniform(size=30) < p).astype(np.int64) for p in own]
        share = calibration([np.full(30, 0.5)] * 24, labels, EDGES, (0, 1))[0].shares[1]
        held += share.low <= truth <= share.high
    # A percentile interval of 24 seeds holds a little less than 95 %; 48 of 60 is below any binomial doubt of 0.93.
    assert held > 48


def test_edges_that_do_not_rise_and_lengths_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="at least two, rising"):
        label_counts([], [], np.array([1.0, 0.0]), (0,))
    with pytest.raises(ValueError, match="2 scores with 1 labels for seed 0"):
        label_counts([np.zeros(2)], [np.zeros(1, dtype=int)], EDGES, (0,))
