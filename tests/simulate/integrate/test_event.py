"""Events are found where they take place, to the tolerance of the integration, by every backend."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.integrate import (
    Direction,
    Event,
    Outcome,
    crossing,
    gap_collapse,
    integrate,
    near_degeneracy,
)
from spectral_edge.simulate.lowering.lower import LoweringError
from spectral_edge.theory.edge.gap.gap_flow import gap_system
from spectral_edge.theory.system import System

t, a = sp.symbols("t a", real=True)
u, v = sp.symbols("u v", real=True)
OSCILLATOR = System("oscillator", t, (u, v), (a,), (v, -(a**2) * u))  # u = cos at, v = −a sin at
PAIR = System("pair", t, (u, v), (a,), (-a * u, -v / 2))  # e^−at and e^(−t/2)
RTOL = 1e-10


@given(rate=st.floats(0.5, 3.0), level=st.floats(-0.9, 0.9))
@settings(max_examples=5, deadline=None)
def test_every_crossing_is_found_and_where_it_is(backend: str, rate: float, level: float) -> None:
    event = crossing("level", u, sp.Float(level))
    found = integrate(OSCILLATOR, [1.0, 0.0], {"a": rate}, (0, 10), events=[event], backend=backend)
    first = np.arccos(level)
    turns = 2 * np.pi * np.arange(6)
    exact = np.sort(np.concatenate([first + turns, 2 * np.pi - first + turns])) / rate
    hits = found.events["level"]
    sure = exact[exact < 10 - 1e-6]
    assert len(hits.t) in (len(sure), int((exact <= 10 + 1e-6).sum()))
    # The error of the state, which grows by one unit a step, over the speed at which it crosses.
    speed = rate * np.sqrt(1 - level**2)
    allowed = 10 * 2 * RTOL * max(1.0, rate) * (int(found.steps) + 1) / speed
    assert np.abs(hits.t[: len(sure)] - sure).max(initial=0) <= allowed
    assert np.abs(hits.y[0] - level).max(initial=0) <= allowed * speed
    assert (hits.trajectory == 0).all()
    assert found.outcome is Outcome.REACHED_END


def test_only_the_wanted_direction_counts_forwards_and_backwards(backend: str) -> None:
    down = crossing("down", u, 0, Direction.FALLING)
    up = crossing("up", u, 0, Direction.RISING)
    forward = integrate(OSCILLATOR, [1.0, 0.0], {"a": 1.0}, (0, 6), events=[down, up], backend=backend)
    np.testing.assert_allclose(forward.events["down"].t, [np.pi / 2], atol=100 * RTOL)
    np.testing.assert_allclose(forward.events["up"].t, [3 * np.pi / 2], atol=100 * RTOL)
    back = integrate(OSCILLATOR, [1.0, 0.0], {"a": 1.0}, (0, -6), events=[down, up], backend=backend)
    np.testing.assert_allclose(back.events["down"].t, [-np.pi / 2], atol=100 * RTOL)
    np.testing.assert_allclose(back.events["up"].t, [-3 * np.pi / 2], atol=100 * RTOL)


def test_a_terminal_event_stops_each_trajectory_where_it_is(backend: str) -> None:
    rates = np.array([0.25, 1.0, 2.0])
    stop = gap_collapse(u, v, sp.Rational(1, 10))
    at = np.linspace(0, 5, 11)
    start = np.array([[2.0] * 3, [1.0] * 3])
    found = integrate(PAIR, start, {"a": rates}, (0, 5), at, events=[stop], backend=backend)
    # 2 e^−at − e^(−t/2) = 1/10; the first pair never closes.
    assert found.outcomes.tolist() == [Outcome.REACHED_END, Outcome.EVENT, Outcome.EVENT]
    assert found.succeeded
    gap = found.stop_y[0] - found.stop_y[1]
    np.testing.assert_allclose(gap[1:], 0.1, atol=100 * RTOL)
    exact = 2 * np.exp(-rates * found.stop_t) - np.exp(-found.stop_t / 2)
    np.testing.assert_allclose(exact[1:], 0.1, atol=100 * RTOL)
    np.testing.assert_array_equal(found.events["gap collapse"].t, found.stop_t[1:])
    np.testing.assert_array_equal(found.events["gap collapse"].trajectory, [1, 2])
    for i in range(3):
        np.testing.assert_array_equal(np.isnan(found.y[0, :, i]), at > found.stop_t[i])
    assert "a terminal event took place" in found.message


def test_a_state_is_kept_at_a_wanted_time_at_which_a_terminal_event_takes_place(backend: str) -> None:
    line = System("line", t, (u,), (a,), (a + 0 * u,))
    stop, at = crossing("stop", t, 2, terminal=True), np.arange(5.0)
    found = integrate(line, [0.0], {"a": 1.0}, (0, 4), at, events=[stop], backend=backend)
    assert found.outcome is Outcome.EVENT and found.stop_t == pytest.approx(2.0, abs=100 * RTOL)
    np.testing.assert_array_equal(np.isnan(found.y[0]), at > found.stop_t)


def test_what_comes_after_a_terminal_event_is_not_told(backend: str) -> None:
    events = [crossing("later", u, sp.Rational(1, 2)), crossing("stop", u, sp.Rational(3, 4), terminal=True)]
    found = integrate(PAIR, [1.0, 1.0], {"a": 1.0}, (0, 3), events=events, backend=backend)
    assert found.events["later"].t.size == 0
    np.testing.assert_allclose(found.events["stop"].t, [np.log(4 / 3)], atol=100 * RTOL)


def test_leaving_zero_at_the_start_is_no_event(backend: str) -> None:
    for terminal in (False, True):
        event = crossing("start", v, 0, terminal=terminal)
        found = integrate(OSCILLATOR, [1.0, 0.0], {"a": 1.0}, (0, 4), events=[event], backend=backend)
        np.testing.assert_allclose(found.events["start"].t, [np.pi], atol=100 * RTOL)
        assert found.outcome is (Outcome.EVENT if terminal else Outcome.REACHED_END)


def test_events_may_depend_on_time_and_parameters(backend: str) -> None:
    rates = np.array([0.5, 1.0])
    start = np.ones((2, 2))
    found = integrate(
        PAIR, start, {"a": rates}, (0, 4), events=[crossing("phase", a * t, 1)], backend=backend
    )
    np.testing.assert_allclose(found.events["phase"].t, 1 / rates, atol=100 * RTOL)
    np.testing.assert_allclose(found.events["phase"].y[0], np.exp(-1), atol=100 * RTOL)


def test_the_gap_of_two_modes_collapses_when_its_closed_form_is_zero(backend: str) -> None:
    system = gap_system()
    gap = system.states[0]
    parameters = {"eta": 0.5, "tau": 1.0, "W": 4.0, "omega": 0.5}
    parameters |= {"h_k": 0.5, "h_l": 0.1, "G_k": 0.1, "G_l": 1.0}
    found = integrate(
        system, [0.5, 1.25], parameters, (0, 10), events=[gap_collapse(gap, 0)], backend=backend
    )

    def squared(start: float, h: float, G: float, time: float) -> float:
        rest = 0.5 * 1.0 * 4.0 * G**2 / (h + 0.5)
        return rest + (start**2 - rest) * np.exp(-2 * 0.5 * (h + 0.5) * time)

    time = float(found.stop_t)
    assert found.outcome is Outcome.EVENT
    assert 0 < time < 10
    assert abs(squared(1.5, 0.5, 0.1, time) - squared(1.0, 0.1, 1.0, time)) <= 1000 * RTOL


def test_modes_come_near_one_another_at_the_share_asked_for(backend: str) -> None:
    event = near_degeneracy(u, v, sp.Rational(1, 4))
    found = integrate(PAIR, [2.0, 1.0], {"a": 1.0}, (0, 2), events=[event], backend=backend)
    # v/u = e^(t/2)/2 = 3/4
    np.testing.assert_allclose(found.events["near-degeneracy"].t, [2 * np.log(1.5)], atol=100 * RTOL)
    assert found.outcome is Outcome.REACHED_END


def test_events_are_located_better_than_interpolation_between_steps_would_do() -> None:
    """At this mode DOP853's interpolant is off by 4e-8 at rtol 1e-10."""
    b = sp.Symbol("b", real=True)
    mode = System("mode", t, (u,), (a, b), (-a * u + b / u,))
    levels = np.linspace(2.1, 2.9, 9)
    events = [crossing(f"{x}", u, sp.Float(x)) for x in levels]
    found = integrate(mode, [3.0], {"a": 0.25, "b": 0.75}, (0, 3), events=events)
    exact = np.log((9 - 3) / (levels**2 - 3)) / 0.5
    times = np.array([found.events[f"{x}"].t[0] for x in levels])
    speed = np.abs(-0.25 * levels + 0.75 / levels)
    assert np.abs((times - exact) * speed).max() <= 10 * RTOL * 3 * (int(found.steps) + 1)


