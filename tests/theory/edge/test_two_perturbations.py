"""W2: three sizes of one shift, their closed forms, and which orders hold between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import find, given
from hypothesis import strategies as st

from spectral_edge.theory.edge.notation import NOTATION, new, old
from spectral_edge.theory.edge.window import hoffman_wielandt, rank_two_shift, two_perturbations
from spectral_edge.theory.edge.window.two_perturbations import kept
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, check_statement

from .spectra import symmetric_integers, windows_that_slide
from .topics import assert_checked_whole

EPS = np.finfo(np.float64).eps
TOPIC = (*two_perturbations.STATEMENTS, *hoffman_wielandt.STATEMENTS)
Ints = np.ndarray[Any, np.dtype[np.int64]]
MINE = frozenset(s.id for s in TOPIC)
Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def results() -> dict[str, StatementResult]:
    theory = Theory("trial", "W2 alone", NOTATION, (*rank_two_shift.STATEMENTS, *TOPIC))
    found: dict[str, StatementResult] = {}
    for identifier in theory.order():
        found[identifier] = check_statement(theory[identifier], theory, found, mutate=identifier in MINE)
    return found


@pytest.mark.parametrize(
    ("identifier", "status"),
    [
        ("W2", Status.REFUTED),
        ("W2.ring-reading", Status.REFUTED),
        ("W2.index-below", Status.REFUTED),
        ("W2.index-above", Status.REFUTED),
        ("W2.proxy-zero", Status.REFUTED),
        ("W2.ring", Status.PROVED),
        ("W2.conventions", Status.PROVED),
        ("W2.from-below", Status.PROVED),
        ("W2.identity", Status.PROVED),
        ("W2.two-by-two", Status.PROVED),
        ("W2-amended", Status.PROVED),
    ],
)
def test_each_statement_on_the_three_sizes_has_its_status(
    results: dict[str, StatementResult], identifier: str, status: Status
) -> None:
    assert results[identifier].status is status, results[identifier].message


def test_no_statement_on_the_three_sizes_is_left_unchecked_and_no_mutant_survives(
    results: dict[str, StatementResult],
) -> None:
    assert_checked_whole(results, MINE)


def test_the_scopes_say_for_which_sizes_each_theorem_was_shown(results: dict[str, StatementResult]) -> None:
    assert results["W2.identity"].scope == "n = 2"
    assert "all n" in results["W2-amended"].scope
    assert results["W2.ring"].scope == ""


# Shifts of a window, as W + 1 rows, oldest first. Small integers keep every inner product exact.


def in_order_of_age(rows: Ints) -> int:
    """Squared norm of the change of G, entry by entry, both windows oldest first."""
    return int(((rows[1:] @ rows[1:].T - rows[:-1] @ rows[:-1].T) ** 2).sum())


def in_a_ring_buffer(rows: Ints) -> int:
    """The same with the newest row in the slot of the one that leaves."""
    ring = np.vstack([rows[-1:], rows[1:-1]])
    return int(((ring @ ring.T - rows[:-1] @ rows[:-1].T) ** 2).sum())


def in_space(rows: Ints) -> int:
    """Squared norm of the change of S, entry by entry."""
    return int(((rows[1:].T @ rows[1:] - rows[:-1].T @ rows[:-1]) ** 2).sum())


def spectra(rows: Ints) -> tuple[Floats, Floats]:
    """Eigenvalues of G before and after, in falling order."""
    grams = (rows[:-1] @ rows[:-1].T, rows[1:] @ rows[1:].T)
    first, second = (np.linalg.eigvalsh(g.astype(np.float64))[::-1] for g in grams)
    return first, second


def of_eigenvalues(rows: Ints) -> float:
    """The number of the source's scripts."""
    first, second = spectra(rows)
    return float(np.linalg.norm(second - first))


def rounding(rows: Ints) -> float:
    """Bound of the error of :func:`of_eigenvalues`: each eigenvalue is off by a few W·eps·‖G‖."""
    size = len(rows) - 1
    total = float((rows.astype(np.float64) ** 2).sum())
    return 8 * size * np.sqrt(size) * EPS * total


@given(windows_that_slide())
def test_the_ring_buffer_differs_from_parameter_space_by_what_is_swept_less_the_area(rows: Ints) -> None:
    entering, leaving, staying = rows[-1], rows[0], rows[1:-1]
    swept = ((staying @ (entering - leaving)) ** 2).sum()
    area = (entering @ entering) * (leaving @ leaving) - (entering @ leaving) ** 2
    assert in_a_ring_buffer(rows) - in_space(rows) == 2 * (swept - area)


