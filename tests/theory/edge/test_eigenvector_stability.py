"""W5 and α: which bounds on the rotation of eigenvectors hold, with which constants, and which are broken."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spectral_edge.theory.edge.eigenvectors import (
    davis_kahan,
    eigenvector_stability,
    leading_rotation,
    sharp_rotation,
)
from spectral_edge.theory.edge.eigenvectors.eigenvector_stability import (
    lead_after,
    lead_before,
    mix_after,
    mix_before,
)
from spectral_edge.theory.edge.notation import NOTATION, new, old
from spectral_edge.theory.edge.window import hoffman_wielandt, rank_two_shift, two_perturbations
from spectral_edge.theory.edge.window.hoffman_wielandt import turn_cos, turn_sin
from spectral_edge.theory.edge.window.two_perturbations import after, before, kept
from spectral_edge.theory.statement import Statement
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, check_statement

from .spectra import perturbed_spectra
from .topics import assert_checked_whole

EPS = np.finfo(np.float64).eps
SUPPORT = (*rank_two_shift.STATEMENTS, *two_perturbations.STATEMENTS, *hoffman_wielandt.STATEMENTS)
TOPIC = (
    *eigenvector_stability.STATEMENTS,
    *davis_kahan.STATEMENTS,
    *sharp_rotation.STATEMENTS,
    *leading_rotation.STATEMENTS,
)
MINE = frozenset(s.id for s in TOPIC)
Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]


@pytest.fixture(scope="module")
def results() -> dict[str, StatementResult]:
    theory = Theory("trial", "W5 alone", NOTATION, (*SUPPORT, *TOPIC))
    found: dict[str, StatementResult] = {}
    for identifier in theory.order():
        found[identifier] = check_statement(theory[identifier], theory, found, mutate=identifier in MINE)
    return found


STATUSES = {
    Status.REFUTED: (
        "W5",
        "W5.script",
        "W5.index",
        "W5.space",
        "W5.alpha",
        "W5.alpha-space",
        "W5.alpha-equal",
    ),
    Status.PROVED: (
        "W5.component",
        "W5.classical",
        "W5.residual",
        "W5-amended",
        "W5.alpha-any",
        "W5.by-gaps",
        "W5.doubled",
        "W5.two-by-two",
        "W5.unexchanged",
        "W5.pull",
        "W5.leading",
        "W5.best-constant",
        "W5.alpha-amended",
    ),
}


@pytest.mark.parametrize(("identifier", "status"), [(i, s) for s, ids in STATUSES.items() for i in ids])
def test_each_statement_on_rotation_has_its_status(
    results: dict[str, StatementResult], identifier: str, status: Status
) -> None:
    assert results[identifier].status is status, results[identifier].message


def test_no_statement_on_rotation_is_left_unchecked_and_no_mutant_survives(
    results: dict[str, StatementResult],
) -> None:
    assert_checked_whole(results, MINE)


def test_the_bound_that_holds_for_every_eigenvector_has_no_scope_and_the_sharp_one_is_for_two_by_two(
    results: dict[str, StatementResult],
) -> None:
    assert results["W5-amended"].scope == ""
    assert results["W5.leading"].scope == ""
    assert results["W5.two-by-two"].scope == "n = 2"


# Pairs of symmetric matrices. What is computed for them is exact for matrices that differ by rounding.


def ordered(matrix: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues in falling order, and eigenvectors as columns in the same order."""
    values, vectors = np.linalg.eigh(matrix)
    return values[::-1], vectors[:, ::-1]


def slack_of(first: Floats, second: Floats) -> float:
    """Computed eigenpairs belong to matrices that differ by some n·eps·‖S‖; the bounds move by a few of that."""
    return float(64 * len(first) * EPS * (np.linalg.norm(first) + np.linalg.norm(second)))


def nearest(values: Floats, j: int, to: float) -> float:
    """Distance of ``to`` to the values other than number j."""
    return float(np.abs(np.delete(values, j) - to).min())


