"""The Sphinx extension by which pages show statements, verdicts and evidence."""

from __future__ import annotations

from pathlib import Path
from types import FunctionType

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from . import colours, renderer
from .directives import CONFIG, DIRECTIVES, ROLES

STATIC = Path(__file__).parent / "static"


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
    app.add_css_file(colours.NAME)
    app.add_css_file("site.css")
    app.add_js_file("map.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
