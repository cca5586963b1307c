"""Hidden activations against the network itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spectral_edge.simulate.description import RunDescription
from spectral_edge.simulate.features import change, hidden_activations
from spectral_edge.simulate.networks import QuadraticTwoLayer, ReluTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.tasks import ModularAddition

TASK = ModularAddition(modulus=5, train_share=0.6)


def described(network) -> RunDescription:
    rule = AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=1.0)
    return RunDescription(TASK, network, rule, steps=10, seeds=(3, 8), recording=None, evaluate_every=10)


DESCRIPTION = described(QuadraticTwoLayer(width=4))
WEIGHTS = np.stack([DESCRIPTION.network.initial(TASK, seed) for seed in DESCRIPTION.seeds])
TOKENS = np.stack([TASK.data(seed).train_inputs for seed in DESCRIPTION.seeds])


def test_the_read_out_of_the_activations_is_what_the_network_gives() -> None:
    network = DESCRIPTION.network
    theta = torch.from_numpy(WEIGHTS)
    logits = network.forward(TASK, theta, network.encode(TASK, torch.from_numpy(TOKENS)))
    readout = network.layout(TASK).arrays(theta)["readout"].numpy()
    found = hidden_activations(DESCRIPTION, WEIGHTS, TOKENS) @ readout.swapaxes(1, 2)
    np.testing.assert_allclose(found, logits.numpy(), rtol=1e-12)


def test_the_change_is_the_slope_of_the_activations() -> None:
    direction = np.random.default_rng(0).standard_normal(WEIGHTS.shape)
    ahead, behind = (hidden_activations(DESCRIPTION, WEIGHTS + h * direction, TOKENS) for h in (0.5, -0.5))
    # The activations are quadratic along the direction, so that the central difference is exact.
    np.testing.assert_allclose(change(DESCRIPTION, WEIGHTS, direction, TOKENS), ahead - behind, atol=1e-12)


def test_the_same_tokens_can_be_given_once_for_all_seeds() -> None:
    np.testing.assert_array_equal(
        hidden_activations(DESCRIPTION, WEIGHTS, TOKENS[0])[1],
        hidden_activations(DESCRIPTION, WEIGHTS, np.stack([TOKENS[0]] * 2))[1],
    )


def test_another_network_is_refused() -> None:
    with pytest.raises(
        TypeError, match=r"ReluTwoLayer on .*: hidden activations are read from QuadraticTwoLayer"
    ):
        hidden_activations(described(ReluTwoLayer(width=4)), WEIGHTS, TOKENS)
