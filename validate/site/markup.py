"""The introduction of a topic as nodes: paragraphs, lists, and the few marks that such docstrings use."""

from __future__ import annotations

import re

from docutils import nodes

from . import paper
from .material import Material, topic_page

# ``code``, :mod:`.other_topic`, *emphasis*; a star that belongs to a name, as in k*, is none of these.
_MARKS = re.compile(
    r"``(?P<code>.+?)``|:mod:`\.?(?P<topic>[\w.]+)`|(?<![\w*])\*(?P<stress>[^\s*][^*]*?)\*(?![\w*])",
    re.DOTALL,
)
_ITEM = re.compile(r"^\* ", re.MULTILINE)


def body(text: str, material: Material) -> list[nodes.Node]:
    """The text as paragraphs and lists; an empty line ends each."""
    found: list[nodes.Node] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        if not part.strip():
            continue
        lead, *items = _ITEM.split(part)
        if lead.strip():
            found.append(paper.words(*inline(lead, material)))
        if items:
            found.append(paper.bullets([paper.words(*inline(item, material))] for item in items))
    return found


def first_sentence(text: str) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(re.split(r"\n\s*\n", text.strip())[0].split())


def inline(text: str, material: Material) -> list[paper.Inline]:
    """One paragraph's text with its marks carried out."""
    text = " ".join(text.split())
    found: list[paper.Inline] = []
    end = 0
    for mark in _MARKS.finditer(text):
        found.append(text[end : mark.start()])
        end = mark.end()
        if mark["code"]:
            found.append(paper.code(mark["code"]))
        elif mark["stress"]:
            found.append(nodes.emphasis("", mark["stress"]))
        else:
            found.append(_topic(mark["topic"], material))
    found.append(text[end:])
    return [part for part in found if part != ""]


def _topic(module: str, material: Material) -> paper.Inline:
    slug = module.rpartition(".")[2].replace("_", "-")
    if slug not in material.topics:
        return paper.code(module)
    part, topic = material.topics[slug]
    return paper.page_link(topic_page(part, topic), topic.title)
