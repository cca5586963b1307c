"""Drawings of the graph as SVG: boxes whose shape tells the kind, whose sign and colour tell the status.

Colours are variables of the page with fallbacks, so that a drawing follows the page's light or dark look and
still has colours as a file of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import escape

from ..sections.said import sign
from .model import Edge, Graph, Node, Use

HEIGHT, LETTER, MARGIN = 26.0, 7.3, 12.0
"""Of a box: its height, the width of a letter of its text and the room beside it, in units of the drawing."""

# Ink and paper of each status: contrast of text at least 7 : 1 (looked up with the formula of WCAG 2.2).
COLOURS = {
    "proved": ("#0a5736", "#ddf3e6"),
    "supported": ("#0b4a83", "#dfedfb"),
    "refuted": ("#8a1a1a", "#fbe3e1"),
    "uninformative": ("#5c3f00", "#fcefcd"),
    "inconclusive": ("#41474f", "#e8ebef"),
    "not checked": ("#41474f", "#ffffff"),
    "assumed": ("#47326b", "#efe9f8"),
}
DASHES: Mapping[Use, str] = {"statement": "", "proof": "5 3", "drawn from": "1.5 3", "amends": "9 3 1.5 3"}


@dataclass(frozen=True)
class Box:
    """Where a node is drawn: its upper left corner and its width."""

    node: Node
    x: float
    y: float

    @property
    def width(self) -> float:
        """Wide enough for sign and id."""
        return box_width(self.node)


def box_width(node: Node) -> float:
    """The width of a node's box."""
    return LETTER * (len(node.id) + 2) + 2 * MARGIN


def _variables(status: str) -> tuple[str, str]:
    ink, paper = COLOURS[status]
    name = status.replace(" ", "-")
    return f"var(--{name}-ink, {ink})", f"var(--{name}, {paper})"


def box(drawn: Box, href: str) -> str:
    """A box that is a link; its title is what a pointer that rests on it is told."""
    node, x, y, wide = drawn.node, drawn.x, drawn.y, drawn.width
    ink, paper = _variables(node.status)
    look = f'style="fill:{paper};stroke:{ink}" stroke-width="1.2"'
    if node.kind == "definition":
        shape = f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{HEIGHT:g}" rx="13" {look}/>'
    elif node.kind == "assumption":
        shape = f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{HEIGHT:g}" rx="3" stroke-dasharray="4 3" {look}/>'
    elif node.kind == "prediction":
        cut, right, low = 8, x + wide, y + HEIGHT
        corners = [
            (x + cut, y), (right - cut, y), (right, y + HEIGHT / 2),
            (right - cut, low), (x + cut, low), (x, y + HEIGHT / 2),
        ]  # fmt: skip
        points = " ".join(f"{a:g},{b:g}" for a, b in corners)
        shape = f'<polygon points="{points}" {look}/>'
    else:
        shape = f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{HEIGHT:g}" rx="3" {look}/>'
    told = escape(f"{node.id} ({node.kind}, {node.status}): {node.title}. {node.says}")
    label = escape(f"{sign(node.status)} {node.id}")
    middle, base = x + wide / 2, y + HEIGHT / 2 + 4.5
    return (
        f'<a href="{escape(href)}" class="node" data-id="{escape(node.id)}"><title>{told}</title>{shape}'
        f'<text x="{middle:g}" y="{base:g}" text-anchor="middle" style="fill:{ink}">{label}</text></a>'
    )


def curve(edge: Edge, start: Box, end: Box) -> str:
    """From the lower edge of what is used to the upper edge of what uses it."""
    x0, y0 = start.x + start.width / 2, start.y + HEIGHT
    x1, y1 = end.x + end.width / 2, end.y
    if y1 <= y0:  # beside or above: from side to side
        y0, y1 = start.y + HEIGHT / 2, end.y + HEIGHT / 2
    bend = max(18.0, abs(y1 - y0) / 2)
    dash = f' stroke-dasharray="{DASHES[edge.use]}"' if DASHES[edge.use] else ""
    return f'<path class="use" d="M{x0:.1f} {y0:.1f}C{x0:.1f} {y0 + bend:.1f} {x1:.1f} {y1 - bend:.1f} {x1:.1f} {y1:.1f}"{dash}/>'


def svg(parts: Sequence[str], width: float, height: float, title: str, told: str, alone: bool = False) -> str:
    """The whole drawing; ``alone`` makes it a file of its own, with a white ground."""
    own = ' xmlns="http://www.w3.org/2000/svg"' if alone else ""
    ground = f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>' if alone else ""
    identifier = "graph-" + "".join(c if c.isalnum() else "-" for c in title.lower())
    return (
        f'<svg{own} class="graph" role="group" aria-labelledby="{identifier}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="system-ui, sans-serif" font-size="12.5">'
        f'<title id="{identifier}">{escape(title)}</title><desc>{escape(told)}</desc>{ground}'
        '<g fill="none" style="stroke:var(--edge, #8a929b)" stroke-width="1.1">'
        f"{''.join(p for p in parts if p.startswith('<path'))}</g>"
        f"{''.join(p for p in parts if not p.startswith('<path'))}</svg>"
    )


def layered(
    graph: Graph, rows: Sequence[Sequence[str]], href: Mapping[str, str], title: str, room: float
) -> str:
    """A drawing of a small graph, row by row; a row that is wider than ``room`` goes on below itself."""
    by_id = {node.id: node for node in graph.nodes}
    space, between = 16.0, 44.0
    lines: list[list[Node]] = []
    for row in rows:
        line: list[Node] = []
        used = 0.0
        for name in row:
            wide = box_width(by_id[name]) + space
            if line and used + wide > room:
                lines.append(line)
                line, used = [], 0.0
            line.append(by_id[name])
            used += wide
        lines.append(line)
    widths = [sum(box_width(n) + space for n in line) - space for line in lines]
    whole = max(widths, default=0.0) + 2 * space
    boxes: dict[str, Box] = {}
    for number, (line, wide) in enumerate(zip(lines, widths, strict=True)):
        x = (whole - wide) / 2
        for node in line:
            boxes[node.id] = Box(node, x, space / 2 + number * (HEIGHT + between))
            x += box_width(node) + space
    tall = len(lines) * (HEIGHT + between) - between + space
    parts = [curve(e, boxes[e.used], boxes[e.user]) for e in graph.edges]
    parts += [box(b, href[b.node.id]) for b in boxes.values()]
    told = f"{len(graph.nodes)} statements; each stands below what it uses."
    return svg(parts, whole, tall, title, told)
