"""Integration follows exact solutions, obeys the laws of a flow, and tells where it stopped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.integrate import Outcome, integrate
from spectral_edge.simulate.integrate.scipy_backend import METHODS
from spectral_edge.simulate.lowering.compiled import ParameterError, compile_system
from spectral_edge.theory.system import System

t, a, b = sp.symbols("t a b")
u, v = sp.symbols("u v")
DECAY = compile_system(System("decay", t, (u,), (a,), (-a * u,)))
OSCILLATOR = compile_system(System("oscillator", t, (u, v), (a,), (v, -(a**2) * u)))
BLOW_UP = compile_system(System("blow-up", t, (u,), (), (u**2,)))
# One mode of F1: d(d²)/dt is linear in d², so that the solution is known.
MODE = compile_system(System("mode", t, (u,), (a, b), (-a * u + b / u,)))

rates = st.floats(0.1, 3.0)
starts = st.floats(0.1, 3.0)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_follows_the_exact_solution_within_its_tolerance(method: str) -> None:
    rtol = 1e-4 if method == "RK23" else 1e-8
    at = np.linspace(0, 2, 9)
    found = integrate(DECAY, [1.0], {"a": 1.5}, (0, 2), at, method=method, rtol=rtol, atol=rtol * 1e-2)
    assert found.succeeded
    assert found.evaluations > 0
    np.testing.assert_array_equal(found.t, at)
    # The tolerance holds for one step; errors of about a hundred steps may add up.
    np.testing.assert_allclose(found.y[0], np.exp(-1.5 * at), rtol=100 * rtol, atol=100 * rtol * 1e-2)


@given(decay=rates, drive=rates, start=starts)
@example(decay=0.25, drive=0.75, start=3.0)  # here interpolation between steps is off by 4e-8
@settings(max_examples=25, deadline=None)
def test_one_mode_of_the_signal_strength_flow_follows_its_closed_form(
    decay: float, drive: float, start: float
) -> None:
    at = np.linspace(0, 3, 7)
    found = integrate(MODE, {"u": start}, {"a": decay, "b": drive}, (0, 3), at)
    squared = drive / decay + (start**2 - drive / decay) * np.exp(-2 * decay * at)
    np.testing.assert_allclose(found.y[0] ** 2, squared, rtol=100 * 1e-10)


@given(middle=st.floats(0.5, 2.5), start=starts, rate=rates)
@settings(max_examples=25, deadline=None)
def test_two_times_in_a_row_are_one_time(middle: float, start: float, rate: float) -> None:
    parameters = {"a": rate, "b": 1.0}
    first = integrate(MODE, [start], parameters, (0, middle))
    second = integrate(MODE, first.y[:, -1], parameters, (middle, 3))
    whole = integrate(MODE, [start], parameters, (0, 3))
    np.testing.assert_allclose(second.y[:, -1], whole.y[:, -1], rtol=100 * 1e-10)


def test_going_back_in_time_returns_to_the_start() -> None:
    there = integrate(OSCILLATOR, [1.0, 0.5], {"a": 2.0}, (0, 3))
    back = integrate(OSCILLATOR, there.y[:, -1], {"a": 2.0}, (3, 0), at=[3, 1.5, 0])
    np.testing.assert_array_equal(back.t, [3, 1.5, 0])
    np.testing.assert_allclose(back.y[:, -1], [1.0, 0.5], rtol=1000 * 1e-10)


def test_a_smaller_tolerance_gives_a_smaller_error() -> None:
    errors = []
    for rtol in (1e-4, 1e-7, 1e-10):
        end = integrate(OSCILLATOR, [1.0, 0.0], {"a": 1.0}, (0, 10), rtol=rtol, atol=rtol).y[:, -1]
        errors.append(np.abs(end - [np.cos(10), -np.sin(10)]).max())
    assert errors[0] > 10 * errors[1] > 100 * errors[2]


@pytest.mark.parametrize("method", METHODS)
def test_a_blow_up_is_reported_with_time_and_state_and_keeps_what_was_reached(method: str) -> None:
    tolerance = 1e-4 if method == "RK23" else 1e-7  # 1/(1-t) from t=0 ends at t=1
    at = [0.0, 0.25, 0.5, 1.5, 2.0]
    found = integrate(BLOW_UP, [1.0], {}, (0, 2), at, method=method, rtol=tolerance)
    assert not found.succeeded
    assert found.outcome is Outcome.BLOW_UP
    assert found.message.startswith("system blow-up: integration over (0, 2) stopped at t=")
    assert "blow-up: a state grows without bound" in found.message
    assert abs(found.stop_t - 1.0) <= 100 * tolerance
    assert found.stop_y[0] > 1 / (100 * tolerance)
    assert f"u={found.stop_y[0]:.6g}" in found.message
    np.testing.assert_array_equal(found.t, at)
    np.testing.assert_allclose(found.y[0, :3], [1.0, 1 / 0.75, 2.0], rtol=100 * tolerance)
    assert np.isnan(found.y[0, 3:]).all()


def test_without_wanted_times_the_two_ends_are_given() -> None:
    found = integrate(DECAY, [1.0], {"a": 1.0}, (0, 2))
    assert found.t.tolist() == [0.0, 2.0]
    assert found.y.shape == (1, 2)


def test_the_wanted_times_are_given_and_no_others() -> None:
    for at in ([0.5], [0.0, 0.5], [0.5, 2.0], [1.5, 1.501, 2.0], []):
        found = integrate(DECAY, [1.0], {"a": 1.0}, (0, 2), at=at)
        assert found.t.tolist() == at
        assert found.y.shape == (1, len(at))
        assert found.succeeded


@pytest.mark.parametrize("method", ["Radau", "BDF", "LSODA"])
def test_implicit_methods_take_stiff_systems_in_long_steps(method: str) -> None:
    system = compile_system(System("stiff", t, (u, v), (a,), (-a * (u - sp.cos(t)), u - v)))
    stiff = {"a": 1e6}
    explicit = integrate(system, [1.0, 0.0], stiff, (0, 1e-2), rtol=1e-6, atol=1e-8)
    implicit = integrate(system, [1.0, 0.0], stiff, (0, 1), method=method, rtol=1e-6, atol=1e-8)
    # An explicit step cannot be longer than a few times 1/a; with a wrong Jacobian nor can an implicit one.
    assert explicit.evaluations > 1e-2 * 1e6
    assert implicit.evaluations < 1000
    assert abs(implicit.y[0, -1] - np.cos(1)) <= 100 * 1e-6


def test_a_system_is_compiled_on_the_way() -> None:
    found = integrate(DECAY.system, [1.0], {"a": 1.0}, (0, 1))
    np.testing.assert_array_equal(found.y, integrate(DECAY, [1.0], {"a": 1.0}, (0, 1)).y)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "Euler"}, "method='Euler'; give one of DOP853, RK23, RK45"),
        ({"span": (1, 1)}, "give two different finite times"),
        ({"span": (0, float("inf"))}, "give two different finite times"),
        ({"at": [0.5, 0.25]}, "give times from 0 to 1, in that order"),
        ({"at": [0.5, 1.5]}, "give times from 0 to 1, in that order"),
        ({"rtol": 0.0}, "give rtol above 0"),
        ({"atol": -1.0}, "atol of at least 0"),
        ({"atol": 0.0, "sensitivities": ("a",)}, "atol=0, and a state or a sensitivity starts at zero"),
        ({"max_steps": 0}, "max_steps=0; give at least 1"),
        ({"backend": "magic"}, "backend='magic'; give one of scipy"),
        ({"sensitivities": ("c",)}, r"sensitivities=\('c',\); give parameters or states of system mode"),
        ({"sensitivities": ("a", "a")}, "each once: a, b, u"),
        ({"initial": [1.0, 2.0]}, "give a finite number for each of"),
        ({"initial": [float("nan")]}, "give a finite number for each of"),
        ({"initial": {"w": 1.0}}, r"initial values for \['w'\]; its states are \['u'\]"),
        ({"initial": [0.0]}, r"the slope of \['u'\] is not finite"),
        ({"parameters": {"a": 1.0}}, r"parameters missing \['b'\]"),
        ({"parameters": {"a": [1.0, 2.0], "b": [1.0] * 3}}, "the axes of the ensemble do not broadcast"),
        ({"parameters": {"a": float("inf"), "b": 1.0}}, "parameter a=inf; give finite numbers"),
    ],
)
def test_bad_input_is_refused_before_integrating(changes: dict[str, Any], message: str) -> None:
    settings_: dict[str, Any] = {"initial": [1.0], "parameters": {"a": 1.0, "b": 1.0}, "span": (0, 1)}
    with pytest.raises(ValueError, match=message):
        integrate(MODE, **(settings_ | changes))


def test_errors_of_parameters_have_their_own_type() -> None:
    with pytest.raises(ParameterError):
        integrate(MODE, [1.0], {}, (0, 1))
