"""C for the lanes, written from the lowered programs of a model: pairs stay a loop."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..lowering.program import Program
from .model import Model, PairModel
from .pieces import SHORT_OF_WALL


class EmitError(ValueError):
    """An operation has no counterpart in the lanes."""


_INFIX: dict[Any, str] = {operator.add: "+", operator.sub: "-", operator.mul: "*"}
_CALLS: dict[Any, str] = {
    operator.truediv: "over",
    np.sqrt: "root",
    np.abs: "magnitude",
    np.maximum: "larger",
    np.minimum: "smaller",
}
# Lane by lane, with the functions of the C library.
_LIBRARY: dict[Any, str] = {
    np.exp: "exp",
    np.log: "log",
    np.sin: "sin",
    np.cos: "cos",
    np.tan: "tan",
    np.arcsin: "asin",
    np.arccos: "acos",
    np.arctan: "atan",
    np.sinh: "sinh",
    np.cosh: "cosh",
    np.tanh: "tanh",
    np.power: "pow",
    np.arctan2: "atan2",
}
_TWO = (np.power, np.arctan2)


def source(model: Model) -> str:
    """The whole translation unit for one model.

    Raises:
        EmitError: an operation of a program has no counterpart in C.
    """
    pair = isinstance(model, PairModel)
    ordered = isinstance(model, PairModel) and model.ordered
    above = isinstance(model, PairModel) and model.above is not None
    names = {
        "N": model.n,
        "M": model.m,
        "Q": len(model.parameters),
        "THETA2": model.theta2,
        "DENSE": int(not pair),
        "SYMMETRIC": int(isinstance(model, PairModel) and model.symmetric and model.parity != 0),
        "PARITY": model.parity if isinstance(model, PairModel) else 0,
        "PAIRS": int(isinstance(model, PairModel) and model.pair is not None and model.n > 1),
        "ORDERED": int(ordered),
        "ABOVE": int(above),
        "WALLS": int(ordered or above),
        "MILSTEIN": int(model.milstein),
        "SHORT_OF_WALL": SHORT_OF_WALL,
    }
    defines = [f"#define {name} ({value})" for name, value in names.items()]
    pieces = _pair_pieces(model) if isinstance(model, PairModel) else _plain_pieces(model)
    middle = [_text("particles.c")] if pair else []
    return "\n".join(
        [*defines, _text("lanes.c"), _library(), *pieces, *middle, _text("walls.c"), _text("stepper.c")]
    )


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _library() -> str:
    lines = []
    for function, name in _LIBRARY.items():
        if function in _TWO:
            lines.append(
                f"static V lanes_{name}(V a, V b) "
                f"{{ V r; for (int l = 0; l < W; l++) r[l] = {name}(a[l], b[l]); return r; }}"
            )
        else:
            lines.append(
                f"static V lanes_{name}(V a) {{ V r; for (int l = 0; l < W; l++) r[l] = {name}(a[l]); return r; }}"
            )
    return "\n".join(f"__attribute__((unused)) {line}" for line in lines)


def _pair_pieces(model: PairModel) -> list[str]:
    p = [f"p[{q}]" for q in range(len(model.parameters))]
    pieces = []
    if model.pair is not None and model.n > 1:
        arguments = ["x", "o", *p]
        pieces += [
            _function("INLINE V pair(V x, V o, const V *p)", model.pair, arguments, ["return"]),
            _function(
                "INLINE void pair_slopes(V x, V o, const V *p, V *k, V *by_x, V *by_o)",
                model.pair,
                arguments,
                ["*k", "*by_x", "*by_o"],
            ),
        ]
    arguments = ["x", "push", *p]
    pieces += [
        _function("INLINE V law(V x, V push, const V *p)", model.law, arguments, ["return"]),
        _function(
            "INLINE void law_slopes(V x, V push, const V *p, V *f, V *by_x, V *by_push)",
            model.law,
            arguments,
            ["*f", "*by_x", "*by_push"],
        ),
        _function("INLINE V strength(V x, const V *p)", model.noise, ["x", *p], ["return"]),
        _function("INLINE V twist(V x, const V *p)", model.noise, ["x", *p], ["", "return"]),
    ]
    if model.above is not None:
        pieces.append(_function("INLINE V bound(const V *p)", model.above, p, ["return"]))
    return pieces


def _plain_pieces(model: Any) -> list[str]:
    arguments = [f"x[{i}]" for i in range(model.n)] + [f"p[{q}]" for q in range(len(model.parameters))]

    def array(program: Program, name: str) -> list[str]:
        return [f"{name}[{k}]" for k in range(len(program.results))]

    pieces = [
        _function(
            "static void drift(const V *x, const V *p, V *f)", model.drift, arguments, array(model.drift, "f")
        ),
        _function(
            "static void noise(const V *x, const V *p, V *b)", model.noise, arguments, array(model.noise, "b")
        ),
    ]
    if model.correction is not None:
        targets = array(model.correction, "c")
        pieces.append(
            _function(
                "static void correction(const V *x, const V *p, V *c)", model.correction, arguments, targets
            )
        )
    if model.jacobian is not None:
        targets = array(model.jacobian, "j")
        pieces.append(
            _function(
                "static void jacobian(const V *x, const V *p, V *j)", model.jacobian, arguments, targets
            )
        )
        pieces.append(
            "static void slopes(const V *x, const V *p, V c, V *f, V A[N][N]) {\n"
            "  drift(x, p, f);\n  jacobian(x, p, &A[0][0]);\n"
            "  for (int i = 0; i < N; i++)\n"
            "    for (int j = 0; j < N; j++) A[i][j] = (i == j ? 1.0 : 0.0) - c * A[i][j];\n}"
        )
    return pieces


def _function(head: str, program: Program, arguments: Sequence[str], targets: Sequence[str]) -> str:
    """A C function with one statement for each operation that a wanted result needs.

    A target is where a result goes; ``return`` gives it back, and results without a target are not computed.
    """
    first = len(arguments)
    start = first + len(program.constants)
    names = [*arguments, *(f"every({float(c)!r})" for c in program.constants)]
    names += [f"t{k}" for k in range(len(program.operations))]
    wanted = [(slot, target) for slot, target in zip(program.results, targets, strict=False) if target]
    needed, left = set(), [slot for slot, _ in wanted]
    while left:
        slot = left.pop()
        if slot >= start and slot not in needed:
            needed.add(slot)
            left += program.operations[slot - start][1]
    lines = [f"  (void){word};" for word in dict.fromkeys(a.split("[")[0] for a in arguments)]
    for k, (operation, operands) in enumerate(program.operations):
        if start + k in needed:
            lines.append(f"  V t{k} = {_call(operation, [names[i] for i in operands])};")
    for slot, target in wanted:
        lines.append(f"  return {names[slot]};" if target == "return" else f"  {target} = {names[slot]};")
    return "\n".join(["__attribute__((unused)) " + head + " {", *lines, "}"])


def _call(operation: Any, operands: list[str]) -> str:
    if operation is operator.neg:
        return f"-{operands[0]}"
    if operation in _INFIX:
        return f"{operands[0]} {_INFIX[operation]} {operands[1]}"
    if operation in _CALLS:
        return f"{_CALLS[operation]}({', '.join(operands)})"
    if operation in _LIBRARY:
        return f"lanes_{_LIBRARY[operation]}({', '.join(operands)})"
    known = ", ".join(sorted(f.__name__ for f in (operator.neg, *_INFIX, *_CALLS, *_LIBRARY)))
    raise EmitError(f"operation {operation.__name__} has no counterpart in the lanes; known are {known}")
