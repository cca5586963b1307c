"""The continuous extension is a polynomial of order 7 between the ends of a step, and is that of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import DOP853

from spectral_edge.simulate.integrate.native.extension import EXTENSION, NODES, STAGES
from spectral_edge.simulate.integrate.native.tableau import NODES as FIRST_NODES
from spectral_edge.simulate.integrate.native.tableau import WEIGHTS

EPS = float(np.finfo(np.float64).eps)
C = np.array([*FIRST_NODES, 1.0, *NODES.values()])
D = np.array([[row.get(k, 0.0) for k in range(16)] for row in EXTENSION])
B = np.array([WEIGHTS.get(k, 0.0) for k in range(16)])
# Sums of a dozen products of coefficients of up to some hundreds, each rounded.
ROUNDING = 12 * 64 * EPS * np.abs(D).max()
SHARES = np.array([0.1, 0.3, 0.5, 0.85])


def between(slopes: np.ndarray, last: np.ndarray, share: float) -> float:
    """The polynomial of :data:`EXTENSION`, written down from its formula, for a step of length 1 from the state 0."""
    end = B @ slopes
    parts = [end, slopes[0] - end, 2 * end - slopes[0] - slopes[12], *(last @ slopes)]
    found = 0.0
    for number in reversed(range(7)):
        found = (found + parts[number]) * (share if number % 2 == 0 else 1 - share)
    return found


def off(last: np.ndarray, power: int) -> float:
    """How far the integral of a power is off, at worst."""
    return max(abs(between(C**power, last, x) - x ** (power + 1) / (power + 1)) for x in SHARES)


@pytest.mark.parametrize("power", range(7))
def test_it_integrates_powers_up_to_the_sixth(power: int) -> None:
    assert off(D, power) <= ROUNDING


def test_it_does_not_integrate_the_seventh_power() -> None:
    assert off(D, 7) > 1e4 * ROUNDING


def test_every_weight_counts() -> None:
    for row, weights in enumerate(EXTENSION):
        for slope in weights:
            altered = D.copy()
            altered[row, slope] *= 1 + 1e-3
            assert max(off(altered, power) for power in range(7)) > 10 * ROUNDING


def test_each_node_is_the_sum_of_its_row() -> None:
    for stage, node in NODES.items():
        assert abs(sum(STAGES[stage].values()) - node) <= ROUNDING
        assert all(slope < stage for slope in STAGES[stage])


def test_the_coefficients_are_those_of_scipy() -> None:
    np.testing.assert_array_equal(D, DOP853.D)
    np.testing.assert_array_equal(list(NODES.values()), DOP853.C_EXTRA)
    rows = np.array([[STAGES[stage].get(k, 0.0) for k in range(16)] for stage in NODES])
    np.testing.assert_array_equal(rows, DOP853.A_EXTRA)
