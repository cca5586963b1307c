"""The project's own engine: C made from the system, stiffness seen to by itself, ensembles in the SIMD lanes."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .. import native
from ..lowering.compiled import CompiledSystem
from .backend import BackendError, Raw, Settings
from .native.engine import MODES, Engine, Run
from .native.watch import Watch
from .solution import Hits

Array = npt.NDArray[np.float64]

# From so many trajectories on they go into the lanes, which the compiler takes half a second more for. No source: two
# registers full.
LANES_FROM = 16


class NativeBackend:
    """Explicit steps (DOP853), and extrapolated linearly implicit ones while stability would limit those.

    Methods: ``switching`` between the two, ``explicit`` and ``stiff``. ``rtol`` and ``atol`` bound the estimate of each
    step's error in SciPy's norm: the root of the mean, over the states, of the square of error over
    ``atol + rtol · |state|``. Option ``threads``: how many trajectories, or lanes full of them, go on at the same time;
    the results do not depend on it.

    Events are compiled, with the numbers in them as data. Their times, and the solution between the ends of steps, are
    found with steps that end there, so that they have the error of a step. Keeping the solution takes 8 · (n + 3) bytes a
    step, and finding a state in it as long as a step.
    """

    name = "native"
    methods = MODES
    options = frozenset({"threads"})

    def __init__(self) -> None:
        self._engines: dict[object, Engine] = {}

    def unavailable(self) -> str:
        """It needs a C compiler."""
        return (
            ""
            if native.available()
            else "there is no C compiler; install gcc or clang, or take backend='scipy'"
        )

    def solve(
        self, compiled: CompiledSystem, initial: Array, parameters: Array, times: Array, settings: Settings
    ) -> Raw:
        """See :meth:`.backend.Backend.solve`.

        Raises:
            BackendError: ``threads`` is no number.
        """
        threads = settings.options.get("threads", _processors())
        if not isinstance(threads, int) or threads < 1:
            raise BackendError(f"threads={threads!r}; give a whole number of at least 1")
        given = np.ascontiguousarray(parameters.T)
        watched, watch = settings.events is not None or settings.dense, None
        engine = self._engine(compiled, lanes=initial.shape[1] >= LANES_FROM, watched=watched)
        if watched:
            watch = Watch(settings.events, len(initial), dense=settings.dense)
        run = engine.run(
            np.ascontiguousarray(initial.T),
            given,
            times,
            rtol=settings.rtol,
            atol=settings.atol,
            mode=settings.method,
            max_steps=settings.max_steps,
            threads=threads,
            watch=watch,
        )
        between = Between(engine, run, given, settings, threads) if settings.dense else None
        return Raw(
            y=run.y.transpose(2, 1, 0),
            outcomes=run.outcomes,
            stop_t=run.stop_t,
            stop_y=run.stop_y.T,
            evaluations=run.rates,
            steps=run.steps,
            last_step=run.last_step,
            explicit=settings.method == "explicit",
            hits=_hits(run, len(settings.events)) if settings.events is not None else (),
            dense=between,
            dense_error=between.error() if between is not None else None,
        )

    def _engine(self, compiled: CompiledSystem, *, lanes: bool, watched: bool) -> Engine:
        key = compiled.system, lanes, watched
        if key not in self._engines:
            if len(self._engines) >= 64:  # as many as systems are kept compiled
                self._engines.pop(next(iter(self._engines)))
            self._engines[key] = Engine(compiled, lanes=lanes, watched=watched)
        return self._engines[key]


@dataclass(frozen=True, eq=False)
class Between:
    """Called with times ``(M,)`` gives states ``(n, M, B)``, NaN where a trajectory has not been."""

    engine: Engine
    run: Run
    parameters: Array
    settings: Settings
    threads: int

    def __call__(self, t: Array) -> Array:
        """States at times ``t``."""
        found = self.engine.between(
            self.run,
            self.parameters,
            t,
            rtol=self.settings.rtol,
            atol=self.settings.atol,
            threads=self.threads,
        )
        return found.transpose(2, 1, 0)

    def error(self) -> Array:
        """What one step may err by in each state ``(n, B)``, where it errs in no other: the norm is a mean over states."""
        assert self.run.seen is not None
        steps, largest = self.run.seen.steps, np.abs(self.run.stop_y)
        np.maximum.at(largest, steps[:, 0].astype(np.intp), np.abs(steps[:, 3:]))
        error: Array = np.sqrt(largest.shape[1]) * (self.settings.atol + self.settings.rtol * largest.T)
        return error


def _hits(run: Run, events: int) -> tuple[Hits, ...]:
    """Event by event, from the rows of all."""
    assert run.seen is not None
    mine = [run.seen.hits[run.seen.hits[:, 1] == event] for event in range(events)]
    return tuple(Hits(rows[:, 2].copy(), rows[:, 3:].T.copy(), rows[:, 0].astype(np.int64)) for rows in mine)


def _processors() -> int:
    """How many processors this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
