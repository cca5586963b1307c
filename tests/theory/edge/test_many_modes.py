"""Any number of turning modes: the cone around the slow ones, real rates, and where two modes mispredict."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest
import sympy as sp
from hypothesis import find, given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from spectral_edge.theory.edge.kernel import three_mode_claims, three_modes
from spectral_edge.theory.edge.kernel.three_mode_claims import P_3, Q_3
from spectral_edge.theory.edge.kernel.three_modes import e_1, e_2, e_3, h_1, h_2, polynomial, u, v, x, z

EPS = float(np.finfo(np.float64).eps)
Floats = np.ndarray[Any, np.dtype[np.float64]]
CLAIMS = {s.id: s for s in (*three_mode_claims.STATEMENTS, *three_modes.STATEMENTS)}


class Split(NamedTuple):
    """Decay rates in falling order, a gap behind the first ``fast`` of them, and an antisymmetric Ω."""

    rates: Floats
    fast: int
    omega: Floats

    @property
    def gap(self) -> float:
        return float(self.rates[self.fast - 1] - self.rates[self.fast])

    @property
    def coupling(self) -> float:
        return float(np.linalg.norm(self.omega[: self.fast, self.fast :], 2))

    @property
    def mixing(self) -> float:
        """P of the coupling's norm and half the gap."""
        share = min(1.0, self.coupling / (self.gap / 2))
        return share / (1 + np.sqrt(1 - share**2))

    @property
    def generator(self) -> Floats:
        return -(np.diag(self.rates) + self.omega)


@st.composite
def coupled_groups(draw: st.DrawFn) -> Split:
    """Groups on two sides of a gap, coupled at up to exactly half of it, turning at any rate within themselves."""
    n = draw(st.integers(2, 6))
    fast = draw(st.integers(1, n - 1))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    gap = draw(st.sampled_from([1.0, 0.125, 4.0]))
    slow_rates = np.sort(rng.uniform(0, 2, n - fast))[::-1]
    rates = np.concatenate([slow_rates[0] + gap + np.sort(rng.uniform(0, 3, fast))[::-1], slow_rates])
    rates[fast - 1] = slow_rates[0] + gap
    omega = rng.normal(size=(n, n)) * draw(st.sampled_from([0.1, 1.0, 10.0]))
    omega -= omega.T
    block = omega[:fast, fast:]
    share = draw(st.sampled_from([1.0, 0.99, 0.5, 0.01]))
    block *= share * (rates[fast - 1] - rates[fast]) / 2 / np.linalg.norm(block, 2)
    omega[fast:, :fast] = -block.T
    return Split(rates, fast, omega)


@given(coupled_groups(), st.integers(0, 1000))
def test_a_residual_in_the_cone_around_the_slow_modes_stays_there(split: Split, seed: int) -> None:
    rng = np.random.default_rng(seed)
    slow = rng.normal(size=len(split.rates) - split.fast)
    fast = rng.normal(size=split.fast)
    fast *= split.mixing * np.linalg.norm(slow) / np.linalg.norm(fast)
    step = 0.05 / np.abs(split.generator).max()
    # The mean decay at the gap is taken out, so that numbers stay of order one.
    mean = (split.rates[split.fast - 1] + split.rates[split.fast]) / 2
    onward = expm((split.generator + mean * np.eye(len(split.rates))) * step)
    state = np.concatenate([fast, slow])
    distance = 0.0
    for _ in range(60):
        state = onward @ state
        size = float(state @ state)
        now = float(np.sum(state[: split.fast] ** 2) - split.mixing**2 * np.sum(state[split.fast :] ** 2))
        assert now <= max(distance, 0.0) + 1e4 * EPS * size
        distance = now


@given(coupled_groups(), st.integers(0, 1000))
@settings(max_examples=20)
def test_it_stays_there_also_while_the_turning_changes(split: Split, seed: int) -> None:
    rng = np.random.default_rng(seed)
    k, n = split.fast, len(split.rates)
    state = np.concatenate([np.zeros(k), rng.normal(size=n - k)])
    for _ in range(20):
        omega = rng.normal(size=(n, n))
        omega -= omega.T
        block = omega[:k, k:] * (split.coupling * rng.uniform() / np.linalg.norm(omega[:k, k:], 2))
        omega[:k, k:], omega[k:, :k] = block, -block.T
        state = expm(-(np.diag(split.rates) + omega) * rng.uniform(0, 1) / split.rates[0]) @ state
        state /= np.linalg.norm(state)
        assert np.linalg.norm(state[:k]) <= split.mixing * np.linalg.norm(state[k:]) + 1e5 * EPS


@given(coupled_groups(), st.integers(0, 1000))
def test_the_kernel_moves_at_least_as_fast_as_the_coupling_asks(split: Split, seed: int) -> None:
    # Learning rate one: decay rates are eigenvalues. The eigenvalues move too.
    drift = np.random.default_rng(seed).normal(size=len(split.rates))
    moving = split.omega * (split.rates[None, :] - split.rates[:, None]) + np.diag(drift)
    least = split.coupling / (split.gap / 2)
    rounding = 1 + 1e3 * EPS
    assert np.linalg.norm(moving, "fro") / split.gap**2 * rounding >= least / np.sqrt(2)
    assert np.linalg.norm(moving, 2) / split.gap**2 * rounding >= least / 2


