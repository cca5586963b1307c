"""SciPy, with a right-hand side compiled by numba, and with one that SymPy's lambdify wrote out."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp
from scipy.integrate import solve_ivp

from ..problem import Array, Problem, written_by_hand
from . import Contestants, Run, left_out


def contestants(problem: Problem, many: bool) -> Contestants:
    """DOP853 and LSODA, each with both; lambdify up to ten states, beyond which it takes minutes to compile."""
    if many:
        return {}
    given = problem.parameters[0]
    flow = written_by_hand(problem.n)

    def by_numba(t: float, d: Array) -> Array:
        out = np.empty_like(d)
        flow(t, d, given, out)
        return out

    found = {f"SciPy {m}, numba": _make(problem, by_numba, m) for m in ("DOP853", "LSODA")}
    if problem.n > 10:
        found["SciPy, lambdify"] = left_out("its expressions, written out, take tens of seconds to compile")
    else:
        written = lambdified(problem)
        found |= {f"SciPy {m}, lambdify": _make(problem, written, m) for m in ("DOP853", "LSODA")}
    return found


def lambdified(problem: Problem) -> Any:
    """``f(t, d)`` from the system written out, as SymPy makes it."""
    system = problem.system.written_out(problem.n)
    written = sp.lambdify([system.time, system.states, system.parameters], system.rhs, "numpy", cse=True)
    given = problem.parameters[0]
    return lambda t, d: np.array(written(t, d, given))


def _make(problem: Problem, slope: Any, method: str) -> Any:
    def make(rtol: float, atol: float) -> Run:
        def run() -> Array:
            found = solve_ivp(
                slope, (0, problem.end), problem.initial[0], method=method, rtol=rtol, atol=atol
            )
            return found.y[:, -1][None]

        return run

    return make
