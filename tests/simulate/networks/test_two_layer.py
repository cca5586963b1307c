"""The two-layer network computes its formula, and its seeds know nothing of each other."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.tasks import ModularAddition

EPS = float(np.finfo(np.float64).eps)
TASK = ModularAddition(modulus=7)
NETWORK = QuadraticTwoLayer(width=12)
SEEDS = (5, 0, 9)


def naive_logits(theta: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """The formula, one pair at a time: one-hot vectors and full matrices."""
    n, width = TASK.modulus, NETWORK.width
    embedding, readout = (
        theta[: 2 * n * width].reshape(2 * n, width),
        theta[2 * n * width :].reshape(n, width),
    )
    rows = []
    for a, b in pairs:
        one_hot = np.zeros(2 * n)
        one_hot[a] = one_hot[n + b] = 1.0
        rows.append(readout @ (one_hot @ embedding) ** 2)
    return np.array(rows)


def weights_and_inputs() -> tuple[torch.Tensor, np.ndarray]:
    theta = np.stack([NETWORK.initial(TASK, seed) for seed in SEEDS])
    return torch.tensor(theta), np.stack([TASK.data(seed)[0] for seed in SEEDS])


def test_the_logits_are_those_of_the_formula() -> None:
    theta, inputs = weights_and_inputs()
    found = NETWORK.forward(TASK, theta, NETWORK.encode(TASK, torch.tensor(inputs)))
    assert found.shape == (3, TASK.train_count, 7)
    for s in range(3):
        wanted = naive_logits(theta[s].numpy(), inputs[s])
        np.testing.assert_allclose(found[s], wanted, rtol=0, atol=4 * NETWORK.width * EPS * abs(wanted).max())


def test_the_gradient_is_the_slope_of_the_loss() -> None:
    theta, inputs = weights_and_inputs()
    encoded = NETWORK.encode(TASK, torch.tensor(inputs))

    def total(at: torch.Tensor) -> torch.Tensor:
        return NETWORK.forward(TASK, at, encoded).sin().sum(dim=(1, 2))

    theta.requires_grad_()
    (gradient,) = torch.autograd.grad(total(theta).sum(), [theta])
    direction = torch.tensor(np.random.default_rng(1).normal(size=theta.shape))
    h = 1e-5  # the error of a central difference is of order h², its rounding of order ε/h
    with torch.no_grad():
        slope = (total(theta + h * direction) - total(theta - h * direction)) / (2 * h)
    wanted = (gradient * direction).sum(1)
    third_derivative_and_size = 1e5
    torch.testing.assert_close(slope, wanted, rtol=0, atol=third_derivative_and_size * h**2)


def test_the_gradient_of_one_seed_has_nothing_of_another() -> None:
    theta, inputs = weights_and_inputs()
    theta.requires_grad_()
    logits = NETWORK.forward(TASK, theta, NETWORK.encode(TASK, torch.tensor(inputs)))
    (gradient,) = torch.autograd.grad(logits[1].square().sum(), [theta])
    assert torch.count_nonzero(gradient[[0, 2]]) == 0
    assert torch.count_nonzero(gradient[1]) > 0


def test_every_seed_has_its_own_initial_weights_and_always_the_same() -> None:
    first = NETWORK.initial(TASK, 3)
    np.testing.assert_array_equal(first, NETWORK.initial(TASK, 3))
    assert not np.any(first == NETWORK.initial(TASK, 4))


def test_initial_pre_activations_have_variance_one_and_logits_variance_three() -> None:
    task, network = ModularAddition(modulus=11), QuadraticTwoLayer(width=400)
    assert network.length(task) == 400 * 33
    theta = torch.tensor(np.stack([network.initial(task, seed) for seed in range(40)]))
    pairs = torch.tensor(np.stack([task.data(seed)[0] for seed in range(40)]))
    embedding = theta[:, : 22 * 400].reshape(40, 22, 400)
    first = embedding[:, 0] + embedding[:, 11]  # pre-activations of the pair (0, 0): 16000 independent ones
    # Sample variance of n normal numbers has standard error √(2/n); five of them.
    assert abs(first.var().item() - 1) <= 5 * (2 / first.numel()) ** 0.5
    logits = network.forward(task, theta, network.encode(task, pairs))[:, 0]  # 440, nearly independent
    assert abs(logits.var().item() - 3) <= 5 * 3 * (2 / logits.numel()) ** 0.5


@pytest.mark.parametrize("width", [0, -1, 2.0, True])
def test_a_width_that_is_no_positive_integer_is_refused(width: int) -> None:
    with pytest.raises(ValueError, match=f"QuadraticTwoLayer: width={width}; give an integer of at least 1"):
        QuadraticTwoLayer(width=width)
