"""AdamW is the algorithm of its paper, and acts on each number by itself."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.optimizers import AdamW

EPS = float(np.finfo(np.float64).eps)


def naive_adamw(description: AdamW, theta: float, gradients: list[float]) -> float:
    """Algorithm 2 of arXiv:1711.05101, for one number, as PyTorch scales the decay."""
    beta1, beta2 = description.betas
    m = v = 0.0
    for t, gradient in enumerate(gradients, start=1):
        theta -= description.learning_rate * description.weight_decay * theta
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta -= description.learning_rate * m_hat / (math.sqrt(v_hat) + description.epsilon)
    return theta


numbers = st.floats(-10, 10).map(lambda value: round(value, 3))


@given(
    start=numbers,
    gradients=st.lists(numbers, min_size=1, max_size=8),
    decay=st.sampled_from([0.0, 0.1, 1.0]),
)
def test_it_is_the_algorithm_of_its_paper(start: float, gradients: list[float], decay: float) -> None:
    description = AdamW(weight_decay=decay)
    theta = torch.tensor([[start]], dtype=torch.float64)
    optimizer = description.build([theta])
    for gradient in gradients:
        theta.grad = torch.tensor([[gradient]], dtype=torch.float64)
        optimizer.step()
    wanted = naive_adamw(description, start, gradients)
    # Each step rounds numbers of the size of θ, of a step, and of m and v relative to theirs.
    assert abs(theta.item() - wanted) <= 32 * len(gradients) * EPS * (abs(start) + 1)


def test_every_number_is_updated_by_itself() -> None:
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(3, 5)), rng.normal(size=(4, 3, 5))
    theta = torch.tensor(start)
    optimizer = AdamW().build([theta])
    for gradient in gradients:
        theta.grad = torch.tensor(gradient)
        optimizer.step()
    for index in np.ndindex(3, 5):
        wanted = naive_adamw(AdamW(), start[index], [g[index] for g in gradients])
        assert abs(theta[index].item() - wanted) <= 128 * EPS * (abs(start[index]) + 1)


def test_the_defaults_are_those_of_the_toy_setting() -> None:
    group = AdamW().build([torch.zeros(1)]).param_groups[0]
    assert (group["lr"], group["betas"], group["eps"], group["weight_decay"]) == (
        1e-2,
        (0.9, 0.98),
        1e-8,
        1.0,
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"learning_rate": 0.0}, "learning_rate=0.0; give a finite number above 0"),
        ({"learning_rate": math.inf}, "learning_rate=inf; give a finite number above 0"),
        ({"epsilon": -1e-8}, "epsilon=-1e-08; give a finite number above 0"),
        ({"weight_decay": -1.0}, "weight_decay=-1.0; give a finite number, 0 or larger"),
        ({"weight_decay": "1"}, "weight_decay='1'; give a finite number"),
        ({"betas": (0.9, 1.0)}, r"betas=\(0.9, 1.0\); give numbers from 0 up to, not including, 1"),
        ({"betas": (0.9,)}, r"betas=\(0.9,\); give two numbers"),
        ({"betas": (0.9, -0.1)}, "betas=-0.1; give a finite number"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"AdamW: {message}"):
        AdamW(**settings)
