"""A straight program of floating-point operations: what a lowered expression runs as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Operation = Callable[..., Any]


@dataclass(frozen=True)
class Program:
    """A program on numbered slots: the arguments, the constants, then one slot per operation.

    ``program(*values)`` takes one number or array per argument, broadcasts them, and returns float64 of
    shape ``(number of expressions, *broadcast shape)``.
    """

    arguments: tuple[str, ...]
    constants: tuple[np.float64, ...]
    operations: tuple[tuple[Operation, tuple[int, ...]], ...]
    results: tuple[int, ...]

    def __call__(self, *values: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Evaluate. A division by zero or the like gives inf or NaN, and no warning.

        Raises:
            TypeError: not one value per argument.
        """
        if len(values) != len(self.arguments):
            raise TypeError(f"{len(values)} values; give one for each of {', '.join(self.arguments)}")
        # [()] turns an array of no dimension into a scalar, whose arithmetic is several times faster.
        slots: list[Any] = [np.asarray(value, dtype=np.float64)[()] for value in values]
        shape = np.broadcast_shapes(*(np.shape(value) for value in slots))
        slots.extend(self.constants)
        with np.errstate(all="ignore"):
            for operation, operands in self.operations:
                slots.append(operation(*[slots[index] for index in operands]))
        answer = np.empty((len(self.results), *shape))
        for row, slot in enumerate(self.results):
            answer[row] = slots[slot]
        return answer

    def listing(self) -> str:
        """The program as text with fixed names: the same in every process for equal expressions."""
        names = [f"a{index}" for index in range(len(self.arguments))]
        names += [repr(float(constant)) for constant in self.constants]
        lines = []
        for index, (operation, operands) in enumerate(self.operations):
            lines.append(f"t{index} = {operation.__name__}({', '.join(names[i] for i in operands)})")
            names.append(f"t{index}")
        return "\n".join([*lines, f"return {', '.join(names[i] for i in self.results)}"])
