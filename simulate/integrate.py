"""Integrate a system in time with SciPy, and say what happened when it did not reach the end."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.integrate import BDF, DOP853, LSODA, RK23, RK45, OdeSolution, Radau

from ..theory.system import System
from .compiled import CompiledSystem, ParameterError, compile_system

Array = npt.NDArray[np.float64]

METHODS = {"RK23": RK23, "RK45": RK45, "DOP853": DOP853, "Radau": Radau, "BDF": BDF, "LSODA": LSODA}
_IMPLICIT = ("Radau", "BDF", "LSODA")


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A solution at the times ``t (T,)``: ``y (n, T)``, states in the order of the system.

    When ``succeeded`` is False, it ends where integration stopped, and ``message`` says at which time, in
    which state, and why. ``evaluations`` counts calls of the right-hand side.
    """

    t: Array
    y: Array
    succeeded: bool
    message: str
    evaluations: int


def integrate(
    system: System | CompiledSystem,
    initial: Sequence[float] | Mapping[str, float] | Array,
    parameters: Mapping[str, float],
    span: tuple[float, float],
    at: npt.ArrayLike | None = None,
    method: str = "DOP853",
    rtol: float = 1e-10,
    atol: float = 1e-12,
) -> Trajectory:
    """Solve the initial-value problem over ``span``, which may run backwards.

    Implicit methods (Radau, BDF, LSODA) get the analytic Jacobian. The default of ``rtol`` is the
    accuracy at which the project compares integrators; that of ``atol`` has no source: two orders below
    it, for states of order one. Give your own where states are small.

    Args:
        system: the equations; a :class:`CompiledSystem` is not compiled again.
        initial: states at ``span[0]``, in the order of the system or by name.
        parameters: a number for each parameter, by name.
        span: first and last time.
        at: times at which the solution is wanted, ordered along ``span``; the solver's own if None.
        method: one of :data:`METHODS`.
        rtol: tolerance relative to each state, per step.
        atol: absolute tolerance, per step, in the unit of the states.

    Raises:
        ParameterError: states or parameters do not fit the system, or are not finite there.
        ValueError: ``span``, ``at``, ``method`` or a tolerance makes no sense.
    """
    compiled = system if isinstance(system, CompiledSystem) else compile_system(system)
    times = _checked_times(span, at)
    if method not in METHODS:
        raise ValueError(f"method={method!r}; give one of {', '.join(METHODS)}")
    if not (rtol > 0 and atol >= 0):
        raise ValueError(f"rtol={rtol}, atol={atol}; give rtol above 0, and atol of at least 0")
    start = _checked_initial(compiled, initial)
    _check_slope(compiled, span[0], start, parameters)

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")  # LSODA tells its troubles as warnings
        solver = METHODS[method](
            lambda t, y: compiled.rhs(t, y, parameters),
            span[0],
            start,
            span[1],
            rtol=rtol,
            atol=atol,
            **({"jac": lambda t, y: compiled.jacobian(t, y, parameters)} if method in _IMPLICIT else {}),
        )
        reached, states, pieces, trouble = _advance(solver, dense=times is not None)
    succeeded = solver.status == "finished"
    message = "reached the end"
    if not succeeded:
        reasons = [trouble, *sorted({str(warning.message) for warning in said})]
        message = _failure(compiled, reached[-1], states[-1], span, reasons)
    t, y = np.array(reached), np.array(states).T
    if times is not None:
        t = times[np.abs(times - span[0]) <= abs(reached[-1] - span[0])]
        y = OdeSolution(reached, pieces)(t) if pieces and t.size else start[:, None][:, : t.size]
    return Trajectory(t, y, succeeded, message, int(solver.nfev))


def _advance(solver: Any, dense: bool) -> tuple[list[float], list[Array], list[Any], str]:
    """Step to the end: times and states of all steps, their interpolants if ``dense``, what went wrong.

    This is the loop of ``scipy.integrate.solve_ivp``, but it stops where time no longer moves. There LSODA
    returns from each step as if it had succeeded, and solve_ivp never ends.
    """
    times, states, pieces = [float(solver.t)], [np.array(solver.y)], []
    while solver.status == "running":
        trouble = solver.step()
        if solver.status == "failed":
            return times, states, pieces, trouble or "the step failed"
        if solver.t == times[-1] or not np.isfinite(solver.y).all():
            solver.status = "failed"
            return times, states, pieces, "the step is smaller than the spacing of floating-point times"
        times.append(float(solver.t))
        states.append(np.array(solver.y))
        if dense:
            pieces.append(solver.dense_output())
    return times, states, pieces, ""


def _checked_times(span: tuple[float, float], at: npt.ArrayLike | None) -> Array | None:
    first, last = span
    if not (np.isfinite(first) and np.isfinite(last)) or first == last:
        raise ValueError(f"span={span}; give two different finite times")
    if at is None:
        return None
    times = np.asarray(at, dtype=np.float64)
    forward = np.sign(last - first)
    inside = (times >= min(first, last)) & (times <= max(first, last))
    if times.ndim != 1 or not inside.all() or np.any(forward * np.diff(times) <= 0):
        raise ValueError(f"at={at}; give times from {first} to {last}, in that order, each once")
    return times


def _checked_initial(
    compiled: CompiledSystem, initial: Sequence[float] | Mapping[str, float] | Array
) -> Array:
    names = [symbol.name for symbol in compiled.system.states]
    if isinstance(initial, Mapping):
        if set(initial) != set(names):
            raise ParameterError(
                f"system {compiled.system.name}: initial values for {sorted(initial)}; its states are {names}"
            )
        initial = [initial[name] for name in names]
    start = np.asarray(initial, dtype=np.float64)
    if start.shape != (len(names),) or not np.isfinite(start).all():
        raise ParameterError(
            f"system {compiled.system.name}: initial={initial}; give a finite number for each of {names}"
        )
    return start


def _check_slope(
    compiled: CompiledSystem, time: float, start: Array, parameters: Mapping[str, float]
) -> None:
    """A solver given a slope that is not finite shrinks its step for ever, or says nothing of the cause."""
    slope = compiled.rhs(time, start, parameters)
    if not np.isfinite(slope).all():
        states = compiled.system.states
        bad = [state.name for state, value in zip(states, slope, strict=True) if not np.isfinite(value)]
        raise ParameterError(
            f"system {compiled.system.name}: at the initial state the slope of {bad} is not finite; "
            f"parameters={dict(parameters)}, initial={start.tolist()}"
        )


def _failure(
    compiled: CompiledSystem, time: float, state: Array, span: tuple[float, float], reasons: list[str]
) -> str:
    names = [symbol.name for symbol in compiled.system.states]
    where = ", ".join(f"{name}={value:.6g}" for name, value in zip(names, state, strict=True))
    return (
        f"system {compiled.system.name}: integration over {span} stopped at "
        f"{compiled.system.time}={time:.6g}, {where}: {'; '.join(reasons)}"
    )
