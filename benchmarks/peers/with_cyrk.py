"""CyRK: methods in C++, with a right-hand side compiled by numba."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from CyRK import nb_diffeq_addr, nbsolve2_ivp

from ..problem import Array, Problem, written_by_hand
from . import Contestants, Run


def contestants(problem: Problem, many: bool) -> Contestants:
    """DOP853 and LSODA."""
    if many:
        return {}
    n, size = problem.n, problem.parameters.shape[1]
    flow = written_by_hand(n)

    def right_hand_side(dy: Any, t: float, y: Any, args: Any) -> None:
        flow(t, numba.carray(y, (n,)), numba.carray(args, (size,)), numba.carray(dy, (n,)))

    address = nb_diffeq_addr(right_hand_side)
    return {f"CyRK {name}": _make(problem, address, name) for name in ("DOP853", "LSODA")}


def _make(problem: Problem, address: int, method: str) -> Any:
    def make(rtol: float, atol: float) -> Run:
        def run() -> Array:
            found = nbsolve2_ivp(
                address, (0.0, problem.end), problem.initial[0], method,
                args=problem.parameters[0], rtol=rtol, atol=atol,
            )  # fmt: skip
            return np.array(found.y[:, -1])[None]

        # numba compiles at the first call.
        nbsolve2_ivp(
            address, (0.0, 1e-6), problem.initial[0], method, args=problem.parameters[0], rtol=rtol, atol=atol
        )
        return run

    return make
