"""W8: what a sketch guarantees of the gap, on exact numbers, and what Gaussian sketches do to it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from spectral_edge.theory.edge.detection import sketch_size, sketching
from spectral_edge.theory.edge.notation import NOTATION, W
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult

from .spectra import pairs_at_a_gap
from .topics import assert_confirmed, assert_no_mutant_survives, assert_statuses, checked

MODULES = (sketching, sketch_size)
THEORY = Theory("trial", "Sketching", NOTATION, tuple(s for m in MODULES for s in m.STATEMENTS))
REFUTED = ("W8", "W8.each-value", "W8.ratio")
PERCENT = Fraction(74, 1000)
FIRST = settings(phases=(Phase.generate,), max_examples=2000, derandomize=True, database=None)
EPS = float(np.finfo(np.float64).eps)
Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def results() -> Mapping[str, StatementResult]:
    return checked(THEORY)


def test_every_statement_on_sketches_has_the_status_it_should_have(
    results: Mapping[str, StatementResult],
) -> None:
    assert_statuses(results, REFUTED)


def test_no_mutant_of_the_statements_on_sketches_survives(results: Mapping[str, StatementResult]) -> None:
    assert_no_mutant_survives(results)


@pytest.mark.parametrize("identifier", REFUTED)
def test_the_stored_counterexamples_are_confirmed_anew(identifier: str) -> None:
    assert_confirmed(THEORY, identifier)


Sketched = tuple[Fraction, Fraction, Fraction, Fraction, Fraction]
"""ε, σ_k, σ_{k+1}, and the two as the sketch has them."""


@st.composite
def sketched_pairs(draw: st.DrawFn, eps: Fraction | None = None) -> Sketched:
    """Two singular values kept within 1 ± ε: near ties, exact ties, one dominant mode, and errors at the very limit."""
    error = (
        eps if eps is not None else draw(st.fractions(Fraction(1, 100), Fraction(9, 10), max_denominator=100))
    )
    upper, lower = draw(pairs_at_a_gap())
    place = st.one_of(st.sampled_from([Fraction(-1), Fraction(1)]), st.fractions(-1, 1, max_denominator=20))
    return error, upper, lower, upper * (1 + error * draw(place)), lower * (1 + error * draw(place))


@given(sketched_pairs())
def test_the_gap_errs_by_at_most_eps_times_the_sum(pair: Sketched) -> None:
    eps, upper, lower, seen_upper, seen_lower = pair
    assert abs((seen_upper - seen_lower) - (upper - lower)) <= eps * (upper + lower)


@given(sketched_pairs())
def test_the_ratio_grows_by_at_most_one_plus_over_one_minus_eps(pair: Sketched) -> None:
    eps, upper, lower, seen_upper, seen_lower = pair
    assert seen_upper / seen_lower <= (1 + eps) / (1 - eps) * upper / lower


@given(sketched_pairs())
def test_both_bounds_are_reached(pair: Sketched) -> None:
    eps, upper, lower, _, _ = pair
    worst = upper * (1 + eps), lower * (1 - eps)
    assert (worst[0] - worst[1]) - (upper - lower) == eps * (upper + lower)
    assert worst[0] / worst[1] == (1 + eps) / (1 - eps) * upper / lower


def test_hypothesis_finds_a_gap_that_is_off_by_more_than_each_of_its_singular_values() -> None:
    _, upper, lower, seen_upper, seen_lower = find(
        sketched_pairs(PERCENT),
        lambda s: s[1] > s[2] and abs((s[3] - s[4]) - (s[1] - s[2])) > PERCENT * (s[1] - s[2]),
        settings=FIRST,
    )
    assert abs(seen_upper - upper) <= PERCENT * upper
    assert abs(seen_lower - lower) <= PERCENT * lower


def test_hypothesis_finds_a_ratio_that_is_off_by_more_than_each_of_its_singular_values() -> None:
    pair = find(
        sketched_pairs(PERCENT),
        lambda s: abs(s[3] / s[4] - s[1] / s[2]) > PERCENT * s[1] / s[2],
        settings=FIRST,
    )
    assert pair[0] == PERCENT


def test_the_guaranteed_relative_error_has_no_bound_for_small_gaps() -> None:
    _, of_eps, _ = sketch_size.RELATIVE.content
    for ratio, least in ((Fraction(10**9), 182), (Fraction(2), 1600), (Fraction(11, 10), 80_000)):
        numbers = {sketch_size.R_exact: sp.Rational(ratio), sketch_size.phi_gap: sp.Rational(PERCENT)}
        assert of_eps.rhs.xreplace(numbers) > least


def test_a_sketch_of_ten_dimensions_per_row_keeps_norms_within_a_third_only() -> None:
    eps = sketching.GAUSSIAN.content[0].rhs.xreplace({sketching.d_sketch: 10 * W})
    assert eps == sp.sqrt(10) / 10


def sketch(window: Floats, dimensions: int, rng: np.random.Generator) -> Floats:
    """Singular values of W × p rows projected to the given number of dimensions."""
    projection = rng.standard_normal((window.shape[1], dimensions)) / np.sqrt(dimensions)
    return np.linalg.svd(window @ projection, compute_uv=False)


def test_a_flat_spectrum_spreads_over_the_whole_range_that_is_allowed() -> None:
    rows, rng = 60, np.random.default_rng(1)
    # Orthonormal rows: every gap is zero, and the sketch opens gaps of its own.
    seen = sketch(np.eye(rows), 10 * rows, rng)
    edge = np.sqrt(1 / 10)
    # The extremes fluctuate by a small share of the range (on the scale of W to the power −2/3).
    assert abs(seen[0] - (1 + edge)) < edge * rows ** (-2 / 3) * 4
    assert abs(seen[-1] - (1 - edge)) < edge * rows ** (-2 / 3) * 4
    assert (np.diff(seen) < 0).all()


@pytest.mark.parametrize("rows", [9, 10, 15])
def test_one_well_separated_singular_value_is_typically_off_by_the_sources_percentage(rows: int) -> None:
    dimensions, trials = 10 * rows, 4000
    rng = np.random.default_rng(rows)
    # One dominant mode: its singular value in the sketch is the norm of one sketched direction.
    seen = np.linalg.norm(rng.standard_normal((trials, dimensions)), axis=1) / np.sqrt(dimensions)
    typical = np.sqrt(((seen - 1) ** 2).mean())
    predicted = 1 / np.sqrt(2 * dimensions)
    # Five standard errors of a root mean square, and the next order, 1/(8d) relative.
    assert abs(typical / predicted - 1) < 5 / np.sqrt(2 * trials) + 1 / dimensions
    assert 0.057 <= predicted <= 0.075


def test_the_gap_of_two_near_singular_values_is_typically_off_by_far_more() -> None:
    rows, trials, rng = 10, 400, np.random.default_rng(3)
    sigma = np.geomspace(10, 1, rows)
    sigma[1] = sigma[0] * 0.95
    exact = sigma[0] - sigma[1]
    errors = [
        abs(seen[0] - seen[1] - exact) / exact
        for seen in (sketch(np.diag(sigma), 10 * rows, rng) for _ in range(trials))
    ]
    assert np.median(errors) > 0.5


@pytest.mark.parametrize("seed", range(5))
def test_the_bound_holds_with_the_eps_of_the_sketch_itself(seed: int) -> None:
    rows, parameters, rng = 6, 300, np.random.default_rng(seed)
    sigma = np.array([9.0, 4.0, 3.9, 3.9, 1.0, 0.2])
    directions = np.linalg.qr(rng.standard_normal((parameters, rows)))[0]
    window = sigma[:, None] * directions.T
    projection = rng.standard_normal((parameters, 10 * rows)) / np.sqrt(10 * rows)
    stretch = np.linalg.svd(directions.T @ projection, compute_uv=False)
    eps = max(stretch[0] - 1, 1 - stretch[-1])
    seen = np.linalg.svd(window @ projection, compute_uv=False)
    rounding = 100 * EPS * sigma[0]
    assert (np.abs(seen - sigma) <= eps * sigma + rounding).all()
    for k in range(rows - 1):
        off = abs((seen[k] - seen[k + 1]) - (sigma[k] - sigma[k + 1]))
        assert off <= eps * (sigma[k] + sigma[k + 1]) + 2 * rounding
