"""Formulas as MathML, printed from the statements' formal content: what is shown is what was checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sympy as sp
from markupsafe import Markup, escape
from sympy.core.function import AppliedUndef
from sympy.printing.mathml import MathMLPresentationPrinter
from sympy.printing.precedence import PRECEDENCE

from .latex_name import UnknownLatex, typeset

_ENTITY = re.compile(r"&(?:[A-Za-z]+|#x?[0-9A-Fa-f]+);")


def _typed(text: str) -> str:
    # SymPy uses the hyphen of the keyboard, which not every browser turns into a minus.
    return str(escape("−" + text[1:] if text.startswith("-") else text))


class NotationPrinter(MathMLPresentationPrinter):  # type: ignore[misc]
    """SymPy's presentation printer, with each symbol and function typeset as the notation says.

    ``latex_names`` maps names to LaTeX (``d_l`` to ``d_{k+1}``). A name that is not in it, or whose
    LaTeX goes beyond what :mod:`.latex_name` reads, is typeset from its plain name.
    """

    def __init__(self, latex_names: Mapping[str, str]):
        super().__init__()
        self._latex_names = latex_names
        # SymPy writes text into the document as it is, so that "&InvisibleTimes;" stays an entity; but
        # then so does every name. Entities pass, all other text is escaped.
        as_it_is = self.dom.createTextNode
        self.dom.createTextNode = lambda text: as_it_is(text if _ENTITY.fullmatch(text) else _typed(text))

    def _named(self, name: str) -> Any:
        if name in self._latex_names:
            try:
                return typeset(self._latex_names[name], self.dom)
            except UnknownLatex:
                pass
        return super()._print_Symbol(sp.Symbol(name))

    def _print_Symbol(self, sym: Any, style: str = "plain") -> Any:
        return self._named(sym.name)

    def _print_Function(self, e: Any) -> Any:
        if not isinstance(e, AppliedUndef):
            return super()._print_Function(e)
        row = self.dom.createElement("mrow")
        row.appendChild(self._named(e.func.__name__))
        row.appendChild(self._paren_comma_separated(*e.args))
        return row

    def _print_Derivative(self, e: Any) -> Any:
        # SymPy raises the d of the denominator (d²/d²x) and doubles the stroke of every d.
        sign = "∂" if varies_with_several(e.expr) else "d"
        below = self.dom.createElement("mrow")
        for variable, count in e.variable_count:
            below.appendChild(self._upright(sign))
            below.appendChild(self._raised(self._print(variable), count))
        fraction = self.dom.createElement("mfrac")
        fraction.appendChild(self._raised(self._upright(sign), sum(count for _, count in e.variable_count)))
        fraction.appendChild(below)
        row = self.dom.createElement("mrow")
        row.appendChild(fraction)
        row.appendChild(self.parenthesize(e.expr, PRECEDENCE["Mul"], strict=True))
        return row

    def _print_Exp1(self, e: Any) -> Any:
        return self._upright("e")

    def _upright(self, text: str) -> Any:
        element = self.dom.createElement("mi")
        element.setAttribute("mathvariant", "normal")
        element.appendChild(self.dom.createTextNode(text))
        return element

    def _raised(self, base: Any, power: Any) -> Any:
        if power == 1:
            return base
        element = self.dom.createElement("msup")
        element.appendChild(base)
        element.appendChild(self._print(power))
        return element

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        # A sum that begins with what is added reads better than one that begins with a minus.
        terms = super()._as_ordered_terms(expr, order)
        return sorted(terms, key=lambda term: bool(term.could_extract_minus_sign()))

    def _print_Or(self, expr: Any) -> Any:
        # One line for each possibility: a reader compares them, and a phone has no room for a long line.
        table = self.dom.createElement("mtable")
        table.setAttribute("displaystyle", "true")
        for position, part in enumerate(sorted(expr.args, key=sp.default_sort_key)):
            row, cell = self.dom.createElement("mtr"), self.dom.createElement("mtd")
            if position:
                word = self.dom.createElement("mtext")
                word.appendChild(self.dom.createTextNode("or\u00a0"))
                cell.appendChild(word)
            cell.appendChild(self._print(part))
            row.appendChild(cell)
            table.appendChild(row)
        return table


def varies_with_several(expression: Any) -> bool:
    """Whether a function in it has several arguments that vary continuously: no index, no constant."""
    return any(
        len({s for s in function.free_symbols if not s.is_integer}) > 1
        for function in expression.atoms(AppliedUndef)
    )


def formula(expression: sp.Basic, latex_names: Mapping[str, str], block: bool = True) -> Markup:
    """A ``<math>`` element for an HTML page, displayed on its own line when ``block``.

    The expression in SymPy's own words goes with it for readers without MathML.
    """
    inner = NotationPrinter(latex_names).doprint(expression)
    display = ' display="block"' if block else ""
    return Markup(f'<math{display} alttext="{escape(str(expression))}">{inner}</math>')  # noqa: S704 - see NotationPrinter
