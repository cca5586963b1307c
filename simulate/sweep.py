"""Phase diagrams: how trajectories end over two parameters, row by row, to be taken up again where it was left."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from ..theory.system import System
from .integrate import Event, Outcome, Solution, integrate
from .lowering.lower import lower, symbolic

Array = npt.NDArray[np.float64]

# Raised whenever rows that were kept must not be used again.
SCHEMA = 1

UNKNOWN = -1
"""The number of trajectories that no regime describes."""


@dataclass(frozen=True)
class Axis:
    """A parameter, or the initial value of a state, from ``low`` to ``high``; ``label`` says what it is, with its unit."""

    name: str
    low: float
    high: float
    label: str

    def values(self, count: int) -> Array:
        """So many values, evenly spaced."""
        return np.linspace(self.low, self.high, count)


@dataclass(frozen=True)
class Regime:
    """Trajectories that end with one of the ``outcomes``, and where ``where`` is positive.

    ``where`` is an expression in the states at the end and in parameters; None is always positive.
    """

    name: str
    where: sp.Expr | None = None
    outcomes: tuple[Outcome, ...] = (Outcome.REACHED_END, Outcome.EVENT)


@dataclass(frozen=True)
class Sweep:
    """What is swept. The regime of a trajectory is the first that describes it.

    ``initial`` and ``parameters`` give all that the axes do not, by name. ``boundary``, in parameters and initial states, is
    zero where theory says that regimes meet.

    Raises:
        ValueError: a state or parameter of the system is given twice, or not at all.
    """

    name: str
    title: str
    system: System
    first: Axis
    second: Axis
    initial: Mapping[str, float]
    parameters: Mapping[str, float]
    end: float
    regimes: tuple[Regime, ...]
    boundary: sp.Expr
    says: str
    events: tuple[Event, ...] = ()
    rtol: float = 1e-8
    """No source: regimes are far apart but at their boundary, where no tolerance would do."""
    atol: float = 1e-10
    max_steps: int = 10_000

    def __post_init__(self) -> None:
        states = {s.name for s in self.system.states}
        parameters = {s.name for s in self.system.parameters}
        axes = {self.first.name, self.second.name}
        given = set(self.initial) | set(self.parameters)
        if len(axes) < 2 or axes & given or axes | given != states | parameters:
            raise ValueError(
                f"sweep {self.name}: axes {sorted(axes)} and given {sorted(given)}; each of "
                f"{sorted(states | parameters)} is wanted once"
            )

    def digest(self, shape: tuple[int, int]) -> str:
        """SHA-256 of all that decides the rows at this size."""
        parts = [str(SCHEMA), str(shape), sp.srepr(sp.Tuple(*self.system.states, *self.system.parameters))]
        parts += [sp.srepr(sp.Tuple(*self.system.rhs)), sp.srepr(self.system.time)]
        parts += [repr((a.name, a.low, a.high)) for a in (self.first, self.second)]
        parts += [repr(sorted(self.initial.items())), repr(sorted(self.parameters.items()))]
        parts += [repr((self.end, self.rtol, self.atol, self.max_steps))]
        parts += [
            repr((e.name, sp.srepr(symbolic(e.expression)), e.direction, e.terminal)) for e in self.events
        ]
        parts += [
            repr((r.name, None if r.where is None else sp.srepr(r.where), r.outcomes)) for r in self.regimes
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Diagram:
    """A sweep that was made: values of the axes, and ``regime (K, M)``, a number of ``sweep.regimes`` or ``UNKNOWN``.

    ``first (M,)`` runs along the columns, ``second (K,)`` along the rows. ``reused`` rows were found, not made.
    """

    sweep: Sweep
    first: Array
    second: Array
    regime: npt.NDArray[np.int64]
    reused: int
    made_by: frozenset[str] = field(default_factory=frozenset)


def run_sweep(
    sweep: Sweep,
    shape: tuple[int, int] = (60, 60),
    *,
    backend: str = "auto",
    folder: Path | None = None,
    tell: Callable[[int], None] | None = None,
) -> Diagram:
    """Integrate all trajectories of a sweep, one row of the diagram after another.

    Args:
        sweep: what to do.
        shape: the number of values of the second and of the first axis: rows and columns.
        backend: as for :func:`.integrate.solve.integrate`.
        folder: where rows are kept, and found again after an interruption; nowhere if None.
        tell: called after each row with the number of rows that are done.

    Raises:
        ValueError: fewer than two rows or columns.
        OSError: the folder cannot be written.
    """
    rows, columns = shape
    if min(shape) < 2:
        raise ValueError(f"shape={shape}; give at least two rows and two columns")
    first, second = sweep.first.values(columns), sweep.second.values(rows)
    key = sweep.digest(shape)
    regime = np.full(shape, UNKNOWN, dtype=np.int64)
    reused, made_by = 0, set()
    for row in range(rows):
        kept = None if folder is None else _kept(folder / f"{key}-{row}.npz", columns)
        if kept is None:
            solution = _solved(sweep, first, float(second[row]), backend)
            regime[row] = _regimes(sweep, solution, first, float(second[row]))
            made_by.add(solution.backend)
            if folder is not None:
                _keep(folder / f"{key}-{row}.npz", regime[row])
        else:
            regime[row], reused = kept, reused + 1
        if tell is not None:
            tell(row + 1)
    return Diagram(sweep, first, second, regime, reused, frozenset(made_by))


def boundary_values(sweep: Sweep, first: Array, second: Array) -> Array:
    """The expression of the theoretical boundary, ``(K, M)``: zero on it; NaN where it is not real."""
    symbols = [*sweep.system.states, *sweep.system.parameters]
    program = lower([sweep.boundary], symbols)
    across, along = np.meshgrid(first, second)
    values = _values(sweep, across, along)
    (found,) = program(*(values[symbol.name] for symbol in symbols))
    return np.broadcast_to(found, across.shape)


def _values(sweep: Sweep, first: Any, second: Any) -> dict[str, Any]:
    return {**sweep.initial, **sweep.parameters, sweep.first.name: first, sweep.second.name: second}


def _solved(sweep: Sweep, first: Array, second: float, backend: str) -> Solution:
    values = _values(sweep, first, second)
    initial = {s.name: values[s.name] for s in sweep.system.states}
    parameters = {s.name: values[s.name] for s in sweep.system.parameters}
    return integrate(
        sweep.system,
        initial,
        parameters,
        (0.0, sweep.end),
        backend=backend,
        rtol=sweep.rtol,
        atol=sweep.atol,
        events=sweep.events,
        max_steps=sweep.max_steps,
    )


def _regimes(sweep: Sweep, solution: Solution, first: Array, second: float) -> npt.NDArray[np.int64]:
    """The first regime that describes each trajectory of a row."""
    found = np.full(len(first), UNKNOWN, dtype=np.int64)
    values = _values(sweep, first, second)
    values |= {s.name: y for s, y in zip(sweep.system.states, solution.stop_y, strict=True)}
    symbols = [*sweep.system.states, *sweep.system.parameters]
    for number in reversed(range(len(sweep.regimes))):
        regime = sweep.regimes[number]
        holds = np.isin(solution.outcomes, [int(outcome) for outcome in regime.outcomes])
        if regime.where is not None:
            (positive,) = lower([regime.where], symbols)(*(values[symbol.name] for symbol in symbols))
            holds = holds & (positive > 0)
        found[holds] = number
    return found


def _kept(path: Path, columns: int) -> npt.NDArray[np.int64] | None:
    """A row that was kept; None if it is not there, or not whole."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            row: npt.NDArray[np.int64] = file["regime"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return row if row.shape == (columns,) and row.dtype == np.int64 else None


def _keep(path: Path, row: npt.NDArray[np.int64]) -> None:
    """Write beside the path, then rename: another process sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".row-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, regime=row)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