@given(perturbed_spectra(st.integers(2, 6)))
def test_every_eigenvector_obeys_the_classical_bound_and_the_one_with_constant_two(
    pair: tuple[Floats, Floats],
) -> None:
    first, change = pair
    second = first + change
    (values, vectors), (moved, turned) = ordered(first), ordered(second)
    norm, slack = float(np.linalg.norm(change)), slack_of(first, second)
    for j in range(len(values)):
        cosine = abs(float(vectors[:, j] @ turned[:, j]))
        sine = float(np.linalg.norm(np.delete(vectors.T @ turned[:, j], j)))
        gap = nearest(values, j, values[j])
        assert nearest(values, j, moved[j]) * sine <= norm + slack
        assert gap * sine <= 2 * norm + slack
        assert gap**2 * cosine**2 >= gap**2 - 4 * norm**2 - 4 * slack * (gap + norm)
        assert cosine >= cosine**2 - EPS


@given(perturbed_spectra(st.integers(2, 6)))
def test_the_leading_eigenvector_obeys_the_bound_with_the_root_of_two(pair: tuple[Floats, Floats]) -> None:
    first, change = pair
    second = first + change
    (values, vectors), (_, turned) = ordered(first), ordered(second)
    sine = float(np.linalg.norm((vectors.T @ turned[:, 0])[1:]))
    bound = np.sqrt(2) * np.linalg.norm(change)
    assert (values[0] - values[1]) * sine <= bound + slack_of(first, second)


@given(perturbed_spectra(st.just(2)))
def test_two_by_two_the_sharp_bounds_hold_and_the_identity_that_gives_them(
    pair: tuple[Floats, Floats],
) -> None:
    first, change = pair
    second = first + change
    (values, vectors), (moved, turned) = ordered(first), ordered(second)
    cosine, sine = np.abs(vectors.T @ turned[:, 0])
    gap, new_gap, trace = values[0] - values[1], moved[0] - moved[1], np.trace(change)
    norm, slack = np.linalg.norm(change), slack_of(first, second)
    square = slack * (np.linalg.norm(first) + np.linalg.norm(second))
    identity = trace**2 / 2 + (new_gap - gap) ** 2 / 2 + 2 * sine**2 * gap * new_gap
    assert abs(norm**2 - identity) <= square
    rest = trace**2 + (new_gap - gap * cosine**2) ** 2 + 2 * gap * new_gap * sine**2
    assert abs(2 * norm**2 - gap**2 * sine**2 - rest - (gap * cosine * sine) ** 2) <= 2 * square
    assert gap * sine <= np.sqrt(2) * norm + slack
    assert gap * sine <= 2 * np.linalg.norm(change, 2) + slack
    assert gap**2 * cosine**2 >= gap**2 - 2 * norm**2 - 2 * square
    if cosine >= sine:
        assert gap * sine <= norm + slack


@given(perturbed_spectra(st.integers(2, 6)), st.data())
def test_the_parts_of_the_residual_add_up_and_none_is_negative(
    pair: tuple[Floats, Floats], data: st.DataObject
) -> None:
    first, change = pair
    second = first + change
    (values, vectors), (moved, turned) = ordered(first), ordered(second)
    j = data.draw(st.integers(0, len(values) - 1))
    across, new_vector = np.delete(vectors, j, axis=1), turned[:, j]
    tilts, pushes = across.T @ new_vector, across.T @ change @ new_vector
    others, gap = np.delete(values, j), nearest(values, j, values[j])
    slack = slack_of(first, second)
    square = slack * (np.linalg.norm(first) + np.linalg.norm(second))
    assert np.abs(pushes - (moved[j] - others) * tilts).max() <= slack
    norm = float((change**2).sum())
    own = vectors[:, j] @ change @ new_vector
    columns_left = norm - ((change @ new_vector) ** 2).sum()
    levels_left = norm - (moved[j] - values[j]) ** 2
    assert columns_left >= -square
    assert levels_left >= -square
    cosine = vectors[:, j] @ new_vector
    spread = ((others - values[j]) ** 2 - gap**2 + (2 * moved[j] - others - values[j]) ** 2) * tilts**2
    assert spread.min() >= -square
    rest = 2 * own**2 + 2 * columns_left + 2 * levels_left + 2 * (moved[j] - values[j]) ** 2 * cosine**2
    assert abs(4 * norm - gap**2 * (tilts**2).sum() - rest - spread.sum()) <= 8 * square


