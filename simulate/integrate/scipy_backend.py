"""The reference: SciPy's solvers, one trajectory after another, each wanted time the end of a step."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.integrate import BDF, DOP853, LSODA, RK23, RK45, Radau

from ..lowering.compiled import CompiledSystem
from .backend import Raw, Settings
from .locate import Place, locate
from .outcome import Outcome
from .solution import Hits

Array = npt.NDArray[np.float64]
Function = Callable[[float, Array], Array]

METHODS = {"DOP853": DOP853, "RK23": RK23, "RK45": RK45, "Radau": Radau, "BDF": BDF, "LSODA": LSODA}
IMPLICIT = ("Radau", "BDF", "LSODA")

# Where in each step the interpolant is compared with a step that ends there. No source: three places, since the
# difference vanishes at some place inside the step for every method.
PROBES = (0.2, 0.5, 0.8)


class ScipyBackend:
    """Explicit and implicit methods of ``scipy.integrate``; the implicit ones get the analytic Jacobian.

    ``rtol`` and ``atol`` bound the estimate of each step's error in SciPy's norm: the root of the mean, over the
    states, of the square of error over ``atol + rtol · |state|`` (LSODA: a weighted norm of its own).
    """

    name = "scipy"
    methods = tuple(METHODS)
    options: frozenset[str] = frozenset()

    def unavailable(self) -> str:
        """SciPy is always there."""
        return ""

    def solve(
        self, compiled: CompiledSystem, initial: Array, parameters: Array, times: Array, settings: Settings
    ) -> Raw:
        """See :meth:`.backend.Backend.solve`."""
        told: set[str] = set()
        paths = []
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")  # LSODA tells its troubles as warnings
            for state, given in zip(initial.T, parameters.T, strict=True):
                paths.append(_Walk(compiled, state, given, times, settings).walked())
        told = {str(w.message) for w in said if w.category is not RuntimeWarning}
        notes = [path.trouble for path in paths if path.trouble]
        return _gathered(paths, times, settings, "; ".join([*notes[:1], *sorted(told)]))


@dataclass
class _Walk:
    """One trajectory: where it is, and what was kept on the way."""

    compiled: CompiledSystem
    state: Array
    given: Array
    times: Array
    settings: Settings
    time: float = 0.0
    outcome: Outcome = Outcome.REACHED_END
    trouble: str = ""
    evaluations: int = 0
    steps: int = 0
    last_step: float = 0.0
    kept: list[Array] = field(default_factory=list)
    hits: list[list[Place]] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    pieces: list[Any] = field(default_factory=list)
    probed: list[Array] = field(default_factory=list)

    def walked(self) -> _Walk:
        """Step from wanted time to wanted time, so that each is the end of a step.

        ``scipy.integrate.solve_ivp`` interpolates instead, and nothing bounds the error of that: DOP853 at rtol 1e-10
        was seen to be off by 4e-8 between two steps, on one mode of F1 (the test of its closed form fails with it).
        And it has no end where LSODA cannot go on: each step returns as if it had succeeded, at the time at which it
        began.
        """
        self.time, self.state = float(self.times[0]), np.array(self.state)
        self.kept, self.ends = [self.state], [self.time]
        self.hits = [[] for _ in range(len(self.settings.events or ()))]
        first_step: float | None = None
        for target in self.times[1:]:
            first_step = self._go_to(float(target), first_step)
            if self.outcome is Outcome.REACHED_END or (self.outcome is Outcome.EVENT and self.time == target):
                self.kept.append(self.state)
            if self.outcome is not Outcome.REACHED_END:
                break
        return self

    def _go_to(self, target: float, first_step: float | None) -> float:
        """Step up to a time; the longest step taken."""
        if first_step is not None:
            first_step = min(first_step, abs(target - self.time))
        solver = self._solver(self.time, self.state, target, first_step)
        longest = 0.0
        while solver.status == "running" and self.outcome is Outcome.REACHED_END:
            if self.steps >= self.settings.max_steps:
                self.outcome = Outcome.TOO_MANY_STEPS
                break
            before_time, before = self.time, self.state
            trouble = solver.step()
            if solver.status == "failed" or solver.t == before_time or not np.isfinite(solver.y).all():
                self.outcome, self.trouble = Outcome.STEP_TOO_SMALL, f"SciPy: {trouble}" if trouble else ""
                break
            self.time, self.state = float(solver.t), np.array(solver.y)
            self.steps += 1
            self.last_step = abs(self.time - before_time)
            longest = max(longest, self.last_step)
            self._look(before_time, before, solver)
        self.evaluations += solver.nfev
        return longest

    def _look(self, before_time: float, before: Array, solver: Any) -> None:
        """Events within the last step, and its interpolant."""
        if self.settings.events is not None:
            places, stops = locate(
                self.settings.events,
                self.given,
                (before_time, before),
                (self.time, self.state),
                solver.dense_output,
                self._state_at,
                self.rhs,
            )
            for event, place in places:
                self.hits[event].append(place)
            if stops:
                self.outcome = Outcome.EVENT
                self.time, self.state = places[-1][1]
        if self.settings.dense:
            piece = solver.dense_output()
            self.ends.append(self.time)
            self.pieces.append(piece)
            for share in PROBES:
                probe = before_time + share * (self.time - before_time)
                self.probed.append(np.abs(piece(probe) - self._state_at(before_time, before, probe)))

    def _state_at(self, time: float, state: Array, until: float) -> Array:
        """The state at the end of steps that begin here: what interpolation is measured against."""
        if until == time:
            return state
        solver = self._solver(time, state, until, abs(until - time))
        while solver.status == "running":
            reached = solver.t
            solver.step()
            if solver.t == reached:
                break
        self.evaluations += solver.nfev
        found: Array = np.array(solver.y)
        return found

    def rhs(self, time: float, state: Array) -> Array:
        """The slope, with this trajectory's parameters."""
        return self.compiled.rhs(time, state, self._named)

    @property
    def _named(self) -> dict[str, np.float64]:
        names = (symbol.name for symbol in self.compiled.system.parameters)
        return dict(zip(names, self.given, strict=True))

    def _solver(self, time: float, state: Array, until: float, first_step: float | None) -> Any:
        named = self._named
        jac: dict[str, Any] = {}
        if self.settings.method in IMPLICIT:
            jac = {"jac": lambda t, y: self.compiled.jacobian(t, y, named)}
        return METHODS[self.settings.method](
            lambda t, y: self.compiled.rhs(t, y, named),
            time,
            state,
            until,
            rtol=self.settings.rtol,
            atol=self.settings.atol,
            first_step=first_step,
            **jac,
        )


