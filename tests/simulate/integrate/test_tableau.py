"""Each Runge–Kutta method has the order it says, and no other."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spectral_edge.simulate.integrate.tableau import TABLEAUS, Tableau
from spectral_edge.simulate.integrate.torch_step import Stepper

# Number of steps over two time units, coarse enough that rounding (1e-16) stays below the errors.
STEPS = {"RK23": (32, 64, 128), "RK45": (16, 32, 64), "DOP853": (16, 20, 24)}


def slope(t: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """y' = y (1 + cos 3t), which no method of these orders solves exactly."""
    return y * (1 + torch.cos(3 * t))


def end(tableau: Tableau, steps: int) -> float:
    """At t = 2, by steps of one length."""
    stepper = Stepper(tableau, slope)
    t, y = torch.zeros(1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
    h = torch.full((1,), 2 / steps, dtype=torch.float64)
    for _ in range(steps):
        y, _ = stepper.step(t, y, h, slope(t, y))
        t = t + h
    return float(y)


@pytest.mark.parametrize("name", TABLEAUS)
def test_the_error_shrinks_with_the_order_of_the_method(name: str) -> None:
    tableau, steps = TABLEAUS[name], STEPS[name]
    exact = np.exp(2 + np.sin(6) / 3)
    errors = [abs(end(tableau, n) - exact) for n in steps]
    fitted = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert abs(fitted - tableau.order) < 0.4  # the neighbouring orders are 1 away


@pytest.mark.parametrize("name", TABLEAUS)
def test_the_estimate_of_an_error_shrinks_one_power_faster_than_its_order(name: str) -> None:
    tableau = TABLEAUS[name]
    sizes = []
    lengths = (0.05, 0.025, 0.0125) if name != "DOP853" else (0.1, 0.05, 0.025)
    for length in lengths:
        stepper = Stepper(tableau, slope)
        t, y = torch.full((1,), 0.3, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
        h = torch.full((1,), length, dtype=torch.float64)
        new, slopes = stepper.step(t, y, h, slope(t, y))
        sizes.append(float(stepper.error(y, new, h, [*slopes, slope(t + h, new)], 0.0, 1.0)))
    fitted = np.polyfit(np.log(lengths), np.log(sizes), 1)[0]
    assert abs(fitted - (tableau.estimate_order + 1)) < 0.45


@pytest.mark.parametrize("name", TABLEAUS)
def test_a_method_is_explicit_and_consistent(name: str) -> None:
    tableau = TABLEAUS[name]
    eps = float(np.finfo(np.float64).eps)
    assert np.triu(tableau.a).max() == 0
    np.testing.assert_allclose(tableau.a.sum(1), tableau.c, atol=64 * eps)
    assert abs(tableau.b.sum() - 1) <= 8 * eps
    # An estimate is the difference of two consistent methods.
    assert np.abs(tableau.errors.sum(1)).max() <= 64 * eps


def test_a_wrong_coefficient_lowers_the_order() -> None:
    right = TABLEAUS["RK45"]
    wrong_b = right.b.copy()
    wrong_b[2:4] += np.array([0.01, -0.01])
    wrong = Tableau("wrong", 5, 4, right.a, wrong_b, right.c, right.errors)
    exact = np.exp(2 + np.sin(6) / 3)
    errors = [abs(end(wrong, n) - exact) for n in STEPS["RK45"]]
    assert -np.polyfit(np.log(STEPS["RK45"]), np.log(errors), 1)[0] < 2
