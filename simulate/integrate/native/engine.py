"""The native engine of one system: its C source, compiled, and called from as many threads as wanted."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from ...lowering.compiled import CompiledSystem
from ...lowering.kernels import straight_as_loops
from ...lowering.loops import LoopProgram
from ...native import load
from .emit import Emitter
from .stages import extension, stages
from .watch import Seen, Watch

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# A product and a sum may be rounded once instead of twice; everything else keeps its meaning.
FLAGS = ("-O2", "-fvect-cost-model=dynamic", "-ffp-contract=fast", "-fopenmp-simd", "-lm")
MODES = ("switching", "explicit", "stiff")
_NOT_FINITE, _NO_MEMORY = -1, -2  # as in engine.h


@dataclass(frozen=True, eq=False)
class Run:
    """What the engine gives back for B trajectories at T wanted times.

    ``y (B, T, n)``, NaN after the stop; ``outcomes (B,)`` as numbers of :class:`..outcome.Outcome`; ``stop_t (B,)`` and
    ``stop_y (B, n)``, the last good time and state; ``rates (B,)``, calls of the right-hand side; ``steps (B,)``, tried;
    ``last_step (B,)``, the length of the last accepted one. ``seen`` are events and steps, where they were watched.
    """

    y: Array
    outcomes: Integers
    stop_t: Array
    stop_y: Array
    rates: Integers
    steps: Integers
    last_step: Array
    seen: Seen | None = None


class Engine:
    """The compiled engine of one system. Parameters and initial values are given at each call."""

    def __init__(self, compiled: CompiledSystem, *, lanes: bool, watched: bool = False) -> None:
        """Compile, or load what was compiled before. ``watched``: able to watch, which takes longer to compile.

        Raises:
            NoCompiler: there is no C compiler.
            LoweringError: an operation has no counterpart in C.
        """
        self.states, self.parameters = len(compiled.system.states), len(compiled.system.parameters)
        library = load(source(compiled, lanes=lanes, watched=watched), FLAGS)
        self._single, self._lanes = library.run_single, library.run_lanes if lanes else None
        self._evaluate, self._watching = library.evaluate, watched
        for function in (self._single, *([self._lanes] if lanes else ())):
            function.restype = ctypes.c_long
            function.argtypes = [ctypes.c_long, ctypes.c_long, *[ctypes.c_void_p] * 3]
        self._evaluate.restype = ctypes.c_long
        if watched:
            self._between, self._release = library.run_between, library.release
            self._between.restype, self._release.restype = ctypes.c_long, None
            self._between.argtypes = [ctypes.c_long, ctypes.c_long, *[ctypes.c_void_p] * 8]

    def run(
        self,
        initial: Array,
        parameters: Array,
        times: Array,
        *,
        rtol: float,
        atol: float,
        mode: str = "switching",
        max_steps: int = 100_000,
        first_step: float = 0.0,
        longest_step: float = 0.0,
        threads: int = 1,
        watch: Watch | None = None,
    ) -> Run:
        """Integrate ``initial (B, n)`` with ``parameters (B, m)`` over ``times (T,)``, rising or falling.

        Each time is the end of a step. The root mean square of the errors over ``atol + rtol·|y|`` is at most 1 in each
        step. ``mode`` is one of :data:`MODES`; a step of 0 is chosen by the engine. ``watch`` says what else is wanted.

        Raises:
            ValueError: a shape does not fit, a number is not finite, the mode is unknown, or the engine cannot watch.
            MemoryError: there is no room for the workspace, or for what is watched.
        """
        y, p = np.asarray(initial, dtype=np.float64), np.asarray(parameters, dtype=np.float64)
        B, T, n, m = len(y), len(times), self.states, self.parameters
        if y.shape != (B, n) or p.shape != (B, m) or T < 2:
            raise ValueError(
                f"initial {y.shape}, parameters {p.shape}, {T} times; give (B, {n}), (B, {m}) and at least two times"
            )
        if mode not in MODES:
            raise ValueError(f"mode={mode!r}; give one of {', '.join(MODES)}")
        if watch is not None and not self._watching:
            raise ValueError(
                "this engine was compiled without what watches; give watched=True when it is made"
            )
        # One array for all numbers, in the order of engine.h: few arguments make the call quick.
        ends = 6 + B * (n + m) + T + B * T * n
        numbers, counts = np.empty(ends + 2 * B), np.empty(3 * B + 1, dtype=np.int64)
        numbers[:6] = (rtol, atol, first_step, longest_step, max_steps, MODES.index(mode))
        states = numbers[6 : 6 + B * n].reshape(B, n)
        states[...] = y
        numbers[6 + B * n : 6 + B * (n + m)] = p.ravel()
        numbers[6 + B * (n + m) : 6 + B * (n + m) + T] = times
        counts[-1] = 0
        arguments = B, T, _quickly_at(numbers), _quickly_at(counts)
        seen, call = None, self._single
        if self._lanes is not None and mode != "stiff":  # stiff steps are taken one trajectory at a time
            call = self._lanes
        threads = threads if B > 1 else 1
        if watch is None:
            if threads == 1:
                told = call(*arguments, None)
            else:
                told = _in_threads(lambda _: call(*arguments, None), threads)
        else:
            sheets = [watch.sheet() for _ in range(threads)]
            told = _in_threads(lambda i: call(*arguments, ctypes.addressof(sheets[i])), len(sheets))
            seen = watch.gathered(sheets, self._release)
        if told == _NO_MEMORY:
            raise MemoryError(
                f"no room for the workspace of {n} states, or for the steps and events to be kept"
            )
        if told == _NOT_FINITE:
            raise ValueError("initial values, parameters or times are not all finite")
        found = numbers[ends - B * T * n : ends].reshape(B, T, n)
        last, rest = numbers[ends:], counts
        return Run(found, rest[:B], last[:B], states, rest[B : 2 * B], rest[2 * B : 3 * B], last[B:], seen)

    def between(
        self, run: Run, parameters: Array, t: Array, *, rtol: float, atol: float, threads: int = 1
    ) -> Array:
        """States ``(B, M, n)`` at times ``t (M,)`` of a run whose steps were kept, NaN where a trajectory has not been.

        Each is the end of a step, by the same method, from the beginning of the step that it lies in.

        Raises:
            MemoryError: there is no room for the workspace.
        """
        assert run.seen is not None
        B, n = len(run.stop_t), self.states
        p, times = (np.ascontiguousarray(v, dtype=np.float64) for v in (parameters, t))
        steps = run.seen.steps
        offsets = np.searchsorted(steps[:, 0], np.arange(B + 1)).astype(np.int64)
        stops = np.column_stack([run.stop_t, run.stop_y])
        tolerances, counter = np.array([rtol, atol]), np.zeros(1, dtype=np.int64)
        out = np.empty((B, len(times), n))
        every = (tolerances, steps, offsets, p, stops, times, out, counter)
        arguments = B, len(times), *(_at(array) for array in every)
        told = _in_threads(lambda _: self._between(*arguments), threads if B > 1 else 1)
        if told == _NO_MEMORY:
            raise MemoryError(f"no room for the workspace of {n} states")
        return out

    def evaluate(self, t: float, y: Array, p: Array) -> tuple[Array, Array]:
        """Right-hand side ``(n,)`` and Jacobian ``(n, n)`` as the C code has them."""
        states, parameters = (np.ascontiguousarray(v, dtype=np.float64) for v in (y, p))
        slope, jacobian = np.empty(self.states), np.empty((self.states, self.states))
        self._evaluate(ctypes.c_double(t), _at(states), _at(parameters), _at(slope), _at(jacobian))
        return slope, jacobian


def _in_threads(call: Callable[[int], int], threads: int) -> int:
    """The worst of what the calls return; each lets go of the interpreter, and draws from the same counter."""
    if threads == 1:
        return call(0)
    with ThreadPoolExecutor(threads) as pool:
        return min(pool.map(call, range(threads)))


def source(compiled: CompiledSystem, *, lanes: bool, watched: bool = False) -> str:
    """The C source of the engine of a system."""
    n = len(compiled.system.states)
    programs = [
        program if isinstance(program, LoopProgram) else straight_as_loops(program, n, matrix=matrix)
        for program, matrix in ((compiled.rates, False), (compiled.slopes, True))
    ]
    parts = [
        f"#define WATCHED {int(watched)}",
        f"enum {{ N = {n}, M = {len(compiled.system.parameters)} }};",
        _text("prelude.c"),
        Emitter(programs[0], "one_rate", lanes=False).source(),
        Emitter(programs[1], "one_jacobian", lanes=False).source(),
        _text("engine.h"),
        stages(lanes=False),
        _text("stiff.c"),
        *((extension(), _text("within.c"), _text("watch.c")) if watched else (_text("unwatched.c"),)),
        _text("follow.c"),
    ]
    if watched:
        parts.append(_text("between.c"))
    if lanes:
        parts += [
            Emitter(programs[0], "lanes_rate", lanes=True).source(),
            stages(lanes=True),
            _text("lanes.c"),
        ]
    return "\n".join(parts)


@cache
def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _quickly_at(array: Any) -> int:
    """The address of an array that is not empty; asking NumPy for it takes four times as long."""
    return ctypes.addressof(ctypes.c_char.from_buffer(array))


def _at(array: Any) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.__array_interface__["data"][0])
