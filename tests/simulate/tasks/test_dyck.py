"""Dyck words are balanced, and each place is labelled with its depth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.tasks import DyckDepth, Objective
from spectral_edge.simulate.tasks.classification import IGNORED
from spectral_edge.simulate.tasks.dyck import CLOSE, OPEN, PADDING


def naive_depths(word: list[int]) -> list[int]:
    depth, labels = 0, []
    for token in word:
        if token == PADDING:
            labels.append(IGNORED)
            continue
        depth += 1 if token == OPEN else -1
        assert depth >= 0, "closed before it was opened"
        labels.append(depth)
    assert depth == 0, "left open"
    return labels


@given(seed=st.integers(0, 2**31 - 1), pairs=st.integers(1, 14))
def test_every_word_is_balanced_and_every_label_its_depth(seed: int, pairs: int) -> None:
    task = DyckDepth(20, 10, pairs, examples_seed=None)
    train, train_labels, test, test_labels = task.data(seed)
    assert train.shape == train_labels.shape == (20, 2 * pairs)
    for words, labels in ((train, train_labels), (test, test_labels)):
        for word, label in zip(words.tolist(), labels.tolist(), strict=True):
            assert set(word) <= {OPEN, CLOSE, PADDING}
            assert label == naive_depths(word)
            length = 2 * pairs - word.count(PADDING)
            assert length > 0
            assert set(word[length:]) <= {PADDING}


def test_the_number_of_pairs_is_uniform_and_opening_has_its_chance() -> None:
    words = DyckDepth(1, 12000, 12).data(0).test_inputs
    pairs = (words == OPEN).sum(axis=1)
    counts = np.bincount(pairs, minlength=13)[1:]
    # A count of mean m has standard deviation below √m; the largest of twelve is within 4 of them.
    assert abs(counts - 1000).max() < 4 * 1000**0.5
    # After the first "(" both are possible unless the word has one pair only.
    second = words[pairs > 1, 1] == OPEN
    assert abs(second.mean() - 0.55) < 4 * (0.25 / len(second)) ** 0.5


def test_the_words_are_the_same_for_all_seeds_unless_each_has_its_own() -> None:
    fixed, own = DyckDepth(), DyckDepth(examples_seed=None)
    np.testing.assert_array_equal(fixed.data(1).test_inputs, fixed.data(2).test_inputs)
    assert not np.array_equal(own.data(1).test_inputs, own.data(2).test_inputs)


def test_distinct_words_are_distinct_and_others_are_not() -> None:
    def overlap(task: DyckDepth) -> float:
        train, _, test, _ = task.data(0)
        seen = set(map(tuple, train.tolist()))
        return float(np.mean([tuple(word) in seen for word in test.tolist()]))

    assert overlap(DyckDepth(distinct=True)) == 0
    assert round(overlap(DyckDepth()), 2) == 0.22  # as its docstring says


def test_the_form_is_that_of_the_source() -> None:
    task = DyckDepth()
    assert (task.inputs.length, task.inputs.vocabulary, task.outputs) == (24, 3, 13)
    assert task.objective is Objective.POSITIONS


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"train_count": 0}, "train_count=0; give an integer of at least 1"),
        ({"pairs": 0}, "pairs=0; give an integer of at least 1"),
        ({"distinct": 1}, "distinct=1; give True or False"),
        (
            {"train_count": 4, "test_count": 1, "pairs": 3, "distinct": True},
            "pairs=3 gives 8 words; ask for at most",
        ),
    ],
)
def test_settings_that_make_no_task_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"DyckDepth: .*{message}"):
        DyckDepth(**settings)
