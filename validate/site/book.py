"""All derivations on one page, to be read from the first to the last, or to be printed (:mod:`.printing`)."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import urlsplit

from markupsafe import escape

from . import colours
from .extension import STATIC
from .material import Material, topic_page

NAME = "derivations.html"

_ARTICLE = re.compile(r'<article role="main"[^>]*>(.*?)</article>', re.DOTALL)
_STATEMENT = re.compile(r'href="[^"#]*#(statement-[^"]+)"')
_LINK = re.compile(r'href="([^"]+)"')
_ON_PAPER = (
    "Where nothing else is said beside a step, it was checked by symbols, at exact random points, and for its units. All "
    "symbols stand at the end, with their units. <code>spectral-edge replay ID</code> repeats the verdict on the statement ID; "
    "the pages of the site show more: altered copies of each step, figures, and the data behind them."
)
_HEADING = re.compile(r"(</?)h([1-5])\b")


def book(built: Path, material: Material) -> str:
    """The page, made from the pages of the topics in the finished site ``built``."""
    theory, origin = material.report.theory, material.report.provenance
    parts, contents, heads = [], [], []
    for number, part in enumerate(theory.outline, start=1):
        title = f"{number}. {part.title}"
        heads.append(f"@page part-{number} {{ @top-right {{ content: {_quoted(title)}; }} }}")
        parts.append(f'<section class="part" style="page: part-{number}">')
        parts.append(f'<h1 class="chapter" id="part-{number}">{escape(title)}</h1>')
        topics = []
        for topic in part.topics:
            name = f"topic-{escape(topic.slug)}"
            parts.append(f'<div class="topic" id="{name}">{_body(built, topic_page(part, topic))}</div>')
            topics.append(f'<li><a href="#{name}">{escape(topic.title)}</a></li>')
        parts.append("</section>")
        contents.append(
            f'<li><a href="#part-{number}">{escape(part.title)}</a><ul>{"".join(topics)}</ul></li>'
        )
    heads.append(f"@page {{ @top-left {{ content: {_quoted(theory.title)}; }} }}")
    heads.append('@page symbols { @top-right { content: "Symbols"; } }')
    parts.append(
        f'<section class="part" style="page: symbols"><h1 class="chapter" id="symbols">Symbols</h1>{_symbols(built)}'
        "</section>"
    )
    contents.append('<li class="unnumbered"><a href="#symbols">Symbols</a></li>')
    sheets = f"{colours.sheet()}{''.join(_style(name) for name in ('site.css', 'book.css'))}{''.join(heads)}"
    made = f"spectral-edge {origin.version}, profile {material.report.profile}, sources {origin.source[:16]}"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(theory.title)}: derivations</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{sheets}</style></head><body data-theme="light"><main><header><h1>{escape(theory.title)}</h1>'
        f"<p>Every statement, its verdict and its derivation. {escape(made)}.</p>"
        f'<p class="on-paper">{_ON_PAPER}</p></header>'
        f'<nav aria-label="Contents"><h2>Contents</h2><ol>{"".join(contents)}</ol></nav>{"".join(parts)}'
        "</main></body></html>\n"
    )


def _quoted(text: str) -> str:
    # CSS reads the quotes and escapes of JSON alike, as far as titles have any.
    return json.dumps(text, ensure_ascii=False).replace("<", r"\3c ")


def _style(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _body(built: Path, page: str) -> str:
    """What stands on a topic's page, one heading lower, with links that lead within the book or into the site."""
    found = _ARTICLE.search((built / f"{page}.html").read_text(encoding="utf-8"))
    assert found is not None, page
    text = _STATEMENT.sub(r'href="#\1"', found[1])
    text = re.sub(r'<a class="headerlink".*?</a>', "", text)
    text = _LINK.sub(lambda mark: f'href="{moved(mark[1], page)}"', text)
    return _HEADING.sub(lambda mark: f"{mark[1]}h{int(mark[2]) + 1}", text)


def _symbols(built: Path) -> str:
    """The glossary without its title."""
    return re.sub(r"<h2\b.*?</h2>", "", _body(built, "glossary"), count=1, flags=re.DOTALL)


def moved(target: str, page: str) -> str:
    """A link of ``page`` as it has to be from the top of the site, where the book is.

    >>> moved("../gap/gap-flow.html", "theory/loss/loss-errors"), moved("#here", "theory/loss/loss-errors")
    ('theory/gap/gap-flow.html', '#here')
    """
    if target.startswith("#") or urlsplit(target).scheme:
        return target
    return normpath(f"{PurePosixPath(page).parent}/{target}")
