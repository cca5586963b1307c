"""A system of ordinary differential equations as data: the only source from which integrators are made."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp


@dataclass(frozen=True)
class System:
    """``d states / d time = rhs``.

    ``states``, ``parameters`` and ``time`` are plain symbols (not functions of time); ``rhs`` has one
    expression per state and may use nothing but these symbols.

    Raises:
        ValueError: a name is used twice, the lengths differ, or ``rhs`` uses an undeclared symbol.
    """

    name: str
    time: sp.Symbol
    states: tuple[sp.Symbol, ...]
    parameters: tuple[sp.Symbol, ...]
    rhs: tuple[sp.Expr, ...]

    def __post_init__(self) -> None:
        if len(self.states) != len(self.rhs):
            raise ValueError(
                f"system {self.name}: {len(self.states)} states but {len(self.rhs)} right-hand sides; "
                "give one expression per state"
            )
        declared = [*self.states, *self.parameters, self.time]
        names = [symbol.name for symbol in declared]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"system {self.name}: the names {twice} are used more than once")
        for state, expression in zip(self.states, self.rhs, strict=True):
            unknown = sorted(s.name for s in expression.free_symbols - set(declared))
            if unknown:
                raise ValueError(
                    f"system {self.name}: d{state}/d{self.time} uses {unknown}, which are neither "
                    "states nor parameters; declare them"
                )

    def jacobian(self) -> sp.Matrix:
        """The n × n matrix of ``∂ rhs_i / ∂ states_j``, differentiated symbolically."""
        return sp.Matrix(self.rhs).jacobian(sp.Matrix(self.states))
