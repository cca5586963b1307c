"""Weights kept while training goes on, weights that stay as they began, and decay that ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.description import Recording, RunDescription, Snapshots
from spectral_edge.simulate.networks import DeepLinear, QuadraticTwoLayer
from spectral_edge.simulate.optimizers import SGD, Adam, AdamW, Muon
from spectral_edge.simulate.tasks import LinearTeacher, ModularAddition
from spectral_edge.simulate.train import train
from spectral_edge.simulate.training.schedules import Change

BASE = RunDescription(
    task=ModularAddition(5),
    network=QuadraticTwoLayer(8),
    optimizer=AdamW(weight_decay=0.5),
    steps=40,
    seeds=(3, 1),
    recording=None,
    evaluate_every=10,
)
DEEP = replace(BASE, task=LinearTeacher(3, 3, (2.0, 1.0)), network=DeepLinear(depth=3, width=4))
RULES = [
    (BASE, SGD(learning_rate=0.1, weight_decay=0.5)),
    (BASE, SGD(learning_rate=0.1, weight_decay=0.5, momentum=0.9, decoupled=False)),
    (BASE, Adam(weight_decay=0.5)),
    (BASE, AdamW(weight_decay=0.5)),
    (DEEP, Muon(weight_decay=0.5)),
]


def test_snapshots_are_the_weights_that_a_shorter_run_ends_with() -> None:
    run = train(replace(BASE, snapshots=Snapshots(8, 24)))
    assert run.snapshot_steps.tolist() == [0, 8, 16, 24]
    start = np.stack([BASE.network.initial(BASE.task, seed) for seed in BASE.seeds])
    np.testing.assert_array_equal(run.weights_at(0), start.astype(np.float32))
    for step in (8, 16, 24):
        np.testing.assert_array_equal(run.weights_at(step), train(replace(BASE, steps=step)).final_weights)
    with pytest.raises(ValueError, match="step 9: this run keeps its weights at every 8 steps up to 24"):
        run.weights_at(9)


def test_keeping_them_changes_nothing() -> None:
    with_them, without = train(replace(BASE, snapshots=Snapshots(3))), train(BASE)
    np.testing.assert_array_equal(with_them.final_weights, without.final_weights)
    np.testing.assert_array_equal(with_them.test_loss, without.test_loss)


@pytest.mark.parametrize(("base", "rule"), RULES)
def test_frozen_weights_stay_to_the_bit_and_the_others_train(base: RunDescription, rule: object) -> None:
    layout = base.network.layout(base.task)
    name = layout.weights[0].name
    run = train(replace(base, optimizer=rule, frozen=(name,), snapshots=Snapshots(20)))
    frozen = np.zeros(layout.length, dtype=bool)
    frozen[layout.places[name]] = True
    for step in (20, 40):
        moved = run.weights_at(step) != run.weights_at(0)
        assert not moved[:, frozen].any()
        assert moved[:, ~frozen].mean() > 0.9


def test_nothing_to_train_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves no weight to train"):
        replace(BASE, frozen=("*",))
    with pytest.raises(ValueError, match="no weight matches 'attention'"):
        replace(BASE, frozen=("attention",))


def test_snapshots_after_the_end_are_refused() -> None:
    with pytest.raises(ValueError, match="until=41 is after steps=40"):
        replace(BASE, snapshots=Snapshots(1, 41))


@pytest.mark.parametrize(("base", "rule"), RULES)
def test_decay_that_ends_trains_as_with_decay_and_then_as_without(base: RunDescription, rule: SGD) -> None:
    with_decay = replace(base, optimizer=rule, snapshots=Snapshots(5))
    without = replace(with_decay, optimizer=replace(rule, weight_decay=0.0))
    ended, whole = train(replace(with_decay, decay_schedule=Change(20))), train(with_decay)
    np.testing.assert_array_equal(ended.snapshots[:, :5], whole.snapshots[:, :5])
    assert (ended.weights_at(25) != whole.weights_at(25)).any()
    at_once = train(replace(with_decay, decay_schedule=Change(0)))
    np.testing.assert_allclose(at_once.final_weights, train(without).final_weights, rtol=1e-5, atol=1e-6)


def test_a_seed_that_diverged_has_no_weights_from_then_on() -> None:
    run = train(replace(BASE, optimizer=SGD(learning_rate=1e30), snapshots=Snapshots(10)))
    assert (run.diverged >= 0).all()
    late = run.snapshot_steps >= run.diverged.max()
    assert np.isnan(run.snapshots[:, late]).all()


def test_recording_and_snapshots_tell_of_the_same_training() -> None:
    recording = Recording(3, 10, keep_rows_at=(40,))
    run = train(replace(BASE, recording=recording, snapshots=Snapshots(10)))
    rows = np.diff(run.snapshots, axis=1)
    np.testing.assert_array_equal(rows, run.kept_rows[40])
