"""What the theory says of each regime, read off its statements: no number of it is typed here.

A :class:`Reading` can be altered in one place; a property that holds of the reading has to fail of the altered one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy as sp
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from spectral_edge.theory.edge import THEORY
from spectral_edge.theory.edge.adiabatic.adiabatic_units import gap_kernel, kernel_speed
from spectral_edge.theory.edge.adiabatic.mode_following import ratio
from spectral_edge.theory.edge.eigenvectors.davis_kahan import change_norm, gap_same, turn_sin
from spectral_edge.theory.edge.kernel.critical_adiabatic import A_2
from spectral_edge.theory.edge.kernel.exceptional_point import gamma, w_c
from spectral_edge.theory.edge.kernel.exceptional_solutions import difference
from spectral_edge.theory.edge.kernel.kernel_speed import w
from spectral_edge.theory.edge.kernel.rotating_kernel import c
from spectral_edge.theory.edge.notation import eta, t

Floats = np.ndarray[Any, np.dtype[np.float64]]
Norm = str | int
"""A norm by the name that NumPy has for it."""

CRITICAL: Mapping[Norm, str] = {"fro": "S5.critical-f", 2: "S5.critical-2", "nuc": "S5.one-1"}
CONE: Mapping[Norm, int] = {"fro": 0, 2: 1}
"""The part of S5.cone-adiabatic in each norm."""


def _right(identifier: str, part: int = 0) -> Any:
    return THEORY[identifier].content[part].rhs


def _function(arguments: tuple[Any, ...], expression: Any) -> Callable[..., float]:
    names = sp.symbols(f"z_1:{len(arguments) + 1}")
    made: Callable[..., float] = sp.lambdify(
        names, expression.xreplace(dict(zip(arguments, names, strict=True)))
    )
    return made


def _solved(relation: Any, unknown: Any) -> Any:
    (found,) = sp.solve(relation, unknown)
    return found


@dataclass(frozen=True)
class Reading:
    """What two modes, or two groups of modes, do at a rate of turning ``w`` and half a gap of rates ``w_c``."""

    parameter: Callable[..., float]
    """𝒜 (speed of the kernel, η, gap): S5.v1."""
    critical: Mapping[Norm, float]
    """𝒜 at the exceptional point, by norm: S5.critical-f, S5.critical-2, S5.one-1."""
    half: Callable[..., float]
    """w_c (η, gap): D.two-rates."""
    squared_distance: Callable[..., float]
    """Squared distance of a growth rate from −γ (w, w_c): S5.rates."""
    lag: Callable[..., float]
    """Largest fast over slow amplitude P (w, w_c): D.smaller-mixing and S5.adiabatic-norms."""
    at_point: Callable[..., float]
    """Second amplitude at the exceptional point (time, γ, w_c, both amplitudes at zero): S5.at-solution."""
    slip: Callable[..., float]
    """Rate at which a residual leaves its direction in space (fast over slow amplitude, w_c): S5.riccati."""
    coupling: Mapping[Norm, float]
    """w/w_c is at most this times 𝒜: S5.cone-adiabatic."""
    turn: float
    """The sine of the angle of a leading mode is at most this times 𝒜_geo: W5.leading."""
    forward: bool = True
    """Whether small 𝒜 means a mode that is followed."""

    def altered(self, **changes: Any) -> Reading:
        return replace(self, **changes)


def _lag() -> Callable[..., float]:
    by_rates = _right("S5.adiabatic-norms", 1)
    return _function((w, w_c), _right("D.smaller-mixing").subs(A_2, by_rates))


def _at_point() -> Callable[..., float]:
    first, second = sp.symbols("first second")
    now = _right("S5.at-solution").xreplace({difference(0): first - second, c(2, 0): second})
    return _function((t, gamma, w_c, first, second), now)


def _slip() -> Callable[..., float]:
    """p = tan ψ turns at ψ' = p'/(1 + p²); less w, the turning of the modes, it is that of the residual."""
    p = ratio(t)
    return _function((p, w_c), sp.cancel(_right("S5.riccati") / (1 + p**2) - w))


def _coupling(part: int) -> float:
    bound = THEORY["S5.cone-adiabatic"].content[part].rhs  # 𝒜 ≥ this
    return float(1 / bound.subs({w: 1, w_c: 1}))


def _turn() -> float:
    claim = THEORY["W5.leading"].content[0]  # a multiple of ‖ΔS‖² against (gap · sine)²
    return float(
        sp.sqrt(sp.cancel(claim.lhs / change_norm**2) / sp.cancel(claim.rhs / (gap_same * turn_sin) ** 2))
    )


READ = Reading(
    parameter=_function((kernel_speed, eta, gap_kernel), _right("S5.v1")),
    critical={norm: float(_right(identifier)) for norm, identifier in CRITICAL.items()},
    half=_function((eta, gap_kernel), _solved(THEORY["D.two-rates"].content[2], w_c)),
    squared_distance=_function((w, w_c), _right("S5.rates")),
    lag=_lag(),
    at_point=_at_point(),
    slip=_slip(),
    coupling={norm: _coupling(part) for norm, part in CONE.items()},
    turn=_turn(),
)

FIRST = settings(phases=(Phase.generate,), max_examples=300, derandomize=True, database=None, deadline=None)


def rejected(holds: Callable[[Reading, Any], bool], cases: st.SearchStrategy[Any], altered: Reading) -> bool:
    """Whether the property fails somewhere of the altered reading."""
    try:
        find(cases, lambda case: not holds(altered, case), settings=FIRST)
    except NoSuchExample:
        return False
    return True
