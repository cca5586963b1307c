"""A system of equations as functions of numbers: right-hand side and analytic Jacobian."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...theory.system import System
from .lower import lower
from .program import Program

Array = npt.NDArray[np.float64]


class ParameterError(ValueError):
    """Parameters or initial values do not fit the system."""


@dataclass(frozen=True)
class CompiledSystem:
    """A :class:`System` whose right-hand side and Jacobian can be evaluated.

    Parameters are given at each call, as a mapping from names to numbers or arrays, so that they change
    without compiling again. States ``y`` have shape ``(n, ...)``; the trailing axes of states and
    parameters broadcast, so that an ensemble is evaluated in one call.
    """

    system: System
    _rhs: Program
    _jacobian: Program

    def rhs(self, t: npt.ArrayLike, y: npt.ArrayLike, parameters: Mapping[str, npt.ArrayLike]) -> Array:
        """``d states / d time`` at time ``t`` and states ``y (n, ...)``, shape ``(n, ...)``.

        Raises:
            ParameterError: a parameter is missing or unknown, or ``y`` has not one row per state.
        """
        return self._rhs(t, *self._states(y), *self.ordered(parameters))

    def jacobian(self, t: npt.ArrayLike, y: npt.ArrayLike, parameters: Mapping[str, npt.ArrayLike]) -> Array:
        """``∂ rhs_i / ∂ y_j``, shape ``(n, n, ...)``.

        Raises:
            ParameterError: as for :meth:`rhs`.
        """
        flat = self._jacobian(t, *self._states(y), *self.ordered(parameters))
        n = len(self.system.states)
        return flat.reshape(n, n, *flat.shape[1:])

    def ordered(self, parameters: Mapping[str, npt.ArrayLike]) -> tuple[npt.ArrayLike, ...]:
        """The parameters' values in the order of the system.

        Raises:
            ParameterError: a parameter is missing or unknown.
        """
        names = [symbol.name for symbol in self.system.parameters]
        missing, unknown = sorted(set(names) - set(parameters)), sorted(set(parameters) - set(names))
        if missing or unknown:
            raise ParameterError(
                f"system {self.system.name}: parameters missing {missing}, unknown {unknown}; "
                f"it has {names or 'none'}"
            )
        return tuple(parameters[name] for name in names)

    def _states(self, y: npt.ArrayLike) -> Array:
        states = np.asarray(y, dtype=np.float64)
        n = len(self.system.states)
        if states.shape[:1] != (n,):
            raise ParameterError(
                f"system {self.system.name}: y has shape {states.shape}; its first axis is the {n} states"
            )
        return states


def compile_system(system: System) -> CompiledSystem:
    """Compile the right-hand side and its symbolic Jacobian.

    Raises:
        LoweringError: an expression has no exact counterpart in floating-point operations.
    """
    arguments = (system.time, *system.states, *system.parameters)
    return CompiledSystem(system, lower(system.rhs, arguments), lower(system.jacobian(), arguments))
