"""A digest of what a statement claims, by which evidence on it is known to be evidence on *it*."""

from __future__ import annotations

import hashlib
import json

import sympy as sp

from ...theory.statement import Statement


def digest(statement: Statement) -> str:
    """SHA-256 of the formal content, the words, the hypotheses, and of what would refute the statement.

    The title, the source and what it is drawn from are left out: they say nothing of what was tested.
    """
    content = [
        statement.id,
        statement.kind.value,
        statement.says,
        statement.refuted_if,
        [sp.srepr(relation) for relation in statement.content],
        [sp.srepr(relation) for relation in statement.hypotheses],
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
