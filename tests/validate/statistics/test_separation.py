"""The area under the ROC curve: against counting pairs, its symmetries, and intervals over seeds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.statistics.separation import area, separation

scored = st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=1, max_size=30)


def counted(score: np.ndarray, label: np.ndarray) -> float:
    pairs = [(p > n) + (p == n) / 2 for p in score[label] for n in score[~label]]
    return float(np.mean(pairs)) if pairs else float("nan")


@given(scored)
def test_the_area_is_the_share_of_pairs_in_the_right_order(pairs):
    score, label = np.array([float(s) for s, _ in pairs]), np.array([one for _, one in pairs])
    assert area(score, label) == pytest.approx(counted(score, label), nan_ok=True)


@given(scored)
def test_only_the_order_of_scores_matters_and_swapping_labels_mirrors(pairs):
    score, label = np.array([float(s) for s, _ in pairs]), np.array([one for _, one in pairs])
    assert area(np.exp(score), label) == pytest.approx(area(score, label), nan_ok=True)
    assert area(score, ~label) == pytest.approx(1 - area(score, label), nan_ok=True)
    assert area(np.append(score, np.nan), np.append(label, True)) == pytest.approx(
        area(score, label), nan_ok=True
    )


@given(st.lists(scored, min_size=4, max_size=6))
def test_resampling_counts_pairs_between_seeds_as_the_whole_sample_does(seeds):
    scores = [np.array([float(s) for s, _ in pairs]) for pairs in seeds]
    labels = [np.array([one for _, one in pairs]) for pairs in seeds]
    found = separation(scores, labels)
    assert found.value == pytest.approx(area(np.concatenate(scores), np.concatenate(labels)), nan_ok=True)
    assert np.isnan(found.value) or 0 <= found.low <= found.high <= 1


def test_windows_of_one_seed_are_not_so_many_replications():
    """Each seed has its own offset: windows resampled singly would give an interval far too narrow."""
    draw = np.random.default_rng(5)
    windows, seeds = 200, 8
    missed = 0
    for study in range(60):
        offsets = draw.standard_normal(seeds)
        positive = np.arange(seeds) % 2 == 0  # labels of whole seeds, unrelated to the offsets
        scores = [offset + 0.1 * draw.standard_normal(windows) for offset in offsets]
        labels = [np.full(windows, p) for p in positive]
        missed += separation(scores, labels, seed=study).excludes(0.5)
    # By seeds; a fifth is the error of a bootstrap with four seeds a side. By windows it would be nearly all.
    assert missed / 60 <= 0.2


def test_a_real_separation_is_seen():
    draw = np.random.default_rng(6)
    label = [np.arange(100) % 2 == 0 for _ in range(6)]
    found = separation([draw.standard_normal(100) + 2.0 * one for one in label], label)
    assert found.side(0.5) is True


def test_few_seeds_or_one_label_say_nothing():
    assert separation([], []).total == 0
    one = [np.ones(3)] * 3, [np.array([True, False, True])] * 3
    assert separation(*one).low == -np.inf
    assert np.isnan(area([1.0, 2.0], [True, True]))
    with pytest.raises(ValueError, match=r"scores of lengths \[2\] with labels of lengths \[1\]"):
        separation([np.zeros(2)], [np.zeros(1, bool)])
