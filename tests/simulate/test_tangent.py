"""Tangent kernels of snapshots: against a twin by another route, and against what a step of training does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from spectral_edge.simulate.description import RunDescription, Snapshots
from spectral_edge.simulate.networks import DeepLinear, QuadraticTwoLayer, ReluTwoLayer
from spectral_edge.simulate.optimizers import SGD
from spectral_edge.simulate.tangent import tangent_kernels
from spectral_edge.simulate.tasks import LinearTeacher, ModularAddition
from spectral_edge.simulate.train import train

TASK = LinearTeacher(3, 2, (1.0, 0.5), train_count=5, test_count=4, whitened=False)
DESCRIPTION = RunDescription(
    task=TASK,
    network=ReluTwoLayer(width=4),
    optimizer=SGD(learning_rate=1e-3),
    steps=4,
    seeds=(3, 11),
    recording=None,
    evaluate_every=4,
    dtype="float64",
    snapshots=Snapshots(every=1),
)
EPS = np.finfo(float).eps


@pytest.mark.parametrize("network", [ReluTwoLayer(width=4), DeepLinear(width=4), QuadraticTwoLayer(width=3)])
def test_the_kernel_is_that_of_the_jacobian_of_one_seed_at_one_moment(network) -> None:
    description = replace(DESCRIPTION, network=network)
    weights = np.random.default_rng(0).standard_normal((2, 3, network.length(TASK)))
    found = tangent_kernels(description, weights)
    assert found.shape == (2, 3, 10, 10)
    for s, seed in enumerate(description.seeds):
        inputs = torch.from_numpy(TASK.data(seed).train_inputs)[None]
        for t in range(3):

            def outputs(theta, inputs=inputs):
                return network.forward(TASK, theta[None], network.encode(TASK, inputs)).reshape(-1)

            jacobian = torch.func.jacrev(outputs)(torch.from_numpy(weights[s, t])).numpy()
            twin = jacobian @ jacobian.T
            assert np.abs(found[s, t] - twin).max() <= 100 * weights.shape[2] * EPS * np.abs(twin).max()


def residuals(description: RunDescription, weights: np.ndarray) -> np.ndarray:
    """``(S, T, N)``, by the network itself."""
    found = []
    for s, seed in enumerate(description.seeds):
        data = TASK.data(seed)
        theta = torch.from_numpy(np.array(weights[s]))
        inputs = torch.from_numpy(data.train_inputs).expand(len(theta), -1, -1)
        made = description.network.forward(TASK, theta, description.network.encode(TASK, inputs))
        found.append((made - torch.from_numpy(data.train_targets)).flatten(1).numpy())
    return np.stack(found)


def test_a_short_step_of_training_moves_residuals_along_the_kernel_over_the_number_of_examples() -> None:
    def mistake(rate: float, share: float = 1.0) -> float:
        description = replace(DESCRIPTION, optimizer=SGD(learning_rate=rate), steps=1, evaluate_every=1)
        weights = train(description).snapshots
        kernel = tangent_kernels(description, weights[:, :1])[:, 0] / (share * TASK.train_count)
        before, after = np.moveaxis(residuals(description, weights), 1, 0)
        told = before - rate * np.einsum("sij,sj->si", kernel, before)
        return float(np.abs(after - told).max())

    # What a straight line misses is of second order: a tenth of the step, a hundredth of the error.
    assert mistake(1e-4) / mistake(1e-3) == pytest.approx(1e-2, rel=0.1)
    # The kernel that is not divided by the number of examples misses at first order.
    assert mistake(1e-4, 1 / TASK.train_count) / mistake(1e-3, 1 / TASK.train_count) == pytest.approx(
        0.1, rel=0.1
    )


def test_classes_and_weights_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"give \(S, T, p\) = \(2, T, 24\)"):
        tangent_kernels(DESCRIPTION, np.zeros((2, 1, 23)))
    classes = replace(DESCRIPTION, task=ModularAddition(5, 0.6), network=QuadraticTwoLayer(width=4))
    with pytest.raises(ValueError, match="ModularAddition has classes"):
        tangent_kernels(classes, np.zeros((2, 1, 60)))
