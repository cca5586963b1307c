"""Any number of layers, and the limit of many: formulas against the integrated weights of all layers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from spectral_edge.simulate.integrate import integrate
from spectral_edge.theory.deep_linear import depth as dp
from spectral_edge.theory.deep_linear import depth_cost as dc
from spectral_edge.theory.deep_linear import depth_limit as dl
from spectral_edge.theory.deep_linear import depth_strength as ds
from spectral_edge.theory.deep_linear import mode_flow as mf
from spectral_edge.theory.deep_linear.notation import s, t, tau, u
from spectral_edge.theory.deep_linear.plateau import kappa

FIRST = settings(phases=(Phase.generate,), max_examples=5000, derandomize=True, database=None)
FEW = settings(max_examples=30)
RTOL = 1e-12
BOUND = 1000 * RTOL
EPS = float(np.finfo(np.float64).eps)
Value = Callable[..., float]


def layers_after(weights: Any, target: float, time: float) -> Any:
    """The weights of all layers along the negative gradient of (S − Πw)²/2, written down anew."""

    def flow(_time: float, state: Any) -> Any:
        missing = target - np.prod(state)
        return [missing * np.prod(np.delete(state, k)) for k in range(len(state))]

    solution = solve_ivp(flow, (0, time), weights, "DOP853", [time], rtol=RTOL, atol=1e-15)
    assert solution.success
    return solution.y[:, 0]


@st.composite
def deep_modes(draw: st.DrawFn) -> tuple[list[float], float]:
    """Weights of one to eight layers, not equal, and a target above or below their product."""
    number = draw(st.integers(1, 8))
    return draw(st.lists(st.floats(0.5, 1.3), min_size=number, max_size=number)), draw(st.floats(0.2, 3))


@FEW
@given(deep_modes(), st.floats(0.1, 2))
def test_differences_of_squared_weights_are_conserved(mode: tuple[list[float], float], time: float) -> None:
    start, target = np.array(mode[0]), mode[1]
    end = layers_after(start, target, time)
    drift = (end**2 - end[0] ** 2) - (start**2 - start[0] ** 2)
    assert np.all(np.abs(drift) <= BOUND * np.max(end**2))


@FEW
@given(st.integers(1, 8), st.floats(0.3, 1.2), st.floats(0.2, 3), st.floats(0.1, 2))
def test_the_strength_of_equal_layers_follows_its_own_flow(
    number: int, weight: float, target: float, time: float
) -> None:
    end = layers_after(np.full(number, weight), target, time)
    parameters = {"S": target, "T": 1.0, "N": float(number)}
    alone = integrate(ds.depth_system(), (weight**number,), parameters, (0.0, time), rtol=RTOL, atol=1e-15)
    assert alone.succeeded, alone.message
    # N weights, each to its own error, make up the product.
    assert abs(np.prod(end) / alone.y[0, -1] - 1) <= number * BOUND
    assert np.all(np.abs(end / alone.y[0, -1] ** (1 / number) - 1) <= BOUND)


def test_two_layers_are_a_case_of_any_number() -> None:
    at_two = ds.GROWTH.content[0].rhs.xreplace({dp.N: sp.Integer(2), dp.U(t): u(t), dp.S: s, dp.T: tau})
    assert sp.expand(at_two - mf.GROWTH.content[0].rhs) == 0


@pytest.mark.parametrize("number", [1, 2, 3, 10, 100])
def test_the_strength_is_steepest_where_stated(value: Value, number: int) -> None:
    target, share = 2.0, (2 * number - 2) / (3 * number - 2)
    bend = ds.STEEPEST.content[0].rhs / ds.GROWTH.content[0].lhs
    known = {dp.N: number, dp.S: target, dp.T: 1.0}
    if number > 1:
        assert value(bend, {**known, dp.U(t): 0.99 * share * target}) > 0
    assert value(bend, {**known, dp.U(t): (1.01 * share + 1e-6) * target}) < 0
    # By a difference of the slope along the strength: d²u/dt² = du/dt · d(du/dt)/du.
    h, x = 1e-5, 0.7
    slope = (value(ds.GROWTH.content[0].rhs, {**known, dp.U(t): x + h})
             - value(ds.GROWTH.content[0].rhs, {**known, dp.U(t): x - h})) / (2 * h)  # fmt: skip
    # The error is h²/6 times a third derivative of order N·10, and the rounding of the difference.
    assert abs(value(bend, {**known, dp.U(t): x}) - slope) <= number * 10 * (h**2 + EPS / h)


@st.composite
def deep_lessons(draw: st.DrawFn) -> tuple[float, float, float]:
    """Target, and the strengths before and after, at infinite depth."""
    target = draw(st.floats(0.3, 3))
    before = draw(st.floats(0.05, 0.9))
    return target, before * target, (before + (1 - before) * draw(st.floats(0.01, 0.99))) * target


def _time(value: Value, target: float, before: float, after: float) -> float:
    known = {dl.V(0): before, dl.V(t): after, dp.S: target, dl.T_N: 1.0}
    lacking = {
        dl.missing(0): Fraction(target) - Fraction(before),
        dl.missing(t): Fraction(target) - Fraction(after),
    }
    return value(dl.TIME_TO_LEARN.content[0].rhs, known | lacking)


@FEW
@given(deep_lessons())
def test_the_time_to_learn_at_infinite_depth_is_the_integral_over_its_flow(
    value: Value, lesson: tuple[float, float, float]
) -> None:
    target, before, after = lesson
    integral, error = quad(
        lambda x: 1 / (x**2 * (target - x)), before, after, epsabs=0, epsrel=1e-11, limit=200
    )
    assert abs(_time(value, target, before, after) - integral) <= error + 1e-11 * integral


def test_times_at_finite_depth_tend_to_that_at_infinite_depth(value: Value) -> None:
    target, before, after = 1.5, 0.1, 1.2
    limit = _time(value, target, before, after)

    def at_depth(number: int) -> float:
        return quad(lambda x: x ** (2 / number - 2) / (target - x), before, after, epsrel=1e-11)[0]

    gaps = np.array([limit - at_depth(number) for number in (50, 100, 200, 400)])
    # The power differs by (2/N) ln u, so that the gap is of first order in 1/N; the next order is ln u/N below.
    assert np.all(np.abs(gaps[:-1] / gaps[1:] - 2) <= 2 * abs(np.log(before)) * 2 / np.array([50, 100, 200]))


def test_the_pace_at_a_strength_tends_to_its_limit(value: Value) -> None:
    deepest = value(dl.LIMIT.content[0].rhs, {dl.p: 0.3, dp.S: 1.0, dl.T_N: 1.0})
    for number in (10, 100, 1000):
        pace = value(dl.PACE.content[0].rhs, {dl.p: 0.3, dp.S: 1.0, dl.T_N: 1.0, dl.depth: number})
        # 0.3^(−2/N) = 1 + 2·1.204/N and less than twice the next term.
        x = -2 * np.log(0.3) / number
        assert abs(pace / deepest - 1 - x) <= x**2


def test_the_plateau_at_infinite_depth_grows_as_one_over_the_start(value: Value) -> None:
    target = 2.0
    limit = value(dl.PLATEAU.content[0].rhs, {dp.S: target, dl.T_N: 1.0})
    for start in (1e-2, 1e-3, 1e-4):
        length = _time(value, target, start, target / 2)
        # What is left is ε (ln(s/ε) − 2)/s² and less.
        assert abs(start * length - limit) <= start * (np.log(target / start) + 2) / target**2
        assert value(dl.HALF.content[0].rhs, {dl.start: start, dp.S: target, dl.T_N: 1.0}) == pytest.approx(
            length, rel=8 * EPS
        )


def relative_pace(weight: float, number: int, target: float) -> float:
    """First growth of the product of equal layers over itself, per T_N: each layer by its gradient."""
    missing = target - weight**number
    return missing * weight ** (number - 1) * number / weight / number


def test_depth_that_costs_nothing_is_violated() -> None:
    cases = st.tuples(st.floats(0.1, 2), st.integers(3, 12))
    weight, _ = find(
        cases, lambda case: relative_pace(*case, 1.0) < relative_pace(case[0], 2, 1.0), settings=FIRST
    )
    assert weight != 1  # at one, depth changes nothing


@given(st.floats(0.2, 2), st.integers(2, 12), st.floats(0.2, 5))
def test_the_relative_pace_is_the_one_that_the_claim_speaks_of(
    value: Value, weight: float, number: int, target: float
) -> None:
    known = {dc.w_start: weight, dp.N: number, dp.S: target, dl.T_N: 1.0}
    said = value(dc.FREE.content[0].lhs, known)
    scale = weight ** (number - 2) * (target + weight**number)
    assert abs(said - relative_pace(weight, number, target)) <= 16 * EPS * scale


@pytest.mark.parametrize("number", [1, 2, 7, 50])
def test_from_weights_of_one_the_pace_is_that_of_any_depth(value: Value, number: int) -> None:
    said = value(dc.FREE_AMENDED.content[0].rhs, {dp.S: 1.7, dl.T_N: 1.0})
    assert said == pytest.approx(relative_pace(1.0, number, 1.7), rel=4 * EPS)


def test_the_pace_from_small_weights_falls_exponentially_with_depth(value: Value) -> None:
    content = dc.STALLS.content[0].rhs
    for number in (2, 5, 20, 60):
        said = value(content, {kappa: 0.5, dl.depth: number, dp.S: 1.0, dl.T_N: 1.0})
        direct = relative_pace(float(np.exp(-0.5)), number, 1.0)
        # The weight is rounded, and its N-th power is so N times.
        assert said == pytest.approx(direct, rel=4 * number * EPS)
    assert said < 1e-12
