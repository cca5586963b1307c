"""The rotating kernel: which regime it is in on both sides of the exceptional point, and what happens at it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.integrate import crossing, integrate
from spectral_edge.theory.edge.kernel.three_mode_frame import rotating_system

from .boundaries import CRITICAL, READ, Floats, Norm, Reading, rejected

EPS = float(np.finfo(np.float64).eps)
RTOL = 1e-9
SYSTEM = rotating_system(2)
JACOBIAN = sp.lambdify(SYSTEM.parameters, sp.Matrix(SYSTEM.rhs).jacobian(sp.Matrix(SYSTEM.states)), "numpy")
TURNED_OVER = crossing("turned over", SYSTEM.states[1], 0)


class Turning(NamedTuple):
    """A kernel with eigenvalues mean ± gap/2 that turns at the rate ``turn``, seen in one norm."""

    rate: float
    mean: float
    gap: float
    turn: float
    norm: Norm

    @property
    def parameters(self) -> tuple[float, float, float, float]:
        """Learning rate, both eigenvalues, turning rate: in the order of the system."""
        return self.rate, self.mean + self.gap / 2, self.mean - self.gap / 2, self.turn

    def velocity(self, angle: float = 0.7) -> Floats:
        """K̇ in a fixed basis: dQ Λ Qᵀ and its transpose."""
        cosine, sine = np.cos(angle), np.sin(angle)
        frame = np.array([[cosine, -sine], [sine, cosine]])
        moving = self.turn * np.array([[-sine, -cosine], [cosine, -sine]])
        product = moving @ np.diag(self.parameters[1:3]) @ frame.T
        return np.asarray(product + product.T)

    def parameter(self, reading: Reading) -> float:
        return reading.parameter(np.linalg.norm(self.velocity(), self.norm), self.rate, self.gap)

    def slow(self, reading: Reading) -> bool:
        """Whether the reading puts it below the exceptional point."""
        return (self.parameter(reading) < reading.critical[self.norm]) == reading.forward


@st.composite
def turning(draw: st.DrawFn, nearest: float = 0.01, fastest: float = 30.0, means: float = 5.0) -> Turning:
    """On both sides of the exceptional point, no nearer to it than ``nearest`` of its rate."""
    rate, gap = draw(st.sampled_from([1.0, 0.1, 3.0])), draw(st.sampled_from([1.0, 0.01, 4.0]))
    below = st.floats(0.05, 1 - nearest)
    speed = draw(below | st.floats(1 + nearest, 2.5) | st.floats(2.0, fastest))
    mean = gap / 2 * draw(st.floats(1, means))
    return Turning(rate, mean, gap, speed * rate * gap / 2, draw(st.sampled_from(list(CRITICAL))))


def rates(case: Turning) -> Floats:
    """Eigenvalues of the generator that the system of the theory compiles to."""
    return np.linalg.eigvals(np.asarray(JACOBIAN(*case.parameters), dtype=float))


def rates_are_real_below_and_complex_above(reading: Reading, case: Turning) -> bool:
    # One per cent from the point the rates are √0.02 of the gap apart: far above rounding.
    return bool(np.isreal(rates(case)).all()) == case.slow(reading)


def rates_are_where_they_should_be(reading: Reading, case: Turning) -> bool:
    """The squared distance from the mean rate, which is negative above the point."""
    middle, size = case.rate * case.mean, case.rate * case.mean + case.turn
    distance = reading.squared_distance(case.turn, reading.half(case.rate, case.gap))
    found = (rates(case).astype(complex) + middle) ** 2
    # Backward stable eigenvalues err by EPS of the size; their squares by as much of the size squared.
    return bool(np.abs(found - distance).max() <= 200 * EPS * size**2)


def the_slow_mode_is_followed_below_and_turns_over_above(reading: Reading, case: Turning) -> bool:
    """From a residual on the slow mode: it stays within P of it, or turns over within half a period."""
    half = case.rate * case.gap / 2
    end = np.pi / np.sqrt(abs(case.turn**2 - half**2))
    names = [s.name for s in SYSTEM.parameters]
    path = integrate(
        SYSTEM,
        [0.0, 1.0],
        dict(zip(names, case.parameters, strict=True)),
        (0.0, end),
        at=np.linspace(0, end, 20),
        rtol=RTOL,
        atol=1e-14,
        events=(TURNED_OVER,),
    )
    turned = bool(len(path.events["turned over"].t))
    if not case.slow(reading):
        return turned
    with np.errstate(invalid="ignore"):  # beyond the point there is no such bound, and nothing is below NaN
        bound = reading.lag(case.turn, reading.half(case.rate, case.gap))
    # Errors of a few steps of RTOL, in a ratio that is attracted by P; at the end it is within e⁻⁶ of P.
    return not turned and bool(np.abs(path.y[0] / path.y[1]).max() <= bound * (1 + 1e3 * RTOL))


@given(turning())
def test_the_rates_are_real_below_the_critical_parameter_and_complex_above_it_in_each_norm(
    case: Turning,
) -> None:
    assert rates_are_real_below_and_complex_above(READ, case)


@given(turning())
def test_the_rates_lie_where_the_statement_puts_them_on_both_sides(case: Turning) -> None:
    assert rates_are_where_they_should_be(READ, case)


paths = turning(nearest=0.1, fastest=8.0, means=1.5)


@given(paths)
@settings(max_examples=20, deadline=None)
def test_a_mode_is_followed_below_the_critical_parameter_and_turns_over_above_it(case: Turning) -> None:
    assert the_slow_mode_is_followed_below_and_turns_over_above(READ, case)


SWAPPED = {"fro": READ.critical[2], 2: READ.critical["fro"], "nuc": READ.critical["nuc"]}
BOUNDARIES = {
    "a factor of two lost": READ.altered(critical={n: x / 2 for n, x in READ.critical.items()}),
    "a factor of two too much": READ.altered(critical={n: 2 * x for n, x in READ.critical.items()}),
    "one for every norm": READ.altered(critical=dict.fromkeys(READ.critical, 1.0)),
    "norms swapped": READ.altered(critical=SWAPPED),
    "sides swapped": READ.altered(forward=False),
    "gap not squared": READ.altered(parameter=lambda speed, rate, gap: speed / (rate * gap)),
    "no learning rate": READ.altered(parameter=lambda speed, _, gap: speed / gap**2),
}


@pytest.mark.parametrize("change", list(BOUNDARIES))
def test_rates_reject_an_altered_boundary(change: str) -> None:
    assert rejected(rates_are_real_below_and_complex_above, turning(), BOUNDARIES[change])


@pytest.mark.parametrize(
    "altered",
    [
        READ.altered(squared_distance=lambda w, w_c: w**2 - w_c**2),
        READ.altered(squared_distance=lambda w, w_c: w_c**2 - w**2 / 4),
        READ.altered(half=lambda rate, gap: rate * gap),
    ],
    ids=["sign", "half the turning", "whole gap"],
)
def test_rates_reject_an_altered_distance(altered: Reading) -> None:
    assert rejected(rates_are_where_they_should_be, turning(), altered)


@pytest.mark.parametrize(
    "altered",
    [
        BOUNDARIES["a factor of two lost"],
        BOUNDARIES["a factor of two too much"],
        BOUNDARIES["sides swapped"],
        READ.altered(lag=lambda w, w_c: READ.lag(w / 2, w_c)),
        READ.altered(half=lambda rate, gap: rate * gap),
    ],
    ids=["half the boundary", "twice the boundary", "sides", "half the lag", "whole gap"],
)
def test_paths_reject_an_altered_boundary_or_bound(altered: Reading) -> None:
    assert rejected(the_slow_mode_is_followed_below_and_turns_over_above, paths, altered)


class Meeting(NamedTuple):
    """A kernel exactly at the exceptional point, and the amplitudes at time zero."""

    half: float
    more: float
    first: float
    second: float


numbers = st.integers(-4, 4).map(float)
meetings = st.builds(
    Meeting, st.sampled_from([0.25, 1.0, 2.0]), st.sampled_from([0.0, 0.5]), numbers, numbers
)


def a_factor_linear_in_time_appears(reading: Reading, case: Meeting) -> bool:
    mean, times = case.half + case.more, np.linspace(0, 4 / case.half, 9)
    turning_at = {"eta": 1.0, "Lambda_1": mean + case.half, "Lambda_2": mean - case.half, "T_1_2": case.half}
    span = (0.0, float(times[-1]))
    path = integrate(SYSTEM, [case.first, case.second], turning_at, span, at=times, rtol=RTOL, atol=1e-13)
    told = [reading.at_point(x, mean, case.half, case.first, case.second) for x in times]
    # With the mean decay taken out, at most e¹² here, both sides grow no faster than linearly: errors of steps add up.
    grown = np.exp(mean * times)
    return bool(np.abs((path.y[1] - told) * grown).max() <= 1e-13 * grown[-1] * 1e3 + 1e3 * RTOL * 40)


@given(meetings)
@settings(max_examples=25, deadline=None)
def test_at_the_exceptional_point_an_amplitude_is_an_exponential_times_a_line(case: Meeting) -> None:
    assert a_factor_linear_in_time_appears(READ, case)


@given(meetings)
def test_at_the_exceptional_point_both_rates_are_the_mean(case: Meeting) -> None:
    assert READ.squared_distance(case.half, case.half) == 0
    at = Turning(1.0, case.half + case.more, 2 * case.half, case.half, 2)
    # A double root: rounding of EPS moves each by its square root.
    assert np.abs(rates(at) + at.mean).max() <= np.sqrt(200 * EPS) * at.mean
    for norm, number in READ.critical.items():
        assert at._replace(norm=norm).parameter(READ) == pytest.approx(number, rel=20 * EPS)


@pytest.mark.parametrize(
    "altered",
    [
        READ.altered(at_point=lambda x, g, h, a, b: READ.at_point(x, g, -h, a, b)),
        READ.altered(at_point=lambda x, g, h, a, b: READ.at_point(x, g, h / 2, a, b)),
        READ.altered(at_point=lambda x, g, _h, _a, b: b * np.exp(-g * x)),
    ],
    ids=["sign of the line", "half its slope", "no line"],
)
def test_the_line_in_time_rejects_another_one(altered: Reading) -> None:
    assert rejected(a_factor_linear_in_time_appears, meetings, altered)