def _gathered(paths: list[_Walk], times: Array, settings: Settings, note: str) -> Raw:
    n, count = (len(paths[0].state) if paths else 0), len(paths)
    y = np.full((n, len(times), count), np.nan)
    for i, path in enumerate(paths):
        y[:, : len(path.kept), i] = np.array(path.kept).T
    hits = []
    for event in range(len(settings.events or ())):
        found = [(i, place) for i, path in enumerate(paths) for place in path.hits[event]]
        hits.append(
            Hits(
                np.array([place[0] for _, place in found]),
                np.array([place[1] for _, place in found]).reshape(-1, n).T,
                np.array([i for i, _ in found], dtype=np.int64),
            )
        )
    dense = error = None
    if settings.dense:
        error = np.array([np.max(path.probed, axis=0, initial=0.0) for path in paths]).T
        dense = _Interpolants(paths, float(np.sign(times[-1] - times[0])), n)
    return Raw(
        y=y,
        outcomes=np.array([path.outcome for path in paths], dtype=np.int64),
        stop_t=np.array([path.time for path in paths]),
        stop_y=np.array([path.state for path in paths]).T.reshape(n, count),
        evaluations=np.array([path.evaluations for path in paths], dtype=np.int64),
        steps=np.array([path.steps for path in paths], dtype=np.int64),
        last_step=np.array([path.last_step for path in paths]),
        explicit=settings.method not in IMPLICIT,
        hits=tuple(hits),
        dense=dense,
        dense_error=error,
        note=note,
    )


@dataclass
class _Interpolants:
    paths: list[_Walk]
    direction: float
    states: int

    def __call__(self, t: Array) -> Array:
        found = np.full((self.states, len(t), len(self.paths)), np.nan)
        for i, path in enumerate(self.paths):
            ends = self.direction * np.array(path.ends)
            where = np.searchsorted(ends, self.direction * t, side="left")
            for k, (time, step) in enumerate(zip(t, where, strict=True)):
                if time == path.ends[0]:
                    found[:, k, i] = path.kept[0]
                elif 0 < step < len(ends):
                    found[:, k, i] = path.pieces[step - 1](time)
        return found
