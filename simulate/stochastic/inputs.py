"""What is simulated, checked and compiled before any path is computed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ...theory.pair_process import Coordinate, PairProcess
from ...theory.process import ItoProcess
from ..lowering.compiled import ParameterError
from ..lowering.lower import lower, symbolic
from ..lowering.program import Program
from .job import Array
from .model import METHODS, MethodError, Model, pair_model, plain_model
from .pieces import pieces_of


class Map:
    """From states to the coordinate they are computed in, and back, both ``(n, ..., P)``, for parameters ``(q, P)``."""

    def __init__(self, forward: Program | None, backward: Program | None) -> None:
        self._forward, self._backward = forward, backward

    def forward(self, x: Array, p: Array) -> Array:
        """States in the coordinate of the computation."""
        return x if self._forward is None else self._forward(x, *p)[0]

    def backward(self, y: Array, p: Array) -> Array:
        """And back."""
        return y if self._backward is None else self._backward(y, *p)[0]


def compiled(process: PairProcess | ItoProcess, n: int, method: str | None) -> tuple[Model, Map, str]:
    """Model, coordinate and method; the default method if it is None. Compiled once for all equal processes.

    Raises:
        ValueError: there is no such method.
        ParameterError: the process has another number of states.
        MethodError: the method cannot be used for this process.
        LoweringError: an expression has no exact counterpart in floating-point operations.
    """
    if method is not None and method not in METHODS:
        raise ValueError(f"method={method!r}; give one of {', '.join(METHODS)}")
    if isinstance(process, ItoProcess) and n != len(process.states):
        raise ParameterError(
            f"initial values for {n} states; the process has {[str(s) for s in process.states]}"
        )
    return _once(process, n, method)


@lru_cache(maxsize=64)
def _once(process: PairProcess | ItoProcess, n: int, method: str | None) -> tuple[Model, Map, str]:
    if method is None:
        walls = isinstance(process, PairProcess) and (process.ordered or process.above is not None)
        order = (
            ("trapezoidal", "milstein", "euler") if walls or not state_dependent(process) else METHODS[1::-1]
        )
        for chosen in order:
            try:
                return _once(process, n, chosen)
            except MethodError:
                continue
    assert method is not None
    if isinstance(process, ItoProcess):
        name = ", ".join(str(state) for state in process.states)
        return plain_model(process, f"of {name}", method), Map(None, None), method
    model, coordinate = pair_model(process, n, method)
    return model, _lowered(coordinate, process), method


def _lowered(coordinate: Coordinate, process: PairProcess) -> Map:
    y, known = coordinate.particle, process.parameters
    if coordinate.forward == y:
        return Map(None, None)
    return Map(lower((coordinate.forward,), (y, *known)), lower((coordinate.backward,), (y, *known)))


def state_dependent(process: PairProcess | ItoProcess) -> bool:
    """Whether the noise depends on the states."""
    if isinstance(process, PairProcess):
        return bool(process.noise.has(process.particle))
    states = set(process.states)
    return any(symbolic(entry).free_symbols & states for row in process.noise for entry in row)


def checked_parameters(model: Model, parameters: Mapping[str, npt.ArrayLike], paths: int) -> Array:
    """Parameters ``(q, paths)`` in the order of the model.

    Raises:
        ParameterError: one is missing, unknown, not finite, or of another shape.
    """
    missing, unknown = (
        sorted(set(model.parameters) - set(parameters)),
        sorted(set(parameters) - set(model.parameters)),
    )
    if missing or unknown:
        raise ParameterError(
            f"process {model.name}: parameters missing {missing}, unknown {unknown}; it has "
            f"{list(model.parameters) or 'none'}"
        )
    rows = np.empty((len(model.parameters), paths))
    for row, name in zip(rows, model.parameters, strict=True):
        value = np.asarray(parameters[name], dtype=np.float64)
        if value.shape not in ((), (paths,)) or not np.isfinite(value).all():
            raise ParameterError(
                f"process {model.name}: {name}={value}; give a finite number, or one for each path"
            )
        row[:] = value
    return rows


def check_inside(model: Model, inside: Array, values: Array, begin: Array) -> None:
    """Every path has to start between the walls; ``inside`` is ``begin`` in the coordinate of the model.

    Raises:
        ParameterError: one does not.
    """
    pieces = pieces_of(model)
    with np.errstate(all="ignore"):
        good = np.isfinite(inside).all(axis=0) & (pieces.room(inside, values) > 0)
    if not good.all():
        first = int(np.argmin(good))
        raise ParameterError(
            f"process {model.name}: initial={begin[:, first].tolist()} (path {first}) does not lie inside its walls; "
            "particles in order have to start apart, the largest first, and above what bounds them"
        )


def checked_increments(increments: npt.ArrayLike | None, shape: tuple[int, ...]) -> Array | None:
    """Increments of the given shape, or None.

    Raises:
        ParameterError: they have another shape or are not finite.
    """
    if increments is None:
        return None
    given = np.asarray(increments, dtype=np.float64)
    if given.shape != shape or not np.isfinite(given).all():
        raise ParameterError(f"increments of shape {given.shape}; give finite numbers of shape {shape}")
    return given
