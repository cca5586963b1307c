"""The named weights of a network and their places in its flat weight vector."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import prod

import numpy as np
import numpy.typing as npt
import torch


@dataclass(frozen=True)
class Law:
    """How a weight is drawn: ``"normal"`` with standard deviation ``size``, ``"uniform"`` from ``-size``
    to ``size``, or ``"constant"``, always ``size``.
    """

    name: str
    size: float

    def draw(self, count: int, numbers: np.random.Generator) -> npt.NDArray[np.float64]:
        """``count`` independent numbers."""
        if self.name == "normal":
            return numbers.normal(0.0, self.size, count)
        if self.name == "uniform":
            return numbers.uniform(-self.size, self.size, count)
        return np.full(count, self.size)


@dataclass(frozen=True)
class Weight:
    """One weight array of a network.

    ``hidden`` marks a matrix between hidden layers, as against embeddings, readouts and vectors: what
    Muon's authors advise it for.
    """

    name: str
    shape: tuple[int, ...]
    law: Law
    hidden: bool = False

    @property
    def length(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)


class Layout:
    """Weights one behind the other, each row by row, in one vector of ``length`` numbers."""

    def __init__(self, *weights: Weight) -> None:
        self.weights = weights
        self.length = sum(weight.length for weight in weights)
        self.places: dict[str, slice] = {}
        start = 0
        for weight in weights:
            self.places[weight.name] = slice(start, start + weight.length)
            start += weight.length
        if len(self.places) != len(weights):
            raise ValueError(f"Layout: a name stands twice in {[weight.name for weight in weights]}")

    def arrays(self, theta: torch.Tensor) -> dict[str, torch.Tensor]:
        """Views ``(S, *shape)`` of weights ``theta (S, p)``, by name."""
        seeds = theta.shape[0]
        return {w.name: theta[:, self.places[w.name]].view(seeds, *w.shape) for w in self.weights}

    def initial(self, numbers: np.random.Generator) -> npt.NDArray[np.float64]:
        """A weight vector ``(p,)``, each weight drawn by its law, in order."""
        return np.concatenate([weight.law.draw(weight.length, numbers) for weight in self.weights])

    def matching(self, patterns: tuple[str, ...]) -> npt.NDArray[np.int64]:
        """The places of all weights whose name matches one of ``patterns`` (``*``, ``?``, ``[abc]``).

        Raises:
            ValueError: a pattern matches no name. The message lists the names.
        """
        chosen = np.zeros(self.length, dtype=bool)
        for pattern in patterns:
            names = [name for name in self.places if fnmatchcase(name, pattern)]
            if not names:
                raise ValueError(f"no weight matches {pattern!r}; this network has {', '.join(self.places)}")
            for name in names:
                chosen[self.places[name]] = True
        return np.flatnonzero(chosen)
