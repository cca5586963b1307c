"""The graph of a theory as data: statements, and which of them uses which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

from ..material import Material

SCHEMA = 1
"""Raised when a field of ``graph.json`` changes its meaning or goes away."""

Use = Literal["statement", "proof", "drawn from", "amends"]

USES: Mapping[Use, str] = {
    "statement": "what the statement says uses it",
    "proof": "only the proof uses it",
    "drawn from": "the source draws the prediction from it",
    "amends": "the statement repairs it",
}
"""What each kind of edge means, in a sentence."""


@dataclass(frozen=True)
class Node:
    """A statement. ``page`` leads from the top of the site to its section."""

    id: str
    kind: str
    status: str
    title: str
    says: str
    chapter: str
    topic: str
    page: str


@dataclass(frozen=True)
class Edge:
    """``user`` uses ``used``."""

    user: str
    used: str
    use: Use


@dataclass(frozen=True)
class Graph:
    """Nodes in the order of the theory; of each pair of nodes at most one edge."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def uses(self) -> Mapping[str, Sequence[Edge]]:
        """The edges by the id of the user."""
        found: dict[str, list[Edge]] = {node.id: [] for node in self.nodes}
        for edge in self.edges:
            found[edge.user].append(edge)
        return found

    def within(self, identifiers: Sequence[str]) -> Graph:
        """The part that consists of these nodes and the edges between them."""
        kept = set(identifiers)
        return Graph(
            tuple(node for node in self.nodes if node.id in kept),
            tuple(edge for edge in self.edges if edge.user in kept and edge.used in kept),
        )

    def plain(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "schema": SCHEMA,
            "uses": dict(USES),
            "nodes": [asdict(node) for node in self.nodes],
            "edges": [asdict(edge) for edge in self.edges],
        }


def graph_of(material: Material) -> Graph:
    """The graph of the theory that ``material`` is about."""
    nodes, edges = [], []
    for part in material.report.theory.outline:
        for topic in part.topics:
            for s in topic.statements:
                place = material.places[s.id]
                where = f"{place.page}.html#{place.anchor}"
                status = material.status(s.id)
                nodes.append(Node(s.id, s.kind.value, status, s.title, s.says, part.slug, topic.slug, where))
                # The first reason counts: what the meaning needs, the proof may use as well.
                reasons: dict[str, Use] = {}
                for used in s.uses:
                    reasons.setdefault(used, "statement")
                for used in s.proof_uses:
                    reasons.setdefault(used, "proof")
                for used in s.drawn_from:
                    reasons.setdefault(used, "drawn from")
                if s.amends:
                    reasons.setdefault(s.amends, "amends")
                edges += [Edge(s.id, used, use) for used, use in reasons.items()]
    return Graph(tuple(nodes), tuple(edges))
