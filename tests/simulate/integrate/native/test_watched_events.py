"""Events in the native engine: in every lane, by either method, and without disturbing what is integrated."""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from spectral_edge.simulate import native
from spectral_edge.simulate.integrate import Direction, Event, Outcome, crossing, integrate
from spectral_edge.simulate.integrate.event import CompiledEvents, compile_events
from spectral_edge.simulate.integrate.native.engine import Engine
from spectral_edge.simulate.integrate.native.watch import Watch
from spectral_edge.simulate.lowering.compiled import compile_system
from spectral_edge.theory.system import System

pytestmark = pytest.mark.skipif(not native.available(), reason="no C compiler here")

t, a, b = sp.symbols("t a b", real=True)
u, v = sp.symbols("u v", real=True)
OSCILLATOR = System("oscillator", t, (u, v), (a,), (v, -(a**2) * u))
PROTHERO = System("Prothero–Robinson", t, (u,), (a,), (-a * (u - sp.cos(t)) - sp.sin(t),))
POLE = System("pole", t, (u,), (), (u**2,))
WEIGHTS = sp.symbols("w0:4")
# A pendulum with friction, and events that are random combinations of its states and the time.
PENDULUM = System("pendulum", t, (u, v), (a, b, *WEIGHTS), (v, -a * sp.sin(u) - b * v))
COMBINATION = WEIGHTS[0] * u + WEIGHTS[1] * v + WEIGHTS[2] * t + WEIGHTS[3]
EPS = float(np.finfo(np.float64).eps)


@cache
def engine(system: System, *, lanes: bool = False) -> Engine:
    return Engine(compile_system(system), lanes=lanes, watched=True)


@cache
def combination(direction: Direction) -> CompiledEvents:
    return compile_events(PENDULUM, [Event("combination", COMBINATION, direction)])


def ensemble(count: int) -> np.ndarray:
    return np.random.default_rng(8).uniform(0.5, 3, count)


