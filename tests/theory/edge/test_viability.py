"""F4: the small gap, its rest, and crossing, each against arithmetic that shares nothing with the checker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from spectral_edge.theory.edge import assumptions
from spectral_edge.theory.edge.gap import crossing, gap_at_rest, gap_flow, small_gap, viability
from spectral_edge.theory.edge.notation import NOTATION
from spectral_edge.theory.edge.strengths import signal_strength
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, check_statement

from .topics import assert_confirmed

BASE = (*assumptions.STATEMENTS, *signal_strength.STATEMENTS, *gap_flow.STATEMENTS)
TOPIC = (*small_gap.STATEMENTS, *viability.STATEMENTS, *gap_at_rest.STATEMENTS, *crossing.STATEMENTS)
THEORY = Theory("trial", "The small gap", NOTATION, (*BASE, *TOPIC))
REFUTED = {"F4", "F4.drive", "F4.sign", "F4.crossing"}
# The first example will do; making it small takes most of the time.
FIRST = settings(phases=(Phase.generate,), max_examples=5000, derandomize=True, database=None)
EPS = float(np.finfo(np.float64).eps)


@pytest.fixture(scope="module")
def results() -> Mapping[str, StatementResult]:
    """The whole topic, with mutants; what it rests on without."""
    own, found = {s.id for s in TOPIC}, dict[str, StatementResult]()
    for identifier in THEORY.order():
        found[identifier] = check_statement(THEORY[identifier], THEORY, found, mutate=identifier in own)
    return found


def test_every_statement_of_the_topic_has_the_status_it_should_have(
    results: Mapping[str, StatementResult],
) -> None:
    for statement in TOPIC:
        wanted = Status.REFUTED if statement.id in REFUTED else Status.PROVED
        if statement.id.startswith("D."):
            wanted = Status.ASSUMED
        assert results[statement.id].status is wanted, results[statement.id].message


def test_no_mutant_of_the_topic_survives(results: Mapping[str, StatementResult]) -> None:
    topic = [results[s.id] for s in TOPIC]
    assert all(r.mutants_made for r in topic if r.status is Status.PROVED)
    assert [(r.id, m.change) for r in topic for s in r.steps for m in s.mutants if not m.caught] == []


@pytest.mark.parametrize("identifier", ["F4", "F4.sign", "F4.crossing"])
def test_the_stored_counterexamples_are_confirmed_anew(identifier: str) -> None:
    assert_confirmed(THEORY, identifier)


def exact(expression: sp.Expr, values: Mapping[Any, Fraction]) -> Fraction:
    """A rational expression at rational numbers."""
    number = expression.xreplace({k: sp.Rational(v.numerator, v.denominator) for k, v in values.items()})
    assert number.is_Rational, number
    return Fraction(int(number.p), int(number.q))


@dataclass(frozen=True)
class Modes:
    """Stiffness and injection of the mode above the gap, and of that below it."""

    stiff: tuple[Fraction, Fraction]
    inject: tuple[Fraction, Fraction]
    eta: Fraction

    @property
    def values(self) -> dict[Any, Fraction]:
        names = (small_gap.stiff_k, small_gap.stiff_l, small_gap.inject_k, small_gap.inject_l)
        return {NOTATION_ETA: self.eta, **dict(zip(names, (*self.stiff, *self.inject), strict=True))}


NOTATION_ETA = signal_strength.eta
positive = st.fractions(Fraction(1, 20), 20, max_denominator=40)


@st.composite
def two_modes(draw: st.DrawFn) -> Modes:
    """Two modes at a gap; equal and nearly equal ones, and one dominant one, are drawn often."""
    stiff, inject = draw(positive), draw(positive)
    near = st.sampled_from(
        [Fraction(1), Fraction(1001, 1000), Fraction(999, 1000), Fraction(100), Fraction(1, 100)]
    )
    other = st.one_of(positive, near.map(lambda f: f * stiff))
    another = st.one_of(positive, near.map(lambda f: f * inject))
    return Modes((stiff, draw(other)), (inject, draw(another)), draw(positive))


def rate(modes: Modes, gap: Fraction, mean: Fraction) -> Fraction:
    """The rate of the gap as the difference of two amended F1, one for each mode."""
    strengths = mean + gap / 2, mean - gap / 2
    up, down = (
        -modes.eta * s * d + modes.eta * i / d
        for s, i, d in zip(modes.stiff, modes.inject, strengths, strict=True)
    )
    return up - down


@given(two_modes(), positive, st.fractions(-1, 1, max_denominator=50))
def test_the_rate_is_the_difference_of_the_two_strengths_flows(
    modes: Modes, mean: Fraction, part: Fraction
) -> None:
    gap = part * mean  # |g| < 2 d̄, so that both strengths are positive
    values = {**modes.values, small_gap.g_now: gap, small_gap.d_now: mean}
    assert exact(small_gap.RATE.content[0].rhs, values) == rate(modes, gap, mean)


@given(two_modes(), positive, st.fractions(-1, 1, max_denominator=50))
def test_drive_and_damping_leave_a_remainder_of_second_order(
    modes: Modes, mean: Fraction, part: Fraction
) -> None:
    gap = part * mean
    values = {**modes.values, small_gap.d_now: mean}
    drive = exact(small_gap.DRIVE.content[0].rhs, values)
    damping = exact(small_gap.DAMPING.content[0].rhs, values)
    u = gap / (2 * mean)
    # 1/(1 ± u) = 1 ∓ u + u²/(1 ± u): what is left of the two injections
    left_over = modes.eta / mean * u**2 * (modes.inject[0] / (1 + u) - modes.inject[1] / (1 - u))
    assert rate(modes, gap, mean) == drive - damping * gap + left_over


@given(two_modes(), positive)
def test_the_damping_is_more_than_the_sources_whenever_a_gradient_drives(
    modes: Modes, mean: Fraction
) -> None:
    damping = exact(small_gap.DAMPING.content[0].rhs, {**modes.values, small_gap.d_now: mean})
    assert damping > modes.eta * sum(modes.stiff) / 2


@given(two_modes(), positive, st.floats(-5, 5), st.floats(0.01, 3.0))
def test_a_small_gap_relaxes_as_the_matrix_exponential_says(
    modes: Modes, mean: Fraction, start: float, spans: float
) -> None:
    values = {**modes.values, small_gap.d_now: mean}
    drive = float(exact(small_gap.DRIVE.content[0].rhs, values))
    damping = float(exact(small_gap.DAMPING.content[0].rhs, values))
    rest, time = drive / damping, spans / damping
    closed = float(rest + (start - rest) * np.exp(-damping * time))
    generator = np.array([[-damping, drive], [0.0, 0.0]])
    simulated = float((expm(generator * time) @ np.array([start, 1.0]))[0])
    # expm is good to some tens of eps of the largest number that occurs on the way
    assert abs(closed - simulated) <= 100 * EPS * (1 + spans) * max(abs(start), abs(rest), abs(drive) * time)


@given(
    two_modes(),
    st.fractions(Fraction(1, 10), 10, max_denominator=20),
    st.fractions(Fraction(1, 10), 10, max_denominator=20),
)
def test_at_rest_the_drive_has_the_sign_of_the_gap_and_the_source_overestimates_it(
    modes: Modes, above: Fraction, below: Fraction
) -> None:
    stiff, eta = modes.stiff, modes.eta
    mean = (above + below) / 2
    drive = -eta * (stiff[0] - stiff[1]) * mean + eta * (stiff[0] * above**2 - stiff[1] * below**2) / mean
    values = {**modes.values, gap_at_rest.rest_k: above, gap_at_rest.rest_l: below, small_gap.d_now: mean}
    assert all(exact(relation.rhs, values) == drive for relation in gap_at_rest.REST.content)
    gap, by_source = above - below, drive / (eta * sum(stiff) / 2)
    assert (drive > 0) == (gap > 0)
    if gap > 0:
        assert gap < by_source < 3 * gap
    if gap and stiff[0] == stiff[1]:
        assert by_source == 2 * gap


def test_the_sources_formula_is_twice_the_gap_as_the_gap_closes() -> None:
    for width in (Fraction(1, 10**n) for n in range(1, 8)):
        above, below, stiff = 1 + width / 2, 1 - width / 2, (Fraction(3), Fraction(1, 2))
        drive = -(stiff[0] - stiff[1]) + stiff[0] * above**2 - stiff[1] * below**2
        ratio = drive / (sum(stiff) / 2) / width
        assert abs(ratio - 2) <= width


def rest_gap(modes: Modes) -> float:
    above, below = (np.sqrt(float(i / s)) for i, s in zip(modes.inject, modes.stiff, strict=True))
    return float(above - below)


def present_drive(modes: Modes, mean: Fraction) -> Fraction:
    return rate(modes, Fraction(0), mean)


def test_hypothesis_finds_a_positive_drive_that_ends_in_a_negative_gap() -> None:
    modes, mean = find(
        st.tuples(two_modes(), positive),
        lambda case: present_drive(*case) > 0 and rest_gap(case[0]) < -0.1,
        settings=FIRST,
    )
    assert present_drive(modes, mean) > 0
    assert modes.inject[0] * modes.stiff[1] < modes.inject[1] * modes.stiff[0]


@settings(max_examples=30)
@given(two_modes(), st.floats(0.2, 3.0), st.floats(0.0, 1.5))
def test_integrated_gaps_end_at_the_difference_of_the_two_rests(
    modes: Modes, mean: float, part: float
) -> None:
    compiled = gap_flow.gap_system()
    eta, stiff, inject = float(modes.eta), [float(s) for s in modes.stiff], [float(i) for i in modes.inject]
    numbers = {"eta": eta, "tau": 1.0, "W": 1.0, "omega": 0.0, "h_k": stiff[0], "h_l": stiff[1]}
    numbers |= {"G_k": float(np.sqrt(inject[0] / eta)), "G_l": float(np.sqrt(inject[1] / eta))}
    right = sp.lambdify([compiled.states, compiled.parameters], list(compiled.rhs), "numpy")
    given_as = [numbers[p.name] for p in compiled.parameters]
    slowest = 1 / (eta * min(stiff))
    found = solve_ivp(
        lambda _, y: right(y, given_as),
        (0, 20 * slowest),
        [part * mean, mean],
        method="LSODA",
        rtol=1e-9,
        atol=1e-12,
    )
    assert found.success
    rests = np.sqrt(np.array(inject) / np.array(stiff))
    # e^(−2·20) of the start is left; the integrator is asked for 1e-9 and given three digits of room
    assert abs(found.y[0, -1] - (rests[0] - rests[1])) <= 1e-6 * (rests.sum() + mean)


@st.composite
def modes_that_cross(draw: st.DrawFn) -> tuple[float, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """One stiffness, squared starts in one order and squared rests in the other; nearly equal starts included."""
    stiff = draw(st.floats(0.1, 5.0))
    low, ahead = draw(st.floats(0.1, 5.0)), draw(st.one_of(st.floats(1e-6, 1e-3), st.floats(0.1, 5.0)))
    rest, behind = draw(st.floats(0.1, 5.0)), draw(st.floats(0.1, 5.0))
    return stiff, np.array([low + ahead, low]), np.array([rest, rest + behind])


def squares(stiff: float, starts: Any, rests: Any, time: float) -> Any:
    """Closed form of the squared strengths, at learning rate 1."""
    return rests + (starts - rests) * np.exp(-2 * stiff * time)


@given(modes_that_cross(), st.floats(0.01, 2.0))
def test_modes_of_one_stiffness_meet_and_exchange_their_places(case: Any, lag: float) -> None:
    stiff, starts, rests = case
    ahead, behind = starts[0] - starts[1], rests[1] - rests[0]
    time = float(np.log1p(ahead / behind) / (2 * stiff))
    meeting = (rests[1] * starts[0] - rests[0] * starts[1]) / (behind + ahead)
    scale = float(starts.max() + rests.max())
    assert np.all(
        np.abs(squares(stiff, starts, rests, time) - meeting) <= 16 * EPS * scale * (1 + scale / behind)
    )
    after = squares(stiff, starts, rests, time + lag / stiff)
    assert after[0] < after[1]
    assert abs((after[0] - after[1]) + behind * -np.expm1(-2 * lag)) <= 64 * EPS * scale * (
        1 + scale / behind
    )


@given(modes_that_cross())
def test_ordered_singular_values_do_not_cross_but_touch(case: Any) -> None:
    stiff, starts, rests = case
    ahead, behind = starts[0] - starts[1], rests[1] - rests[0]
    crossing_time = float(np.log1p(ahead / behind) / (2 * stiff))
    gaps = []
    for time in (*np.linspace(0.0, 3 * crossing_time, 13), crossing_time):
        window = np.diag(np.sqrt(squares(stiff, starts, rests, float(time))))
        sigma = np.linalg.svd(window, compute_uv=False)
        gaps.append(float(sigma[0] ** 2 - sigma[1] ** 2))
    scale = float(starts.max() + rests.max())
    assert min(gaps) >= 0
    assert gaps[-1] <= 64 * EPS * scale * (1 + scale / behind)


def test_hypothesis_finds_a_shrinking_gap_that_crosses() -> None:
    def crosses(case: tuple[Modes, Fraction, Fraction]) -> bool:
        modes, start, extra = case
        mean = start + extra / 2
        starts = np.array([float(start + extra) ** 2, float(start) ** 2])
        rests = np.array([float(i / s) for i, s in zip(modes.inject, modes.stiff, strict=True)])
        if modes.stiff[0] != modes.stiff[1] or present_drive(modes, mean) >= 0:
            return False
        later = squares(float(modes.stiff[0]), starts, rests, 1 / float(modes.stiff[0]))
        return bool(later[0] < later[1] - 0.01)

    modes, start, extra = find(st.tuples(two_modes(), positive, positive), crosses, settings=FIRST)
    assert modes.inject[0] < modes.inject[1]
    assert start > 0
    assert extra > 0


@given(st.floats(-5, 5), st.floats(-5, 5), st.one_of(st.just(0.0), st.floats(-1e-6, 1e-6), st.floats(-5, 5)))
def test_an_element_between_two_modes_keeps_their_eigenvalues_apart(
    one: float, other: float, between: float
) -> None:
    low, high = np.linalg.eigvalsh(np.array([[one, between], [between, other]]))
    scale = abs(one) + abs(other) + abs(between)
    assert high - low >= 2 * abs(between) - 16 * EPS * scale
    assert abs((high - low) - np.hypot(one - other, 2 * between)) <= 16 * EPS * scale
