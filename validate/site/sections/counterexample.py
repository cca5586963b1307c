"""A counterexample with its numbers, so that a reader can check it by hand."""

from __future__ import annotations

import sympy as sp
from docutils import nodes

from ....theory.check.counterexamples import failure
from ....theory.statement import Statement
from ...numbers import shown
from .. import paper
from .said import Said

_SAID = {sp.Eq: "equal", sp.Ne: "different", sp.Le: "≤", sp.Lt: "<", sp.Ge: "≥", sp.Gt: ">"}


def counterexample_part(said: Said, statement: Statement) -> list[nodes.Node]:
    """The numbers, and the relation that fails there; empty where there is no counterexample."""
    example = statement.counterexample
    if example is None:
        return []
    inside: list[nodes.Node] = [paper.words(paper.strong("Counterexample. "), example.says)]
    values = [
        nodes.list_item("", paper.words(said.inline(symbol), " = ", said.inline(value)))
        for symbol, value in example.values.items()
    ]
    inside.append(nodes.bullet_list("", *values, classes=["values"]))
    inside += _failing(said, statement)
    return [nodes.container("", *inside, classes=["counterexample"])]


def _failing(said: Said, statement: Statement) -> list[nodes.Node]:
    """Both sides of the relation that fails, in numbers."""
    try:
        relation, left, right = failure(statement)
    except ValueError:
        return []
    return [
        paper.words("Put them into"),
        said.formula(relation),
        paper.words(
            "The left side is ", paper.strong(shown(left)), ", the right side is ", paper.strong(shown(right)),
            f"; the statement says {'that they are ' if _SAID[type(relation)].isalpha() else 'left '}"
            f"{_SAID[type(relation)]}{'' if _SAID[type(relation)].isalpha() else ' right'}.",
        ),
    ]  # fmt: skip
