"""Lowered programs on tensors: the same operations, in float64, differentiable."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..lowering.lower import LoweringError
from ..lowering.program import Program

OPERATIONS: dict[Callable[..., Any], Callable[..., Tensor]] = {
    operator.add: torch.add,
    operator.sub: torch.sub,
    operator.mul: torch.mul,
    operator.truediv: torch.div,
    operator.neg: torch.neg,
    np.power: torch.pow,
    np.sqrt: torch.sqrt,
    np.exp: torch.exp,
    np.log: torch.log,
    np.sin: torch.sin,
    np.cos: torch.cos,
    np.tan: torch.tan,
    np.arcsin: torch.asin,
    np.arccos: torch.acos,
    np.arctan: torch.atan,
    np.arctan2: torch.atan2,
    np.sinh: torch.sinh,
    np.cosh: torch.cosh,
    np.tanh: torch.tanh,
    np.abs: torch.abs,
    np.sign: torch.sign,
    np.maximum: torch.maximum,
    np.minimum: torch.minimum,
}


class TensorProgram:
    """A program on tensors of one device: ``program(t (w,), y (n, w), p (m, w))`` gives one row ``(w,)`` per result.

    Raises:
        LoweringError: an operation is unknown to PyTorch.
    """

    def __init__(self, program: Program, device: torch.device) -> None:
        for operation, _ in program.operations:
            if operation not in OPERATIONS:
                raise LoweringError(
                    f"{operation.__name__} cannot be lowered to PyTorch: there is no entry for it"
                )
        self.constants = [
            torch.tensor(float(c), dtype=torch.float64, device=device) for c in program.constants
        ]
        self.operations = [(OPERATIONS[run], operands) for run, operands in program.operations]
        self.results = program.results

    def __call__(self, t: Tensor, y: Tensor, p: Tensor) -> Tensor:
        """All results, ``(R, w)``."""
        slots = [t, *y.unbind(0), *p.unbind(0), *self.constants]
        for run, operands in self.operations:
            slots.append(run(*(slots[i] for i in operands)))
        return torch.stack([slots[i].expand(t.shape) for i in self.results])
