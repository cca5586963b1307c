"""What a page can ask for by name: a topic, a statement, a table of verdicts, the glossary, the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective, SphinxRole

from ...theory.statement import Statement
from ...theory.theory import TheoryError
from ..outcome import Outcome
from . import markup, paper
from .graph import page as graph_page
from .material import Material
from .sections import lists
from .sections.evidence import evidence_parts
from .sections.said import Said
from .sections.statement import statement_section

CONFIG = "spectral_edge_material"
"""The setting of Sphinx that holds a function which returns the :class:`.material.Material`.

A function, because Sphinx stores its settings with everything that is in them, several times, but leaves out
functions: stored with all its expressions, the material would take minutes.
"""


def material_of(config: Config) -> Material:
    """The material of the site that is being built."""
    material: Material = getattr(config, CONFIG)()
    return material


class _Generated(SphinxDirective):
    """A directive that makes nodes from the material. Whatever goes wrong names the page and the line."""

    has_content = False
    optional_arguments = 1
    final_argument_whitespace = True

    @property
    def material(self) -> Material:
        return material_of(self.config)

    @property
    def said(self) -> Said:
        return Said(self.material)

    def run(self) -> list[nodes.Node]:
        try:
            return self.nodes(self.arguments[0] if self.arguments else "")
        except (TheoryError, ValueError, KeyError, TypeError, AttributeError, NotImplementedError) as error:
            what = f"{self.name} {' '.join(self.arguments)}".strip()
            raise self.error(f"{what} cannot be rendered: {type(error).__name__}: {error}") from error

    def nodes(self, argument: str) -> list[nodes.Node]:
        raise NotImplementedError

    def statement(self, identifier: str) -> Statement:
        return self.material.report.theory[identifier]


class TopicPage(_Generated):
    """The whole of a topic's page: introduction, contents, and a section for each statement."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        _, topic = self.material.topics[argument]
        found: list[nodes.Node] = markup.body(topic.about, self.material)
        if len(topic.statements) > 1:
            found.append(lists.contents(self.said, topic))
        if len(topic.statements) > 2:
            found += graph_page.topic_figure(self.material, topic)
        for statement in topic.statements:
            section = statement_section(self.said, statement)
            self.state.document.note_explicit_target(section, section)
            found.append(section)
        return found


class ChapterPage(_Generated):
    """The topics of a chapter."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        (part,) = (c for c in self.material.report.theory.outline if c.slug == argument)
        return lists.chapter_topics(self.said, part)


class EvidencePage(_Generated):
    """All evidence on one statement."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        return evidence_parts(self.said, self.material.outcomes[argument])


class StatementCard(_Generated):
    """A statement within a guide: what it says, its formula, and whether it holds."""

    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {"part": directives.nonnegative_int}

    def nodes(self, argument: str) -> list[nodes.Node]:
        statement, said = self.statement(argument), self.said
        relations = statement.content
        if "part" in self.options:
            relations = (relations[self.options["part"]],)
        head = paper.words(
            said.statement(argument), " ", paper.strong(statement.title), " ", said.verdict(argument)
        )
        inside = [head, paper.words(statement.says), *said.formulas(relations)]
        return [nodes.container("", *inside, classes=["card"])]


class VerdictTable(_Generated):
    """Every claim with its verdict and its two numbers; ``repairs`` or ``supporting`` for the others."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        report = self.material.report
        chosen: dict[str, list[Outcome]] = {
            "": lists.claims(self.said),
            "repairs": [o for o in report.claims if o.statement.amends],
            "supporting": list(report.supporting),
        }
        return [lists.verdict_table(self.said, chosen[argument])] if chosen[argument] else []


class Legend(_Generated):
    """Each status with a sentence."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        return [lists.legend()]


class Tally(_Generated):
    """How many statements have which status: of the source's claims, or of ``all`` statements."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        report = self.material.report
        chosen = list(report.theory) if argument == "all" else [o.statement for o in lists.claims(self.said)]
        return [paper.words(*lists.tally(self.said, chosen), classes=["tally"])]


class EvidenceList(_Generated):
    """The predictions with what decides them, and links to the evidence; or ``others`` that data judge."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        return lists.evidence_list(self.said, predictions=argument != "others")


class Together(_Generated):
    """What holds of all predictions together."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        family = self.material.report.family
        return [paper.words(str(family))] if family.members else []


class Glossary(_Generated):
    """Every symbol of the theory."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        return [self.said.symbol_list(self.material.report.theory.notation)]


class Map(_Generated):
    """The graph of the theory, with filters."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        return graph_page.whole(self.material)


class Provenance(_Generated):
    """What the pages were made from."""

    def nodes(self, argument: str) -> list[nodes.Node]:
        report = self.material.report
        origin = report.provenance
        changed = ", with uncommitted changes" if origin.modified else ""
        versions = ", ".join(f"{name} {version}" for name, version in origin.versions.items())
        return [
            paper.facts(
                (
                    ("Theory", [paper.words(report.theory.title)]),
                    ("Profile", [paper.words(f"{report.profile}: {report.about}")]),
                    ("Commit", [paper.words(paper.code(origin.commit[:12]), changed)]),
                    ("Sources", [paper.words(paper.code(origin.source[:16]))]),
                    ("Versions", [paper.words(f"spectral-edge {origin.version}, {versions}")]),
                    *_published(self.material),
                )
            )
        ]


def _published(material: Material) -> list[tuple[paper.Inline, list[nodes.Node]]]:
    """Where the verdicts of data come from, if they were read and not found."""
    of = material.report.published
    if of is None:
        return []
    changed = ", with uncommitted changes" if of.modified else ""
    told = f"{changed}, sources {of.source[:16]}, finished {of.finished} on {of.platform}"
    return [("What data decided", [paper.words("at commit ", paper.code(of.commit[:12]), told)])]


class StatementRole(SphinxRole):
    """``{statement}`ID```: a reference to a statement."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        material = material_of(self.config)
        return _by_id(self, lambda: Said(material).statement(self.text))


class VerdictRole(SphinxRole):
    """``{verdict}`ID```: the badge of a statement, so that no guide types a verdict."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        material = material_of(self.config)

        def made() -> nodes.Node:
            material.places[self.text]
            return Said(material).verdict(self.text)

        return _by_id(self, made)


def _by_id(
    role: SphinxRole, make: Callable[[], nodes.Node]
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    try:
        return [make()], []
    except KeyError:
        problem = role.inliner.reporter.error(f"no statement is called {role.text!r}", line=role.lineno)
        return [], [problem]


DIRECTIVES: dict[str, type[_Generated]] = {
    "topic": TopicPage,
    "chapter": ChapterPage,
    "evidence": EvidencePage,
    "statement": StatementCard,
    "verdicts": VerdictTable,
    "legend": Legend,
    "tally": Tally,
    "evidence-list": EvidenceList,
    "together": Together,
    "symbols": Glossary,
    "theory-graph": Map,
    "provenance": Provenance,
}
ROLES: dict[str, type[SphinxRole]] = {"statement": StatementRole, "verdict": VerdictRole}
