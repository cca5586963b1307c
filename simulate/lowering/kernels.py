"""The order of loops in which a program with loops is computed: what each loop computes, and what it keeps in an array.

A value that a deeper loop uses is computed before it, once for each value of its own indices, and kept. So is what
depends on parameters alone, which is computed once for each trajectory.
"""

from __future__ import annotations

from dataclasses import dataclass

from .loops import Entry, Layout, LoopProgram, Position, Result, Total
from .program import Program


@dataclass(frozen=True)
class Kernel:
    """A nest of loops over ``indices`` that fills the array of ``slot`` (``total`` None: the value; else the sum).

    ``inline`` are the slots computed anew in the innermost body, in their order.
    """

    slot: int
    indices: tuple[str, ...]
    inline: tuple[int, ...]
    total: Total | None
    constant: bool


class Schedule:
    """The kernels of a program, those of parameters alone first; then the loops of its results."""

    def __init__(self, program: LoopProgram) -> None:
        self.program = program
        self.first = 1 + len(program.constants)
        self.free: list[frozenset[str]] = [frozenset()] * self.first
        self.constant = [False] + [True] * len(program.constants)
        for operation, operands in program.operations:
            self.free.append(_free(operation, [self.free[i] for i in operands]))
            fixed = not (isinstance(operation, Entry) and program.families[operation.family].state)
            self.constant.append(fixed and all(self.constant[i] for i in operands))
        self.kept: dict[int, Kernel] = {}
        self.results = tuple(self._result(result) for result in program.results)
        self.kernels = tuple(kernel for _, kernel in sorted(self.kept.items()))

    def operation(self, slot: int) -> tuple[object, tuple[int, ...]]:
        """The operation of a slot, with its operands; None for time and constants."""
        return (None, ()) if slot < self.first else self.program.operations[slot - self.first]

    def is_leaf(self, slot: int) -> bool:
        """Whether a slot is read where it is needed: time, a constant, an entry, an index."""
        return slot < self.first or isinstance(self.operation(slot)[0], Entry | Position)

    def _result(self, result: Result) -> tuple[Result, tuple[int, ...]]:
        indices = frozenset(loop.over for loop in result.loops)
        return result, self._body(result.slot, indices, constant=False)

    def _body(self, slot: int, indices: frozenset[str], *, constant: bool) -> tuple[int, ...]:
        """The slots to be computed in the innermost body; all others that it needs are kept."""
        inline: set[int] = set()
        walk = [slot]
        while walk:
            here = walk.pop()
            if self.is_leaf(here) or here in inline:
                continue
            operation, operands = self.operation(here)
            outside = isinstance(operation, Total) or self.free[here] != indices
            if outside or (self.constant[here] and not constant):
                self._keep(here)
            else:
                inline.add(here)
                walk.extend(operands)
        return tuple(sorted(inline))

    def _keep(self, slot: int) -> None:
        if slot in self.kept:
            return
        operation, operands = self.operation(slot)
        free, constant = self.free[slot], self.constant[slot]
        if isinstance(operation, Total):
            inline = self._body(operands[0], free | {operation.loop.over}, constant=constant)
            self.kept[slot] = Kernel(slot, tuple(sorted(free)), inline, operation, constant)
            return
        inline_of: set[int] = {slot}
        for operand in operands:
            inline_of.update(self._body(operand, free, constant=constant))
        self.kept[slot] = Kernel(slot, tuple(sorted(free)), tuple(sorted(inline_of)), None, constant)


def _free(operation: object, operands: list[frozenset[str]]) -> frozenset[str]:
    if isinstance(operation, Entry):
        return frozenset(i.over for i in operation.at if i.over is not None)
    if isinstance(operation, Position):
        return frozenset({operation.index.over} - {None})  # type: ignore[arg-type]
    found: frozenset[str] = frozenset().union(*operands)
    if isinstance(operation, Total):
        return (found - {operation.loop.over}) | operation.loop.names()
    return found


def straight_as_loops(program: Program, states: int, *, matrix: bool) -> LoopProgram:
    """A program without loops in the form of one with them: each argument but the first, time, is a family of one."""
    arguments = len(program.arguments)
    families = tuple(
        Layout(name, i < states, i if i < states else i - states, (), antisymmetric=False)
        for i, name in enumerate(program.arguments[1:])
    )
    entries = tuple((Entry(i, ()), ()) for i in range(arguments - 1))
    constants = len(program.constants)

    def moved(slot: int) -> int:
        if slot == 0:
            return 0
        return (
            slot + constants
            if slot < arguments
            else slot - (arguments - 1)
            if slot < arguments + constants
            else slot
        )

    operations = tuple((run, tuple(map(moved, operands))) for run, operands in program.operations)
    results = []
    for place, slot in enumerate(program.results):
        if matrix and arguments <= slot < arguments + constants and program.constants[slot - arguments] == 0:
            continue  # most of a Jacobian
        row, column = divmod(place, states) if matrix else (place, None)
        target = None if column is None else Entry(column, ())
        results.append(Result(moved(slot), (), Entry(row, ()), target))
    return LoopProgram(
        families,
        (),
        program.constants,
        (*entries, *operations),
        tuple(results),
        states,
        states if matrix else 0,
    )
