"""W6: the detection threshold, against simulated noise with and without a spike, and on exact windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st

from spectral_edge.theory.edge.detection import detection_script, detection_threshold
from spectral_edge.theory.edge.detection import detection_threshold as statements
from spectral_edge.theory.edge.notation import NOTATION, W, nu
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult

from .spectra import Spectrum, falling_spectra
from .topics import assert_confirmed, assert_no_mutant_survives, assert_statuses, checked

MODULES = (detection_threshold, detection_script)
THEORY = Theory("trial", "Detection", NOTATION, tuple(s for m in MODULES for s in m.STATEMENTS))
REFUTED = ("W6", "W6.threshold")
FIRST = settings(phases=(Phase.generate,), max_examples=2000, derandomize=True, database=None)
EPS = float(np.finfo(np.float64).eps)
Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def results() -> Mapping[str, StatementResult]:
    return checked(THEORY)


def test_every_statement_on_detection_has_the_status_it_should_have(
    results: Mapping[str, StatementResult],
) -> None:
    assert_statuses(results, REFUTED)


def test_no_mutant_of_the_statements_on_detection_survives(results: Mapping[str, StatementResult]) -> None:
    assert_no_mutant_survives(results)


@pytest.mark.parametrize("identifier", REFUTED)
def test_the_stored_counterexamples_are_confirmed_anew(identifier: str) -> None:
    assert_confirmed(THEORY, identifier)


_SHAPE = (nu, W, statements.q_par)
_EDGE, _FLOOR = (sp.lambdify(_SHAPE, relation.rhs) for relation in statements.NOISE.content)
_SOURCE = sp.lambdify(_SHAPE, statements.THRESHOLD.content[0].rhs)
_SEEN_SQUARED = sp.lambdify((statements.d_spike, *_SHAPE), statements.SPIKE.content[0].rhs)
Shape = tuple[float, int, int]
"""Standard deviation of the noise, rows, parameters."""


def threshold(shape: Shape) -> float:
    """The amended threshold, from its statement."""
    squared = statements.AMENDED_THRESHOLD.content[0].rhs.xreplace(
        dict(zip(_SHAPE, map(sp.sympify, shape), strict=True))
    )
    return float(sp.sqrt(squared))


def singular_values(shape: Shape, spike: float, seed: int) -> Floats:
    """Of noise with a spike of given strength along the diagonal of ones, in falling order."""
    level, rows, parameters = shape
    window = np.random.default_rng(seed).standard_normal((rows, parameters)) * level
    return np.linalg.svd(window + spike / np.sqrt(rows * parameters), compute_uv=False)


LARGE: Shape = (0.7, 64, 1024)
FLUCTUATION = (
    4 * LARGE[0] * (1 + (LARGE[1] / LARGE[2]) ** 0.5) * (1 / LARGE[1] ** 0.5 + 1 / LARGE[2] ** 0.5) ** (1 / 3)
)
"""Four times the scale on which the edge of noise fluctuates (Johnstone 2001, for the root of the largest eigenvalue)."""


@pytest.mark.parametrize("seed", range(3))
def test_the_spectrum_of_noise_ends_where_marchenko_and_pastur_say(seed: int) -> None:
    values = singular_values(LARGE, 0.0, seed)
    assert abs(values[0] - _EDGE(*LARGE)) < FLUCTUATION
    assert abs(values[-1] - _FLOOR(*LARGE)) < FLUCTUATION


@pytest.mark.parametrize("times", [1.5, 2.0, 4.0])
def test_a_spike_above_the_threshold_is_seen_where_the_formula_says(times: float) -> None:
    strength = times * threshold(LARGE)
    values = singular_values(LARGE, strength, 7)
    # An outlier fluctuates by a few ν, on top of corrections that fall with the size of the matrix.
    assert abs(values[0] - np.sqrt(_SEEN_SQUARED(strength, *LARGE))) < 5 * LARGE[0]
    assert values[0] > _EDGE(*LARGE) > values[1] - FLUCTUATION


def test_a_spike_below_the_threshold_is_not_seen() -> None:
    values = singular_values(LARGE, 0.6 * threshold(LARGE), 8)
    assert abs(values[0] - _EDGE(*LARGE)) < FLUCTUATION


def test_the_strength_of_a_spike_is_recovered_from_what_is_seen() -> None:
    strength = 2.5 * threshold(LARGE)
    seen = singular_values(LARGE, strength, 9)[0]
    numbers = dict(zip(_SHAPE, LARGE, strict=True))
    larger, smaller = sorted(
        (
            float(root.rhs.xreplace({statements.sigma_spike(statements.q_par): seen}).subs(numbers))
            for root in statements.STRENGTH.content[0].args
        ),
        reverse=True,
    )
    assert abs(np.sqrt(larger) - strength) < 5 * LARGE[0]
    assert np.sqrt(smaller) < threshold(LARGE) < np.sqrt(larger)


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Windows: two rows, ten rows, as many rows as a quarter of the parameters, and 10⁸ parameters."""
    rows = draw(st.one_of(st.just(2), st.just(10), st.integers(2, 60)))
    parameters = draw(st.one_of(st.just(4 * rows), st.just(10**8), st.integers(4 * rows, 10**6)))
    return draw(st.floats(1e-3, 10)), rows, parameters


@given(shapes())
def test_the_edge_is_at_least_twice_the_threshold(shape: Shape) -> None:
    assert _EDGE(*shape) >= 2 * threshold(shape) * (1 - 8 * EPS)


