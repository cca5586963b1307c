"""spectral-edge: the native engine."""

from __future__ import annotations

import numpy as np

from spectral_edge.simulate.integrate.native.engine import Engine
from spectral_edge.simulate.lowering.compiled import compile_system

from ..problem import Problem
from . import Contestants, Run


def contestants(problem: Problem, many: bool) -> Contestants:
    """Switching by itself, and for single trajectories also without it."""
    engine = Engine(compile_system(problem.system, problem.n), lanes=many)
    times = np.array([0.0, problem.end])

    def make(rtol: float, atol: float, mode: str = "switching") -> Run:
        def run() -> np.ndarray:
            found = engine.run(
                problem.initial, problem.parameters, times,
                rtol=rtol, atol=atol, mode=mode, max_steps=10**6, threads=2 if many else 1,
            )  # fmt: skip
            return found.y[:, -1]

        return run

    if many:
        return {"spectral-edge": make}
    return {"spectral-edge": make, "spectral-edge, explicit only": lambda r, a: make(r, a, "explicit")}
