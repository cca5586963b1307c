"""One statement as LaTeX or Markdown, to be put into a paper: from its formal content, nothing typed twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from ...theory.derivation import Named
from ...theory.statement import Kind, Statement
from ...theory.theory import Theory
from ..problems import unknown
from ..theories import theory_of
from .latex import latex
from .latex_lines import lines
from .latex_text import escaped


class Form(StrEnum):
    """What a statement can be written as."""

    LATEX = "latex"
    MARKDOWN = "markdown"


_ENVIRONMENTS = {
    Kind.DEFINITION: "definition",
    Kind.ASSUMPTION: "assumption",
    Kind.THEOREM: "theorem",
    Kind.PREDICTION: "prediction",
}


def export(theory: Theory, identifier: str, form: Form) -> str:
    """The statement with its hypotheses, its derivation and its source.

    Raises:
        TheoryError: the theory has no such statement.
    """
    statement = theory[identifier]
    names = theory.notation.latex_names
    return _latex(statement, names) if form is Form.LATEX else _markdown(statement, names)


def find(theory: str, identifier: str, form: Form) -> str:
    """:func:`export` for a theory by its name or file.

    Raises:
        BadRequest: there is no such theory, or it has no such statement.
    """
    found = theory_of(theory)
    if identifier not in found.by_id:
        raise unknown("statement", identifier, found.by_id)
    return export(found, identifier, form)


def _latex(statement: Statement, names: Mapping[str, str]) -> str:
    environment = _ENVIRONMENTS[statement.kind]
    label = f"spectral-edge:{statement.id}"
    lines = [
        f"% {statement.id}. For pdflatex, lualatex and xelatex alike. Needs amsmath, amssymb, amsthm and, once,",
        rf"% \newtheorem{{{environment}}}{{{environment.capitalize()}}}",
        rf"\begin{{{environment}}}[{{{escaped(statement.title)}}}]\label{{{label}}}",
        escaped(statement.says),
        *_display(statement.content, names),
    ]
    if statement.hypotheses:
        lines += ["Claimed where", *_display(statement.hypotheses, names)]
    lines += [f"({escaped(str(statement.source))}.)", rf"\end{{{environment}}}"]
    for derivation in statement.derivations:
        scope = f" ({escaped(derivation.scope)})" if derivation.scope else ""
        lines.append(rf"\begin{{proof}}[Relation {derivation.part + 1}{scope}]")
        for step in derivation.steps:
            used = rf" \textup{{(by {escaped(step.using)})}}" if isinstance(step, Named) else ""
            lines += [f"{escaped(step.says)}{used}", *_display((step.to,), names)]
        lines += [r"\end{proof}"]
    return "\n".join(lines) + "\n"


def _display(relations: tuple[object, ...], names: Mapping[str, str]) -> list[str]:
    rows = [_broken(lines(relation, names)) for relation in relations]
    if len(rows) == 1:
        return [r"\[", f"  {rows[0]}", r"\]"]
    # A long list of hypotheses may go on on the next page.
    return [
        r"{\allowdisplaybreaks",
        r"\begin{gather*}",
        *(f"  {row}" + (r" \\" if number < len(rows) else "") for number, row in enumerate(rows, start=1)),
        r"\end{gather*}}",
    ]


def _broken(parts: Sequence[str]) -> str:
    """One relation: as it is, or its lines below one another."""
    if len(parts) == 1:
        return parts[0]
    below = " \\\\\n    ".join(f"& {part}" for part in parts)
    return f"\\begin{{aligned}}\n    {below}\n  \\end{{aligned}}"


def _markdown(statement: Statement, names: Mapping[str, str]) -> str:
    parts = [f"**{statement.id}** ({statement.kind}). *{statement.title}.* {statement.says}"]
    parts += [f"$$\n{latex(relation, names)}\n$$" for relation in statement.content]
    if statement.hypotheses:
        parts.append("Claimed where")
        parts += [f"$$\n{latex(relation, names)}\n$$" for relation in statement.hypotheses]
    parts.append(f"Source: {statement.source}.")
    for derivation in statement.derivations:
        scope = f", {derivation.scope}" if derivation.scope else ""
        parts.append(f"*Derivation of relation {derivation.part + 1}{scope}.*")
        for number, step in enumerate(derivation.steps, start=1):
            used = f" (by {step.using})" if isinstance(step, Named) else ""
            parts.append(f"{number}. {step.says}{used}\n\n   $${latex(step.to, names)}$$")
    return "\n\n".join(parts) + "\n"
