"""Formulas in HTML: MathML that the theory's own printer made, or that is converted from a guide's LaTeX."""

from __future__ import annotations

from docutils import nodes
from latex2mathml.converter import convert
from markupsafe import escape
from sphinx.errors import ExtensionError
from sphinx.writers.html5 import HTML5Translator

from .lines import NARROW

NAME = "mathml"


def inline(writer: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    writer.body.append(f'<span class="math">{_mathml(node, "inline")}</span>')
    raise nodes.SkipNode


def block(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on a line of its own; where it may be wider than the screen, keys can scroll it."""
    letters = node.get("letters")
    reach = ' tabindex="0" role="group" aria-label="Formula"' if letters is None or letters > NARROW else ""
    # The style sheet sets a formula smaller by this number before it lets it be scrolled or run off the paper.
    room = "" if letters is None else f' style="--letters: {letters:.0f}"'
    writer.body.append(f'<div class="formula"{reach}{room}>{_mathml(node, "block")}</div>')
    raise nodes.SkipNode


def _mathml(node: nodes.Element, display: str) -> str:
    made = node.get("mathml")
    if made:
        return str(made)
    source = node.astext()
    try:
        return str(convert(source, display=display))
    except Exception as error:
        # The page is named by Sphinx; the formula has to be named here.
        raise ExtensionError(f"the formula {escape(source)} cannot be set as MathML: {error}") from error
