"""The native engine of one system: its C source, compiled, and called from as many threads as wanted."""

from __future__ import annotations

import ctypes
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
from .stages import stages

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
    ``last_step (B,)``, the length of the last accepted one.
    """

    y: Array
    outcomes: Integers
    stop_t: Array
    stop_y: Array
    rates: Integers
    steps: Integers
    last_step: Array


class Engine:
    """The compiled engine of one system. Parameters and initial values are given at each call."""

    def __init__(self, compiled: CompiledSystem, *, lanes: bool) -> None:
        """Compile, or load what was compiled before.

        Raises:
            NoCompiler: there is no C compiler.
            LoweringError: an operation has no counterpart in C.
        """
        self.states, self.parameters = len(compiled.system.states), len(compiled.system.parameters)
        library = load(source(compiled, lanes=lanes), FLAGS)
        self._run = library.run_lanes if lanes else library.run_single
        self._evaluate = library.evaluate
        self._run.restype = self._evaluate.restype = ctypes.c_long
        self._run.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

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
    ) -> Run:
        """Integrate ``initial (B, n)`` with ``parameters (B, m)`` over ``times (T,)``, rising or falling.

        Each time is the end of a step. The root mean square of the errors over ``atol + rtol·|y|`` is at most 1 in each
        step. ``mode`` is one of :data:`MODES`; a step of 0 is chosen by the engine.

        Raises:
            ValueError: a shape does not fit, a number is not finite, or the mode is unknown.
            MemoryError: there is no room for the workspace.
        """
        y, p = np.asarray(initial, dtype=np.float64), np.asarray(parameters, dtype=np.float64)
        B, T, n, m = len(y), len(times), self.states, self.parameters
        if y.shape != (B, n) or p.shape != (B, m) or T < 2:
            raise ValueError(
                f"initial {y.shape}, parameters {p.shape}, {T} times; give (B, {n}), (B, {m}) and at least two times"
            )
        if mode not in MODES:
            raise ValueError(f"mode={mode!r}; give one of {', '.join(MODES)}")
        # One array for all numbers, in the order of engine.h: few arguments make the call quick.
        ends = 6 + B * (n + m) + T + B * T * n
        numbers, counts = np.empty(ends + 2 * B), np.empty(3 * B + 1, dtype=np.int64)
        numbers[:6] = (rtol, atol, first_step, longest_step, max_steps, MODES.index(mode))
        states = numbers[6 : 6 + B * n].reshape(B, n)
        states[...] = y
        numbers[6 + B * n : 6 + B * (n + m)] = p.ravel()
        numbers[6 + B * (n + m) : 6 + B * (n + m) + T] = times
        counts[-1] = 0
        arguments = B, T, numbers.ctypes.data, counts.ctypes.data
        if threads == 1 or B == 1:
            told = self._run(*arguments)
        else:  # each call lets go of the interpreter, and draws trajectories from the same counter
            with ThreadPoolExecutor(threads) as pool:
                told = min(pool.map(lambda _: self._run(*arguments), range(threads)))
        if told == _NO_MEMORY:
            raise MemoryError(f"no room for the workspace of {n} states")
        if told == _NOT_FINITE:
            raise ValueError("initial values, parameters or times are not all finite")
        found = numbers[ends - B * T * n : ends].reshape(B, T, n)
        last, rest = numbers[ends:], counts
        return Run(found, rest[:B], last[:B], states, rest[B : 2 * B], rest[2 * B : 3 * B], last[B:])

    def evaluate(self, t: float, y: Array, p: Array) -> tuple[Array, Array]:
        """Right-hand side ``(n,)`` and Jacobian ``(n, n)`` as the C code has them."""
        states, parameters = (np.ascontiguousarray(v, dtype=np.float64) for v in (y, p))
        slope, jacobian = np.empty(self.states), np.empty((self.states, self.states))
        self._evaluate(ctypes.c_double(t), _at(states), _at(parameters), _at(slope), _at(jacobian))
        return slope, jacobian


def source(compiled: CompiledSystem, *, lanes: bool) -> str:
    """The C source of the engine of a system."""
    n = len(compiled.system.states)
    programs = [
        program if isinstance(program, LoopProgram) else straight_as_loops(program, n, matrix=matrix)
        for program, matrix in ((compiled.rates, False), (compiled.slopes, True))
    ]
    parts = [
        f"enum {{ N = {n}, M = {len(compiled.system.parameters)} }};",
        _text("prelude.c"),
        Emitter(programs[0], "one_rate", lanes=False).source(),
        Emitter(programs[1], "one_jacobian", lanes=False).source(),
        _text("engine.h"),
        stages(lanes=False),
        _text("stiff.c"),
        _text("follow.c"),
    ]
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


def _at(array: Any) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.__array_interface__["data"][0])
