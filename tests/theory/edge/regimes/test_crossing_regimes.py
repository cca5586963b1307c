"""Avoided crossings: two levels of the kernel come near, their modes turn past one another, the residual stays or follows.

The kernel is a mean plus ``[[a, b], [b, −a]]`` with entries linear in time: Pechukas–Yukawa for two levels. Gap and
coupling come from the integrated system of the theory, the residual from its own flow in a fixed basis.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from spectral_edge.simulate.integrate import integrate
from spectral_edge.theory.edge.adiabatic.mode_following import RICCATI, ratio
from spectral_edge.theory.edge.eigenvalues.pechukas_yukawa import pechukas_yukawa_system
from spectral_edge.theory.edge.kernel.exceptional_point import w_c
from spectral_edge.theory.edge.kernel.kernel_speed import w
from spectral_edge.theory.edge.notation import eta, t
from spectral_edge.theory.system import System

from .boundaries import READ, Floats, Reading, rejected

RTOL = 1e-9
LEVELS = pechukas_yukawa_system(2)


def _fixed() -> System:
    """ṙ = −ηKr in a fixed basis, with K between two straight lines."""
    x, y = sp.symbols("r_1 r_2", real=True)
    mean, a_0, a_1, b_0, b_1 = sp.symbols("mean a_0 a_1 b_0 b_1", real=True)
    a, b = a_0 + a_1 * t, b_0 + b_1 * t
    flow = (-eta * ((mean + a) * x + b * y), -eta * (b * x + (mean - a) * y))
    return System("residual of two levels", t, (x, y), (eta, mean, a_0, a_1, b_0, b_1), flow)


def _in_the_frame() -> System:
    """S5.riccati with the turning rate and the gap that Pechukas–Yukawa gives at each time."""
    upper, lower, _, _, coupling = LEVELS.states
    p = sp.Symbol("p", real=True)
    now = {ratio(t): p, w: coupling / (upper - lower) ** 2, w_c: eta * (upper - lower) / 2}
    flow = RICCATI.content[0].rhs.xreplace(now)
    return System("following in the frame", t, (*LEVELS.states, p), (eta,), (*LEVELS.rhs, flow))


FIXED, FRAME = _fixed(), _in_the_frame()


class Crossing(NamedTuple):
    """Levels ± √((speed·t)² + (nearest/2)²) about a mean, in axes turned by ``angle``, from −span to span."""

    rate: float
    speed: float
    nearest: float
    span: float
    angle: float
    start: float
    """Where the residual points at first: its angle from the slow mode."""

    def line(self) -> tuple[Floats, Floats]:
        """The kernel less its mean at time zero, and its velocity."""
        axes = np.array([[1.0, 0.0], [0.0, -1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
        turned = [np.cos(self.angle) * axes[0] + np.sin(self.angle) * axes[1]]
        turned.append(-np.sin(self.angle) * axes[0] + np.cos(self.angle) * axes[1])
        return self.nearest / 2 * turned[1], self.speed * turned[0]

    def modes(self, time: float) -> tuple[Floats, Floats]:
        """Levels in falling order, modes as columns."""
        still, moving = self.line()
        level, mode = np.linalg.eigh(still + time * moving)
        return level[::-1], mode[:, ::-1]

    def gap(self, time: float) -> float:
        return float(np.subtract(*self.modes(time)[0]))

    @property
    def coupling(self) -> float:
        """f of the theory: gap times the velocity between the two modes; it is conserved."""
        level, mode = self.modes(0.0)
        return float(abs((level[0] - level[1]) * (mode[:, 0] @ self.line()[1] @ mode[:, 1])))

    def residual(self, begin: float, end: float) -> Floats:
        """The residual at both ends, up to the decay of the mean level."""
        (a_0, b_0), (a_1, b_1) = (m[0] for m in self.line())
        mode = self.modes(begin)[1]
        first = np.sin(self.start) * mode[:, 0] + np.cos(self.start) * mode[:, 1]
        numbers = {"eta": self.rate, "mean": 0.0, "a_0": a_0, "a_1": a_1, "b_0": b_0, "b_1": b_1}
        path = integrate(FIXED, first, numbers, (begin, end), at=[begin, end], rtol=RTOL, atol=1e-13)
        assert path.succeeded, path.message
        return path.y

    def off(self, begin: float, end: float) -> float:
        """|fast| over |slow| amplitude at the end."""
        amplitudes = self.modes(end)[1].T @ self.residual(begin, end)[:, 1]
        return float(abs(amplitudes[0] / amplitudes[1]))


def crossings(rates: st.SearchStrategy[float]) -> st.SearchStrategy[Crossing]:
    return st.builds(
        Crossing,
        rate=rates,
        speed=st.sampled_from([0.5, 1.0, 2.0]),
        nearest=st.floats(0.1, 1.0),
        span=st.floats(0.5, 2.0),
        angle=st.floats(0, 3),
        start=st.just(0.0),
    )


@st.composite
def slow_crossings(draw: st.DrawFn) -> Crossing:
    """The modes turn at most at the critical rate, at the closest approach; a residual on the slow mode or at the edge."""
    case = draw(crossings(st.just(1.0)))
    share = draw(st.floats(0.2, 1.0))
    # The learning rate at which the largest turning rate is that share of half the smallest gap of the decay rates.
    case = case._replace(rate=2 * case.coupling / case.nearest**3 / share)
    edge = float(np.arctan(READ.lag(share, 1.0)))
    return case._replace(
        start=draw(st.sampled_from([0.0, edge, -edge])), span=min(case.span, 3 * case.nearest)
    )


def the_residual_follows_its_mode_through_the_crossing(reading: Reading, case: Crossing) -> bool:
    """It never leaves the cone of the largest turning rate and the smallest gap (S5.cone)."""
    half, fastest = reading.half(case.rate, case.nearest), case.coupling / case.nearest**2
    with np.errstate(invalid="ignore"):
        bound = reading.lag(fastest, half)
    if not bound <= 1:  # no cone is promised; at the point itself, rounding decides
        return fastest >= half * (1 - 1e-9)
    inside = case._replace(start=np.sign(case.start) * np.arctan(bound))
    # From the closest approach on, where the bound is at stake, and through the whole crossing.
    ends = [(0.0, 0.02 * case.nearest), (0.0, case.span), (-case.span, case.span)]
    return all(inside.off(*both) <= bound * (1 + 1e3 * RTOL) + 1e3 * RTOL for both in ends)


@given(slow_crossings())
@settings(max_examples=15, deadline=None)
def test_a_residual_follows_its_mode_through_a_slow_crossing_within_the_bound(case: Crossing) -> None:
    assert the_residual_follows_its_mode_through_the_crossing(READ, case)


@pytest.mark.parametrize(
    "altered",
    [
        READ.altered(lag=lambda w, w_c: READ.lag(w / 2, w_c)),
        READ.altered(lag=lambda w, w_c: READ.lag(w, w_c) ** 2),
        READ.altered(half=lambda rate, gap: rate * gap),
    ],
    ids=["half the turning", "lag of another order", "whole gap"],
)
def test_slow_crossings_reject_a_bound_that_is_too_narrow(altered: Reading) -> None:
    assert rejected(the_residual_follows_its_mode_through_the_crossing, slow_crossings(), altered)


@given(crossings(st.floats(0.1, 5.0)))
@settings(max_examples=15, deadline=None)
def test_the_frame_of_the_theory_and_the_fixed_basis_have_one_residual(case: Crossing) -> None:
    level, mode = case.modes(-case.span)
    velocity = mode.T @ case.line()[1] @ mode
    gap = level[0] - level[1]
    start = [*level, velocity[0, 0], velocity[1, 1], gap * velocity[0, 1], 0.0]
    path = integrate(FRAME, start, {"eta": case.rate}, (-case.span, case.span), rtol=RTOL, atol=1e-13)
    told, found = abs(path.y[-1, -1]), case.off(-case.span, case.span)
    # Errors of RTOL in each of some hundred steps; a ratio of 1/ε means that the slow amplitude has vanished.
    assert told == pytest.approx(found, rel=1e4 * RTOL * (1 + found), abs=1e4 * RTOL)


def leaves_by(reading: Reading, case: Crossing, begin: float, end: float) -> float:
    """The largest angle by which the residual can leave its direction: the integral of the largest slip."""
    at_most = max(abs(reading.slip(np.tan(angle), 1.0)) for angle in np.linspace(-1.5, 1.5, 3001))
    half, _ = quad(lambda time: reading.half(case.rate, case.gap(time)), begin, end)
    return float(at_most * half)


@st.composite
def fast_crossings(draw: st.DrawFn) -> Crossing:
    """The decay has little time; the residual may point anywhere."""
    case = draw(crossings(st.floats(0.01, 0.3)))
    return case._replace(start=draw(st.floats(-1.5, 1.5) | st.sampled_from([np.pi / 4, -np.pi / 4])))


def the_residual_hardly_turns_while_the_modes_do(reading: Reading, case: Crossing) -> bool:
    for begin, end in ((-case.span, case.span), (0.0, 0.05 * case.nearest)):
        first, last = case.residual(begin, end).T
        turned = np.arctan2(first[0] * last[1] - first[1] * last[0], first @ last)
        if abs(turned) > leaves_by(reading, case, begin, end) + 1e3 * RTOL:
            return False
    return True


@given(fast_crossings())
@settings(max_examples=15, deadline=None)
def test_a_residual_leaves_its_direction_no_faster_than_half_the_gap_of_the_rates(case: Crossing) -> None:
    assert the_residual_hardly_turns_while_the_modes_do(READ, case)


@pytest.mark.parametrize(
    "altered",
    [
        READ.altered(slip=lambda p, w_c: READ.slip(p, w_c) / 2),
        READ.altered(half=lambda rate, gap: rate * gap / 4),
    ],
    ids=["half the slip", "half the gap"],
)
def test_fast_crossings_reject_a_residual_that_is_held_better(altered: Reading) -> None:
    assert rejected(the_residual_hardly_turns_while_the_modes_do, fast_crossings(), altered)


@given(crossings(st.floats(0.01, 0.1)))
@settings(max_examples=15, deadline=None)
def test_a_fast_crossing_leaves_the_residual_on_the_other_mode(case: Crossing) -> None:
    """The modes turn by an angle that is known; what the residual turns meanwhile is bounded: it is left behind."""
    swept = 2 * np.arctan(case.speed * case.span / (case.nearest / 2)) / 2
    left = swept - leaves_by(READ, case, -case.span, case.span)
    off = case.off(-case.span, case.span)
    assert np.arctan(off) >= left - 1e3 * RTOL
    if left > np.pi / 4:
        assert off > 1  # more of it on the mode that was not its own
        # The same crossing under the bound of a slow one would have kept it: that bound fails here, as it should.
        assert case.coupling / case.nearest**2 > READ.half(case.rate, case.nearest)


def test_one_crossing_is_jumped_or_followed_by_its_learning_rate_alone() -> None:
    jumped = Crossing(rate=0.05, speed=1.0, nearest=0.2, span=1.0, angle=1.0, start=0.0)
    assert jumped.off(-1.0, 1.0) > 4
    # At the rate at which the modes turn as fast as the exceptional point allows, and no faster.
    followed = jumped._replace(rate=2 * jumped.coupling / jumped.nearest**3)
    assert followed.off(-1.0, 1.0) < READ.lag(1.0, 1.0)
