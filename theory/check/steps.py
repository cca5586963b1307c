"""Checking one step: its obligations both ways, its units, its side conditions.

A step passes only if the symbolic way and the exact points both say yes to every obligation and the
units of the relation it reaches balance. What could not be decided has not passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy as sp

from ..derivation import Step
from ..statement import Statement
from ..units import UnitError, Units, balanced
from .claims import Malformed, obligations
from .conditions import side_conditions
from .obligations import NonZero
from .points import Decision


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
        return self.symbolic is True and self.points is True and self.units

    @property
    def failed(self) -> bool:
        """Shown to be wrong, as against not decided."""
        return self.symbolic is False or self.points is False or not self.units


def _worst(decisions: Sequence[Decision]) -> Decision:
    """Wrong counts before undecided, undecided before right."""
    return min(decisions, key=lambda d: {False: 0, None: 1, True: 2}[d.agrees])


def check_step(
    before: sp.Basic | None,
    step: Step,
    known: Mapping[str, Statement],
    units: Units,
    hypotheses: tuple[sp.Basic, ...] = (),
    thorough: bool = True,
) -> StepResult:
    """Decide one step, given the relation before it (None at the start of a derivation).

    With ``thorough=False`` the slow last resort of the symbolic way is left out; a step can then be
    undecided that would have passed, never the other way round.
    """
    try:
        owed = obligations(before, step, known)
    except Malformed as error:
        return StepResult(step.kind, step.says, step.to, step.uses, False, False, True, (), str(error))
    message = ""
    try:
        balanced(step.to, units)
        balance = True
    except UnitError as error:
        balance, message = False, str(error)
    at_points = _worst([o.by_points(hypotheses) for o in owed])
    by_symbols = _worst([o.by_symbols(hypotheses, thorough) for o in owed])
    factors = [o.expression for o in owed if isinstance(o, NonZero)]
    return StepResult(
        step.kind,
        step.says,
        step.to,
        step.uses,
        by_symbols.agrees,
        at_points.agrees,
        balance,
        tuple(side_conditions(step.to, *factors)),
        "; ".join(m for m in (message, at_points.why, by_symbols.why) if m),
    )
