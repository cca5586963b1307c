"""A system of equations as functions of numbers: right-hand side and analytic Jacobian."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...theory.indexed import IndexedSystem, SizedSystem
from ...theory.system import System
from .indexed import lower_jacobian, lower_rates
from .loops import LoopProgram
from .lower import lower
from .program import Program

Array = npt.NDArray[np.float64]


class ParameterError(ValueError):
    """Parameters or initial values do not fit the system."""


@dataclass(frozen=True)
class CompiledSystem:
    """A :class:`System`, or an indexed one with its size, whose right-hand side and Jacobian can be evaluated.

    Parameters are given at each call, as a mapping from names to numbers or arrays, so that they change
    without compiling again; a family of an indexed system is given by its name as an array whose first axes are its
    indices, or quantity by quantity. States ``y`` have shape ``(n, ...)``; the trailing axes of states and
    parameters broadcast, so that an ensemble is evaluated in one call.
    """

    system: System | SizedSystem
    rates: Program | LoopProgram
    slopes: Program | LoopProgram

    def rhs(self, t: npt.ArrayLike, y: npt.ArrayLike, parameters: Mapping[str, npt.ArrayLike]) -> Array:
        """``d states / d time`` at time ``t`` and states ``y (n, ...)``, shape ``(n, ...)``.

        Raises:
            ParameterError: a parameter is missing or unknown, or ``y`` has not one row per state.
        """
        return self.rates(t, *self._states(y), *self.ordered(parameters))

    def jacobian(self, t: npt.ArrayLike, y: npt.ArrayLike, parameters: Mapping[str, npt.ArrayLike]) -> Array:
        """``∂ rhs_i / ∂ y_j``, shape ``(n, n, ...)``.

        Raises:
            ParameterError: as for :meth:`rhs`.
        """
        flat = self.slopes(t, *self._states(y), *self.ordered(parameters))
        n = len(self.system.states)
        return flat.reshape(n, n, *flat.shape[1:])

    def ordered(self, parameters: Mapping[str, npt.ArrayLike]) -> tuple[npt.ArrayLike, ...]:
        """The parameters' values in the order of the system.

        Raises:
            ParameterError: a parameter is missing or unknown.
        """
        names = [symbol.name for symbol in self.system.parameters]
        if isinstance(self.system, SizedSystem):
            parameters = _by_quantity(self.system, parameters)
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


def compile_system(system: System | SizedSystem | IndexedSystem, n: int | None = None) -> CompiledSystem:
    """Compile the right-hand side and its symbolic Jacobian.

    Args:
        system: the equations.
        n: the size, for an indexed system that has none yet. Its sums are kept as loops.

    Raises:
        LoweringError: an expression has no exact counterpart in floating-point operations.
        ValueError: an indexed system without a size, or a size for a system that has none.
    """
    if isinstance(system, IndexedSystem) != (n is not None):
        raise ValueError(f"system {system.name}: n={n}; give n for an indexed system, and only for one")
    if isinstance(system, IndexedSystem):
        assert n is not None
        system = system.of_size(n)
    if isinstance(system, SizedSystem):
        return CompiledSystem(system, lower_rates(system), lower_jacobian(system))
    arguments = (system.time, *system.states, *system.parameters)
    return CompiledSystem(system, lower(system.rhs, arguments), lower(system.jacobian(), arguments))


def _by_quantity(system: SizedSystem, parameters: Mapping[str, npt.ArrayLike]) -> dict[str, npt.ArrayLike]:
    """Parameters with each family that is given as an array taken apart."""
    found = dict(parameters)
    for family in system.source.parameters:
        if not family.ranges or family.name not in parameters:
            continue
        values = np.asarray(found.pop(family.name), dtype=np.float64)
        bounds = family.bounds(system.source.size, system.n)
        shape = tuple(high - low + 1 for low, high in bounds)
        if values.shape[: len(shape)] != shape:
            raise ParameterError(
                f"system {system.name}: {family.name} has shape {values.shape}; its first axes are {shape}"
            )
        for place in family.places(system.source.size, system.n):
            at = tuple(index - low for index, (low, _) in zip(place, bounds, strict=True))
            found[family.symbol(place).name] = values[at]
    return found
