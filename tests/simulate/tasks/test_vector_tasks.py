"""Tasks on vectors: labels and values are those of their definitions, and seeds draw their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.tasks import LinearTeacher, QuadraticBowl, SparseParity, Task, XorClusters

EPS = float(np.finfo(np.float64).eps)
seeds = st.integers(0, 2**31 - 1)


@given(seed=seeds, relevant=st.integers(1, 6))
def test_the_label_is_the_parity_of_the_relevant_signs(seed: int, relevant: int) -> None:
    split = SparseParity(bits=8, relevant=relevant, train_count=30, test_count=20).data(seed)
    for signs, labels in (split[:2], split[2:]):
        assert set(np.unique(signs)) <= {-1.0, 1.0}
        assert labels.tolist() == [int((row[:relevant] < 0).sum() % 2) for row in signs]


def test_no_single_sign_tells_the_parity() -> None:
    signs, labels, _, _ = SparseParity(bits=10, relevant=3, train_count=4000, test_count=1).data(0)
    correlations = signs.T @ (2 * labels - 1) / 4000
    assert abs(correlations).max() < 4 / 4000**0.5


@given(seed=seeds)
def test_clusters_lie_on_two_axes_and_the_axis_is_the_label(seed: int) -> None:
    # Eight standard deviations from the centre to the nearest point at which the axes are confused.
    points, labels, _, _ = XorClusters(features=4, distance=16.0, train_count=100, test_count=1).data(seed)
    assert labels.tolist() == abs(points[:, :2]).argmax(axis=1).tolist()


def test_all_four_clusters_are_there_and_no_linear_function_tells_them_apart() -> None:
    points, labels, _, _ = XorClusters(features=2, distance=8.0, train_count=4000, test_count=1).data(0)
    corners = {(int(label), point[label] > 0) for point, label in zip(points, labels, strict=True)}
    assert len(corners) == 4
    slope = points.T @ (2.0 * labels - 1) / 4000  # zero in expectation, with variance below 65/4000
    assert abs(slope).max() < 4 * (65 / 4000) ** 0.5


@given(seed=seeds)
def test_whitened_vectors_have_the_identity_as_second_moment(seed: int) -> None:
    task = LinearTeacher(features=5, values=4, strengths=(3.0, 1.0), train_count=12)
    x, y, held_out, held_out_values = task.data(seed)
    np.testing.assert_allclose(x.T @ x / 12, np.eye(5), rtol=0, atol=64 * EPS)
    teacher = task.matrix(seed)
    np.testing.assert_allclose(y, x @ teacher.T, rtol=0, atol=64 * EPS * abs(y).max())
    np.testing.assert_allclose(held_out_values, held_out @ teacher.T, rtol=0, atol=64 * EPS * 10)
    found = np.linalg.svd(teacher, compute_uv=False)
    np.testing.assert_allclose(found, [3.0, 1.0, 0.0, 0.0], rtol=0, atol=64 * EPS)


def test_noise_is_in_the_training_values_alone() -> None:
    clean, noisy = LinearTeacher(train_count=2000), LinearTeacher(train_count=2000, noise=0.5)
    one, other = clean.data(3), noisy.data(3)
    np.testing.assert_array_equal(one.train_inputs, other.train_inputs)
    np.testing.assert_array_equal(one.test_targets, other.test_targets)
    difference = other.train_targets - one.train_targets
    # Standard error of a sample standard deviation: 0.5/√(2n); five of them.
    assert abs(difference.std() - 0.5) < 5 * 0.5 / (2 * difference.size) ** 0.5


def test_the_bowl_has_the_curvatures_that_it_was_given() -> None:
    x, y, _, _ = QuadraticBowl((4.0, 1.0, 0.25)).data(0)
    np.testing.assert_allclose(x.T @ x / 3, np.diag([4.0, 1.0, 0.25]), rtol=4 * EPS)
    assert not y.any()


@pytest.mark.parametrize("task", [SparseParity(), XorClusters(), LinearTeacher()])
def test_every_seed_has_its_own_examples_and_always_the_same(task: Task) -> None:
    first, again, other = task.data(1), task.data(1), task.data(2)
    for before, after in zip(first, again, strict=True):
        np.testing.assert_array_equal(before, after)
    assert not np.array_equal(first.train_inputs, other.train_inputs)


@pytest.mark.parametrize(
    ("task", "settings", "message"),
    [
        (SparseParity, {"bits": 2}, "relevant=3 of bits=2"),
        (XorClusters, {"features": 1}, "features=1; give an integer of at least 2"),
        (XorClusters, {"distance": 0.0}, "distance=0.0; give a finite number above"),
        (LinearTeacher, {"strengths": ()}, r"strengths=\(\); give 1 to 10 numbers"),
        (LinearTeacher, {"strengths": (1.0, 2.0)}, "give 1 to 10 numbers, descending"),
        (LinearTeacher, {"train_count": 5}, "train_count=5 vectors cannot have the identity"),
        (QuadraticBowl, {"curvatures": ()}, r"curvatures=\(\); give at least one"),
        (QuadraticBowl, {"curvatures": (-1.0,)}, "curvatures=-1.0; give a finite number"),
    ],
)
def test_settings_that_make_no_task_are_refused(
    task: type[Task], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=f"{task.__name__}: .*{message}"):
        task(**settings)