@given(perturbed_spectra(st.integers(2, 6)))
def test_the_entries_of_the_change_in_the_plane_of_the_leading_vectors_pay_for_the_gap(
    pair: tuple[Floats, Floats],
) -> None:
    first, change = pair
    second = first + change
    (values, vectors), (_, turned) = ordered(first), ordered(second)
    old_lead, new_lead = vectors[:, 0], turned[:, 0] * np.sign(vectors[:, 0] @ turned[:, 0] + 1e-300)
    cosine = old_lead @ new_lead
    off = new_lead - cosine * old_lead
    sine = np.linalg.norm(off)
    assume(sine > 1e-6)
    towards = off / sine
    within = [x @ change @ y for x, y in ((old_lead, old_lead), (old_lead, towards), (towards, towards))]
    below = values[1] - towards @ first @ towards
    won = new_lead @ second @ new_lead - old_lead @ second @ old_lead
    # Dividing by the sine enlarges the rounding of both sides.
    slack = slack_of(first, second) / sine
    assert below >= -slack
    assert won >= -slack
    pull = sine * (within[2] - within[0]) + 2 * cosine * within[1]
    assert abs(pull - sine * (values[0] - values[1] + below) - won / sine) <= slack


def test_beyond_45_degrees_the_constant_one_fails() -> None:
    # Eigenvalues 1 and 0 become 2/5 and 3/5: an exchange, with a norm below the gap.
    change = np.diag([-0.6, 0.6])
    (_, vectors), (_, turned) = ordered(np.diag([1.0, 0.0])), ordered(np.diag([1.0, 0.0]) + change)
    assert abs(vectors[:, 0] @ turned[:, 0]) == 0
    assert np.linalg.norm(change) < 1
    assert np.linalg.norm(change, 2) < 1


@pytest.mark.parametrize("margin", [1e-1, 1e-3, 1e-6])
def test_an_exchange_comes_as_near_to_the_constants_as_its_margin_is_small(margin: float) -> None:
    gap = 3.0
    change = gap * (1 + margin) / 2 * np.diag([-1.0, 1.0])
    _, turned = ordered(np.diag([gap, 0.0]) + change)
    assert abs(turned[0, 0]) == 0
    # 2/(1 + ε)² lies between 2 − 4ε and 2, and 2/(1 + ε) between 2 − 2ε and 2.
    assert 2 - 4 * margin <= gap**2 / np.linalg.norm(change) ** 2 <= 2
    assert 2 - 2 * margin <= gap / np.linalg.norm(change, 2) <= 2


def test_a_search_finds_no_eigenvector_between_others_that_breaks_the_root_of_two() -> None:
    # Not proved. Negative control: the constant 1 is broken in the same sample.
    generator = np.random.default_rng(5)
    count, n = 60_000, 4
    levels = np.sort(generator.uniform(-1, 1, (count, n)), axis=1)[:, ::-1]
    # Perturbations that exchange neighbours are the dangerous ones: mostly diagonal, with a little of the rest.
    raw = generator.normal(size=(count, n, n)) * generator.choice([0.02, 0.3, 1.0], (count, 1, 1))
    change = raw + raw.transpose(0, 2, 1)
    j = 1 + generator.integers(0, n - 2, count)
    rows = np.arange(count)
    lower = levels[rows, j] - levels[rows, j + 1]
    upper = levels[rows, j - 1] - levels[rows, j]
    gap = np.minimum(lower, upper)
    neighbour = np.where(lower <= upper, j + 1, j - 1)
    push = generator.uniform(0.4, 0.7, count) * gap
    change *= (0.2 * gap / np.linalg.norm(change, axis=(1, 2)))[:, None, None]
    sign = np.where(neighbour > j, -1, 1)
    change[rows, j, j] += sign * push
    change[rows, neighbour, neighbour] -= sign * push
    turned = np.linalg.eigh(levels[:, :, None] * np.eye(n) + change)[1][:, :, ::-1]
    sine = np.sqrt(np.maximum(0, 1 - turned[rows, j, j] ** 2))
    ratio = gap * sine / np.linalg.norm(change, axis=(1, 2))
    assert ratio.max() > 1.2
    assert ratio.max() <= np.sqrt(2) * (1 + 1e3 * n * EPS)


