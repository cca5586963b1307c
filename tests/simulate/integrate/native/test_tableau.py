"""The tableau is a method of order 8: it fulfils the order conditions, and is that of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import DOP853

from spectral_edge.simulate.integrate.native.tableau import ERROR_3, ERROR_5, NODES, STAGES, WEIGHTS

EPS = float(np.finfo(np.float64).eps)
C = np.array(NODES)
A = np.array([[row.get(k, 0.0) for k in range(12)] for row in STAGES])
B = np.array([WEIGHTS.get(k, 0.0) for k in range(12)])
# Sums of a dozen products of coefficients of up to some tens, each rounded.
ROUNDING = 12 * 64 * EPS * np.abs(A).max()


def test_each_node_is_the_sum_of_its_row() -> None:
    np.testing.assert_allclose(A.sum(axis=1), C, atol=ROUNDING)


@pytest.mark.parametrize("power", range(8))
def test_the_weights_integrate_powers_up_to_the_seventh(power: int) -> None:
    assert abs(B @ C**power - 1 / (power + 1)) <= ROUNDING


def test_they_do_not_integrate_the_eighth_power() -> None:
    assert abs(B @ C**8 - 1 / 9) > 1e3 * ROUNDING


@pytest.mark.parametrize("depth", range(1, 8))
def test_the_tall_trees_up_to_order_eight_are_fulfilled(depth: int) -> None:
    # b · A^depth · 1 = 1 / (depth + 1)!
    tall = B @ np.linalg.matrix_power(A, depth) @ np.ones(12)
    assert abs(tall - 1 / np.prod(np.arange(1.0, depth + 2))) <= ROUNDING


@pytest.mark.parametrize("estimate", [ERROR_5, ERROR_3], ids=["order 5", "order 3"])
def test_the_estimates_vanish_for_constant_and_linear_slopes(estimate: dict[int, float]) -> None:
    weights = np.array([estimate.get(k, 0.0) for k in range(12)])
    for power in (0, 1):
        assert abs(weights @ C**power) <= ROUNDING
    assert np.abs(weights).max() > 1e3 * ROUNDING


def test_the_coefficients_are_those_of_scipy() -> None:
    np.testing.assert_array_equal(A, DOP853.A)
    np.testing.assert_array_equal(B, DOP853.B)
    np.testing.assert_array_equal(C, DOP853.C)
