"""Random parameters for the flows, their closed form, and the numbers by which the flows are judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...simulate.integrate import integrate
from ...simulate.lowering.lower import lower
from ...theory.edge import notation as n
from ...theory.edge.strengths.signal_strength import CLOSED_FORM
from ...theory.system import System

Array = npt.NDArray[np.float64]

CONSTANTS = {"rtol": 1e-10, "tolerance": 1e-7, "draws": 20.0, "samples": 41.0, "seed": 3.0}
REASONS = {
    "rtol": "relative tolerance asked of the integrator; no source, far below any effect",
    "tolerance": "1000 times rtol: the errors of some hundred steps may add up, and the gap, a difference of two "
    "strengths, may lose one more digit",
    "draws": "number of parameter sets; no source",
    "samples": "times at which the two are compared; no source",
    "seed": "of the draws",
}


@dataclass(frozen=True)
class Draw:
    """One set of parameters: two modes, just above and just below the gap."""

    shared: dict[str, float]
    h: tuple[float, float]
    gradient: tuple[float, float]
    start: tuple[float, float]
    time: Array


def draws() -> list[Draw]:
    """Random parameters over two relaxation times, with ητ ≠ 1 so that a lost factor shows."""
    rng = np.random.default_rng(int(CONSTANTS["seed"]))
    made = []
    for _ in range(int(CONSTANTS["draws"])):
        eta, tau, omega = rng.uniform(0.05, 0.5), rng.uniform(0.5, 1.5), rng.uniform(0.1, 1.0)
        h, gradient = rng.uniform(0.1, 2.0, 2), rng.uniform(0.1, 1.0, 2)
        low, step = rng.uniform(0.5, 1.0), rng.uniform(0.2, 1.0)
        end = 2.0 / (eta * (h.mean() + omega))
        made.append(
            Draw(
                {"eta": float(eta), "tau": float(tau), "omega": float(omega), "W": 10.0},
                (float(h[0]), float(h[1])),
                (float(gradient[0]), float(gradient[1])),
                (float(low + step), float(low)),
                np.linspace(0.0, end, int(CONSTANTS["samples"])),
            )
        )
    return made


_START = sp.Symbol("d_0", positive=True)
_SQUARED = lower(
    (CLOSED_FORM.content[0].rhs.xreplace({n.d_j(0): _START}),),
    (n.t, n.eta, n.tau, n.W, n.omega, n.h_j, n.G_j, _START),
)


def closed_strength(draw: Draw, mode: int) -> Array:
    """Strength of mode 0 (above the gap) or 1 (below it) at the draw's times, in closed form."""
    shared = draw.shared
    constants = (shared["eta"], shared["tau"], shared["W"], shared["omega"])
    (squared,) = _SQUARED(draw.time, *constants, draw.h[mode], draw.gradient[mode], draw.start[mode])
    strength: Array = np.sqrt(squared)
    return strength


def integrated(system: System, initial: Array, parameters: dict[str, float], time: Array) -> Array:
    """The first state of ``system`` at ``time``."""
    out = integrate(system, initial, parameters, (0.0, float(time[-1])), at=time, rtol=CONSTANTS["rtol"])
    first: Array = out.y[0]
    return first


def deviation(found: Array, exact: Array) -> float:
    """Largest difference over the trajectory, relative to the largest value of it."""
    return float(np.max(np.abs(found - exact)) / np.max(np.abs(exact)))


def without_repair(flow: sp.Expr) -> sp.Expr:
    """``flow`` with the factor ητ of the injection taken out again: the source's form."""
    injection = sp.expand(flow).coeff(n.tau) * n.tau
    return flow - injection + injection / (n.eta * n.tau)
