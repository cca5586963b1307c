"""The native engine: orders, closed forms, stiffness, stops, and lanes that agree with single trajectories."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from spectral_edge.simulate import native
from spectral_edge.simulate.integrate import BackendError, integrate
from spectral_edge.simulate.integrate.native.engine import MODES, Engine, Run
from spectral_edge.simulate.integrate.native_backend import NativeBackend
from spectral_edge.simulate.integrate.outcome import Outcome
from spectral_edge.simulate.lowering.compiled import CompiledSystem, compile_system
from spectral_edge.theory.edge.strengths.strength_modes import changing_strength_modes, strength_modes
from spectral_edge.theory.system import System

pytestmark = pytest.mark.skipif(not native.available(), reason="no C compiler here")

t, a, b = sp.symbols("t a b")
u, v = sp.symbols("u v")
OSCILLATOR = System("oscillator", t, (u, v), (a,), (v, -(a**2) * u))
# Prothero and Robinson: slow cos(t), approached at rate a; a is the stiffness. (Hairer & Wanner II, IV.15)
PROTHERO = System("Prothero–Robinson", t, (u,), (a,), (-a * (u - sp.cos(t)) - sp.sin(t),))
MODE = System("mode", t, (u,), (a, b), (-a * u + b / u,))
POLE = System("pole", t, (u,), (), (u**2,))
GAP = System("gap that closes", t, (u,), (), (-1 / u,))


@cache
def compiled(system: System) -> CompiledSystem:
    return compile_system(system)


@cache
def engine(system: System, *, lanes: bool = False) -> Engine:
    return Engine(compiled(system), lanes=lanes)


def run(
    system: System, start: object, given: object, times: object, rtol: float = 1e-10, **more: object
) -> Run:
    lanes = bool(more.pop("lanes", False))
    initial = np.atleast_2d(np.asarray(start, dtype=float))
    values = np.asarray(given, dtype=float)
    parameters = np.broadcast_to(values, (len(initial), len(system.parameters)))
    return engine(system, lanes=lanes).run(
        initial, parameters, np.asarray(times, dtype=float), rtol=rtol, atol=rtol * 1e-3, **more
    )


def fitted_order(errors: list[float]) -> float:
    """Slope of error over step, each step half of the one before."""
    return float(np.polyfit(np.arange(len(errors)), -np.log2(errors), 1)[0])


@pytest.mark.parametrize("lanes", [False, True])
def test_fixed_explicit_steps_are_of_order_eight(lanes: bool) -> None:
    errors = []
    for steps in (8, 16, 32):
        found = run(
            OSCILLATOR, [1.0, 0.0], [1.0], [0.0, 8.0],
            rtol=1e9, mode="explicit", first_step=8 / steps, longest_step=8 / steps, lanes=lanes,
        )  # fmt: skip
        assert found.steps[0] == steps
        errors.append(np.abs(found.y[0, -1] - [np.cos(8.0), -np.sin(8.0)]).max())
    assert 7.5 < fitted_order(errors) < 8.5


def test_the_stiff_method_gains_accuracy_with_the_tolerance_and_does_not_see_the_stiffness() -> None:
    for stiffness in (1e2, 1e5, 1e8):
        errors, steps = [], []
        for rtol in (1e-4, 1e-7, 1e-10):
            found = run(PROTHERO, [1.0], [stiffness], [0.0, 10.0], rtol, mode="stiff")
            errors.append(abs(found.y[0, -1, 0] - np.cos(10.0)))
            steps.append(int(found.steps[0]))
        # An error of 1 per unit of tolerance and step; it is smaller where the stiff term damps it.
        assert all(e <= s * r for e, s, r in zip(errors, steps, (1e-4, 1e-7, 1e-10), strict=True))
        assert steps[-1] < 500


def test_where_stability_limits_explicit_steps_the_engine_changes_the_method() -> None:
    stiff, explicit = (run(PROTHERO, [1.0], [1e4], [0.0, 10.0], mode=m) for m in ("switching", "explicit"))
    assert abs(stiff.y[0, -1, 0] - np.cos(10.0)) < 1e-9
    assert explicit.steps[0] > 10 * stiff.steps[0]


def test_where_nothing_is_stiff_it_does_not() -> None:
    switching, explicit = (
        run(OSCILLATOR, [1.0, 0.0], [3.0], [0, 30], mode=m) for m in ("switching", "explicit")
    )
    np.testing.assert_array_equal(switching.y, explicit.y)
    assert switching.steps[0] == explicit.steps[0]


@pytest.mark.parametrize("mode", MODES)
@given(decay=st.floats(0.1, 3), drive=st.floats(0.1, 3), start=st.floats(0.1, 3))
@settings(max_examples=15, deadline=None)
def test_one_mode_follows_its_closed_form_at_every_wanted_time(
    mode: str, decay: float, drive: float, start: float
) -> None:
    times = np.linspace(0, 3, 7)
    found = run(MODE, [start], [decay, drive], times, mode=mode)
    squared = drive / decay + (start**2 - drive / decay) * np.exp(-2 * decay * times)
    # The tolerance holds for one step, and errors of some tens of steps may add up.
    np.testing.assert_allclose(found.y[0, :, 0] ** 2, squared, rtol=100 * 1e-10)


@given(seed=st.integers(0, 2**32 - 1), size=st.sampled_from([3, 10]))
@settings(max_examples=8, deadline=None)
def test_repelling_modes_agree_with_scipy_at_tight_tolerances(seed: int, size: int) -> None:
    rng, system = np.random.default_rng(seed), repelling(size)
    start = np.sort(rng.uniform(0.9, 1.1, size) * np.linspace(1, 2, size))
    given = np.concatenate([[0.1, 1.0, 10.0, 0.1, 0.05, 20.0], rng.uniform(0.5, 2.0, 2 * size)])
    names = dict(zip((s.name for s in system.system.parameters), given, strict=True))
    wanted = solve_ivp(
        lambda time, y: system.rhs(time, y, names), (0, 3), start, method="DOP853", rtol=1e-12, atol=1e-14
    ).y[:, -1]
    found = sized(size).run(start[None], given[None], np.array([0.0, 3.0]), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(found.y[0, -1], wanted, rtol=1e-9)


@cache
def repelling(size: int) -> CompiledSystem:
    return compile_system(strength_modes(repelling=True), size)


@cache
def sized(size: int, *, lanes: bool = False) -> Engine:
    return Engine(repelling(size), lanes=lanes)


def ensemble(count: int, size: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    start = np.sort(rng.uniform(0.9, 1.1, (count, size)) * np.linspace(1, 2, size), axis=1)
    common = np.tile([0.1, 1.0, 10.0, 0.1, 0.05, 20.0], (count, 1))
    return start, np.hstack([common, rng.uniform(0.5, 2.0, (count, 2 * size))])


@pytest.mark.parametrize("count", [1, 7, 8, 37])
def test_lanes_give_every_trajectory_what_it_gets_alone(count: int) -> None:
    start, given = ensemble(count)
    times = np.array([0.0, 0.5, 4.0])
    alone = sized(3).run(start, given, times, rtol=1e-11, atol=1e-13)
    lanes = sized(3, lanes=True).run(start, given, times, rtol=1e-11, atol=1e-13)
    # The same steps but for rounding, which differs where the compiler contracts products and sums.
    np.testing.assert_allclose(lanes.y, alone.y, rtol=1e-10)
    assert np.abs(lanes.steps - alone.steps).max() <= 2
    assert (lanes.outcomes == Outcome.REACHED_END).all()


@pytest.mark.parametrize("lanes", [False, True])
def test_the_number_of_threads_and_the_order_of_trajectories_change_nothing(lanes: bool) -> None:
    start, given = ensemble(45)
    times = np.array([0.0, 4.0])
    one, two = (
        sized(3, lanes=lanes).run(start, given, times, rtol=1e-9, atol=1e-12, threads=k) for k in (1, 2)
    )
    np.testing.assert_array_equal(one.y, two.y)
    back = sized(3, lanes=lanes).run(start[::-1], given[::-1], times, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(back.y[::-1], one.y)


def test_stiff_trajectories_of_an_ensemble_are_finished_by_themselves() -> None:
    rates = np.where(np.arange(20) % 3, 1.0, 3e4)[:, None]
    found = run(PROTHERO, np.ones((20, 1)), rates, [0.0, 5.0, 10.0], lanes=True)
    wanted = np.broadcast_to(np.cos([5.0, 10.0]), (20, 2))
    np.testing.assert_allclose(found.y[:, 1:, 0], wanted, atol=1e-9)
    explicit = run(PROTHERO, np.ones((20, 1)), rates, [0.0, 5.0, 10.0], lanes=True, mode="explicit")
    assert (explicit.steps[::3] > 5 * found.steps[::3]).all()


def test_an_ensemble_by_the_stiff_method_takes_its_steps() -> None:
    lanes, alone = (
        run(PROTHERO, np.ones((20, 1)), [1e6], [0.0, 10.0], mode="stiff", lanes=lanes)
        for lanes in (True, False)
    )
    np.testing.assert_array_equal(lanes.steps, alone.steps)
    assert (lanes.steps < 100).all()


@pytest.mark.parametrize("lanes", [False, True])
def test_time_may_run_backwards(lanes: bool) -> None:
    there = run(OSCILLATOR, [1.0, 0.5], [2.0], [0.0, 3.0], lanes=lanes)
    back = run(OSCILLATOR, there.y[0, -1], [2.0], [3.0, 1.0, 0.0], lanes=lanes)
    np.testing.assert_allclose(back.y[0, -1], [1.0, 0.5], rtol=100 * 1e-10)


@pytest.mark.parametrize("lanes", [False, True])
@pytest.mark.parametrize("mode", MODES)
@given(pole=st.floats(0.2, 5.0))
@settings(max_examples=5, deadline=None)
def test_before_a_pole_the_step_becomes_too_small_and_what_was_reached_is_kept(
    lanes: bool, mode: str, pole: float
) -> None:
    found = run(POLE, [1 / pole], [], [0.0, pole / 2, 2 * pole], lanes=lanes, mode=mode)
    assert found.outcomes[0] == Outcome.STEP_TOO_SMALL
    # Relative errors of 1e-10 per step move the pole by as much of the time, some tens of times.
    assert abs(found.stop_t[0] - pole) < 1e-7 * pole
    assert found.stop_y[0, 0] > 1e5 / pole
    np.testing.assert_allclose(found.y[0, 1, 0], 2 / pole, rtol=100 * 1e-10)
    assert np.isnan(found.y[0, 2]).all()


def test_a_gap_that_closes_stops_the_engine_at_a_finite_state() -> None:
    found = run(GAP, [1.0], [], [0.0, 1.0])
    assert found.outcomes[0] == Outcome.STEP_TOO_SMALL
    assert abs(found.stop_t[0] - 0.5) < 1e-8
    assert 0 < found.stop_y[0, 0] < 1e-3


@pytest.mark.parametrize("lanes", [False, True])
def test_too_many_steps_are_told(lanes: bool) -> None:
    found = run(OSCILLATOR, [1.0, 0.0], [1.0], [0.0, 1e6], max_steps=50, lanes=lanes)
    assert (found.outcomes[0], found.steps[0]) == (Outcome.TOO_MANY_STEPS, 50)
    assert 0 < found.stop_t[0] < 1e6
    np.testing.assert_allclose(np.hypot(*found.stop_y[0]), 1, rtol=100 * 1e-10)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_refused_before_anything_is_integrated(bad: float) -> None:
    for start, values, times in (([bad], [1, 1], [0, 1]), ([1], [bad, 1], [0, 1]), ([1], [1, 1], [0, bad])):
        for lanes in (False, True):
            with pytest.raises(ValueError, match="are not all finite"):
                run(MODE, start, values, times, lanes=lanes)


def test_shapes_and_modes_are_checked() -> None:
    with pytest.raises(ValueError, match=r"initial \(1, 2\), parameters \(1, 2\)"):
        run(MODE, [1.0, 2.0], [1.0, 1.0], [0, 1])
    with pytest.raises(ValueError, match="mode='magic'; give one of switching, explicit, stiff"):
        run(MODE, [1.0], [1.0, 1.0], [0, 1], mode="magic")


def test_changing_coefficients_agree_with_the_closed_form_of_a_fading_gradient() -> None:
    system = compile_system(changing_strength_modes(), 2)
    eta, tau, window, omega, h, gradient, fade = 0.1, 1.0, 10.0, 0.1, [0.7, 1.3], [1.1, 0.6], [0.2, 0.5]
    start, times = np.array([2.0, 1.0]), np.linspace(0, 6, 4)
    given = {
        "eta": eta,
        "tau": tau,
        "W": window,
        "omega": omega,
        "h": h,
        "G": gradient,
        "drift_h": [0.0, 0.0],
    }
    ordered = system.ordered(given | {"fade_G": fade})
    found = Engine(system, lanes=False).run(start[None], np.array([ordered]), times, rtol=1e-11, atol=1e-13)
    # d² is linear: its source 2η²τWG²·exp(−2ft) against the decay 2η(h + ω).
    decay, source = 2 * eta * (np.array(h) + omega), 2 * eta**2 * tau * window * np.array(gradient) ** 2
    fading = 2 * np.array(fade)
    along = times[:, None]
    driven = source * (np.exp(-fading * along) - np.exp(-decay * along)) / (decay - fading)
    np.testing.assert_allclose(found.y[0] ** 2, start**2 * np.exp(-decay * along) + driven, rtol=100 * 1e-11)


def test_as_a_backend_it_refuses_what_it_cannot_do() -> None:
    with pytest.raises(BackendError, match="threads=0; give a whole number of at least 1"):
        integrate(MODE, [1.0], {"a": 1.0, "b": 1.0}, (0, 1), backend="native", threads=0)


def test_as_a_backend_it_takes_ensembles_of_indexed_systems() -> None:
    start, given = ensemble(20)
    names = [s.name for s in repelling(3).system.parameters]
    found = integrate(
        repelling(3),
        start.T,
        dict(zip(names, given.T, strict=True)),
        (0.0, 2.0),
        [0.0, 1.0, 2.0],
        backend="native",
    )
    assert found.succeeded
    assert found.y.shape == (3, 3, 20)
    alone = integrate(
        repelling(3), start[4], dict(zip(names, given[4], strict=True)), (0.0, 2.0), backend="scipy"
    )
    np.testing.assert_allclose(found.y[:, -1, 4], alone.y[:, -1], rtol=100 * 1e-10)


def test_without_a_compiler_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "available", lambda: False)
    assert "there is no C compiler" in NativeBackend().unavailable()
