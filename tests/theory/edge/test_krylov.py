"""W7: windows of gradient descent on a quadratic loss, exactly where sizes are small, numerically beyond."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st

from spectral_edge.theory.edge.detection import krylov, krylov_sizes
from spectral_edge.theory.edge.detection.krylov import gram
from spectral_edge.theory.edge.notation import NOTATION
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult

from .topics import assert_confirmed, assert_no_mutant_survives, checked

MODULES = (krylov, krylov_sizes)
THEORY = Theory("trial", "Krylov bound", NOTATION, tuple(s for m in MODULES for s in m.STATEMENTS))
REFUTED = ("W7", "W7.timed", "W7.one-more")
FIRST = settings(phases=(Phase.generate,), max_examples=5000, derandomize=True, database=None)
EPS = float(np.finfo(np.float64).eps)
Floats = np.ndarray[Any, np.dtype[np.float64]]
Modes = list[tuple[Fraction, Fraction]]
"""ητh and ητG of each mode."""


@pytest.fixture(scope="module")
def results() -> Mapping[str, StatementResult]:
    return checked(THEORY)


def test_every_statement_on_the_krylov_bound_has_the_status_it_should_have(
    results: Mapping[str, StatementResult],
) -> None:
    for identifier, result in results.items():
        wanted = Status.ASSUMED if identifier[:2] in ("D.", "T.") else Status.PROVED
        assert result.status is (Status.REFUTED if identifier in REFUTED else wanted), result.message


def test_the_source_bound_fails_already_by_its_units(results: Mapping[str, StatementResult]) -> None:
    assert "does not balance" in results["W7"].message


def test_no_mutant_of_the_statements_on_the_krylov_bound_survives(
    results: Mapping[str, StatementResult],
) -> None:
    assert_no_mutant_survives(results)


@pytest.mark.parametrize("identifier", ["W7.timed", "W7.one-more"])
def test_the_stored_counterexamples_are_confirmed_anew(identifier: str) -> None:
    assert_confirmed(THEORY, identifier)


@st.composite
def modes(draw: st.DrawFn, least: int = 1, most: int = 5, fastest: Fraction = Fraction(3, 2)) -> Modes:
    """Modes of a stable descent: equal curvatures, one dominant gradient and silent modes among them."""
    curvature = st.fractions(Fraction(1, 1000), fastest, max_denominator=1000)
    gradient = st.one_of(
        st.fractions(Fraction(1, 10), 3, max_denominator=20),
        st.sampled_from([Fraction(0), Fraction(1000), Fraction(1, 10**6)]),
    )
    found = draw(st.lists(st.tuples(curvature, gradient), min_size=least, max_size=most))
    if len(found) > 1 and draw(st.booleans()):
        found[-1] = (found[0][0], found[-1][1])
    return found


def window(modes: Sequence[tuple[Any, Any]], rows: int) -> list[list[Any]]:
    """Row t, mode i: −ητ(1 − ητh_i)^t G_i, transcribed from the law of gradient descent."""
    return [[-((1 - h) ** t) * G for h, G in modes] for t in range(rows)]


def descend(modes: Sequence[tuple[Fraction, Fraction]], rows: int) -> list[list[Fraction]]:
    """The same window from steps of descent: θ ← θ − ητ(hθ + …), with the gradients ητG at the start."""
    place = [G / h for h, G in modes]
    found = []
    for _ in range(rows):
        update = [-h * x for (h, _), x in zip(modes, place, strict=True)]
        place = [x + u for x, u in zip(place, update, strict=True)]
        found.append(update)
    return found


@given(modes(), st.integers(1, 6))
def test_the_window_is_what_descent_on_a_quadratic_loss_makes(modes: Modes, rows: int) -> None:
    assert window(modes, rows) == descend(modes, rows)


def inner(modes: Modes, rows: int) -> sp.Matrix:
    found = sp.Matrix(rows, len(modes), [sp.Rational(x) for row in window(modes, rows) for x in row])
    return found * found.T


def invariants(matrix: sp.Matrix) -> tuple[sp.Rational, sp.Rational, sp.Rational]:
    """Trace, principal 2 × 2 minors, determinant, from the entries of a 3 × 3 matrix."""
    minors = sum((matrix.minor_submatrix(i, i).det() for i in range(3)), sp.Integer(0))
    return matrix.trace(), minors, matrix.det()


@given(modes(least=3, most=3))
def test_the_invariants_of_the_definition_are_those_of_the_gram_matrix(modes: Modes) -> None:
    given: dict[sp.Expr, sp.Expr] = {krylov.eta: sp.Integer(1), krylov.tau: sp.Integer(1)}
    for i, (h, G) in enumerate(modes):
        given |= {krylov.h_fall[i]: sp.Rational(h), krylov.G_fall[i]: sp.Rational(G)}
    for relation in krylov.WINDOW.content:
        given[relation.lhs] = relation.rhs.xreplace(given)
    assert (given[krylov.e_1], given[krylov.e_2], given[krylov.e_3]) == invariants(inner(modes, 3))
    factors = [1 - sp.Rational(h) for h, _ in modes]
    powers = [sp.Rational(G) ** 2 for _, G in modes]
    assert gram(factors, powers, 3) == inner(modes, 3)


def position(sigma: Floats) -> int:
    """k*: where the ratio of neighbouring singular values is largest, counted from 1."""
    return 1 + int(np.argmax(sigma[:-1] / sigma[1:]))


def singular_values(modes: Sequence[tuple[Any, Any]], rows: int) -> Floats:
    return np.linalg.svd(np.array(window(modes, rows), dtype=np.float64), compute_uv=False)


@settings(max_examples=60)
@given(modes(least=3, most=5))
def test_the_sign_of_the_invariants_tells_where_the_gap_of_three_rows_sits(modes: Modes) -> None:
    trace, minors, determinant = invariants(inner(modes, 3))
    assume(determinant > 0)
    sigma = singular_values(modes, 3)
    # Below this the smallest singular value is rounding, or the two ratios are the same to rounding.
    assume(sigma[2] > 1e4 * EPS * sigma[0])
    first, second = sigma[0] / sigma[1], sigma[1] / sigma[2]
    assume(abs(first - second) > 1e3 * EPS * (first + second) * sigma[0] / sigma[2])
    assert (position(sigma) == 2) == (minors**3 > trace**3 * determinant)


def fast(modes: Modes, rows: int, constant: Fraction = Fraction(1)) -> int:
    """Number of modes with ητh ≥ constant/W."""
    return sum(h >= constant / rows for h, _ in modes)


def gap_is_second(modes: Modes) -> bool:
    trace, minors, determinant = invariants(inner(modes, 3))
    return bool(determinant > 0 and minors**3 > trace**3 * determinant)


def test_hypothesis_finds_a_gap_deeper_than_the_number_of_fast_modes_and_one() -> None:
    slow = modes(least=3, most=3, fastest=Fraction(1, 4))
    found = find(slow, lambda m: gap_is_second(m) and fast(m, 3) == 0, settings=FIRST)
    assert fast(found, 3) + 1 < 2


@pytest.mark.parametrize("constant", [Fraction(1), Fraction(1, 100), Fraction(1, 10_000)])
def test_no_constant_saves_the_bound(constant: Fraction) -> None:
    slowest = constant / 3
    curvatures = [slowest / 2, slowest / 4, slowest / 3]
    for faintness in (Fraction(1), Fraction(1, 100), slowest**3, slowest**4 / 100):
        found = list(zip(curvatures, (Fraction(1), Fraction(1), faintness), strict=True))
        if gap_is_second(found):
            break
    assert gap_is_second(found)
    assert fast(found, 3, constant) == 0


@settings(max_examples=60)
@given(modes(least=1, most=4), st.integers(1, 3))
def test_a_window_has_no_more_rank_than_modes_with_a_gradient_and_curvatures_of_their_own(
    modes: Modes, more: int
) -> None:
    own = len({h for h, G in modes if G and h != 1})
    # A mode with ητh = 1 is at its minimum after one step: it is seen in the first row alone.
    own += any(G and h == 1 for h, G in modes)
    rows = len(modes) + more
    assert inner(modes, rows).rank() == own
    assert own < rows


@st.composite
def slow_and_fast(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[tuple[float, float]], int]:
    """Slow modes (ητh ≤ 1), fast ones, and the number of rows."""
    gradient = st.floats(0.01, 10)
    slow = draw(st.lists(st.tuples(st.floats(1e-4, 1), gradient), min_size=1, max_size=4))
    quick = draw(st.lists(st.tuples(st.floats(0.3, 1.9), gradient), max_size=3))
    return slow, quick, draw(st.integers(2, 12))


@given(slow_and_fast())
def test_slow_modes_bound_the_singular_value_after_the_fast_ones_and_one(
    given: tuple[list[tuple[float, float]], list[tuple[float, float]], int],
) -> None:
    slow, quick, rows = given
    place = len(quick) + 2
    assume(place <= min(rows, len(slow) + len(quick)))
    sigma = singular_values([*slow, *quick], rows)
    # The statement has three rows, where Σ t² = 5; for W rows it is (W − 1)W(2W − 1)/6.
    squares = (rows - 1) * rows * (2 * rows - 1) / 6
    ceiling = squares * sum((h * G) ** 2 for h, G in slow)
    assert sigma[place - 1] <= np.sqrt(ceiling) + 10 * rows * EPS * sigma[0]


@given(st.tuples(st.floats(0.001, 1), st.floats(0.01, 9)), st.tuples(st.floats(0.001, 1), st.floats(0.01, 9)))
def test_two_slow_modes_obey_the_amended_statement(
    first: tuple[float, float], second: tuple[float, float]
) -> None:
    relation = krylov_sizes.AMENDED.content[0]
    numbers = {}
    for i, (h, G) in enumerate((first, second)):
        numbers |= {krylov.w_fall[i]: G**2, krylov_sizes.memory[i]: 1 / h}
    ceiling = float(relation.rhs.subs(numbers))
    sigma = singular_values([first, second], 3)
    assert sigma[1] ** 2 <= ceiling + 60 * EPS * sigma[0] ** 2


def test_the_distance_of_slow_modes_from_standing_still_is_the_definition() -> None:
    slow = [(Fraction(1, 4), Fraction(2)), (Fraction(1, 7), Fraction(3))]
    rows = window(slow, 3)
    distance = sum((row[i] - rows[0][i]) ** 2 for row in rows for i in range(2))
    numbers = {krylov.w_fall[i]: sp.Rational(G**2) for i, (_, G) in enumerate(slow)}
    numbers |= {krylov_sizes.memory[i]: sp.Rational(1 / h) for i, (h, _) in enumerate(slow)}
    assert krylov_sizes.STILL.content[0].rhs.xreplace(numbers) == sp.Rational(distance)
