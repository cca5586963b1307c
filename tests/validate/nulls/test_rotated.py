"""Rotated updates: the lengths of a run's updates to the last digit, and uniform directions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from spectral_edge.validate.nulls import (
    direction_products,
    haar_rotation,
    random_walk,
    rotated_products,
    rotated_updates,
)

EPS = np.finfo(float).eps
ODDS = 1e-4
"""The chance that a law which is right fails a test of it; a mutant's is far below."""


def turned(updates: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """The definition: every row through a rotation of its own, one by one."""
    return np.stack([haar_rotation(updates.shape[1], draw) @ row for row in updates])


@given(st.integers(1, 8), st.integers(0, 99))
def test_a_rotation_keeps_lengths_and_angles(size, seed):
    q = haar_rotation(size, np.random.default_rng(seed))
    assert np.abs(q @ q.T - np.eye(size)).max() < 20 * size * EPS


@pytest.mark.parametrize("length", [2, 3, 7])
def test_what_is_drawn_at_once_has_the_law_of_rows_that_are_turned_one_by_one(length):
    """Two rows that began parallel: their cosine, and the product of all three around a triangle."""
    draw = np.random.default_rng(4)
    rows = np.ones((3, length)) / np.sqrt(length)
    explicit, drawn = [], []
    for _ in range(800):
        one = turned(rows, draw)
        for found, into in ((one @ one.T, explicit), (direction_products(3, length, draw), drawn)):
            into.append((found[0, 1], found[1, 2], found[0, 1] * found[1, 2] * found[0, 2]))
    for one, other in zip(np.transpose(explicit), np.transpose(drawn), strict=True):
        assert kstest(one, other).pvalue > ODDS


def test_the_sign_of_a_rotation_is_not_left_to_the_factorisation():
    """Without it the first column of q has a first entry of one sign only."""
    draw = np.random.default_rng(0)
    signs = [np.sign(haar_rotation(3, draw)[0, 0]) for _ in range(60)]
    assert 10 < signs.count(1.0) < 50


@given(st.integers(1, 9), st.integers(1, 6))
def test_cosines_are_a_gram_matrix_of_no_higher_rank_than_there_are_dimensions(rows, length):
    found = direction_products(rows, length, np.random.default_rng(1))
    assert np.allclose(np.diagonal(found), 1.0, rtol=4 * EPS)
    eigenvalues = np.linalg.eigvalsh(found)
    assert eigenvalues.min() > -rows * 10 * EPS
    assert (eigenvalues > rows * 100 * EPS).sum() <= length


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=4, max_size=7))
def test_each_part_of_each_update_keeps_its_norm(sizes):
    norms = np.array([sizes])
    found = rotated_products(norms, [5, 3], seed=2)
    assert np.allclose(np.diagonal(found[0]), (norms[0] ** 2).sum(axis=1), rtol=10 * EPS, atol=0)


def test_one_part_is_a_random_walk_and_two_are_not():
    """With all of the step in a part of two weights a gap is there that a walk in 2000 has not."""
    sizes = np.ones((40, 12))
    walk = random_walk(sizes, 6, 2002, seed=1).sigma[..., 0].ravel()
    whole = rotated_updates(sizes[..., None], [2002], 6, seed=2).sigma[..., 0].ravel()
    assert abs(walk.mean() / whole.mean() - 1) < 0.01
    parts = np.stack([sizes, 0.1 * sizes], axis=2)
    apart = rotated_updates(parts, [2, 2000], 6, seed=2)
    assert (apart.sigma[..., 1] / apart.sigma[..., 2]).min() > 3
    assert apart.length == 2002


@pytest.mark.parametrize(
    ("norms", "lengths", "said"),
    [
        (np.ones((1, 5, 2)), [3], "for 1 parts"),
        (np.ones((1, 5)), [3], r"give \(N, T, parts\)"),
        (-np.ones((1, 5, 1)), [3], "finite and not negative"),
        (np.full((1, 5, 1), np.nan), [3], "finite and not negative"),
    ],
)
def test_norms_that_are_none_are_refused(norms, lengths, said):
    with pytest.raises(ValueError, match=said):
        rotated_products(norms, lengths, seed=0)
    with pytest.raises(ValueError, match="one direction or more"):
        direction_products(0, 3, np.random.default_rng(0))
