"""Lowered programs as heyoka's expressions: exact, or refused with the reason."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import heyoka as hy
import numpy as np

from ..lowering.lower import LoweringError
from ..lowering.program import Program

# Every operation of a program, and what computes the same in heyoka. Rationals are quotients of integers by now, roots
# are powers, and e is a number, so that nothing is left of what heyoka's own from_sympy refuses.
OPERATIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    operator.add: operator.add,
    operator.sub: operator.sub,
    operator.mul: operator.mul,
    operator.truediv: operator.truediv,
    operator.neg: operator.neg,
    np.power: operator.pow,
    np.sqrt: hy.sqrt,
    np.exp: hy.exp,
    np.log: hy.log,
    np.sin: hy.sin,
    np.cos: hy.cos,
    np.tan: hy.tan,
    np.arcsin: hy.asin,
    np.arccos: hy.acos,
    np.arctan: hy.atan,
    np.arctan2: hy.atan2,
    np.sinh: hy.sinh,
    np.cosh: hy.cosh,
    np.tanh: hy.tanh,
}

# These have a kink or a jump. A Taylor series that begins on one side says nothing of the other, and the step that
# it chooses reaches across: the result would be wrong, and nothing would tell.
_KINKED = {np.abs: "Abs", np.sign: "sign", np.maximum: "Max", np.minimum: "Min"}


def heyoka_expressions(program: Program, arguments: Sequence[Any]) -> list[Any]:
    """The program's results as expressions of heyoka in the given arguments, which are such expressions too.

    Raises:
        LoweringError: an operation has no Taylor series, or is unknown to heyoka.
    """
    slots = [*arguments, *(hy.expression(float(constant)) for constant in program.constants)]
    for operation, operands in program.operations:
        if operation in _KINKED:
            raise LoweringError(
                f"{_KINKED[operation]} cannot be lowered to heyoka: a Taylor series does not see the kink, and a step "
                "would reach across it unnoticed; take another backend"
            )
        if operation not in OPERATIONS:
            raise LoweringError(f"{operation.__name__} cannot be lowered to heyoka: there is no entry for it")
        slots.append(OPERATIONS[operation](*(slots[i] for i in operands)))
    return [slots[result] for result in program.results]
