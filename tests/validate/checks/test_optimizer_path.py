"""P20 on paths made by hand, and principal components against a direct computation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate import optimizers
from spectral_edge.validate.checks import optimizer_path
from spectral_edge.validate.checks.optimizer_path import (
    ARMS,
    NOISES,
    WALKS,
    Components,
    Reading,
    components,
    judge,
    orders,
)
from spectral_edge.validate.checks.update_nulls import FEW
from spectral_edge.validate.profiles import BETA2_HIGH, BETA2_LOW, DECAY, MOMENTUM, SGD
from spectral_edge.validate.updates import Updates
from spectral_edge.validate.verdict import Verdict

SEEDS, ROWS, P = 6, 30, 120


def path(drift):
    """Updates ``(S, T, P)``: a random walk with a steady drift of so many steps' length."""
    draw = np.random.default_rng(7)
    rows = draw.normal(size=(SEEDS, ROWS, P)) / np.sqrt(P)
    rows[..., 0] += drift
    return rows


CLAIMED = {DECAY: 0.3, SGD: 5.0, MOMENTUM: 4.0, BETA2_LOW: 0.1, BETA2_HIGH: 0.8}


def updates(rows):
    units = tuple(range(len(rows)))
    counted = np.full(len(rows), rows.shape[1])
    return Updates(
        units, rows @ rows.transpose(0, 2, 1), np.zeros(rows.shape[:2]), counted, 10, rows.shape[2]
    )


def runs(moving_run, drifts, **settings):
    return {arm: moving_run(path(drifts[arm]), **settings) for arm in ARMS}


@pytest.fixture
def with_nulls(monkeypatch):
    def use(drifts):
        order = iter([drifts[arm] for arm in ARMS])

        def instead(found, description, replicates, names, seed):
            return dict.fromkeys(names, updates(path(next(order))))

        monkeypatch.setattr(optimizer_path, "null_updates", instead)

    return use


FLAT = dict.fromkeys(ARMS, 0.0)


def test_the_claimed_order_that_nulls_lack_is_supported(moving_run, in_context, with_nulls):
    with_nulls(FLAT)
    found = judge(in_context(runs(moving_run, CLAIMED)))
    assert found.verdict is Verdict.SUPPORTED
    assert (found.value.value, found.null.value) == (1.0, 0.0)
    told = dict(zip(found.tables[1].columns, found.tables[1].rows[0], strict=True))
    assert told["f, gradient-descent"] > 0.98 and told["n, gradient-descent"] == 1


@pytest.mark.parametrize(
    "changed",
    [{SGD: 0.2}, {MOMENTUM: 0.2}, {BETA2_LOW: 1.0, BETA2_HIGH: 0.1}],
    ids=["descent", "momentum", "beta2"],
)
def test_each_order_can_refute(moving_run, in_context, with_nulls, changed):
    with_nulls(FLAT)
    assert judge(in_context(runs(moving_run, CLAIMED | changed))).verdict is Verdict.REFUTED


def test_noise_in_the_same_order_makes_it_uninformative(moving_run, in_context, with_nulls):
    with_nulls(CLAIMED)
    assert judge(in_context(runs(moving_run, CLAIMED))).verdict is Verdict.UNINFORMATIVE


def test_walks_with_the_runs_step_norms_and_noise_through_the_optimizers_are_drawn(moving_run, in_context):
    arms = runs(moving_run, CLAIMED)
    descent = optimizers.SGD(learning_rate=0.1, weight_decay=0.01)
    arms |= {arm: moving_run(path(CLAIMED[arm]), optimizer=descent) for arm in (SGD, MOMENTUM)}
    found = judge(in_context(arms))
    assert found.counts[WALKS] == (0, FEW)
    assert found.counts[NOISES][1] == FEW
    rows = {tuple(row[:3]): row[3] for row in found.tables[-1].rows}
    assert rows[WALKS, SGD, "about the mean"] == pytest.approx(6 / np.pi**2, abs=0.1)


