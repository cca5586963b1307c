"""Formulas as LaTeX in the theory's notation, for papers, and for the renderers that read LaTeX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE

from ..report.latex_name import upright_words
from ..report.mathml import varies_with_several


class NotationLatex(LatexPrinter):  # type: ignore[misc]
    """SymPy's LaTeX printer, with each symbol and function named as the notation says."""

    def __init__(self, latex_names: Mapping[str, str]):
        super().__init__({"order": "none", "parenthesize_super": False})
        self._latex_names = latex_names

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        name = expr.name
        told = self._latex_names[name] if name in self._latex_names else super()._print_Symbol(expr, style)
        return upright_words(str(told))

    def _hprint_Function(self, func: str) -> str:
        told = self._latex_names[func] if func in self._latex_names else super()._hprint_Function(func)
        return upright_words(str(told))

    def _print_Function(self, expr: Any, exp: Any = None) -> str:
        if not isinstance(expr, AppliedUndef):
            return str(super()._print_Function(expr, exp))
        name = self._hprint_Function(expr.func.__name__)
        if exp is not None:
            name = rf"{self.parenthesize_super(name)}^{{{exp}}}"
        inside = ", ".join(self._print(argument) for argument in expr.args)
        # Brackets that stretch stand off from the name, which f(t) has no need of.
        return rf"{name}{{\left({inside}\right)}}" if r"\frac" in inside else f"{name}({inside})"

    def _needs_mul_brackets(self, expr: Any, first: bool = False, last: bool = False) -> bool:
        # A root, an absolute value and a function say where they end, whatever stands in them.
        ends = isinstance(expr, (AppliedUndef, sp.Abs)) or (expr.is_Pow and expr.exp == sp.Rational(1, 2))
        return not ends and bool(super()._needs_mul_brackets(expr, first, last))

    def _print_Derivative(self, expr: Any) -> str:
        sign = r"\partial" if varies_with_several(expr.expr) else r"\mathrm{d}"
        below = [
            rf"{sign} {self._print(x)}" + (f"^{{{self._print(count)}}}" if count != 1 else "")
            for x, count in expr.variable_count
        ]
        total = sum(count for _, count in expr.variable_count)
        above = sign if total == 1 else f"{sign}^{{{self._print(total)}}}"
        inside = self.parenthesize(expr.expr, PRECEDENCE["Mul"], is_neg=False, strict=True)
        return rf"\frac{{{above}}}{{{' '.join(below)}}} {inside}"

    def _print_ExpBase(self, expr: Any, exp: Any = None) -> str:
        return str(self._do_exponent(rf"\mathrm{{e}}^{{{self._print(expr.args[0])}}}", exp))

    def _print_Exp1(self, expr: Any, exp: Any = None) -> str:
        return str(self._do_exponent(r"\mathrm{e}", exp))

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
