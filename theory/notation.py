"""Notation: every symbol of a theory is made here once, with its unit and its meaning."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from .units import Unit, UnitTable


@dataclass(frozen=True)
class Quantity:
    """One entry of the notation: ``name`` is unique; ``latex`` is how it is typeset."""

    name: str
    unit: Unit
    meaning: str
    latex: str


class Notation:
    """The symbols of one theory. Names are unique: the same name cannot mean two things."""

    def __init__(self) -> None:
        self._quantities: dict[str, Quantity] = {}
        self._made: dict[str, Any] = {}
        self._running: set[str] = set()
        self._units = UnitTable({})

    def _add(self, name: str, unit: Unit, meaning: str, latex: str | None) -> None:
        if not meaning:
            raise ValueError(f"notation: {name!r} has no meaning; say in a few words what it is")
        if name in self._quantities:
            raise ValueError(
                f"notation: {name!r} is declared twice; it already means {self._quantities[name].meaning!r}"
            )
        self._quantities[name] = Quantity(name, unit, meaning, latex or sp.latex(sp.Symbol(name)))

    def symbol(
        self,
        name: str,
        unit: Unit,
        meaning: str,
        latex: str | None = None,
        running: bool = False,
        **assumptions: bool,
    ) -> Any:
        """A symbol; ``assumptions`` are SymPy's (``positive=True``, ...); real unless said otherwise.

        A ``running`` symbol, such as time or an index, stands for all its values at once: every statement
        in which it occurs holds for each of them, so that one may differentiate by it or rename it.
        """
        self._add(name, unit, meaning, latex)
        if running:
            self._running.add(name)
        self._made[name] = sp.Symbol(name, **({"real": True} | assumptions))
        return self._made[name]

    def function(
        self, name: str, unit: Unit, meaning: str, latex: str | None = None, **assumptions: bool
    ) -> Any:
        """An undefined function, to be applied to its arguments: ``d = notation.function(...); d(t)``."""
        self._add(name, unit, meaning, latex)
        self._made[name] = sp.Function(name, **({"real": True} | assumptions))
        return self._made[name]

    def made(self, name: str) -> Any:
        """The symbol or function of this name, as it was declared: with its assumptions."""
        return self._made[name]

    @property
    def units(self) -> Mapping[str, Unit]:
        """Unit by name."""
        if len(self._units) < len(self._quantities):
            self._units = UnitTable({q.name: q.unit for q in self})
        return self._units

    @property
    def running(self) -> frozenset[str]:
        """Names of the symbols that stand for all their values at once."""
        return frozenset(self._running)

    @property
    def latex_names(self) -> Mapping[str, str]:
        """How each name is typeset."""
        return {q.name: q.latex for q in self}

    def only(self, names: Collection[str]) -> Notation:
        """The part of this notation that has these names, by name; those that it does not have are left out."""
        part = Notation()
        for name in sorted(names):
            if name in self._quantities:
                part._quantities[name], part._made[name] = self._quantities[name], self._made[name]
        part._running = self._running.intersection(names)
        return part

    def __iter__(self) -> Iterator[Quantity]:
        return iter(self._quantities.values())

    def __contains__(self, name: object) -> bool:
        return name in self._quantities

    def __getitem__(self, name: str) -> Quantity:
        return self._quantities[name]