# Windows of two updates: the readings of the source, each broken somewhere among small integers.


def small_windows(largest: int, dimension: int) -> Ints:
    """All shifts of a window of two with entries up to ``largest`` in size: (many, 3, dimension), oldest first."""
    entries = list(product(range(-largest, largest + 1), repeat=3 * dimension))
    return np.array(entries, dtype=np.int64).reshape(-1, 3, dimension)


def sines(pair: list[Any]) -> tuple[Floats, Floats]:
    """Cosines and sines between leading eigenvectors; a sine is the length of what lies across."""
    first, second = (p[1][:, :, -1] for p in pair)
    cosine = (first * second).sum(axis=1)
    return np.abs(cosine), np.linalg.norm(second - cosine[:, None] * first, axis=1)


def measured(rows: Ints) -> dict[str, Floats]:
    """For every window with a gap before and after: norms, gaps, cosines and sines of the leading vectors."""
    first, second = rows[:, :2], rows[:, 1:]
    gram = [x @ x.transpose(0, 2, 1) for x in (first, second)]
    space = [x.transpose(0, 2, 1) @ x for x in (first, second)]
    grams, spaces = ([np.linalg.eigh(m.astype(np.float64)) for m in pair] for pair in (gram, space))
    gaps = [g[0][:, 1] - g[0][:, 0] for g in grams]
    # The squared gap is an integer, so that 1/2 tells a gap from none.
    good = (gaps[0] > 0.5) & (gaps[1] > 0.5)
    ring = np.stack([rows[:, 2], rows[:, 1]], axis=1)
    sizes = {
        "gap": gaps[0],
        "sliding": np.linalg.norm(gram[1] - gram[0], axis=(1, 2)),
        "ring": np.linalg.norm(ring @ ring.transpose(0, 2, 1) - gram[0], axis=(1, 2)),
        "space": np.linalg.norm(space[1] - space[0], axis=(1, 2)),
        "script": np.linalg.norm(grams[1][0] - grams[0][0], axis=1),
    }
    sizes["right cosine"], sizes["right sine"] = sines(spaces)
    sizes["left cosine"], sizes["left sine"] = sines(grams)
    return {name: values[good] for name, values in sizes.items()}


@pytest.fixture(scope="module")
def windows() -> dict[str, Floats]:
    """All windows with entries up to 3 in two dimensions, and up to 1 in three."""
    plane, space = measured(small_windows(3, 2)), measured(small_windows(1, 3))
    return {name: np.concatenate([plane[name], space[name]]) for name in plane}


ROUNDING = 1e3 * EPS * 36
"""Entries of G and S are at most 36 here, so eigenvalues and unit vectors are good to some 36·eps over a gap of one."""
BREAKS: dict[str, Callable[[dict[str, Floats]], Any]] = {
    "W5": lambda w: w["right sine"] * w["gap"] > np.maximum(w["sliding"], w["ring"]) + ROUNDING,
    "W5.script": lambda w: w["right sine"] * w["gap"] > w["script"] + ROUNDING,
    "W5.index": lambda w: w["left sine"] * w["gap"] > w["sliding"] + ROUNDING,
    "W5.space": lambda w: w["right sine"] * w["gap"] > w["space"] + ROUNDING,
    # Whatever C is: the change of G vanishes.
    "W5.alpha": lambda w: (np.maximum(w["sliding"], w["ring"]) == 0) & (w["right cosine"] < 1 - ROUNDING),
    "W5.alpha-space": lambda w: w["right cosine"] < 1 - w["space"] ** 2 / w["gap"] ** 2 - ROUNDING,
    # Whatever C is: the direction stays, and the window changes.
    "W5.alpha-equal": lambda w: (w["right sine"] < ROUNDING) & (w["space"] > 0.5),
}


@pytest.mark.parametrize("identifier", BREAKS)
def test_each_reading_of_the_source_is_broken_by_some_small_window(
    windows: dict[str, Floats], identifier: str
) -> None:
    assert BREAKS[identifier](windows).any()


