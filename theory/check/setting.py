"""What a step may draw on: the statements, units and running symbols of its theory, and its hypotheses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sympy as sp

from ..statement import Statement
from ..theory import Theory
from ..units import Units


@dataclass(frozen=True)
class Setting:
    """``hypotheses`` are those of the statement that is being derived; they are granted in its steps."""

    known: Mapping[str, Statement]
    units: Units
    running: frozenset[str] = frozenset()
    hypotheses: tuple[sp.Basic, ...] = ()

    @classmethod
    def of(cls, theory: Theory, statement: Statement | None = None) -> Setting:
        """The setting of the derivations of ``statement``, or of a step without hypotheses."""
        hypotheses = () if statement is None else statement.hypotheses
        return cls(theory.by_id, theory.notation.units, theory.notation.running, hypotheses)

    def granting(self, *hypotheses: sp.Basic) -> Setting:
        """The same with other hypotheses."""
        return replace(self, hypotheses=hypotheses)
