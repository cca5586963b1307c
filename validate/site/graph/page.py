"""The graph on the pages: a small drawing for each topic, and the map of all statements with its filters."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from docutils import nodes
from markupsafe import Markup, escape

from ....theory.chapters import Topic
from ....theory.statement import Kind
from .. import lines, paper
from ..material import Material
from ..sections.lists import STATUSES
from ..sections.said import sign
from .drawing import layered
from .layered import layers_of
from .model import USES, Graph, Node, graph_of

TOPIC_ROOM = 760.0
"""Units of the drawing that fit into the text's column."""


def topic_figure(material: Material, topic: Topic) -> list[nodes.Node]:
    """The statements of a topic and the uses between them; nothing where there are none."""
    part = graph_of(material).within([s.id for s in topic.statements])
    if not part.edges:
        return []
    above = {name: [e.used for e in edges] for name, edges in part.uses.items()}
    order = [i for i in material.report.theory.order() if i in above]
    rows = layers_of(order, above)
    href = {node.id: f"#{material.places[node.id].anchor}" for node in part.nodes}
    drawn = layered(part, rows, href, f"Uses among the statements: {topic.title}", TOPIC_ROOM)
    caption = "Each statement stands below what it uses: a whole line where it says so, dashes where only its proof does."
    return [
        paper.html(
            f'<figure class="uses"><div class="scroll" tabindex="0" role="group" '
            f'aria-label="Graph of the topic">{drawn}</div><figcaption>{caption}</figcaption></figure>'
        )
    ]


def whole(material: Material) -> list[nodes.Node]:
    """The map: filters, a panel that tells of one statement, and every statement as a link."""
    graph = graph_of(material)
    by_topic: dict[str, list[Node]] = {}
    for node in graph.nodes:
        by_topic.setdefault(node.topic, []).append(node)
    parts = [_controls(graph), '<div class="map" id="map">']
    for part in material.report.theory.outline:
        parts.append(f'<section class="map-chapter"><h2>{escape(part.title)}</h2><div class="map-topics">')
        for topic in part.topics:
            chips = "".join(f"<li>{_chip(node)}</li>" for node in by_topic.get(topic.slug, ()))
            parts.append(f'<div class="map-topic"><h3>{escape(topic.title)}</h3><ul>{chips}</ul></div>')
        parts.append("</div></section>")
    parts += [
        '<svg class="map-uses" aria-hidden="true"></svg></div>',
        '<aside class="map-panel" id="map-panel" aria-live="polite" hidden></aside>',
        _data(material, graph),
    ]
    return [paper.html("".join(parts))]


def _chip(node: Node) -> str:
    return (
        f'<a class="chip {node.status.replace(" ", "-")} {node.kind}" href="{escape(node.page)}" '
        f'data-id="{escape(node.id)}" data-kind="{node.kind}" data-status="{node.status}" '
        f'title="{escape(node.title)}"><span aria-hidden="true">{sign(node.status)}</span> '
        f'{escape(node.id)}<span class="visually-hidden">, {node.kind}, {node.status}: {escape(node.title)}</span></a>'
    )


def _controls(graph: Graph) -> str:
    kinds, statuses = Counter(n.kind for n in graph.nodes), Counter(n.status for n in graph.nodes)
    shown_kinds = [(k.value, k.value, kinds[k.value]) for k in Kind if kinds[k.value]]
    shown_statuses = [(s, f"{sign(s)} {s}", statuses[s]) for s in STATUSES if statuses[s]]
    return (
        '<form class="map-filters" aria-label="Filters of the graph">'
        f"{_group('Kind', 'kind', shown_kinds)}{_group('Status', 'status', shown_statuses)}"
        "<fieldset><legend>Show</legend>"
        '<label><input type="checkbox" name="all-uses"> every use as a line</label> '
        '<label>Find <input type="search" name="find" placeholder="id or words" autocomplete="off"></label>'
        '</fieldset><p class="map-count" role="status"></p></form>'
    )


def _group(title: str, name: str, choices: Sequence[tuple[str, str, int]]) -> str:
    boxes = " ".join(
        f'<label class="choice {escape(value.replace(" ", "-"))}"><input type="checkbox" name="{name}" '
        f'value="{escape(value)}" checked> {escape(label)} <small>{count}</small></label>'
        for value, label, count in choices
    )
    return f"<fieldset><legend>{title}</legend>{boxes}</fieldset>"


def _data(material: Material, graph: Graph) -> str:
    """What the script needs, inside the page: a page that is opened as a file may read no other."""
    theory = material.report.theory
    names = theory.notation.latex_names
    formulas = {s.id: [str(lines.block(relation, names)[0]) for relation in s.content] for s in theory}
    content = graph.plain() | {"formulas": formulas, "useWords": dict(USES)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    # So that no text of a statement can end the element it stands in.
    safe = text.replace("<", "\\u003c")
    return str(Markup('<script type="application/json" id="map-data">%s</script>') % Markup(safe))  # noqa: S704
