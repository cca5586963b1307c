"""Time to learn, plateau, and order of learning: formulas against the clock of the integrated flow."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from spectral_edge.theory.deep_linear import learning_time as lt
from spectral_edge.theory.deep_linear import order as od
from spectral_edge.theory.deep_linear import plateau as pl
from spectral_edge.theory.deep_linear import trajectory as tr
from spectral_edge.theory.deep_linear.alignment import s_1, s_2
from spectral_edge.theory.deep_linear.notation import s, t, tau, u

FIRST = settings(phases=(Phase.generate,), max_examples=5000, derandomize=True, database=None)
FEW = settings(max_examples=30)
RTOL = 1e-12
EPS = float(np.finfo(np.float64).eps)
Value = Callable[..., float]


def moment(target: float, start: float, end: float) -> float:
    """When two equal weights (τ = 1) have brought the strength from ``start`` to ``end``."""

    def flow(_time: float, state: Any) -> Any:
        missing = target - state[0] * state[1]
        return state[1] * missing, state[0] * missing

    def arrived(_time: float, state: Any) -> float:
        return float(state[0] * state[1] - end)

    arrived.terminal = True  # type: ignore[attr-defined]
    span = 200 / target
    first = np.sqrt(start)
    solution = solve_ivp(
        flow,
        (0, span),
        (first, first),
        "DOP853",
        events=arrived,
        rtol=RTOL,
        atol=1e-18,
        max_step=0.02 / target,
    )
    return float(solution.t_events[0][0])


@st.composite
def lessons(draw: st.DrawFn) -> tuple[float, float, float]:
    """Target, strength before, strength after: from next to nothing to next to everything, and small gains."""
    target = draw(st.floats(0.2, 5))
    before = draw(st.one_of(st.floats(0.001, 0.9), st.sampled_from([1e-6, 0.5, 0.9])))
    after = before + (1 - before) * draw(st.one_of(st.floats(0.01, 0.99), st.sampled_from([0.001, 0.999])))
    return target, before * target, after * target


@FEW
@given(lessons())
def test_the_time_to_learn_is_that_of_the_integrated_flow(
    value: Value, lesson: tuple[float, float, float]
) -> None:
    target, before, after = lesson
    said = value(lt.TIME_TO_LEARN.content[0].rhs, {s: target, u(0): before, u(t): after, tau: 1.0})
    found = moment(target, before, after)
    # An error of the strength, in parts of itself and of what is missing, is an error of the clock by 1/2s each.
    slack = 1000 * RTOL / target * (1 + after / (target - after))
    assert abs(found - said) <= slack


@FEW
@given(lessons())
def test_the_time_to_learn_inverts_the_trajectory(value: Value, lesson: tuple[float, float, float]) -> None:
    target, before, after = lesson
    time = value(lt.TIME_TO_LEARN.content[0].rhs, {s: target, u(0): before, u(t): after, tau: 3.0})
    back = value(tr.CLOSED.content[0].rhs, {s: target, u(0): before, t: time, tau: 3.0})
    # The time is rounded once; the strength changes by 2s/τ of itself per time at most.
    assert abs(back / after - 1) <= EPS * (4 + 2 * target / 3 * time)


@pytest.mark.parametrize("share", [0.4, 1e-2, 1e-9])
def test_half_and_nearly_all_are_special_cases(value: Value, share: float) -> None:
    known = {s: 2.0, u(0): 2 * share, tau: 1.0}
    general = lt.TIME_TO_LEARN.content[0].rhs
    half = value(lt.HALF_TIME.content[0].rhs, known)
    nearly = value(lt.NEARLY_TIME.content[0].rhs, known)
    assert half == pytest.approx(value(general, {**known, u(t): 1.0}), rel=4 * EPS)
    assert nearly == pytest.approx(2 * half, rel=4 * EPS)
    # Close to its target a strength as a float says what is missing only to EPS/share.
    assert nearly == pytest.approx(value(general, {**known, u(t): 2 - 2 * share}), rel=4 * EPS / share)


def _plateau(target: float, start: float) -> float:
    return float(np.log(target / start - 1) / (2 * target))


def test_the_plateau_is_the_logarithm_less_a_first_order_term_and_a_rest_of_second_order(
    value: Value,
) -> None:
    target = 2.0
    said = pl.EXPANSION.content[1].rhs.removeO()

    def rest(start: float) -> float:
        first = value(said, {s: target, pl.e: start, tau: 1.0})
        return _plateau(target, start) - np.log(target / start) / (2 * target) - first

    ratios = [rest(2 * start) / rest(start) for start in (1e-2, 5e-3, 2.5e-3)]
    # The rest is −ε²/4s³ and more, of relative size 2ε/3s.
    for ratio, start in zip(ratios, (1e-2, 5e-3, 2.5e-3), strict=True):
        assert abs(ratio - 4) <= 4 * start
    assert rest(1e-3) == pytest.approx(-(1e-3**2) / (4 * target**3), rel=1e-2)


def test_each_factor_e_of_the_start_makes_the_plateau_longer_by_the_limit(value: Value) -> None:
    slope = value(pl.LOGARITHM.content[0].rhs, {s: 2.0, tau: 1.0})
    longer = _plateau(2.0, 2 * np.exp(-31)) - _plateau(2.0, 2 * np.exp(-30))
    # ln(1 − e^−30) is below e^−30; the rest is the rounding of two numbers of size 31/2s.
    assert abs(longer - slope) <= np.exp(-30) + 31 * 4 * EPS


@st.composite
def two_modes(draw: st.DrawFn) -> tuple[float, float, float]:
    """The stronger and the weaker target, and one initial strength below both; nearly equal targets often."""
    weaker = draw(st.floats(0.2, 4))
    stronger = weaker * (1 + draw(st.one_of(st.floats(0.01, 10), st.sampled_from([1e-3, 1e-6]))))
    return stronger, weaker, weaker * draw(st.floats(1e-4, 0.99))


@given(two_modes(), st.floats(0.01, 20))
def test_the_stronger_mode_is_ahead_at_every_time(
    value: Value, modes: tuple[float, float, float], time: float
) -> None:
    stronger, weaker, start = modes
    content = tr.CLOSED.content[0].rhs
    known = {tau: 1.0, t: time, u(0): start}
    assert value(content, {**known, s: stronger}) > value(content, {**known, s: weaker})


@pytest.mark.parametrize("start", [1e-3, 0.3, 0.9])
def test_the_stronger_of_two_integrated_modes_comes_first_to_a_common_strength(start: float) -> None:
    level = (1 + start) / 2
    assert moment(1.5, start, level) < moment(1.0, start, level)


def test_half_of_the_stronger_target_first_is_violated(value: Value) -> None:
    targets = st.integers(2, 40).map(lambda n: Fraction(n, 4))

    def violated(pair: tuple[Fraction, Fraction]) -> bool:
        stronger, weaker = pair
        if stronger <= weaker or weaker <= 1:
            return False
        late, early = (value(od.HALF_OF.content[0].rhs, {od.target: x, od.u_0: 1, tau: 1}) for x in pair)
        return not late < early

    stronger, weaker = find(st.tuples(targets, targets), violated, settings=FIRST)
    assert moment(float(stronger), 1.0, float(stronger) / 2) >= (
        moment(float(weaker), 1.0, float(weaker) / 2) if weaker > 2 else 0
    )


def test_the_order_of_half_times_turns_where_the_slope_says(value: Value) -> None:
    # σ/(σ − u₀) = 1 + 1/y with y = σ/u₀ − 1; ln y crosses it once.
    turning = 1 + brentq(lambda y: np.log(y) - 1 - 1 / y, 1.5, 10)
    assert turning == pytest.approx(4.591, abs=1e-3)
    slope = od.MARGIN.content[0].rhs
    for factor, sign in ((0.9, 1), (0.99, 1), (1.01, -1), (1.1, -1), (50, -1)):
        place = factor * turning
        h = 1e-5 * place
        difference = (_plateau(place + h, 1.0) - _plateau(place - h, 1.0)) / (2 * h)
        said = value(slope, {od.target: place, od.u_0: 1, tau: 1.0})
        assert np.sign(said) == np.sign(difference) == sign
        # The error is the square of 1e-5 over place times a few, and the rounding of times below one.
        assert abs(said - difference) <= 1e-9 / place + EPS / h


@pytest.mark.parametrize("targets", [(3.0, 1.0), (1.001, 1.0)])
def test_half_times_come_into_the_inverse_ratio_of_targets(
    value: Value, targets: tuple[float, float]
) -> None:
    limit = value(od.RATIO.content[0].rhs, dict(zip((s_1, s_2), targets, strict=True)))
    for kappa in (20.0, 80.0, 320.0):
        first, second = (_plateau(x, float(np.exp(-kappa))) for x in targets)
        # (κ + ln s₁)/(κ + ln s₂) − 1 is ln(s₁/s₂)/κ to first order.
        assert abs(first / second - limit) <= 1.01 * limit * np.log(targets[0] / targets[1]) / kappa + 8 * EPS
