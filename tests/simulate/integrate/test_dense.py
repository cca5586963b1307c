"""Between the wanted times the solution errs by no more than it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.integrate import Outcome, integrate
from spectral_edge.simulate.integrate.scipy_backend import METHODS
from spectral_edge.theory.system import System

t, a, b, u, v = sp.symbols("t a b u v", real=True)
MODE = System("mode", t, (u,), (a, b), (-a * u + b / u,))
RTOL = 1e-10


def closed_form(start: float, decay: Any, drive: Any, time: Any) -> Any:
    return np.sqrt(drive / decay + (start**2 - drive / decay) * np.exp(-2 * decay * time))


@given(decay=st.floats(0.2, 2.0), drive=st.floats(0.2, 2.0), start=st.floats(0.5, 3.0))
@settings(max_examples=5, deadline=None)
def test_the_error_between_steps_is_the_one_that_is_told(
    backend: str, decay: float, drive: float, start: float
) -> None:
    found = integrate(MODE, [start], {"a": decay, "b": drive}, (0, 3), backend=backend, dense=True)
    times = np.linspace(0, 3, 401)
    error = np.abs(found.dense(times)[0] - closed_form(start, decay, drive, times)).max()
    # Three places in each step are looked at, and the largest difference may lie between them; then there are
    # the errors of the steps themselves.
    assert error <= 3 * found.dense.error[0] + 10 * RTOL * 3 * (int(found.steps) + 1)


def test_the_error_of_an_interpolant_above_the_tolerance_is_told() -> None:
    found = integrate(MODE, [3.0], {"a": 0.25, "b": 0.75}, (0, 3), dense=True)
    assert found.dense is not None
    assert 1e-8 < found.dense.error[0] < 1e-6


@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_scipy_tells_its_error(method: str) -> None:
    rtol = 1e-4 if method == "RK23" else 1e-7
    found = integrate(MODE, [3.0], {"a": 0.5, "b": 0.75}, (0, 3), method=method, rtol=rtol, dense=True)
    assert found.dense is not None
    times = np.linspace(0, 3, 401)
    error = np.abs(found.dense(times)[0] - closed_form(3.0, 0.5, 0.75, times)).max()
    assert error <= 3 * found.dense.error[0] + 10 * rtol * 3 * (int(found.steps) + 1)


def test_shapes_follow_the_ensemble_and_what_was_not_reached_is_nan(backend: str) -> None:
    blow_up = System("blow-up", t, (u, v), (a,), (a * u**2, -v))
    rates = np.array([[1.0, 0.25, -1.0]])
    found = integrate(blow_up, [1.0, 1.0], {"a": rates}, (0, 2), backend=backend, dense=True)
    assert found.outcomes.tolist() == [[Outcome.BLOW_UP, Outcome.REACHED_END, Outcome.REACHED_END]]
    times = np.array([-0.5, 0.0, 0.5, 1.5, 2.0, 2.5])
    states = found.dense(times)
    assert states.shape == (2, 6, 1, 3)
    assert found.dense.error.shape == (2, 1, 3)
    assert found.dense(0.5).shape == (2, 1, 3)
    assert np.isnan(states[:, [0, 5]]).all()
    assert np.isnan(states[0, 3:, 0, 0]).all()
    np.testing.assert_array_equal(states[:, 1], 1.0)
    np.testing.assert_allclose(states[0, 2:5, 0, 1:], 1 / (1 - rates[0, 1:] * times[2:5, None]), rtol=1e-6)
    np.testing.assert_allclose(states[1, 2, 0], np.exp(-0.5), rtol=1e-6)


def test_it_runs_backwards_too(backend: str) -> None:
    found = integrate(MODE, [2.0], {"a": 0.5, "b": 1.0}, (0, -1), backend=backend, dense=True)
    times = np.array([-0.3, -0.9])
    np.testing.assert_allclose(found.dense(times)[0], closed_form(2.0, 0.5, 1.0, times), rtol=1e-6)


def test_it_is_not_kept_unless_asked_for(backend: str) -> None:
    assert integrate(MODE, [2.0], {"a": 0.5, "b": 1.0}, (0, 1), backend=backend).dense is None
