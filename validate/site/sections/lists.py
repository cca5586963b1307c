"""Lists of statements: the table of verdicts, the legend, a topic's contents, a chapter's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from docutils import nodes

from ....theory.chapters import Chapter, Topic
from ....theory.statement import Kind, Statement
from ...evidence import DATA
from ...numbers import with_unit
from ...outcome import Outcome
from ...verdict import Verdict
from .. import markup, paper
from ..material import ASSUMED, evidence_page, meaning, topic_page
from .counts import brief, interval, shares
from .evidence import REPORTED
from .said import Said, badge

STATUSES = (*(verdict.value for verdict in Verdict), ASSUMED)
"""All that a statement's status can be, in the order of every legend."""


def legend() -> nodes.Node:
    """Each status with a sentence."""
    rows = [[[paper.words(badge(status))], [paper.words(meaning(status))]] for status in STATUSES]
    return paper.table(("Status", "What it means"), rows, ["legend"])


def tally(said: Said, statements: Iterable[Statement]) -> list[paper.Inline]:
    """Badges with the number of statements of each status."""
    counts = Counter(said.material.status(s.id) for s in statements)
    told: list[paper.Inline] = []
    for status in STATUSES:
        if counts[status]:
            told += [nodes.inline("", str(counts[status]), classes=["count"]), " ", badge(status), " "]
    return told


def verdict_table(
    said: Said, outcomes: Sequence[Outcome], page: Callable[[str], str] | None = None
) -> nodes.Node:
    """One row for each outcome: id, title, verdict, the deciding number and the null's.

    ``page`` names the page of a statement that its id leads to; by default where it stands in the theory.
    """
    rows = [
        [
            [paper.words(said.statement(o.id) if page is None else paper.page_link(page(o.id), o.id))],
            [paper.words(o.statement.title)],
            [paper.words(said.verdict(o.id))],
            [paper.words(nodes.inline("", with_unit(o.evidence.value), classes=["number"]))],
            [paper.words(nodes.inline("", with_unit(o.evidence.null), classes=["number"]))],
        ]
        for o in outcomes
    ]
    columns = ("Id", "Statement", "Verdict", "Deciding number", "Null’s number")
    return paper.table(columns, rows, ["verdicts"], cards=True)


def contents(said: Said, topic: Topic) -> nodes.Node:
    """The statements of a topic."""
    rows = [
        [[paper.words(said.statement(s.id))], [paper.words(s.title)], [paper.words(said.verdict(s.id))]]
        for s in topic.statements
    ]
    return paper.table(("Id", "Statement", "Status"), rows, ["contents-of"])


def chapter_topics(said: Said, part: Chapter) -> list[nodes.Node]:
    """The topics of a chapter, each with its first sentence and its verdicts."""
    rows = []
    for topic in part.topics:
        first = markup.inline(markup.first_sentence(topic.about), said.material)
        page = paper.page_link(topic_page(part, topic), topic.title)
        rows.append(
            [[paper.words(page)], [paper.words(*first)], [paper.words(*tally(said, topic.statements))]]
        )
    return [paper.table(("Topic", "What it is about", "Statements"), rows, ["topics"], cards=True)]


def evidence_list(said: Said, predictions: bool) -> list[nodes.Node]:
    """The predictions, or whatever else is judged by data, with what decides them and links to their evidence."""
    chosen = [o for o in said.material.with_evidence if (o.statement.kind is Kind.PREDICTION) is predictions]
    if predictions:  # the source numbers them; a reader looks for a number
        chosen.sort(key=lambda o: o.id)
    if not chosen:
        return []
    if not predictions:
        return [verdict_table(said, chosen, evidence_page)]
    rows = [[_claim(said, outcome), _ours(outcome), _nulls(outcome)] for outcome in chosen]
    return [paper.table(("Prediction", "Networks", "Null models"), rows, ["predictions"], cards=True)]


def _claim(said: Said, outcome: Outcome) -> list[nodes.Node]:
    page = paper.page_link(evidence_page(outcome.id), outcome.id)
    told: list[nodes.Node] = [
        paper.words(page, nodes.Text(f" {outcome.statement.title}")),
        paper.words(said.verdict(outcome.id)),
    ]
    reported = outcome.evidence.extra.get(REPORTED)
    if reported:
        told.append(paper.words(paper.quiet("Reported: ", reported), classes=["reported"]))
    return told


def _ours(outcome: Outcome) -> list[nodes.Node]:
    found = [share for name, share in shares(outcome.evidence) if name == DATA]
    number = brief(found[0]) if found else with_unit(outcome.evidence.value)
    told: list[nodes.Node] = [paper.words(nodes.inline("", number, classes=["number"]))]
    if found and found[0].total:
        told.append(paper.words(paper.quiet(interval(found[0]))))
    return told


def _nulls(outcome: Outcome) -> list[nodes.Node]:
    rows = [(found, name) for name, found in shares(outcome.evidence) if name != DATA]
    if not rows:
        return [paper.words(with_unit(outcome.evidence.null))]
    return [
        paper.words(
            nodes.inline("", f"{found.passed}/{found.total}", classes=["count"]),
            " ",
            nodes.inline("", name),
            classes=["null"],
        )
        for found, name in rows
    ]


def claims(said: Said) -> list[Outcome]:
    """What the source claims, as it claims it: neither supporting theorems nor repairs."""
    return [
        o
        for o in said.material.report.claims
        if not o.statement.amends or o.statement.kind is Kind.PREDICTION
    ]