@st.composite
def slow_rotations(draw: st.DrawFn, norm: Any, critical: float) -> Split:
    """Modes with gaps between all neighbours, turning such that 𝒜, with the smallest gap, is below its two-mode value."""
    n = draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    rates = np.cumsum(rng.uniform(0.5, 2.0, n))[::-1].copy()
    omega = rng.normal(size=(n, n)) * (rng.uniform(size=(n, n)) < draw(st.sampled_from([0.3, 1.0])))
    omega = np.triu(omega, 1)
    omega[0, 1] += 1e-3  # never without any rotation
    omega -= omega.T
    smallest = float((rates[:-1] - rates[1:]).min())
    parameter = np.linalg.norm(omega * (rates[None, :] - rates[:, None]), norm) / smallest**2
    omega *= draw(st.sampled_from([0.98, 0.7, 0.1])) * critical / parameter
    return Split(rates, 1, omega)


@pytest.mark.parametrize(("norm", "critical"), [("fro", 1 / np.sqrt(2)), (2, 0.5)])
def test_below_the_value_of_two_modes_all_rates_are_real_and_stay_between_the_midpoints(
    norm: Any, critical: float
) -> None:
    @given(slow_rotations(norm, critical))
    def check(split: Split) -> None:
        values = np.linalg.eigvals(-split.generator)
        # At 0.98 of the critical value two rates are at least √(1 − 0.98²) of their gap apart: a rounding of
        # EPS · ‖A‖ cannot make them meet.
        assert np.all(np.isreal(values))
        found = np.sort(values.real)[::-1]
        middle = (split.rates[:-1] + split.rates[1:]) / 2
        assert np.all(found[:-1] > middle)
        assert np.all(found[1:] < middle)

    check()


def test_the_value_of_two_modes_cannot_be_exceeded_for_any_number() -> None:
    # Two modes at 1.02 of the critical value beside others that rest.
    for n in (2, 3, 5):
        rates = np.arange(n, 0, -1, dtype=float)
        omega = np.zeros((n, n))
        omega[0, 1], omega[1, 0] = -0.51, 0.51
        assert not np.all(np.isreal(np.linalg.eigvals(np.diag(rates) + omega)))


