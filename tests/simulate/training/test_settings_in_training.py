"""What a description asks for is what the loop does: batches, clipping, schedules, precision, switches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from spectral_edge.simulate.description import Recording, RunDescription
from spectral_edge.simulate.networks import (
    CausalTransformer,
    EncoderDecoderTransformer,
    EncoderTransformer,
    QuadraticTwoLayer,
    ReluTwoLayer,
)
from spectral_edge.simulate.optimizers import AdamW, Muon
from spectral_edge.simulate.tasks import (
    CorruptedLabels,
    DyckDepth,
    ModularArithmetic,
    Objective,
    Scan,
    SparseParity,
    TaskSwitch,
)
from spectral_edge.simulate.train import train
from spectral_edge.simulate.training.batches import Batches
from spectral_edge.simulate.training.examples import _PLACES_AT_ONCE
from spectral_edge.simulate.training.schedules import Cosine, Spike

EPS = float(np.finfo(np.float64).eps)
SMALL = {"width": 8, "heads": 2, "inner": 12, "layers": 1}
BASE = RunDescription(
    task=ModularArithmetic("a+b", 5),
    network=EncoderTransformer(**SMALL),
    optimizer=AdamW(learning_rate=1e-2, weight_decay=0.5),
    steps=30,
    seeds=(0, 2),
    recording=None,
    evaluate_every=10,
    dtype="float64",
)


def naive_training(description: RunDescription, seed: int) -> torch.Tensor:
    """One seed with PyTorch's own optimizer, clipping and scheduler."""
    task, network = description.task, description.network
    inputs, targets, _, _ = map(torch.tensor, task.data(seed))
    weights = torch.tensor(network.initial(task, seed)).requires_grad_()
    rule = description.optimizer
    optimizer = torch.optim.AdamW(
        [weights], lr=rule.learning_rate, betas=rule.betas, eps=rule.epsilon, weight_decay=rule.weight_decay
    )
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, description.schedule.factor)
    for step in range(description.steps):
        chosen = description.batches.chosen(seed, step, len(inputs))
        batch, wanted = network.encode(task, inputs[chosen][None]), targets[chosen]
        logits = network.forward(task, weights[None], batch)[0]
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, -2), wanted.flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([weights], description.clip)
        optimizer.step()
        scheduler.step()
    return weights.detach()


@pytest.mark.parametrize(
    ("task", "network", "replace_drawn"),
    [
        (ModularArithmetic("a+b", 5), EncoderTransformer(**SMALL), True),
        (ModularArithmetic("a+b", 5), QuadraticTwoLayer(8), False),
        (DyckDepth(20, 5, 3), CausalTransformer(**SMALL), True),
        (Scan(20, 5, 3), EncoderDecoderTransformer(**SMALL), False),
        (SparseParity(6, 2, 20, 5), ReluTwoLayer(8), True),
    ],
)
def test_the_loop_is_pytorchs_own_with_batches_clipping_and_schedule(
    task: object, network: object, replace_drawn: bool
) -> None:
    description = replace(
        BASE,
        task=task,
        network=network,
        batches=Batches(5, replace_drawn),
        clip=0.3,
        schedule=Cosine(30, warmup=5, floor=0.1),
    )
    found = train(description)
    for s, seed in enumerate(description.seeds):
        wanted = naive_training(description, seed).numpy()
        # Adam divides by √v: a rounding of a gradient near ε moves a weight by up to the whole step.
        np.testing.assert_allclose(found.final_weights[s], wanted, rtol=0, atol=1e5 * 30 * EPS)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_less_precision_trains_nearly_the_same_weights_kept_in_float32(dtype: str) -> None:
    exact, found = train(replace(BASE, steps=3)), train(replace(BASE, steps=3, dtype=dtype))
    assert found.final_weights.dtype == np.float32
    start = np.stack([BASE.network.initial(BASE.task, seed) for seed in BASE.seeds])
    eps = torch.finfo(getattr(torch, dtype)).eps
    error = np.linalg.norm(found.final_weights - exact.final_weights, axis=1)
    moved = np.linalg.norm(exact.final_weights - start, axis=1)
    # Adam's first steps go by the signs of the gradients; those of small ones are lost to rounding.
    assert np.all(error <= 20 * eps**0.5 * moved)
    assert np.all(error > 0)
    loss = abs(found.train_loss[:, 0] - exact.train_loss[:, 0]) / exact.train_loss[:, 0]
    assert np.all((loss > 0) & (loss < 10 * eps))


