"""Counterexamples as data: exact numbers at which the hypotheses hold and the content fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp


@dataclass(frozen=True)
class Counterexample:
    """``values`` gives an exact number to every symbol (or applied function) of the statement.

    Numbers are rational, or algebraic expressions of rationals such as ``sqrt(2)``. ``says`` tells a
    reader in one or two sentences what goes wrong, so that it can be followed by hand.
    """

    says: str
    values: Mapping[sp.Expr, sp.Expr]
