"""Curvature and gradients: against an explicit Hessian, finite differences and symmetries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.description import RunDescription
from spectral_edge.simulate.landscape import Landscape, ablated, random_directions, ritz_values
from spectral_edge.simulate.landscape.landscape import HELD_OUT, TRAIN
from spectral_edge.simulate.networks import CausalTransformer, ReluTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.tasks import DyckDepth, LinearTeacher, ModularAddition, TaskSwitch
from spectral_edge.simulate.training.measure import outputs

from .conftest import describe

EPS = float(np.finfo(np.float64).eps)
RARE = settings(max_examples=15, deadline=None)


def explicit(landscape, theta, place, data):
    """The whole Hessian and gradient of one seed, by differentiating a network of that seed alone."""
    alone = replace(landscape.description, seeds=landscape.description.seeds[place : place + 1])
    split = alone.task.data(alone.seeds[0])
    x, y = split[:2] if data == TRAIN else split[2:]
    rows = 2 * alone.task.modulus

    def loss(flat):
        weights = flat.view(-1, alone.network.width)
        one_hot = torch.nn.functional.one_hot(torch.from_numpy(x), alone.task.modulus).double().flatten(1)
        logits = (one_hot @ weights[:rows]) ** 2 @ weights[rows:].T
        return torch.nn.functional.cross_entropy(logits, torch.from_numpy(y))

    at = torch.from_numpy(theta[place])
    hessian = torch.autograd.functional.hessian(loss, at)
    return hessian.numpy(), torch.autograd.functional.jacobian(loss, at).numpy()


@pytest.mark.parametrize("data", [TRAIN, HELD_OUT])
def test_curvature_and_gradient_are_those_of_the_explicit_hessian(modes, landscape, data):
    found = landscape.along(modes.theta, modes.v, data)
    images = landscape.products(modes.theta, modes.v, data)
    slopes = landscape.gradient(modes.theta, data)
    for place in range(3):
        hessian, slope = explicit(landscape, modes.theta, place, data)
        size = np.linalg.norm(hessian) * len(hessian) * EPS
        np.testing.assert_allclose(images[place], modes.v[place] @ hessian, atol=10 * size)
        np.testing.assert_allclose(
            found.h[place], np.einsum("mp,pq,mq->m", modes.v[place], hessian, modes.v[place]), atol=10 * size
        )
        np.testing.assert_allclose(found.G[place], modes.v[place] @ slope, atol=10 * size)
        np.testing.assert_allclose(slopes[place], slope, atol=10 * size)


def test_a_count_of_ritz_values_never_exceeds_that_of_eigenvalues(modes, landscape):
    found = ritz_values(landscape, modes.theta, 12, draw=5)
    for place in range(3):
        hessian, _ = explicit(landscape, modes.theta, place, TRAIN)
        exact = np.linalg.eigvalsh(hessian)[::-1]
        slack = len(exact) * EPS * np.linalg.norm(hessian)
        assert np.all(found[place] <= exact[:12] + slack)
        assert found[place, 0] == pytest.approx(exact[0], rel=1e-3)  # twelve steps of 45 find the largest


def described(kind: str) -> RunDescription:
    shape = {"steps": 1, "seeds": (5, 2), "recording": None, "evaluate_every": 1}
    if kind == "transformer":
        task = DyckDepth(train_count=5, test_count=5, pairs=3)
        return RunDescription(task, CausalTransformer(width=4, heads=2, inner=4, layers=1), AdamW(), **shape)
    return RunDescription(LinearTeacher(), ReluTwoLayer(width=3, bias=True), AdamW(), **shape)


@pytest.mark.parametrize("kind", ["transformer", "values"])
def test_along_other_networks_too_the_loss_bends_as_finite_differences_say(kind):
    description = described(kind)
    landscape = Landscape(description)
    theta = np.stack([description.network.initial(description.task, seed) for seed in description.seeds])
    v = random_directions(description.seeds, 2, theta.shape[1], 4)
    found = landscape.along(theta, v, HELD_OUT)
    step = 1e-4
    at = [landscape.measured(theta + size * v[:, 0], HELD_OUT).loss for size in (-step, 0.0, step)]
    # The second difference is off by step²/12 times a fourth derivative, and by 4ε/step² times the loss.
    scale = np.abs(at[1]) + 1
    np.testing.assert_allclose(found.G[:, 0], (at[2] - at[0]) / (2 * step), atol=float(1e-6 * scale.max()))
    np.testing.assert_allclose(
        found.h[:, 0], (at[2] - 2 * at[1] + at[0]) / step**2, atol=float(1e-5 * scale.max())
    )


def test_looking_rows_up_twice_differentiably_gives_the_outputs_of_training(modes, landscape):
    from spectral_edge.simulate.landscape.landscape import _twice_differentiable

    examples = landscape._examples[HELD_OUT].inputs
    theta = torch.from_numpy(modes.theta)
    plain = outputs(landscape.description, theta, examples)
    with _twice_differentiable():
        twice = outputs(landscape.description, theta, examples)
    np.testing.assert_allclose(twice, plain, rtol=8 * EPS, atol=8 * EPS)


def test_a_seed_has_the_same_landscape_whatever_stands_beside_it(modes, landscape):
    order = [2, 0]
    seeds = tuple(landscape.description.seeds[i] for i in order)
    fewer = Landscape(landscape.description, seeds)
    whole, part = landscape.along(modes.theta, modes.v), fewer.along(modes.theta[order], modes.v[order])
    np.testing.assert_allclose(part.h, whole.h[order], rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(part.G, whole.G[order], rtol=1e-12, atol=1e-13)
    np.testing.assert_array_equal(
        fewer.measured(modes.theta[order]).score, landscape.measured(modes.theta).score[order]
    )
    drawn = random_directions(landscape.description.seeds, 2, 9, 8)
    np.testing.assert_array_equal(random_directions(seeds, 2, 9, 8), drawn[order])


def test_what_is_not_known_of_one_seed_stays_unknown_and_harms_no_other(modes, landscape):
    v = modes.v.copy()
    v[1, 2] = np.nan
    found, whole = landscape.along(modes.theta, v), landscape.along(modes.theta, modes.v)
    assert np.argwhere(np.isnan(found.h)).tolist() == np.argwhere(np.isnan(found.G)).tolist() == [[1, 2]]
    known = ~np.isnan(found.h)
    np.testing.assert_array_equal(found.h[known], whole.h[known])
    moved = modes.theta + v[:, 2]
    assert np.isnan(landscape.measured(moved).loss).tolist() == [False, True, False]
    assert np.isnan(landscape.divergence(modes.theta, moved)).tolist() == [False, True, False]
    assert np.isnan(landscape.measured(ablated(modes.theta, v)).score).tolist() == [False, True, False]


@RARE
@given(st.floats(-3, 3), st.integers(0, 3))
def test_curvature_goes_with_the_square_of_a_direction_and_gradient_with_itself(
    modes, landscape, scale, mode
):
    v = modes.v[:, mode : mode + 1]
    one, many = landscape.along(modes.theta, v), landscape.along(modes.theta, scale * v)
    np.testing.assert_allclose(many.h, scale**2 * one.h, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(many.G, scale * one.G, rtol=1e-12, atol=1e-12)


@RARE
@given(st.floats(0.0, 1.0), st.integers(0, 2**20))
def test_a_divergence_is_never_negative_and_zero_only_where_nothing_moved(modes, landscape, size, draw):
    v = random_directions(landscape.description.seeds, 1, modes.theta.shape[1], draw)[:, 0]
    found = landscape.divergence(modes.theta, modes.theta + size * v)
    assert np.all(found >= -8 * EPS)
    if size > 0.1:
        assert np.all(found > 1e-8)


def test_small_moves_diverge_by_half_their_square_times_a_curvature(modes, landscape):
    v = modes.v[:, 0]
    large, small = (landscape.divergence(modes.theta, modes.theta + size * v) for size in (2e-3, 1e-3))
    np.testing.assert_allclose(large / small, 4.0, rtol=0.02)  # the next term is of relative size s


def test_divergence_is_refused_where_a_task_has_values():
    description = described("values")
    theta = np.zeros((2, description.network.length(description.task)))
    with pytest.raises(ValueError, match="has values, but a KL needs classes"):
        Landscape(description).divergence(theta, theta)


def test_after_a_switch_the_examples_are_those_of_the_second_task():
    first, second = ModularAddition(modulus=5, train_share=0.6), ModularAddition(modulus=5, train_share=0.4)
    described_switch = describe(task=TaskSwitch(first, second, 6))
    theta = np.random.default_rng(0).normal(size=(3, 45))
    for step, alone in ((5, first), (6, second)):
        switched = Landscape(described_switch, step=step).measured(theta)
        np.testing.assert_array_equal(switched.loss, Landscape(describe(task=alone)).measured(theta).loss)
