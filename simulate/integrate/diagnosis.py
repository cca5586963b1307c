"""Why a trajectory stopped: read off the slope and the Jacobian at the place, alike for all backends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..lowering.compiled import CompiledSystem
from .backend import Raw
from .outcome import Outcome

Array = npt.NDArray[np.float64]

# A state this large is on its way to overflow, whatever its slope does. No source: far from either side.
HUGE = 1e150
# Where a pole is no farther than this share of the time integrated so far, it is what stopped the solver. No
# source: solvers stop some spacings of floating-point times before a pole, and a flow without one
# has times of its own that are no such small share.
NEAR = 1e-6
# Growth of the state relative to that of its slope. Towards a pole of order q in the state it is q/(q + 1); towards
# a finite state it vanishes like the step. No source: between the two.
GROWING = 1e-3
# Steps times the fastest decay. Stability ends at 2.5 for RK23, 3.3 for RK45, 6 for DOP853 (Hairer & Wanner II, IV.2).
STABILITY = 2.0


def diagnosed(compiled: CompiledSystem, parameters: Array, times: Array, raw: Raw) -> npt.NDArray[np.int64]:
    """The outcomes ``(B,)`` of a raw result, each stop named after its cause."""
    outcomes = np.array(raw.outcomes, dtype=np.int64)
    names = [symbol.name for symbol in compiled.system.parameters]
    for one in np.flatnonzero(outcomes > Outcome.EVENT):
        named = dict(zip(names, parameters[:, one], strict=True))
        time, state = float(raw.stop_t[one]), raw.stop_y[:, one]
        elapsed = time - times[0]
        if outcomes[one] == Outcome.STEP_TOO_SMALL:
            step = max(abs(raw.last_step[one]), 64 * np.spacing(abs(time))) * np.sign(times[-1] - times[0])
            outcomes[one] = _small_step(compiled, named, time, state, step, elapsed)
        elif raw.explicit and raw.steps[one]:
            mean = abs(elapsed) / raw.steps[one]
            outcomes[one] = _many_steps(compiled, named, time, state, max(mean, abs(raw.last_step[one])))
    return outcomes


def _small_step(
    compiled: CompiledSystem,
    named: dict[str, np.float64],
    time: float,
    state: Array,
    step: float,
    elapsed: float,
) -> Outcome:
    slope = compiled.rhs(time, state, named)
    if np.abs(state).max() > HUGE:
        return Outcome.BLOW_UP
    # The change of the slope along the path, from a point one step back.
    before = compiled.rhs(time - step, state - step * slope, named)
    change = np.abs(slope - before) / abs(step)
    if not (np.isfinite(slope).all() and np.isfinite(change).all()):
        return Outcome.SINGULAR
    worst = int(np.argmax(change))
    if change[worst] * NEAR * max(abs(elapsed), abs(step)) < np.abs(slope[worst]):
        return Outcome.STEP_TOO_SMALL
    growth = np.sign(step) * slope[worst] * np.sign(state[worst]) * abs(slope[worst])
    if growth > GROWING * change[worst] * abs(state[worst]):
        return Outcome.BLOW_UP
    return Outcome.SINGULAR


def _many_steps(
    compiled: CompiledSystem, named: dict[str, np.float64], time: float, state: Array, step: float
) -> Outcome:
    matrix = compiled.jacobian(time, state, named)
    if not np.isfinite(matrix).all():
        return Outcome.TOO_MANY_STEPS
    fastest = float(np.abs(np.linalg.eigvals(matrix)).max())
    return Outcome.STIFF if step * fastest > STABILITY else Outcome.TOO_MANY_STEPS
