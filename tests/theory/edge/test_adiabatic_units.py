"""The variants of 𝒜 on trajectories: what other units of loss, parameter and time do to each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, find, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spectral_edge.theory.edge.adiabatic import adiabatic_units, adiabatic_window
from spectral_edge.theory.edge.adiabatic.adiabatic_units import (
    A_unit,
    A_unit_new,
    c_loss,
    c_theta,
    c_time,
    eta,
    gap_sigma,
    gram_change,
)
from spectral_edge.theory.edge.adiabatic.adiabatic_window import cosine, sine
from spectral_edge.theory.units import ONE, unit_of

EPS = float(np.finfo(np.float64).eps)
Floats = np.ndarray[Any, np.dtype[np.float64]]
BY_ID = {s.id: s for s in (*adiabatic_units.STATEMENTS, *adiabatic_window.STATEMENTS)}
W = 3
ROUNDING = 200 * 101 * EPS
"""Of a gap that is at least a hundredth of the largest singular value, and of its square."""

powers_of_two = st.integers(-6, 6).map(lambda k: 2.0**k)
"""Factors by which floating point scales products and sums without rounding."""


@st.composite
def shifting_windows(draw: st.DrawFn) -> Floats:
    """W + 1 updates in four parameters, oldest first, whose first window has a gap behind its first mode."""
    rows: Floats = draw(arrays(np.float64, (W + 1, 4), elements=st.integers(-9, 9).map(float)))
    strengths = np.linalg.svd(rows[:-1], compute_uv=False)
    assume(strengths[0] > 1.01 * strengths[1] > 0)
    return rows


def measured(rows: Floats) -> dict[str, float]:
    """Changes and gaps of the two windows in ``rows``, straight from their definitions."""
    before, after = rows[:-1], rows[1:]
    strengths = np.linalg.svd(before, compute_uv=False)
    return {
        "change of G": float(np.linalg.norm(after @ after.T - before @ before.T)),
        "change of S": float(np.linalg.norm(after.T @ after - before.T @ before)),
        "gap of sigma": float(strengths[0] - strengths[1]),
        "gap of lambda": float(strengths[0] ** 2 - strengths[1] ** 2),
    }


def abstract(rows: Floats, learning_rate: float) -> float:
    m = measured(rows)
    return m["change of G"] / (learning_rate * m["gap of sigma"] ** 2)


def geometric(rows: Floats) -> float:
    m = measured(rows)
    return m["change of S"] / m["gap of lambda"]


@given(shifting_windows(), powers_of_two)
def test_the_geometric_parameter_does_not_depend_on_the_unit_of_the_parameters(
    rows: Floats, c: float
) -> None:
    assert geometric(c * rows) == pytest.approx(geometric(rows), rel=ROUNDING)


@given(shifting_windows(), powers_of_two, powers_of_two)
def test_the_parameter_of_the_abstract_scales_as_derived(rows: Floats, c: float, of_loss: float) -> None:
    learning_rate = 0.125
    before, after = abstract(rows, learning_rate), abstract(c * rows, learning_rate * c**2 / of_loss)
    factor = float(
        (BY_ID["S5.abs-scaling"].content[0].rhs / A_unit).subs({c_theta: c, c_loss: of_loss, c_time: 1})
    )
    assert after == pytest.approx(factor * before, rel=ROUNDING)


def trajectory(learning_rate: float, of_loss: float) -> Floats:
    """Updates of gradient descent on a loss that is measured in units 1/of_loss as large."""
    curvature = np.array(
        [[2.0, 0.5, 0.0, 0.25], [0.5, 1.0, 0.25, 0.0], [0.0, 0.25, 0.5, 0.0], [0.25, 0.0, 0.0, 3.0]]
    )
    points = [np.array([1.0, -2.0, 3.0, 0.5])]
    for _ in range(W + 1):
        points.append(points[-1] - learning_rate * (of_loss * (curvature @ points[-1])))
    return np.diff(np.array(points), axis=0)


@pytest.mark.parametrize("of_loss", [2.0, 64.0, 2.0**-9])
def test_one_trajectory_has_any_value_of_the_parameter_of_the_abstract(of_loss: float) -> None:
    rows, again = trajectory(0.125, 1.0), trajectory(0.125 / of_loss, of_loss)
    assert np.array_equal(rows, again)
    assert abstract(again, 0.125 / of_loss) == of_loss * abstract(rows, 0.125)
    assert geometric(again) == geometric(rows)


@given(shifting_windows())
def test_leaving_out_the_learning_rate_alone_never_gives_less_than_the_geometric_parameter(
    rows: Floats,
) -> None:
    m = measured(rows)
    other = m["change of S"] / m["gap of sigma"] ** 2
    assert m["change of S"] / m["gap of lambda"] <= other * (1 + ROUNDING)


@given(st.integers(-4, 4), st.integers(-4, 4), st.integers(-4, 4), st.integers(0, 10_000))
def test_the_kernels_parameter_does_not_depend_on_any_unit(a: int, b: int, c: int, seed: int) -> None:
    theta, loss, time = 2.0**a, 4.0**b, 2.0**c
    jacobians = np.random.default_rng(seed).integers(-9, 10, (2, 3, 5)).astype(float)
    kernels = [j @ j.T for j in jacobians]
    # Eigenvalues reach 3 · 5 · 81 = 1215 and the gap is at least 1e-3, so rounding in the gap is EPS · 1215/1e-3.
    stride, learning_rate = 4.0, 0.25

    def parameter(pair: list[Floats], tau: float, rate: float) -> float:
        values = np.linalg.eigvalsh(pair[0])
        assume(values[2] - values[1] > 1e-3)
        return float(np.linalg.norm(pair[1] - pair[0]) / (tau * rate * (values[2] - values[1]) ** 2))

    again = [loss / theta**2 * k for k in kernels]
    assert parameter(again, time * stride, theta**2 / (loss * time) * learning_rate) == pytest.approx(
        parameter(kernels, stride, learning_rate), rel=100 * EPS * 1215 / 1e-3
    )


@pytest.mark.parametrize("identifier", ["S5.v1", "S5.v1-record-amended", "S5.geo", "S5.rate"])
def test_every_variant_that_is_kept_is_a_pure_number(identifier: str) -> None:
    content = BY_ID[identifier].content[0]
    assert unit_of(content.rhs, adiabatic_units.NOTATION.units) == ONE


def test_hypothesis_finds_units_in_which_the_parameter_of_the_abstract_is_another_one() -> None:
    claim = BY_ID["S5.abs-invariance"]
    definition = claim.hypotheses[1].rhs

    def violated(scale: int) -> bool:
        values = {c_theta: 1, c_loss: scale, c_time: 1, gram_change: 1, gap_sigma: 1, eta: 1}
        return bool(definition.subs(values) != 1)

    assert find(st.integers(1, 100), violated) == 2


def test_the_stored_counterexample_of_the_abstract_holds() -> None:
    claim = BY_ID["S5.abs-invariance"]
    assert claim.counterexample is not None
    values = claim.counterexample.values
    assert all(sp.simplify(h.lhs.subs(values) - h.rhs.subs(values)) == 0 for h in claim.hypotheses)
    assert (values[A_unit], values[A_unit_new]) == (1, 2)


# A window of two modes, as a symmetric 2 × 2 matrix.


def turned(trace: float, gap: float, angle: float) -> Floats:
    """The symmetric matrix with this trace and gap whose leading eigenvector stands at this angle."""
    axis = np.array([np.cos(angle), np.sin(angle)])
    return (trace - gap) / 2 * np.eye(2) + gap * np.outer(axis, axis)


gaps = st.floats(0.01, 10)
angles = st.floats(-np.pi / 2, np.pi / 2)


@given(gaps, gaps, st.floats(-5, 5), st.floats(-5, 5), angles, angles)
def test_the_change_of_a_window_is_made_of_trace_gap_and_angle(
    gap: float, gap_after: float, trace: float, trace_after: float, start: float, turn: float
) -> None:
    change = np.linalg.norm(turned(trace_after, gap_after, start + turn) - turned(trace, gap, start)) ** 2
    formula = BY_ID["S5.window-change"].content[0].rhs
    from_formula = float(
        formula.subs(
            {
                adiabatic_window.trace_step: trace_after - trace,
                adiabatic_window.gap_after: gap_after,
                adiabatic_window.gap_lambda: gap,
                sine: np.sin(turn),
            }
        )
    )
    size = (abs(trace) + abs(trace_after) + gap + gap_after) ** 2
    assert change == pytest.approx(from_formula, abs=64 * EPS * size)


@given(gaps, st.floats(-5, 5), angles, angles)
def test_a_window_that_turns_has_root_two_times_the_sine_and_never_more_than_root_two(
    gap: float, trace: float, start: float, turn: float
) -> None:
    change = np.linalg.norm(turned(trace, gap, start + turn) - turned(trace, gap, start))
    rounding = 64 * EPS * (1 + abs(trace) / gap)
    assert change / gap == pytest.approx(np.sqrt(2) * abs(np.sin(turn)), abs=rounding)
    assert change / gap <= np.sqrt(2) + rounding


@given(st.floats(0.01, 0.5))
def test_the_geometric_parameter_is_proportional_to_the_stride_up_to_fourth_order(spin: float) -> None:
    def remainder(stride: float) -> float:
        return abs(2 * np.sin(spin * stride) ** 2 - 2 * spin**2 * stride**2)

    # Halving the stride takes a remainder of fourth order to a sixteenth; one of sixth order would go to 1/64.
    assert remainder(0.5) / remainder(1.0) == pytest.approx(1 / 16, rel=0.05)


def test_hypothesis_finds_a_window_that_grows_without_turning() -> None:
    def violated(values: tuple[int, int, int, int]) -> bool:
        first, second, later_first, later_second = values
        gap = first - second
        change = (later_first - first) ** 2 + (later_second - second) ** 2
        return gap > 0 and later_first > later_second and change > gap**2

    small = st.integers(1, 5)
    found = find(st.tuples(small, small, small, small), violated)
    assert found[0] > found[1]


def test_the_stored_counterexamples_of_the_window_hold() -> None:
    stride = BY_ID["S5.geo-any-stride"]
    assert stride.counterexample is not None
    assert stride.counterexample.values == {sine: sp.Rational(3, 5), cosine: sp.Rational(4, 5)}
    assert 2 * Fraction(3, 5) ** 2 != 2 * (2 * Fraction(3, 5) * Fraction(4, 5)) ** 2
    before, after = np.diag([2.0, 1.0]), np.diag([4.0, 2.0])
    assert np.linalg.norm(after - before) == pytest.approx(np.sqrt(5), rel=4 * EPS)
