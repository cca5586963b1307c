"""A program of floating-point operations on families of numbers: sums stay loops, here along array axes.

:mod:`.indexed` makes such programs; :mod:`..integrate.native.emit` writes the same program as C.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from .program import Operation

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Index:
    """The value of an index: that of ``over`` plus ``shift``, or ``shift`` alone."""

    over: str | None
    shift: int

    def of(self, values: Mapping[str, Any]) -> Any:
        """Its value, given the values of the loop indices."""
        return self.shift if self.over is None else values[self.over] + self.shift

    def between(self, ranges: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
        """The smallest and the largest value that it can take."""
        low, high = (0, 0) if self.over is None else ranges[self.over]
        return low + self.shift, high + self.shift


@dataclass(frozen=True)
class Loop:
    """``over`` runs from ``low`` to ``high`` without the values ``but``."""

    over: str
    low: Index
    high: Index
    but: tuple[Index, ...] = ()

    def names(self) -> frozenset[str]:
        """The outer indices on which its course depends."""
        return frozenset(i.over for i in (self.low, self.high, *self.but) if i.over is not None)

    def runs(self, values: Mapping[str, Any]) -> Any:
        """Whether it takes on the values given, array by array."""
        here = values[self.over]
        found = (here >= self.low.of(values)) & (here <= self.high.of(values))
        for other in self.but:
            found = found & (here != other.of(values))
        return found


@dataclass(frozen=True)
class Layout:
    """Where a family lies: from ``offset`` on among the states or the parameters, the last index fastest."""

    name: str
    state: bool
    offset: int
    bounds: tuple[tuple[int, int], ...]
    antisymmetric: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of values of each index."""
        return tuple(max(high - low + 1, 0) for low, high in self.bounds)

    @property
    def count(self) -> int:
        """How many numbers the family has of its own."""
        if self.antisymmetric:
            return self.shape[0] * (self.shape[0] - 1) // 2
        return prod(self.shape)

    def row(self, place: tuple[Any, ...]) -> tuple[Any, Any]:
        """Where an entry lies, and its sign there: −1 for the mirrored entry of a pair, 0 for a pair of equals."""
        at = [np.asarray(index) - low for index, (low, _) in zip(place, self.bounds, strict=True)]
        if not self.antisymmetric:
            flat: Any = 0
            for index, extent in zip(at, self.shape, strict=True):
                flat = flat * extent + index
            return self.offset + flat, 1.0
        first, second = np.minimum(*at), np.maximum(*at)
        n = self.shape[0]
        flat = first * n - first * (first + 1) // 2 + second - first - 1
        return self.offset + np.where(first == second, 0, flat), np.sign(at[1] - at[0]).astype(np.float64)


@dataclass(frozen=True)
class Entry:
    """Operation without operands: one number of a family."""

    family: int
    at: tuple[Index, ...]


@dataclass(frozen=True)
class Position:
    """Operation without operands: an index as a number."""

    index: Index


@dataclass(frozen=True)
class Total:
    """Operation on one operand, added up over a loop.

    ``parity`` is −1 or +1 if the operand changes its sign or nothing when the loop's index changes places with the one
    that it leaves out, and both run over the same range; 0 if nothing is known.
    """

    loop: Loop
    parity: int = 0


@dataclass(frozen=True)
class Result:
    """A slot whose value, for each value of the loops, goes to a row, or is added to a row and column."""

    slot: int
    loops: tuple[Loop, ...]
    row: Entry
    column: Entry | None = None


