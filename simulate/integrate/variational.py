"""Sensitivities: a system and its variational equations, as one larger system."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...theory.indexed import SizedSystem
from ...theory.system import System

Array = npt.NDArray[np.float64]


@lru_cache(maxsize=64)
def with_sensitivities(system: System, by: tuple[str, ...]) -> System:
    """The system with, after its n states, n more for each name in ``by``: derivatives of the states.

    They are taken by the parameter, or by the initial value of the state, of that name. Differentiating
    ``y' = f(t, y, p)`` gives ``s' = (∂f/∂y) s + ∂f/∂p`` for s = ∂y/∂p, from s = 0, and the same without the last term
    for an initial value, from a unit vector (Hairer, Nørsett & Wanner I, section I.14).

    Raises:
        ValueError: a name is neither a parameter nor a state, or is given twice.
    """
    parameters = {symbol.name: symbol for symbol in system.parameters}
    states = {symbol.name: symbol for symbol in system.states}
    unknown = [name for name in by if name not in parameters and name not in states]
    if unknown or len(set(by)) < len(by):
        raise ValueError(
            f"sensitivities={by}; give parameters or states of system {system.name}, each once: "
            f"{', '.join([*parameters, *states])}"
        )
    jacobian = system.jacobian()
    more_states: list[sp.Symbol] = []
    more_rhs: list[sp.Expr] = []
    for name in by:
        row = [sp.Symbol(f"d({state.name})/d({name})", real=True) for state in system.states]
        driven = [expression.diff(parameters[name]) if name in parameters else 0 for expression in system.rhs]
        for i, extra in enumerate(driven):
            more_rhs.append(sp.Add(*[jacobian[i, j] * row[j] for j in range(len(row))], extra))
        more_states += row
    return System(
        f"{system.name} with sensitivities",
        system.time,
        (*system.states, *more_states),
        system.parameters,
        (*system.rhs, *more_rhs),
    )


def initial_sensitivities(system: System | SizedSystem, by: Sequence[str], initial: Array) -> Array:
    """The initial values ``(n, B)`` with those of the derivatives below them, ``(n (1 + len(by)), B)``."""
    names = [symbol.name for symbol in system.states]
    rows = [initial]
    for name in by:
        block = np.zeros_like(initial)
        if name in names:
            block[names.index(name)] = 1.0
        rows.append(block)
    return np.concatenate(rows)
