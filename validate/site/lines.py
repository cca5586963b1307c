"""Formulas as MathML that fit a page: what is too long for one line is broken before a sum's signs.

Browsers do not break formulas. A sum that is long is set as a column of lines, each of which begins with a
plus or a minus, as one would write it by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from markupsafe import Markup, escape
from sympy.core.relational import Relational

from ..report.mathml import NotationPrinter, set_once

LINE = 62.0
"""Letters that fit into a line of a page at its full width. No source: looked at, in the theme that is used."""
NARROW = 40.0
"""Letters that fit on a phone; a formula that is wider can be scrolled there."""

_SCRIPT, _INVISIBLE = 0.7, 0.1


class LinePrinter(NotationPrinter):
    """The report's printer, which can also set one relation on several lines."""

    def lines(self, relation: sp.Basic) -> list[Any]:
        """The relation as one element for each line."""
        if isinstance(relation, sp.Or):
            rows: list[Any] = []
            for position, part in enumerate(sorted(relation.args, key=sp.default_sort_key)):
                first, *rest = self.lines(part)
                rows += [self._row(self._word("or\u00a0"), first) if position else first, *rest]
            return rows
        if not isinstance(relation, Relational) or isinstance(relation.lhs, sp.MatrixBase):
            return [self._print(relation)]
        whole = self._print(relation)
        if width(whole) <= LINE:
            return [whole]
        sign = self._sign(self.mathml_tag(relation))
        left, right = self._packed(relation.lhs, LINE), self._packed(relation.rhs, LINE - 4)
        if width(left[-1]) + width(right[0]) <= LINE:
            joined = self._row(left[-1], sign, right[0])
            return [*left[:-1], joined, *(self._indented(r) for r in right[1:])]
        return [
            *left,
            self._indented(self._row(sign, right[0])),
            *(self._indented(r, deeper=True) for r in right[1:]),
        ]

    def _print_Pow(self, e: Any) -> Any:
        # A power of a symbol with an index: both beside the letter, one above the other.
        if isinstance(e.base, sp.Symbol) and e.exp.is_Integer and e.exp > 0:
            base = self._print(e.base)
            if base.tagName == "msub":
                letter, index = base.childNodes
                both = self.dom.createElement("msubsup")
                for child in (letter, index, self._print(e.exp)):
                    both.appendChild(child)
                return both
        return super()._print_Pow(e)

    def _packed(self, side: sp.Expr, room: float) -> list[Any]:
        """As many terms to a line as there is room for."""
        if not isinstance(side, sp.Add):
            return [self._print(side)]
        lines: list[list[Any]] = [[]]
        used = 0.0
        for position, term in enumerate(self._as_ordered_terms(side)):
            minus = bool(position) and bool(term.could_extract_minus_sign())
            parts = [self._sign("-" if minus else "+")] if position else []
            parts.append(self._print(-term if minus else term))
            wide = sum(map(width, parts))
            if position and used + wide > room:
                lines.append([])
                used = 0.0
            lines[-1] += parts
            used += wide
        return [self._row(*line) for line in lines]

    def _indented(self, row: Any, deeper: bool = False) -> Any:
        space = self.dom.createElement("mspace")
        space.setAttribute("width", "3em" if deeper else "1.5em")
        return self._row(space, row)

    def _row(self, *children: Any) -> Any:
        row = self.dom.createElement("mrow")
        for child in children:
            row.appendChild(child)
        return row

    def _sign(self, text: str) -> Any:
        element = self.dom.createElement("mo")
        # At the beginning of a line a sign would be set as that of a number, without space.
        element.setAttribute("form", "infix")
        element.appendChild(self.dom.createTextNode(text))
        return element

    def _word(self, text: str) -> Any:
        element = self.dom.createElement("mtext")
        element.appendChild(self.dom.createTextNode(text))
        return element


def width(element: Any) -> float:
    """About how many letters wide an element is set."""
    if element.nodeType == element.TEXT_NODE:
        text = element.data
        return _INVISIBLE if text.startswith("&Invisible") else 1.0 if text.startswith("&") else len(text)
    parts = [width(child) for child in element.childNodes]
    match element.tagName:
        case "mfrac" | "mtable":
            return max(parts, default=0.0)
        case "msub" | "msup":
            return parts[0] + _SCRIPT * parts[1]
        case "msubsup":
            return parts[0] + _SCRIPT * max(parts[1:])
        case "munder" | "mover" | "munderover":
            return max(parts[0], _SCRIPT * max(parts[1:]))
        case "mo":
            return sum(parts) + (0.8 if parts and parts[0] >= 1.0 else 0.0)
        case _:
            return sum(parts)


@set_once
def block(relation: sp.Basic, latex_names: Mapping[str, str]) -> tuple[Markup, float]:
    """The formula as a ``<math>`` element that stands by itself, and about how many letters wide it is."""
    printer = LinePrinter(latex_names)
    lines = printer.lines(relation)
    if len(lines) == 1:
        body = _text(lines[0])
    else:
        cells = "".join(f"<mtr><mtd>{_text(line)}</mtd></mtr>" for line in lines)
        body = f'<mtable class="lines" columnalign="left" displaystyle="true">{cells}</mtable>'
    return _math(relation, body, "block"), max(map(width, lines))


@set_once
def inline(expression: sp.Basic, latex_names: Mapping[str, str]) -> Markup:
    """The formula as a ``<math>`` element within a line."""
    printer = LinePrinter(latex_names)
    return _math(expression, _text(printer._print(expression)), "inline")


def _text(element: Any) -> str:
    return str(element.toxml())


def _math(expression: sp.Basic, body: str, display: str) -> Markup:
    told = escape(str(expression))
    return Markup(f'<math display="{display}" alttext="{told}">{body}</math>')  # noqa: S704 - see NotationPrinter
