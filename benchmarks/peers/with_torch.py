"""torchdiffeq and torchode in float64 on the CPU."""

from __future__ import annotations

from typing import Any

import torch
import torchdiffeq
import torchode

from ..problem import Array, Problem
from . import Contestants, Run


def _flow(d: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
    """Strengths ``(B, n)``, parameters ``(B, 6 + 2n)``."""
    n = d.shape[-1]
    eta, tau, W, omega, s, dimension = (p[..., i : i + 1] for i in range(6))
    h, G = p[..., 6 : 6 + n], p[..., 6 + n :]
    squares, eye = d * d, torch.eye(n, dtype=d.dtype)
    apart = squares[..., :, None] - squares[..., None, :] + eye
    pushes = ((1 - eye) * (squares[..., :, None] + squares[..., None, :]) / apart).sum(-1)
    return eta**2 * tau * W * G**2 / d - eta * (omega + h) * d + s**2 * (dimension - 1 + pushes) / (2 * d)


def contestants(problem: Problem, many: bool) -> Contestants:
    """torchdiffeq for single trajectories (its steps are those of the whole batch), torchode for both."""
    initial, parameters = torch.tensor(problem.initial), torch.tensor(problem.parameters)

    def by_torchdiffeq(rtol: float, atol: float) -> Run:
        def run() -> Array:
            with torch.no_grad():
                times = torch.tensor([0.0, problem.end], dtype=torch.float64)
                flow = lambda t, d: _flow(d, parameters)  # noqa: E731, ARG005
                return torchdiffeq.odeint(flow, initial, times, rtol=rtol, atol=atol, method="dopri8")[
                    -1
                ].numpy()

        return run

    def by_torchode(rtol: float, atol: float) -> Run:
        def flow(t: Any, d: torch.Tensor) -> torch.Tensor:  # noqa: ARG001
            return _flow(d, parameters)

        term = torchode.ODETerm(flow)
        method = torchode.Tsit5(term=term)
        solver = torchode.AutoDiffAdjoint(method, torchode.IntegralController(rtol, atol, term=term))
        count = len(initial)
        times = torch.tensor([0.0, problem.end], dtype=torch.float64).expand(count, 2)

        def run() -> Array:
            with torch.no_grad():
                wanted = torchode.InitialValueProblem(y0=initial, t_eval=times)
                return solver.solve(wanted).ys[:, -1].numpy()

        return run

    return {"torchode Tsit5": by_torchode} | ({} if many else {"torchdiffeq dopri8": by_torchdiffeq})
