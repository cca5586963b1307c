"""Null models trajectory by trajectory: what each keeps of the seed that it imitates, and what it does not."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.simulate import optimizers
from spectral_edge.validate.checks.update_nulls import (
    DRAWN,
    NOISE,
    SHUFFLED,
    SMOOTH,
    WALK,
    WHITE,
    noise_updates,
    null_updates,
    side_by_side,
)
from spectral_edge.validate.updates import updates_of

SEEDS, ROWS, P = 3, 16, 120
ALL = (WALK, NOISE, SMOOTH, SHUFFLED, WHITE)


@pytest.fixture
def run(moving_run):
    rows = np.random.default_rng(3).normal(size=(SEEDS, ROWS, P)) * np.geomspace(1, 5, ROWS)[:, None]
    return moving_run(rows + 1.0)


@pytest.fixture
def updates(run):
    return updates_of(run).until(np.array([120.0, np.nan, 80.0]))


def test_each_replicate_imitates_a_seed_that_counts_for_as_long(run, updates):
    made = null_updates(updates, run.description, 5, ALL, 1)
    for name in (WALK, NOISE, SHUFFLED, WHITE):
        assert made[name].rows.tolist() == [12, 8, 12, 8, 12], name
    # A smooth trajectory runs its whole course in the rows of the middle one.
    assert made[SMOOTH].rows.tolist() == [12] * 5 and made[SMOOTH].products.shape == (5, 12, 12)
    assert all(null.units == tuple(range(5)) and null.stride == 10 for null in made.values())


def test_a_walk_has_the_norms_of_its_seed_and_directions_of_its_own(run, updates):
    walk = null_updates(updates, run.description, 4, (WALK,), 1)[WALK]
    own = np.sqrt(np.diagonal(updates.products, axis1=1, axis2=2))[[0, 2, 0, 2], :12]
    norms = np.sqrt(np.diagonal(walk.products, axis1=1, axis2=2))
    np.testing.assert_allclose(norms, own, rtol=1e-12)
    cosines = (walk.products / norms[:, :, None] / norms[:, None, :])[:, ~np.eye(12, dtype=bool)]
    # Cosines of independent directions have variance 1/p; the seed's own rows share a direction.
    assert np.sqrt(P) * cosines.std() == pytest.approx(1, abs=0.15)
    assert np.abs(cosines.mean()) < 0.02


def test_shuffling_keeps_the_updates_that_count_and_leaves_the_others_where_they_are(run, updates):
    shuffled = null_updates(updates, run.description, 2, (SHUFFLED,), 1)[SHUFFLED]
    for replicate, (source, rows) in enumerate(((0, 12), (2, 8))):
        before, after = updates.products[source], shuffled.products[replicate]
        assert not np.array_equal(np.diagonal(before)[:rows], np.diagonal(after)[:rows])
        np.testing.assert_allclose(
            np.linalg.eigvalsh(before[:rows, :rows]), np.linalg.eigvalsh(after[:rows, :rows]), rtol=1e-9
        )
        np.testing.assert_array_equal(before[rows:, rows:], after[rows:, rows:])


def test_descent_gets_noise_that_makes_updates_as_long_as_the_runs(moving_run):
    rows = np.random.default_rng(3).normal(size=(2, ROWS, P))
    # Plain descent at these settings moves weights by far more than decay does.
    slow = optimizers.SGD(learning_rate=0.01, momentum=0.5, weight_decay=1e-6)
    run = moving_run(rows * 1e3, optimizer=slow)
    updates = updates_of(run)
    noise = null_updates(updates, run.description, 3, (NOISE,), 1)[NOISE]
    middle = [np.sqrt(np.median(np.diagonal(u.products, axis1=1, axis2=2))) for u in (updates, noise)]
    assert middle[1] == pytest.approx(middle[0], rel=0.1)


def test_fewer_rows_of_noise_are_the_first_ones_and_seeds_differ(run):
    long = noise_updates(run.description, 10, 2, 1)
    assert long.shape == (2, ROWS, ROWS)
    updates = updates_of(run).until(np.full(SEEDS, 50.0))
    part = null_updates(updates, run.description, 2, (NOISE,), 1)[NOISE]
    np.testing.assert_array_equal(part.products, long)
    other = noise_updates(run.description, 10, 2, 2)
    assert np.abs(other - long).max() > 0.01 * np.abs(long).max()


def test_where_no_seed_counts_the_nulls_are_of_nothing(run):
    updates = updates_of(run).until(np.full(SEEDS, np.nan))
    made = null_updates(updates, run.description, 4, DRAWN, 1)
    assert all(null.units == () and null.windows(4).inner.shape[0] == 0 for null in made.values())


def test_nulls_of_several_arms_are_cut_to_the_fewest_replicates(run, updates):
    some = null_updates(updates, run.description, 4, (WALK,), 1)[WALK]
    none = null_updates(updates.until(np.full(SEEDS, np.nan)), run.description, 4, (WALK,), 1)[WALK]
    assert [len(one.units) for one in side_by_side({"a": some, "b": none}).values()] == [0, 0]
    assert [len(one.units) for one in side_by_side({"a": some, "b": some}).values()] == [4, 4]
