"""What the pages are made from: the report of a verification, and where each statement stands in the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...theory.chapters import Chapter, Topic
from ...theory.statement import Kind, Statement
from ...theory.status import Status
from ..outcome import Outcome, Report
from ..report.page import anchor
from ..verdict import Verdict

ASSUMED = "assumed"
"""Beside the verdicts: what is not judged, because it is only laid down."""

ASSUMED_MEANING = (
    "A definition or a named assumption. Nobody proves it; its units balance, and a proof says what "
    "follows from it."
)
ASSUMED_SIGN = "◇"

EVIDENCE = "evidence"
THEORY = "theory"


@dataclass(frozen=True)
class Place:
    """A section of the site: the page's name, without an ending, and the id of the section."""

    page: str
    anchor: str


@dataclass(frozen=True)
class Material:
    """A report, arranged for the site."""

    report: Report

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """The judged statements by id."""
        return {outcome.id: outcome for outcome in self.report.outcomes}

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Where each statement stands, by id."""
        return {
            statement.id: Place(topic_page(part, topic), anchor(statement.id))
            for part in self.report.theory.outline
            for topic in part.topics
            for statement in topic.statements
        }

    @cached_property
    def topics(self) -> Mapping[str, tuple[Chapter, Topic]]:
        """Chapter and topic by the topic's slug."""
        return {topic.slug: (part, topic) for part in self.report.theory.outline for topic in part.topics}

    @cached_property
    def repairs(self) -> Mapping[str, Statement]:
        """The statement that amends another one, by the id of the amended."""
        return {s.amends: s for s in self.report.theory if s.amends}

    @cached_property
    def used_by(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the statements that use each one, for their meaning or their proof, in the theory's order."""
        found: dict[str, list[str]] = {s.id: [] for s in self.report.theory}
        for statement in self.report.theory:
            for used in dict.fromkeys((*statement.uses, *statement.proof_uses)):
                found[used].append(statement.id)
        return {identifier: tuple(users) for identifier, users in found.items()}

    @cached_property
    def with_evidence(self) -> Sequence[Outcome]:
        """What has an evidence page: predictions, and whatever is judged by a record."""
        return [
            o for o in self.report.outcomes if o.statement.kind is Kind.PREDICTION or o.record is not None
        ]

    def status(self, identifier: str) -> str:
        """The verdict in a word, or :data:`ASSUMED` for what is laid down and well-formed.

        A definition whose units do not balance is refuted like any other statement.
        """
        outcome = self.outcomes.get(identifier)
        if outcome is not None:
            return outcome.verdict.value
        match self.report.results[identifier].status:
            case Status.ASSUMED:
                return ASSUMED
            case Status.REFUTED:
                return Verdict.REFUTED.value
            case _:
                return Verdict.NOT_CHECKED.value


def meaning(status: str) -> str:
    """One sentence on a verdict, or on :data:`ASSUMED`."""
    return ASSUMED_MEANING if status == ASSUMED else Verdict(status).meaning


def topic_page(part: Chapter, topic: Topic) -> str:
    """The name of a topic's page."""
    return f"{THEORY}/{part.slug}/{topic.slug}"


def evidence_page(identifier: str) -> str:
    """The name of the evidence page of a statement."""
    safe = "".join(c if c.isalnum() or c in "-." else "_" for c in identifier)
    return f"{EVIDENCE}/{safe}"
