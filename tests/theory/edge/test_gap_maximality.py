"""F6 and AX3: which position is the most stable one, on exact spectra and on perturbed matrices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st

from spectral_edge.theory.edge.maximality import (
    agreement,
    collapse,
    gap_maximality,
    pair_rotation,
    subspace_rotation,
)
from spectral_edge.theory.edge.notation import NOTATION, sigma
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult

from .spectra import Spectrum, falling_spectra
from .topics import assert_confirmed, assert_no_mutant_survives, assert_statuses, checked

MODULES = (pair_rotation, gap_maximality, agreement, subspace_rotation, collapse)
THEORY = Theory("trial", "Gap maximality", NOTATION, tuple(s for m in MODULES for s in m.STATEMENTS))
REFUTED = ("F6", "F6.singular", "F6.isotropic", "AX3", "AX3.unique", "AX3.collapse", "AX3.relative-sum")
# The first example will do; making it small takes most of the time.
FIRST = settings(phases=(Phase.generate,), max_examples=5000, derandomize=True, database=None)
EPS = float(np.finfo(np.float64).eps)
Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def results() -> Mapping[str, StatementResult]:
    return checked(THEORY)


def test_every_statement_of_the_topic_has_the_status_it_should_have(
    results: Mapping[str, StatementResult],
) -> None:
    assert_statuses(results, REFUTED)


def test_no_mutant_of_the_topic_survives(results: Mapping[str, StatementResult]) -> None:
    assert_no_mutant_survives(results)


def test_what_was_shown_for_a_few_modes_only_says_so(results: Mapping[str, StatementResult]) -> None:
    assert results["F6.isotropic-amended"].scope == results["AX3.relative-three"].scope == "W = 3"
    assert results["F6.isotropic-middle"].scope == "W = 4"


@pytest.mark.parametrize("identifier", REFUTED)
def test_the_stored_counterexamples_are_confirmed_anew(identifier: str) -> None:
    assert_confirmed(THEORY, identifier)


def each(spectrum: Spectrum, gap: Callable[[Fraction, Fraction], Fraction]) -> list[Fraction]:
    """A gap function at every position, of the two neighbouring singular values."""
    return [gap(a, b) for a, b in pairwise(spectrum)]


def best(values: list[Fraction]) -> set[int]:
    """All positions, counted from 1, at which the largest value stands."""
    return {k for k, value in enumerate(values, start=1) if value == max(values)}


def ratio(a: Fraction, b: Fraction) -> Fraction:
    return a / b


def difference(a: Fraction, b: Fraction) -> Fraction:
    return a**2 - b**2


def rows(a: Fraction, b: Fraction) -> Fraction:
    return (a**2 - b**2) ** 2 / (a**2 + b**2)


def directions(a: Fraction, b: Fraction) -> Fraction:
    return (a**2 - b**2) ** 2 / (a**4 + b**4)


def times(a: Fraction, b: Fraction) -> Fraction:
    return (a**2 - b**2) ** 2 / (a * b) ** 2


@given(falling_spectra(most=6), st.fractions(Fraction(1, 10), 10, max_denominator=10))
def test_the_sources_stability_is_largest_at_the_largest_difference(
    spectrum: Spectrum, noise: Fraction
) -> None:
    stability = [1 - noise**2 / gap**2 for gap in each(spectrum, difference)]
    assert best(stability) == best(each(spectrum, difference))


@given(falling_spectra(most=6))
def test_relative_perturbations_choose_the_largest_ratio(spectrum: Spectrum) -> None:
    assert best(each(spectrum, directions)) == best(each(spectrum, times)) == best(each(spectrum, ratio))


@given(falling_spectra(most=6))
def test_noise_on_the_rows_goes_by_the_difference_of_singular_values_up_to_the_root_of_two(
    spectrum: Spectrum,
) -> None:
    for (a, b), gap in zip(pairwise(spectrum), each(spectrum, rows), strict=True):
        assert (a - b) ** 2 < gap < 2 * (a - b) ** 2
        assert holds("AX3.rows", {pair_rotation.sig_k: a, pair_rotation.sig_l: b})


@given(falling_spectra(most=6))
def test_where_the_first_ratio_is_the_largest_all_kinds_agree(spectrum: Spectrum) -> None:
    assume(1 in best(each(spectrum, ratio)))
    assert best(each(spectrum, difference)) == best(each(spectrum, rows)) == {1}


@given(falling_spectra(least=3, most=6))
def test_a_gap_wider_than_all_above_it_is_the_largest_difference(spectrum: Spectrum) -> None:
    position = max(best(each(spectrum, ratio)))
    squares = [a**2 for a in spectrum]
    gap, spread = squares[position - 1] - squares[position], squares[0] - squares[position - 1]
    chosen = best(each(spectrum, difference))
    if gap > spread:
        assert chosen == {position}
    if position == 2:
        assert (chosen == {2}) == (gap > spread)


@given(falling_spectra(least=2, most=2))
def test_a_window_of_two_updates_leaves_nothing_to_choose(spectrum: Spectrum) -> None:
    assert (
        best(each(spectrum, ratio)) == best(each(spectrum, difference)) == best(each(spectrum, rows)) == {1}
    )


@given(st.fractions(Fraction(301, 100), 10**6, max_denominator=100))
def test_no_ratio_is_large_enough_by_itself(big: Fraction) -> None:
    spectrum = (Fraction(3), Fraction(1), 1 / big)
    assert best(each(spectrum, ratio)) == {2}
    assert best(each(spectrum, difference)) == {1}


@pytest.mark.parametrize("gap", [difference, rows, lambda a, b: a - b])
def test_hypothesis_finds_spectra_whose_largest_ratio_is_not_the_most_stable_position(gap: Any) -> None:
    spectrum = find(
        falling_spectra(most=6), lambda s: not best(each(s, ratio)) & best(each(s, gap)), settings=FIRST
    )
    assert 1 not in best(each(spectrum, ratio))


# The statements' own relations, at numbers that meet their hypotheses.


def rational(number: Fraction) -> sp.Rational:
    return sp.Rational(number.numerator, number.denominator)


def true(relation: sp.Basic, values: Mapping[Any, Fraction]) -> bool:
    """Whether a relation holds at exact numbers."""
    exact = {symbol: rational(value) for symbol, value in values.items()}
    return bool(relation.func(relation.lhs.xreplace(exact), relation.rhs.xreplace(exact)))


def holds(identifier: str, values: Mapping[Any, Fraction]) -> bool:
    """The content of a statement, at numbers that must meet its hypotheses."""
    statement = THEORY[identifier]
    assert all(true(h, values) for h in statement.hypotheses)
    return all(true(c, values) for c in statement.content)


def violates(identifier: str, values: Mapping[Any, Fraction]) -> bool:
    """Whether numbers meet the hypotheses of a statement and not its content."""
    statement = THEORY[identifier]
    return all(true(h, values) for h in statement.hypotheses) and not all(
        true(c, values) for c in statement.content
    )


def in_order(spectrum: Spectrum) -> dict[Any, Fraction]:
    return {sigma(k): value for k, value in enumerate(spectrum, start=1)}


def steps(spectrum: Spectrum) -> dict[Any, Fraction]:
    names = (subspace_rotation.step_1, subspace_rotation.step_2, subspace_rotation.step_3)
    return dict(zip(names, each(spectrum, difference), strict=False))


_NOISE = {gap_maximality.C_stab: Fraction(1), gap_maximality.added_to_gram: Fraction(2)}
_NOISE |= {gap_maximality.added_to_rows: Fraction(1, 2), subspace_rotation.noise: Fraction(1, 3)}


@given(falling_spectra(least=3, most=6), st.randoms(use_true_random=False))
def test_of_two_positions_the_statements_choose_the_right_one(spectrum: Spectrum, rng: Any) -> None:
    one, other = rng.sample(range(len(spectrum) - 1), 2)
    gaps, ratios = each(spectrum, difference), [r**2 for r in each(spectrum, ratio)]
    wide, narrow = (one, other) if gaps[one] > gaps[other] else (other, one)
    here, there = gap_maximality.gap_here, gap_maximality.gap_there
    if gaps[wide] > gaps[narrow]:
        assert holds("F6-amended", {**_NOISE, here: gaps[wide], there: gaps[narrow]})
    large, small_ = (one, other) if ratios[one] > ratios[other] else (other, one)
    rhos = {gap_maximality.ratio_here: ratios[large], gap_maximality.ratio_there: ratios[small_]}
    if ratios[large] > ratios[small_]:
        assert holds("AX3.relative", rhos)
    if large < small_:
        eigenvalues = {agreement.above: spectrum[large] ** 2, agreement.below: spectrum[small_] ** 2}
        assert holds("AX3.below", {**rhos, **eigenvalues})
    elif gaps[large] > spectrum[0] ** 2 - spectrum[large] ** 2:
        above = {
            agreement.over: spectrum[0] ** 2 - spectrum[small_] ** 2,
            agreement.under: spectrum[small_ + 1] ** 2 - spectrum[large] ** 2,
        }
        assert holds("AX3.above", {**above, here: gaps[large], there: gaps[small_]})


@given(falling_spectra(least=4, most=4), st.integers(1, 10**6))
def test_the_statements_on_whole_subspaces_hold_where_their_hypotheses_do(
    spectrum: Spectrum, null: int
) -> None:
    values = {**steps(spectrum), **_NOISE}
    one, two, three = each(spectrum, difference)
    if one > two:
        assert holds("F6.isotropic-amended", values)
    if one > three:
        assert holds("F6.isotropic-ends", values)
    squared = {
        subspace_rotation.square_1: one**2,
        subspace_rotation.square_2: two**2,
        subspace_rotation.square_far: (two + three) ** 2,
    }
    if two**2 > 2 * one**2:
        assert holds("F6.isotropic-middle", squared)
    level = spectrum[1] ** 2
    if null > level**2 / one**2:
        filled = {subspace_rotation.null: Fraction(null), subspace_rotation.level_2: level}
        assert holds("F6.null-modes", {**values, **filled})
    rhos = [(a / b) ** 2 - 1 for a, b in pairwise(spectrum)]
    if rhos[0] > rhos[1]:
        named = {subspace_rotation.excess_here: rhos[0], subspace_rotation.excess_there: rhos[1]}
        assert holds("AX3.relative-three", named)


@pytest.mark.parametrize(
    ("identifier", "modes"),
    [("F6", 3), ("F6.singular", 3), ("AX3", 4), ("AX3.unique", 3), ("AX3.relative-sum", 4)],
)
def test_hypothesis_finds_spectra_that_violate_the_refuted_statements(identifier: str, modes: int) -> None:
    def violated(spectrum: Spectrum) -> bool:
        return violates(identifier, {**in_order(spectrum), **_NOISE})

    assert violated(find(falling_spectra(least=modes, most=modes), violated, settings=FIRST))


def test_hypothesis_finds_four_eigenvalues_that_violate_the_claim_on_isotropic_noise() -> None:
    names = (subspace_rotation.step_1, subspace_rotation.step_2, subspace_rotation.step_3)

    def violated(gaps: tuple[Fraction, ...]) -> bool:
        return violates("F6.isotropic", {**_NOISE, **dict(zip(names, gaps, strict=True))})

    near = st.integers(1, 12).map(Fraction)
    first, middle, _ = find(st.tuples(near, near, near), violated, settings=FIRST)
    assert first < middle < 2 * first


def test_hypothesis_finds_another_collapse_that_disrupts_learning() -> None:
    fixed = {**_NOISE, collapse.eta: Fraction(1)}

    def disrupts(case: tuple[Spectrum, Fraction]) -> bool:
        gradients = {collapse.grad_1: case[1], collapse.grad_2: Fraction(0)}
        return violates("AX3.collapse", {**fixed, **in_order(case[0]), **gradients})

    spectrum, gradient = find(
        st.tuples(falling_spectra(least=3, most=3), st.fractions(-3, 3, max_denominator=5)),
        disrupts,
        settings=FIRST,
    )
    assert gradient != 0
    assert 2 in best(each(spectrum, ratio))


# Pairs: the exact angle against the eigenvectors of the perturbed matrix.

small = st.floats(-0.3, 0.3)


def turned(gram: Floats) -> float:
    """Angle by which the first eigenvector of a symmetric two-by-two matrix is turned from the first axis."""
    vector = np.linalg.eigh(gram)[1][:, 1]
    return float(np.arctan(vector[1] / vector[0]))


def block(kind: str, above: float, below: float, one: float, other: float) -> Floats:
    """The perturbed Gram matrix, with the perturbation between the two modes."""
    window, between = np.diag([above, below]), np.array([[0.0, one], [other, 0.0]])
    if kind == "rows":
        window = window + between
    elif kind == "directions":
        window = window @ (np.eye(2) + between)
    elif kind == "times":
        window = (np.eye(2) + between) @ window
    gram: Floats = window.T @ window
    return gram + np.array([[0.0, one], [one, 0.0]]) if kind == "S" else gram


_NAMES = {
    "S": ("S_kl", None),
    "rows": ("N_kl", "N_lk"),
    "directions": ("R_kl", "R_lk"),
    "times": ("T_kl", "T_lk"),
}


@settings(max_examples=40)
@given(st.sampled_from(sorted(_NAMES)), st.floats(1.0, 3.0), st.floats(1.5, 4.0), small, small)
def test_the_angle_of_a_pair_is_that_of_its_eigenvectors(
    kind: str, below: float, over: float, one: float, other: float
) -> None:
    statement = next(s for s in pair_rotation.STATEMENTS if s.id == f"F6.angle-{kind}")
    values: dict[Any, float] = {
        pair_rotation.sig_k: over * below,
        pair_rotation.sig_l: below,
        pair_rotation.ratio: over,
        pair_rotation.S_kk: 0.0,
        pair_rotation.S_ll: 0.0,
    }
    for name, value in zip(_NAMES[kind], (one, other), strict=True):
        if name is not None:
            values[getattr(pair_rotation, name)] = value
    tangent = float(statement.content[0].rhs.xreplace(values))
    gram = block(kind, over * below, below, one, other)
    assert gram[0, 0] > gram[1, 1]
    # eigh turns a vector by some eps of the norm over the gap
    scale = float(np.abs(gram).max() / (gram[0, 0] - gram[1, 1]))
    assert abs(np.arctan(tangent) / 2 - turned(gram)) <= 32 * EPS * scale


@given(
    falling_spectra(least=2, most=2),
    st.fractions(-2, 2, max_denominator=20),
    st.fractions(-2, 2, max_denominator=20),
)
def test_the_largest_element_is_attained_and_never_exceeded(
    spectrum: Spectrum, one: Fraction, other: Fraction
) -> None:
    a, b = spectrum
    for above, below in ((a, b), (a**2, b**2), (a * b, a * b)):
        weight = above**2 + below**2
        assert (above * one + below * other) ** 2 <= (one**2 + other**2) * weight
        in_proportion = (above * above + below * below) ** 2
        assert in_proportion == (above**2 + below**2) * weight


# Whole subspaces.


def pairs(spectrum: Spectrum, inside: int) -> list[tuple[Fraction, Fraction]]:
    return [(a, b) for a in spectrum[:inside] for b in spectrum[inside:]]


def expected_turn(
    spectrum: Spectrum, inside: int, weight: Callable[[Fraction, Fraction], Fraction]
) -> Fraction:
    return sum((weight(a, b) / (a**2 - b**2) ** 2 for a, b in pairs(spectrum, inside)), Fraction(0))


_WEIGHTS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "S": lambda *_: Fraction(1),
    "rows": lambda a, b: a**2 + b**2,
    "times": lambda a, b: 2 * (a * b) ** 2,
}


def least(spectrum: Spectrum, kind: str) -> set[int]:
    turns = [expected_turn(spectrum, k, _WEIGHTS[kind]) for k in range(1, len(spectrum))]
    return {k for k, value in enumerate(turns, start=1) if value == min(turns)}


def test_each_kind_of_noise_has_its_own_most_stable_subspace_with_all_pairs_counted() -> None:
    spectrum = tuple(map(Fraction, (11, 8, 4, 1)))
    assert [least(spectrum, kind) for kind in ("S", "rows", "times")] == [{1}, {2}, {3}]


@given(falling_spectra(least=4, most=4))
def test_of_four_modes_the_middle_position_needs_a_wider_gap(spectrum: Spectrum) -> None:
    first, middle, last = each(spectrum, difference)
    one, two, three = (expected_turn(spectrum, k, _WEIGHTS["S"]) for k in (1, 2, 3))
    if middle**2 > 2 * first**2:
        assert two < one
    if first > last:
        assert one < three


@pytest.mark.parametrize(("kind", "gap"), [("S", difference), ("times", ratio)])
def test_hypothesis_finds_four_modes_that_the_widest_gap_does_not_decide(kind: str, gap: Any) -> None:
    spectrum = find(
        falling_spectra(least=4, most=4), lambda s: not best(each(s, gap)) & least(s, kind), settings=FIRST
    )
    assert best(each(spectrum, gap)) == {2}


@given(falling_spectra(least=3, most=3), st.integers(1, 10**6))
def test_with_many_parameters_noise_in_parameter_space_spares_the_first_mode(
    spectrum: Spectrum, null: int
) -> None:
    first = each(spectrum, difference)[0]
    if null > spectrum[1] ** 4 / first**2:
        one, two = (
            expected_turn(spectrum, k, _WEIGHTS["S"]) + sum(null / a**4 for a in spectrum[:k]) for k in (1, 2)
        )
        assert one < two


def subspace_distance(before: Floats, after: Floats) -> float:
    """Sum of squared sines of the principal angles between two subspaces with orthonormal columns."""
    return float(before.shape[1] - np.linalg.norm(before.T @ after) ** 2)


@pytest.mark.parametrize(("kind", "position"), [("S", 1), ("rows", 2), ("times", 3)])
def test_simulated_noise_turns_the_subspaces_as_the_sums_over_pairs_say(kind: str, position: int) -> None:
    sigma, size, draws = np.array([11.0, 8.0, 4.0, 1.0]), 1e-4, 4000
    rng = np.random.default_rng(7)
    found = np.zeros((draws, 3))
    for draw in range(draws):
        noise, window = size * rng.standard_normal((4, 4)), np.diag(sigma)
        if kind == "S":
            upper = np.triu(noise)
            gram = window @ window + upper + np.triu(noise, 1).T
        else:
            moved = window + noise if kind == "rows" else (np.eye(4) + noise) @ window
            gram = moved.T @ moved
        vectors = np.linalg.eigh(gram)[1][:, ::-1]
        found[draw] = [subspace_distance(np.eye(4)[:, :k], vectors[:, :k]) for k in (1, 2, 3)]
    spectrum = tuple(map(Fraction, (11, 8, 4, 1)))
    wanted = np.array([float(expected_turn(spectrum, k, _WEIGHTS[kind])) * size**2 for k in (1, 2, 3)])
    error = found.std(axis=0) / np.sqrt(draws)
    # five standard errors; what is of second order is smaller by the size of the noise
    assert np.all(np.abs(found.mean(axis=0) - wanted) <= 5 * error + size * wanted)
    neighbours = np.array([float(_WEIGHTS[kind](a, b) / (a**2 - b**2) ** 2) for a, b in pairwise(spectrum)])
    assert np.any(np.abs(found.mean(axis=0) - neighbours * size**2) > 5 * error)
    assert int(np.argmin(found.mean(axis=0))) + 1 == position


def test_the_lean_of_a_mode_is_first_order_and_not_more() -> None:
    rng = np.random.default_rng(11)
    levels = np.array([5.0, 3.0, 2.0, 0.5])
    noise = rng.standard_normal((4, 4))
    noise = noise + noise.T
    errors = []
    for size in (1e-2, 1e-3, 1e-4):
        vectors = np.linalg.eigh(np.diag(levels) + size * noise)[1][:, ::-1]
        leans = vectors / np.diag(vectors)
        wanted = np.array(
            [
                [size * noise[i, j] / (levels[i] - levels[j]) if i != j else 1.0 for i in range(4)]
                for j in range(4)
            ]
        )
        errors.append(float(np.abs(leans - wanted).max()))
    orders = [np.log10(coarse / fine) for coarse, fine in pairwise(errors)]
    assert all(abs(order - 2) < 0.4 for order in orders)  # a wrong first order would give 1


@given(
    st.fractions(0, 1, max_denominator=20),
    st.fractions(0, 1, max_denominator=20),
    st.fractions(-3, 3, max_denominator=20),
    st.fractions(-3, 3, max_denominator=20),
)
def test_a_collapse_costs_at_least_what_either_mode_beside_it_learns(
    upper: Fraction, lower: Fraction, one: Fraction, other: Fraction
) -> None:
    cost = upper * one**2 + lower * other**2
    stated = collapse.LOST.content[0].rhs.xreplace(
        {
            collapse.eta: sp.Integer(1),
            collapse.stable_upper: sp.Rational(upper),
            collapse.stable_lower: sp.Rational(lower),
            collapse.grad_upper: sp.Rational(one),
            collapse.grad_lower: sp.Rational(other),
        }
    )
    assert stated == sp.Rational(cost)
    assert cost >= max(upper * one**2, lower * other**2)
