"""The page: one HTML file that opens offline, everything in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

import sympy as sp
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from sympy.core.function import AppliedUndef

from ...theory.notation import Quantity
from ...theory.statement import Kind, Statement
from ...theory.theory import Theory
from ...theory.units import ONE
from ..evidence import Figure
from ..numbers import counted, shown, with_unit
from ..outcome import Outcome, Report
from ..progress import clock
from ..verdict import Verdict
from . import style
from .document import csv_name
from .gallery import Gallery, drawn
from .mathml import formula

# A sign beside the word, so that a verdict is told neither by colour nor by the word alone.
SIGNS = {
    Verdict.PROVED: "✓",
    Verdict.SUPPORTED: "●",
    Verdict.REFUTED: "✗",
    Verdict.UNINFORMATIVE: "≈",
    Verdict.INCONCLUSIVE: "?",
    Verdict.NOT_CHECKED: "–",
}

# Tables with more rows are folded on the screen (never on paper): one row per seed is to be seen at once,
# one per null replicate on demand.
OPEN_ROWS = 12


@dataclass(frozen=True)
class Printed:
    """How things of a report are put on the page: formulas, anchors, figures."""

    report: Report

    def formula(self, expression: sp.Basic, block: bool = True) -> Markup:
        """A formula in the theory's notation."""
        return formula(expression, self.report.theory.notation.latex_names, block)

    def symbols(self, statement: Statement) -> list[tuple[Markup, Quantity]]:
        """The symbols in a statement's content, each with its entry in the notation."""
        names: dict[str, None] = {}
        for relation in (*statement.content, *statement.hypotheses):
            found = {s.name for s in relation.atoms(sp.Symbol)}
            found |= {f.func.__name__ for f in relation.atoms(AppliedUndef)}
            names |= dict.fromkeys(sorted(found))
        notation = self.report.theory.notation
        return [(self.formula(sp.Symbol(n), block=False), notation[n]) for n in names if n in notation]

    def notation(self) -> list[tuple[Markup, Quantity]]:
        """Every symbol of the theory."""
        return [(self.formula(sp.Symbol(q.name), block=False), q) for q in self.report.theory.notation]

    def foundations(self) -> list[Statement]:
        """What has no row of its own: definitions and assumptions."""
        rows = set(self.report.verdicts)
        return [s for s in self.report.theory if s.id not in rows]

    @staticmethod
    def figures(outcome: Outcome) -> list[dict[str, Any]]:
        """The figures of an outcome, drawn."""
        return [
            {
                "figure": figure,
                "svg": drawn(figure, drawing_id(outcome, figure)),
                "data": csv_name(outcome.id, figure.name),
            }
            for figure in outcome.evidence.figures
        ]


def drawing_id(outcome: Outcome, figure: Figure) -> str:
    """How all ids inside the drawing of a figure begin."""
    return f"figure-{anchor(outcome.id)}-{figure.name}"


def ask_for_figures(outcome: Outcome, gallery: Gallery) -> None:
    """Have the figures of an outcome drawn, as :class:`Printed` will show them."""
    for figure in outcome.evidence.figures:
        gallery.ask(figure, drawing_id(outcome, figure))


def set_formulas(theory: Theory, *ways: Callable[[sp.Basic, Mapping[str, str]], object]) -> None:
    """Set every formula of the theory in advance, while others draw figures: for the report, and in further ``ways``.

    What cannot be set is left to whoever shows it: there the error names the page.
    """
    names = theory.notation.latex_names
    for statement in theory:
        steps = (step.to for derivation in statement.derivations for step in derivation.steps)
        for relation in (*statement.content, *statement.hypotheses, *steps):
            with suppress(Exception):
                for set_it in (formula, *ways):
                    set_it(relation, names)


def anchor(identifier: str) -> str:
    """The id of a statement's section; ids of statements may have dots, which CSS would misread."""
    return "statement-" + "".join(c if c.isalnum() else "-" for c in identifier)


def breakable(identifier: str) -> Markup:
    """An id that a narrow column may break after its dots and hyphens, and nowhere else."""
    parts = re.split(r"(?<=[.-])", identifier)
    return Markup("<wbr>").join(parts)


def tally(report: Report) -> str:
    """One sentence that counts the verdicts.

    Example: ``"11 statements: 6 proved, 4 refuted, 1 uninformative."``
    """
    counts = Counter(report.verdicts.values())
    parts = [f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict]]
    return f"{counted(len(report.outcomes), 'statement')}: {', '.join(parts)}."


def unit(quantity: Quantity) -> Markup:
    """The unit with raised exponents, or words for none."""
    if quantity.unit == ONE:
        return Markup("pure number")
    raised = re.sub(r"\^(-?\d+(?:/\d+)?)", r"<sup>\1</sup>", str(escape(str(quantity.unit))))
    return Markup(raised.replace("<sup>-", "<sup>−"))  # noqa: S704 - it was escaped above


def _colour_rules() -> Markup:
    rows = style.page_colours()
    light = "".join(f"{variable}:{value};" for _, variable, value, _ in rows)
    dark = "".join(f"{variable}:{value};" for _, variable, _, value in rows)
    # Constants of this package, no input.
    return Markup(f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}")  # noqa: S704


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("spectral_edge.validate.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": shown,
        "with_unit": with_unit,
        "anchor": anchor,
        "breakable": breakable,
        "clock": clock,
        "unit": unit,
    }
    return environment


def render(report: Report) -> str:
    """The whole page.

    Raises:
        ValueError: a figure cannot be drawn (:func:`.figures.check_figure`).
    """
    css = (resources.files(__package__) / "page.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            printed=Printed(report),
            tally=tally(report),
            finished=report.started + timedelta(seconds=report.seconds),
            rows=set(report.verdicts),
            signs=SIGNS,
            open_rows=OPEN_ROWS,
            Verdict=Verdict,
            Kind=Kind,
            css=Markup(css),  # noqa: S704 - a file of this package
            colours=_colour_rules(),
        )
    )
