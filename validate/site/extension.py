"""The Sphinx extension by which pages show statements, verdicts and evidence."""

from __future__ import annotations

from pathlib import Path
from types import FunctionType
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from . import colours, indices, renderer
from .directives import CONFIG, DIRECTIVES, ROLES
from .navigation import BEFORE_THE_THEME, Navigation

STATIC = Path(__file__).parent / "static"


def bars_kept(line: str) -> str:
    r"""The line with its bars escaped, but for those between double backquotes.

    In a docstring a bar is that of an absolute value; reStructuredText would take it for a substitution.

    >>> bars_kept("at most |S|, see ``a | b``")
    'at most \\|S\\|, see ``a | b``'
    """
    parts = line.split("``")
    return "``".join(part if i % 2 else part.replace("|", r"\|") for i, part in enumerate(parts))


def _read_docstring(*event: Any) -> None:
    """Sphinx hands over the lines of a docstring last, to be changed in place."""
    lines: list[str] = event[-1]
    lines[:] = [bars_kept(line) for line in lines]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the directives and roles known, and set formulas as MathML."""
    app.add_config_value(CONFIG, None, "", (FunctionType,))
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    for name, role in ROLES.items():
        app.add_role(name, role())
    app.add_html_math_renderer(
        renderer.NAME, inline_renderers=(renderer.inline, None), block_renderers=(renderer.block, None)
    )
    app.connect("autodoc-process-docstring", _read_docstring)
    app.connect("html-page-context", indices.lower)
    app.connect("html-page-context", Navigation().offer, priority=BEFORE_THE_THEME)
    app.add_css_file(colours.NAME)
    app.add_css_file("site.css")
    app.add_js_file("map.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
