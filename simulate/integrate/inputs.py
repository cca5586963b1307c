"""What is integrated, checked before any backend sees it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..lowering.compiled import CompiledSystem, ParameterError

Array = npt.NDArray[np.float64]
Initial = npt.ArrayLike | Mapping[str, npt.ArrayLike]


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Initial states ``(n, B)`` and parameters ``(m, B)`` of B trajectories, whose axes were ``shape``."""

    shape: tuple[int, ...]
    initial: Array
    parameters: Array


def checked_times(span: tuple[float, float], at: npt.ArrayLike | None) -> Array:
    """The wanted times ``(T,)``: the two ends of ``span`` if ``at`` is None.

    Raises:
        ValueError: ``span`` is no interval, or ``at`` does not run along it.
    """
    first, last = span
    if not (np.isfinite(first) and np.isfinite(last)) or first == last:
        raise ValueError(f"span={span}; give two different finite times")
    if at is None:
        return np.array([first, last], dtype=np.float64)
    times = np.asarray(at, dtype=np.float64)
    forward = np.sign(last - first)
    inside = (times >= min(first, last)) & (times <= max(first, last))
    if times.ndim != 1 or not inside.all() or np.any(forward * np.diff(times) <= 0):
        raise ValueError(f"at={at}; give times from {first} to {last}, in that order, each once")
    return times


def checked_ensemble(
    compiled: CompiledSystem, initial: Initial, parameters: Mapping[str, npt.ArrayLike]
) -> Ensemble:
    """Initial values and parameters, broadcast against one another.

    Raises:
        ParameterError: states or parameters do not fit the system, do not broadcast, or are not finite.
    """
    system = compiled.system
    start = _states(compiled, initial)
    names = [symbol.name for symbol in system.parameters]
    ordered = zip(names, compiled.ordered(parameters), strict=True)
    given = {name: np.asarray(value, dtype=np.float64) for name, value in ordered}
    for name, value in given.items():
        if not np.isfinite(value).all():
            raise ParameterError(f"system {system.name}: parameter {name}={value}; give finite numbers")
    try:
        shape = np.broadcast_shapes(start.shape[1:], *(value.shape for value in given.values()))
    except ValueError:
        shapes = {name: value.shape for name, value in given.items()}
        raise ParameterError(
            f"system {system.name}: the axes of the ensemble do not broadcast: initial values have "
            f"{start.shape[1:]} after the axis of states, parameters {shapes}"
        ) from None
    count = math.prod(shape)
    axes = (len(start), *[1] * (len(shape) - start.ndim + 1), *start.shape[1:])
    states = np.broadcast_to(start.reshape(axes), (len(start), *shape)).reshape(len(start), count)
    values = [np.broadcast_to(given[name], shape).reshape(count) for name in names]
    return Ensemble(shape, np.array(states), np.array(values).reshape(len(names), count))


def check_slopes(compiled: CompiledSystem, time: float, ensemble: Ensemble) -> None:
    """A solver given a slope that is not finite shrinks its step for ever, or says nothing of the cause.

    Raises:
        ParameterError: some slope at the start is not finite.
    """
    named = _named(compiled, ensemble.parameters)
    slope = compiled.rhs(time, ensemble.initial, named)
    bad = np.argwhere(~np.isfinite(slope).all(axis=0)).ravel()
    if bad.size:
        first = int(bad[0])
        states = compiled.system.states
        which = [s.name for s, v in zip(states, slope[:, first], strict=True) if not np.isfinite(v)]
        told = {name: float(value[first]) for name, value in named.items()}
        where = "" if not ensemble.shape else f" of trajectory {first} (and {bad.size - 1} more)"
        raise ParameterError(
            f"system {compiled.system.name}: at the initial state{where} the slope of {which} is not finite; "
            f"parameters={told}, initial={ensemble.initial[:, first].tolist()}"
        )


def _named(compiled: CompiledSystem, parameters: Array) -> dict[str, Array]:
    return dict(zip((symbol.name for symbol in compiled.system.parameters), parameters, strict=True))


def _states(compiled: CompiledSystem, initial: Initial) -> Array:
    system = compiled.system
    names = [symbol.name for symbol in system.states]
    if isinstance(initial, Mapping):
        if set(initial) != set(names):
            raise ParameterError(
                f"system {system.name}: initial values for {sorted(initial)}; its states are {names}"
            )
        values: Sequence[npt.ArrayLike] = [initial[name] for name in names]
        start = np.stack(np.broadcast_arrays(*[np.asarray(v, dtype=np.float64) for v in values]))
    else:
        start = np.asarray(initial, dtype=np.float64)
    if start.shape[:1] != (len(names),) or not np.isfinite(start).all():
        raise ParameterError(
            f"system {system.name}: initial={initial!r}; give a finite number for each of {names}, along the "
            "first axis"
        )
    return start
