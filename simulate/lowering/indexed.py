"""Indexed systems lowered with their sums kept: exact, or refused with the reason.

Everything but entries of families, indices and sums is lowered by :mod:`.lower`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from ...theory.indexed import Family, SizedSystem
from .derivative import contributions, summand
from .loops import Entry, Index, Layout, Loop, LoopProgram, Position, Result, Total
from .lower import Builder, LoweringError, Slot, symbolic

Ranges = Mapping[str, tuple[int, int]]


def lower_rates(system: SizedSystem) -> LoopProgram:
    """The right-hand side as a program with loops.

    Raises:
        LoweringError: something has no exact counterpart, or an index may leave its range. The message names it.
    """
    builder = _builder(system)
    results = []
    for number, law in enumerate(system.source.laws):
        loops = _law_loops(law.indices, builder.families[number])
        slot = _lowered(builder, builder.sized(law.rate), loops, law.rate)
        row = Entry(number, tuple(Index(str(i), 0) for i in law.indices))
        results.append((slot, loops, row, None))
    return builder.finished(results, columns=0)


def lower_jacobian(system: SizedSystem) -> LoopProgram:
    """``∂ rate / ∂ state`` as a program with loops.

    Raises:
        LoweringError: as for :func:`lower_rates`.
    """
    builder = _builder(system)
    states = frozenset(law.family.base for law in system.source.laws)
    results = []
    for number, law in enumerate(system.source.laws):
        own = _law_loops(law.indices, builder.families[number])
        row = Entry(number, tuple(Index(str(i), 0) for i in law.indices))
        for part in contributions(builder.sized(law.rate), states):
            taken = {loop.over for loop in own} & {str(k) for k, *_ in part.sums}
            if taken:
                raise LoweringError(
                    f"in {law.rate} a sum uses the index {sorted(taken)} of its law; rename it"
                )
            loops = (*own, *(builder.loop(k, low, high, but) for k, low, high, but in part.sums))
            slot = _lowered(builder, part.value, loops, law.rate)
            results.append((slot, loops, row, builder.entry(part.entry)))
    return builder.finished(results, columns=sum(f.count for f in builder.families if f.state))


def _builder(system: SizedSystem) -> _LoopBuilder:
    families = [law.family for law in system.source.laws]
    layouts = [*_laid_out(families, system, state=True)]
    layouts += _laid_out(system.source.parameters, system, state=False)
    bases = [family.base for family in (*families, *system.source.parameters)]
    return _LoopBuilder([system.time], sizes={system.source.size: system.n}, families=layouts, bases=bases)


def _laid_out(families: Sequence[Family], system: SizedSystem, *, state: bool) -> list[Layout]:
    found: list[Layout] = []
    for family in families:
        offset = found[-1].offset + found[-1].count if found else 0
        bounds = family.bounds(system.source.size, system.n)
        found.append(Layout(family.name, state, offset, bounds, family.antisymmetric))
    return found


def _law_loops(indices: Sequence[sp.Symbol], family: Layout) -> tuple[Loop, ...]:
    names = [str(index) for index in indices]
    loops = [
        Loop(name, Index(None, low), Index(None, high))
        for name, (low, high) in zip(names, family.bounds, strict=True)
    ]
    if family.antisymmetric:
        loops[1] = Loop(names[1], Index(names[0], 1), loops[1].high)
    return tuple(loops)


def _lowered(builder: _LoopBuilder, value: Any, loops: Sequence[Loop], rate: Any) -> Slot:
    scope: dict[str, tuple[int, int]] = {}
    for loop in loops:
        scope[loop.over] = loop.low.between(scope)[0], loop.high.between(scope)[1]
    try:
        builder.check(value, scope)
        return builder.slot(value)
    except (LoweringError, ValueError) as problem:
        raise LoweringError(f"{problem} (in {rate})") from None


@dataclass
class _LoopBuilder(Builder):
    sizes: dict[sp.Symbol, int] = field(default_factory=dict)
    families: list[Layout] = field(default_factory=list)
    bases: list[Any] = field(default_factory=list)
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)

    def sized(self, rate: Any) -> Any:
        """The rate with the size put in."""
        return rate.xreplace({symbol: sp.Integer(n) for symbol, n in self.sizes.items()})

    def index(self, expression: Any) -> Index:
        """An index, which is a number, a symbol or their sum."""
        expression = self.sized(symbolic(expression))
        symbols = sorted(expression.free_symbols, key=str)
        shift = expression - symbols[0] if symbols else expression
        if len(symbols) > 1 or not shift.is_Integer:
            raise LoweringError(f"the index {expression} is no number, and no index plus a number")
        return Index(str(symbols[0]) if symbols else None, int(shift))

    def entry(self, expression: Any) -> Entry:
        """The entry of a family that an expression names."""
        indexed = isinstance(expression, sp.Indexed)
        base, at = (expression.base, expression.indices) if indexed else (expression, ())
        if base not in self.bases:
            raise LoweringError(
                f"{expression} is not declared; declared are {', '.join(map(str, self.bases))}"
            )
        return Entry(self.bases.index(base), tuple(self.index(index) for index in at))

    def loop(self, k: sp.Symbol, low: Any, high: Any, but: Sequence[Any]) -> Loop:
        """The loop of a sum."""
        return Loop(str(k), self.index(low), self.index(high), tuple(self.index(index) for index in but))

    def check(self, expression: Any, scope: Ranges) -> None:
        """Refuse an entry whose index may leave the range of its family; note how far each index runs.

        The range looked at is that of each index by itself, so that an entry is refused too which only a condition on
        two indices keeps inside.
        """
        for name, (low, high) in scope.items():
            known = self.ranges.get(name, (low, high))
            self.ranges[name] = min(low, known[0]), max(high, known[1])
        if isinstance(expression, sp.Indexed):
            entry = self.entry(expression)
            family = self.families[entry.family]
            if len(entry.at) != len(family.bounds):
                raise LoweringError(
                    f"{expression} has {len(entry.at)} indices; {len(family.bounds)} are declared"
                )
            for index, (low, high) in zip(entry.at, family.bounds, strict=True):
                if index.over is not None and index.over not in scope:
                    raise LoweringError(f"{expression} uses the index {index.over} outside its sum")
                least, most = index.between(scope)
                if least <= most and (least < low or most > high):
                    raise LoweringError(
                        f"{expression} reaches from {least} to {most}; {family.name} is declared from {low} to {high}"
                    )
        elif isinstance(expression, sp.Sum):
            term, k, low, high, but = summand(expression)
            if str(k) in scope:
                raise LoweringError(f"{expression} uses the index {k}, which is taken; rename it")
            loop = self.loop(k, low, high, but)
            self.check(term, {**scope, loop.over: (loop.low.between(scope)[0], loop.high.between(scope)[1])})
        else:
            for part in expression.args:
                self.check(part, scope)

    def _make(self, expression: Any) -> Slot:
        if isinstance(expression, sp.Indexed) or expression in self.bases:
            return self.apply(self.entry(expression))
        if isinstance(expression, sp.Symbol) and str(expression) in self.ranges:
            return self.apply(Position(self.index(expression)))
        if isinstance(expression, sp.Sum):
            term, k, low, high, but = summand(expression)
            loop = self.loop(k, low, high, but)
            return self.apply(Total(loop, self._parity(term, k, loop)), self.slot(term))
        return super()._make(expression)

    def _parity(self, term: Any, k: sp.Symbol, loop: Loop) -> int:
        """Whether the term changes its sign, or nothing, when k and the one index that is left out change places."""
        others = [symbol for symbol in term.free_symbols if str(symbol) in self.ranges and symbol != k]
        if len(others) != 1 or term.has(sp.Sum) or loop.but != (Index(str(others[0]), 0),):
            return 0
        if (loop.low.shift, loop.high.shift) != self.ranges[loop.but[0].over or ""] or loop.names() != {
            loop.but[0].over
        }:
            return 0
        swapped = term.xreplace({k: others[0], others[0]: k})
        if not (term.is_rational_function(*term.atoms(sp.Indexed)) and swapped != term):
            return int(swapped == term)
        return -int(sp.cancel(term + swapped) == 0) or int(sp.cancel(term - swapped) == 0)

    def finished(self, results: list[Any], columns: int) -> LoopProgram:
        """The program."""
        start = {"argument": 0, "constant": 1, "operation": 1 + len(self.constants)}
        straight = self.finish([slot for slot, *_ in results])
        return LoopProgram(
            families=tuple(self.families),
            ranges=tuple(sorted(self.ranges.items())),
            constants=straight.constants,
            operations=straight.operations,
            results=tuple(
                Result(start[slot.of] + slot.index, loops, row, column)
                for slot, loops, row, column in results
            ),
            rows=sum(family.count for family in self.families if family.state),
            columns=columns,
        )
