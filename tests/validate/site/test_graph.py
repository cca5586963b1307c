from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.chapters import Topic
from spectral_edge.theory.packs import load
from spectral_edge.theory.status import Status
from spectral_edge.theory.verify import StatementResult
from spectral_edge.validate.outcome import Report
from spectral_edge.validate.site.graph.drawing import HEIGHT, layered
from spectral_edge.validate.site.graph.layered import crossings, layers_of
from spectral_edge.validate.site.graph.model import Graph, Node, graph_of
from spectral_edge.validate.site.graph.plate import plate
from spectral_edge.validate.site.material import Material


@st.composite
def acyclic(draw: st.DrawFn) -> tuple[list[str], dict[str, list[str]]]:
    """Nodes in an order, and for each some of those before it."""
    names = [f"n{i}" for i in range(draw(st.integers(0, 14)))]
    above = {
        name: draw(st.lists(st.sampled_from(names[:i]), unique=True, max_size=4)) if i else []
        for i, name in enumerate(names)
    }
    return names, above


@given(acyclic())
def test_every_node_stands_once_and_below_all_that_it_uses(
    graph: tuple[list[str], dict[str, list[str]]],
) -> None:
    names, above = graph
    rows = layers_of(names, above)
    assert sorted(n for row in rows for n in row) == sorted(names)
    row_of = {n: r for r, row in enumerate(rows) for n in row}
    for name in names:
        assert row_of[name] == 1 + max((row_of[p] for p in above[name]), default=-1)


@given(acyclic())
def test_untangling_never_adds_crossings_and_leaves_nothing_to_chance(
    graph: tuple[list[str], dict[str, list[str]]],
) -> None:
    names, above = graph
    rows = layers_of(names, above)
    place = {n: i for i, n in enumerate(names)}
    as_they_come = [sorted(row, key=place.__getitem__) for row in rows]
    assert crossings(rows, above) <= crossings(as_they_come, above)
    assert rows == layers_of(names, above)


def crosses(rows: list[list[str]], above: dict[str, list[str]]) -> int:
    """Twin of ``crossings``: draw straight lines, and count the pairs that meet inside."""
    at = {n: (i, r) for r, row in enumerate(rows) for i, n in enumerate(row)}
    drawn = [(at[p], at[n]) for n, its in above.items() for p in its]
    count = 0
    for (a, b), (c, d) in combinations(drawn, 2):
        if (a[1], b[1]) == (c[1], d[1]):
            count += (a[0] < c[0] and b[0] > d[0]) or (a[0] > c[0] and b[0] < d[0])
    return count


@given(acyclic())
def test_crossings_are_those_of_straight_lines(graph: tuple[list[str], dict[str, list[str]]]) -> None:
    rows = layers_of(*graph)
    assert crossings(rows, graph[1]) == crosses(rows, graph[1])


def test_the_edges_are_the_uses_of_the_statements_and_no_others(small_report: Report) -> None:
    material = Material(small_report)
    graph = graph_of(material)
    for statement in small_report.theory:
        used = {
            *statement.uses,
            *statement.proof_uses,
            *statement.drawn_from,
            *([statement.amends] * bool(statement.amends)),
        }
        assert {edge.used for edge in graph.uses[statement.id]} == used
    assert json.loads(json.dumps(graph.plain()))["nodes"][1]["status"] == "proved"


def laid_out(small_report: Report, name: str) -> Material:
    """A theory that nobody judged: what is drawn where does not depend on verdicts."""
    theory = load(name)
    unjudged = {s.id: StatementResult(s.id, Status.NOT_CHECKED, "") for s in theory}
    return Material(replace(small_report, theory=theory, outcomes=(), results=unjudged))


def boxes(text: str) -> list[tuple[float, float, float, float]]:
    root = ElementTree.fromstring(text)
    found = []
    for link in root.iter():
        if link.tag.rpartition("}")[2] == "a":
            shape = next(c for c in link if c.tag.rpartition("}")[2] in ("rect", "polygon"))
            if "points" in shape.attrib:
                points = [tuple(map(float, p.split(","))) for p in shape.attrib["points"].split()]
                xs, ys = [p[0] for p in points], [p[1] for p in points]
                found.append((min(xs), min(ys), max(xs), max(ys)))
            else:
                x, y, w, h = (float(shape.attrib[n]) for n in ("x", "y", "width", "height"))
                found.append((x, y, x + w, y + h))
    return found


def overlapping(found: list[tuple[float, float, float, float]]) -> list[Any]:
    return [
        (a, b)
        for a, b in combinations(found, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def test_the_drawing_of_everything_has_a_box_for_each_statement_and_none_on_another(
    small_report: Report,
) -> None:
    for name in ("spectral-edge", "deep-linear"):
        material = laid_out(small_report, name)
        found = boxes(plate(material, graph_of(material)))
        assert len(found) == len(material.report.theory.statements)
        assert overlapping(found) == []
    assert overlapping([(0, 0, 2, 2), (1, 1, 3, 3)])


def test_the_drawing_of_each_topic_keeps_its_boxes_apart_and_inside(small_report: Report) -> None:
    material = laid_out(small_report, "deep-linear")
    for part in material.report.theory.outline:
        for topic in part.topics:
            graph = graph_of(material).within([s.id for s in topic.statements])
            text = layered(
                graph, rows_of(graph, topic), {n.id: f"#{n.id}" for n in graph.nodes}, topic.title, 760
            )
            found = boxes(text)
            assert len(found) == len(topic.statements) and overlapping(found) == []
            _, _, width, height = map(float, ElementTree.fromstring(text).attrib["viewBox"].split())
            assert all(a >= 0 and b >= 0 and c <= width and d <= height for a, b, c, d in found)


def rows_of(graph: Graph, topic: Topic) -> list[list[str]]:
    above = {name: [e.used for e in edges] for name, edges in graph.uses.items()}
    order = [i for i in load("deep-linear").order() if i in above]
    return layers_of(order, above)


def test_a_row_that_is_too_long_goes_on_below_itself() -> None:
    nodes = tuple(Node(f"a-rather-long-name-{i}", "theorem", "proved", "", "", "", "", "") for i in range(12))
    text = layered(Graph(nodes, ()), [[n.id for n in nodes]], {n.id: "#" for n in nodes}, "row", 400)
    tops = sorted({box[1] for box in boxes(text)})
    assert len(tops) > 3 and all(b - a > HEIGHT for a, b in pairwise(tops))