@given(
    pull=st.floats(0.2, 3),
    friction=st.floats(0, 1),
    weights=st.lists(st.floats(-1, 1), min_size=4, max_size=4),
    start=st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
    end=st.sampled_from([6.0, -2.0]),
    direction=st.sampled_from(Direction),
    lanes=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_random_events_are_where_the_signs_at_the_ends_of_steps_change(
    pull: float,
    friction: float,
    weights: list[float],
    start: tuple[float, float],
    end: float,
    direction: Direction,
    lanes: bool,
) -> None:
    """The twin reads the events off the steps taken, and places them with SciPy at much tighter tolerances."""
    events, values = combination(direction), np.array([pull, friction, *weights])
    run = engine(PENDULUM, lanes=lanes).run(
        np.array([start]), values[None], np.array([0.0, end]),
        rtol=1e-8, atol=1e-10, watch=Watch(events, 2, dense=True),
    )  # fmt: skip
    assert run.seen is not None
    ends = np.append(run.seen.steps[:, 1], end)
    states = np.vstack([run.seen.steps[:, 3:], run.stop_y])
    (signs,) = events.evaluate(ends, states.T, values[:, None])
    assume(np.abs(signs[1:]).min() > 1e-9)  # where rounding decides, either is right
    rising, falling = (signs[:-1] < 0) & (signs[1:] > 0), (signs[:-1] > 0) & (signs[1:] < 0)
    steps = np.flatnonzero((rising & (direction >= 0)) | (falling & (direction <= 0)))
    assert len(run.seen.hits) == len(steps)
    exact = solve_ivp(
        lambda _, y: [y[1], -pull * np.sin(y[0]) - friction * y[1]], (0, end), start, "DOP853",
        dense_output=True, rtol=1e-12, atol=1e-13, max_step=0.1,
    ).sol  # fmt: skip

    def value(time: float) -> float:
        return float(events.evaluate(time, exact(time), values)[0])

    for row, step in zip(run.seen.hits, steps, strict=True):
        assume(value(ends[step]) * value(ends[step + 1]) < 0)
        wanted = brentq(value, ends[step], ends[step + 1], xtol=1e-14)
        slope = (value(wanted + 1e-6) - value(wanted - 1e-6)) / 2e-6
        assume(abs(slope) > 0.01)
        # Each step errs by the tolerance, for states of order one and their growth over the time.
        allowed = len(ends) * 1e-8 * 4 * np.exp(np.sqrt(max(pull, 1)) * abs(end)) / abs(slope)
        assert abs(row[2] - wanted) <= min(allowed, 1e-3)
        assert abs(value(row[2])) <= allowed * (abs(slope) + 1)


@pytest.mark.parametrize("lanes", [False, True])
def test_all_crossings_of_all_trajectories_are_exact_to_the_tolerance_and_solved_to_rounding(
    lanes: bool,
) -> None:
    rates, level = ensemble(40), 0.3
    events = compile_events(OSCILLATOR, [crossing("level", u, sp.Float(level))])
    run = engine(OSCILLATOR, lanes=lanes).run(
        np.tile([1.0, 0.0], (40, 1)), rates[:, None], np.array([0.0, 10.0]),
        rtol=1e-10, atol=1e-12, watch=Watch(events, 2, dense=False),
    )  # fmt: skip
    assert run.seen is not None
    assert not run.seen.steps.size
    first, turns = np.arccos(level), 2 * np.pi * np.arange(6)
    speeds = rates * np.sqrt(1 - level**2)
    for i, rate in enumerate(rates):
        mine = run.seen.hits[run.seen.hits[:, 0] == i]
        exact = np.sort(np.concatenate([first + turns, 2 * np.pi - first + turns])) / rate
        exact = exact[exact < 10]
        assert len(mine) == len(exact)
        # One unit of tolerance a step, in both states, over the speed at which the level is crossed.
        allowed = (run.steps[i] + 1) * 1e-10 * 2 * max(rate, 1) / speeds[i]
        np.testing.assert_allclose(mine[:, 2], exact, atol=allowed)
        # The time itself is found to a few spacings: what remains of the event is the rounding of a step.
        assert np.abs(mine[:, 3] - level).max() <= 64 * EPS * (1 + 10 * speeds[i])


@pytest.mark.parametrize("lanes", [False, True])
def test_with_fixed_steps_the_times_of_events_are_of_order_eight(lanes: bool) -> None:
    events = compile_events(OSCILLATOR, [crossing("level", u, sp.Rational(1, 5))])
    errors = []
    for steps in (8, 16, 32):
        run = engine(OSCILLATOR, lanes=lanes).run(
            np.array([[1.0, 0.0]]), np.ones((1, 1)), np.array([0.0, 8.0]), rtol=1e9, atol=1e6, mode="explicit",
            first_step=8 / steps, longest_step=8 / steps, watch=Watch(events, 2, dense=False),
        )  # fmt: skip
        assert run.seen is not None
        first = np.arccos(0.2)
        errors.append(np.abs(run.seen.hits[:, 2] - [first, 2 * np.pi - first, 2 * np.pi + first]).max())
    order = np.polyfit(np.arange(3), -np.log2(errors), 1)[0]
    assert 7.5 < order < 8.5


@pytest.mark.parametrize("lanes", [False, True])
def test_an_event_costs_little_more_than_the_extension_and_two_steps(lanes: bool) -> None:
    rates = ensemble(20)
    events = compile_events(OSCILLATOR, [crossing("zero", u, 0)])
    plain, watched = (
        engine(OSCILLATOR, lanes=lanes).run(
            np.tile([1.0, 0.0], (20, 1)),
            rates[:, None],
            np.array([0.0, 10.0]),
            rtol=1e-10,
            atol=1e-12,
            watch=w,
        )
        for w in (None, Watch(events, 2, dense=False))
    )
    np.testing.assert_array_equal(plain.y, watched.y)  # that events are watched changes no step
    np.testing.assert_array_equal(plain.steps, watched.steps)
    assert watched.seen is not None
    spent = (watched.rates - plain.rates).sum() / len(watched.seen.hits)
    assert 3 + 11 <= spent <= 3 + 2.5 * 11


def test_the_order_of_trajectories_and_the_number_of_threads_change_nothing() -> None:
    rates = ensemble(45)[:, None]
    events = compile_events(
        OSCILLATOR, [crossing("up", u, 0, Direction.RISING), crossing("v", v, sp.Rational(1, 3))]
    )
    found = []
    for order, threads in ((slice(None), 1), (slice(None, None, -1), 1), (slice(None), 2)):
        run = engine(OSCILLATOR, lanes=True).run(
            np.tile([1.0, 0.2], (45, 1)), rates[order], np.array([0.0, 8.0]),
            rtol=1e-9, atol=1e-12, threads=threads, watch=Watch(events, 2, dense=False),
        )  # fmt: skip
        assert run.seen is not None
        hits = run.seen.hits.copy()
        hits[:, 0] = np.arange(45)[order][hits[:, 0].astype(int)]
        found.append(hits[np.lexsort((hits[:, 2], hits[:, 0]))])
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])
    assert len(found[0]) > 200


