"""Two turning modes against the eigenvalues, eigenvectors and exponential of their 2 × 2 generator."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, find, given
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.optimize import bisect

from spectral_edge.theory.edge.kernel import critical_adiabatic, exceptional_solutions
from spectral_edge.theory.edge.kernel.critical_adiabatic import A_f, drift_1, drift_2
from spectral_edge.theory.edge.kernel.exceptional_point import w_c
from spectral_edge.theory.edge.kernel.kernel_speed import w

EPS = float(np.finfo(np.float64).eps)
Floats = np.ndarray[Any, np.dtype[np.float64]]
BY_ID = {s.id: s for s in (*critical_adiabatic.STATEMENTS, *exceptional_solutions.STATEMENTS)}
NORMS = {"fro": 1 / np.sqrt(2), 2: 0.5, "nuc": 1.0}
"""𝒜 at the exceptional point, by the name that NumPy has for the norm."""


class Pair(NamedTuple):
    """Two modes: decay rates mean ± half, turning at the rate turn."""

    mean: float
    half: float
    turn: float

    @property
    def generator(self) -> Floats:
        return np.array([[-(self.mean + self.half), self.turn], [-self.turn, -(self.mean - self.half)]])


@st.composite
def pairs(draw: st.DrawFn, low: float, high: float) -> Pair:
    """A kernel with a gap (from wide to near-degenerate) that turns at low … high times the critical rate."""
    half = draw(st.sampled_from([1.0, 0.5, 2.0**-10, 3.0]))
    mean = half * draw(st.floats(1, 5))
    return Pair(mean, half, half * draw(st.floats(low, high)))


slow_pairs, fast_pairs = pairs(0.01, 0.99), pairs(1.01, 50.0)
starts = st.tuples(st.floats(-3, 3), st.floats(-3, 3)).map(np.array)


@given(slow_pairs)
def test_below_the_exceptional_point_the_two_rates_are_real_and_symmetric(pair: Pair) -> None:
    distance = np.sqrt(pair.half**2 - pair.turn**2)
    rates = np.linalg.eigvals(pair.generator)
    # The condition of an eigenvalue is 1/√(1 − (w/w_c)²), at most 8 here.
    assert np.all(np.isreal(rates))
    assert np.sort(rates.real) == pytest.approx(
        [-pair.mean - distance, -pair.mean + distance], abs=200 * EPS * (pair.mean + pair.half)
    )


@given(fast_pairs)
def test_above_the_exceptional_point_the_two_rates_are_a_pair_with_the_mean_decay(pair: Pair) -> None:
    frequency = np.sqrt(pair.turn**2 - pair.half**2)
    rates = np.linalg.eigvals(pair.generator)
    rounding = 200 * EPS * (pair.mean + pair.turn)
    assert rates.real == pytest.approx([-pair.mean, -pair.mean], abs=rounding)
    assert np.sort(rates.imag) == pytest.approx([-frequency, frequency], abs=rounding)


@given(st.integers(1, 50), st.integers(0, 50))
def test_at_the_exceptional_point_the_generator_is_a_jordan_block(half: int, more: int) -> None:
    # Exact integers: M + γ is not zero, but its square is.
    shifted = np.array([[-half, half], [-half, half]])
    assert np.any(shifted)
    assert not np.any(shifted @ shifted)
    mean = half + more
    assert np.array_equal(Pair(mean, half, half).generator.astype(int) + mean * np.eye(2, dtype=int), shifted)


@given(slow_pairs)
def test_the_overlap_of_the_two_solutions_is_the_ratio_of_the_turning_rates(pair: Pair) -> None:
    vectors = np.linalg.eig(pair.generator)[1]
    assert abs(vectors[:, 0] @ vectors[:, 1]) == pytest.approx(pair.turn / pair.half, abs=1e3 * EPS)


def velocity(pair: Pair, angle: float = 0.3) -> Floats:
    """K̇ of a kernel with learning rate one that stands at an angle and turns: dQ Λ Qᵀ + Q Λ dQᵀ."""
    frame = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moving = pair.turn * np.array([[-np.sin(angle), -np.cos(angle)], [np.cos(angle), -np.sin(angle)]])
    values = np.diag([pair.mean + pair.half, pair.mean - pair.half])
    return moving @ values @ frame.T + frame @ values @ moving.T


@given(pairs(0.01, 10.0))
@pytest.mark.parametrize("norm", list(NORMS))
def test_in_each_norm_the_parameter_is_a_multiple_of_the_turning_rate(norm: Any, pair: Pair) -> None:
    parameter = np.linalg.norm(velocity(pair), norm) / (2 * pair.half) ** 2
    # K̇ is the difference of products of size mean · turn.
    rounding = 100 * EPS * pair.mean * pair.turn / pair.half**2
    assert parameter == pytest.approx(NORMS[norm] * pair.turn / pair.half, abs=rounding)


@pytest.mark.parametrize("norm", list(NORMS))
@pytest.mark.parametrize(("mean", "half"), [(2.0, 1.0), (1.0, 0.01), (5.0, 3.0)])
def test_a_search_for_the_first_complex_rate_finds_the_critical_parameter(
    norm: Any, mean: float, half: float
) -> None:
    def discriminant(turn: float) -> float:
        matrix = Pair(mean, half, turn).generator
        return float(np.trace(matrix) ** 2 - 4 * np.linalg.det(matrix))

    critical = bisect(discriminant, 0.1 * half, 10 * half, xtol=1e-12 * half, rtol=4 * EPS)
    found = np.linalg.norm(velocity(Pair(mean, half, critical)), norm) / (2 * half) ** 2
    # The discriminant is known to EPS · mean², and grows as 4 half² there.
    assert found == pytest.approx(NORMS[norm], rel=100 * EPS * (mean / half) ** 2 + 1e-11)


@given(slow_pairs, starts, st.floats(0, 3))
def test_below_it_two_combinations_decay_on_their_own(pair: Pair, start: Floats, time: float) -> None:
    time /= pair.mean
    mixing = (pair.half - np.sqrt(pair.half**2 - pair.turn**2)) / pair.turn
    distance = pair.turn * (1 / mixing - mixing) / 2
    first, second = expm(pair.generator * time) @ start
    rounding = 1e3 * EPS * pair.half / pair.turn * (1 + np.abs(start).max())
    fast = (start[0] - mixing * start[1]) * np.exp(-(pair.mean + distance) * time)
    slow = (start[1] - mixing * start[0]) * np.exp(-(pair.mean - distance) * time)
    assert first - mixing * second == pytest.approx(fast, abs=rounding)
    assert second - mixing * first == pytest.approx(slow, abs=rounding)


@given(pairs(1.0, 1.0), starts, st.floats(0, 5))
def test_at_it_a_factor_linear_in_time_appears(pair: Pair, start: Floats, time: float) -> None:
    time /= pair.mean
    difference = start[0] - start[1]
    decay = np.exp(-pair.mean * time)
    first, second = expm(pair.generator * time) @ start
    rounding = 1e3 * EPS * (1 + np.abs(start).max())
    assert second == pytest.approx((start[1] - pair.half * difference * time) * decay, abs=rounding)
    assert first - second == pytest.approx(difference * decay, abs=rounding)


@given(fast_pairs, starts, st.floats(0, 5))
def test_above_it_the_amplitudes_circle(pair: Pair, start: Floats, time: float) -> None:
    time /= pair.turn
    frequency = np.sqrt(pair.turn**2 - pair.half**2)
    turned = (pair.generator + pair.mean * np.eye(2)) @ start / frequency
    circling = np.exp(-pair.mean * time) * (
        start * np.cos(frequency * time) + turned * np.sin(frequency * time)
    )
    assert expm(pair.generator * time) @ start == pytest.approx(
        circling, abs=1e4 * EPS * (1 + np.abs(start).max())
    )


def form(pair: Pair, state: Floats) -> float:
    return float(pair.turn * state @ state - 2 * pair.half * state[0] * state[1])


@given(pairs(0.01, 10.0), starts, st.floats(0, 3))
def test_one_form_decays_at_twice_the_mean_rate_on_both_sides(pair: Pair, start: Floats, time: float) -> None:
    time /= pair.mean + pair.turn
    later = expm(pair.generator * time) @ start
    rounding = 1e3 * EPS * (pair.turn + pair.half) * (1 + float(start @ start))
    assert form(pair, later) == pytest.approx(form(pair, start) * np.exp(-2 * pair.mean * time), abs=rounding)


@given(fast_pairs, starts, st.floats(0, 3))
def test_above_it_the_residual_stays_in_a_band_that_decays_at_the_mean_rate(
    pair: Pair, start: Floats, time: float
) -> None:
    time /= pair.mean
    later = expm(pair.generator * time) @ start
    now = form(pair, start) * np.exp(-2 * pair.mean * time)
    rounding = 1e4 * EPS * (pair.turn + pair.half) * (1 + float(start @ start)) * (1 + pair.turn / pair.mean)
    assert (pair.turn - pair.half) * later @ later <= now + rounding
    assert (pair.turn + pair.half) * later @ later >= now - rounding


def test_very_fast_rotation_gives_every_residual_the_mean_rate() -> None:
    def spread(turn: float) -> float:
        pair = Pair(2.0, 1.0, turn)
        times = np.linspace(0, 1, 200)
        lengths = [np.exp(4 * s) * np.sum((expm(pair.generator * s) @ [1.0, 0.0]) ** 2) for s in times]
        return float(max(lengths) / min(lengths))

    # The band closes as (w + 1)/(w − 1) = 1 + 2/w: ten times faster, ten times narrower.
    assert spread(100.0) <= 101 / 99 * (1 + 1e-9)
    assert (spread(1000.0) - 1) / (spread(100.0) - 1) == pytest.approx(0.1, rel=0.05)


@given(fast_pairs)
def test_a_learned_mode_comes_back_larger_than_the_other_above_the_exceptional_point(pair: Pair) -> None:
    frequency = np.sqrt(pair.turn**2 - pair.half**2)
    first, second = expm(pair.generator * np.pi / (2 * frequency)) @ [0.0, 1.0]
    # Near the exceptional point the quarter turn is long and the amplitudes are small: compare them scaled.
    scale = np.exp(pair.mean * np.pi / (2 * frequency))
    assume(scale < 1e6)
    assert first * scale * pair.half == pytest.approx(
        second * scale * pair.turn, abs=1e4 * EPS * scale * (pair.turn + pair.half)
    )


@given(slow_pairs, st.floats(0, 20))
def test_a_learned_mode_never_gets_beyond_the_mixing_below_it(pair: Pair, time: float) -> None:
    mixing = (pair.half - np.sqrt(pair.half**2 - pair.turn**2)) / pair.turn
    first, second = (
        expm(pair.generator * time / pair.half) @ [0.0, 1.0] * np.exp(pair.mean * time / pair.half)
    )
    assert abs(first) <= mixing * abs(second) + 1e4 * EPS * abs(second) * (1 + time)


# The readings that fail.


@pytest.mark.parametrize(
    ("identifier", "number"), [("S5.one-f", 1 / sp.sqrt(2)), ("S5.one-2", sp.Rational(1, 2))]
)
def test_the_stored_counterexamples_of_one_hold(identifier: str, number: sp.Expr) -> None:
    statement = BY_ID[identifier]
    assert statement.counterexample is not None
    values = statement.counterexample.values
    assert all(sp.simplify((h.lhs - h.rhs).subs(values)) == 0 for h in statement.hypotheses)
    assert statement.content[0].lhs.subs(values) == number != 1


def test_hypothesis_finds_a_fast_kernel_whose_modes_barely_turn() -> None:
    def violated(drift: int) -> bool:
        # Learning rate 1, gap 2, so w_c = 1; rotation rate 1/100; one eigenvalue grows at the rate drift.
        turn = Fraction(1, 100)
        squared = (8 * turn**2 + drift**2) / Fraction(16)
        return squared > Fraction(1, 2) and turn < 1

    assert find(st.integers(0, 100), violated) == 3


def test_the_stored_counterexample_of_the_fast_kernel_holds() -> None:
    example = BY_ID["S5.fast-kernel"].counterexample
    assert example is not None
    turn, critical = float(example.values[w]), float(example.values[w_c])
    matrix = velocity(Pair(2.0, critical, turn), 0.0) + np.diag(
        [float(example.values[drift_1]), float(example.values[drift_2])]
    )
    assert np.linalg.norm(matrix) / (2 * critical) ** 2 == pytest.approx(
        float(example.values[A_f]), rel=10 * EPS
    )
    assert turn < critical
