"""Integrate a system in time, and say what happened when it did not reach the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ...theory.indexed import SizedSystem
from ...theory.system import System
from ..lowering.compiled import CompiledSystem, compile_system
from .backend import Backend, BackendError, Raw, Settings
from .backend import backend as find
from .choose import chosen
from .diagnosis import diagnosed
from .event import CompiledEvents, Event, compile_events
from .inputs import Ensemble, Initial, check_slopes, checked_ensemble, checked_times
from .outcome import Outcome
from .solution import Dense, Hits, Solution
from .straight import written_out
from .variational import initial_sensitivities, with_sensitivities

Array = npt.NDArray[np.float64]


def integrate(
    system: System | SizedSystem | CompiledSystem,
    initial: Initial,
    parameters: Mapping[str, npt.ArrayLike],
    span: tuple[float, float],
    at: npt.ArrayLike | None = None,
    *,
    backend: str = "scipy",
    method: str | None = None,
    rtol: float = 1e-10,
    atol: float = 1e-12,
    events: Sequence[Event] = (),
    dense: bool = False,
    sensitivities: Sequence[str] = (),
    max_steps: int = 100_000,
    **options: Any,
) -> Solution:
    """Solve the initial-value problem over ``span``, which may run backwards.

    An ensemble is one call: give initial values ``(n, B...)``, parameters of shape ``(B...)``, or both; they
    broadcast against one another. Each trajectory has steps of its own. Nothing is compiled again for other
    parameters.

    The default of ``rtol`` is the accuracy at which the project compares integrators; that of ``atol`` has no
    source: two orders below it, for states of order one. Give your own where states are small. The default of
    ``max_steps`` has no source: some hundred times what the flows of the theory take.

    Args:
        system: the equations, of an indexed system with its size; a :class:`CompiledSystem` is not compiled
            again, nor is an equal system.
        initial: states at ``span[0]``, along the first axis in the order of the system, or by name.
        parameters: a number or an array for each parameter, by name.
        span: first and last time.
        at: times at which the solution is wanted, ordered along ``span``; its two ends if None. The
            tolerances hold there as at the end of a step.
        backend: the name of an integrator in :data:`.backend.BACKENDS`, or ``"auto"`` for the fastest that can
            do it (:mod:`.choose`).
        method: one of its methods; its default if None.
        rtol: tolerance relative to each state, per step.
        atol: absolute tolerance, per step, in the unit of the states.
        events: what to look out for; they are located to within the tolerances.
        dense: whether to keep the solution between the wanted times.
        sensitivities: names of parameters, and of states for their initial values; the derivatives of the
            solution by them are integrated with it, under the same tolerances.
        max_steps: of one trajectory.
        options: what the backend alone knows, such as the device of ``torch``.

    Raises:
        ParameterError: states or parameters do not fit the system, or are not finite there.
        ValueError: ``span``, ``at``, ``method``, a tolerance or a name makes no sense.
        LoweringError: the system or an event has no exact counterpart in floating-point operations.
        BackendError: the backend cannot run here, or not do this.
    """
    compiled = system if isinstance(system, CompiledSystem) else compiled_once(system)
    original, by = compiled.system, tuple(sensitivities)
    wanted, watched = checked_times(span, at), tuple(events)
    ensemble = checked_ensemble(compiled, initial, parameters)
    name = backend
    if backend == "auto":
        name = chosen(original, ensemble.initial.shape[1], watched)
    engine, settings = _settings(compiled, name, method, rtol, atol, max_steps, watched, dense, options)
    check_slopes(compiled, span[0], ensemble)
    if by:
        compiled = compiled_once(with_sensitivities(written_out(original), by))
        begin = initial_sensitivities(original, by, ensemble.initial)
        ensemble = Ensemble(ensemble.shape, begin, ensemble.parameters)
        settings = _with_events(settings, compiled, watched)
    if atol == 0 and not ensemble.initial.all():
        raise ValueError(
            "atol=0, and a state or a sensitivity starts at zero: no error is small enough; give atol above 0"
        )
    ends = [float(span[0]), *(float(t) for t in wanted), float(span[1])]
    times = np.array(list(dict.fromkeys(ends)))
    raw = engine.solve(compiled, ensemble.initial, ensemble.parameters, times, settings)
    keep = np.flatnonzero(np.isin(times, wanted))
    return _solution(compiled, original, by, ensemble, times, keep, raw, engine.name, settings)


@lru_cache(maxsize=64)
def compiled_once(system: System | SizedSystem) -> CompiledSystem:
    """The compiled form of a system; compiled once for all equal ones.

    Raises:
        LoweringError: an expression has no exact counterpart in floating-point operations.
    """
    return compile_system(system)


@lru_cache(maxsize=64)
def _events_once(system: System | SizedSystem, events: tuple[Event, ...]) -> CompiledEvents:
    return compile_events(system, events)


def _with_events(settings: Settings, compiled: CompiledSystem, events: tuple[Event, ...]) -> Settings:
    lowered = _events_once(compiled.system, events) if events else None
    return Settings(
        settings.method,
        settings.rtol,
        settings.atol,
        settings.max_steps,
        lowered,
        settings.dense,
        settings.options,
    )


def _settings(
    compiled: CompiledSystem,
    name: str,
    method: str | None,
    rtol: float,
    atol: float,
    max_steps: int,
    events: tuple[Event, ...],
    dense: bool,
    options: Mapping[str, Any],
) -> tuple[Backend, Settings]:
    engine = find(name)
    chosen = engine.methods[0] if method is None else method
    if chosen not in engine.methods:
        raise ValueError(f"method={method!r}; give one of {', '.join(engine.methods)}")
    if not (rtol > 0 and atol >= 0):
        raise ValueError(f"rtol={rtol}, atol={atol}; give rtol above 0, and atol of at least 0")
    if max_steps < 1:
        raise ValueError(f"max_steps={max_steps}; give at least 1")
    unknown = sorted(set(options) - engine.options)
    if unknown:
        known = ", ".join(sorted(engine.options)) or "none"
        raise BackendError(f"options {unknown} are unknown to backend {name}; it has {known}")
    settings = Settings(chosen, rtol, atol, max_steps, None, dense, dict(options))
    return engine, _with_events(settings, compiled, events)


def _solution(
    compiled: CompiledSystem,
    original: System | SizedSystem,
    by: tuple[str, ...],
    ensemble: Ensemble,
    times: Array,
    keep: npt.NDArray[np.intp],
    raw: Raw,
    name: str,
    settings: Settings,
) -> Solution:
    n, shape = len(original.states), ensemble.shape
    outcomes = diagnosed(compiled, ensemble.parameters, times, raw)
    every = raw.y[:, keep].reshape(raw.y.shape[0], len(keep), *shape)
    hits = {}
    if settings.events is not None:
        hits = {
            event.name: Hits(hit.t, hit.y[:n], hit.trajectory)
            for event, hit in zip(settings.events.events, raw.hits, strict=True)
        }
    between = None
    if raw.dense is not None and raw.dense_error is not None:
        between = Dense(_reshaped(raw.dense, n, shape), raw.dense_error[:n].reshape(n, *shape))
    return Solution(
        t=times[keep],
        y=every[:n],
        outcomes=outcomes.reshape(shape)[()],
        stop_t=raw.stop_t.reshape(shape)[()],
        stop_y=raw.stop_y[:n].reshape(n, *shape),
        evaluations=raw.evaluations.reshape(shape)[()],
        steps=raw.steps.reshape(shape)[()],
        message=_message(original, ensemble, times, raw, outcomes),
        backend=name,
        method=settings.method,
        events=hits,
        dense=between,
        sensitivities={one: every[n * (i + 1) : n * (i + 2)] for i, one in enumerate(by)},
    )


def _reshaped(evaluate: Callable[[Array], Array], n: int, shape: tuple[int, ...]) -> Callable[[Array], Array]:
    return lambda t: evaluate(t)[:n].reshape(n, len(t), *shape)


def _message(
    system: System | SizedSystem, ensemble: Ensemble, times: Array, raw: Raw, outcomes: npt.NDArray[np.int64]
) -> str:
    if not outcomes.size or outcomes.max() == Outcome.REACHED_END:
        return Outcome.REACHED_END.says
    worst = int(np.argmax(outcomes))
    outcome = Outcome(int(outcomes[worst]))
    pairs = zip(system.states, raw.stop_y[:, worst], strict=False)
    where = ", ".join(f"{state.name}={value:.6g}" for state, value in pairs)
    place = tuple(int(i) for i in np.unravel_index(worst, ensemble.shape))
    which = f" of trajectory {place}" if ensemble.shape else ""
    others = int((outcomes > Outcome.EVENT).sum()) - 1
    more = f" (and {others} more did not reach the end)" if others > 0 else ""
    note = f"; {raw.note}" if raw.note and outcome > Outcome.EVENT else ""
    return (
        f"system {system.name}: integration{which} over ({times[0]:g}, {times[-1]:g}) stopped at "
        f"{system.time}={raw.stop_t[worst]:.17g}, {where}: {outcome.says}{note}{more}"
    )
