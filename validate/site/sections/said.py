"""What every part of a page says in the same way: formulas, verdicts, references to statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sympy as sp
from docutils import nodes
from markupsafe import escape
from sympy.core.function import AppliedUndef

from ....theory.notation import Quantity
from ....theory.statement import Statement
from ...evidence import Measurement
from ...numbers import with_unit
from ...report.page import SIGNS, unit
from ...verdict import Verdict
from .. import lines, paper
from ..latex import latex
from ..material import ASSUMED, ASSUMED_SIGN, Material


def sign(status: str) -> str:
    """The sign that tells a status where colour does not."""
    return ASSUMED_SIGN if status == ASSUMED else SIGNS[Verdict(status)]


def badge(status: str) -> nodes.raw:
    """A verdict as word, sign and colour."""
    kind = status.replace(" ", "-")
    mark = f'<span aria-hidden="true">{sign(status)}</span>'
    return paper.html(f'<span class="badge {kind}">{mark} {escape(status)}</span>')


@dataclass(frozen=True)
class Said:
    """Nodes in the words and letters of one theory."""

    material: Material

    @property
    def _names(self) -> dict[str, str]:
        return dict(self.material.report.theory.notation.latex_names)

    def formula(self, relation: sp.Basic) -> nodes.math_block:
        """A formula on lines of its own."""
        markup, letters = lines.block(relation, self._names)
        text = latex(relation, self._names)
        return nodes.math_block(
            text, text, mathml=str(markup), letters=letters, number=None, label=None, nowrap=False
        )

    def formulas(self, relations: Iterable[sp.Basic]) -> list[nodes.Node]:
        """One below the other."""
        return [self.formula(relation) for relation in relations]

    def inline(self, expression: sp.Basic) -> nodes.math:
        """A formula within a line."""
        text = latex(expression, self._names)
        return nodes.math(text, text, mathml=str(lines.inline(expression, self._names)))

    def name(self, symbol: object) -> nodes.Node:
        """A symbol, or a function without its arguments."""
        name = str(getattr(symbol, "name", None) or getattr(symbol, "__name__", symbol))
        return self.inline(sp.Symbol(name) if not isinstance(symbol, sp.Expr) or symbol.is_Symbol else symbol)

    def statement(self, identifier: str) -> nodes.Node:
        """A reference to a statement by its id."""
        return paper.link(self.material.places[identifier].anchor, identifier, "statement-id")

    def statements(self, identifiers: Iterable[str]) -> list[paper.Inline]:
        """References, with commas between."""
        found: list[paper.Inline] = []
        for identifier in identifiers:
            found += [", ", self.statement(identifier)] if found else [self.statement(identifier)]
        return found

    def verdict(self, identifier: str) -> nodes.raw:
        """The badge of a statement."""
        return badge(self.material.status(identifier))

    def symbols(self, statement: Statement) -> list[Quantity]:
        """The symbols of a statement's content and hypotheses, in order of first appearance."""
        names: dict[str, None] = {}
        for relation in (*statement.content, *statement.hypotheses):
            found = {s.name for s in relation.atoms(sp.Symbol)}
            found |= {f.func.__name__ for f in relation.atoms(AppliedUndef)}
            names |= dict.fromkeys(sorted(found))
        notation = self.material.report.theory.notation
        return [notation[name] for name in names if name in notation]

    def symbol_list(self, quantities: Iterable[Quantity]) -> nodes.Node:
        """Symbols with their meaning and unit."""
        return paper.facts(
            (
                (
                    self.inline(sp.Symbol(q.name)),
                    [paper.words(f"{q.meaning} ", paper.html(f'<span class="unit">[{unit(q)}]</span>'))],
                )
                for q in quantities
            ),
            ["symbols"],
        )

    @staticmethod
    def number(measurement: Measurement) -> list[nodes.Node]:
        """A number with what it is."""
        told = "; ".join(part for part in (measurement.name, measurement.note) if part)
        shown = nodes.inline("", with_unit(measurement), classes=["number"])
        return [paper.words(shown, " ", paper.quiet(told))]
