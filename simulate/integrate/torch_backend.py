"""PyTorch: many trajectories at once, on a CPU or a GPU, each with steps and error control of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ..lowering.compiled import CompiledSystem
from .backend import BackendError, Raw, Settings
from .outcome import Outcome
from .solution import Hits
from .straight import straight_rhs
from .tableau import TABLEAUS
from .torch_dense import Between, steps_of
from .torch_locate import located
from .torch_lowering import TensorProgram
from .torch_step import Stepper

Array = npt.NDArray[np.float64]

# A step's length changes by no more than these factors, and is kept a little below what would just do (SciPy's
# choice, and that of Hairer, Nørsett & Wanner I, II.4).
SHRINK, GROW, SAFETY = 0.2, 10.0, 0.9
# Trajectories in flight at once, unless the option says otherwise. No source.
LANES = 4096
# When this share of them has ended, others take their places. No source.
REFILL = 0.25
EPS = float(np.finfo(np.float64).eps)


class TorchBackend:
    """Runge–Kutta pairs in lanes: a trajectory that has ended makes room for the next.

    Options: ``device`` (``"cpu"`` unless given) and ``lanes``, the number of trajectories in flight. Events are looked
    for at the ends of steps and located with steps of their own; so is the solution between the wanted times, so that
    the tolerances hold there, too.
    """

    name = "torch"
    methods = tuple(TABLEAUS)
    options = frozenset({"device", "lanes"})

    def unavailable(self) -> str:
        """PyTorch is always there."""
        return ""

    def solve(
        self, compiled: CompiledSystem, initial: Array, parameters: Array, times: Array, settings: Settings
    ) -> Raw:
        """See :meth:`.backend.Backend.solve`."""
        with torch.no_grad():
            return Flight(compiled, initial, parameters, times, settings).flown()


def checked_device(name: Any) -> torch.device:
    """The device of this name.

    Raises:
        BackendError: it is not there.
    """
    try:
        device = torch.device(name)
        torch.zeros(1, dtype=torch.float64, device=device)
    except (RuntimeError, AssertionError, TypeError) as problem:
        raise BackendError(f"device={name!r} cannot be used: {problem}") from None
    return device


@dataclass
class Lanes:
    """The trajectories in flight, w of them."""

    number: Tensor
    """Which trajectory each one is."""
    t: Tensor
    y: Tensor
    h: Tensor
    """Length of the next step if nothing shortens it, above zero."""
    slope: Tensor
    values: Tensor
    """Of the events, at the last end of a step."""
    parameters: Tensor
    target: Tensor
    """The next wanted time."""
    steps: Tensor
    rejected: Tensor
    """Whether the last step was refused: then the next may not be longer."""
    alive: Tensor

    def picked(self, which: Tensor) -> Lanes:
        """Some of them."""
        return Lanes(*(x[..., which] for x in vars(self).values()))

    def joined(self, others: Lanes) -> Lanes:
        """These, and others."""
        pairs = zip(vars(self).values(), vars(others).values(), strict=True)
        return Lanes(*(torch.cat(pair, dim=-1) for pair in pairs))


class Flight:
    """One call: all trajectories, and what is kept of them."""

    def __init__(
        self, compiled: CompiledSystem, initial: Array, parameters: Array, times: Array, settings: Settings
    ) -> None:
        self.settings, self.times = settings, times
        self.device = checked_device(settings.options.get("device", "cpu"))
        self.width = int(settings.options.get("lanes", LANES))
        if self.width < 1:
            raise BackendError(f"lanes={self.width}; give at least 1")
        self.rhs = TensorProgram(straight_rhs(compiled.system), self.device)
        self.tableau = TABLEAUS[settings.method]
        self.initial, self.parameters, self.wanted = (self._tensor(x) for x in (initial, parameters, times))
        self.sign = 1.0 if times[-1] > times[0] else -1.0
        events = settings.events
        self.watched = TensorProgram(events.values, self.device) if events is not None else None
        n, count = initial.shape
        self.y = torch.full((n, len(times), count), torch.nan, dtype=torch.float64, device=self.device)
        self.y[:, 0] = self.initial
        self.stop_t, self.stop_y = self.wanted[0].repeat(count), self.initial.clone()
        whole = {"dtype": torch.int64, "device": self.device}
        self.outcomes = torch.zeros(count, **whole)  # type: ignore[call-overload]
        self.evaluations = torch.zeros(count, **whole)  # type: ignore[call-overload]
        self.steps = torch.zeros(count, **whole)  # type: ignore[call-overload]
        self.last_step = torch.zeros(count, dtype=torch.float64, device=self.device)
        self.taken: list[tuple[Array, ...]] = []
        """Per round: the trajectories that took a step, its beginning, length, and states there."""
        self.hits: list[tuple[int, int, float, Array]] = []

    def flown(self) -> Raw:
        """Integrate all of them."""
        count = self.initial.shape[1]
        queued = min(self.width, count)
        lanes = self._new(torch.arange(queued, device=self.device))
        while lanes.number.numel():
            lanes = self._round(lanes)
            gone = int((~lanes.alive).sum())
            if gone == lanes.number.numel() or gone >= REFILL * lanes.number.numel():
                lanes = lanes.picked(lanes.alive.nonzero().ravel())
                more = min(self.width - lanes.number.numel(), count - queued)
                if more > 0:
                    lanes = lanes.joined(self._new(torch.arange(queued, queued + more, device=self.device)))
                    queued += more
        return self._raw()

    def _new(self, number: Tensor) -> Lanes:
        y, p = self.initial[:, number], self.parameters[:, number]
        t = self.wanted[0].repeat(len(number))
        slope = self.rhs(t, y, p)
        rtol, atol = self.settings.rtol, self.settings.atol
        span = float(self.times[-1] - self.times[0])
        h = self._stepper(p).first_length(t, y, slope, span, rtol, atol)
        self.evaluations[number] = 2
        values = self.watched(t, y, p) if self.watched else y[:0]
        whole = torch.ones_like(number)
        flag = torch.zeros_like(number, dtype=torch.bool)
        return Lanes(number, t, y, h, slope, values, p, whole, 0 * whole, flag, ~flag)

    def _stepper(self, p: Tensor) -> Stepper:
        return Stepper(self.tableau, lambda t, y: self.rhs(t, y, p))

    def _round(self, lanes: Lanes) -> Lanes:
        """One step of each trajectory in flight, accepted or not."""
        stepper = self._stepper(lanes.parameters)
        target = self.wanted[lanes.target.clamp(max=len(self.times) - 1)]
        left = (target - lanes.t).abs()
        lands = lanes.h >= left
        length = torch.where(lands, left, lanes.h)
        new_t = torch.where(lands, target, lanes.t + self.sign * length)
        h = new_t - lanes.t
        new, slopes = stepper.step(lanes.t, lanes.y, h, lanes.slope)
        end = stepper.slope(new_t, new)
        size = stepper.error(lanes.y, new, h, [*slopes, end], self.settings.rtol, self.settings.atol)
        good = (size <= 1) & torch.isfinite(new).all(0) & torch.isfinite(end).all(0)
        factor = SAFETY * size ** (-1 / (self.tableau.estimate_order + 1))
        factor = torch.where(torch.isfinite(factor), factor, torch.where(size == 0, GROW, SHRINK))
        factor = factor.clamp(SHRINK, GROW)
        factor = torch.where(lanes.rejected | ~good, factor.clamp(max=1.0), factor)
        factor = torch.where(
            ~good & (factor > SAFETY), SAFETY, factor
        )  # not finite, whatever the estimate says
        # What was shortened to land on a wanted time says only how long a step may at least be.
        proposed = length * factor
        longer = torch.where(good & lands, torch.maximum(proposed, lanes.h), proposed)
        accepted = good & lanes.alive
        self.evaluations[lanes.number] += lanes.alive * len(self.tableau.c)
        stop = torch.zeros_like(lanes.alive)
        if self.watched is not None and self.settings.events is not None:
            stop, new_t, new, values = self._events(lanes, accepted, new_t, new)
        else:
            values = lanes.values
        self._keep(lanes, accepted, lands & (~stop | (new_t == target)), h, new_t, new)
        lanes.t = torch.where(accepted, new_t, lanes.t)
        lanes.y = torch.where(accepted, new, lanes.y)
        lanes.slope = torch.where(accepted, end, lanes.slope)
        lanes.values = torch.where(accepted, values, lanes.values)
        lanes.h, lanes.rejected = longer, ~good
        lanes.steps = lanes.steps + accepted
        lanes.target = lanes.target + (accepted & lands & ~stop)
        self._ended(lanes, stop)
        return lanes

    def _keep(self, lanes: Lanes, accepted: Tensor, lands: Tensor, h: Tensor, t: Tensor, y: Tensor) -> None:
        landed = (accepted & lands).nonzero().ravel()
        self.y[:, lanes.target[landed], lanes.number[landed]] = y[:, landed]
        moved = accepted.nonzero().ravel()
        who = lanes.number[moved]
        self.stop_t[who], self.stop_y[:, who] = t[moved], y[:, moved]
        self.steps[who] += 1
        self.last_step[who] = (t - lanes.t)[moved].abs()
        if self.settings.dense:
            kept = (who, lanes.t[moved], h[moved], lanes.y[:, moved])
            self.taken.append(tuple(x.cpu().numpy().copy() for x in kept))

    def _ended(self, lanes: Lanes, stop: Tensor) -> None:
        """Which trajectories are over, and how."""
        over = lanes.target >= len(self.times)
        spacing = EPS * lanes.t.abs()
        small = (
            ~over & ~stop & lanes.rejected & (lanes.h < 10 * spacing.clamp(min=float(np.finfo(float).tiny)))
        )
        many = ~over & ~stop & ~small & (lanes.steps >= self.settings.max_steps)
        for which, outcome in (
            (stop, Outcome.EVENT),
            (small, Outcome.STEP_TOO_SMALL),
            (many, Outcome.TOO_MANY_STEPS),
        ):
            self.outcomes[lanes.number[which & lanes.alive]] = int(outcome)
        lanes.alive = lanes.alive & ~(over | stop | small | many)

    def _events(
        self, lanes: Lanes, accepted: Tensor, new_t: Tensor, new: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Events of this step: who stops, and the times, states and values at which the step then ends."""
        events, watched = self.settings.events, self.watched
        assert events is not None
        assert watched is not None
        values = watched(new_t, new, lanes.parameters)
        crossed = events.crossed(lanes.values.cpu().numpy(), values.cpu().numpy()) & accepted.cpu().numpy()
        stop = torch.zeros_like(accepted)
        which, lane = np.nonzero(crossed)
        if not which.size:
            return stop, new_t, new, values
        at = torch.as_tensor(lane, device=self.device)
        few = lanes.picked(at)
        rows = torch.as_tensor(which, device=self.device)
        ends = (lanes.values[rows, at], values[rows, at])
        stepper = self._stepper(few.parameters)

        def value(t: Tensor, y: Tensor) -> Tensor:
            found: Tensor = watched(t, y, few.parameters).gather(0, rows[None])[0]
            return found

        time, state = located(stepper, value, (few.t, few.y, few.slope), (new_t[at], new[:, at]), ends)
        order = sorted(range(len(which)), key=lambda i: (lane[i], self.sign * float(time[i])))
        new_t, new = new_t.clone(), new.clone()
        for i in order:
            if stop[lane[i]]:
                continue
            who = int(lanes.number[lane[i]])
            self.hits.append((int(which[i]), who, float(time[i]), state[:, i].cpu().numpy().copy()))
            if events.events[which[i]].terminal:
                stop[lane[i]] = True
                new_t[lane[i]], new[:, lane[i]] = time[i], state[:, i]
        return stop, new_t, new, values

    def _raw(self) -> Raw:
        n, _, count = self.y.shape
        hits = []
        for event in range(len(self.settings.events or ())):
            mine = [hit for hit in self.hits if hit[0] == event]
            mine.sort(key=lambda hit: (hit[1], self.sign * hit[2]))
            hits.append(
                Hits(
                    np.array([time for _, _, time, _ in mine]),
                    np.array([state for *_, state in mine]).reshape(-1, n).T,
                    np.array([who for _, who, *_ in mine], dtype=np.int64),
                )
            )
        dense = error = None
        if self.settings.dense:
            steps = steps_of(self.taken, n, count, self.sign)
            stops = self.stop_t.cpu().numpy()
            first = float(self.times[0])
            dense = Between(steps, self.rhs, self.tableau, self.parameters, first, stops, self.sign)
            largest = np.fmax.reduce(np.abs(self.y.cpu().numpy()), axis=1)
            error = self.settings.atol + self.settings.rtol * largest
        return Raw(
            y=self.y.cpu().numpy(),
            outcomes=self.outcomes.cpu().numpy(),
            stop_t=self.stop_t.cpu().numpy(),
            stop_y=self.stop_y.cpu().numpy(),
            evaluations=self.evaluations.cpu().numpy(),
            steps=self.steps.cpu().numpy(),
            last_step=self.last_step.cpu().numpy(),
            hits=tuple(hits),
            dense=dense,
            dense_error=error,
        )

    def _tensor(self, values: Array) -> Tensor:
        return torch.tensor(values, dtype=torch.float64, device=self.device)