def test_no_small_window_breaks_the_amended_bounds_where_vectors_and_matrices_belong_together(
    windows: dict[str, Floats],
) -> None:
    for vectors, norm in (("right", "space"), ("left", "sliding")):
        turned = windows[f"{vectors} sine"] * windows["gap"]
        assert (turned <= np.sqrt(2) * windows[norm] + ROUNDING).all()
        survives = windows[f"{vectors} cosine"] ** 2
        assert (survives >= 1 - 2 * (windows[norm] / windows["gap"]) ** 2 - ROUNDING).all()


def test_the_source_s_constant_holds_in_small_windows_that_turn_by_less_than_45_degrees_in_a_plane(
    windows: dict[str, Floats],
) -> None:
    near = windows["left cosine"] > windows["left sine"]
    turned = windows["left sine"] * windows["gap"]
    assert (turned[near] <= windows["sliding"][near] + ROUNDING).all()


def stored(identifier: str) -> tuple[Statement, Ints]:
    """A refuted statement, and the rows of its stored window."""
    (statement,) = (s for s in TOPIC if s.id == identifier)
    assert statement.counterexample is not None
    values = statement.counterexample.values
    rows = [[int(values[row(c)]) for c in (1, 2, 3)] for row in (old, lambda c: kept(1, c), new)]
    return statement, np.array(rows)


@pytest.mark.parametrize("identifier", STATUSES[Status.REFUTED])
def test_each_stored_window_has_the_spectra_directions_and_angle_that_it_claims(identifier: str) -> None:
    statement, rows = stored(identifier)
    assert statement.counterexample is not None
    values = statement.counterexample.values
    by_index = identifier == "W5.index"
    names = (mix_before, mix_after) if by_index else (lead_before, lead_after)
    vectors = []
    for window, name, level in ((rows[:2], names[0], before), (rows[1:], names[1], after)):
        matrix = window @ window.T if by_index else window.T @ window
        vector = np.array([int(values[name(c)]) for c in range(1, len(matrix) + 1)])
        top, low = (int(values[level(j)]) for j in (1, 2))
        assert (matrix @ vector == top * vector).all()
        assert top + low == np.trace(window @ window.T)
        assert top >= low
        vectors.append(vector)
    first, second = vectors
    squared = (first @ second) ** 2 / ((first @ first) * (second @ second))
    assert float(values[turn_cos]) ** 2 == pytest.approx(squared, abs=4 * EPS)
    assert float(values[turn_sin]) ** 2 == pytest.approx(1 - squared, abs=4 * EPS)


@pytest.mark.parametrize(
    ("identifier", "squared_norm", "gap", "cosine"),
    [
        ("W5", 0, 750, 3 / 5),
        ("W5.alpha", 0, 750, 3 / 5),
        ("W5.index", 911_250, 1000, 0),
        ("W5.space", 162, 13, 0),
        ("W5.alpha-space", 162, 13, 0),
        ("W5.alpha-equal", 25, 3, 1),
    ],
)
def test_each_stored_window_breaks_its_statement_with_the_numbers_of_its_sentence(
    identifier: str, squared_norm: int, gap: int, cosine: float
) -> None:
    statement, rows = stored(identifier)
    assert statement.counterexample is not None
    values = statement.counterexample.values
    in_space = identifier in ("W5.space", "W5.alpha-space", "W5.alpha-equal")
    change = (
        rows[1:].T @ rows[1:] - rows[:2].T @ rows[:2]
        if in_space
        else rows[1:] @ rows[1:].T - rows[:2] @ rows[:2].T
    )
    assert (change**2).sum() == squared_norm
    assert int(values[before(1)]) - int(values[before(2)]) == gap
    assert float(values[turn_cos]) == cosine
    sine_of = np.sqrt(1 - cosine**2)
    if identifier == "W5.alpha-equal":
        assert 1 - squared_norm / gap**2 < 0 < cosine
    elif "alpha" in identifier:
        assert cosine < 1 - squared_norm / gap**2
    else:
        assert sine_of > np.sqrt(squared_norm) / gap
