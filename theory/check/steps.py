"""Checking one step: its obligations both ways, its units, its side conditions.

A step passes only if the symbolic way and the exact points both say yes to every obligation and the
units of the relation it reaches balance. What could not be decided has not passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sympy as sp

from ..derivation import Step
from ..units import UnitError, balanced
from .claims import obligations
from .conditions import side_conditions
from .obligations import NonZero, Obligation
from .points import Decision
from .renaming import Malformed
from .setting import Setting


@dataclass(frozen=True)
class StepResult:
    """What was found. ``symbolic`` and ``points`` are True, False, or None where undecided."""

    kind: str
    says: str
    to: sp.Basic
    uses: tuple[str, ...]
    symbolic: bool | None
    points: bool | None
    units: bool
    conditions: tuple[sp.Basic, ...] = ()
    message: str = ""

    @property
    def passed(self) -> bool:
        """Both ways say yes, and units balance."""
        return self.symbolic is True and self.points is True and self.units

    @property
    def failed(self) -> bool:
        """Shown to be wrong, as against not decided."""
        return self.symbolic is False or self.points is False or not self.units


def _worst(decisions: Iterable[Decision]) -> Decision:
    """Wrong counts before undecided, undecided before right; after a wrong one no more are asked."""
    worst = Decision(True)
    for decision in decisions:
        if decision.agrees is False:
            return decision
        if decision.agrees is None and worst.agrees is True:
            worst = decision
    return worst


def check_step(
    before: sp.Basic | None,
    step: Step,
    setting: Setting,
    thorough: bool = True,
    both: bool = True,
    explain: bool = True,
) -> StepResult:
    """Decide one step, given the relation before it (None at the start of a derivation).

    With ``thorough=False`` the slow last resort of the symbolic way is left out; a step can then be
    undecided that would have passed, never the other way round. With ``both=False`` the symbolic way is
    not asked where the points have said no. With ``explain=False`` the result has neither message nor side
    conditions, which nobody asks of an altered copy.
    """
    try:
        owed = obligations(before, step, setting)
        return _decide(step, owed, setting, thorough, both, explain)
    except Malformed as error:
        message = str(error)
    except Exception as error:  # noqa: BLE001 - whatever SymPy stumbles over, the step has not passed
        message = f"the step could not be read: {type(error).__name__}: {error}"
    return StepResult(step.kind, step.says, step.to, step.uses, False, False, True, (), message)


def _decide(
    step: Step, owed: Sequence[Obligation], setting: Setting, thorough: bool, both: bool, explain: bool
) -> StepResult:
    message, balance = "", True
    try:
        balanced(step.to, setting.units)
    except UnitError as error:
        balance, message = False, str(error)
    at_points = _worst(o.by_points(setting.hypotheses) for o in owed)
    by_symbols = Decision(None, "the symbolic way was not asked")
    if both or at_points.agrees is True:
        by_symbols = _worst(o.by_symbols(setting.hypotheses, thorough) for o in owed)
    factors = [o.expression for o in owed if isinstance(o, NonZero) and o.everywhere]
    return StepResult(
        step.kind,
        step.says,
        step.to,
        step.uses,
        by_symbols.agrees,
        at_points.agrees,
        balance,
        tuple(side_conditions(step.to, *factors)) if explain else (),
        "; ".join(m for m in (message, at_points.why, by_symbols.why) if m) if explain else "",
    )
