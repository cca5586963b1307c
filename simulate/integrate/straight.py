"""The right-hand side of a system as a program without loops, for backends that have none."""

from __future__ import annotations

from functools import lru_cache

from ...theory.indexed import SizedSystem
from ...theory.system import System
from ..lowering.lower import lower
from ..lowering.program import Program


def written_out(system: System | SizedSystem) -> System:
    """The system with its sums written out."""
    return system.source.written_out(system.n) if isinstance(system, SizedSystem) else system


@lru_cache(maxsize=64)
def straight_rhs(system: System | SizedSystem) -> Program:
    """The right-hand side in time, states and parameters, lowered without loops.

    Raises:
        LoweringError: an expression has no exact counterpart in floating-point operations.
    """
    plain = written_out(system)
    return lower(plain.rhs, (plain.time, *plain.states, *plain.parameters))
