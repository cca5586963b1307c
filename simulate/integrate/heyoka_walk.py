"""One trajectory of heyoka, step by step: events, the polynomials of all steps, and where it stopped."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..lowering.compiled import CompiledSystem
from .backend import Settings
from .heyoka_integrator import begin, compiled_integrator, tolerance
from .outcome import Outcome

Array = npt.NDArray[np.float64]


@dataclass
class Walk:
    """One trajectory, step by step: where it is, and what was kept on the way."""

    time: float
    state: Array
    y: Array
    outcome: Outcome = Outcome.REACHED_END
    steps: int = 0
    last_step: float = 0.0
    hits: list[tuple[int, float, Array]] = field(default_factory=list)
    begins: list[float] = field(default_factory=list)
    series: list[Array] = field(default_factory=list)


def walked(
    compiled: CompiledSystem, state: Array, parameters: Array, times: Array, settings: Settings
) -> Walk:
    """Integrate one trajectory from the first to the last of the wanted times, or to where it stops."""
    forward = bool(times[-1] > times[0])
    made = compiled_integrator(compiled.system, tolerance(settings), 0, settings.events, forward)
    taylor, sign = made.taylor, (1.0 if forward else -1.0)
    begin(taylor, times[0], state, parameters)
    if taylor.with_events:
        taylor.reset_cooldowns()
    walk = Walk(float(times[0]), np.array(state), np.full((len(state), len(times)), np.nan))
    walk.y[:, 0] = state
    terminal = (
        [i for i, event in enumerate(settings.events.events) if event.terminal] if settings.events else []
    )
    wanted = 1
    while sign * (times[-1] - walk.time) > 0:
        if walk.steps >= settings.max_steps:
            walk.outcome = Outcome.TOO_MANY_STEPS
            break
        made.seen.clear()
        before = walk.time
        told, step = taylor.step(times[-1] - before, write_tc=True)
        number, time = int(told), float(taylor.time)
        at_start = walk.steps == 0 and abs(time - before) <= 64 * np.spacing(max(abs(before), abs(step)))
        stops = 0 > number >= -len(terminal)
        if stops and at_start:
            continue  # it began where the event is; leaving is none
        short = abs(step) < 10 * np.spacing(abs(time)) and time != times[-1] and not stops
        if short or time == before or not np.isfinite(taylor.state).all():
            walk.outcome = Outcome.STEP_TOO_SMALL
            break
        near = 64 * np.spacing(max(abs(times[0]), abs(step)))
        walk.hits += [hit for hit in made.seen if walk.steps > 0 or abs(hit[1] - times[0]) > near]
        walk.steps, walk.last_step = walk.steps + 1, abs(time - before)
        walk.begins.append(before)
        if settings.dense:
            walk.series.append(np.array(taylor.tc))
        while wanted < len(times) and sign * (time - times[wanted]) >= 0:
            taylor.update_d_output(times[wanted])
            walk.y[:, wanted] = taylor.d_output
            wanted += 1
        walk.time, walk.state = time, np.array(taylor.state)
        if stops:
            walk.hits.append((terminal[-1 - number], walk.time, walk.state))
            walk.outcome = Outcome.EVENT
            break
    return walk


@dataclass
class Series:
    """The polynomials of all steps."""

    walks: list[Walk]
    initial: Array
    times: Array

    def __call__(self, t: Array) -> Array:
        """States ``(n, M, B)`` at times ``t (M,)``, NaN where a trajectory has not been."""
        found = np.full((len(self.initial), len(t), len(self.walks)), np.nan)
        sign = np.sign(self.times[-1] - self.times[0])
        for i, walk in enumerate(self.walks):
            begins = sign * np.array(walk.begins)
            for k, time in enumerate(t):
                if time == self.times[0]:
                    found[:, k, i] = self.initial[:, i]
                elif sign * self.times[0] < sign * time <= sign * walk.time:
                    step = int(np.searchsorted(begins, sign * time, side="left")) - 1
                    powers = (time - walk.begins[step]) ** np.arange(walk.series[step].shape[1])
                    found[:, k, i] = walk.series[step] @ powers
        return found
