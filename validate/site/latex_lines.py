"""LaTeX of relations that fits the column of a paper: what is too long is broken before the signs of its sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from .latex import NotationLatex
from .lines import LinePrinter, width

COLUMN = 58.0
"""Letters that fit into a line of LaTeX's own ``article``. No source: every statement was set, none sticks out by much."""
INSIDE = 48.0
"""Letters to a line of a sum within brackets, a root or a fraction, which are around it and beside which something stands."""

_SIGNS = {"==": "=", "!=": r"\neq", "<": "<", ">": ">", "<=": r"\leq", ">=": r"\geq"}


def lines(relation: sp.Basic, latex_names: Mapping[str, str]) -> list[str]:
    """The relation on as many lines as it needs; a line after the first is indented, or begins another alternative."""
    return _Broken(latex_names).lines(relation)


class _Broken(NotationLatex):
    """The printer, with long sums on several lines.

    How wide a part is set is measured on its MathML, which has no commands in it.
    """

    def __init__(self, latex_names: Mapping[str, str]):
        super().__init__(latex_names)
        self._ruler = LinePrinter(latex_names)
        self._whole = NotationLatex(latex_names)

    def lines(self, relation: sp.Basic) -> list[str]:
        if isinstance(relation, sp.Or):
            found: list[str] = []
            for part in sorted(relation.args, key=sp.default_sort_key):
                begins, *goes_on = self.lines(part)
                found += [rf"\text{{or }} {begins}" if found else begins, *goes_on]
            return found
        if self._wide(relation) <= COLUMN:
            return [self._whole.doprint(relation)]  # what fits is not broken within either
        if not isinstance(relation, Relational):
            return [self.doprint(relation)]
        sign = _SIGNS[relation.rel_op]
        left, right = self._packed(relation.lhs, COLUMN), self._packed(relation.rhs, COLUMN - 4)
        (last, used), (first, more) = left[-1], right[0]
        rest = [rf"\quad {line}" for line, _ in right[1:]]
        if used + more <= COLUMN - 2:
            return [*(line for line, _ in left[:-1]), f"{last} {sign} {first}", *rest]
        return [*(line for line, _ in left), rf"\quad {sign} {first}", *rest]

    def _packed(self, side: sp.Expr, room: float) -> list[tuple[str, float]]:
        """As many terms to a line as there is room for, each line with its width."""
        if not isinstance(side, sp.Add):
            return [(self._print(side), min(self._wide(side), INSIDE + 4))]
        packed: list[tuple[str, float]] = []
        for term in self._as_ordered_terms(side):
            minus = bool(packed) and bool(term.could_extract_minus_sign())
            bare = -term if minus else term
            # Unevaluated, a term may be minus a sum.
            told = rf"\left({self._print(bare)}\right)" if bare.is_Add else self._print(bare)
            sign = ("- " if minus else "+ ") if packed else ""
            wide = min(self._wide(bare), INSIDE + 4) + 2 * bool(sign)
            if packed and packed[-1][1] + wide <= room:
                line, used = packed[-1]
                packed[-1] = (f"{line} {sign}{told}", used + wide)
            else:
                packed.append((f"{'{}' if packed else ''}{sign}{told}", wide))
        return packed

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        if self._wide(expr) <= INSIDE:
            return str(super()._print_Add(expr, order))
        first, *rest = (line for line, _ in self._packed(expr, INSIDE))
        below = "".join(rf" \\ & \quad {line}" for line in rest)
        return rf"\begin{{aligned}} & {first}{below} \end{{aligned}}" if rest else first

    def _print_MatrixBase(self, expr: Any) -> str:
        told = str(super()._print_MatrixBase(expr))
        return told if self._wide(expr) <= COLUMN else told.replace("{matrix}", "{smallmatrix}")

    def _wide(self, expression: sp.Basic) -> float:
        return width(self._ruler._print(expression))
