"""F7: the loop's rests, their stability, folds, cusp and hysteresis, against root finding and integration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from spectral_edge.theory.edge import assumptions
from spectral_edge.theory.edge.feedback import (
    alpha_feedback,
    feedback_bistable,
    feedback_folds,
    feedback_readings,
)
from spectral_edge.theory.edge.feedback.alpha_feedback import feedback_system
from spectral_edge.theory.edge.gap import gap_flow, small_gap, viability
from spectral_edge.theory.edge.notation import NOTATION
from spectral_edge.theory.edge.strengths import signal_strength
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, check_statement

from .topics import assert_confirmed

MODULES = (alpha_feedback, feedback_folds, feedback_bistable, feedback_readings)
TOPIC = tuple(s for m in MODULES for s in m.STATEMENTS)
BELOW = (assumptions, signal_strength, gap_flow, small_gap)
# F4-amended amends F4, which lies elsewhere; only the damping in letters is used here.
BASE = (*(s for m in BELOW for s in m.STATEMENTS), viability.DAMPING_LETTERS)
THEORY = Theory("trial", "The feedback loop", NOTATION, (*BASE, *TOPIC))
FIRST = settings(phases=(Phase.generate,), max_examples=5000, derandomize=True, database=None)
EPS = float(np.finfo(np.float64).eps)
CUSP_GAIN = 8 * np.sqrt(3) / 9
"""Gain of the cusp, over κs."""


@pytest.fixture(scope="module")
def results() -> Mapping[str, StatementResult]:
    own, found = {s.id for s in TOPIC}, dict[str, StatementResult]()
    for identifier in THEORY.order():
        found[identifier] = check_statement(THEORY[identifier], THEORY, found, mutate=identifier in own)
    return found


def test_every_statement_of_the_topic_has_the_status_it_should_have(
    results: Mapping[str, StatementResult],
) -> None:
    for statement in TOPIC:
        wanted = Status.ASSUMED if statement.id.startswith(("D.", "A.")) else Status.PROVED
        wanted = Status.REFUTED if statement.id in ("F7", "F7.readings") else wanted
        assert results[statement.id].status is wanted, results[statement.id].message


def test_no_mutant_of_the_topic_survives(results: Mapping[str, StatementResult]) -> None:
    topic = [results[s.id] for s in TOPIC]
    assert all(r.mutants_made for r in topic if r.status is Status.PROVED)
    assert [(r.id, m.change) for r in topic for s in r.steps for m in s.mutants if not m.caught] == []


@pytest.mark.parametrize("identifier", ["F7", "F7.readings"])
def test_the_stored_counterexamples_are_confirmed_anew(identifier: str) -> None:
    assert_confirmed(THEORY, identifier)


# Independent of the theory's files: the loop in numbers.

gains, scales = st.floats(0.1, 10.0), st.floats(0.2, 5.0)


def rate(gap: float, base: float, gain: float, damping: float, half: float) -> float:
    return base + gain * gap**2 / (gap**2 + half**2) - damping * gap


def rests(base: float, gain: float, damping: float, half: float) -> list[float]:
    """Real roots of the cubic, found numerically."""
    roots = np.roots([damping, -(base + gain), damping * half**2, -base * half**2])
    return sorted(float(r.real) for r in roots if abs(r.imag) <= 1e-7 * (abs(r) + half))


def ended(start: float, base: float, gain: float, damping: float, half: float) -> float:
    """Where an integrated gap ends after 200 damping times."""
    found = solve_ivp(
        lambda _, y: [rate(y[0], base, gain, damping, half)],
        (0, 200 / damping),
        [start],
        method="LSODA",
        rtol=1e-9,
        atol=1e-12 * half,
    )
    assert found.success
    return float(found.y[0, -1])


def number(expression: sp.Expr, values: Mapping[Any, float]) -> float:
    return float(expression.xreplace({k: sp.Float(v, 30) for k, v in values.items()}))


def test_the_compiled_system_is_the_loop() -> None:
    system = feedback_system()
    assert [p.name for p in system.parameters] == ["c_loop", "a_loop", "kappa_g", "s_half"]
    compiled = sp.lambdify([*system.states, *system.parameters], system.rhs[0])
    rng = np.random.default_rng(5)
    for gap, base, gain, damping, half in rng.uniform(0.1, 3.0, (20, 5)):
        wanted = rate(gap, base, gain, damping, half)
        assert abs(compiled(gap, base, gain, damping, half) - wanted) <= 16 * EPS * (
            base + gain + damping * gap
        )


@given(gains, scales, scales, st.floats(1e-3, 1e3))
def test_below_the_threshold_every_gap_shrinks_and_at_it_none_grows(
    gain: float, damping: float, half: float, gap: float
) -> None:
    best = gain / (2 * damping * half)
    if best < 1:
        assert rate(gap, 0.0, gain, damping, half) < 0
    at_best = rate(half, 0.0, gain, damping, half)
    assert (at_best >= 0) == (best >= 1) or abs(best - 1) <= 8 * EPS


@settings(max_examples=40)
@given(
    scales,
    scales,
    st.one_of(st.floats(2.001, 2.1), st.floats(2.1, 20.0)),
    st.floats(0.05, 0.95),
    st.floats(1.05, 3.0),
)
def test_above_the_threshold_a_wide_gap_is_sustained_and_a_narrow_one_collapses(
    damping: float, half: float, excess: float, short: float, long: float
) -> None:
    gain = excess * damping * half
    root = np.sqrt(gain**2 - 4 * damping**2 * half**2)
    values = {alpha_feedback.gain: gain, alpha_feedback.damping: damping, alpha_feedback.root: root}
    named = [number(part.rhs, values) for part in alpha_feedback.F7_AMENDED.content[1].args if part.rhs != 0]
    lower, upper = sorted(named)
    found = [r for r in rests(0.0, gain, damping, half) if r > 1e-9 * half]
    # near the fold np.roots loses half of the digits, and the square root above as well
    assert np.allclose(found, [lower, upper], rtol=1e-6)
    slow = root / gain  # rate of approach, in damping times
    assume(slow > 0.2)
    assert abs(ended(lower * long, 0.0, gain, damping, half) - upper) <= 1e-6 * upper
    assert ended(lower * short, 0.0, gain, damping, half) <= 1e-6 * half


@given(scales, scales, st.floats(2.01, 20.0))
def test_the_slopes_at_the_rests_are_those_of_difference_quotients(
    damping: float, half: float, excess: float
) -> None:
    gain = excess * damping * half
    root = np.sqrt(gain**2 - 4 * damping**2 * half**2)
    for rest, slope in (
        (0.0, -damping),
        ((gain + root) / (2 * damping), -damping * root / gain),
        ((gain - root) / (2 * damping), damping * root / gain),
    ):
        step = 1e-4 * half
        quotient = (rate(rest + step, 0, gain, damping, half) - rate(rest - step, 0, gain, damping, half)) / (
            2 * step
        )
        # second order: a third derivative of at most 24 a/s³, and rounding over the step
        bound = 4 * gain / half**3 * step**2 + 16 * EPS * (gain + damping * rest) / step
        assert abs(quotient - slope) <= bound


@given(scales, scales, st.floats(0.02, 0.98) | st.floats(1.02, 5.0), st.floats(-1.0, 1.0))
def test_the_discriminant_tells_one_rest_from_three(
    damping: float, half: float, part: float, drive: float
) -> None:
    gain, base = 2 * part * damping * half, 0.2 * drive * damping * half
    values = {
        alpha_feedback.base: base,
        alpha_feedback.gain: gain,
        alpha_feedback.damping: damping,
        alpha_feedback.half: half,
    }
    size = (damping * half) ** 4 * half**2 * (1 + part) ** 4
    discriminant = number(feedback_folds.CUBIC.content[0].rhs, values)
    assume(abs(discriminant) > 1e-6 * size)
    assert len(rests(base, gain, damping, half)) == (3 if discriminant > 0 else 1)


def at_fold(gap: float, damping: float, half: float) -> tuple[float, float]:
    """Gain and constant drive on the curve of folds, from the statement."""
    values = {small_gap.g_now: gap, small_gap.damping: damping, alpha_feedback.half: half}
    gain, drive = (number(relation.rhs, values) for relation in feedback_folds.FOLD_CURVE.content)
    return gain, drive


@given(scales, scales, st.floats(0.05, 0.5) | st.floats(0.65, 4.0))
def test_two_rests_are_gained_across_the_curve_of_folds(damping: float, half: float, part: float) -> None:
    gain, drive = at_fold(part * half, damping, half)
    nudge = 1e-3 * damping * half * min(1.0, part)
    # below the cusp's gap more drive destroys the pair, above it less drive does
    sign = 1 if part < 1 / np.sqrt(3) else -1
    assert len(rests(drive - sign * nudge, gain, damping, half)) == 3
    assert len(rests(drive + sign * nudge, gain, damping, half)) == 1


@given(scales, scales, st.floats(0.01, 0.999), st.floats(-0.5, 0.5))
def test_below_the_gain_of_the_cusp_there_is_one_rest(
    damping: float, half: float, part: float, drive: float
) -> None:
    assert len(rests(drive * damping * half, part * CUSP_GAIN * damping * half, damping, half)) == 1


@given(st.floats(0.1, 10.0), st.floats(0.1, 10.0))
def test_the_rate_falls_everywhere_below_the_gain_of_the_cusp(gap: float, half: float) -> None:
    slope = 2 * half**2 * gap / (gap**2 + half**2) ** 2
    most = 3 * np.sqrt(3) / (8 * half)
    assert slope <= most * (1 + 8 * EPS)
    best = half / np.sqrt(3)
    assert abs(2 * half**2 * best / (best**2 + half**2) ** 2 - most) <= 8 * EPS * most


def test_the_gap_jumps_up_and_down_at_the_two_folds() -> None:
    gain, damping, half = 1.8, 1.0, 1.0
    folds = sorted(
        at_fold(float(x.real), damping, half)[1]
        for x in np.roots([1, 0, 2, -2 * gain, 1])  # (1 + x²)² = 2 a x
        if abs(x.imag) < 1e-9
    )
    drives = np.linspace(folds[0] - 0.05, folds[1] + 0.05, 81)

    def sweep(order: Any, start: float) -> dict[float, float]:
        gaps, gap = {}, start
        for drive in order:
            gap = ended(gap, float(drive), gain, damping, half)
            gaps[float(drive)] = gap
        return gaps

    up, down = sweep(drives, 0.0), sweep(drives[::-1], 3.0)
    jump_up = max(d for d in drives if up[float(d)] < 0.577)
    jump_down = min(d for d in drives if down[float(d)] > 0.577)
    step = float(drives[1] - drives[0])
    # the jump is seen at the first drive beyond the fold; close to it the gap lingers for a step or two
    assert abs(jump_up - folds[1]) <= 3 * step
    assert abs(jump_down - folds[0]) <= 3 * step
    assert jump_up - jump_down > 5 * step


@given(scales, st.floats(0.05, 2.0), st.floats(0.05, 2.0), st.floats(0.05, 2.0))
def test_any_three_gaps_are_the_rests_of_one_loop(
    damping: float, one: float, more: float, most: float
) -> None:
    wanted = [one, one + more, one + more + most]
    half = np.sqrt(wanted[0] * wanted[1] + wanted[0] * wanted[2] + wanted[1] * wanted[2])
    base = damping * np.prod(wanted) / half**2
    gain = damping * sum(wanted) - base
    scale = base + gain + damping * wanted[2]
    assert all(abs(rate(r, base, gain, damping, half)) <= 32 * EPS * scale for r in wanted)
    between = [(a + b) / 2 for a, b in zip([0.0, *wanted], [*wanted, 2 * wanted[2]], strict=True)]
    assert [np.sign(rate(g, base, gain, damping, half)) for g in between] == [1, -1, 1, -1]


@given(scales, scales)
def test_the_statements_on_the_most_favourable_gap_hold_at_every_gap(gap: float, half: float) -> None:
    values = {alpha_feedback.g_some: sp.Rational(gap), alpha_feedback.half: sp.Rational(half)}
    for statement in (alpha_feedback.BEST, feedback_readings.CLIPPED_BEST):
        relation = statement.content[0]
        assert relation.func(relation.lhs.xreplace(values), relation.rhs.xreplace(values)) == sp.true


# The two readings of α.


def clipped(gap: float, half: float) -> float:
    return max(0.0, 1 - half**2 / gap**2)


def sustained(reading: Callable[[float, float], float], gain: float) -> bool:
    """Whether some gap does not shrink, at damping and s equal to one; the best gaps are 1 and √3."""
    return bool(max(gain * reading(float(g), 1.0) - float(g) for g in np.linspace(0.5, 3.0, 5001)) >= 0)


def test_the_clipped_stability_needs_a_higher_gain() -> None:
    threshold = 3 * np.sqrt(3) / 2
    assert sustained(clipped, threshold * 1.001)
    assert not sustained(clipped, threshold * 0.999)
    assert sustained(lambda g, s: g**2 / (g**2 + s**2), 2.001)
    assert not sustained(lambda g, s: g**2 / (g**2 + s**2), 1.999)


@given(st.floats(0.05, 50.0), scales)
def test_the_clipped_stability_per_gap_has_its_largest_value_at_the_root_of_three(
    gap: float, half: float
) -> None:
    most = 2 / (3 * np.sqrt(3) * half)
    assert clipped(gap, half) / gap <= most * (1 + 8 * EPS)
    best = np.sqrt(3) * half
    assert abs(clipped(best, half) / best - most) <= 8 * EPS * most


@given(st.floats(0.001, 0.3))
def test_the_two_readings_differ_in_fourth_order(part: float) -> None:
    smooth = 1 / (1 + part**2)
    assert abs(smooth - clipped(1.0, part)) <= part**4 + 4 * EPS
    assert abs(smooth - clipped(1.0, part)) >= part**4 / 2 - 4 * EPS


def test_hypothesis_finds_a_loop_that_one_reading_sustains_and_the_other_does_not() -> None:
    claim = feedback_readings.READINGS

    def violated(gain: float) -> bool:
        values = {alpha_feedback.gain: sp.Rational(gain), alpha_feedback.damping: sp.Integer(1)}
        values |= {alpha_feedback.half: sp.Integer(1)}
        met, held = (
            relation.func(relation.lhs.xreplace(values), relation.rhs.xreplace(values))
            for relation in (*claim.hypotheses, *claim.content)
        )
        return bool(met) and not bool(held)

    assert 2 < find(st.floats(1.0, 20.0), violated, settings=FIRST) < 3 * np.sqrt(3) / 2


@given(
    st.floats(0.01, 0.5),
    st.integers(1, 20),
    st.floats(0.5, 2.0),
    st.floats(0.1, 1.0),
    st.floats(0.5, 3.0),
    scales,
)
def test_the_critical_decay_is_where_the_loop_stops_having_a_rest(
    eta: float, window: int, above: float, part: float, mean: float, half: float
) -> None:
    below, curvature = part * above, 0.05
    gain = eta**2 * window * (above**2 - below**2) / mean
    feed = eta**2 * window * (above**2 + below**2) / (2 * mean**2)
    values = {
        small_gap.eta: eta,
        small_gap.tau: 1.0,
        small_gap.W: float(window),
        small_gap.G_k: above,
        small_gap.G_l: below,
        small_gap.h_k: curvature,
        small_gap.h_l: curvature,
        small_gap.d_now: mean,
        alpha_feedback.half: half,
    }
    critical = number(feedback_readings.DECAY.content[0].rhs, values)
    for decay in (critical - 0.01, critical + 0.01):
        damping = eta * (curvature + decay) + feed
        if damping > 0:
            assert (gain >= 2 * damping * half) == (decay < critical)