@given(st.integers(2, 6), st.integers(0, 10_000), st.floats(0.01, 3.0))
def test_real_rates_bear_no_more_rotation_than_they_have_spread(n: int, seed: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    rates = rng.uniform(0, 4, n)
    omega = rng.normal(size=(n, n)) * size
    omega -= omega.T
    values = np.linalg.eigvals(np.diag(rates) + omega)
    rounding = 1e4 * EPS * (1 + np.linalg.norm(omega) + 4 * n)
    assert np.sum(values.real) == pytest.approx(np.sum(rates), abs=rounding)
    spread = float(np.sum((rates - rates.mean()) ** 2))
    if np.linalg.norm(omega) ** 2 > spread * (1 + 1e-6) + 1e-6:
        assert not np.all(np.isreal(values))
    if np.all(np.isreal(values)):
        assert np.sum((values.real - values.real.mean()) ** 2) == pytest.approx(
            spread - np.linalg.norm(omega) ** 2, abs=np.sqrt(EPS) * (1 + spread)
        )


# Three modes, exactly.

small = st.fractions(-3, 3)


@given(st.tuples(*[small] * 6))
@settings(max_examples=25)
def test_the_polynomial_of_three_modes_is_the_determinant(drawn: tuple[Fraction, ...]) -> None:
    rates, turns = drawn[:3], drawn[3:]
    matrix = sp.Matrix(3, 3, lambda i, j: sp.Rational(rates[i]) if i == j else 0)
    for (i, j), turn in zip(((0, 1), (1, 2), (0, 2)), turns, strict=True):
        matrix[i, j], matrix[j, i] = -sp.Rational(turn), sp.Rational(turn)
    symbols = dict(zip((e_1, e_2, e_3, u, v, z), map(sp.Rational, drawn), strict=True))
    difference = polynomial(x).subs(symbols) - (x * sp.eye(3) - matrix).det(method="berkowitz")
    assert sp.expand(difference) == 0


@given(st.floats(0.1, 2), st.floats(0.1, 2), st.floats(0, 0.999), st.floats(0, 1), st.floats(0, 1))
def test_three_modes_that_turn_slower_than_half_of_each_gap_have_three_real_rates(
    first: float, second: float, share: float, angle: float, other: float
) -> None:
    # The outer modes turn towards each other at z; what is left of each half gap is for the neighbours.
    outer = share * min(first, second) * angle
    inner_1 = np.sqrt(max(0.0, (share * first) ** 2 - outer**2)) * other
    inner_2 = np.sqrt(max(0.0, (share * second) ** 2 - outer**2)) * (1 - other)
    matrix = np.array(
        [[2 * first, -inner_1, -outer], [inner_1, 0.0, -inner_2], [outer, inner_2, -2 * second]]
    )
    signs = [float(np.linalg.det(at * np.eye(3) - matrix)) for at in (first, -second)]
    rounding = 100 * EPS * (first + second) ** 3
    assert signs[0] < rounding
    assert signs[1] > -rounding


def discriminant(first: Fraction, second: Fraction, turns: tuple[Fraction, ...]) -> Fraction:
    """−4P³ − 27Q² from the centred rates, transcribed."""
    centred = ((4 * first + 2 * second) / 3, (2 * second - 2 * first) / 3, -(2 * first + 4 * second) / 3)
    f_1, f_2, f_3 = centred
    near, far, outer = (turn**2 for turn in turns)
    linear = f_1 * f_2 + f_1 * f_3 + f_2 * f_3 + near + far + outer
    constant = -f_1 * f_2 * f_3 - f_1 * far - f_2 * outer - f_3 * near
    return -4 * linear**3 - 27 * constant**2


positive = st.fractions(Fraction(1, 10), 2)


@given(positive, positive, small, small, small)
@settings(max_examples=50)
def test_the_discriminant_tells_real_from_complex_rates(
    first: Fraction, second: Fraction, near: Fraction, far: Fraction, outer: Fraction
) -> None:
    symbols = {h_1: first, h_2: second, u: near, v: far, z: outer}
    coefficients = [
        relation.rhs.subs({s: sp.Rational(number) for s, number in symbols.items()})
        for relation in CLAIMS["D.depressed"].content[:2]
    ]
    decided = discriminant(first, second, (near, far, outer))
    assert sp.Rational(decided) == -4 * coefficients[0] ** 3 - 27 * coefficients[1] ** 2
    t = sp.Symbol("t")
    real_roots = sp.Poly(t**3 + coefficients[0] * t + coefficients[1], t).count_roots()
    assert (decided > 0) == (real_roots == 3 and decided != 0)
    assert (decided < 0) == (real_roots == 1 and decided != 0)


grid = st.integers(0, 40).map(lambda k: Fraction(k, 20))


def test_hypothesis_finds_pairs_that_would_keep_their_identity_and_together_do_not() -> None:
    def violated(turns: tuple[Fraction, Fraction, Fraction]) -> bool:
        near, far, outer = turns
        return near < 1 and far < 1 and outer < 2 and discriminant(Fraction(1), Fraction(1), turns) < 0

    near, far, outer = find(st.tuples(grid, grid, grid), violated)
    matrix = np.array(
        [[4.0, -float(near), -float(outer)], [float(near), 2.0, -float(far)], [float(outer), float(far), 0.0]]
    )
    assert np.abs(np.linalg.eigvals(matrix).imag).max() > 1e-3


def test_hypothesis_finds_pairs_that_would_lose_their_identity_and_together_do_not() -> None:
    def violated(turn: Fraction) -> bool:
        return turn > 1 and discriminant(Fraction(1), Fraction(1), (turn, turn, Fraction(0))) >= 0

    assert find(grid, violated) == Fraction(21, 20)


@pytest.mark.parametrize("identifier", ["S5.pairs-suffice", "S5.pairs-needed"])
def test_the_stored_counterexamples_of_the_pairs_hold(identifier: str) -> None:
    claim = CLAIMS[identifier]
    assert claim.counterexample is not None
    values = claim.counterexample.values
    assert all(bool(h.subs(values).doit()) for h in claim.hypotheses)
    assert not bool(claim.content[0].subs(values))
    matrix = np.array(
        [[4.0, -values[u], -values[z]], [values[u], 2.0, -values[v]], [values[z], values[v], 0.0]],
        dtype=float,
    )
    roots = np.linalg.eigvals(matrix)
    cubic = np.roots([1.0, 0.0, float(values[P_3]), float(values[Q_3])])
    assert np.sort_complex(roots - 2) == pytest.approx(np.sort_complex(cubic), abs=1e3 * EPS)
    assert np.all(np.isreal(roots)) == (identifier == "S5.pairs-needed")


@pytest.mark.parametrize("half", [Fraction(1), Fraction(3, 7)])
def test_a_chain_of_three_meets_at_root_two_times_the_rate_of_a_pair(half: Fraction) -> None:
    def real(turn: float) -> bool:
        gap = 2 * float(half)
        matrix = np.array([[gap, -turn, 0.0], [turn, 0.0, -turn], [0.0, turn, -gap]])
        return bool(np.abs(np.linalg.eigvals(matrix).imag).max() < 1e-6)

    critical = np.sqrt(2) * float(half)
    assert real(0.999 * critical)
    assert not real(1.001 * critical)
    path = np.array([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]]) * critical * 2 * float(half)
    assert np.linalg.norm(path, 2) / (2 * float(half)) ** 2 == pytest.approx(1, rel=10 * EPS)
    assert np.linalg.norm(path) / (2 * float(half)) ** 2 == pytest.approx(np.sqrt(2), rel=10 * EPS)
