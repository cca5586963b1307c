"""Drift, noise, Jacobian and walls of a model as functions of arrays: states ``(n, B)``, parameters ``(q, B)``."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from .job import Array
from .model import Model, PairModel, PlainModel

# A step towards a wall ends after this part of the way to it at most. No source: any number below one keeps the side.
SHORT_OF_WALL = 0.9


class Pieces(ABC):
    """What a step is made of."""

    @abstractmethod
    def drift(self, x: Array, p: Array) -> Array:
        """``(n, B)``."""

    @abstractmethod
    def drift_and_jacobian(self, x: Array, p: Array) -> tuple[Array, Array]:
        """``(n, B)`` and ``(n, n, B)``."""

    @abstractmethod
    def shocks(self, x: Array, p: Array, dw: Array) -> tuple[Array, Array]:
        """What the noise adds ``(n, B)``, and its largest standard deviation of any state in unit time ``(B,)``."""

    @abstractmethod
    def correction(self, x: Array, p: Array) -> Array:
        """What Milstein's method multiplies with ``dw² − h``, ``(n, B)``."""

    @abstractmethod
    def gaps(self, x: Array, p: Array) -> Array:
        """Distances from the walls ``(any number, B)``; linear in x."""

    def room(self, x: Array, p: Array) -> Array:
        """The smallest distance from a wall ``(B,)``."""
        least: Array = np.min(self.gaps(x, p), axis=0, initial=np.inf)
        return least

    def reach(self, x: Array, step: Array, p: Array) -> Array:
        """The part of a step, at most one, that stays on this side of every wall ``(B,)``."""
        before = self.gaps(x, p)
        lost = before - self.gaps(x + step, p)
        part = np.where(lost > 0, SHORT_OF_WALL * before / lost, np.inf)
        least: Array = np.min(part, axis=0, initial=1.0)
        return least


class PairPieces(Pieces):
    """Those of particles under one law."""

    def __init__(self, model: PairModel) -> None:
        self.model = model

    def drift(self, x: Array, p: Array) -> Array:
        """``(n, B)``."""
        found: Array = self.model.law(x, self._pair(x, p)[0], *p)[0]
        return found

    def drift_and_jacobian(self, x: Array, p: Array) -> tuple[Array, Array]:
        """``(n, B)`` and ``(n, n, B)``."""
        push, by_own, by_other = self._pair(x, p)
        drift, slope, by_push = self.model.law(x, push, *p)
        jacobian = by_push[:, None] * by_other
        own = np.arange(len(x))
        jacobian[own, own] = slope + by_push * by_own
        return drift, jacobian

    def _pair(self, x: Array, p: Array) -> tuple[Array, Array, Array]:
        """The push on each, its derivative by the particle itself, and by each other one."""
        n, count = x.shape
        if self.model.pair is None or n == 1:
            return np.zeros((n, count)), np.zeros((n, count)), np.zeros((n, n, count))
        values = self.model.pair(x[:, None], x[None, :], *(q[None, None] for q in p))
        own = np.arange(n)
        values[:, own, own] = 0.0
        return values[0].sum(axis=1), values[1].sum(axis=1), values[2]

    def shocks(self, x: Array, p: Array, dw: Array) -> tuple[Array, Array]:
        """What the noise adds, and the largest of its strengths."""
        b = self.model.noise(x, *p)[0]
        return b * dw, np.abs(b).max(axis=0)

    def correction(self, x: Array, p: Array) -> Array:
        """``½ b ∂b/∂x``."""
        found: Array = self.model.noise(x, *p)[1]
        return found

    def gaps(self, x: Array, p: Array) -> Array:
        """Between neighbours, and from the wall below."""
        found = [x[:-1] - x[1:]] if self.model.ordered else []
        if self.model.above is not None:
            lowest = x[-1:] if self.model.ordered else x
            found.append(lowest - self.model.above(*p)[0])
        return np.concatenate([*found, np.empty((0, x.shape[1]))])


class PlainPieces(Pieces):
    """Those of a process that is written out; it has no walls."""

    def __init__(self, model: PlainModel) -> None:
        self.model = model

    def drift(self, x: Array, p: Array) -> Array:
        """``(n, B)``."""
        return self.model.drift(*x, *p)

    def drift_and_jacobian(self, x: Array, p: Array) -> tuple[Array, Array]:
        """``(n, B)`` and ``(n, n, B)``."""
        n, count = x.shape
        assert self.model.jacobian is not None
        return self.model.drift(*x, *p), self.model.jacobian(*x, *p).reshape(n, n, count)

    def shocks(self, x: Array, p: Array, dw: Array) -> tuple[Array, Array]:
        """The noise matrix times the increments, and the largest norm of a row."""
        b = self.model.noise(*x, *p).reshape(self.model.n, self.model.m, -1)
        return np.einsum("nmb,mb->nb", b, dw), np.sqrt((b * b).sum(axis=1)).max(axis=0)

    def correction(self, x: Array, p: Array) -> Array:
        """``½ b ∂b/∂x``."""
        assert self.model.correction is not None
        return self.model.correction(*x, *p)

    def gaps(self, x: Array, p: Array) -> Array:  # noqa: ARG002 - as every process has it
        """None."""
        return np.empty((0, x.shape[1]))


def pieces_of(model: Model) -> Pieces:
    """The pieces of a model as functions of arrays."""
    return PairPieces(model) if isinstance(model, PairModel) else PlainPieces(model)
