"""Two layers: closed forms against the integrated flow of the two weights."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from spectral_edge.simulate.integrate import integrate
from spectral_edge.simulate.lowering.compiled import compile_system
from spectral_edge.theory.deep_linear import imbalance as im
from spectral_edge.theory.deep_linear import mode_flow as mf
from spectral_edge.theory.deep_linear import trajectory as tr
from spectral_edge.theory.deep_linear import unbalanced as un
from spectral_edge.theory.deep_linear.notation import a, b, c, s, t, tau, u

FIRST = settings(phases=(Phase.generate,), max_examples=5000, derandomize=True, database=None)
FEW = settings(max_examples=30)
RTOL = 1e-12
# Relative errors of the steps add up, some hundred steps each within RTOL, and the flow does not spread them:
# the relative distance of two trajectories grows only by the ratio of their rates, which is of order one.
BOUND = 1000 * RTOL
Value = Callable[..., float]
Exact = Callable[..., Fraction]

weights = st.fractions(-3, 3, max_denominator=20)
targets = st.fractions(Fraction(1, 10), 5, max_denominator=20)


def followed(first: float, second: float, target: float, constant: float, times: Any) -> Any:
    """Weights (2, T) along the flow, written down anew."""

    def flow(_time: float, state: Any) -> Any:
        missing = (target - state[0] * state[1]) / constant
        return state[1] * missing, state[0] * missing

    # max_step: solve_ivp interpolates between its steps, and nothing bounds the error of that.
    span = float(times[-1])
    solution = solve_ivp(
        flow, (0, span), (first, second), "DOP853", times, rtol=RTOL, atol=1e-15, max_step=span / 200
    )
    assert solution.success
    return solution.y


@st.composite
def balanced_modes(draw: st.DrawFn) -> tuple[float, float, float]:
    """Target, initial strength and time constant; from hardly anything known to nearly all."""
    target = draw(st.floats(0.1, 10))
    share = draw(st.one_of(st.floats(1e-4, 0.99), st.sampled_from([1e-8, 0.5, 0.999])))
    return target, share * target, draw(st.floats(0.1, 10))


@given(weights, weights, targets)
def test_the_product_grows_by_the_product_rule(
    exact: Exact, x: Fraction, y: Fraction, target: Fraction
) -> None:
    missing = target - x * y
    values = {a(t): x, b(t): y, s: target, tau: Fraction(1)}
    flows = tuple(exact(relation.rhs, values) for relation in mf.LAYERS.content)
    assert flows == (y * missing, x * missing)
    assert exact(mf.PRODUCT.content[0].rhs, values) == x * flows[1] + y * flows[0]
    assert x * flows[0] == y * flows[1]  # so that a² − b² is at rest


def test_the_compiled_system_is_the_flow() -> None:
    system = compile_system(mf.two_layer_system())
    rates = system.rhs(0.0, np.array([0.5, 3.0]), {"s": 2.0, "tau": 4.0})
    assert rates.tolist() == [3.0 * 0.5 / 4, 0.5 * 0.5 / 4]


@FEW
@given(balanced_modes())
def test_the_closed_form_follows_the_two_weights(value: Value, mode: tuple[float, float, float]) -> None:
    target, start, constant = mode
    span = constant / (2 * target) * (np.log(target / start) + 6)
    times = np.linspace(span / 8, span, 8)
    first, second = followed(np.sqrt(start), np.sqrt(start), target, constant, times)
    content = tr.CLOSED.content[0].rhs
    closed = [value(content, {s: target, u(0): start, tau: constant, t: float(time)}) for time in times]
    assert np.all(np.abs(first * second / closed - 1) <= BOUND)


def test_the_closed_form_without_its_minus_one_would_be_noticed(value: Value) -> None:
    times = np.array([1.0])
    first, second = followed(0.5, 0.5, 1.0, 1.0, times)
    rival = np.exp(2) / (np.exp(2) + 4)
    assert abs(first[0] * second[0] / rival - 1) > 0.05


@pytest.mark.parametrize("target", [0.3, 2.0])
def test_the_strength_rises_fastest_at_half_of_its_target(value: Value, target: float) -> None:
    growth = mf.GROWTH.content[0].rhs

    def falling(strength: float) -> float:
        return -value(growth, {u(t): strength, s: target, tau: 1.0})

    top = minimize_scalar(falling, bounds=(0.0, target), method="bounded", options={"xatol": 1e-9})
    # At the top a parabola is flat: its place is known to the root of the rounding error only.
    assert abs(top.x / (target / 2) - 1) <= 10 * np.sqrt(np.finfo(np.float64).eps)
    assert value(tr.STEEPEST.content[0].rhs, {u(t): target / 2, s: target, tau: 1.0}) == 0


@pytest.mark.parametrize("share", [0.01, 0.3])
def test_the_second_derivative_is_that_of_the_closed_form(value: Value, share: float) -> None:
    content = tr.CLOSED.content[0].rhs
    h = 1e-3

    def at(time: float) -> float:
        return value(content, {s: 2.0, u(0): 2 * share, tau: 1.0, t: time})

    direct = (at(0.5 + h) - 2 * at(0.5) + at(0.5 - h)) / h**2
    said = value(tr.STEEPEST.content[0].rhs, {u(t): at(0.5), s: 2.0, tau: 1.0})
    # The error is h²/12 times the fourth derivative, which is below (2s)⁴·s.
    assert abs(direct - said) <= h**2 / 12 * 4**4 * 2


@st.composite
def unbalanced_modes(draw: st.DrawFn) -> tuple[float, float, float]:
    """Two different weights and a target: nearly balanced ones, one dominant layer, and opposite signs."""
    first = draw(st.floats(0.1, 3))
    ratio = draw(st.one_of(st.floats(-0.9, 0.9), st.sampled_from([1 - 1e-3, 1 - 1e-6, 1e-6, 0.0, -0.999])))
    return first, ratio * first, draw(st.floats(0.1, 5))


def _ratio(value: Value, first: float, second: float, target: float, time: float) -> float:
    """The ratio of the weights by the closed form."""
    gap = first**2 - second**2
    approach = float(np.hypot(gap, 2 * target))
    middle = 2 * target * second / first + gap
    values = {
        un.q(0): (middle - approach) / (middle + approach),
        un.R: approach,
        c(0): gap,
        s: target,
        tau: 1.0,
        t: time,
    }
    return value(un.SOLUTION.content[0].rhs, values)


@FEW
@given(unbalanced_modes(), st.floats(0.05, 3))
def test_the_exact_solution_follows_unbalanced_weights(
    value: Value, mode: tuple[float, float, float], time: float
) -> None:
    first, second, target = mode
    ends = followed(first, second, target, 1.0, np.array([time]))[:, 0]
    ratio = _ratio(value, first, second, target, time)
    # The ratio of weights of one sign stays below one, and is of order one or smaller; absolute errors count.
    scale = 1 + 1 / abs(target) * (first**2 + second**2)
    assert abs(ends[1] / ends[0] - ratio) <= BOUND * scale
    product = un.SOLUTION.content[1]
    known = {a(t): float(ends[0]), b(t): float(ends[1]), un.z(t): ratio, c(0): first**2 - second**2}
    sides = value(product.lhs, known), value(product.rhs, known)
    assert abs(sides[0] - sides[1]) <= BOUND * scale * (1 + ends[0] ** 2 + ends[1] ** 2)


@FEW
@given(unbalanced_modes(), st.floats(0.05, 3))
def test_the_imbalance_stays_as_it_was(mode: tuple[float, float, float], time: float) -> None:
    first, second, target = mode
    end = integrate(mf.two_layer_system(), (first, second), {"s": target, "tau": 1.0}, (0.0, time), rtol=RTOL)
    assert end.succeeded, end.message
    kept = end.y[0] ** 2 - end.y[1] ** 2
    assert np.all(np.abs(kept - (first**2 - second**2)) <= BOUND * np.max(end.y**2))


@given(weights, weights, targets)
def test_the_imbalance_closes_the_flow_of_the_product(
    value: Value, x: Fraction, y: Fraction, target: Fraction
) -> None:
    exactly = float((target - x * y) * (x**2 + y**2))
    content = im.UNBALANCED.content[0].rhs
    known = {c(0): x**2 - y**2, s: target, tau: 1}
    closed = value(content, {**known, a(t): x, b(t): y})
    assert abs(closed - exactly) <= 4 * np.finfo(np.float64).eps * abs(exactly)
    if x * y > 0:
        by_strength = value(im.LOGISTIC_AMENDED.content[0].rhs, {**known, u(t): x * y})
        assert by_strength == closed


@given(weights, targets, st.sampled_from([1, -1]))
def test_without_imbalance_the_absolute_value_of_the_product_counts(
    exact: Exact, x: Fraction, target: Fraction, sign: int
) -> None:
    y = sign * x
    content = im.SIGNS_AMENDED.content[0].rhs
    values = {a(t): x, b(t): y, s: target, tau: Fraction(1)}
    assert exact(content, values) == (target - x * y) * (x**2 + y**2)


def test_logistic_growth_without_balance_is_violated() -> None:
    def violated(pair: tuple[Fraction, Fraction]) -> bool:
        x, y = pair
        return x * y > 0 and (2 - x * y) * (x**2 + y**2) != 2 * x * y * (2 - x * y)

    x, y = find(st.tuples(weights, weights), violated, settings=FIRST)
    assert abs(x) != abs(y)


def test_logistic_growth_of_balanced_squares_is_violated_by_opposite_signs_only() -> None:
    def violated(pair: tuple[Fraction, int]) -> bool:
        x, y = pair[0], pair[0] * pair[1]
        return (1 - x * y) * (x**2 + y**2) != 2 * x * y * (1 - x * y)

    _, sign = find(st.tuples(weights, st.sampled_from([1, -1])), violated, settings=FIRST)
    assert sign == -1


def test_weights_of_opposite_sign_never_learn() -> None:
    times = np.linspace(0.5, 8, 16)
    first, second = followed(1.0, -1.0, 1.0, 1.0, times)
    # For a negative product −p the flow is dp/dt = −2p(1 + p), from 1: p = 1/(2 exp(2t) − 1).
    assert np.all(np.abs(first * second * (2 * np.exp(2 * times) - 1) + 1) <= BOUND)
