"""The flow that is measured: signal strengths with level repulsion, and the draws of its coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from spectral_edge.theory.edge.strengths.strength_modes import strength_modes
from spectral_edge.theory.indexed import IndexedSystem

Array = npt.NDArray[np.float64]

# η, τ, W, ω, noise on the rows, p: numbers of order one for which the modes move for the whole time.
COMMON = {"eta": 0.1, "tau": 1.0, "W": 10.0, "omega": 0.1, "rows_noise": 0.05, "p": 40.0}


@dataclass(frozen=True)
class Problem:
    """``initial (B, n)`` and ``parameters (B, 6 + 2n)``, in the order of the system, over (0, ``end``)."""

    n: int
    end: float
    initial: Array
    parameters: Array

    @property
    def system(self) -> IndexedSystem:
        """The symbolic source."""
        return strength_modes(repelling=True)

    def first(self, count: int) -> Problem:
        """The same with fewer trajectories."""
        return Problem(self.n, self.end, self.initial[:count], self.parameters[:count])


def draw(
    n: int, *, end: float, trajectories: int = 1, colliding: bool = False, noise: float | None = None
) -> Problem:
    """Strengths in falling order, curvatures rising with them, so that modes keep their order.

    ``colliding`` turns the order of the coefficients round: every mode wants to pass every other, and is kept from it.
    """
    rng = np.random.default_rng(20261122)
    strengths = np.linspace(2, 1, n) * rng.uniform(0.98, 1.02, (trajectories, n))
    initial = -np.sort(-strengths, axis=1)
    curvature = np.sort(rng.uniform(0.5, 2.0, (trajectories, n)), axis=1)
    gradient = -np.sort(-rng.uniform(0.5, 1.5, (trajectories, n)), axis=1)
    if colliding:
        curvature, gradient = curvature[:, ::-1], gradient[:, ::-1]
    common = COMMON if noise is None else COMMON | {"rows_noise": noise}
    head = np.broadcast_to(np.array(list(common.values())), (trajectories, len(common)))
    return Problem(n, end, initial, np.hstack([head, curvature, gradient]))


def written_by_hand(n: int) -> Any:
    """The right-hand side as a user of numba would write it: ``f(t, d, p, out)``, plain loops, no tricks."""
    import numba

    @numba.njit
    def flow(t: float, d: Array, p: Array, out: Array) -> None:  # noqa: ARG001 - all flows take the time
        eta, tau, W, omega, s, dimension = p[0], p[1], p[2], p[3], p[4], p[5]
        for j in range(n):
            pushes = 0.0
            mine = d[j] * d[j]
            for k in range(n):
                if k != j:
                    other = d[k] * d[k]
                    pushes += (mine + other) / (mine - other)
            out[j] = (
                eta * eta * tau * W * p[6 + n + j] * p[6 + n + j] / d[j]
                - eta * (omega + p[6 + j]) * d[j]
                + s * s * (dimension - 1 + pushes) / (2 * d[j])
            )

    return flow


def reference(problem: Problem) -> Array:
    """End states ``(B, n)`` by SciPy at tolerances near rounding; its own error is some 1e-13."""
    from scipy.integrate import solve_ivp

    flow = written_by_hand(problem.n)
    ends = []
    for start, given in zip(problem.initial, problem.parameters, strict=True):

        def slope(t: float, d: Array, given: Array = given) -> Array:
            out = np.empty_like(d)
            flow(t, d, given, out)
            return out

        method = "Radau" if np.any(np.diff(given[6 : 6 + problem.n]) < 0) else "DOP853"
        tolerance = {"rtol": 1e-12 if method == "Radau" else 3e-14, "atol": 1e-15}
        ends.append(solve_ivp(slope, (0, problem.end), start, method=method, **tolerance).y[:, -1])
    return np.array(ends)


def error(found: Array, wanted: Array) -> float:
    """The largest relative error of any strength at the end."""
    return float(np.max(np.abs(found / wanted - 1)))