@given(windows_that_slide(window=2))
def test_order_of_age_differs_from_the_ring_buffer_by_norms_alone_in_a_window_of_two(rows: Ints) -> None:
    leaving, staying, entering = (int(r @ r) for r in rows)
    difference = in_order_of_age(rows) - in_a_ring_buffer(rows)
    assert difference == 2 * (staying - entering) * (staying - leaving)


def test_the_difference_of_conventions_in_a_window_of_two_does_not_hold_in_a_window_of_three() -> None:
    def law_broken(rows: Ints) -> bool:
        norms = (rows * rows).sum(axis=1)
        law = 2 * (norms[1] - norms[-1]) * (norms[1] - norms[0])
        return in_order_of_age(rows) - in_a_ring_buffer(rows) != law

    assert law_broken(find(windows_that_slide(window=3), law_broken))


@given(windows_that_slide())
def test_the_change_in_order_of_age_sums_differences_along_the_diagonals(rows: Ints) -> None:
    inner = rows @ rows.T
    size = len(rows) - 1
    total = sum((inner[i + 1, j + 1] - inner[i, j]) ** 2 for i in range(size) for j in range(size))
    assert in_order_of_age(rows) == total


@given(windows_that_slide())
def test_eigenvalues_lie_no_further_apart_than_the_windows_do(rows: Ints) -> None:
    number, slack = of_eigenvalues(rows), rounding(rows)
    assert number <= np.sqrt(in_space(rows)) + slack
    assert number <= np.sqrt(in_order_of_age(rows)) + slack
    assert number <= np.sqrt(in_a_ring_buffer(rows)) + slack


@given(windows_that_slide())
def test_eigenvalues_lie_at_least_as_far_apart_as_the_change_of_the_trace_asks(rows: Ints) -> None:
    change = float(rows[-1] @ rows[-1] - rows[0] @ rows[0])
    assert of_eigenvalues(rows) >= abs(change) / np.sqrt(len(rows) - 1) - rounding(rows)


@given(windows_that_slide(), st.integers(0, 2**32 - 1))
def test_the_scripts_number_is_the_smallest_over_all_ways_to_match_indices(rows: Ints, seed: int) -> None:
    first = (rows[:-1] @ rows[:-1].T).astype(np.float64)
    second = (rows[1:] @ rows[1:].T).astype(np.float64)
    size = len(first)
    any_turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]
    best_turn = np.linalg.eigh(second)[1] @ np.linalg.eigh(first)[1].T
    number, slack = of_eigenvalues(rows), rounding(rows)
    assert np.linalg.norm(second - any_turn @ first @ any_turn.T) >= number - slack
    assert np.linalg.norm(second - best_turn @ first @ best_turn.T) <= number + slack


@pytest.mark.parametrize("sizes", [(in_order_of_age, in_space), (in_a_ring_buffer, in_space)])
def test_neither_order_holds_between_index_by_index_and_parameter_space(sizes: tuple[Any, Any]) -> None:
    by_index, by_space = sizes
    more = find(windows_that_slide(window=2), lambda rows: by_index(rows) > by_space(rows))
    less = find(windows_that_slide(window=2), lambda rows: by_index(rows) < by_space(rows))
    assert by_index(more) > by_space(more)
    assert by_index(less) < by_space(less)


def test_a_window_can_change_although_no_eigenvalue_does() -> None:
    def unseen(rows: Ints) -> bool:
        return in_space(rows) > 4 * (of_eigenvalues(rows) + rounding(rows)) ** 2 > 0

    assert unseen(find(windows_that_slide(window=2), unseen))


def test_all_updates_turning_alike_leave_the_gram_matrix_as_it_is_and_move_the_window() -> None:
    rows = np.array([[25, 0], [15, 20], [-7, 24]])
    assert in_order_of_age(rows) == in_a_ring_buffer(rows) == 0
    assert in_space(rows) > 0


def stored(identifier: str) -> tuple[Ints, list[int]]:
    """Rows and eigenvalues of a stored counterexample, read from its values."""
    (statement,) = (s for s in TOPIC if s.id == identifier)
    assert statement.counterexample is not None
    values = statement.counterexample.values
    rows = [[int(values[row(c)]) for c in (1, 2, 3)] for row in (old, lambda c: kept(1, c), new)]
    levels = [int(values[two_perturbations.before(j)]) for j in (1, 2)]
    levels += [int(values[two_perturbations.after(j)]) for j in (1, 2)]
    return np.array(rows), levels


