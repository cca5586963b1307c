"""What training asks of a task."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from .objective import Objective

Tokens = npt.NDArray[np.int64]
Examples = npt.NDArray[Any]


@dataclass(frozen=True)
class TokenInputs:
    """An example is ``length`` tokens, each below ``vocabulary``: inputs ``(n, length)``, int64.

    ``padding`` is the token that fills up short sequences, or None where there are none.
    """

    length: int
    vocabulary: int
    padding: int | None = None


@dataclass(frozen=True)
class VectorInputs:
    """An example is a vector: inputs ``(n, features)``, float64."""

    features: int


@dataclass(frozen=True)
class TranslationInputs:
    """An example is a sequence to read and, behind it, the one to write, shifted by one: inputs
    ``(n, source.length + target.length)``, int64.
    """

    source: TokenInputs
    target: TokenInputs


Inputs = TokenInputs | VectorInputs | TranslationInputs


class Split(NamedTuple):
    """Examples of one seed. The shape of targets is the objective's business, see :mod:`.objective`."""

    train_inputs: Examples
    train_targets: Examples
    test_inputs: Examples
    test_targets: Examples


class Task(ABC):
    """Inputs and what should come out, with its own split for each seed.

    A new task is a frozen dataclass with these members, named in ``tasks/__init__.py``. Its fields are
    its settings, and are written into the description of each run beside its ``kind``.
    """

    kind: ClassVar[str]

    @property
    @abstractmethod
    def inputs(self) -> Inputs:
        """The form of an example."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """How many numbers a network gives for an example (or for each position of one)."""

    @property
    @abstractmethod
    def objective(self) -> Objective:
        """What is minimised, and what counts as right."""

    @abstractmethod
    def data(self, seed: int) -> Split:
        """The examples of this seed; they depend on nothing else.

        Their numbers must not depend on the seed, for all seeds are trained as one array.
        """

    def probes(self, seed: int) -> dict[str, tuple[Examples, Examples]]:  # noqa: ARG002 - most have none
        """More ``inputs, targets`` to measure on, by name; they are never trained on as they stand."""
        return {}

    @property
    def probe_names(self) -> tuple[str, ...]:
        """The names that :meth:`probes` gives, known without making any data."""
        return ()
