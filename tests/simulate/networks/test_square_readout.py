"""Training goes through a few seeds at a time, and nobody can tell from the numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.networks import QuadraticTwoLayer, square_readout
from spectral_edge.simulate.tasks import ModularAddition, XorClusters

EPS = float(np.finfo(np.float64).eps)
TASK = ModularAddition(modulus=5)
NETWORK = QuadraticTwoLayer(width=8)
LENGTH = NETWORK.length(TASK)


def weights_and_tokens(seeds: int, examples: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens are drawn with repetitions, so that a row may be chosen often, or by nobody."""
    numbers = np.random.default_rng(seeds * 100 + examples)
    tokens = torch.tensor(numbers.integers(0, TASK.modulus, (seeds, examples, 2)))
    return torch.tensor(numbers.normal(size=(seeds, LENGTH))), NETWORK.encode(TASK, tokens)


def outputs_and_gradient(
    way: str, theta: torch.Tensor, encoded: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    at = theta.clone().requires_grad_()
    outputs = getattr(NETWORK, way)(TASK, at, encoded)
    return outputs.detach(), torch.autograd.grad(outputs.sin().sum(), [at])[0]


@given(st.integers(1, 7), st.integers(1, 12), st.sampled_from([1, 200, 1 << 19]))
def test_outputs_and_gradients_are_those_of_the_plain_network(
    seeds: int, examples: int, at_once: int
) -> None:
    theta, encoded = weights_and_tokens(seeds, examples)
    wanted, slope = outputs_and_gradient("forward", theta, encoded)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(square_readout, "AT_ONCE", at_once)
        found, gradient = outputs_and_gradient("trained", theta, encoded)
    # Sums over the width, over the outputs and over the examples, each term rounded some times.
    terms = 8 * (NETWORK.width + TASK.modulus + examples)
    torch.testing.assert_close(found, wanted, rtol=0, atol=terms * EPS * float(wanted.abs().max()))
    torch.testing.assert_close(gradient, slope, rtol=0, atol=terms * EPS * float(slope.abs().max() + 1))


def test_each_number_is_the_same_whichever_seeds_are_beside_it_in_the_array(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(square_readout, "AT_ONCE", 2 * 9 * NETWORK.width)  # two seeds at a time
    tokens = torch.tensor(np.random.default_rng(0).integers(0, TASK.modulus, (6, 9, 2)))
    theta, _ = weights_and_tokens(6, 9)
    order = [4, 0, 5, 2, 1, 3]
    found = outputs_and_gradient("trained", theta, NETWORK.encode(TASK, tokens))
    moved = outputs_and_gradient("trained", theta[order], NETWORK.encode(TASK, tokens[order]))
    for one, other in zip(found, moved, strict=True):
        assert torch.equal(one[order], other)


def test_the_same_tokens_shown_again_give_the_same_bits() -> None:
    theta, encoded = weights_and_tokens(3, 10)
    first = outputs_and_gradient("trained", theta, encoded)
    again = outputs_and_gradient("trained", theta, encoded)  # sorted by now
    anew = outputs_and_gradient("trained", theta, encoded.clone())
    for wanted, *others in zip(first, again, anew, strict=True):
        assert all(torch.equal(wanted, other) for other in others)


def test_tokens_sorted_for_some_pieces_are_sorted_anew_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    theta, encoded = weights_and_tokens(4, 6)
    _, wanted = outputs_and_gradient("trained", theta, encoded)
    monkeypatch.setattr(square_readout, "AT_ONCE", 1)
    _, found = outputs_and_gradient("trained", theta, encoded)
    torch.testing.assert_close(found, wanted, rtol=0, atol=100 * EPS * float(wanted.abs().max()))


def test_one_seed_that_is_not_finite_leaves_the_others_alone() -> None:
    theta, encoded = weights_and_tokens(4, 6)
    wanted, slope = outputs_and_gradient("trained", theta, encoded)
    theta[1] = torch.nan
    found, gradient = outputs_and_gradient("trained", theta, encoded)
    others = [0, 2, 3]
    assert torch.equal(found[others], wanted[others])
    assert torch.equal(gradient[others], slope[others])
    assert not torch.isfinite(gradient[1]).all()


def test_a_second_derivative_is_refused_and_not_wrong() -> None:
    theta, encoded = weights_and_tokens(2, 4)
    at = theta.requires_grad_()
    outputs = NETWORK.trained(TASK, at, encoded)
    (slope,) = torch.autograd.grad(outputs.square().sum(), [at], create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        slope.sum().backward()


def test_vectors_take_the_plain_way() -> None:
    task = XorClusters()
    theta = torch.tensor(np.stack([NETWORK.initial(task, seed) for seed in (0, 1)]))
    vectors = torch.tensor(np.stack([task.data(seed).train_inputs[:5] for seed in (0, 1)]))
    assert torch.equal(NETWORK.trained(task, theta, vectors), NETWORK.forward(task, theta, vectors))
