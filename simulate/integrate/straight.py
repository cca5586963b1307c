"""The right-hand side of a system as a program without loops, for backends that have none."""

from __future__ import annotations

from functools import lru_cache
from math import prod

from ...theory.indexed import SizedSystem
from ...theory.system import System
from ..lowering.indexed import lower_rates
from ..lowering.kernels import Schedule
from ..lowering.loops import LoopProgram, Total
from ..lowering.lower import lower
from ..lowering.program import Program
from .backend import BackendError

# No source but a measurement: writing out and lowering took 1.5 s for 7,000 operations (40 modes that repel one another),
# which grows faster than their number, before any compiler has begun; of 41,000 (100 modes) those take minutes.
MOST_OPERATIONS = 20_000


def operations_written_out(program: LoopProgram) -> int:
    """About how many operations a program has when its loops are written out."""
    schedule = Schedule(program)
    extents = {name: max(high - low + 1, 0) for name, (low, high) in program.ranges}
    count = 0
    for slot in range(schedule.first, schedule.first + len(program.operations)):
        if schedule.is_leaf(slot):
            continue
        operation, _ = schedule.operation(slot)
        added = extents[operation.loop.over] if isinstance(operation, Total) else 1
        count += added * prod(extents[name] for name in schedule.free[slot])
    return count


@lru_cache(maxsize=64)
def too_long(system: System | SizedSystem) -> str:
    """Why the sums of a system are not written out; empty where they can be."""
    if not isinstance(system, SizedSystem):
        return ""
    count = operations_written_out(lower_rates(system))
    if count <= MOST_OPERATIONS:
        return ""
    return (
        f"system {system.name}: its sums written out are about {count} operations, and more than {MOST_OPERATIONS} are "
        "not compiled; backends heyoka and torch, and sensitivities, need them written out. Take backend='native' or "
        "'scipy', which keep sums as loops, or fewer modes"
    )


def written_out(system: System | SizedSystem) -> System:
    """The system with its sums written out.

    Raises:
        BackendError: it would be too long.
    """
    if reason := too_long(system):
        raise BackendError(reason)
    return system.source.written_out(system.n) if isinstance(system, SizedSystem) else system


@lru_cache(maxsize=64)
def straight_rhs(system: System | SizedSystem) -> Program:
    """The right-hand side in time, states and parameters, lowered without loops.

    Raises:
        BackendError: it would be too long.
        LoweringError: an expression has no exact counterpart in floating-point operations.
    """
    plain = written_out(system)
    return lower(plain.rhs, (plain.time, *plain.states, *plain.parameters))
