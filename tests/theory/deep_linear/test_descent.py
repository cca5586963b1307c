"""Finite steps: the exact laws of one step, and a trained network against the closed form."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from spectral_edge.theory.deep_linear import descent as de
from spectral_edge.theory.deep_linear import trajectory as tr
from spectral_edge.theory.deep_linear.notation import s, t, tau, u

FIRST = settings(phases=(Phase.generate,), max_examples=5000, derandomize=True, database=None)
Exact = Callable[..., Fraction]
weights = st.fractions(-3, 3, max_denominator=12)
targets = st.fractions(Fraction(1, 10), 5, max_denominator=12)
steps = st.fractions(Fraction(1, 100), 1, max_denominator=100)


def step(first: Fraction, second: Fraction, target: Fraction, size: Fraction) -> tuple[Fraction, Fraction]:
    missing = target - first * second
    return first + size * missing * second, second + size * missing * first


@given(weights, weights, targets, steps)
def test_a_step_changes_imbalance_and_product_as_stated(
    exact: Exact, first: Fraction, second: Fraction, target: Fraction, size: Fraction
) -> None:
    values = {de.a_now: first, de.b_now: second, s: target, de.h: size}
    x, y = step(first, second, target, size)
    assert exact(de.KEPT_AMENDED.content[0].rhs, values) == x**2 - y**2
    assert exact(de.PRODUCT.content[0].rhs, values) == x * y


def test_conservation_by_descent_is_violated() -> None:
    def violated(case: tuple[Fraction, Fraction, Fraction, Fraction]) -> bool:
        x, y = step(*case)
        return x**2 - y**2 != case[0] ** 2 - case[1] ** 2

    first, second, _, _ = find(st.tuples(weights, weights, targets, steps), violated, settings=FIRST)
    assert abs(first) != abs(second)


@given(weights, targets, steps)
def test_balanced_layers_stay_balanced_under_descent(
    first: Fraction, target: Fraction, size: Fraction
) -> None:
    x, y = step(first, first, target, size)
    assert x == y


TARGETS = (3.0, 1.5, 0.8)
START = 0.05


def trained(size: float, duration: float, layers: int = 2) -> Any:
    """Strengths of three modes after gradient descent (steps ``size``) on a linear network from aligned weights.

    Inputs are whitened with variance one; inputs, targets and hidden units are seen through random rotations.
    """
    rng = np.random.default_rng(5)
    n, samples = len(TARGETS), 12
    turns = [np.linalg.qr(rng.standard_normal((n, n)))[0] for _ in range(layers + 1)]
    x = np.sqrt(samples) * np.linalg.qr(rng.standard_normal((samples, n)))[0] @ turns[0].T
    y = x @ turns[0] @ np.diag(TARGETS) @ turns[-1].T
    inputs, wanted = torch.tensor(x), torch.tensor(y)
    start = START ** (1 / layers)
    network = [torch.tensor(start * turns[k + 1] @ turns[k].T, requires_grad=True) for k in range(layers)]
    optimizer = torch.optim.SGD(network, lr=size)
    for _ in range(round(duration / size)):
        optimizer.zero_grad()
        output = inputs
        for layer in network:
            output = output @ layer.T
        loss = ((output - wanted) ** 2).sum(dim=1).mean() / 2
        loss.backward()
        optimizer.step()
    whole = np.eye(n)
    for layer in network:
        whole = layer.detach().numpy() @ whole
    return turns[-1].T @ whole @ turns[0]


def _theory(value: Callable[..., float], duration: float) -> Any:
    content = tr.CLOSED.content[0].rhs
    return np.array([value(content, {s: x, u(0): START, tau: 1.0, t: duration}) for x in TARGETS])


@pytest.mark.parametrize("duration", [0.5, 1.0])
def test_a_trained_network_follows_the_closed_form_to_first_order_in_the_step(
    value: Callable[..., float], duration: float
) -> None:
    wanted = _theory(value, duration)
    sizes = (0.01, 0.005, 0.0025)
    found = [trained(size, duration) for size in sizes]
    off = ~np.eye(len(TARGETS), dtype=bool)
    for matrix in found:
        # Rounding grows at the saddle as the modes do, by exp(2st) at most.
        assert np.max(np.abs(matrix[off])) <= 1e3 * np.finfo(np.float64).eps * np.exp(
            2 * max(TARGETS) * duration
        )
    errors = np.array([np.diag(matrix) - wanted for matrix in found])
    ratios = errors[:-1] / errors[1:]
    # First order: halving the step halves the error, up to terms of the order of the step times the rate 2s.
    assert np.all(np.abs(ratios - 2) <= 4 * sizes[0] * 2 * max(TARGETS))
    assert np.all(np.abs(errors[-1]) <= 0.02 * np.array(TARGETS))


def test_a_trained_network_does_not_follow_the_trajectory_of_half_the_rate(
    value: Callable[..., float],
) -> None:
    found = np.diag(trained(0.005, 1.0))
    assert np.all(np.abs(found - _theory(value, 0.5)) > 0.1 * np.array(TARGETS) * 0.1)
    assert np.abs(found - _theory(value, 0.5))[0] > 0.5
