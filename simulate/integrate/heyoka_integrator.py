"""Integrators of heyoka, compiled for this machine and kept.

Source of the method and of its step: Jorba & Zou, A software package for the numerical integration of ODEs by means
of high-order Taylor methods, Experimental Mathematics 14 (2005); Biscani & Izzo, MNRAS 504 (2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import heyoka as hy
import numpy as np
import numpy.typing as npt

from ...theory.indexed import SizedSystem
from ...theory.system import System
from .backend import Settings
from .event import CompiledEvents, Direction
from .heyoka_lowering import heyoka_expressions
from .straight import straight_rhs

Array = npt.NDArray[np.float64]

EPS = float(np.finfo(np.float64).eps)

# From this many operations on, heyoka is told to compile loops over like operations instead of one long function,
# whose compile time grows faster than its length. No source.
LONG = 500


def tolerance(settings: Settings) -> float:
    """heyoka's one tolerance: the smaller of the two, and not below the rounding of a number.

    It bounds the terms that a step leaves out by ``tol · max(1, largest state)``, all states together. So the
    accuracy asked for holds in each state of order one or more; of one that is much smaller, the absolute
    tolerance holds. Orders are cheap: halving the error costs a Taylor method little.
    """
    asked = min(settings.rtol, settings.atol) if settings.atol > 0 else settings.rtol
    return max(asked, EPS)


@dataclass(frozen=True, eq=False)
class Integrator:
    """An integrator of heyoka, used again and again, and what events that do not stop append to."""

    taylor: Any
    seen: list[tuple[int, float, Array]]


class _Collector:
    """Called by heyoka where an event takes place that does not stop."""

    def __init__(self, event: int, seen: list[tuple[int, float, Array]]) -> None:
        self.event, self.seen = event, seen

    def __call__(self, taylor: Any, time: float, _: int) -> None:
        taylor.update_d_output(time)
        self.seen.append((self.event, time, np.array(taylor.d_output)))

    def __deepcopy__(self, _: Any) -> _Collector:
        return self  # heyoka copies its callbacks; the list must stay the one that is read


@lru_cache(maxsize=32)
def compiled_integrator(
    system: System | SizedSystem, tol: float, lanes: int, events: CompiledEvents | None, forward: bool
) -> Integrator:
    """Compiled for ``lanes`` trajectories at once, or for one alone (0), and then kept."""
    program, seen = straight_rhs(system), []  # type: ignore[var-annotated]
    states = [hy.expression(f"y{i}") for i in range(len(system.states))]
    arguments = [hy.time, *states, *(hy.par[i] for i in range(len(system.parameters)))]
    flow = list(zip(states, heyoka_expressions(program, arguments), strict=True))
    given: dict[str, Any] = {"tol": tol, "compact_mode": len(program.operations) > LONG}
    if events is not None:
        expressions = heyoka_expressions(events.values, arguments)
        way = {
            Direction.EITHER: hy.event_direction.any,
            Direction.RISING: hy.event_direction.positive if forward else hy.event_direction.negative,
            Direction.FALLING: hy.event_direction.negative if forward else hy.event_direction.positive,
        }
        pairs = list(enumerate(zip(events.events, expressions, strict=True)))
        given["t_events"] = [hy.t_event(e, direction=way[v.direction]) for _, (v, e) in pairs if v.terminal]
        given["nt_events"] = [
            hy.nt_event(e, _Collector(i, seen), direction=way[v.direction])
            for i, (v, e) in pairs
            if not v.terminal
        ]
    if lanes:
        return Integrator(hy.taylor_adaptive_batch(flow, np.zeros((len(states), lanes)), **given), seen)
    return Integrator(hy.taylor_adaptive(flow, np.zeros(len(states)), **given), seen)


def begin(taylor: Any, time: float, state: Array, parameters: Array) -> None:
    """Put an integrator to a time and state ``(n,)`` or ``(n, lanes)``."""
    if state.ndim > 1:
        taylor.set_time(time)
    else:
        taylor.time = time
    taylor.state[:] = state
    if len(parameters):
        taylor.pars[:] = parameters
