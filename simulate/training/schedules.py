"""How the learning rate, or the weight decay, changes while training goes on, as a factor of the optimizer's own."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from ..settings import need_integer, need_number


class Schedule(ABC):
    """A factor for each step, counted from 0 for the first."""

    kind: ClassVar[str]

    @abstractmethod
    def factor(self, step: int) -> float:
        """What the number is multiplied by at this step."""


@dataclass(frozen=True)
class Constant(Schedule):
    """Always 1."""

    kind: ClassVar[str] = "constant"

    def factor(self, step: int) -> float:  # noqa: ARG002 - that is the point
        """1."""
        return 1.0


@dataclass(frozen=True)
class Warmup(Schedule):
    """``(step + 1)/steps`` for the first ``steps`` steps, then 1.

    Raises:
        ValueError: ``steps`` is no integer of at least 1.
    """

    kind: ClassVar[str] = "warmup"

    steps: int

    def __post_init__(self) -> None:
        need_integer("Warmup", "steps", self.steps, at_least=1)

    def factor(self, step: int) -> float:
        """From 1/steps up to 1."""
        return min(1.0, (step + 1) / self.steps)


@dataclass(frozen=True)
class Cosine(Schedule):
    """A :class:`Warmup` of ``warmup`` steps (0: none), then half a cosine from 1 down to ``floor``.

    The floor is reached at step ``steps`` and kept (Loshchilov and Hutter, arXiv:1608.03983, one cycle).

    Raises:
        ValueError: a number is out of range, or ``steps`` is not above ``warmup``.
    """

    kind: ClassVar[str] = "cosine"

    steps: int
    warmup: int = 0
    floor: float = 0.0

    def __post_init__(self) -> None:
        need_integer("Cosine", "warmup", self.warmup, at_least=0)
        need_integer("Cosine", "steps", self.steps, at_least=self.warmup + 1)
        object.__setattr__(self, "floor", need_number("Cosine", "floor", self.floor))

    def factor(self, step: int) -> float:
        """Up, then down."""
        if step < self.warmup:
            return (step + 1) / self.warmup
        done = min(1.0, (step - self.warmup) / (self.steps - self.warmup))
        return self.floor + (1 - self.floor) * 0.5 * (1 + math.cos(math.pi * done))


@dataclass(frozen=True)
class Spike(Schedule):
    """``height`` for ``length`` steps from step ``start`` on, else 1.

    Raises:
        ValueError: a number is out of range.
    """

    kind: ClassVar[str] = "spike"

    start: int
    length: int
    height: float

    def __post_init__(self) -> None:
        need_integer("Spike", "start", self.start, at_least=0)
        need_integer("Spike", "length", self.length, at_least=1)
        object.__setattr__(self, "height", need_number("Spike", "height", self.height))

    def factor(self, step: int) -> float:
        """``height`` within the spike."""
        return self.height if self.start <= step < self.start + self.length else 1.0


@dataclass(frozen=True)
class Change(Schedule):
    """1 before step ``at``, ``factor_after`` from then on.

    Raises:
        ValueError: a number is out of range.
    """

    kind: ClassVar[str] = "change"

    at: int
    factor_after: float = 0.0

    def __post_init__(self) -> None:
        need_integer("Change", "at", self.at, at_least=0)
        object.__setattr__(self, "factor_after", need_number("Change", "factor_after", self.factor_after))

    def factor(self, step: int) -> float:
        """1, then ``factor_after``."""
        return self.factor_after if step >= self.at else 1.0


SCHEDULES: dict[str, type[Schedule]] = {s.kind: s for s in (Constant, Warmup, Cosine, Spike, Change)}
