"""All backends solve the same problem, in one call or many, and tell alike how it ended."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.integrate import BACKENDS, Outcome, integrate
from spectral_edge.simulate.integrate.backend import BackendError
from spectral_edge.simulate.integrate.backend import backend as find
from spectral_edge.theory.edge.eigenvalues.pechukas_yukawa import pechukas_yukawa_system
from spectral_edge.theory.edge.strengths.strength_modes import changing_strength_modes
from spectral_edge.theory.system import System

t, a, b = sp.symbols("t a b", real=True)
u, v = sp.symbols("u v", real=True)
PENDULUM = System("pendulum", t, (u, v), (a, b), (v, -a * sp.sin(u) + b * sp.cos(t)))
RTOL, ATOL = 1e-10, 1e-12


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=4, deadline=None)
def test_backends_agree_within_their_tolerances(backend: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    start, given_ = rng.uniform(-1, 1, (2, 3)), {"a": rng.uniform(0.2, 2.0, 3), "b": rng.uniform(0, 0.5, 3)}
    at = np.linspace(0, 5, 4)
    one = integrate(PENDULUM, start, given_, (0, 5), at)
    other = integrate(PENDULUM, start, given_, (0, 5), at, backend=backend)
    # Both err by one unit a step; near the upper rest of the pendulum errors grow as e^(√a t), at most e^7.
    unit = ATOL + RTOL * np.abs(one.y).max()
    assert np.abs(one.y - other.y).max() <= 2 * 10 * unit * (one.steps.max() + 1) * np.exp(5 * np.sqrt(2))


def test_a_tighter_tolerance_gives_a_smaller_error(backend: str) -> None:
    oscillator = System("oscillator", t, (u, v), (), (v, -u))
    errors = []
    for rtol in (1e-4, 1e-7, 1e-10):
        end = integrate(oscillator, [1.0, 0.0], {}, (0, 10), backend=backend, rtol=rtol, atol=rtol).y[:, -1]
        errors.append(np.abs(end - [np.cos(10), -np.sin(10)]).max())
    assert errors[0] > 10 * errors[1] > 100 * errors[2]


def test_a_trajectory_does_not_depend_on_its_company(backend: str) -> None:
    rng = np.random.default_rng(3)
    start, rates = rng.uniform(-1, 1, (2, 7)), rng.uniform(0.2, 2.0, 7)
    at = np.linspace(0, 4, 3)
    together = integrate(PENDULUM, start, {"a": rates, "b": 0.1}, (0, 4), at, backend=backend)
    assert together.y.shape == (2, 3, 7)
    for i in range(7):
        alone = integrate(PENDULUM, start[:, i], {"a": rates[i], "b": 0.1}, (0, 4), at, backend=backend)
        # Rounding differs with the width of the arithmetic, and steps with it.
        np.testing.assert_allclose(together.y[..., i], alone.y, rtol=0, atol=1e3 * RTOL)


def test_axes_of_an_ensemble_broadcast(backend: str) -> None:
    growth = System("growth", t, (u,), (a,), (a * u,))
    start, rates = np.array([[1.0, 2.0, 3.0]]), np.array([[-1.0], [-2.0]])
    found = integrate(growth, start, {"a": rates}, (0, 1), backend=backend)
    assert found.y.shape == (1, 2, 2, 3)
    assert (
        found.outcomes.shape == found.evaluations.shape == found.steps.shape == found.stop_t.shape == (2, 3)
    )
    assert found.stop_y.shape == (1, 2, 3)
    np.testing.assert_allclose(found.y[0, -1], start * np.exp(rates), rtol=100 * RTOL)


def test_parameters_of_another_call_do_not_linger(backend: str) -> None:
    growth = System("growth", t, (u,), (a,), (a * u,))
    for rate in (-1.0, 0.5, -1.0):
        end = integrate(growth, [1.0], {"a": rate}, (0, 1), backend=backend).y[0, -1]
        assert abs(end - np.exp(rate)) <= 100 * RTOL


def test_time_runs_backwards_too(backend: str) -> None:
    there = integrate(PENDULUM, [1.0, 0.5], {"a": 1.0, "b": 0.3}, (0, 3), backend=backend)
    back = integrate(PENDULUM, there.y[:, -1], {"a": 1.0, "b": 0.3}, (3, 0), [3, 1.5, 0], backend=backend)
    np.testing.assert_allclose(back.y[:, -1], [1.0, 0.5], rtol=0, atol=1000 * RTOL)
    assert back.stop_t == 0


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=3, deadline=None)
def test_another_unit_of_time_and_strength_changes_nothing(backend: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    system = changing_strength_modes(repelling=False).of_size(2)
    start = rng.uniform(0.5, 2.0, 2)
    given_: dict[str, Any] = {"eta": 0.3, "tau": 1.0, "omega": 0.2, "W": 10.0}
    given_ |= {"h": rng.uniform(0.1, 1.0, 2), "G": rng.uniform(0.1, 1.0, 2)}
    given_ |= {"drift_h": rng.uniform(0, 0.1, 2), "fade_G": rng.uniform(0, 0.5, 2)}
    second, theta = 4.0, 0.5  # powers of two, so that nothing is rounded
    # d in θ; h, ω in 1/(η time): with η a pure number they scale as 1/time, and G as θ/time.
    changed = given_ | {"omega": 0.2 / second, "h": given_["h"] / second, "tau": 1.0 * second}
    changed |= {"G": given_["G"] * theta / second, "drift_h": given_["drift_h"] / second**2}
    changed |= {"fade_G": given_["fade_G"] / second}
    one = integrate(system, start, given_, (0, 4), backend=backend)
    other = integrate(system, start * theta, changed, (0, 4 * second), backend=backend, atol=ATOL * theta)
    np.testing.assert_allclose(other.y / theta, one.y, rtol=1e3 * RTOL)


def test_modes_in_another_order_are_the_same_modes(backend: str) -> None:
    rng = np.random.default_rng(5)
    n, order = 3, [2, 0, 1]
    pairs = list(combinations(range(n), 2))
    x, p, f = np.arange(n) * 1.0, rng.normal(size=n), np.zeros((n, n))
    for i, k in pairs:
        f[i, k] = rng.normal()
        f[k, i] = -f[i, k]
    states = [np.concatenate([x, p, [f[i, k] for i, k in pairs]])]
    g = f[np.ix_(order, order)]
    states.append(np.concatenate([x[order], p[order], [g[i, k] for i, k in pairs]]))
    one, other = (integrate(pechukas_yukawa_system(n), s, {}, (0, 0.2), backend=backend) for s in states)
    np.testing.assert_allclose(other.y[:n, -1], one.y[:n, -1][order], rtol=0, atol=1e3 * RTOL)


def test_another_orthogonal_basis_changes_no_level(backend: str) -> None:
    rng = np.random.default_rng(6)
    first, slope = np.diag(np.arange(3.0)), rng.normal(size=(3, 3)) * 0.3
    slope = (slope + slope.T) / 2
    basis = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    ends = []
    for q in (np.eye(3), basis):
        start, turned = q @ first @ q.T, q @ slope @ q.T
        level, modes = np.linalg.eigh(start)
        element = modes.T @ turned @ modes
        pairs = [(level[i] - level[k]) * element[i, k] for i, k in combinations(range(3), 2)]
        state = np.concatenate([level, np.diag(element), pairs])
        ends.append(integrate(pechukas_yukawa_system(3), state, {}, (0, 0.5), backend=backend).y[:3, -1])
    np.testing.assert_allclose(ends[0], ends[1], rtol=0, atol=1e3 * RTOL)


def rate_one(power: int) -> System:
    return System(f"u^{power}", t, (u,), (), (u**power,))


@pytest.mark.parametrize(
    ("system", "start", "outcome", "time"),
    [
        (rate_one(2), [1.0], Outcome.BLOW_UP, 1.0),  # 1/(1 − t)
        (rate_one(9), [1.0], Outcome.BLOW_UP, 1 / 8),  # (1 − 8t)^(−1/8): the state is only 55 at the end
        (System("root", t, (u,), (), (-1 / u,)), [1.0], Outcome.SINGULAR, 0.5),  # √(1 − 2t)
        (System("levels", t, (u, v), (), (-1 / (u - v), 1 / (u - v))), [2.0, 1.0], Outcome.SINGULAR, 0.25),
    ],
)
def test_a_stop_is_named_after_its_cause(
    backend: str, system: System, start: list[float], outcome: Outcome, time: float
) -> None:
    at = np.array([0.0, 0.5, 1.5]) * time
    found = integrate(system, start, {}, (0, 2), at, backend=backend)
    assert found.outcome is outcome, found.message
    assert abs(found.stop_t - time) <= 1e-9
    assert np.isfinite(found.y[:, :2]).all()
    assert np.isnan(found.y[:, 2]).all()
    assert np.isfinite(found.stop_y).all()
    assert outcome.says in found.message


def test_stiffness_and_mere_length_are_told_apart(backend: str) -> None:
    # heyoka's one method is explicit.
    explicit = {"method": next(m for m in ("DOP853", "explicit", "taylor") if m in find(backend).methods)}
    stiff = System("stiff", t, (u,), (a,), (-a * (u - sp.cos(t)),))
    found = integrate(stiff, [1.0], {"a": 1e6}, (0, 20), backend=backend, max_steps=500, **explicit)
    assert found.outcome is Outcome.STIFF, found.message
    assert 0 < found.stop_t < 1
    long = System("long", t, (u, v), (), (v, -u))
    found = integrate(long, [1.0, 0.0], {}, (0, 1e5), backend=backend, max_steps=500, **explicit)
    assert found.outcome is Outcome.TOO_MANY_STEPS, found.message
    time = float(found.stop_t)
    np.testing.assert_allclose(found.stop_y, [np.cos(time), -np.sin(time)], atol=1e-6)


def test_one_trajectory_that_stops_leaves_the_others_alone(backend: str) -> None:
    system = System("some", t, (u,), (a,), (a * u**2,))
    found = integrate(system, [1.0], {"a": [-1.0, 1.0, 0.25]}, (0, 2), [0.5, 2], backend=backend)
    assert [Outcome(o) for o in found.outcomes] == [Outcome.REACHED_END, Outcome.BLOW_UP, Outcome.REACHED_END]
    np.testing.assert_allclose(found.y[0, 0], [1 / 1.5, 2.0, 1 / 0.875], rtol=100 * RTOL)
    np.testing.assert_allclose(found.y[0, 1, [0, 2]], [1 / 3, 2.0], rtol=100 * RTOL)
    assert np.isnan(found.y[0, 1, 1])
    assert "of trajectory (1,)" in found.message


def test_a_step_beyond_a_pole_is_not_taken(backend: str) -> None:
    """The cube root goes on behind the place where its slope is infinite; the solution does not."""
    system = System("cube root", t, (u,), (), (-1 / u**2,))
    found = integrate(system, [1.0], {}, (0, 2), backend=backend)
    assert found.outcome is Outcome.SINGULAR, found.message
    assert abs(found.stop_t - 1 / 3) <= 1e-9


@pytest.mark.parametrize("name", BACKENDS)
def test_unknown_options_are_refused(name: str) -> None:
    growth = System("growth", t, (u,), (), (u,))
    try:
        find(name)
    except BackendError as missing:
        pytest.skip(str(missing))
    with pytest.raises(BackendError, match=rf"options \['magic'\] are unknown to backend {name}"):
        integrate(growth, [1.0], {}, (0, 1), backend=name, magic=True)
