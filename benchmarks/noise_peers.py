"""What a user would otherwise integrate Dyson's process with: Euler and Maruyama at equal steps, in float64 on the CPU.

Each contestant is a function of (n, β, steps, paths) that compiles and returns one without arguments, which gives the
eigenvalues ``(paths, n)`` at time 1; a peer that is not installed raises ImportError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Run = Callable[[], Array]
Make = Callable[[int, float, int, int], Run]


def start(n: int) -> Array:
    """Eigenvalues at time 0, largest first."""
    return np.linspace(6.0, -6.0, n)


def numba_loop(n: int, beta: float, steps: int, paths: int) -> Run:
    """Plain loops, a path to an iteration of prange; antisymmetry used, divisions may be reordered."""
    import numba

    @numba.njit(parallel=True, fastmath=True)
    def go(begin: Array, out: Array) -> None:
        h = 1.0 / steps
        root = np.sqrt(h)
        for path in numba.prange(paths):
            x, f = begin.copy(), np.empty(n)
            for _ in range(steps):
                f[:] = 0.0
                for i in range(n):
                    for j in range(i):
                        push = 0.5 * beta / (x[i] - x[j])
                        f[i] += push
                        f[j] -= push
                for i in range(n):
                    x[i] += f[i] * h + root * np.random.standard_normal()  # noqa: NPY002 - what numba compiles
            out[path] = x

    out = np.empty((paths, n))

    def run() -> Array:
        go(start(n), out)
        return out

    return run


def torch_chunks(n: int, beta: float, steps: int, paths: int) -> Run:
    """Batched PyTorch, in chunks that stay in the cache."""
    import torch

    def run() -> Array:
        ends = []
        for _ in range(0, paths, 200):
            x = torch.as_tensor(start(n)).repeat(200, 1)
            for _ in range(steps):
                difference = x[:, :, None] - x[:, None, :]
                difference.diagonal(dim1=1, dim2=2).fill_(float("inf"))
                x = (
                    x
                    + (0.5 * beta / steps) * difference.reciprocal().sum(2)
                    + torch.randn_like(x) / steps**0.5
                )
            ends.append(x)
        return torch.cat(ends).numpy()

    return run


def diffrax_vmap(n: int, beta: float, steps: int, paths: int) -> Run:
    """``diffeqsolve`` with Euler under vmap and jit; its Brownian path without a tree, the fastest it has."""
    import diffrax
    import jax
    import jax.numpy as jnp
    import lineax

    jax.config.update("jax_enable_x64", True)

    def push(t: Any, x: Any, args: Any) -> Any:  # noqa: ARG001
        difference = x[:, None] - x[None, :] + jnp.diag(jnp.full(n, jnp.inf))
        return 0.5 * beta * (1 / difference).sum(1)

    def strength(t: Any, x: Any, args: Any) -> Any:  # noqa: ARG001
        return lineax.DiagonalLinearOperator(jnp.ones(n))

    def one(key: Any) -> Any:
        path = diffrax.UnsafeBrownianPath(shape=(n,), key=key)
        noise = diffrax.ControlTerm(strength, path)
        terms = diffrax.MultiTerm(diffrax.ODETerm(push), noise)
        found = diffrax.diffeqsolve(
            terms, diffrax.Euler(), 0.0, 1.0, 1.0 / steps, jnp.asarray(start(n)), max_steps=steps + 1,
            adjoint=diffrax.ForwardMode(),
        )  # fmt: skip
        return found.ys[0]

    compiled = jax.jit(jax.vmap(one))
    keys = jax.random.split(jax.random.PRNGKey(1), paths)
    return lambda: np.asarray(compiled(keys))


def torchsde_euler(n: int, beta: float, steps: int, paths: int) -> Run:
    """``sdeint`` with method euler, diagonal noise in Itô's sense."""
    import torch
    import torchsde

    class Dyson(torch.nn.Module):
        noise_type, sde_type = "diagonal", "ito"

        def f(self, t: Any, x: Any) -> Any:  # noqa: ARG002
            difference = x[:, :, None] - x[:, None, :]
            difference.diagonal(dim1=1, dim2=2).fill_(float("inf"))
            return 0.5 * beta * difference.reciprocal().sum(2)

        def g(self, t: Any, x: Any) -> Any:  # noqa: ARG002
            return torch.ones_like(x)

    process, times = Dyson(), torch.tensor([0.0, 1.0], dtype=torch.float64)

    def run() -> Array:
        ends = []
        with torch.no_grad():
            for _ in range(0, paths, 500):
                x = torch.as_tensor(start(n)).repeat(min(500, paths), 1)
                ends.append(torchsde.sdeint(process, x, times, method="euler", dt=1.0 / steps)[-1])
        return torch.cat(ends).numpy()

    return run


def jitcsde_loop(n: int, beta: float, steps: int, paths: int) -> Run:
    """One path after the other, its own Runge–Kutta method at steps that are held to the common length."""
    from jitcsde import jitcsde, y

    drift = [sum(beta / 2 / (y(i) - y(j)) for j in range(n) if j != i) for i in range(n)]
    solver = jitcsde(drift, [1.0] * n, verbose=False)
    solver.compile_C()
    # Tolerances so loose that no step is rejected: the length is then the largest allowed one.
    solver.set_integration_parameters(
        atol=1e6, rtol=1e6, first_step=1.0 / steps, max_step=1.0 / steps, min_step=1e-12
    )

    def run() -> Array:
        found = np.empty((paths, n))
        for path in range(paths):
            solver.set_initial_value(start(n), 0.0)
            solver.set_seed(path)
            found[path] = solver.integrate(1.0)
        return found

    return run


PEERS: dict[str, tuple[Make, int]] = {
    "numba, a loop": (numba_loop, 1),
    "PyTorch, chunks": (torch_chunks, 1),
    "diffrax": (diffrax_vmap, 1),
    "torchsde": (torchsde_euler, 10),
    "JiTCSDE": (jitcsde_loop, 500),
}
"""By name, with the factor by which fewer paths are taken, so that a round ends in a moment."""