@given(shapes())
def test_the_smallest_singular_value_of_noise_is_at_least_half_of_that_of_one_row(shape: Shape) -> None:
    level, _, parameters = shape
    assert _FLOOR(*shape) >= level * np.sqrt(parameters) / 2 * (1 - 8 * EPS)


@given(shapes(), st.floats(1.001, 100))
def test_a_spike_above_the_threshold_is_seen_above_the_edge(shape: Shape, times: float) -> None:
    strength = times * threshold(shape)
    seen, edge = _SEEN_SQUARED(strength, *shape), _EDGE(*shape) ** 2
    margin = (strength - threshold(shape) ** 2 / strength) ** 2
    assert seen > edge
    assert abs(seen - edge - margin) <= 20 * EPS * seen


def test_hypothesis_finds_noise_that_the_sources_test_takes_for_signal() -> None:
    shape = find(shapes(), lambda s: _FLOOR(*s) > 2 * _SOURCE(*s), settings=FIRST)
    assert _SOURCE(*shape) < _FLOOR(*shape) < _EDGE(*shape)


@given(st.floats(1e-3, 10), st.integers(2, 60), st.integers(1, 8))
def test_noise_passes_the_sources_test_the_better_the_more_parameters(
    level: float, rows: int, factor: int
) -> None:
    fewer, more = (level, rows, 10 * rows * 10**factor), (level, rows, 10 * rows * 10 ** (factor + 1))
    passed = _FLOOR(*fewer) / _SOURCE(*fewer)
    assert _FLOOR(*more) / _SOURCE(*more) > passed > 1


@given(shapes())
def test_the_sources_threshold_is_below_the_right_one_by_a_root_of_the_rows(shape: Shape) -> None:
    _, rows, _ = shape
    assert abs(_SOURCE(*shape) / threshold(shape) - (1 - 1 / rows) ** 0.25) < 8 * EPS


def test_for_a_window_without_its_mean_row_the_sources_threshold_is_the_right_one() -> None:
    level, rows, parameters = LARGE
    window = np.random.default_rng(11).standard_normal((rows, parameters)) * level
    centred = window - window.mean(0)
    basis = np.linalg.svd(np.eye(rows) - 1 / rows)[0][:, :-1]
    # The centred rows are noise of the same level in a space of one dimension less.
    reduced = np.linalg.svd(basis.T @ window, compute_uv=False)
    assert np.abs(np.linalg.svd(centred, compute_uv=False)[:-1] - reduced).max() < 1e3 * EPS * reduced[0]
    assert _SOURCE(*LARGE) == pytest.approx(threshold((level, rows - 1, parameters)), rel=8 * EPS)


def script_score(sigma: Floats | Sequence[Fraction], parameters: int) -> Any:
    """The fourth power of σ_W/d_crit as the source's script has it, from the window's singular values."""
    rows = len(sigma)
    lower = [s**2 for s in sigma[rows // 2 :]]
    variance = sum(lower) / len(lower) / parameters
    return sigma[-1] ** 4 / (variance**2 * parameters * (rows - 1))


@given(falling_spectra(ties=True), st.integers(1, 10**9))
def test_no_window_takes_the_test_beyond_what_its_shape_allows(sigma: Spectrum, parameters: int) -> None:
    rows = len(sigma)
    assert script_score(sigma, parameters) <= Fraction(parameters, rows - 1)
    mean = sum(s**2 for s in sigma[rows // 2 :]) / (rows - rows // 2)
    assert script_score(sigma, parameters) == parameters * sigma[-1] ** 4 / ((rows - 1) * mean**2)


@given(st.integers(1, 5), st.integers(0, 4), st.fractions(Fraction(1, 50), 100, max_denominator=50))
def test_rows_of_a_hadamard_matrix_pass_the_test_best_of_all(
    log_rows: int, more: int, level: Fraction
) -> None:
    parameters, rows = 2 ** (log_rows + more), 2**log_rows
    assume(parameters > rows - 1)
    hadamard = np.ones((1, 1), dtype=np.int64)
    while len(hadamard) < parameters:
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    gram = hadamard[:rows] @ hadamard[:rows].T
    assert (gram == parameters * np.eye(rows, dtype=np.int64)).all()
    # All squared singular values are ν²p, so the fourth power of σ_W/d_crit is p/(W − 1), above one.
    lower = Fraction(parameters) * level**2
    assert (
        lower**2 / ((lower / parameters) ** 2 * parameters * (rows - 1)) == Fraction(parameters, rows - 1) > 1
    )


def test_the_formula_of_the_test_is_the_statement() -> None:
    sigma = [Fraction(5), Fraction(3), Fraction(2), Fraction(1)]
    relation = detection_script.TEST.content[0].rhs
    numbers = {
        detection_script.p: sp.Integer(77),
        detection_script.sigma(W): sp.Integer(1),
        detection_script.lower_mean: sp.Rational(5, 2),
    }
    assert relation.xreplace(numbers).xreplace({W: sp.Integer(4)}) == sp.Rational(script_score(sigma, 77))


def test_windows_of_pure_noise_reach_the_ceiling_as_the_parameters_grow() -> None:
    rows = 10
    shares = []
    for parameters in (10**2, 10**4, 10**5):
        window = np.random.default_rng(parameters).standard_normal((rows, parameters))
        sigma = np.linalg.svd(window, compute_uv=False)
        shares.append(float((script_score(sigma, parameters) * (rows - 1) / parameters) ** 0.25))
    assert 0.8 < shares[0] < shares[1] < shares[2] < 1
    # At 10⁵ parameters noise scores 10 in the source's test.
    assert shares[2] * (10**5 / 9) ** 0.25 > 10
