"""The list of all pages beside each page, made without copying what it does not show.

For each page Sphinx copies the contents of all others, with every function that the reference names, and then keeps
their titles alone. Here the titles are picked out once.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

BEFORE_THE_THEME = 400
"""Handlers of an event are called in the order of such numbers; that of the theme, which asks for the list, is 500."""


def titles_alone(toc: nodes.bullet_list) -> nodes.bullet_list:
    """The contents of one page as they are where only titles are listed: its own title, and lists of further pages.

    What is made conditional on tags is left as it is: only Sphinx knows which of it is shown.
    """
    if next(iter(toc.findall(addnodes.only)), None) is not None:
        return toc
    kept = toc.copy()
    for entry in toc.children:
        assert isinstance(entry, nodes.Element)
        title, below, rest = entry.children[:1], entry.children[1:2], entry.children[2:]
        shown = entry.copy()
        shown += [part.deepcopy() for part in title]
        further = [found.copy() for part in below for found in part.findall(addnodes.toctree)]
        if further:
            lists = below[0].copy()
            lists += further
            shown += lists
        shown += [part.deepcopy() for part in rest]
        kept += shown
    return kept


def _all_titles(env: BuildEnvironment) -> dict[str, nodes.bullet_list]:
    """Those of every page; a page that says how deep its contents go is left to Sphinx."""
    return {
        page: toc if "tocdepth" in env.metadata.get(page, {}) else titles_alone(toc)
        for page, toc in env.tocs.items()
    }


class Navigation:
    """Gives the theme, which asks each page's context for the tree of pages, the same tree sooner."""

    def __init__(self) -> None:
        self._titles: dict[str, nodes.bullet_list] | None = None

    def offer(self, app: Sphinx, *event: Any) -> None:
        """Put the quicker function in the place of Sphinx's own; called for each page before it is written.

        ``event`` is the name of the page, that of its template, its context, and its content.
        """
        context: dict[str, Any] = event[2]
        whole_tree = context.get("toctree")
        if whole_tree is None:
            return
        if self._titles is None:
            self._titles = _all_titles(app.env)
        titles, env = self._titles, app.env

        def tree(**options: Any) -> Any:
            if not options.get("titles_only") or options.get("collapse", True):
                return whole_tree(**options)
            contents, env.tocs = env.tocs, titles
            try:
                return whole_tree(**options)
            finally:
                env.tocs = contents

        context["toctree"] = tree