@dataclass(frozen=True)
class LoopProgram:
    """A program on numbered slots, as :class:`.program.Program`: time, the constants, then one per operation.

    It is called as :class:`.program.Program` is, with time, all states and all parameters. ``rows`` and ``columns`` are
    the shape of what it computes; ``columns`` is 0 for a vector. A matrix is given row after row.
    """

    families: tuple[Layout, ...]
    ranges: tuple[tuple[str, tuple[int, int]], ...]
    constants: tuple[np.float64, ...]
    operations: tuple[tuple[Operation | Entry | Position | Total, tuple[int, ...]], ...]
    results: tuple[Result, ...]
    rows: int
    columns: int = 0

    @cached_property
    def _axes(self) -> dict[str, Integers]:
        """The values of each loop index, along an axis of its own."""
        rank, found = len(self.ranges), {}
        for axis, (name, (low, high)) in enumerate(self.ranges):
            shape = [1] * rank
            shape[axis] = -1
            found[name] = np.arange(low, high + 1, dtype=np.int64).reshape(shape)
        return found

    @cached_property
    def _targets(self) -> tuple[tuple[dict[str, Integers], Integers, Array], ...]:
        """For each result: the values of its loops, one after the other; where they go; and with which sign."""
        found = []
        for result in self.results:
            names = [loop.over for loop in result.loops]
            extents = [dict(self.ranges)[name] for name in names]
            grids = np.meshgrid(*(np.arange(low, high + 1) for low, high in extents), indexing="ij")
            values = {name: grid.ravel() for name, grid in zip(names, grids, strict=True)}
            kept = np.ones(prod(high - low + 1 for low, high in extents), dtype=bool)
            for loop in result.loops:
                kept &= loop.runs(values)
            values = {name: grid[kept] for name, grid in values.items()}
            row, sign = self._where(result.row, values)
            if result.column is not None:
                column, sign = self._where(result.column, values)
                row = row * self.columns + column
            count = int(kept.sum())
            found.append((values, np.broadcast_to(row, count), np.broadcast_to(sign, count)))
        return tuple(found)

    def _where(self, entry: Entry, values: Mapping[str, Integers]) -> tuple[Any, Any]:
        return self.families[entry.family].row(tuple(index.of(values) for index in entry.at))

    def __call__(self, *values: npt.ArrayLike) -> Array:
        """Evaluate at time, states and parameters; the trailing axes are those of the values, broadcast.

        Raises:
            TypeError: not one value per argument.
        """
        count = 1 + sum(family.count for family in self.families)
        if len(values) != count:
            raise TypeError(f"{len(values)} values; give the time, then {count - 1} states and parameters")
        arrays = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values))
        states = sum(family.count for family in self.families if family.state)
        batch, data = arrays[0].shape, []
        for family in self.families:
            first = 1 + family.offset + (0 if family.state else states)
            data.append(self._full(family, arrays[first : first + family.count], batch))
        answer = np.zeros((self.rows * (self.columns or 1), *batch))
        with np.errstate(all="ignore"):
            slots = self._run(arrays[0], data)
            for result, (places, target, sign) in zip(self.results, self._targets, strict=True):
                found = self._at(slots[result.slot], places, target.size, batch)
                if self.columns:
                    np.add.at(answer, target, found * sign.reshape(-1, *[1] * len(batch)))
                else:
                    answer[target] = found
        return answer

    def _full(self, family: Layout, numbers: Sequence[Array], batch: tuple[int, ...]) -> Array:
        """A family as an array of its indices, then the axes of the ensemble; of pairs, both triangles."""
        own = np.stack(numbers) if family.count else np.empty((0, *batch))
        if not family.antisymmetric:
            return own.reshape((*family.shape, *own.shape[1:]))
        n = family.shape[0]
        first, second = np.triu_indices(n, 1)
        full = np.zeros((n, n, *own.shape[1:]))
        full[first, second] = own
        full[second, first] = -own
        return full

    def _run(self, time: Array, data: list[Array]) -> list[Any]:
        lead = (1,) * len(self.ranges)
        slots: list[Any] = [time.reshape(*lead, *time.shape), *self.constants]
        for operation, operands in self.operations:
            if isinstance(operation, Entry):
                slots.append(self._entry(operation, data[operation.family], lead))
            elif isinstance(operation, Position):
                where = np.asarray(operation.index.of(self._axes), dtype=np.float64)
                slots.append(where.reshape(*(where.shape or lead), *[1] * time.ndim))
            elif isinstance(operation, Total):
                slots.append(self._total(operation, slots[operands[0]], time.ndim))
            else:
                slots.append(operation(*(slots[index] for index in operands)))
        return slots

    def _entry(self, entry: Entry, data: Array, lead: tuple[int, ...]) -> Array:
        if not entry.at:
            return data.reshape(*lead, *data.shape)
        picks = []
        for index, (low, high) in zip(entry.at, self.families[entry.family].bounds, strict=True):
            # Outside its range an entry stands only where no loop takes it; any number will do there.
            where = np.asarray(index.of(self._axes)) - low
            picks.append(np.clip(where.reshape(where.shape or lead), 0, high - low))
        found: Array = data[tuple(np.broadcast_arrays(*picks))]
        return found

    def _total(self, total: Total, summand: Any, batch: int) -> Array:
        axis = [name for name, _ in self.ranges].index(total.loop.over)
        runs = total.loop.runs(self._axes)
        runs = runs.reshape(*runs.shape, *[1] * batch)
        kept = np.where(runs, summand, 0.0)
        total_of: Array = kept.sum(axis=axis, keepdims=True)
        return total_of

    def _at(self, value: Any, places: Mapping[str, Integers], count: int, batch: tuple[int, ...]) -> Array:
        """The values of a slot at one place after the other, shape ``(count, *batch)``."""
        value = np.asarray(value)
        if value.ndim == 0:
            return np.broadcast_to(value, (count, *batch))
        picks: list[Any] = []
        for axis, (name, (low, _)) in enumerate(self.ranges):
            constant = value.shape[axis] == 1 or name not in places
            picks.append(np.zeros(count, dtype=np.int64) if constant else places[name] - low)
        return np.broadcast_to(value[tuple(picks)] if picks else value[None], (count, *batch))
