"""Gradient part and decay part of a row over several steps, against the steps themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.landscape import ablated, modes_at, removed, sized, update_parts
from spectral_edge.simulate.landscape.split import shrinkage
from spectral_edge.simulate.optimizers import SGD, Adam, AdamW
from spectral_edge.simulate.train import train
from spectral_edge.simulate.training.schedules import Change, Warmup

from .conftest import describe

EPS = float(np.finfo(np.float64).eps)


@pytest.fixture(scope="module")
def stepped():
    """Every step of a run whose learning rate and decay both change within a row."""
    return train(describe(schedule=Warmup(8), decay_schedule=Change(5, 0.5)))


def rate(description, step):
    """η_s ω_s of one step."""
    rule = description.optimizer
    factor = description.schedule.factor(step) * description.decay_schedule.factor(step)
    return rule.learning_rate * rule.weight_decay * factor


def test_a_row_is_what_the_steps_brought_after_the_decay_that_followed_each(stepped):
    description = stepped.description
    modes = modes_at(stepped, [12] * 3, 2, 6)
    found = update_parts(description, modes, modes.v)
    np.testing.assert_allclose(
        found.total, np.einsum("smp,swp->smw", modes.v, modes.rows), rtol=1e-12, atol=1e-14
    )
    for row, first in enumerate((0, 6)):
        brought = np.zeros_like(modes.theta)
        for step in range(first, first + 6):
            before, after = stepped.snapshots[:, step], stepped.snapshots[:, step + 1]
            kept = 1 - rate(description, step)
            brought = kept * brought + (after - kept * before)
        expected = np.einsum("smp,sp->sm", modes.v, brought)
        np.testing.assert_allclose(found.gradient[..., row], expected, rtol=1e-9, atol=1e-12)


def test_the_sources_trapezoid_differs_by_no_more_than_the_decay_of_the_steps(stepped):
    """As the module says: by less than n ηω times the path that the optimizer's steps made within the row."""
    description = stepped.description
    modes = modes_at(stepped, [12] * 3, 2, 6)
    found = update_parts(description, modes, modes.v)
    rates = np.array([[rate(description, first + s) for s in range(6)] for first in (0, 6)])
    middle = modes.before + modes.rows / 2
    trapezoid = np.einsum("smp,swp->smw", modes.v, -middle * rates.sum(axis=1)[:, None])
    path = np.array([
        [sum(np.linalg.norm(stepped.snapshots[s, t + 1] - (1 - rate(description, t)) * stepped.snapshots[s, t])
             for t in range(first, first + 6)) for first in (0, 6)]
        for s in range(3)
    ])  # fmt: skip
    decayed = (
        np.linalg.norm(modes.before, axis=2) * rates.sum(axis=1) ** 2
    )  # second order of the decay itself
    bound = path * rates.sum(axis=1) + decayed
    assert np.all(np.abs(trapezoid - found.decay) <= bound[:, None])


def test_without_decay_all_is_gradient_and_without_gradient_all_is_decay():
    modes = modes_at(train(describe(optimizer=AdamW(weight_decay=0.0))), [12] * 3, 3, 1)
    plain = update_parts(describe(optimizer=AdamW(weight_decay=0.0)), modes, modes.v)
    assert not plain.decay.any()
    assert (plain.share == 1).all()
    assert (plain.energy_share == 1).all()
    run = train(describe())
    shrunk = run.snapshots.copy()
    for step in range(1, 13):
        shrunk[:, step] = shrunk[:, 0] * (1 - 0.7e-2) ** step
    object.__setattr__(run, "snapshots", shrunk)
    alone = modes_at(run, [12] * 3, 3, 2)
    found = update_parts(run.description, alone, alone.v[:, :1])
    assert np.abs(found.gradient).max() < 1e-12
    assert np.all(found.share < 1e-9)
    assert np.all(found.energy_share < 1e-18)


def test_a_share_of_nothing_is_not_known():
    run = train(describe(optimizer=AdamW(weight_decay=0.0)))
    modes = modes_at(run, [12] * 3, 3, 1)
    found = update_parts(run.description, modes, np.zeros_like(modes.v))
    assert np.isnan(found.share).all()
    assert np.isnan(found.energy_share).all()


@pytest.mark.parametrize("rule", [Adam(), SGD(momentum=0.9, weight_decay=0.1, decoupled=False)])
def test_decay_that_is_mixed_with_gradients_is_refused(rule):
    with pytest.raises(ValueError, match="does not shrink all weights alike and apart from the gradient"):
        shrinkage(describe(optimizer=rule), 0, 1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**20), st.integers(1, 3))
def test_an_ablation_is_a_projection_and_its_control_removes_as_much(draw, count):
    numbers = np.random.default_rng(draw)
    theta, origin = numbers.normal(size=(2, 4, 8))
    v = np.linalg.qr(numbers.normal(size=(4, 8, count)))[0].transpose(0, 2, 1)
    once = ablated(theta, v, origin)
    np.testing.assert_allclose(ablated(once, v, origin), once, atol=50 * EPS)
    np.testing.assert_allclose(np.einsum("smp,sp->sm", v, once - origin), 0, atol=50 * EPS)
    np.testing.assert_allclose(ablated(theta, v), ablated(theta, v, np.zeros_like(theta)), atol=50 * EPS)
    control = sized(numbers.normal(size=(4, 8)), removed(theta, v, origin))
    np.testing.assert_allclose(
        np.linalg.norm(control, axis=1), np.linalg.norm(theta - once, axis=1), rtol=1e-12
    )
