"""Integrate a system in time with SciPy, and say what happened when it did not reach the end."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.integrate import BDF, DOP853, LSODA, RK23, RK45, Radau

from ...theory.system import System
from ..lowering.compiled import CompiledSystem, ParameterError, compile_system

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
            Each will be the end of a step, so that the tolerances hold there.
        method: one of :data:`METHODS`.
        rtol: tolerance relative to each state, per step.
        atol: absolute tolerance, per step, in the unit of the states.

    Raises:
        ParameterError: states or parameters do not fit the system, or are not finite there.
        ValueError: ``span``, ``at``, ``method`` or a tolerance makes no sense.
    """
    compiled = system if isinstance(system, CompiledSystem) else compile_system(system)
    wanted = _checked_times(span, at)
    if method not in METHODS:
        raise ValueError(f"method={method!r}; give one of {', '.join(METHODS)}")
    if not (rtol > 0 and atol >= 0):
        raise ValueError(f"rtol={rtol}, atol={atol}; give rtol above 0, and atol of at least 0")
    start = _checked_initial(compiled, initial)
    _check_slope(compiled, span[0], start, parameters)

    def solver_from(time: float, state: Array, until: float, first_step: float | None) -> Any:
        jac = {"jac": lambda t, y: compiled.jacobian(t, y, parameters)} if method in _IMPLICIT else {}
        return METHODS[method](
            lambda t, y: compiled.rhs(t, y, parameters),
            time,
            state,
            until,
            rtol=rtol,
            atol=atol,
            first_step=first_step,
            **jac,
        )

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")  # LSODA tells its troubles as warnings
        path = _follow(solver_from, float(span[0]), start, float(span[1]), wanted)
    message = "reached the end"
    if path.trouble:
        told = {str(warning.message) for warning in said if warning.category is not RuntimeWarning}
        reasons = [path.trouble, *sorted(told)]
        message = _failure(compiled, path.time, path.state, span, reasons)
    y = np.array(path.states).reshape(-1, start.size).T
    return Trajectory(np.array(path.times), y, not path.trouble, message, path.evaluations)


@dataclass
class _Path:
    """Where integration is, and what was kept on the way."""

    time: float
    state: Array
    times: list[float] = field(default_factory=list)
    states: list[Array] = field(default_factory=list)
    evaluations: int = 0
    trouble: str = ""

    def keep(self) -> None:
        self.times.append(self.time)
        self.states.append(self.state)


def _follow(
    solver_from: Callable[[float, Array, float, float | None], Any],
    time: float,
    state: Array,
    end: float,
    wanted: Array | None,
) -> _Path:
    """Step from wanted time to wanted time, so that each is the end of a step.

    ``scipy.integrate.solve_ivp`` interpolates instead, and nothing bounds the error of that: DOP853 at
    rtol 1e-10 was seen to be off by 4e-8 between two steps, on one mode of F1 (the test of its closed
    form fails with it). And it has no end where LSODA cannot go on: each step returns as if it had
    succeeded, at the time at which it began.
    """
    path = _Path(time, state)
    targets = [end] if wanted is None else [*(float(t) for t in wanted if t != time), end]
    if wanted is None or time in wanted:
        path.keep()
    first_step: float | None = None
    for target in dict.fromkeys(targets):
        if first_step is not None:
            first_step = min(first_step, abs(target - path.time))
        solver = solver_from(path.time, path.state, target, first_step)
        longest = 0.0
        while solver.status == "running" and not path.trouble:
            trouble = solver.step()
            if solver.status == "failed":
                path.trouble = trouble or "the step failed"
            elif solver.t == path.time or not np.isfinite(solver.y).all():
                path.trouble = "the step is smaller than the spacing of floating-point times"
            else:
                longest = max(longest, abs(solver.t - path.time))
                path.time, path.state = float(solver.t), np.array(solver.y)
                if wanted is None or (path.time == target and target in wanted):
                    path.keep()
        path.evaluations += solver.nfev
        if path.trouble:
            break
        first_step = longest
    return path


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
