"""How the residual follows a slow mode: two modes, their Riccati equation, and P between 𝒜 and 2𝒜."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from spectral_edge.simulate.integrate import integrate
from spectral_edge.theory.edge.adiabatic import following_bounds
from spectral_edge.theory.edge.adiabatic.mode_following import following_system
from spectral_edge.theory.edge.kernel.critical_adiabatic import A_2
from spectral_edge.theory.edge.kernel.exceptional_point import mixing

EPS = float(np.finfo(np.float64).eps)
BY_ID = {s.id: s for s in following_bounds.STATEMENTS}

mixings = st.fractions(Fraction(1, 1000), 1)
"""P from almost no rotation to the exceptional point, where it is one."""


def rates(mix: float, half: float = 1.0) -> tuple[float, float]:
    """Turning rate and relaxation rate 2ρ of two modes with this mixing."""
    turn = 2 * half * mix / (1 + mix**2)
    return turn, turn * (1 / mix - mix)


@given(mixings)
def test_the_mixing_lies_between_the_parameter_and_twice_it(mix: Fraction) -> None:
    parameter = mix / (1 + mix**2)
    assert parameter <= mix <= 2 * parameter
    assert (mix == 2 * parameter) == (mix == 1)


def test_no_smaller_constants_would_do() -> None:
    small = Fraction(1, 10**6)
    assert small / (small / (1 + small**2)) < 1 + Fraction(1, 10**11)
    assert Fraction(1) / (Fraction(1) / 2) == 2


@given(mixings.filter(lambda p: p < Fraction(99, 100)))
def test_the_mixing_is_the_slope_of_the_slow_eigenvector(mix: Fraction) -> None:
    turn, _ = rates(float(mix))
    values, vectors = np.linalg.eig(np.array([[-2.0, turn], [-turn, 0.0]]))
    slow = vectors[:, int(np.argmax(values))]
    # The eigenvector's condition is 1/√(1 − (w/w_c)²), at most 100 for P ≤ 0.99.
    assert slow[0] / slow[1] == pytest.approx(float(mix), abs=1e4 * EPS)


@given(mixings.filter(lambda p: p < 1))
def test_the_solved_mixing_is_the_smaller_root(mix: Fraction) -> None:
    parameter = mix / (1 + mix**2)
    solutions = [
        part.rhs.subs(A_2, sp.Rational(parameter)) for part in BY_ID["S5.mixing-solved"].content[0].args
    ]
    assert sp.Rational(mix) in solutions
    assert max(solutions) == 1 / sp.Rational(mix)
    assert BY_ID["D.smaller-mixing"].content[0].rhs.subs(A_2, sp.Rational(parameter)) == sp.Rational(mix)
    assert BY_ID["S5.mixing-adiabatic"].content[0].rhs.subs(mixing, sp.Rational(mix)) == sp.Rational(
        parameter
    )


def test_the_remainder_of_the_expansion_is_of_third_order() -> None:
    def remainder(parameter: float) -> float:
        return 2 * parameter / (1 + np.sqrt(1 - 4 * parameter**2)) - parameter

    # Halving 𝒜 takes a remainder of third order to an eighth; one of second order would go to a quarter.
    assert remainder(0.01) / remainder(0.02) == pytest.approx(1 / 8, rel=0.01)


@given(st.floats(0.01, 0.95), st.floats(-0.9, 1.0), st.floats(0, 5))
def test_the_ratio_of_the_amplitudes_has_its_closed_form(mix: float, start: float, time: float) -> None:
    turn, relaxation = rates(mix)
    begin = start * mix * 0.999  # inside the basin of P, and not on P itself
    state = expm(np.array([[-2.0, turn], [-turn, 0.0]]) * time) @ [begin, 1.0]
    rest = mix / (1 - mix**2)
    inverse = rest + (1 / (begin - mix) - rest) * np.exp(relaxation * time)
    assert state[0] / state[1] == pytest.approx(mix + 1 / inverse, abs=1e5 * EPS)


@given(st.floats(0.01, 0.95), st.floats(-1.0, 0.999), st.floats(0, 5))
def test_a_ratio_that_starts_below_rest_closes_in_at_least_at_the_relaxation_rate(
    mix: float, start: float, time: float
) -> None:
    turn, relaxation = rates(mix)
    begin = start * mix
    first, second = expm(np.array([[-2.0, turn], [-turn, 0.0]]) * time) @ [begin, 1.0]
    missing = mix - first / second
    rounding = 1e5 * EPS
    assert -rounding <= missing <= (mix - begin) * np.exp(-relaxation * time) + rounding


def test_the_relaxation_stops_at_the_exceptional_point() -> None:
    found = [rates(mix)[1] for mix in (0.5, 0.9, 0.99, 1.0)]
    assert all(later < earlier for earlier, later in pairwise(found))
    assert found[-1] == 0.0


@pytest.mark.parametrize("mix", [0.1, 0.5, 0.9])
def test_the_system_for_integrators_comes_to_rest_at_the_mixing(mix: float) -> None:
    turn, relaxation = rates(mix)
    tolerance = 1e-10
    path = integrate(
        following_system(), {"p": 0.0}, {"w": turn, "w_c": 1.0}, (0.0, 30 / relaxation), rtol=tolerance
    )
    # What is left after thirty relaxation times is e⁻³⁰; the errors of the steps relax as well.
    assert path.y[0, -1] == pytest.approx(mix, abs=100 * tolerance)


def test_a_rotation_that_changes_in_time_keeps_the_ratio_below_the_mixing_of_its_largest_rate() -> None:
    bound = 0.6
    largest, _ = rates(bound)

    def flow(time: float, state: np.ndarray) -> np.ndarray:
        turn = largest * np.sin(3 * time) * np.cos(0.7 * time)
        return np.array([turn * (1 + state[0] ** 2) - 2 * state[0]])

    path = solve_ivp(flow, (0, 50), [0.0], rtol=1e-9, atol=1e-12, max_step=0.05)
    assert np.abs(path.y).max() <= bound
    assert np.abs(path.y).max() > 0.1
