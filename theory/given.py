"""What formulas are made of: SymPy's objects and exact numbers. A string is never read: that would run it as Python."""

from __future__ import annotations

from typing import Any

import sympy as sp


def expression(given: Any, where: str) -> Any:
    """The SymPy expression that this is, or that a number stands for; ``where`` begins the message of an error.

    Raises:
        ValueError: it is neither.
    """
    try:
        return sp.sympify(given, strict=True)
    except sp.SympifyError:
        raise ValueError(
            f"{where}={given!r} is a {type(given).__name__}, and no SymPy expression or number; build it from the "
            "symbols of the theory"
        ) from None
