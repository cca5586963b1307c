"""Simulate many paths of an Itô process, and say what happened to those that did not reach the end."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ...theory.pair_process import PairProcess
from ...theory.process import ItoProcess
from ..lowering.compiled import ParameterError
from ..native import available
from . import native_engine, numpy_engine
from .grid import Grid, grid
from .inputs import (
    Map,
    check_inside,
    checked_increments,
    checked_parameters,
    compiled,
    state_dependent,
)
from .job import Job, Result
from .model import Model
from .outcome import PathOutcome
from .paths import Paths
from .philox import key_of

ENGINES = ("auto", "native", "numpy")

# NumPy holds numbers for all pairs of a chunk's paths: 20 particles take 10 kB a path. No source.
_NUMPY_CHUNK = 1024


def simulate_paths(
    process: PairProcess | ItoProcess,
    initial: npt.ArrayLike,
    parameters: Mapping[str, npt.ArrayLike],
    span: tuple[float, float],
    at: npt.ArrayLike | None = None,
    *,
    steps: int,
    paths: int,
    seed: int,
    method: str | None = None,
    resolution: float | None = None,
    refine: int = 0,
    depth: int = 40,
    max_steps: int = 10_000_000,
    keep_noise: bool = False,
    increments: npt.ArrayLike | None = None,
    first_path: int = 0,
    engine: str = "auto",
    threads: int | None = None,
) -> Paths:
    """Paths of a process over ``span``, in Itô's sense.

    Methods. ``euler`` (Euler and Maruyama; strong order ½, 1 if the noise is constant; weak order 1). ``milstein``
    (strong and weak order 1). ``implicit`` (Euler with the drift at the end of the step; strong and weak order 1) and
    ``trapezoidal`` (with the mean of the drifts at both ends; strong order 1, weak order 2; Milstein & Tretyakov,
    Stochastic Numerics for Mathematical Physics, 2004, chapter 2) compute in the coordinate in which the noise is
    constant. The default is ``trapezoidal`` where there is a wall or the noise is constant, else ``milstein`` or, if
    that is impossible, ``euler``.

    The rule for near-collisions, and for every other step that is too long: a step is rejected if it leads to a number
    that is not finite, onto or across a wall, or if its error, half the change of the drift times the step, exceeds in
    any state ``resolution`` times the standard deviation of the noise in an unhalved step. It is then halved, its
    Brownian increment with it by the Brownian bridge, and both halves are tried; so what was drawn stays true, and no
    state is ever moved or reordered. A step that was halved ``depth`` times and is rejected again ends the path. Steps
    of ``euler`` with noise that depends on the state must not be chosen by looking at the noise (Gaines & Lyons, SIAM
    J. Appl. Math. 57, 1997): there ``resolution`` is not applied, only walls are.

    The noise of a path depends on ``seed``, the number of the path and the place in the path, on nothing else: not on
    engine, chunks or threads. With ``refine`` k every step is halved k times along the same Brownian motion. Engines
    differ by rounding.

    The default of ``resolution`` is 0.1 for explicit methods: with it the mean of the largest eigenvalue of Dyson's
    process (β = 1, 20 eigenvalues, 100 steps) showed no error above its statistical one, at 1 it did. It is 1 for the
    implicit methods, which keep the order by themselves; there 0.1 took three times as long and changed no mean. That of
    ``depth`` has no source: a step of 1e-12 of the given one.

    Args:
        process: what to simulate; the number of particles is that of the initial values.
        initial: states at ``span[0]``: ``(n,)``, or ``(n, paths)``.
        parameters: a number, or ``(paths,)`` of them, for each parameter, by name.
        span: first and last time.
        at: times at which the states are wanted, ordered; the two ends of ``span`` if None.
        steps: in ``span``; between two wanted times there are a whole number of them, so that it may be more.
        paths: how many.
        seed: of the noise.
        method: one of :data:`.model.METHODS`.
        resolution: see above; ``math.inf`` to reject by walls alone.
        refine: see above.
        depth: see above.
        max_steps: attempts that one path may take.
        keep_noise: whether to return the Brownian motions.
        increments: of the Brownian motions ``(m, K, paths)`` in the K steps, instead of drawing them; halvings are
            drawn all the same.
        first_path: number of the first path, to simulate many in several calls.
        engine: ``native`` (C), ``numpy``, or ``auto``: C where there is a compiler.
        threads: of the C engine; one for each core if None.

    Raises:
        ParameterError: states or parameters do not fit the process, are not finite, or are not inside its walls.
        ValueError: ``span``, ``at`` or a number makes no sense.
        MethodError: the method cannot be used for this process.
        LoweringError: an expression has no exact counterpart in floating-point operations.
        NoCompiler: ``engine="native"`` and there is no C compiler.
    """
    for name, value, least in (("paths", paths, 1), ("refine", refine, 0), ("max_steps", max_steps, 1)):
        if value < least:
            raise ValueError(f"{name}={value}; give at least {least}")
    if not (resolution is None or resolution > 0) or not refine <= depth <= 46:
        raise ValueError(
            f"resolution={resolution}, refine={refine}, depth={depth}; give resolution > 0 and refine <= depth <= 46"
        )
    if engine not in ENGINES:
        raise ValueError(f"engine={engine!r}; give one of {', '.join(ENGINES)}")
    start = np.asarray(initial, dtype=np.float64)
    if (
        start.ndim not in (1, 2)
        or (start.ndim == 2 and start.shape[1] != paths)
        or not np.isfinite(start).all()
    ):
        raise ParameterError(f"initial has shape {start.shape}; give finite numbers (n,) or (n, {paths})")
    model, coordinate, chosen = compiled(process, len(start), method)
    places = grid(span, at, steps)
    values = checked_parameters(model, parameters, paths)
    begin = np.array(np.broadcast_to(start.reshape(len(start), -1), (len(start), paths)))
    inside = coordinate.forward(begin, values)
    check_inside(model, inside, values, begin)
    given = checked_increments(increments, (model.m, len(places.lengths), paths))
    if resolution is None:
        resolution = 1.0 if model.theta2 else 0.1
    steered = chosen == "euler" and state_dependent(process)
    job = Job(
        initial=inside,
        parameters=values,
        lengths=places.lengths,
        slots=places.slots,
        times=len(places.wanted),
        given=given,
        key=key_of(seed),
        first_path=first_path,
        resolution=math.inf if steered else resolution,
        refine=refine,
        depth=depth,
        max_attempts=max_steps,
        keep_noise=keep_noise,
    )
    result = Result.blank(job, model.m)
    if engine == "native" or (engine == "auto" and available()):
        native_engine.run(model, job, result, threads or os.cpu_count() or 1)
        engine = "native"
    else:
        _in_chunks(model, job, result)
        engine = "numpy"
    if places.slots[0] >= 0:
        result.y[:, places.slots[0]] = inside
        result.w[:, places.slots[0]] = 0.0
    return _paths(process, places, coordinate, values, result, job, chosen, engine)


def _in_chunks(model: Model, job: Job, result: Result) -> None:
    count = job.initial.shape[1]
    for first in range(0, count, _NUMPY_CHUNK):
        here = slice(first, min(first + _NUMPY_CHUNK, count))
        part = replace(
            job,
            initial=job.initial[:, here],
            parameters=job.parameters[:, here],
            given=None if job.given is None else job.given[:, :, here],
            first_path=job.first_path + first,
        )
        view = Result(
            result.y[:, :, here],
            result.w[:, :, here],
            result.outcome[here],
            result.stop_y[:, here],
            result.stop_step[here],
            result.stop_part[here],
            result.accepted[here],
            result.rejected[here],
        )
        numpy_engine.run(model, part, view)


def _paths(
    process: PairProcess | ItoProcess,
    places: Grid,
    coordinate: Map,
    values: npt.NDArray[np.float64],
    result: Result,
    job: Job,
    method: str,
    engine: str,
) -> Paths:
    lengths = np.append(places.lengths, 0.0)
    stop_t = places.joints[result.stop_step] + result.stop_part * lengths[result.stop_step]
    stop_y = coordinate.backward(result.stop_y, values)
    y = (
        coordinate.backward(result.y, values[:, None])
        if values.size
        else coordinate.backward(result.y, values)
    )
    message = PathOutcome.REACHED_END.says
    worst = int(np.argmax(result.outcome))
    outcome = PathOutcome(int(result.outcome[worst]))
    if outcome is not PathOutcome.REACHED_END:
        name = (
            process.name if isinstance(process, PairProcess) else "of " + ", ".join(map(str, process.states))
        )
        others = int((result.outcome > 0).sum()) - 1
        more = f" (and {others} more did not reach the end)" if others else ""
        message = (
            f"process {name}: path {job.first_path + worst} stopped at time {stop_t[worst]:.17g}, state "
            f"{np.array2string(stop_y[:, worst], precision=6, threshold=12)}: {outcome.says}{more}"
        )
    return Paths(
        t=places.wanted,
        y=y,
        noise=result.w if job.keep_noise else None,
        outcomes=result.outcome,
        stop_t=stop_t,
        stop_y=stop_y,
        accepted=result.accepted,
        rejected=result.rejected,
        message=message,
        method=method,
        engine=engine,
    )
