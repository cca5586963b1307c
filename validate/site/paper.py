"""Short names for the docutils nodes that pages are built from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from docutils import nodes
from markupsafe import Markup, escape
from sphinx import addnodes

Inline: TypeAlias = str | nodes.Node
"""Words, or a node within a line."""


def words(*parts: Inline, classes: Sequence[str] = ()) -> nodes.paragraph:
    """A paragraph of texts and inline nodes."""
    return nodes.paragraph("", "", *map(_inline, parts), classes=list(classes))


def _inline(part: Inline) -> nodes.Node:
    return nodes.Text(part) if isinstance(part, str) else part


def strong(text: str) -> nodes.strong:
    """Words that matter."""
    return nodes.strong("", text)


def code(text: str) -> nodes.literal:
    """Words of a program."""
    return nodes.literal("", text)


def quiet(*parts: Inline) -> nodes.inline:
    """Words that stand back."""
    return nodes.inline("", "", *map(_inline, parts), classes=["quiet"])


def html(text: str | Markup) -> nodes.raw:
    """Markup that is HTML already. The caller has escaped what was not."""
    return nodes.raw("", str(text), format="html")


def folded(summary: str, inside: Iterable[nodes.Node], is_open: bool, classes: str = "") -> list[nodes.Node]:
    """Something that a reader can fold away; on paper it is always there."""
    start = (
        f'<details class="{escape(classes)}"{" open" if is_open else ""}><summary>{escape(summary)}</summary>'
    )
    return [html(start), *inside, html("</details>")]


def bullets(rows: Iterable[Sequence[nodes.Node]], classes: Sequence[str] = ()) -> nodes.bullet_list:
    """A list of paragraphs or other bodies."""
    return nodes.bullet_list("", *(nodes.list_item("", *row) for row in rows), classes=list(classes))


def facts(
    rows: Iterable[tuple[Inline, Sequence[nodes.Node]]], classes: Sequence[str] = ()
) -> nodes.definition_list:
    """Names on the left, what they are on the right."""
    return nodes.definition_list(
        "",
        *(
            nodes.definition_list_item("", nodes.term("", "", _inline(name)), nodes.definition("", *body))
            for name, body in rows
        ),
        classes=["facts", *classes],
    )


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Sequence[nodes.Node]]],
    classes: Sequence[str] = (),
    cards: bool = False,
) -> nodes.container:
    """A table whose cells hold nodes; it can be scrolled where it is wider than the screen.

    With ``cards`` each row is a card where the screen is narrow; there every cell but the first begins with the name
    of its column.
    """
    group = nodes.tgroup(cols=len(columns))
    group += [nodes.colspec(colwidth=1) for _ in columns]
    head = nodes.row("", *(nodes.entry("", words(column)) for column in columns))
    group += nodes.thead("", head)
    body = nodes.tbody("")
    for row in rows:
        names = [
            [words(name, classes=["column"])] if cards and place else [] for place, name in enumerate(columns)
        ]
        body += nodes.row("", *(nodes.entry("", *name, *cell) for name, cell in zip(names, row, strict=True)))
    group += body
    told = [*classes, "cards"] if cards else [*classes]
    return nodes.container("", nodes.table("", group, classes=told), classes=["scroll"])


def link(label: str, text: str, *classes: str) -> addnodes.pending_xref:
    """A reference to the section with this label; where there is none, the build fails and names the page."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", text, classes=["std", "std-ref", *classes]),
        refdomain="std",
        reftype="ref",
        refexplicit=True,
        refwarn=True,
        reftarget=label,
    )


def page_link(page: str, text: str, *classes: str) -> addnodes.pending_xref:
    """A reference to a page by its name from the top of the site."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", text, classes=["doc", *classes]),
        refdomain="std",
        reftype="doc",
        refexplicit=True,
        refwarn=True,
        reftarget=f"/{page}",
    )
