"""Every system follows something exact that is known of it, with every backend; altered systems do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from spectral_edge.simulate.integrate import integrate
from spectral_edge.theory.deep_linear.depth_strength import depth_system
from spectral_edge.theory.deep_linear.mode_flow import two_layer_system
from spectral_edge.theory.edge.adiabatic.mode_following import following_system
from spectral_edge.theory.edge.eigenvalues.pechukas_yukawa import pechukas_yukawa_system
from spectral_edge.theory.edge.feedback.alpha_feedback import feedback_system
from spectral_edge.theory.edge.gap.gap_flow import gap_system
from spectral_edge.theory.edge.kernel.three_mode_frame import rotating_system
from spectral_edge.theory.edge.strengths.signal_strength import strength_system
from spectral_edge.theory.system import System

Floats = np.ndarray[Any, np.dtype[np.float64]]
RTOL, ATOL, B = 1e-10, 1e-12, 4


@dataclass(frozen=True, eq=False)
class Case:
    """A system, B trajectories of it, and the exact values ``(k, T, B)`` of its first k states, or of ``seen``."""

    system: System
    initial: Floats
    parameters: dict[str, Floats]
    at: Floats
    exact: Floats
    seen: Callable[[Floats], Floats] = lambda y: y
    growth: float = 1.0
    """By how much an error made in one step may have grown at the end."""


def strengths(start: Floats, q: dict[str, Floats], h: Floats, G: Floats, t: Floats) -> Floats:
    """d² relaxes linearly, at twice the rate η (h + ω), to ητ W G² / (h + ω)."""
    rest = q["eta"] * q["tau"] * q["W"] * G**2 / (h + q["omega"])
    rate = 2 * q["eta"] * (h + q["omega"])
    return np.sqrt(rest + (start**2 - rest) * np.exp(-rate * t[:, None]))


def shared(rng: np.random.Generator) -> dict[str, Floats]:
    return {
        "eta": rng.uniform(0.05, 0.5, B),
        "tau": rng.uniform(0.5, 1.5, B),
        "omega": rng.uniform(0.1, 1.0, B),
        "W": rng.uniform(5.0, 20.0, B),
    }


def strength_case(rng: np.random.Generator) -> Case:
    q, at = shared(rng), np.linspace(0.0, 4.0, 4)
    h, G, start = rng.uniform(0.1, 2.0, B), rng.uniform(0.1, 1.0, B), rng.uniform(0.3, 2.0, B)
    exact = strengths(start, q, h, G, at)[None]
    return Case(strength_system(), start[None], q | {"h_j": h, "G_j": G}, at, exact)


def gap_case(rng: np.random.Generator) -> Case:
    q, at = shared(rng), np.linspace(0.0, 4.0, 4)
    h, G = rng.uniform(0.1, 2.0, (2, B)), rng.uniform(0.1, 1.0, (2, B))
    low = rng.uniform(0.5, 1.0, B)
    high = low + rng.uniform(0.2, 1.0, B)
    above, below = strengths(high, q, h[0], G[0], at), strengths(low, q, h[1], G[1], at)
    names = {"h_k": h[0], "h_l": h[1], "G_k": G[0], "G_l": G[1]}
    start = np.array([high - low, (high + low) / 2])
    return Case(gap_system(), start, q | names, at, np.array([above - below, (above + below) / 2]))


def levels_at(first: Floats, slope: Floats, time: float) -> tuple[Floats, Floats, Floats]:
    level, modes = np.linalg.eigh(first + time * slope)
    element = modes.T @ slope @ modes
    coupling = (level[:, None] - level[None, :]) * element
    pairs = [coupling[i, k] for i, k in combinations(range(len(level)), 2)]
    return level, np.diag(element), np.array(pairs)


def matrices(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """A_0 with levels about one apart, and B so that they stay apart."""
    slope = rng.standard_normal((n, n))
    first = np.diag(np.arange(n) + rng.uniform(-0.1, 0.1, n))
    return first, 0.3 * (slope + slope.T) / 2


def pechukas_yukawa_case(rng: np.random.Generator) -> Case:
    n, at = 3, np.linspace(0.0, 0.6, 3)
    pairs = [matrices(rng, n) for _ in range(B)]
    start = np.array([np.concatenate(levels_at(*pair, 0.0)) for pair in pairs]).T
    exact = np.array([[np.concatenate(levels_at(*pair, t)) for pair in pairs] for t in at])

    def seen(y: Floats) -> Floats:
        """The signs of couplings are those of eigenvectors, which are arbitrary at each time."""
        return np.concatenate([y[: 2 * n], y[2 * n :] ** 2])

    return Case(pechukas_yukawa_system(n), start, {}, at, seen(exact.transpose(2, 0, 1)), seen, 10.0)


def rotating_case(rng: np.random.Generator) -> Case:
    n, at = 3, np.linspace(0.0, 3.0, 4)
    start, decay, eta = rng.standard_normal((n, B)), rng.uniform(0.1, 2.0, (n, B)), rng.uniform(0.2, 1.0, B)
    turns = rng.uniform(-2.0, 2.0, (3, B))
    names = {f"Lambda_{j + 1}": decay[j] for j in range(n)}
    names |= {f"T_{i + 1}_{k + 1}": turns[m] for m, (i, k) in enumerate(combinations(range(n), 2))}
    exact = np.empty((n, len(at), B))
    for b in range(B):
        generator = np.diag(-eta[b] * decay[:, b])
        for m, (i, k) in enumerate(combinations(range(n), 2)):
            generator[i, k], generator[k, i] = turns[m, b], -turns[m, b]
        exact[:, :, b] = np.array([expm(generator * t) @ start[:, b] for t in at]).T
    return Case(rotating_system(n), start, names | {"eta": eta}, at, exact)


def two_layer_case(rng: np.random.Generator) -> Case:
    """Balanced weights: their product u follows the logistic u' = 2u (s − u)/τ."""
    at = np.linspace(0.0, 2.0, 4)
    s, tau, u = rng.uniform(0.5, 3.0, B), rng.uniform(0.5, 2.0, B), rng.uniform(0.05, 4.0, B)
    exact = s / (1 + (s / u - 1) * np.exp(-2 * s * at[:, None] / tau))
    start = np.array([np.sqrt(u)] * 2)
    return Case(
        two_layer_system(), start, {"s": s, "tau": tau}, at, exact[None], lambda y: y[:1] * y[1:], 4.0
    )


