"""Addition modulo n: all pairs, right labels, a split that depends on the seed alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.simulate.tasks.classification import accuracy, cross_entropy

tasks = st.builds(
    ModularAddition, modulus=st.integers(2, 30), train_share=st.sampled_from([0.3, 0.5, 0.6, 0.75])
)
seeds = st.integers(0, 2**31)


@given(task=tasks, seed=seeds)
def test_the_two_parts_hold_every_pair_once(task: ModularAddition, seed: int) -> None:
    train, _, test, _ = task.data(seed)
    n = task.modulus
    found = sorted(map(tuple, np.concatenate([train, test]).tolist()))
    assert found == [(a, b) for a in range(n) for b in range(n)]
    assert len(train) == task.train_count
    assert abs(len(train) - task.train_share * n**2) <= 0.5


@given(task=tasks, seed=seeds)
def test_every_label_is_the_sum_of_its_pair(task: ModularAddition, seed: int) -> None:
    train, train_labels, test, test_labels = task.data(seed)
    for pairs, labels in ((train, train_labels), (test, test_labels)):
        assert [(a + b) % task.modulus for a, b in pairs.tolist()] == labels.tolist()


def test_the_split_is_that_of_the_seed_whatever_was_drawn_before() -> None:
    task = ModularAddition()
    first = task.data(3)
    np.random.seed(1)  # noqa: NPY002 - the global state is what is tried
    task.data(4)
    for before, after in zip(first, task.data(3), strict=True):
        np.testing.assert_array_equal(before, after)
    assert not np.array_equal(first[0], task.data(4)[0])


def test_the_default_is_sixty_per_cent_of_529_pairs() -> None:
    assert ModularAddition().train_count == 317


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"modulus": 1}, "modulus=1; give an integer of at least 2"),
        ({"modulus": 23.0}, "modulus=23.0; give an integer"),
        ({"modulus": True}, "modulus=True; give an integer"),
        ({"train_share": 0}, "train_share=0; give a number strictly between 0 and 1"),
        ({"train_share": 1.0}, "train_share=1.0; give a number strictly between"),
        ({"train_share": math.nan}, "train_share=nan; give a number strictly between"),
        ({"train_share": "0.5"}, "train_share='0.5'; give a number strictly between"),
        ({"modulus": 2, "train_share": 0.01}, "is 0 training pairs; both parts need at least one"),
        ({"modulus": 2, "train_share": 0.99}, "is 4 training pairs; both parts need at least one"),
    ],
)
def test_settings_that_make_no_task_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"ModularAddition: .*{message}"):
        ModularAddition(**settings)


def naive_cross_entropy(logits: list[float], label: int) -> float:
    return math.log(sum(math.exp(z) for z in logits)) - logits[label]


def test_cross_entropy_and_accuracy_are_those_of_their_definitions() -> None:
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(3, 7, 5)), rng.integers(0, 5, size=(3, 7))
    losses = cross_entropy(torch.tensor(logits), torch.tensor(labels))
    hits = accuracy(torch.tensor(logits), torch.tensor(labels))
    for s in range(3):
        pairs = list(zip(logits[s].tolist(), labels[s].tolist(), strict=True))
        wanted = sum(naive_cross_entropy(*pair) for pair in pairs) / 7
        assert abs(losses[s].item() - wanted) <= 64 * np.finfo(float).eps * wanted
        assert hits[s].item() == sum(z.index(max(z)) == label for z, label in pairs) / 7