def test_the_path_ends_where_a_seed_groks_and_goes_on_where_it_does_not(moving_run, in_context, with_nulls):
    with_nulls(FLAT)
    grokked = (150, None, None, None, None, None)
    found = judge(in_context(runs(moving_run, CLAIMED, grokked_at=grokked)))
    assert "decay: to step 300 in the middle seed, 1 of 6 grok" in found.extra["How far"]
    first, second = (dict(zip(found.tables[1].columns, row, strict=True)) for row in found.tables[1].rows[:2])
    short = components(updates(path(CLAIMED[DECAY])[:, :15])).share[0]
    assert first["f, decay"] == pytest.approx(short)
    assert second["f, decay"] == pytest.approx(components(updates(path(CLAIMED[DECAY]))).share[1])


def test_arms_without_a_common_seed_cannot_be_compared(moving_run, in_context):
    arms = runs(moving_run, CLAIMED) | {SGD: moving_run(path(1.0), seeds=tuple(range(10, 16)))}
    with pytest.raises(ValueError, match="share no seed"):
        judge(in_context(arms))


@given(st.integers(0, 2**16), st.integers(2, 12), st.booleans())
def test_components_are_those_of_the_stacked_displacements(seed, rows, centred):
    moved = np.random.default_rng(seed).normal(size=(2, rows, 20))
    reading = Reading(points=rows + 1, centred=centred)
    found = components(updates(moved), reading)
    for i in range(2):
        displaced = np.concatenate([np.zeros((1, 20)), moved[i].cumsum(axis=0)])
        if centred:
            displaced = displaced - displaced.mean(axis=0)
        squares = np.linalg.svd(displaced, compute_uv=False) ** 2
        held = squares.cumsum() / squares.sum()
        assert found.share[i] == pytest.approx(held[0], rel=1e-9)
        # A share that is 95 % up to rounding could fall on either side.
        if np.abs(held - 0.95).min() > 1e-9:
            assert found.needed[i] == 1 + (held < 0.95).sum()


def test_the_first_component_of_a_long_walk_holds_six_over_pi_squared():
    rows, points = 600, 300
    walk = Updates((0,), np.eye(rows)[None], np.zeros((1, rows)), np.array([rows]), 10, 10**6)
    found = components(walk, Reading(points=points))
    # The sum over points stands for an integral; it is off by its inverse at most.
    assert found.share[0] == pytest.approx(6 / np.pi**2, abs=1 / points)
    straight = components(updates(np.ones((1, 30, 4))))
    assert straight.share[0] == pytest.approx(1.0) and straight.needed[0] == 1


@given(st.floats(1e-3, 1e3))
def test_components_do_not_depend_on_the_unit_of_weights(scale):
    found, scaled = (components(updates(factor * path(0.3))) for factor in (1.0, scale))
    np.testing.assert_allclose(found.share, scaled.share, rtol=1e-9)
    np.testing.assert_array_equal(found.needed, scaled.needed)


def test_orders_are_counted_and_a_seed_without_a_number_is_left_out():
    one = np.ones(2)
    found = {arm: Components(0.5 * one, 5 * one) for arm in ARMS}
    assert orders(found).tolist() == [0, 0]
    found[SGD] = Components(np.array([0.9, np.nan]), one)
    found[BETA2_HIGH] = Components(0.55 * one, one)
    counted = orders(found)
    assert counted[0] == 3 and np.isnan(counted[1])
    assert orders(found, margin=0.1)[0] == 2


def test_what_the_first_component_leaves_changes_the_verdict(moving_run, in_context, with_nulls, monkeypatch):
    with_nulls(FLAT)
    real = optimizer_path.components

    def left(*arguments):
        found = real(*arguments)
        return found._replace(share=1 - found.share)

    monkeypatch.setattr(optimizer_path, "components", left)
    assert judge(in_context(runs(moving_run, CLAIMED))).verdict is Verdict.REFUTED
