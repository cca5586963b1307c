"""Which backend is the fastest that can do what is asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...theory.indexed import SizedSystem
from ...theory.system import System
from ..lowering.lower import lower
from .backend import available
from .event import Event
from .straight import straight_rhs, too_long, written_out

# From so many trajectories on, heyoka's compilation pays. Measured, on two cores, with the strengths of ten modes that
# repel one another, rtol 1e-10: 1.8 to 3.6 s to compile, then 1 ms a trajectory, where SciPy takes 0.2 to 0.3 s each.
ENSEMBLE = 10

_KINKED = {np.abs, np.sign, np.maximum, np.minimum}


def chosen(system: System | SizedSystem, trajectories: int, events: Sequence[Event]) -> str:
    """The name of a backend.

    ``native``, where there is a compiler: in the same measurement it took between a tenth of heyoka's time and all of it,
    and less than a tenth of SciPy's. With three events watched, one of which took place on nearly every trajectory, or with
    all steps kept, it took 1.1 to 1.7 times its own time without them, and heyoka 1.6 to 8 times its own. Without a
    compiler ``heyoka`` for ensembles of smooth systems if it is installed; else ``scipy``. ``torch`` is never chosen: on a
    CPU it took 30 times heyoka's time, and whether gradients are wanted only the caller knows.
    """
    ready = available()
    if "native" in ready:
        return "native"
    if "heyoka" in ready and trajectories >= ENSEMBLE and _is_smooth(system, events):
        return "heyoka"
    return "scipy"


def _is_smooth(system: System | SizedSystem, events: Sequence[Event]) -> bool:
    """Whether all operations have Taylor series, and are not too many; heyoka would refuse others."""
    if too_long(system):
        return False
    plain = written_out(system)
    watched = lower([e.expression for e in events], (plain.time, *plain.states, *plain.parameters))
    operations = [run for program in (straight_rhs(system), watched) for run, _ in program.operations]
    return not _KINKED.intersection(operations)