def depth_case(rng: np.random.Generator) -> Case:
    """One layer relaxes exponentially, two follow the logistic."""
    at = np.linspace(0.0, 2.0, 4)
    s, T, u = rng.uniform(0.5, 3.0, B), rng.uniform(0.5, 2.0, B), rng.uniform(0.05, 4.0, B)
    depth = np.array([1.0, 2.0] * (B // 2))
    relaxed = s + (u - s) * np.exp(-at[:, None] / T)
    logistic = s / (1 + (s / u - 1) * np.exp(-2 * s * at[:, None] / T))
    exact = np.where(depth == 1, relaxed, logistic)
    return Case(depth_system(), u[None], {"S": s, "T": T, "N": depth}, at, exact[None])


def following_case(rng: np.random.Generator) -> Case:
    """The ratio of the two amplitudes of a linear system solves the Riccati equation."""
    at = np.linspace(0.0, 2.0, 4)
    w, w_c, p = rng.uniform(0.1, 0.9, B), rng.uniform(1.0, 2.0, B), rng.uniform(0.0, 0.5, B)
    exact = np.empty((1, len(at), B))
    for b in range(B):
        generator = np.array([[-2 * w_c[b], w[b]], [-w[b], 0.0]])
        for k, t in enumerate(at):
            first, second = expm(generator * t) @ [p[b], 1.0]
            exact[0, k, b] = first / second
    return Case(following_system(), p[None], {"w": w, "w_c": w_c}, at, exact)


def feedback_case(rng: np.random.Generator) -> Case:
    """The loop comes to rest at the first fixed point, a root of a cubic, on the side to which it starts."""
    base, gain = rng.uniform(0.3, 1.0, B), rng.uniform(0.1, 0.6, B)
    damping, half, start = rng.uniform(0.5, 1.0, B), rng.uniform(1.0, 2.0, B), rng.uniform(0.0, 4.0, B)
    rests, slowest = np.empty(B), np.inf
    for b in range(B):
        roots = np.roots(
            [damping[b], -(base[b] + gain[b]), damping[b] * half[b] ** 2, -base[b] * half[b] ** 2]
        )
        real = np.sort([r.real for r in roots if abs(r.imag) < 1e-7])
        up = base[b] + gain[b] * start[b] ** 2 / (start[b] ** 2 + half[b] ** 2) > damping[b] * start[b]
        rests[b] = real[real > start[b]].min() if up else real[real < start[b]].max()
        x = rests[b]
        slowest = min(slowest, damping[b] - gain[b] * 2 * x * half[b] ** 2 / (x**2 + half[b] ** 2) ** 2)
    names = {"c_loop": base, "a_loop": gain, "kappa_g": damping, "s_half": half}
    end = np.array([0.0, 40 / slowest])  # e⁻⁴⁰ is below rounding
    return Case(feedback_system(), start[None], names, end, rests[None, None], lambda y: y[:, 1:])


CASES = {
    "strength": strength_case,
    "gap": gap_case,
    "Pechukas-Yukawa": pechukas_yukawa_case,
    "rotating": rotating_case,
    "two layers": two_layer_case,
    "depth": depth_case,
    "following": following_case,
    "feedback": feedback_case,
}


def excess(case: Case, backend: str, rtol: float = RTOL, atol: float = ATOL) -> float:
    """Largest error over what the tolerances allow: one unit per step, and ten for the norms that differ.

    It is infinite if the end is not reached in 400 steps, of which none of the true systems takes so many.
    """
    span = (float(case.at[0]), float(case.at[-1]))
    asked = {"backend": backend, "rtol": rtol, "atol": atol, "max_steps": 400}
    found = integrate(case.system, case.initial, case.parameters, span, case.at, **asked)
    if not found.succeeded:
        return float("inf")
    one = atol + rtol * np.abs(found.y).max()
    allowed = 10 * case.growth * one * (found.steps.max() + 1)
    return float(np.abs(case.seen(found.y) - case.exact).max() / allowed)


@pytest.mark.parametrize("name", CASES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=4, deadline=None)
def test_the_system_follows_its_ground_truth(backend: str, name: str, seed: int) -> None:
    assert excess(CASES[name](np.random.default_rng(seed)), backend) <= 1


def altered(system: System) -> Iterator[tuple[str, System]]:
    """One term at a time with its sign changed, without its number, or without one of its parameters."""
    for i, rate in enumerate(system.rhs):
        terms = list(sp.Add.make_args(sp.expand(rate)))
        for k, term in enumerate(terms):
            changed = {f"{term} with its sign changed": -term}
            number, rest = term.as_coeff_Mul()
            if abs(number) != 1 and number != 0:
                changed[f"{term} without its number"] = sp.sign(number) * rest
            for parameter in system.parameters:
                if term.has(parameter):
                    changed[f"{term} without {parameter}"] = term.subs(parameter, 1)
            for what, other in changed.items():
                if sp.expand(other - term) != 0:
                    new = sp.Add(*terms[:k], other, *terms[k + 1 :])
                    yield what, replace(system, rhs=(*system.rhs[:i], new, *system.rhs[i + 1 :]))


@pytest.mark.parametrize("name", CASES)
def test_an_altered_system_leaves_the_ground_truth(name: str) -> None:
    case = CASES[name](np.random.default_rng(1))
    mutants = list(altered(case.system))
    assert mutants
    # Looser tolerances are enough: an altered flow is another flow.
    loose = (1e-6, 1e-8) if name == "Pechukas-Yukawa" else (1e-4, 1e-6)
    assert excess(case, "scipy", *loose) <= 1
    assert [
        what for what, system in mutants if excess(replace(case, system=system), "scipy", *loose) <= 1
    ] == []


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=4, deadline=None)
def test_the_energy_and_the_trace_of_moving_levels_are_conserved(backend: str, seed: int) -> None:
    case = pechukas_yukawa_case(np.random.default_rng(seed))
    n, at = 3, np.linspace(0.0, 0.6, 7)
    found = integrate(case.system, case.initial, {}, (0.0, 0.6), at, backend=backend)
    level, speed, pairs = np.split(found.y, [n, 2 * n])
    gaps = np.array([level[i] - level[k] for i, k in combinations(range(n), 2)])
    energy = (speed**2).sum(0) / 2 + (pairs**2 / gaps**2).sum(0)
    for conserved in (energy, speed.sum(0)):
        # One unit of the tolerance per step, grown by couplings over gaps, in each of the nine states.
        allowed = 9 * 10 * RTOL * (found.steps.max() + 1) * (1 + np.abs(conserved).max())
        assert np.abs(conserved - conserved[0]).max() <= allowed
