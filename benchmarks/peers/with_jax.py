"""diffrax in float64 under jit, and under vmap for ensembles."""

from __future__ import annotations

from typing import Any

import diffrax
import jax
import jax.numpy as jnp
import numpy as np

from ..problem import Array, Problem
from . import Contestants, Run

jax.config.update("jax_enable_x64", True)
SOLVERS = {"Dopri8": diffrax.Dopri8, "Tsit5": diffrax.Tsit5}


def _flow(t: Any, d: Any, p: Any) -> Any:  # noqa: ARG001 - the flow does not depend on time
    n = d.shape[0]
    eta, tau, W, omega, s, dimension = (p[i] for i in range(6))
    h, G = p[6 : 6 + n], p[6 + n :]
    squares = d * d
    apart = squares[:, None] - squares[None, :] + jnp.eye(n)
    pushes = jnp.sum((1 - jnp.eye(n)) * (squares[:, None] + squares[None, :]) / apart, axis=1)
    return eta**2 * tau * W * G**2 / d - eta * (omega + h) * d + s**2 * (dimension - 1 + pushes) / (2 * d)


def contestants(problem: Problem, many: bool) -> Contestants:
    """Two explicit methods; for ensembles the one of higher order."""

    def with_solver(solver: Any) -> Any:
        def solve(d: Any, p: Any, rtol: Any, atol: Any) -> Any:
            return diffrax.diffeqsolve(
                diffrax.ODETerm(_flow), solver(), 0.0, problem.end, None, d, p,
                stepsize_controller=diffrax.PIDController(rtol=rtol, atol=atol),
                saveat=diffrax.SaveAt(t1=True), max_steps=10**5,
            ).ys[0]  # fmt: skip

        ready = jax.jit(
            jax.vmap(solve, in_axes=(0, 0, None, None)) if many else solve
        )  # once for all tolerances
        initial, parameters = jnp.asarray(problem.initial), jnp.asarray(problem.parameters)

        def make(rtol: float, atol: float) -> Run:
            def run() -> Array:
                if many:
                    return np.asarray(ready(initial, parameters, rtol, atol))
                return np.asarray(ready(initial[0], parameters[0], rtol, atol))[None]

            return run

        return make

    names = ("Dopri8",) if many else tuple(SOLVERS)
    return {f"diffrax {name}": with_solver(SOLVERS[name]) for name in names}
