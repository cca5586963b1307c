"""The tree of pages that is made from titles alone is the one that Sphinx makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from spectral_edge.validate.site.navigation import BEFORE_THE_THEME, Navigation, titles_alone

TREE = "```{{toctree}}\n{}\n```\n"
PAGES = {
    "index": "# Start\n\n## Here\n\nWords.\n\n" + TREE.format(":hidden:\n\nguide\nNamed <deep>\nflat"),
    "guide": "# Guide\n\n## One\n\n### Below one\n\n## Two\n\n" + TREE.format("inner"),
    "inner": "# Inner\n\n## Part\n",
    # A list between sections of its own, a page that limits its depth, and several titles on one page.
    "deep": "# Deep\n\n## First\n\n" + TREE.format("leaf") + "\n## Second\n\n### Third\n\nWords.\n",
    # Sphinx looks for further pages no deeper than the page says its contents go.
    "leaf": "---\ntocdepth: 2\n---\n# Leaf\n\n## Part\n\n### Smaller part\n\n" + TREE.format("unseen"),
    "unseen": "# Unseen\n",
    "flat": "# Flat\n\nWords.\n\n# And another\n\n## With a part\n",
}
ASKED = {"collapse": False, "titles_only": True, "maxdepth": -1, "includehidden": True}


def trees(folder: Path, **options: Any) -> dict[str, tuple[str, str]]:
    """For each page, the tree that Sphinx makes and the one that is offered instead."""
    source = folder / "pages"
    source.mkdir()
    for name, text in PAGES.items():
        (source / f"{name}.md").write_text(text)
    found: dict[str, tuple[str, str]] = {}
    with docutils_namespace():
        app = Sphinx(
            source, None, folder / "html", folder / "trees", "html",
            {"extensions": ["myst_parser"], "suppress_warnings": ["toc"]}, status=None, warning=None,
        )  # fmt: skip
        own: dict[str, Any] = {}
        app.connect(
            "html-page-context", lambda _, page, *rest: own.update({page: rest[1].get("toctree")}), 300
        )
        app.connect("html-page-context", Navigation().offer, BEFORE_THE_THEME)

        def ask(_: Any, page: str, __: str, context: dict[str, Any], ___: Any) -> None:
            if page in PAGES:
                found[page] = own[page](**options), context["toctree"](**options)

        app.connect("html-page-context", ask)
        app.build()
        assert "Below one" in app.env.tocs["guide"].astext(), "the contents are put back"
    return found


@pytest.mark.parametrize("change", [{}, {"titles_only": False}, {"collapse": True}])
def test_every_page_gets_the_tree_that_sphinx_makes(tmp_path: Path, change: dict[str, Any]) -> None:
    found = trees(tmp_path, **{**ASKED, **change})
    assert set(found) == set(PAGES)
    for page, (theirs, ours) in found.items():
        assert ours == theirs, page
        assert "inner.html" in ours or change.get("collapse") or page == "inner"
    assert ("Below one" in found["index"][1]) == (change == {"titles_only": False})


def entry(title: str, *below: nodes.Node) -> nodes.list_item:
    line = addnodes.compact_paragraph("", "", nodes.reference("", title, refuri="page", anchorname=""))
    return nodes.list_item("", line, *([nodes.bullet_list("", *below)] if below else []))


def test_of_the_contents_titles_and_lists_of_pages_are_left_and_the_contents_stay_whole() -> None:
    listed = addnodes.toctree(entries=[(None, "other")])
    contents = nodes.bullet_list(
        "", entry("Page", entry("Part", entry("Smaller part"), listed), entry("Last"))
    )
    whole, title = contents.pformat(), contents.children[0].children[0]
    kept = titles_alone(contents)
    assert kept.astext().strip() == "Page"
    assert [dict(found.attributes)["entries"] for found in kept.findall(addnodes.toctree)] == [
        [(None, "other")]
    ]
    assert contents.pformat() == whole
    assert title.parent is contents.children[0]


def test_what_depends_on_tags_is_left_to_sphinx() -> None:
    contents = nodes.bullet_list("", addnodes.only("", entry("Page", entry("Part")), expr="html"))
    assert titles_alone(contents) is contents