def test_a_terminal_event_stops_its_own_lane_alone() -> None:
    rates = ensemble(30)
    at = np.linspace(0, 8, 9)
    start = np.array([[1.0], [0.0]])
    stop = crossing("stop", a * t, 16, terminal=True)
    free = integrate(OSCILLATOR, start, {"a": rates}, (0, 8), at, backend="native")
    found = integrate(OSCILLATOR, start, {"a": rates}, (0, 8), at, backend="native", events=[stop])
    stopped = rates * 8 > 16
    assert 5 < stopped.sum() < 25
    np.testing.assert_array_equal(found.outcomes == Outcome.EVENT, stopped)
    np.testing.assert_allclose(found.stop_t[stopped], 16 / rates[stopped], rtol=8 * EPS)
    np.testing.assert_array_equal(found.y[:, :, ~stopped], free.y[:, :, ~stopped])
    for i in range(30):
        np.testing.assert_array_equal(np.isnan(found.y[0, :, i]), at > found.stop_t[i])
        before = at < found.stop_t[i]
        np.testing.assert_array_equal(found.y[:, before, i], free.y[:, before, i])
    angles = np.minimum(rates * 8, 16)
    np.testing.assert_allclose(found.stop_y[0], np.cos(angles), atol=100 * 1e-10)


@pytest.mark.parametrize("count", [1, 20], ids=["alone", "in lanes"])
def test_events_of_one_step_come_in_the_order_of_time_up_to_the_terminal_one(count: int) -> None:
    levels = {"third": 0.4999, "first": 0.5001, "again": 0.5, "second": 0.5}
    rates = np.linspace(1, 2, count)

    def hits(terminal: str) -> dict[str, int]:
        events = [crossing(name, u, sp.Float(x), terminal=name == terminal) for name, x in levels.items()]
        start = np.array([[1.0], [0.0]])
        found = integrate(OSCILLATOR, start, {"a": rates}, (0, 2), events=events, backend="native")
        first = found.events["first"].t
        for name, level in levels.items():
            times = found.events[name].t
            np.testing.assert_allclose(times, np.arccos(level) / rates[: len(times)], atol=100 * 1e-10)
        assert (found.events["third"].t > first[: len(found.events["third"].t)]).all()
        return {name: len(found.events[name].t) for name in levels}

    every = dict.fromkeys(levels, count)
    assert hits("") == every
    assert hits("third") == every
    assert hits("first") == dict.fromkeys(levels, 0) | {"first": count}
    assert hits("second") == every | {"third": 0}
    assert hits("again") == every | {"third": 0, "second": 0}  # at one time, the one that is named first


@pytest.mark.parametrize("count", [1, 20], ids=["alone", "in lanes"])
def test_an_event_at_the_very_end_of_a_step_takes_place_once(count: int) -> None:
    at = np.array([0.0, 1.0, 2.0])
    for terminal in (False, True):
        event = crossing("time", t, 1, terminal=terminal)
        found = integrate(
            OSCILLATOR, [1.0, 0.0], {"a": np.ones(count)}, (0, 2), at, events=[event], backend="native"
        )
        np.testing.assert_array_equal(found.events["time"].t, np.ones(count))
        np.testing.assert_array_equal(found.events["time"].trajectory, np.arange(count))
        np.testing.assert_array_equal(
            np.isnan(found.y[0]), np.array([[False], [False], [terminal]]) * np.ones(count)
        )
        np.testing.assert_allclose(found.y[0, 1], np.cos(1), atol=100 * 1e-10)


