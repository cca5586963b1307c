"""Solutions as tensors that can be differentiated by initial values and parameters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ...theory.indexed import SizedSystem
from ...theory.system import System
from .backend import Settings
from .inputs import check_slopes, checked_ensemble, checked_times
from .outcome import Outcome
from .solve import compiled_once
from .tableau import TABLEAUS
from .torch_backend import Flight
from .torch_dense import Steps, steps_of
from .torch_step import Stepper


class Unfinished(RuntimeError):
    """A trajectory did not reach the end, so that its derivative there does not exist."""


def integrate_tensors(
    system: System | SizedSystem,
    initial: Tensor,
    parameters: Mapping[str, Tensor | float],
    at: npt.ArrayLike,
    *,
    method: str = "DOP853",
    rtol: float = 1e-10,
    atol: float = 1e-12,
    max_steps: int = 100_000,
) -> Tensor:
    """States ``(n, T, B...)`` at the times ``at (T,)``, the first of which is the start, with their derivatives.

    The steps are chosen first, without derivatives; then they are taken again with them. So what is differentiated
    is the numerical solution with its steps held fixed; by the tolerances that is the derivative of the solution, with
    an error of the size of theirs. Memory grows with the number of steps.

    Args:
        system: the equations.
        initial: states at the first time, ``(n,)`` or ``(n, B...)``, float64, on the device that is to compute.
        parameters: a number or a tensor for each, broadcasting with the axes after the first of ``initial``.
        at: times, rising or falling, each once; at least two.
        method: one of :data:`.tableau.TABLEAUS`.
        rtol: as for :func:`.solve.integrate`.
        atol: as there.
        max_steps: as there.

    Raises:
        Unfinished: some trajectory stops on the way; the message says where.
        ParameterError: states or parameters do not fit the system.
        ValueError: ``at`` or ``method`` makes no sense, or ``initial`` is not float64.
    """
    times = np.asarray(at, dtype=np.float64)
    if times.ndim != 1 or times.size < 2:
        raise ValueError(f"at={at!r}; give at least two times, the first of which is the start")
    checked_times((float(times[0]), float(times[-1])), times)
    if method not in TABLEAUS:
        raise ValueError(f"method={method!r}; give one of {', '.join(TABLEAUS)}")
    if initial.dtype != torch.float64:
        raise ValueError(
            f"initial has dtype {initial.dtype}; give float64, which the tolerances are meant for"
        )
    compiled = compiled_once(system)
    plain = {name: _plain(value) for name, value in parameters.items()}
    ensemble = checked_ensemble(compiled, _plain(initial), plain)
    check_slopes(compiled, float(times[0]), ensemble)
    settings = Settings(method, rtol, atol, max_steps, dense=True, options={"device": initial.device})
    with torch.no_grad():
        flight = Flight(compiled, ensemble.initial, ensemble.parameters, times, settings)
        raw = flight.flown()
    if raw.outcomes.max(initial=0) > Outcome.REACHED_END:
        worst = int(np.argmax(raw.outcomes))
        raise Unfinished(
            f"system {compiled.system.name}: trajectory {worst} stopped at {compiled.system.time}="
            f"{raw.stop_t[worst]:.17g}, state {raw.stop_y[:, worst].tolist()}; shorten the times"
        )
    shape, n = ensemble.shape, len(compiled.system.states)
    # (n, B...) with axes of length one in front of its own, as NumPy broadcasts
    y = initial.reshape(n, *[1] * (len(shape) - initial.ndim + 1), *initial.shape[1:]).expand(n, *shape)
    rows = [
        _tensor(parameters[s.name], initial).expand(shape).reshape(-1) for s in compiled.system.parameters
    ]
    p = torch.stack(rows) if rows else initial.new_zeros(0, raw.steps.size)
    steps = steps_of(flight.taken, n, raw.steps.size, flight.sign)
    states = _again(flight, steps, y.reshape(n, -1), p, times)
    return states.reshape(n, len(times), *shape)


def _again(flight: Flight, steps: Steps, y: Tensor, p: Tensor, times: npt.NDArray[np.float64]) -> Tensor:
    """The same steps with derivatives; a trajectory that has no more takes steps of length zero."""
    count = [len(begin) for begin in steps.begins]
    longest = max(count, default=0)
    h, t = (np.zeros((longest, len(count))) for _ in range(2))
    reached = np.zeros((len(times), len(count)), dtype=np.int64)
    for i, (begin, length) in enumerate(zip(steps.begins, steps.lengths, strict=True)):
        h[: count[i], i], t[: count[i], i] = length, begin
        t[count[i] :, i] = times[-1]
        reached[:, i] = np.searchsorted(flight.sign * begin, flight.sign * times, side="left")
    stepper = Stepper(flight.tableau, lambda t, y: flight.rhs(t, y, p))
    path = [y]
    for begin, length in zip(torch.tensor(t, device=y.device), torch.tensor(h, device=y.device), strict=True):
        y, _ = stepper.step(begin, y, length, stepper.slope(begin, y))
        path.append(y)
    every = torch.stack(path, dim=1)  # (n, steps + 1, B)
    where = torch.tensor(reached, device=y.device)[None].expand(every.shape[0], -1, -1)
    return every.gather(1, where)


def _plain(value: Tensor | float) -> npt.ArrayLike:
    return value.detach().cpu().numpy() if isinstance(value, Tensor) else value


def _tensor(value: Tensor | float, like: Tensor) -> Tensor:
    return torch.as_tensor(value, dtype=like.dtype, device=like.device)
