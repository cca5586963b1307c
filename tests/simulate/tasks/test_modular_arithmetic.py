"""The six operations of the source, on all pairs that each of them is defined on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.tasks import ModularAddition, ModularArithmetic
from spectral_edge.simulate.tasks.modular import OPERATIONS

NAIVE: dict[str, Callable[[int, int], int]] = {
    "a+b": lambda a, b: a + b,
    "a-b": lambda a, b: a - b,
    "a*b": lambda a, b: a * b,
    "a^2+b^2": lambda a, b: a**2 + b**2,
    "a^2+ab+b^2": lambda a, b: a**2 + a * b + b**2,
    "a^3+ab": lambda a, b: a**3 + a * b,
}


def test_the_operations_are_the_six_of_the_source() -> None:
    assert set(OPERATIONS) == set(NAIVE)


@given(operation=st.sampled_from(sorted(NAIVE)), modulus=st.integers(3, 20), seed=st.integers(0, 2**31 - 1))
def test_every_pair_is_there_once_with_the_right_label(operation: str, modulus: int, seed: int) -> None:
    task = ModularArithmetic(operation, modulus)
    train, train_labels, test, test_labels = task.data(seed)
    pairs = np.concatenate([train, test]).tolist()
    smallest = 1 if operation == "a*b" else 0
    assert sorted(map(tuple, pairs)) == [
        (a, b) for a in range(smallest, modulus) for b in range(smallest, modulus)
    ]
    labels = np.concatenate([train_labels, test_labels]).tolist()
    assert labels == [NAIVE[operation](a, b) % modulus for a, b in pairs]
    assert len(train) == task.train_count


def test_the_defaults_are_those_of_the_source() -> None:
    assert ModularArithmetic().train_count == 97**2 // 2
    assert ModularArithmetic("a*b").train_count == 96**2 // 2


def test_addition_at_the_toy_size_is_the_same_task_under_its_own_name() -> None:
    toy, general = ModularAddition(), ModularArithmetic("a+b", 23, 0.6)
    for one, other in zip(toy.data(5), general.data(5), strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_unknown_operation_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ModularArithmetic: operation='a/b'; give one of a\+b, a-b"):
        ModularArithmetic("a/b")
