"""Events: symbolic expressions that are zero where something happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...theory.indexed import SizedSystem
from ...theory.system import System
from ..lowering.lower import lower, symbolic
from ..lowering.program import Program

Array = npt.NDArray[np.float64]


class Direction(IntEnum):
    """Which change of sign counts, in the direction in which time is integrated."""

    FALLING = -1
    EITHER = 0
    RISING = 1


@dataclass(frozen=True)
class Event:
    """Takes place where ``expression``, in states, parameters and time of the system, changes its sign.

    Its sign is looked at at the ends of steps, except by heyoka, which looks at the polynomial of the whole step:
    an expression that changes its sign twice within one step may go unseen. Leaving zero, where a trajectory starts
    there, is no event.
    """

    name: str
    expression: sp.Expr
    direction: Direction = Direction.EITHER
    terminal: bool = False


def crossing(
    name: str,
    quantity: Any,
    value: Any,
    direction: Direction = Direction.EITHER,
    *,
    terminal: bool = False,
) -> Event:
    """``quantity`` takes on ``value`` (same unit); the adiabatic parameter reaching one, for instance."""
    return Event(name, symbolic(quantity) - symbolic(value), direction, terminal)


def gap_collapse(upper: Any, lower: Any, level: Any = 0, *, terminal: bool = True) -> Event:
    """The gap ``upper − lower`` falls to ``level`` (all in one unit)."""
    gap = symbolic(upper) - symbolic(lower)
    return crossing("gap collapse", gap, level, Direction.FALLING, terminal=terminal)


def near_degeneracy(upper: Any, lower: Any, share: Any, *, terminal: bool = False) -> Event:
    """The gap ``upper − lower`` falls to a ``share`` (a pure number) of ``upper``, for positive levels."""
    above = symbolic(upper)
    return crossing(
        "near-degeneracy",
        above - symbolic(lower),
        symbolic(share) * above,
        Direction.FALLING,
        terminal=terminal,
    )


@dataclass(frozen=True)
class CompiledEvents:
    """Events of one system, lowered together.

    ``values`` takes time, states and parameters, in the order of the system, and gives one number per event;
    ``slopes`` takes the same and gives, event by event, the derivatives by time and by each state.
    """

    events: tuple[Event, ...]
    values: Program
    slopes: Program

    def __len__(self) -> int:
        return len(self.events)

    def evaluate(self, t: npt.ArrayLike, y: Array, p: Array) -> Array:
        """One row per event, for states ``y (n, ...)`` and parameters ``p (m, ...)``."""
        return self.values(t, *y, *p)

    def rates(self, t: npt.ArrayLike, y: Array, p: Array, slope: Array) -> Array:
        """``d value / d time`` of each event along a trajectory with this slope ``(n, ...)``."""
        flat = self.slopes(t, *y, *p)
        each = flat.reshape(len(self.events), 1 + len(slope), *flat.shape[1:])
        rates: Array = each[:, 0] + np.einsum("en...,n...->e...", each[:, 1:], slope)
        return rates

    def crossed(self, before: Array, after: Array) -> npt.NDArray[np.bool_]:
        """Which events took place between two ends of a step, given their values ``(E, ...)`` there."""
        rising = (before < 0) & (after >= 0)
        falling = (before > 0) & (after <= 0)
        wanted = np.array([event.direction for event in self.events]).reshape(-1, *[1] * (before.ndim - 1))
        found: npt.NDArray[np.bool_] = (rising & (wanted >= 0)) | (falling & (wanted <= 0))
        return found


def compile_events(system: System | SizedSystem, events: Sequence[Event]) -> CompiledEvents:
    """Lower the events of a system.

    Raises:
        LoweringError: an expression is none, uses what is neither state nor parameter nor time, or cannot be lowered.
        ValueError: two events have the same name.
    """
    names = [event.name for event in events]
    if len(set(names)) < len(names):
        raise ValueError(f"events named {names}; give each its own name")
    arguments = (system.time, *system.states, *system.parameters)
    expressions = [symbolic(event.expression) for event in events]
    derivatives = [sp.diff(e, by) for e in expressions for by in (system.time, *system.states)]
    return CompiledEvents(tuple(events), lower(expressions, arguments), lower(derivatives, arguments))
