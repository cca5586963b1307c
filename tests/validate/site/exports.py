"""The LaTeX of every statement of a theory, written once for all tests that read it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from spectral_edge.theory.packs import load
from spectral_edge.validate.site.export import Form, export


@cache
def exports(name: str) -> Mapping[str, str]:
    """The LaTeX by the statement's id."""
    theory = load(name)
    return {statement.id: export(theory, statement.id, Form.LATEX) for statement in theory}
