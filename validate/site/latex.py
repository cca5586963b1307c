"""Formulas as LaTeX in the theory's notation, for papers, and for the renderers that read LaTeX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter


class NotationLatex(LatexPrinter):  # type: ignore[misc]
    """SymPy's LaTeX printer, with each symbol and function named as the notation says."""

    def __init__(self, latex_names: Mapping[str, str]):
        super().__init__({"order": "none", "parenthesize_super": False})
        self._latex_names = latex_names

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        name = expr.name
        return (
            self._latex_names[name] if name in self._latex_names else str(super()._print_Symbol(expr, style))
        )

    def _hprint_Function(self, func: str) -> str:
        return self._latex_names[func] if func in self._latex_names else str(super()._hprint_Function(func))

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        # As in MathML: a sum begins with what is added.
        return sorted(
            super()._as_ordered_terms(expr, order), key=lambda t: bool(t.could_extract_minus_sign())
        )

    def _print_Or(self, expr: Any) -> str:
        parts = sorted(expr.args, key=sp.default_sort_key)
        return r" \quad\text{or}\quad ".join(self._print(part) for part in parts)


def latex(expression: sp.Basic, latex_names: Mapping[str, str]) -> str:
    """The expression without delimiters.

    >>> from sympy import Eq, Symbol
    >>> latex(Eq(Symbol("d_l"), 2), {"d_l": "d_{k+1}"})
    'd_{k+1} = 2'
    """
    return str(NotationLatex(latex_names).doprint(expression))