@pytest.mark.parametrize("method", ["switching", "stiff", "explicit"])
@pytest.mark.parametrize("count", [1, 20], ids=["alone", "in lanes"])
def test_events_of_stiff_trajectories_are_found_before_and_after_the_method_changes(
    method: str, count: int
) -> None:
    stiffness = np.where(np.arange(count) % 3 == 0, 3e4, 1.0)
    if method == "explicit":
        stiffness = stiffness / 100
    zero, early = crossing("zero", u, 0), crossing("early", u, sp.Rational(9999, 10000))
    found = integrate(
        PROTHERO, [1.0], {"a": stiffness}, (0, 10), events=[zero, early], backend="native", method=method
    )
    hits = found.events["zero"]
    np.testing.assert_array_equal(hits.trajectory, np.repeat(np.arange(count), 3))
    exact = np.tile(np.pi * np.array([0.5, 1.5, 2.5]), count)
    np.testing.assert_allclose(hits.t, exact, atol=100 * 1e-10)
    # Rounding: the sizes of the weights with which a stiff step adds up twelve columns have the sum 1.4e6. That many are
    # only taken where nothing is stiff.
    np.testing.assert_allclose(hits.y[0], 0, atol=(1.5e6 if method == "stiff" else 1024) * EPS)
    first = found.events["early"].t[np.flatnonzero(np.diff(found.events["early"].trajectory, prepend=-1))]
    np.testing.assert_allclose(first, np.arccos(0.9999), atol=100 * 1e-10 / 0.014)  # its speed there is 0.014


@pytest.mark.parametrize("count", [1, 20], ids=["alone", "in lanes"])
def test_events_up_to_a_pole_are_told_with_it(count: int) -> None:
    starts = np.linspace(0.5, 2, count)
    levels = (5, 50, 5000)
    events = [crossing(f"{x}", u, x, Direction.RISING) for x in (*levels, 10**200)]
    found = integrate(POLE, starts[None], {}, (0, 4), events=events, backend="native", dense=True)
    assert (found.outcomes == Outcome.BLOW_UP).all()
    for level in levels:
        # Errors of the pole's place, of the order of 1e-10 of it for each of some dozen steps.
        np.testing.assert_allclose(
            found.events[f"{level}"].t, 1 / starts - 1 / level, atol=100 * 1e-10 / starts.min()
        )
        np.testing.assert_array_equal(found.events[f"{level}"].trajectory, np.arange(count))
    assert not found.events[f"{10**200}"].t.size


def test_an_event_that_is_no_number_takes_no_place() -> None:
    events = [
        crossing("log", sp.log(u), -5),
        crossing("root", sp.sqrt(u), sp.Rational(1, 2)),
        crossing("u", u, 0),
    ]
    found = integrate(OSCILLATOR, [1.0, 0.0], {"a": 1.0}, (0, 3), events=events, backend="native")
    np.testing.assert_allclose(found.events["u"].t, np.pi / 2, atol=100 * 1e-10)
    np.testing.assert_allclose(found.events["root"].t, np.arccos(0.25), atol=100 * 1e-10)
    # Where it is told at all: u is negative at the end of the step in which the logarithm falls to −5.
    assert found.events["log"].t.size <= 1
    assert found.outcome is Outcome.REACHED_END


def test_the_compiled_events_have_the_values_of_the_symbolic_ones() -> None:
    """More events than states, with parameters, the time, powers and constants in all places."""
    expressions = [
        u**3 - 2,
        sp.Abs(u - v) * a,
        sp.sqrt(u) + t,
        sp.exp(-a) * v,
        sp.Integer(3),
        3 / u - 2**v,
        a,
    ]
    events = compile_events(OSCILLATOR, [Event(f"{i}", e) for i, e in enumerate(expressions)])
    watch = Watch(events, 2, dense=False)
    rng = np.random.default_rng(1)
    for _ in range(5):
        state, given, time, found = rng.uniform(0.5, 2, 2), rng.uniform(0.5, 2, 1), rng.uniform(), np.empty(7)
        function, sheet = watch._values, watch.sheet()
        assert function is not None
        at = [
            ctypes.c_void_p(x)
            for x in (state.ctypes.data, given.ctypes.data, sheet.constants, found.ctypes.data)
        ]
        function(ctypes.c_double(time), *at)
        np.testing.assert_allclose(found, events.evaluate(time, state, given), rtol=16 * EPS)


def test_another_level_needs_no_other_code() -> None:
    low, high = (
        Watch(compile_events(OSCILLATOR, [crossing("level", u, x)]), 2, dense=False) for x in (0.25, 0.75)
    )
    assert low._values is high._values
    assert [float(x._constants[-1]) != 0 for x in (low, high)] == [True, True]
    assert not np.array_equal(low._constants, high._constants)
