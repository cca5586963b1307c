"""Sensitivities are the derivatives of closed forms, and those that heyoka derives by itself."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.integrate import integrate
from spectral_edge.simulate.integrate.variational import with_sensitivities
from spectral_edge.simulate.lowering.lower import lower
from spectral_edge.theory.edge.strengths.signal_strength import strength_system
from spectral_edge.theory.edge.strengths.strength_modes import changing_strength_modes
from spectral_edge.theory.system import System

RTOL, ATOL = 1e-10, 1e-12
NAMES = ("eta", "tau", "W", "omega", "h_j", "G_j", "d")

symbols = {name: sp.Symbol(name, positive=True) for name in (*NAMES, "t")}
eta, tau, W, omega, h, G, d, t = symbols.values()
_rest = eta * tau * W * G**2 / (h + omega)
_closed = sp.sqrt(_rest + (d**2 - _rest) * sp.exp(-2 * eta * (h + omega) * t))
CLOSED = lower([_closed.diff(symbols[name]) for name in NAMES], list(symbols.values()))

positive = st.floats(0.2, 2.0)


@given(values=st.tuples(*[positive] * 7))
@settings(max_examples=4, deadline=None)
def test_sensitivities_are_the_derivatives_of_the_closed_form(
    backend: str, values: tuple[float, ...]
) -> None:
    given_ = dict(zip(NAMES, values, strict=True))
    start = given_.pop("d")
    at = np.linspace(0, 2, 4)
    found = integrate(strength_system(), [start], given_, (0, 2), at, backend=backend, sensitivities=NAMES)
    exact = CLOSED(*values, at)
    size = max(1.0, np.abs(exact).max())
    for name, derivative in zip(NAMES, exact, strict=True):
        error = np.abs(found.sensitivities[name][0] - derivative).max()
        # One unit of the tolerance per step, for the state and for its derivative, which multiply once.
        assert error <= 10 * (ATOL + RTOL * size) * size * (int(found.steps) + 1), name


def naive(system: System, start: np.ndarray, given_: dict[str, float], name: str, step: float) -> np.ndarray:
    """A central difference of two integrations."""
    ends = []
    for sign in (1, -1):
        changed, begin = dict(given_), start.copy()
        if name in changed:
            changed[name] += sign * step
        else:
            begin[[s.name for s in system.states].index(name)] += sign * step
        ends.append(integrate(system, begin, changed, (0, 2), rtol=1e-12, atol=1e-14).y[:, -1])
    return (ends[0] - ends[1]) / (2 * step)


def test_sensitivities_are_those_of_a_finite_difference() -> None:
    x, y, a, b = sp.symbols("x y a b", real=True)
    time = sp.Symbol("s", real=True)
    system = System("pendulum", time, (x, y), (a, b), (y, -a * sp.sin(x) + b * sp.cos(time)))
    start, given_ = np.array([0.7, -0.2]), {"a": 1.3, "b": 0.4}
    found = integrate(system, start, given_, (0, 2), sensitivities=("a", "b", "x", "y"))
    for name in ("a", "b", "x", "y"):
        # The difference errs by step² and by the error of the integration over the step.
        step = 1e-4
        np.testing.assert_allclose(
            found.sensitivities[name][:, -1], naive(system, start, given_, name, step), atol=10 * step**2
        )


def test_they_agree_with_the_variational_equations_that_heyoka_makes() -> None:
    hy = pytest.importorskip("heyoka", reason="heyoka is not installed")
    x, y = hy.make_vars("x", "y")
    flow = [(x, y), (y, -hy.par[0] * hy.sin(x))]
    made = hy.var_ode_sys(flow, args=[x, y, hy.par[0]], order=1)
    taylor = hy.taylor_adaptive(made, [0.7, -0.2], pars=[1.3], tol=1e-15)
    taylor.propagate_until(2.0)
    theirs = taylor.state[2:].reshape(2, 3)
    u, v, a, s = sp.symbols("u v a s", real=True)
    system = System("pendulum", s, (u, v), (a,), (v, -a * sp.sin(u)))
    ours = integrate(system, [0.7, -0.2], {"a": 1.3}, (0, 2), sensitivities=("u", "v", "a"))
    for k, name in enumerate(("u", "v", "a")):
        np.testing.assert_allclose(ours.sensitivities[name][:, -1], theirs[:, k], atol=1000 * RTOL)


def test_an_indexed_system_is_written_out_for_them() -> None:
    system = changing_strength_modes().of_size(2)
    common = {"eta": 0.3, "tau": 1.0, "omega": 0.2, "W": 10.0, "drift_h": [0.0, 0.0], "fade_G": [0.0, 0.0]}
    found = integrate(
        system, [1.0, 2.0], common | {"h": [0.5, 0.3], "G": [0.4, 0.6]}, (0, 1), sensitivities=("h_1", "d_2")
    )
    assert found.y.shape == found.sensitivities["h_1"].shape == (2, 2)
    np.testing.assert_array_equal(found.sensitivities["d_2"][:, 0], [0.0, 1.0])
    # Modes of F1 without repulsion do not feel one another.
    assert found.sensitivities["h_1"][1, -1] == 0.0
    assert found.sensitivities["h_1"][0, -1] < 0.0


def test_the_larger_system_keeps_the_states_in_front() -> None:
    u, a, s = sp.symbols("u a s")
    larger = with_sensitivities(System("growth", s, (u,), (a,), (a * u,)), ("a", "u"))
    assert [state.name for state in larger.states] == ["u", "d(u)/d(a)", "d(u)/d(u)"]
    by_a, by_u = larger.states[1:]
    assert larger.rhs == (a * u, a * by_a + u, a * by_u)
