"""Formulas as MathML, printed from the statements' formal content: what is shown is what was checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import Any, TypeVar

import sympy as sp
from markupsafe import Markup, escape
from sympy.core.function import AppliedUndef
from sympy.printing.mathml import MathMLPresentationPrinter
from sympy.printing.precedence import PRECEDENCE

from .latex_name import UnknownLatex, typeset

MOST = 8192
"""Formulas that are kept; a large theory has some thousand. No source."""

_Set = TypeVar("_Set")
_TALL = ("mfrac", "munder", "munderover", "mtable", "msqrt", "mroot")
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

    def parenthesize(self, item: Any, level: Any, strict: bool = False) -> Any:
        """The item, in brackets where it needs them; these are as high as what is in them."""
        return _low(super().parenthesize(item, level, strict=strict))

    def _paren_comma_separated(self, *args: Any) -> Any:
        return _low(super()._paren_comma_separated(*args))

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


def _low(element: Any) -> Any:
    """Brackets around what is no higher than a letter do not stretch: those that may stand off from what is in them."""
    ends = [element.firstChild, element.lastChild] if element.tagName == "mrow" else []
    tall = any(element.getElementsByTagName(tag) for tag in _TALL)
    for end in ends:
        if end is not None and not tall and end.nodeName == "mo" and end.firstChild.data in ("(", ")"):
            end.setAttribute("stretchy", "false")
    return element


def varies_with_several(expression: Any) -> bool:
    """Whether a function in it has several arguments that vary continuously: no index, no constant."""
    return any(
        len({s for s in function.free_symbols if not s.is_integer}) > 1
        for function in expression.atoms(AppliedUndef)
    )


def set_once(print_it: Callable[[sp.Basic, Mapping[str, str]], _Set]) -> Callable[..., _Set]:
    """The same function of an expression and the names in it, which sets each formula once.

    A report and a site show many of them at several places.
    """

    @lru_cache(maxsize=MOST)
    def kept(_: type, expression: Any, names: tuple[tuple[str, str], ...]) -> _Set:
        return print_it(expression, dict(names))

    @wraps(print_it)
    def found(expression: sp.Basic, latex_names: Mapping[str, str]) -> _Set:
        # With the type as a part of the key: SymPy and Python take some things of different types for equal.
        return kept(type(expression), expression, tuple(latex_names.items()))  # type: ignore[arg-type]

    return found


@set_once
def _inside(expression: sp.Basic, latex_names: Mapping[str, str]) -> str:
    """All of a ``<math>`` element but its beginning: the alternative text, and what is in it."""
    return f'alttext="{escape(str(expression))}">{NotationPrinter(latex_names).doprint(expression)}</math>'


def formula(expression: sp.Basic, latex_names: Mapping[str, str], block: bool = True) -> Markup:
    """A ``<math>`` element for an HTML page, displayed on its own line when ``block``.

    The expression in SymPy's own words goes with it for readers without MathML.
    """
    display = ' display="block"' if block else ""
    return Markup(f"<math{display} {_inside(expression, latex_names)}")  # noqa: S704 - see NotationPrinter
