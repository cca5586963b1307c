"""heyoka: Taylor series of high order, compiled for this machine; ensembles in the lanes of its vector unit.

Source of the method and of its step: Jorba & Zou, A software package for the numerical integration of ODEs by means
of high-order Taylor methods, Experimental Mathematics 14 (2005); Biscani & Izzo, MNRAS 504 (2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from ..lowering.compiled import CompiledSystem
from .backend import Raw, Settings
from .solution import Hits

Array = npt.NDArray[np.float64]


class HeyokaBackend:
    """Taylor integration. An evaluation is one expansion, of which each step takes one.

    Events are roots of the polynomial of the step, so that none is missed. The option ``threads`` spreads an ensemble
    over that many threads.
    """

    name = "heyoka"
    methods = ("taylor",)
    options = frozenset({"threads"})

    def __init__(self) -> None:
        self._lock = Lock()  # integrators are kept and used again, and are changed by it

    def unavailable(self) -> str:
        """Whether the package is missing."""
        return "" if find_spec("heyoka") else "heyoka is not installed; install spectral-edge[heyoka]"

    def solve(
        self, compiled: CompiledSystem, initial: Array, parameters: Array, times: Array, settings: Settings
    ) -> Raw:
        """See :meth:`.backend.Backend.solve`."""
        with self._lock:
            if settings.events is not None or settings.dense:
                every = np.arange(initial.shape[1])
                return _raw(compiled, initial, parameters, times, settings, every, None)
            y, steps, failed = _in_lanes(compiled, initial, parameters, times, settings)
            return _raw(compiled, initial, parameters, times, settings, failed, (y, steps))


def _in_lanes(
    compiled: CompiledSystem, initial: Array, parameters: Array, times: Array, settings: Settings
) -> tuple[Array, npt.NDArray[np.int64], npt.NDArray[np.intp]]:
    """All trajectories, some at a time: states ``(n, T, B)``, steps, and which did not reach the end."""
    import heyoka as hy

    from .heyoka_integrator import begin, compiled_integrator, tolerance

    n, count = initial.shape
    lanes = hy.recommended_simd_size() if count > 1 else 0
    width = max(lanes, 1)
    y, steps = np.full((n, len(times), count), np.nan), np.zeros(count, dtype=np.int64)
    failed = np.zeros(count, dtype=bool)
    taylor = compiled_integrator(compiled.system, tolerance(settings), lanes, None, True).taylor
    # A step shorter than this leaves time as it is; what follows would not be the solution.
    shortest = 10 * np.spacing(np.abs(times).max())
    grid = np.repeat(times[:, None], lanes, axis=1) if lanes else times

    def work(taylor: Any, starts: Sequence[int]) -> None:
        for start in starts:
            mine = np.minimum(np.arange(start, start + width), count - 1)  # the last ones fill up with copies
            pick = mine if lanes else mine[0]
            begin(taylor, times[0], initial[:, pick], parameters[:, pick])
            done = taylor.propagate_grid(grid, max_steps=settings.max_steps)
            told = taylor.propagate_res if lanes else [done[:4]]
            found = done[-1].reshape(-1, n, width)  # fewer times than asked for, if one alone stops
            for lane in range(min(width, count - start)):
                outcome, least, _, taken = told[lane]
                bad = outcome != hy.taylor_outcome.time_limit or least < shortest
                failed[start + lane], steps[start + lane] = bad, taken
                if not bad:
                    y[:, :, start + lane] = found[:, :, lane].T

    chunks = range(0, count, width)
    threads = min(int(settings.options.get("threads", 1)), len(chunks))
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(
                pool.map(
                    work,
                    [deepcopy(taylor) for _ in range(threads)],
                    [chunks[i::threads] for i in range(threads)],
                )
            )
    else:
        work(taylor, chunks)
    return y, steps, np.flatnonzero(failed)


def _raw(
    compiled: CompiledSystem,
    initial: Array,
    parameters: Array,
    times: Array,
    settings: Settings,
    alone: npt.NDArray[np.intp],
    others: tuple[Array, npt.NDArray[np.int64]] | None,
) -> Raw:
    """The result, of which the trajectories ``alone`` are integrated step by step, and the others are given."""
    from .heyoka_integrator import tolerance
    from .heyoka_walk import Series, walked

    n, count = initial.shape
    y, steps = others or (np.empty((n, len(times), count)), np.zeros(count, dtype=np.int64))
    outcomes, last = np.zeros(count, dtype=np.int64), np.zeros(count)
    stop_t, stop_y = np.full(count, times[-1]), np.array(y[:, -1])
    walks = {int(i): walked(compiled, initial[:, i], parameters[:, i], times, settings) for i in alone}
    for i, walk in walks.items():
        y[:, :, i], steps[i], outcomes[i], last[i] = walk.y, walk.steps, walk.outcome, walk.last_step
        stop_t[i], stop_y[:, i] = walk.time, walk.state
    hits = []
    for event in range(len(settings.events or ())):
        found = [(i, t, s) for i, walk in walks.items() for e, t, s in walk.hits if e == event]
        hits.append(
            Hits(
                np.array([t for _, t, _ in found]),
                np.array([s for *_, s in found]).reshape(-1, n).T,
                np.array([i for i, *_ in found], dtype=np.int64),
            )
        )
    dense = error = None
    if settings.dense:
        dense = Series([walks[i] for i in range(count)], initial, times)
        # What a step leaves out is bounded all over it by what it leaves out at its end.
        largest = np.maximum(1.0, np.nanmax(np.abs(y), axis=(0, 1)))
        error = np.tile(tolerance(settings) * largest, (n, 1))
    return Raw(
        y=y,
        outcomes=outcomes,
        stop_t=stop_t,
        stop_y=stop_y,
        evaluations=steps.copy(),
        steps=steps,
        last_step=last,
        hits=tuple(hits),
        dense=dense,
        dense_error=error,
    )
