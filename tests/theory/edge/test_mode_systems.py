"""The systems of n modes say what the statements say; altered ones do not."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.theory.edge.eigenvalues import level_modes as levels
from spectral_edge.theory.edge.eigenvalues.pechukas_yukawa import pechukas_yukawa_system
from spectral_edge.theory.edge.gap.gap_flow import gap_system
from spectral_edge.theory.edge.gap.gap_modes import gap_modes
from spectral_edge.theory.edge.gap.level_repulsion import SINGULAR, sigma_down, sigma_up
from spectral_edge.theory.edge.noise.bru import rows_noise
from spectral_edge.theory.edge.noise.mode_noise import law
from spectral_edge.theory.edge.notation import G_j, W, eta, h_j, omega, p, t, tau
from spectral_edge.theory.edge.strengths.signal_strength import strength_system
from spectral_edge.theory.edge.strengths.strength_modes import changing_strength_modes, strength_modes

sizes = st.integers(1, 4)


@given(n=sizes)
@settings(max_examples=4, deadline=None)
def test_without_repulsion_every_mode_follows_the_law_of_one(n: int) -> None:
    one, many = strength_system(), strength_modes().written_out(n)
    for i, (state, rate) in enumerate(zip(many.states, many.rhs, strict=True), start=1):
        own = {s.name: s for s in many.parameters}
        names = {one.states[0]: state, h_j: own[f"h_{i}"], G_j: own[f"G_{i}"]}
        assert sp.expand(rate - one.rhs[0].xreplace(names)) == 0


def test_of_two_modes_repulsion_is_the_proved_drift_of_two_singular_values() -> None:
    still, noisy = strength_modes().written_out(2), strength_modes(repelling=True).written_out(2)
    first, second = noisy.states
    wanted = SINGULAR.content[0].rhs.xreplace({sigma_up: first, sigma_down: second})
    assert sp.simplify(noisy.rhs[0] - still.rhs[0] - wanted) == 0
    assert sp.simplify(noisy.rhs[0] - still.rhs[0] + wanted) != 0


@pytest.mark.parametrize("n", [2, 3])
def test_repulsion_is_the_drift_of_eigenvalues_and_half_their_variance_by_itos_rule(n: int) -> None:
    still, noisy = strength_modes().written_out(n), strength_modes(repelling=True).written_out(n)
    values = sp.symbols(f"y_1:{n + 1}", positive=True)
    squares = {y: d**2 for y, d in zip(values, noisy.states, strict=True)}
    for i, d in enumerate(noisy.states):
        # W4 by its own route, for numbered eigenvalues: 2d·d' = drift of d² − (variance of d²) / (4 d²).
        drift, variance = (law(part, values, i).xreplace(squares) for part in (2, 3))
        assert sp.simplify(2 * d * (noisy.rhs[i] - still.rhs[i]) - drift + variance / (4 * d**2)) == 0


def test_pushes_among_the_modes_cancel_in_the_sum_of_squares() -> None:
    n = 3
    still, noisy = strength_modes().written_out(n), strength_modes(repelling=True).written_out(n)
    total = sum(2 * d * (a - b) for d, a, b in zip(noisy.states, noisy.rhs, still.rhs, strict=True))
    # The trace drifts at n·p·s² (W4.moments) less n variances: d(d²) = 2d·dd + (dd)².
    assert sp.simplify(total - n * (p - 1) * rows_noise**2) == 0


def test_coefficients_that_change_are_those_of_the_moment() -> None:
    changing, constant = changing_strength_modes().written_out(2), strength_modes().written_out(2)
    own = {s.name: s for s in changing.parameters}
    now = {
        own[f"h_{i}"]: own[f"h_{i}"] + own[f"drift_h_{i}"] * t for i in (1, 2)
    } | {own[f"G_{i}"]: own[f"G_{i}"] * sp.exp(-own[f"fade_G_{i}"] * t) for i in (1, 2)}  # fmt: skip
    for moving, still in zip(changing.rhs, constant.rhs, strict=True):
        assert sp.simplify(moving - still.xreplace(now)) == 0


def test_of_two_modes_the_gap_flow_is_that_of_the_statement() -> None:
    many, two = gap_modes().written_out(2), gap_system()
    gap, weakest = many.states
    g, mean = two.states
    own = {s.name: s for s in many.parameters}
    names = {"eta": eta, "tau": tau, "W": W, "omega": omega}
    names |= {"h_k": own["h_1"], "h_l": own["h_2"], "G_k": own["G_1"], "G_l": own["G_2"]}
    put = {s: names[s.name] for s in two.parameters} | {g: gap, mean: weakest + gap / 2}
    assert sp.simplify(many.rhs[0] - two.rhs[0].xreplace(put)) == 0
    # The mean strength is the weakest plus half the gap, and so is its rate.
    assert sp.simplify(many.rhs[1] + many.rhs[0] / 2 - two.rhs[1].xreplace(put)) == 0


@given(n=st.integers(2, 4))
@settings(max_examples=3, deadline=None)
def test_gaps_are_differences_of_strengths_that_follow_their_own_flow(n: int) -> None:
    gaps, strengths = gap_modes().written_out(n), strength_modes().written_out(n)
    *between, weakest = gaps.states
    put = {d: weakest + sum(between[i:]) for i, d in enumerate(strengths.states)}
    flows = [rate.xreplace(put) for rate in strengths.rhs]
    for i in range(n - 1):
        assert sp.simplify(gaps.rhs[i] - (flows[i] - flows[i + 1])) == 0
    assert sp.simplify(gaps.rhs[-1] - flows[-1]) == 0


@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_levels_written_out_are_the_plain_pechukas_yukawa_system(n: int) -> None:
    many, plain = levels.level_modes().written_out(n), pechukas_yukawa_system(n)
    put = dict(zip(many.states, plain.states, strict=True))
    for mine, other in zip(many.rhs, plain.rhs, strict=True):
        assert sp.simplify(mine.xreplace(put) - other) == 0


def test_a_statement_in_which_level_k_is_no_level_like_others_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Altered:
        content = tuple(
            sp.Eq(r.lhs, 3 * r.rhs if part != 1 else r.rhs + levels.f_jk(t), evaluate=False)
            for part, r in enumerate(levels.PECHUKAS_YUKAWA.content)
        )

    monkeypatch.setattr(levels, "PECHUKAS_YUKAWA", Altered)
    with pytest.raises(ValueError, match="level k does not push as the others do"):
        levels.level_modes()
