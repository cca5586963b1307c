"""Names such as g_23 and k_grok in the words of a page, set with their index below the line, as in its formulas."""

from __future__ import annotations

import re

_ELSEWHERE = ("api/", "genindex", "py-modindex", "search", "dependencies")
"""Pages whose words with an underscore are names of programs."""

# What is left alone: elements that hold no words, altered copies in the program's own words, and every tag. What is set:
# one letter, an index, and perhaps a star.
_PARTS = re.compile(
    r"<(code|pre|script|style|math|svg|title|textarea)\b.*?</\1>|<details class=\"altered\">.*?</details>|<[^>]*>|&\w+;"
    r"|(?P<letter>(?<![\w.\-&#*])[^\W\d_]|‖)_(?P<index>[A-Za-z0-9]+(?:\*(?!\*)(?:\+1)?)?)(?!\w|\(|\*\*|\.[a-z])",
    re.DOTALL,
)


def lowered(html: str) -> str:
    """The HTML with the indices of names in its words below the line.

    >>> lowered("g_23 falls, <code>g_23</code> and x_label do not"), lowered("σ_k*+1 &amp; v_1")
    ('g<sub>23</sub> falls, <code>g_23</code> and x<sub>label</sub> do not', 'σ<sub>k*+1</sub> &amp; v<sub>1</sub>')
    """
    return _PARTS.sub(_set, html)


def _set(found: re.Match[str]) -> str:
    return f"{found['letter']}<sub>{found['index']}</sub>" if found["letter"] else found[0]


def lower(_app: object, page: str, _template: str, context: dict[str, object], _doctree: object) -> None:
    """Set the body of a page; Sphinx calls this before it writes one."""
    body = context.get("body")
    if isinstance(body, str) and not page.startswith(_ELSEWHERE):
        context["body"] = lowered(body)
