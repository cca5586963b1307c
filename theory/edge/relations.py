"""How relations of this theory are written down: as they stand, and not as SymPy would evaluate them."""

from __future__ import annotations

from typing import Any

import sympy as sp

from .notation import t


def equal(lhs: Any, rhs: Any) -> sp.Basic:
    """The equation as it is written; SymPy does not judge it."""
    return sp.Eq(lhs, rhs, evaluate=False)


def rate_of(expression: sp.Expr) -> sp.Expr:
    """The derivative by time, not carried out."""
    return sp.Derivative(expression, t)
