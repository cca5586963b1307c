"""Schedules, clipping and batches are those of their definitions and of PyTorch."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.training.batches import Batches
from spectral_edge.simulate.training.clipping import clip
from spectral_edge.simulate.training.schedules import Constant, Cosine, Schedule, Spike, Warmup

EPS = float(np.finfo(np.float64).eps)


def pytorch_factors(schedule: Schedule, steps: int) -> list[float]:
    """The same schedule from ``torch.optim.lr_scheduler``."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    from torch.optim import lr_scheduler as torchs

    match schedule:
        case Warmup(steps=length):
            made = torchs.LinearLR(optimizer, 1 / length, 1.0, max(length - 1, 1)) if length > 1 else None
        case Cosine(steps=length, warmup=0, floor=floor):
            made = torchs.CosineAnnealingLR(optimizer, length, floor)
        case _:
            made = None
    factors = []
    for _ in range(steps):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if made is not None:
            made.step()
    return factors


@pytest.mark.parametrize("schedule", [Constant(), Warmup(1), Warmup(7), Cosine(20), Cosine(13, floor=0.2)])
def test_a_schedule_is_that_of_pytorch(schedule: Schedule) -> None:
    steps = schedule.steps if isinstance(schedule, Cosine) else 20
    found = [schedule.factor(step) for step in range(steps)]
    # PyTorch multiplies the rate from step to step, and so collects roundings.
    np.testing.assert_allclose(found, pytorch_factors(schedule, steps), rtol=0, atol=32 * steps * EPS)


@given(warmup=st.integers(0, 20), length=st.integers(1, 50), floor=st.floats(0, 1))
def test_a_cosine_rises_then_falls_to_its_floor_and_stays(warmup: int, length: int, floor: float) -> None:
    schedule = Cosine(warmup + length, warmup, floor)
    factors = [schedule.factor(step) for step in range(warmup + length + 5)]
    top = max(warmup - 1, 0)
    assert factors[top] == pytest.approx(1.0, abs=4 * EPS)
    assert factors[: top + 1] == sorted(factors[: top + 1])
    assert all(
        later <= earlier + 4 * EPS
        for earlier, later in zip(factors[warmup:], factors[warmup + 1 :], strict=False)
    )
    assert factors[-5:] == pytest.approx([floor] * 5, abs=4 * EPS)


def test_a_spike_lasts_as_long_as_it_says() -> None:
    assert [Spike(3, 2, 10.0).factor(step) for step in range(7)] == [1, 1, 1, 10, 10, 1, 1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Warmup(0), "Warmup: steps=0; give an integer of at least 1"),
        (lambda: Cosine(5, warmup=5), "Cosine: steps=5; give an integer of at least 6"),
        (lambda: Cosine(5, floor=-0.1), "Cosine: floor=-0.1; give a finite number"),
        (lambda: Spike(-1, 1, 2.0), "Spike: start=-1; give an integer of at least 0"),
        (lambda: Spike(0, 0, 2.0), "Spike: length=0; give an integer of at least 1"),
        (lambda: Spike(0, 1, math.inf), "Spike: height=inf; give a finite number"),
        (lambda: Batches(0), "Batches: size=0; give an integer of at least 1"),
        (lambda: Batches(3, replace=1), "Batches: replace=1; give True or False"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]


@given(st.lists(st.floats(-100, 100), min_size=4, max_size=4), st.floats(0.01, 10))
def test_each_seed_is_clipped_as_pytorch_clips_one_network(numbers: list[float], most: float) -> None:
    gradient = torch.tensor([numbers, [3.0, 4.0, 0.0, 0.0]], dtype=torch.float64)
    found = clip(gradient, most)
    for s in range(2):
        alone = torch.zeros(4, dtype=torch.float64, requires_grad=True)
        alone.grad = gradient[s].clone()
        torch.nn.utils.clip_grad_norm_([alone], most)
        torch.testing.assert_close(found[s], alone.grad, rtol=8 * EPS, atol=0)


def test_a_gradient_that_is_not_finite_leaves_the_other_seeds_alone() -> None:
    gradient = torch.tensor([[1.0, math.nan], [3.0, 4.0], [math.inf, 1.0]])
    found = clip(gradient, 1.0)
    torch.testing.assert_close(found[1], torch.tensor([0.6, 0.8]))
    assert not torch.isfinite(found[[0, 2]]).all(dim=1).any()


@given(seed=st.integers(0, 2**31 - 1), size=st.integers(1, 12), count=st.integers(1, 30))
def test_an_epoch_sees_every_example_once_and_each_in_another_order(seed: int, size: int, count: int) -> None:
    batches = Batches(size, replace=False)
    per_epoch = math.ceil(count / size)
    epochs = [
        np.concatenate([batches.chosen(seed, e * per_epoch + i, count) for i in range(per_epoch)])
        for e in range(2)
    ]
    for epoch in epochs:
        assert sorted(epoch.tolist()) == list(range(count))
    if count > 12:  # two orders of 13 are equal once in 6e9 times
        assert epochs[0].tolist() != epochs[1].tolist()


def test_examples_drawn_with_repetitions_are_uniform_and_independent() -> None:
    drawn = np.concatenate([Batches(100).chosen(0, step, 10) for step in range(100)])
    counts = np.bincount(drawn, minlength=10)
    assert abs(counts - 1000).max() < 4 * 1000**0.5
    assert len(set(Batches(10).chosen(0, 0, 10))) < 10  # with repetitions: 10 of 10 has a chance of 4e-4


def test_a_batch_depends_on_seed_and_step_alone() -> None:
    batches = Batches(8)
    first = batches.chosen(3, 7, 50)
    batches.chosen(3, 6, 50)
    np.testing.assert_array_equal(first, batches.chosen(3, 7, 50))
    assert first.tolist() != batches.chosen(4, 7, 50).tolist()
    assert first.tolist() != batches.chosen(3, 8, 50).tolist()