def test_sensitivities_do_not_disturb_events() -> None:
    event = crossing("zero", u, 0)
    found = integrate(OSCILLATOR, [1.0, 0.0], {"a": 1.0}, (0, 4), events=[event], sensitivities=["a"])
    np.testing.assert_allclose(found.events["zero"].t, [np.pi / 2], atol=100 * RTOL)
    assert found.events["zero"].y.shape == (2, 1)


def test_an_event_of_something_else_is_refused() -> None:
    with pytest.raises(LoweringError, match="symbol w is not declared"):
        integrate(PAIR, [1.0, 1.0], {"a": 1.0}, (0, 1), events=[Event("odd", sp.Symbol("w"))])


def test_two_events_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="give each its own name"):
        integrate(PAIR, [1.0, 1.0], {"a": 1.0}, (0, 1), events=[crossing("x", u, 0), crossing("x", v, 0)])


@pytest.mark.parametrize("text", ["u - 1", "__import__('os').abort()"])
def test_an_event_in_a_string_is_refused_and_never_read(text: str) -> None:
    with pytest.raises(LoweringError, match="is a str, and no SymPy expression or number"):
        integrate(PAIR, [1.0, 1.0], {"a": 1.0}, (0, 1), events=[Event("text", text)])  # type: ignore[arg-type]
    with pytest.raises(LoweringError, match="is a str"):
        crossing("text", text, 0)
    with pytest.raises(LoweringError, match="is a str"):
        gap_collapse(u, text)
    with pytest.raises(LoweringError, match="is a str"):
        near_degeneracy(u, v, text)