@pytest.mark.parametrize(
    ("identifier", "sizes"),
    [
        ("W2", (200, 128, 0, 0)),
        ("W2.ring-reading", (200, 128, 0, 0)),
        ("W2.index-below", (200, 128, 0, 0)),
        ("W2.index-above", (0, 0, 2, 0)),
        ("W2.proxy-zero", (0, 0, 2, 0)),
    ],
)
def test_each_stored_window_has_the_sizes_that_its_sentence_gives(
    identifier: str, sizes: tuple[int, int, int, int]
) -> None:
    rows, levels = stored(identifier)
    proxy = (levels[2] - levels[0]) ** 2 + (levels[3] - levels[1]) ** 2
    assert (in_order_of_age(rows), in_a_ring_buffer(rows), in_space(rows), proxy) == sizes
    for gram, pair in ((rows[:-1] @ rows[:-1].T, levels[:2]), (rows[1:] @ rows[1:].T, levels[2:])):
        # Exactly the roots of the characteristic polynomial.
        assert sum(pair) == np.trace(gram)
        assert pair[0] * pair[1] == gram[0, 0] * gram[1, 1] - gram[0, 1] ** 2


# The inequality of Hoffman and Wielandt, for symmetric matrices of any kind.


@st.composite
def symmetric_pairs(draw: st.DrawFn) -> tuple[Ints, Ints]:
    """Two symmetric matrices of one size: unrelated, or nearly equal."""
    n = draw(st.integers(2, 7))
    first, other = draw(symmetric_integers(n, 9)), draw(symmetric_integers(n, 9))
    return first, first + (other > 12) if draw(st.booleans()) else other


@given(symmetric_pairs())
def test_sorted_eigenvalues_are_nearer_than_the_matrices_and_what_is_left_out_is_the_sum_over_gaps(
    pair: tuple[Ints, Ints],
) -> None:
    first, second = (m.astype(np.float64) for m in pair)
    low, basis = np.linalg.eigh(first)
    levels, directions = low[::-1], basis[:, ::-1]
    others = np.linalg.eigvalsh(second)[::-1]
    n = len(levels)
    slack = 32 * n**2 * EPS * (np.linalg.norm(first) + np.linalg.norm(second)) ** 2
    in_basis = np.diag(directions.T @ second @ directions)
    gaps = levels[:-1] - levels[1:]
    missed = (np.cumsum(others) - np.cumsum(in_basis))[:-1]
    # Ky Fan's principle, the layers, and what both give together.
    assert (missed >= -slack / max(1.0, float(np.abs(others).max()))).all()
    base = levels[-1] * others.sum()
    assert abs(np.trace(first @ second) - base - gaps @ np.cumsum(in_basis)[:-1]) <= slack
    assert abs(levels @ others - base - gaps @ np.cumsum(others)[:-1]) <= slack
    squared = ((second - first) ** 2).sum()
    assert abs(squared - ((others - levels) ** 2).sum() - 2 * gaps @ missed) <= slack
    assert squared >= ((others - levels) ** 2).sum() - slack


def test_eigenvalues_that_are_not_sorted_break_the_inequality() -> None:
    first, second = np.diag([2.0, 1.0]), np.diag([2.0, 1.0])
    crossed = np.array([1.0, 2.0]) - np.array([2.0, 1.0])
    assert ((second - first) ** 2).sum() < (crossed**2).sum()


small_fractions = st.fractions(-5, 5, max_denominator=7).map(
    lambda x: sp.Rational(x.numerator, x.denominator)
)


@given(small_fractions, small_fractions, small_fractions, small_fractions, small_fractions)
def test_the_identity_for_two_by_two_holds_exactly_for_turned_matrices(
    half: sp.Rational, upper: sp.Rational, lower: sp.Rational, new_upper: sp.Rational, new_lower: sp.Rational
) -> None:
    cosine, sine = (1 - half**2) / (1 + half**2), 2 * half / (1 + half**2)
    turn = sp.Matrix([[cosine, -sine], [sine, cosine]])
    change = turn * sp.diag(new_upper, new_lower) * turn.T - sp.diag(upper, lower)
    apart = (new_upper - upper) ** 2 + (new_lower - lower) ** 2
    assert sum(x**2 for x in change) == apart + 2 * sine**2 * (upper - lower) * (new_upper - new_lower)
