"""AX1 and the hierarchy of F2: what holds of them, on numbers that the checker did not choose."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from spectral_edge.theory.edge import assumptions
from spectral_edge.theory.edge.gap import gap_at_rest, gap_dynamics, gap_flow, small_gap
from spectral_edge.theory.edge.notation import NOTATION
from spectral_edge.theory.edge.strengths import hierarchy, signal_strength
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, check_statement

from .topics import assert_confirmed

TOPIC = (*gap_dynamics.STATEMENTS, *hierarchy.STATEMENTS)
BELOW = (assumptions, signal_strength, gap_flow, small_gap, gap_at_rest)
THEORY = Theory("trial", "Gap dynamics", NOTATION, (*(s for m in BELOW for s in m.STATEMENTS), *TOPIC))
REFUTED = {"AX1", "AX1.damping", "AX1.switch", "F2.hierarchy"}
FIRST = settings(phases=(Phase.generate,), max_examples=5000, derandomize=True, database=None)
EPS = float(np.finfo(np.float64).eps)


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
        wanted = Status.ASSUMED if statement.id.startswith("D.") else Status.PROVED
        wanted = Status.REFUTED if statement.id in REFUTED else wanted
        assert results[statement.id].status is wanted, results[statement.id].message


def test_ax1_is_refuted_by_its_units_and_not_by_numbers(results: Mapping[str, StatementResult]) -> None:
    assert "does not balance" in results["AX1"].message
    assert THEORY["AX1"].content == gap_flow.F3.content


def test_no_mutant_of_the_topic_survives(results: Mapping[str, StatementResult]) -> None:
    topic = [results[s.id] for s in TOPIC]
    assert all(r.mutants_made for r in topic if r.status is Status.PROVED)
    assert [(r.id, m.change) for r in topic for s in r.steps for m in s.mutants if not m.caught] == []


@pytest.mark.parametrize("identifier", sorted(REFUTED - {"AX1"}))
def test_the_stored_counterexamples_are_confirmed_anew(identifier: str) -> None:
    assert_confirmed(THEORY, identifier)


positive = st.fractions(Fraction(1, 20), 20, max_denominator=40)
signed = st.fractions(-5, 5, max_denominator=40)


@given(
    positive, st.tuples(positive, positive), st.tuples(signed, signed), st.tuples(signed, signed), positive
)
def test_the_rate_of_the_gap_is_the_sum_of_three_terms_exactly(
    eta: Fraction,
    strengths: tuple[Fraction, Fraction],
    curvatures: tuple[Fraction, Fraction],
    gradients: tuple[Fraction, Fraction],
    omega: Fraction,
) -> None:
    tau, rows = Fraction(7, 3), 5
    up, down = (
        -eta * (h + omega) * d + eta**2 * tau * rows * gradient**2 / d
        for h, d, gradient in zip(curvatures, strengths, gradients, strict=True)
    )
    n = gap_dynamics
    values = dict(zip((n.d_k(n.t), n.d_l(n.t)), strengths, strict=True))
    values |= dict(zip((n.h_k, n.h_l), curvatures, strict=True)) | dict(
        zip((n.G_k, n.G_l), gradients, strict=True)
    )
    values |= {n.d_mean(n.t): sum(strengths) / 2, n.g(n.t): strengths[0] - strengths[1]}
    values |= {n.h_mean: sum(curvatures) / 2, n.omega: omega, n.eta: eta, n.tau: tau, n.W: Fraction(rows)}
    exact = {symbol: sp.Rational(value.numerator, value.denominator) for symbol, value in values.items()}
    stated = sum(term.rhs.xreplace(exact) for term in n.TERMS.content)
    assert stated == sp.Rational(up - down)


@given(positive, signed, st.fractions(0, 2, max_denominator=20), positive)
def test_the_second_term_pulls_back_exactly_where_curvature_plus_decay_is_positive(
    eta: Fraction, curvature: Fraction, omega: Fraction, gap: Fraction
) -> None:
    assert (-eta * (curvature + omega) * gap < 0) == (curvature > -omega)


def test_hypothesis_finds_a_second_term_that_opens_the_gap() -> None:
    curvature, omega = find(
        st.tuples(signed, st.fractions(0, 2, max_denominator=20)),
        lambda c: -(c[0] + c[1]) > 0,
        settings=FIRST,
    )
    assert curvature < -omega


@given(
    positive,
    st.fractions(Fraction(21, 20), 20, max_denominator=20),
    st.fractions(Fraction(21, 20), 20, max_denominator=20),
)
def test_the_gap_jumps_at_every_tie_of_two_ratios(
    lowest: Fraction, between: Fraction, ratio: Fraction
) -> None:
    low = lowest * ratio
    top = low * between
    assert (top - top / ratio) - (low - low / ratio) == (top - low) * (1 - 1 / ratio) > 0


def test_the_gap_at_the_largest_ratio_jumps_along_a_smooth_path_of_spectra() -> None:
    gaps, positions = [], []
    for time in np.linspace(-0.01, 0.01, 401):
        sigma = np.array([4.0 + time, 2.0, 1.0 + time])
        ratios = sigma[:-1] / sigma[1:]
        positions.append(int(np.argmax(ratios)))
        gaps.append(float((sigma[:-1] - sigma[1:])[positions[-1]]))
    steps = np.abs(np.diff(gaps))
    assert set(positions) == {0, 1}
    # every σ moves by 5e-5 a step; the gap of one position by twice that at most
    assert np.sort(steps)[-2] <= 2 * 5e-5 * (1 + 1e-9)
    assert abs(steps.max() - 1.0) <= 0.03


# The hierarchy at rest.


def rest_squared(stiffness: float, injection: float) -> float:
    """Where −η s d + η I/d vanishes, found by iterating the flow of d² and not by solving for it."""
    square = 1.0
    for _ in range(4000):
        square += 0.1 / stiffness * (2 * injection - 2 * stiffness * square)
    return square


@settings(max_examples=20)
@given(st.floats(0.1, 3.0), st.floats(0.01, 3.0), st.floats(0.1, 3.0), st.floats(0.0, 3.0))
def test_of_two_modes_with_no_smaller_gradient_the_flatter_is_the_stronger(
    flat: float, more: float, injection: float, extra: float
) -> None:
    assert rest_squared(flat, injection + extra) > rest_squared(flat + more, injection)


def test_hypothesis_finds_a_flatter_mode_that_is_weaker() -> None:
    flat, steep, little, much = find(
        st.tuples(positive, positive, positive, positive),
        lambda c: c[0] < c[1] and c[2] / c[0] < c[3] / c[1],
        settings=FIRST,
    )
    assert flat < steep
    assert little < much


@given(st.floats(0.01, 10.0), st.floats(1.001, 10.0), st.floats(0.0, 5.0))
def test_in_a_quadratic_loss_the_stiffer_mode_is_the_stronger(
    curvature: float, factor: float, omega: float
) -> None:
    values = {
        **dict.fromkeys((hierarchy.eta, hierarchy.tau, hierarchy.distance), sp.Integer(1)),
        hierarchy.W: sp.Integer(1),
        hierarchy.omega: omega,
    }
    stated = hierarchy.LAWS.content[0].rhs
    low, high = (
        float(stated.xreplace({**values, hierarchy.h_any: h})) for h in (curvature, factor * curvature)
    )
    assert low < high
    for h, found in ((curvature, low), (factor * curvature, high)):
        assert abs(found - h**2 / (h + omega)) <= 8 * EPS * found


@given(st.floats(0.01, 10.0), st.floats(1.001, 10.0), st.floats(0.0, 5.0))
def test_gradients_of_the_boundary_make_no_hierarchy_without_decay(
    curvature: float, factor: float, omega: float
) -> None:
    low, high = (h / (h + omega) for h in (curvature, factor * curvature))
    assert low <= high
    if omega == 0:
        assert low == high == 1
