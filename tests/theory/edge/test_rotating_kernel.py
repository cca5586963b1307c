"""The rotating kernel against its own residuals, integrated in a fixed basis by another method."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from spectral_edge.theory.edge.kernel import rotating_loss
from spectral_edge.theory.edge.kernel.critical_adiabatic import A_2
from spectral_edge.theory.edge.kernel.exceptional_point import gamma, w_c
from spectral_edge.theory.edge.kernel.exceptional_solutions import b_1, b_2
from spectral_edge.theory.edge.kernel.kernel_speed import w
from spectral_edge.theory.edge.kernel.rotating_kernel import c, value
from spectral_edge.theory.edge.kernel.three_mode_frame import T_12, T_13, T_23, THREE, rotating_system
from spectral_edge.theory.edge.notation import eta, t

EPS = float(np.finfo(np.float64).eps)
Floats = np.ndarray[Any, np.dtype[np.float64]]
LOSS = {s.id: s for s in rotating_loss.STATEMENTS}


@st.composite
def turning_modes(draw: st.DrawFn, largest: float = 4.0) -> tuple[Floats, Floats, Floats]:
    """Decay rates (ties included), an antisymmetric Ω, and amplitudes that are not all zero."""
    n = draw(st.integers(2, 5))
    rates = np.array(draw(st.lists(st.integers(0, 8), min_size=n, max_size=n)), dtype=float) / 4
    entries = st.floats(-largest, largest).map(lambda x: round(x, 3))
    upper = np.zeros((n, n))
    upper[np.triu_indices(n, 1)] = draw(
        st.lists(entries, min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2)
    )
    amplitudes = np.array(draw(st.lists(st.integers(-5, 5), min_size=n, max_size=n)), dtype=float)
    assume(np.any(amplitudes))
    return rates, upper - upper.T, amplitudes


def generator(rates: Floats, omega: Floats) -> Floats:
    return -(np.diag(rates) + omega)


@given(turning_modes(), st.integers(0, 1000))
@settings(max_examples=15)
def test_residuals_in_a_fixed_basis_have_the_amplitudes_of_the_frame(
    modes: tuple[Floats, Floats, Floats], seed: int
) -> None:
    rates, omega, amplitudes = modes
    n = len(rates)
    start = np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]

    def flow(time: float, residual: Floats) -> Floats:
        frame = start @ expm(omega * time)
        return -frame @ (rates * (frame.T @ residual))

    end = 1.0
    tolerance = 1e-9
    solved = solve_ivp(flow, (0, end), start @ amplitudes, method="DOP853", rtol=tolerance, atol=tolerance)
    frame = start @ expm(omega * end)
    # The flow contracts, so the error at the end is at most that of all steps together: below 10³ tolerances here.
    assert solved.nfev < 12_000
    assert frame.T @ solved.y[:, -1] == pytest.approx(
        expm(generator(rates, omega) * end) @ amplitudes, abs=1e3 * tolerance * np.abs(amplitudes).max()
    )


@given(turning_modes(), st.floats(-1, 1))
@settings(max_examples=30)
def test_the_kernels_velocity_is_the_commutator_in_its_own_frame(
    modes: tuple[Floats, Floats, Floats], time: float
) -> None:
    rates, omega, _ = modes
    step = 1e-4

    def kernel(at: float) -> Floats:
        frame = expm(omega * at)
        return np.asarray(frame @ np.diag(rates) @ frame.T)

    frame = expm(omega * time)
    measured = frame.T @ (kernel(time + step) - kernel(time - step)) @ frame / (2 * step)
    predicted = omega * (rates[None, :] - rates[:, None])
    # A central difference: h²/6 times the third derivative, at most (2‖Ω‖)³‖Λ‖, and rounding over h.
    size = np.linalg.norm(rates)
    error = step**2 / 6 * (2 * np.linalg.norm(omega)) ** 3 * size + 100 * EPS * size / step
    assert np.linalg.norm(measured - predicted) <= error + 100 * EPS


@given(turning_modes())
def test_the_rotation_does_no_work_on_any_residual(modes: tuple[Floats, Floats, Floats]) -> None:
    _, omega, amplitudes = modes
    exact = [[Fraction(entry) for entry in row] for row in omega.tolist()]
    held = [Fraction(x) for x in amplitudes.tolist()]
    push = [sum((o * x for o, x in zip(row, held, strict=True)), Fraction(0)) for row in exact]
    assert sum((x * y for x, y in zip(held, push, strict=True)), Fraction(0)) == 0


@given(turning_modes(largest=100.0))
def test_the_loss_never_rises_however_fast_the_kernel_turns(modes: tuple[Floats, Floats, Floats]) -> None:
    rates, omega, amplitudes = modes
    times = np.linspace(0, 2, 21)
    onward, state = expm(generator(rates, omega) * 0.1), amplitudes
    losses = []
    for _ in times:
        losses.append(0.5 * float(state @ state))
        state = onward @ state
    # expm is good to about EPS · ‖A‖t with ‖A‖t ≤ 10 · n here, and its error adds up over twenty steps.
    rounding = 1 + 100 * EPS * (1 + 200 * len(rates))
    assert all(later <= earlier * rounding for earlier, later in pairwise(losses))
    slowest, fastest = rates.min(), rates.max()
    for time, loss in zip(times, losses, strict=True):
        assert losses[0] * np.exp(-2 * fastest * time) / rounding <= loss
        assert loss <= losses[0] * np.exp(-2 * slowest * time) * rounding


@given(turning_modes(largest=100.0))
def test_the_rate_of_the_loss_does_not_know_the_rotation(modes: tuple[Floats, Floats, Floats]) -> None:
    rates, omega, amplitudes = modes
    with_rotation = amplitudes @ generator(rates, omega) @ amplitudes
    size = float(np.sum(amplitudes**2)) * (np.abs(omega).max() + rates.max())
    assert with_rotation == pytest.approx(-float(np.sum(rates * amplitudes**2)), abs=20 * EPS * size)


def test_a_nonlinear_network_under_gradient_flow_does_not_raise_its_loss_while_its_kernel_turns() -> None:
    inputs = np.array([[1.0, 0.2], [0.3, -1.0], [0.8, 0.7]])
    labels = np.array([1.0, -1.0, 0.5])

    def network(weights: Floats) -> Floats:
        return np.asarray(np.tanh(inputs @ weights[:6].reshape(2, 3)) @ weights[6:])

    def jacobian(weights: Floats) -> Floats:
        hidden = np.tanh(inputs @ weights[:6].reshape(2, 3))
        first = inputs[:, :, None] * ((1 - hidden**2) * weights[6:])[:, None, :]
        return np.concatenate([first.reshape(3, 6), hidden], axis=1)

    def flow(_: float, weights: Floats) -> Floats:
        return -jacobian(weights).T @ (network(weights) - labels)

    start = np.random.default_rng(3).normal(size=9)
    path = solve_ivp(flow, (0, 20), start, rtol=1e-10, atol=1e-12, dense_output=True)
    points = [path.sol(time) for time in np.linspace(0, 20, 101)]
    losses = [0.5 * float(np.sum((network(x) - labels) ** 2)) for x in points]
    assert all(later <= earlier * (1 + 1e-8) for earlier, later in pairwise(losses))
    frames = [np.linalg.eigh(jacobian(x) @ jacobian(x).T)[1] for x in (points[0], points[-1])]
    # The kernel did turn: its leading mode moved by more than a tenth of a radian.
    assert abs(frames[0][:, -1] @ frames[1][:, -1]) < np.cos(0.1)


# The readings in which large 𝒜 raises a loss, or small 𝒜 keeps it still.


def test_hypothesis_finds_large_rotation_and_a_loss_that_falls() -> None:
    rate = LOSS["S5.forgetting-loss"].content[0].lhs

    def violated(amplitudes: tuple[int, int]) -> bool:
        first, second = amplitudes
        return bool(rate.subs({gamma: 2, w_c: 1, b_1: first, b_2: second}) <= 0)

    assert find(st.tuples(st.integers(1, 9), st.integers(1, 9)), violated) == (1, 1)


@pytest.mark.parametrize("identifier", ["S5.forgetting-loss", "S5.plateau-loss"])
def test_the_stored_counterexamples_of_the_loss_agree_with_the_generator(identifier: str) -> None:
    example = LOSS[identifier].counterexample
    assert example is not None
    mean, half, turn, size = (float(example.values[s]) for s in (gamma, w_c, w, A_2))
    amplitudes = np.array([float(example.values[b_1]), float(example.values[b_2])])
    matrix = np.array([[-(mean + half), turn], [-turn, -(mean - half)]])
    assert size == turn / (2 * half)
    assert amplitudes @ matrix @ amplitudes == -4.0


def test_learning_one_example_raises_the_loss_of_another_while_the_kernel_rests() -> None:
    kernel = np.ones((2, 2))
    residual = np.array([-1.0, 1.0])
    # Only the first example is trained on: r' = −K[:, 0] r_0.
    later = [residual - kernel[:, 0] * residual[0] * step for step in (0.0, 0.1)]
    assert 0.5 * later[1][1] ** 2 > 0.5 * later[0][1] ** 2
    assert np.linalg.eigvalsh(kernel).min() >= -EPS


@given(st.lists(st.fractions(0, 2), min_size=1, max_size=6), st.data())
def test_short_steps_never_raise_the_loss(lengths: list[Fraction], data: st.DataObject) -> None:
    amplitudes = data.draw(st.lists(st.fractions(-3, 3), min_size=len(lengths), max_size=len(lengths)))
    after = sum(((1 - x) * a) ** 2 for x, a in zip(lengths, amplitudes, strict=True))
    assert after <= sum(a**2 for a in amplitudes)


def test_hypothesis_finds_a_step_that_raises_the_loss_on_a_kernel_at_rest() -> None:
    assert find(st.integers(0, 50), lambda x: (1 - x) ** 2 > 1) == 3


@given(turning_modes(), st.integers(0, 1000))
@settings(max_examples=30)
def test_gradient_descent_with_short_steps_on_a_turning_kernel_never_raises_the_loss(
    modes: tuple[Floats, Floats, Floats], seed: int
) -> None:
    rates, omega, amplitudes = modes
    frame, residual = np.eye(len(rates)), amplitudes.copy()
    turn = expm(omega)
    for _ in range(20):
        later = residual - frame @ (rates * (frame.T @ residual))  # rates are at most 2
        assert later @ later <= (residual @ residual) * (1 + 100 * EPS * len(rates))
        frame, residual = frame @ turn, later


# The system for integrators.


def test_the_system_of_three_modes_is_the_statement() -> None:
    system = rotating_system(3)
    names = {c(k, t): system.states[k - 1] for k in (1, 2, 3)}
    names |= {value(k, t): sp.Symbol(f"Lambda_{k}", real=True) for k in (1, 2, 3)}
    names |= {
        T_12(t): sp.Symbol("T_1_2", real=True),
        T_13(t): sp.Symbol("T_1_3", real=True),
        T_23(t): sp.Symbol("T_2_3", real=True),
    }
    for relation, expression in zip(THREE.content, system.rhs, strict=True):
        assert sp.expand(relation.rhs.xreplace(names) - expression) == 0


@pytest.mark.parametrize("n", [2, 3, 6])
def test_the_systems_jacobian_is_the_generator(n: int) -> None:
    system = rotating_system(n)
    jacobian = system.jacobian()
    assert jacobian + jacobian.T == -2 * eta * sp.diag(*system.parameters[1 : n + 1])
    assert len(system.parameters) == 1 + n + n * (n - 1) // 2


def test_one_mode_cannot_rotate() -> None:
    with pytest.raises(ValueError, match="two modes or more; modes=1"):
        rotating_system(1)
