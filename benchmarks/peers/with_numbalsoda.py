"""numbalsoda: LSODA and DOP853 with a right-hand side compiled by numba, under prange for ensembles."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numbalsoda import dop853, lsoda, lsoda_sig

from ..problem import Array, Problem, written_by_hand
from . import Contestants, Run


def contestants(problem: Problem, many: bool) -> Contestants:
    """Both methods."""
    n, size = problem.n, problem.parameters.shape[1]
    flow = written_by_hand(n)

    @numba.cfunc(lsoda_sig)
    def right_hand_side(t: float, u: Any, du: Any, p: Any) -> None:
        flow(t, numba.carray(u, (n,)), numba.carray(p, (size,)), numba.carray(du, (n,)))

    address, times = right_hand_side.address, np.array([0.0, problem.end])
    contestants.kept = right_hand_side  # type: ignore[attr-defined]  # its address must stay valid

    def with_method(solver: Any) -> Any:
        @numba.njit(parallel=True)
        def all_of_them(initial: Array, parameters: Array, rtol: float, atol: float) -> Array:
            ends = np.empty_like(initial)
            for b in numba.prange(initial.shape[0]):
                found, _ = solver(address, initial[b], times, parameters[b], rtol, atol, 1000000)
                ends[b] = found[-1]
            return ends

        def make(rtol: float, atol: float) -> Run:
            if many:
                numba.set_num_threads(2)
                all_of_them(problem.initial[:2], problem.parameters[:2], rtol, atol)
                return lambda: all_of_them(problem.initial, problem.parameters, rtol, atol)

            def run() -> Array:
                found, _ = solver(
                    address, problem.initial[0], times, problem.parameters[0], rtol, atol, 1000000
                )
                return found[-1:]

            return run

        return make

    return {"numbalsoda LSODA": with_method(lsoda), "numbalsoda DOP853": with_method(dop853)}
