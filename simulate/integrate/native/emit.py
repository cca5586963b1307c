"""Programs with loops written as C: for one trajectory, or with as many trajectories as there are SIMD lanes.

For one trajectory the innermost loop runs over an index of the result, so that the compiler turns it into vector
instructions while each sum keeps its order. With lanes each number is a vector of trajectories, and loops stay plain.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from ...lowering.kernels import Kernel, Schedule
from ...lowering.loops import Entry, Index, Loop, LoopProgram, Position, Result
from ...lowering.lower import LoweringError

_INFIX: dict[Any, str] = {operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/"}
_CALLS: dict[Any, str] = {
    np.exp: "exp",
    np.log: "log",
    np.sin: "sin",
    np.cos: "cos",
    np.tan: "tan",
    np.arcsin: "asin",
    np.arccos: "acos",
    np.arctan: "atan",
    np.arctan2: "atan2",
    np.sinh: "sinh",
    np.cosh: "cosh",
    np.tanh: "tanh",
    np.abs: "fabs",
    np.sign: "sign",
    np.maximum: "larger",
    np.minimum: "smaller",
    np.sqrt: "sqrt",
    np.power: "pow",
}
# Above this exponent repeated multiplication rounds more often than pow does; the limit has no source.
_LARGEST_POWER = 8
# From this size on a sum over pairs is taken over half of them; below, vectors would be mostly empty. Measured on a
# machine with AVX-512: 16 was no faster, 32 was.
HALF_FROM = 24


class Emitter:
    """Writes the function ``prefix`` of one program, and ``prefix_prepare``."""

    def __init__(self, program: LoopProgram, prefix: str, *, lanes: bool) -> None:
        self.program, self.prefix, self.lanes = program, prefix, lanes
        self.real = "lane" if lanes else "double"
        self.schedule = Schedule(program)
        self.ranges = dict(program.ranges)
        self.work = 0
        self.place: dict[int, str] = {}
        self.pairs: dict[int, str] = {}
        self.declared: set[int] = set()
        self.across = ""  # the index of which four neighbouring values are computed at once
        for number, family in enumerate(program.families):
            if family.antisymmetric:
                self.pairs[number] = self._room(family.shape[0] ** 2)
        for kernel in self.schedule.kernels:
            if kernel.indices or kernel.constant:
                self.place[kernel.slot] = self._room(prod(self._extents(kernel.slot)))

    def _room(self, count: int) -> str:
        """A place for numbers in the workspace."""
        start = self.work
        self.work += max(count, 1)
        return f"(w + {start})"

    def _extent(self, name: str) -> int:
        low, high = self.ranges[name]
        return max(high - low + 1, 0)

    def _extents(self, slot: int) -> list[int]:
        """The shape of the array of a slot; rows are padded so that four neighbours can always be read."""
        extents = [self._extent(name) for name in self.schedule.kept[slot].indices]
        if extents and not self.lanes:
            extents[-1] = -(-extents[-1] // 4) * 4
        return extents

    def source(self) -> str:
        """Two functions and the size of the workspace ``w`` that both use.

        ``prepare(p, w)`` has to be called when parameters changed, before the function ``prefix(t, y, p, w, f)`` itself.
        """
        fixed = [line for k in self.schedule.kernels if k.constant for line in self._kernel(k)]
        moving = [line for number in self.pairs for line in self._unpack(number)]
        moving += [line for k in self.schedule.kernels if not k.constant for line in self._kernel(k)]
        if self.program.columns:
            moving.append(f"for (int i = 0; i < {self.program.rows * self.program.columns}; i++) f[i] = 0;")
        for result, inline in self.schedule.results:
            moving += self._result(result, inline)
        real, arguments = self.real, f"const {self.real} *restrict p, {self.real} *restrict w"
        text = [f"enum {{ {self.prefix}_work = {max(self.work, 1)} }};"]
        text.append(f"static void {self.prefix}_prepare({arguments}) {{ (void)p; (void)w;")
        text += [*fixed, "}"]
        text.append(
            f"static void {self.prefix}({real} t, const {real} *restrict y, {arguments}, "
            f"{real} *restrict f) {{ (void)t; (void)y; (void)p; (void)w;"
        )
        return "\n".join([*text, *moving, "}", ""])

    def _unpack(self, number: int) -> Iterator[str]:
        """Both triangles of a family of pairs."""
        family, place = self.program.families[number], self.pairs[number]
        n, data = family.shape[0], "y" if family.state else "p"
        yield f"for (int a = 0, s = {family.offset}; a < {n}; a++) {{"
        yield f"{place}[a * {n} + a] = {self._number(0.0)};"
        yield f"for (int b = a + 1; b < {n}; b++, s++) {{"
        yield f"{place}[a * {n} + b] = {data}[s]; {place}[b * {n} + a] = -{data}[s]; }} }}"

    def _kernel(self, kernel: Kernel) -> Iterator[str]:
        at = self._kept(kernel.slot)
        if kernel.total is None:
            if not kernel.indices and not kernel.constant:
                yield from self._once(kernel.inline)
                return
            yield from ["{", *self._nest(kernel.indices), *self._body(kernel.inline)]
            yield f"{at} = s{kernel.slot};"
            yield "}" * (len(kernel.indices) + 1)
            return
        yield from self._sum(kernel, at)

    def _sum(self, kernel: Kernel, at: str) -> Iterator[str]:
        total = kernel.total
        assert total is not None
        loop, value = total.loop, self.schedule.operation(kernel.slot)[1][0]
        body = [*self._body(kernel.inline)]
        term = self._value(value)
        if not kernel.indices:
            if not kernel.constant:
                yield f"{self.real} {at};"
            yield f"{at} = {self._number(0.0)};"
            yield self._for(loop)
            yield from self._but(loop)
            yield from [*body, f"{at} += {term}; }}"]
            return
        if total.parity and len(kernel.indices) == 1 and (self.lanes or self._extent(loop.over) >= HALF_FROM):
            yield from self._half(kernel, body, term)
            return
        *outer, inner = kernel.indices
        if self.lanes:
            yield from self._nest(kernel.indices)
            yield f"{self.real} sum = {self._number(0.0)};"
            yield self._for(loop)
            yield from self._but(loop)
            yield from [*body, f"sum += {term}; }}", f"{at} = sum;", "}" * len(kernel.indices)]
            return
        low, high = self.ranges[inner]
        self.across = inner
        yield from self._nest(tuple(outer))
        yield f"for (int {inner} = {low}; {inner} <= {high}; {inner} += 4) {{"
        yield "quad sum = quad_all(0.0);"
        first, last = self.ranges[loop.over]
        yield f"for (int {loop.over} = {first}; {loop.over} <= {last}; {loop.over}++) {{"
        yield from self._body(kernel.inline)
        term = self._wide(value)
        yield f"sum += {self._runs(loop, term)}; }}"
        self.across = ""
        where = self._kept(kernel.slot, {inner: f"({inner} + a)"})
        yield f"for (int a = 0; a < 4 && {inner} + a <= {high}; a++) {where} = sum[a]; }}"
        yield "}" * len(outer)

    def _half(self, kernel: Kernel, body: list[str], term: str) -> Iterator[str]:
        """A sum whose term keeps or changes its sign when both indices change places: each pair is computed once."""
        total, (outer,) = kernel.total, kernel.indices
        assert total is not None
        inner, sign = total.loop.over, "+" if total.parity > 0 else "-"
        low, high = self.ranges[outer]
        mine, other = self._kept(kernel.slot), self._kept(kernel.slot, {outer: inner})
        yield from [*self._nest((outer,)), f"{mine} = {self._number(0.0)}; }}"]
        yield f"for (int {outer} = {low}; {outer} <= {high}; {outer}++) {{ {self.real} sum = {self._number(0.0)};"
        if not self.lanes:
            yield "#pragma omp simd reduction(+ : sum)"
        yield f"for (int {inner} = {outer} + 1; {inner} <= {high}; {inner}++) {{"
        yield from [*body, f"const {self.real} pair = {term}; sum += pair; {other} {sign}= pair; }}"]
        yield f"{mine} += sum; }}"

    def _result(self, result: Result, inline: tuple[int, ...]) -> Iterator[str]:
        for loop in result.loops:
            if loop is result.loops[-1] and not self.lanes:
                yield "#pragma GCC ivdep"
            yield self._for(loop)
            yield from self._but(loop)
        yield from self._body(inline) if result.loops else self._once(inline)
        row, sign = self._row(result.row)
        value = self._value(result.slot)
        if result.column is None:
            yield f"f[{row}] = {value};"
        else:
            column, sign = self._row(result.column)
            yield f"f[({row}) * {self.program.columns} + {column}] += {sign}{value};"
        yield "}" * len(result.loops)

    def _row(self, entry: Entry) -> tuple[str, str]:
        """Where an entry lies among the states, and the sign with which it is taken."""
        family = self.program.families[entry.family]
        at = [f"({self._index(i)} - {low})" for i, (low, _) in zip(entry.at, family.bounds, strict=True)]
        if not family.antisymmetric:
            return f"{family.offset} + {_flat(at, family.shape)}", ""
        n = family.shape[0]
        return f"{family.offset} + pair_place({at[0]}, {at[1]}, {n})", f"pair_sign({at[0]}, {at[1]}) * "

    def _nest(self, indices: tuple[str, ...]) -> Iterator[str]:
        for name in indices:
            low, high = self.ranges[name]
            yield f"for (int {name} = {low}; {name} <= {high}; {name}++) {{"

    def _for(self, loop: Loop) -> str:
        return (
            f"for (int {loop.over} = {self._index(loop.low)}; {loop.over} <= {self._index(loop.high)}; "
            f"{loop.over}++) {{"
        )

    def _but(self, loop: Loop) -> Iterator[str]:
        for other in loop.but:
            yield f"if ({loop.over} == {self._index(other)}) continue;"

    def _runs(self, loop: Loop, term: str) -> str:
        """The term where the loop takes it, and 0 elsewhere, for four values of the index ``across``."""
        low, high = self.ranges[loop.over]
        tests = [(loop.over, "!=", other) for other in loop.but]
        tests += [(loop.over, ">=", loop.low)] if loop.low != Index(None, low) else []
        tests += [(loop.over, "<=", loop.high)] if loop.high != Index(None, high) else []
        for over, compares, other in tests:
            if other.over == self.across:
                four = f"(quad_mask){{{', '.join(f'{self._index(other)} + {a}' for a in range(4))}}}"
                term = f"quad_choose(((quad_mask){{}} + {over}) {compares} {four}, {term}, quad_all(0.0))"
            else:
                term = f"({over} {compares} {self._index(other)} ? {term} : quad_all(0.0))"
        return term

    def _wide(self, slot: int) -> str:
        """The value of a slot as four neighbours."""
        value = self._value(slot)
        return value if self.across in self.schedule.free[slot] else f"quad_all({value})"

    def _index(self, index: Index) -> str:
        if index.over is None:
            return str(index.shift)
        return f"({index.over} + {index.shift})" if index.shift else index.over

    def _kept(self, slot: int, renamed: dict[str, str] | None = None) -> str:
        """Where the value of a slot is kept, for the loop indices of the moment."""
        if slot not in self.place:
            return f"s{slot}"
        names = self.schedule.kept[slot].indices
        at = [f"({(renamed or {}).get(name, name)} - {self.ranges[name][0]})" for name in names]
        where = f"{self.place[slot]}[{_flat(at, self._extents(slot))}]"
        if self.across not in names:
            return where
        return f"quad_at(&{where})" if names[-1] == self.across else self._gathered(where)

    def _gathered(self, value: str) -> str:
        return f"QUAD({self.across}, {self.ranges[self.across][1]}, {value})"

    def _body(self, inline: tuple[int, ...]) -> Iterator[str]:
        for slot in inline:
            operation, operands = self.schedule.operation(slot)
            call = self.across and (operation in _CALLS)
            values = [self._wide(i) if call else self._value(i) for i in operands]
            if operation is np.power:
                values[1:] = [str(n)] if (n := self._whole(operands[1])) else values[1:]
            yield f"const {'quad' if self.across else self.real} s{slot} = {self._applied(operation, values)};"

    def _once(self, inline: tuple[int, ...]) -> Iterator[str]:
        """The same outside of all loops, where a value has its name to the end of the function."""
        wanted = [slot for slot in inline if slot not in self.declared]
        self.declared.update(wanted)
        yield from self._body(tuple(wanted))

    def _whole(self, slot: int) -> int:
        """The exponent that this slot is, if it is a small whole number; else 0."""
        if not 1 <= slot <= len(self.program.constants):
            return 0
        value = float(self.program.constants[slot - 1])
        return int(value) if value.is_integer() and 2 <= value <= _LARGEST_POWER else 0

    def _applied(self, operation: Any, values: list[str]) -> str:
        if operation in _INFIX:
            return f"{values[0]} {_INFIX[operation]} {values[1]}"
        if operation is operator.neg:
            return f"-{values[0]}"
        if operation is np.power and values[1].isdigit():
            return " * ".join([values[0]] * int(values[1]))
        if operation not in _CALLS:
            raise LoweringError(f"the operation {operation} has no counterpart in C")
        kind = "lane" if self.lanes else "quad" if self.across else "one"
        return f"{kind}_{_CALLS[operation]}({', '.join(values)})"

    def _value(self, slot: int) -> str:
        if slot == 0:
            return "t"
        if slot < self.schedule.first:
            return self._number(float(self.program.constants[slot - 1]))
        operation, _ = self.schedule.operation(slot)
        if isinstance(operation, Position):
            number = f"({self._number(0.0)} + (double){self._index(operation.index)})"
            return self._gathered(number) if self.across and operation.index.over == self.across else number
        if isinstance(operation, Entry):
            return self._entry(operation)
        return self._kept(slot) if slot in self.schedule.kept else f"s{slot}"

    def _entry(self, entry: Entry) -> str:
        family = self.program.families[entry.family]
        at = [f"({self._index(i)} - {low})" for i, (low, _) in zip(entry.at, family.bounds, strict=True)]
        if entry.family in self.pairs:
            where = f"{self.pairs[entry.family]}[{_flat(at, family.shape)}]"
        else:
            where = f"{'y' if family.state else 'p'}[{family.offset} + {_flat(at, family.shape)}]"
        return self._gathered(where) if self.across and self.across in {i.over for i in entry.at} else where

    def _number(self, value: float) -> str:
        """A constant, exactly; with lanes the same in each."""
        text = value.hex()
        return f"lane_all({text})" if self.lanes else text


def _flat(at: list[str], shape: Any) -> str:
    text = "0"
    for index, extent in zip(at, shape, strict=True):
        text = index if text == "0" else f"({text}) * {extent} + {index}"
    return text
