"""For all seeds at once, from kept weights: the numbers that the recorder of one model gives."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spectral_edge.simulate.landscape import ablated, update_parts
from spectral_edge.simulate.landscape.landscape import HELD_OUT, TRAIN
from spectral_edge.simulate.recorder import ablate, curvature, perturb, update_split

# Two trainings of 12 steps whose sums run in another order, and products of p = 45 terms; Adam's first steps divide
# numbers of 1e-3 by their own size. Seen: 2e-13. A wrong definition is off by parts in a hundred.
CLOSE = 1e-9


@pytest.fixture(scope="module")
def directions(single):
    return single.recorder.directions(3)


def test_the_directions_and_strengths_are_those_of_the_recorder(modes, directions):
    flat = torch.cat([directions.vectors[name].reshape(3, -1) for name in ("embedding", "readout")], dim=1)
    np.testing.assert_allclose(modes.v[0, :3], flat.double(), atol=CLOSE)
    np.testing.assert_allclose(modes.sigma[0, :3], directions.sigma, rtol=CLOSE)


@pytest.mark.parametrize("data", [TRAIN, HELD_OUT])
def test_curvatures_and_gradients_are_those_of_the_single_model(modes, landscape, single, directions, data):
    loss = single.loss if data == TRAIN else single.held_out
    theirs = curvature(single.model, loss, directions)
    ours = landscape.along(modes.theta, modes.v, data)
    np.testing.assert_allclose(ours.h[0, :3], theirs.h, rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(ours.G[0, :3], theirs.G, rtol=CLOSE, atol=CLOSE)


def test_the_newest_row_splits_into_gradient_and_decay_as_in_the_recorder(run, modes, single, directions):
    theirs = update_split(single.recorder, directions)
    ours = update_parts(run.description, modes, modes.v)
    for mine, their in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine[0, :3, -1], their, rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(ours.share[0, :3], theirs.gradient_share, rtol=CLOSE)


@pytest.mark.parametrize("from_start", [False, True])
def test_ablations_measure_what_the_single_model_measures(modes, landscape, single, directions, from_start):
    origin = None
    if from_start:
        start = torch.from_numpy(modes.start[0]).view(-1, 3)
        origin = {"embedding": start[:10], "readout": start[10:]}
    without = ablated(modes.theta, modes.v[:, :2], modes.start if from_start else None)
    ours = landscape.measured(without)
    theirs = float(ablate(single.model, single.held_out, directions[:2], origin))
    assert ours.loss[0] == pytest.approx(theirs, rel=CLOSE)
    assert ours.score[0] == float(ablate(single.model, single.accuracy, directions[:2], origin))


def test_a_moved_network_diverges_as_the_single_model_does(modes, landscape, single, directions):
    base = single.model(single.x_held).detach().log_softmax(-1)

    def divergence(model):
        logs = model(single.x_held).log_softmax(-1)
        return (base.exp() * (base - logs)).sum(-1).mean()

    theirs = perturb(single.model, divergence, directions[:1], [0.1, -0.1])[0]
    ours = [landscape.divergence(modes.theta, modes.theta + size * modes.v[:, 0])[0] for size in (0.1, -0.1)]
    np.testing.assert_allclose(ours, theirs, rtol=1e-7)