def test_the_softmax_asked_for_is_the_one_trained_with() -> None:
    runs = {s: train(replace(BASE, dtype="float32", softmax=s)) for s in ("plain", "float64", "stablemax")}
    assert abs(runs["plain"].train_loss[:, 0] - runs["float64"].train_loss[:, 0]).max() < 1e-5
    assert not np.array_equal(runs["plain"].final_weights, runs["float64"].final_weights)
    task, network = BASE.task, BASE.network
    theta = torch.tensor(runs["stablemax"].final_weights)
    inputs, targets = (
        torch.tensor(np.stack(a)) for a in zip(*(task.data(s)[:2] for s in BASE.seeds), strict=True)
    )
    wanted = Objective.LABELS.loss(network.forward(task, theta, inputs), targets, "stablemax")
    np.testing.assert_allclose(runs["stablemax"].train_loss[:, -1], wanted, rtol=1e-5)


def test_after_a_switch_the_second_task_is_trained_and_the_first_still_measured() -> None:
    first, second = ModularArithmetic("a+b", 5), ModularArithmetic("a-b", 5)
    before = train(replace(BASE, task=first, steps=20))
    run = train(replace(BASE, task=TaskSwitch(first, second, at=20), steps=60))
    series = run.probes["first_accuracy"], run.probes["first_loss"]
    np.testing.assert_array_equal(run.train_loss[:, :2], before.train_loss[:, :2])
    np.testing.assert_array_equal(series[1][:, :3], before.test_loss)
    np.testing.assert_array_equal(series[0][:, :3], before.test_accuracy)
    theta = torch.tensor(run.final_weights)
    inputs, targets = (
        torch.tensor(np.stack(a)) for a in zip(*(second.data(s)[:2] for s in BASE.seeds), strict=True)
    )
    loss = Objective.LABELS.loss(BASE.network.forward(second, theta, inputs), targets)
    np.testing.assert_allclose(run.train_loss[:, -1], loss, rtol=1e-12)
    assert np.all(run.train_loss[:, -1] < run.train_loss[:, 2])


def test_wrong_labels_are_memorised_against_the_right_ones() -> None:
    description = replace(
        BASE, task=CorruptedLabels(ModularArithmetic("a+b", 7), 0.2), network=QuadraticTwoLayer(64)
    )
    run = train(replace(description, steps=150, optimizer=AdamW(weight_decay=0.0)))
    assert np.all(run.train_accuracy[:, -1] == 1)
    assert np.all(run.probes["corrupted_accuracy"][:, -1] == 0)
    assert run.probes.keys() == {"corrupted_loss", "corrupted_accuracy"}


def test_rows_are_made_of_the_weights_that_the_patterns_name() -> None:
    whole = train(replace(BASE, recording=Recording(3, 2, keep_rows_at=(30,))))
    part = train(
        replace(BASE, recording=Recording(3, 2, (30,), weights=("*.attention.*.weight", "readout.bias")))
    )
    places = BASE.network.layout(BASE.task).matching(("*.attention.*.weight", "readout.bias"))
    rows = whole.kept_rows[30][..., places]
    np.testing.assert_array_equal(part.kept_rows[30], rows)
    np.testing.assert_array_equal(part.final_weights, whole.final_weights)
    size = (rows**2).sum()
    np.testing.assert_allclose(
        part.inner[:, -1], rows @ rows.swapaxes(1, 2), rtol=0, atol=2 * len(places) * EPS * size
    )


def test_a_spike_of_the_learning_rate_is_felt_when_it_comes_and_not_before() -> None:
    calm, spiked = train(BASE), train(replace(BASE, schedule=Spike(start=15, length=2, height=50.0)))
    np.testing.assert_array_equal(calm.train_loss[:, :2], spiked.train_loss[:, :2])
    assert np.all(spiked.train_loss[:, 2] > calm.train_loss[:, 2])


def test_muon_trains_a_transformer_of_several_seeds_as_it_trains_each_alone() -> None:
    description = replace(BASE, optimizer=Muon(weight_decay=0.1), dtype="float32", steps=5)
    together = train(description)
    for s, seed in enumerate(description.seeds):
        alone = train(replace(description, seeds=(seed,)))
        moved = abs(alone.final_weights[0] - BASE.network.initial(BASE.task, seed)).max()
        # Matrices are turned in bfloat16, and sums may be taken in another order.
        assert abs(alone.final_weights[0] - together.final_weights[s]).max() <= 0.05 * moved


def test_measuring_in_parts_gives_what_measuring_at_once_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = train(BASE)
    monkeypatch.setattr("spectral_edge.simulate.training.examples._PLACES_AT_ONCE", 7)
    parts = train(BASE)
    assert _PLACES_AT_ONCE > 7
    np.testing.assert_array_equal(whole.final_weights, parts.final_weights)
    np.testing.assert_array_equal(whole.test_accuracy, parts.test_accuracy)
    np.testing.assert_allclose(whole.test_loss, parts.test_loss, rtol=64 * EPS)
