"""The whole theory in one drawing: a band for each chapter, in it a box for each topic, in it the statements."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import escape

from ....theory.chapters import Chapter, Topic
from ..material import Material
from .drawing import HEIGHT, Box, box, box_width, curve, svg
from .model import Graph, Node

COLUMN, COLUMNS, GUTTER = 330.0, 4, 24.0
"""Width and number of the columns of topics, and the space between, in units of the drawing."""
_STEP, _PAD, _HEAD = HEIGHT + 8, 12.0, 26.0
_WIDTH = COLUMNS * COLUMN + (COLUMNS + 1) * GUTTER


@dataclass
class _Column:
    x: float
    y: float


def plate(material: Material, graph: Graph) -> str:
    """The drawing as the text of an SVG file; its links lead into the site beside it."""
    nodes = {node.id: node for node in graph.nodes}
    frames: list[str] = []
    boxes: dict[str, Box] = {}
    y = GUTTER
    for part in material.report.theory.outline:
        y = _band(part, nodes, y, frames, boxes)
    parts = [curve(e, boxes[e.used], boxes[e.user]) for e in graph.edges]
    parts += frames + [box(b, b.node.page) for b in boxes.values()]
    title = f"The graph of {material.report.theory.title[0].lower()}{material.report.theory.title[1:]}"
    told = f"{len(graph.nodes)} statements and {len(graph.edges)} uses; each curve leads from what is used to its user."
    return svg(parts, _WIDTH, y, title, told, alone=True) + "\n"


def _band(part: Chapter, nodes: dict[str, Node], y: float, frames: list[str], boxes: dict[str, Box]) -> float:
    """Draw one chapter from ``y`` on; returns where the next one begins."""
    frames.append(
        f'<text x="{GUTTER:g}" y="{y + 16:g}" font-size="17" font-weight="600">{escape(part.title)}</text>'
    )
    columns = [_Column(GUTTER + i * (COLUMN + GUTTER), y + 30) for i in range(COLUMNS)]
    for topic in part.topics:
        # The column that is shortest so far; of equal ones the leftmost.
        column = min(columns, key=lambda c: c.y)
        column.y = _topic(topic, nodes, column, frames, boxes) + GUTTER / 2
    return max(c.y for c in columns) + GUTTER


def _topic(
    topic: Topic, nodes: dict[str, Node], column: _Column, frames: list[str], boxes: dict[str, Box]
) -> float:
    x, y = column.x + _PAD, column.y + _HEAD
    for statement in topic.statements:
        node = nodes[statement.id]
        wide = box_width(node)
        if x > column.x + _PAD and x + wide > column.x + COLUMN - _PAD:
            x, y = column.x + _PAD, y + _STEP
        boxes[node.id] = Box(node, x, y)
        x += wide + 8
    bottom = y + HEIGHT + _PAD
    frames.append(
        f'<rect x="{column.x:g}" y="{column.y:g}" width="{COLUMN:g}" height="{bottom - column.y:g}" rx="6" '
        'fill="none" stroke="#c3c9d0"/>'
        f'<text x="{column.x + _PAD:g}" y="{column.y + 18:g}" fill="#525a63">{escape(topic.title)}</text>'
    )
    return bottom
