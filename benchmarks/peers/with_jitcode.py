"""JiTCODE: the unrolled expressions compiled as C by symengine and a compiler, then SciPy's older solvers."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import symengine
from jitcode import jitcode, t, y  # noqa: F401 - t makes the name known to symengine

from ..problem import Array, Problem
from . import Contestants, Run, left_out


def compiled(problem: Problem) -> Any:
    """The integrator with its C module made."""
    n = problem.n
    eta, tau, W, omega, s, p = symengine.symbols("eta tau W omega s p")
    h, G = symengine.symbols(f"h0:{n}"), symengine.symbols(f"G0:{n}")
    rates = []
    for j in range(n):
        pushes = sum((y(j) ** 2 + y(k) ** 2) / (y(j) ** 2 - y(k) ** 2) for k in range(n) if k != j)
        rates.append(
            eta**2 * tau * W * G[j] ** 2 / y(j)
            - eta * (omega + h[j]) * y(j)
            + s**2 * (p - 1 + pushes) / (2 * y(j))
        )
    made = jitcode(rates, control_pars=[eta, tau, W, omega, s, p, *h, *G], verbose=False)
    made.generate_f_C(simplify=False)
    made.generate_jac_sym(simplify=False)  # by itself it would simplify for minutes
    made.generate_jac_C()
    made.compile_C(extra_compile_args=["-O2", "-march=native", "-w"])
    return made


def contestants(problem: Problem, many: bool) -> Contestants:
    """LSODA and DOP853; at n = 100 compiling takes a minute and a half, and it is left out."""
    if many:
        return {}
    if problem.n > 10:
        return {"JiTCODE": left_out("its unrolled expressions take more than a minute to compile")}

    def with_method(name: str) -> Any:
        @cache
        def own() -> Any:
            return compiled(problem)

        def make(rtol: float, atol: float) -> Run:
            made = own()
            made.set_parameters(*problem.parameters[0])
            made.set_initial_value(problem.initial[0], 0.0)
            made.set_integrator(name, rtol=rtol, atol=atol, nsteps=10**6)

            def run() -> Array:
                made.set_initial_value(problem.initial[0], 0.0)
                return np.array(made.integrate(problem.end))[None]

            return run

        return make

    return {"JiTCODE LSODA": with_method("lsoda"), "JiTCODE DOP853": with_method("dop853")}
