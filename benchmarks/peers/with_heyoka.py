"""heyoka: Taylor's method, the system written by hand in its own expressions."""

from __future__ import annotations

from typing import Any

import heyoka as hy
import numpy as np

from ..problem import Array, Problem
from . import Contestants, Run, left_out


def expressions(n: int) -> list[Any]:
    """The flow in heyoka's expressions, with ``hy.par`` in the order of the system's parameters."""
    d = hy.make_vars(*(f"d{j}" for j in range(n)))
    eta, tau, W, omega, s, p = (hy.par[i] for i in range(6))
    squares = [x * x for x in d]
    pair = {
        (j, k): (squares[j] + squares[k]) / (squares[j] - squares[k])
        for j in range(n)
        for k in range(j + 1, n)
    }
    rates = []
    for j in range(n):
        pushes = hy.sum([pair[j, k] if j < k else -pair[k, j] for k in range(n) if k != j])
        h, G = hy.par[6 + j], hy.par[6 + n + j]
        rates.append(
            eta * eta * tau * W * G * G / d[j]
            - eta * (omega + h) * d[j]
            + s * s * (p - 1.0 + pushes) / (2.0 * d[j])
        )
    return list(zip(d, rates, strict=True))


def contestants(problem: Problem, many: bool) -> Contestants:
    """One trajectory, or batches of eight under heyoka's own ensembles on two threads."""
    if problem.n > 10:
        return {"heyoka": left_out("its unrolled expressions take minutes to compile")}

    def one(rtol: float, atol: float) -> Run:  # noqa: ARG001 - Taylor's method has one tolerance
        integrator = hy.taylor_adaptive(
            expressions(problem.n), list(problem.initial[0]), tol=rtol, pars=list(problem.parameters[0])
        )

        def run() -> Array:
            integrator.time = 0.0
            integrator.state[:] = problem.initial[0]
            integrator.propagate_until(problem.end)
            return np.array(integrator.state)[None]

        return run

    def batches(rtol: float, atol: float) -> Run:  # noqa: ARG001
        width, count = 8, len(problem.initial) // 8
        integrator = hy.taylor_adaptive_batch(
            expressions(problem.n),
            np.array(problem.initial[:width].T),
            tol=rtol,
            pars=np.array(problem.parameters[:width].T),
        )

        def begin(copy: Any, number: int) -> Any:
            rows = slice(number * width, (number + 1) * width)
            copy.set_time(0.0)
            copy.state[:] = problem.initial[rows].T
            copy.pars[:] = problem.parameters[rows].T
            return copy

        def run() -> Array:
            found = hy.ensemble_propagate_until_batch(
                integrator, problem.end, count, begin, algorithm="thread", max_workers=2
            )
            return np.concatenate([np.array(one_of[0].state).T for one_of in found])

        return run

    return {"heyoka, batches": batches} if many else {"heyoka": one}
