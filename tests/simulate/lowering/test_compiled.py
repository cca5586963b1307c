"""A compiled system says what its equations say."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.lowering.compiled import ParameterError, compile_system
from spectral_edge.simulate.lowering.lower import LoweringError
from spectral_edge.theory.system import System

EPS = float(np.finfo(np.float64).eps)

t, r = sp.symbols("t r")
u, v = sp.symbols("u v")
# Prey and predator, with a forcing in time: every kind of argument is used.
LOTKA = System("Lotka", t, (u, v), (r,), (r * u - u * v + sp.sin(t), u * v - v / 3))

values = st.floats(-5, 5)


def naive_rhs(time: float, state: np.ndarray, rate: float) -> list[float]:
    prey, predator = state
    return [rate * prey - prey * predator + np.sin(time), prey * predator - predator / 3]


@given(time=values, prey=values, predator=values, rate=values)
def test_the_right_hand_side_is_that_of_the_equations(
    time: float, prey: float, predator: float, rate: float
) -> None:
    state = np.array([prey, predator])
    found = compile_system(LOTKA).rhs(time, state, {"r": rate})
    size = 1 + abs(rate * prey) + abs(prey * predator) + abs(predator)
    np.testing.assert_allclose(found, naive_rhs(time, state, rate), rtol=0, atol=4 * EPS * size)


@given(time=values, prey=values, predator=values, rate=values)
def test_the_jacobian_is_the_derivative_of_the_right_hand_side(
    time: float, prey: float, predator: float, rate: float
) -> None:
    compiled, state, h = compile_system(LOTKA), np.array([prey, predator]), 2.0**-10
    columns = []
    for step in np.eye(2) * h:
        ahead, behind = (compiled.rhs(time, state + sign * step, {"r": rate}) for sign in (1, -1))
        columns.append((ahead - behind) / (2 * h))
    # Central differences are exact for a quadratic; what remains is the rounding of rhs, divided by h.
    rounding = 64 * EPS * 100 / h
    found = compiled.jacobian(time, state, {"r": rate})
    np.testing.assert_allclose(found, np.stack(columns, axis=1), rtol=0, atol=rounding)


def test_an_ensemble_is_evaluated_in_one_call() -> None:
    compiled = compile_system(LOTKA)
    rng = np.random.default_rng(0)
    states, rates = rng.normal(size=(2, 7)), rng.normal(size=7)
    together = compiled.rhs(0.5, states, {"r": rates})
    jacobians = compiled.jacobian(0.5, states, {"r": rates})
    assert together.shape == (2, 7)
    assert jacobians.shape == (2, 2, 7)
    for i in range(7):
        np.testing.assert_array_equal(together[:, i], compiled.rhs(0.5, states[:, i], {"r": rates[i]}))
        np.testing.assert_array_equal(
            jacobians[..., i], compiled.jacobian(0.5, states[:, i], {"r": rates[i]})
        )


def test_parameters_change_without_compiling_again() -> None:
    compiled = compile_system(System("growth", t, (u,), (r,), (r * u,)))
    assert [compiled.rhs(0.0, [2.0], {"r": rate})[0] for rate in (1.0, 3.0)] == [2.0, 6.0]


@pytest.mark.parametrize("parameters", [{}, {"r": 1.0, "s": 2.0}, {"R": 1.0}])
def test_missing_and_unknown_parameters_are_named(parameters: dict[str, float]) -> None:
    with pytest.raises(
        ParameterError, match=r"system Lotka: parameters missing \[.*unknown \[.*it has \['r'\]"
    ):
        compile_system(LOTKA).rhs(0.0, [1.0, 1.0], parameters)


@pytest.mark.parametrize("state", [[1.0], [1.0, 2.0, 3.0], 1.0])
def test_a_state_of_the_wrong_size_is_refused(state: object) -> None:
    with pytest.raises(ParameterError, match="its first axis is the 2 states"):
        compile_system(LOTKA).rhs(0.0, state, {"r": 1.0})  # type: ignore[arg-type]


def test_a_system_that_cannot_be_lowered_is_refused_when_it_is_compiled() -> None:
    with pytest.raises(LoweringError, match="there is no entry"):
        compile_system(System("odd", t, (u,), (), (sp.zeta(u),)))
