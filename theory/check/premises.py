"""What a derivation rests on beside its steps: conditions that are inherited, and ones that would make it empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy as sp

from ..derivation import Named
from .renaming import Malformed, renamed
from .setting import Setting


def inherited(conditions: Iterable[sp.Basic], step: Named, setting: Setting) -> list[sp.Basic]:
    """Side conditions of the theorem that ``step`` uses, renamed like it."""
    found = []
    for condition in conditions:
        try:
            found.append(renamed(condition, step.where, setting.known[step.using].generic, setting.running))
        except Malformed:
            found.append(condition)  # the step itself fails for the same reason
    return [c for c in found if c.doit() is not sp.true]


def contradicted(conditions: Sequence[sp.Basic], premises: Sequence[sp.Basic]) -> str:
    """A message if a condition ``c ≠ 0`` denies a premise that says c = 0; dividing by such a c proves anything."""
    nonzero = [sp.expand(c.lhs) for c in conditions if isinstance(c, sp.Ne) and c.rhs == 0]
    for premise in premises if nonzero else ():
        if not isinstance(premise, sp.Eq) or isinstance(premise.lhs, sp.MatrixBase):
            continue
        numerator = sp.expand(sp.fraction(sp.together(premise.lhs - premise.rhs))[0])
        # An identity denies nothing; what is no polynomial has no factors to compare.
        if numerator.is_number or numerator.has(sp.Sum, sp.Derivative, sp.Order):
            continue
        factors = [sp.expand(f) for f, _ in sp.factor_list(numerator)[1]]
        denied = [f for f in factors if f in nonzero or -f in nonzero]
        if denied and all(f in denied or f.is_nonzero for f in factors):
            return f"the condition {denied[0]} ≠ 0 contradicts {premise}, on which the derivation rests"
    return ""
