"""What is seen of a run besides the wanted times: events, as C from their own program, and the steps that were taken."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from ...lowering.kernels import straight_as_loops
from ...lowering.loops import Entry, Layout, LoopProgram, Result
from ...lowering.program import Program
from ...native import load
from ..event import CompiledEvents
from .emit import Emitter

Array = npt.NDArray[np.float64]
FLAGS = ("-O2", "-fvect-cost-model=dynamic", "-ffp-contract=fast", "-lm")


class _Rows(ctypes.Structure):
    _fields_ = (("first", ctypes.c_void_p), ("used", ctypes.c_long), ("room", ctypes.c_long))


class Sheet(ctypes.Structure):
    """``struct watch`` of engine.h: one for each thread, since both lists of rows grow."""

    _fields_ = (
        ("events", ctypes.c_long),
        ("values", ctypes.c_void_p),
        ("constants", ctypes.c_void_p),
        ("ways", ctypes.c_void_p),
        ("stops", ctypes.c_void_p),
        ("dense", ctypes.c_long),
        ("full", ctypes.c_long),
        ("hits", _Rows),
        ("steps", _Rows),
    )


@dataclass(frozen=True, eq=False)
class Seen:
    """Rows of n + 3 numbers, ordered by trajectory and then by time.

    ``hits (K, n + 3)``, of each event: trajectory, number of the event, time, state. ``steps (S, n + 3)``, of each step:
    trajectory, time, columns (0 of an explicit step), and the state at its beginning; empty unless steps are kept.
    """

    hits: Array
    steps: Array


class Watch:
    """Events of one system, compiled, and whether all steps are kept."""

    def __init__(self, events: CompiledEvents | None, states: int, *, dense: bool) -> None:
        """Compile the events, or load what was compiled before.

        Raises:
            NoCompiler: there is no C compiler.
            LoweringError: an operation has no counterpart in C.
        """
        self.dense, self.states = dense, states
        watched = events.events if events is not None else ()
        self._values, self._constants = None, np.empty(0)
        if events is not None:
            program, self._constants = loosened(events.values)
            self._values = _compiled(program, states, len(self._constants))
        self._ways = np.array([event.direction for event in watched], dtype=np.int64)
        self._stops = np.array([event.terminal for event in watched], dtype=np.int64)

    def sheet(self) -> Sheet:
        """An empty one for one thread."""
        values = ctypes.cast(self._values, ctypes.c_void_p) if self._values is not None else None
        arrays = (array.ctypes.data for array in (self._constants, self._ways, self._stops))
        return Sheet(len(self._ways), values, *arrays, int(self.dense))

    def gathered(self, sheets: Sequence[Sheet], release: Callable[[ctypes.c_void_p], None]) -> Seen:
        """What all threads have seen; what C had allocated is given back."""
        width, found = self.states + 3, []
        for each in ("hits", "steps"):
            parts = [np.empty((0, width))]
            for sheet in sheets:
                rows = getattr(sheet, each)
                if rows.first:
                    numbers = (ctypes.c_double * (rows.used * width)).from_address(rows.first)
                    parts.append(np.array(numbers).reshape(rows.used, width))
                    release(ctypes.c_void_p(rows.first))
            every = np.concatenate(parts)
            # A trajectory stays with one thread, which writes down its rows in the order of time.
            found.append(every[np.argsort(every[:, 0], kind="stable")])
        return Seen(*found)


def loosened(values: Program) -> tuple[Program, Array]:
    """The program with its constants as further parameters, and their values: another level needs no other code.

    Exponents stay, since small whole ones are written as products.
    """
    first, count = len(values.arguments), len(values.constants)
    exponents = {operands[1] for run, operands in values.operations if run is np.power}
    loose = [i for i in range(first, first + count) if i not in exponents]
    fixed = [i for i in range(first, first + count) if i in exponents]
    place = {slot: first + i for i, slot in enumerate([*loose, *fixed])}
    constants = dict(enumerate(values.constants, first))
    program = Program(
        (*values.arguments, *(f"constant {i}" for i in range(len(loose)))),
        tuple(constants[i] for i in fixed),
        tuple((run, tuple(place.get(i, i) for i in operands)) for run, operands in values.operations),
        tuple(place.get(i, i) for i in values.results),
    )
    return program, np.array([constants[i] for i in loose], dtype=np.float64)


def event_program(values: Program, states: int) -> LoopProgram:
    """The program of events with as many results as there are events, which may be more than states."""
    program = straight_as_loops(values, states, matrix=False)
    begin, count = len(program.families), len(program.results)
    rows = tuple(Layout(f"event {e}", False, e, (), antisymmetric=False) for e in range(count))
    results = tuple(Result(r.slot, r.loops, Entry(begin + e, ())) for e, r in enumerate(program.results))
    return replace(program, families=(*program.families, *rows), results=results, rows=count)


@lru_cache(maxsize=64)
def _compiled(values: Program, states: int, loose: int) -> ctypes._CFuncPtr:  # type: ignore[name-defined]
    prelude = files(__package__).joinpath("prelude.c").read_text(encoding="utf-8")
    source = Emitter(event_program(values, states), "event", lanes=False).source()
    given = len(values.arguments) - 1 - states - loose
    call = (
        "void events(double t, const double *y, const double *p, const double *constants, double *values) {\n"
        f"double w[event_work], every[{given + loose} + 1];\n"
        f"memcpy(every, p, sizeof(double) * {given}); memcpy(every + {given}, constants, sizeof(double) * {loose});\n"
        "event_prepare(every, w); event(t, y, every, w, values); }\n"
    )
    return load("\n".join([prelude, source, call]), FLAGS).events
