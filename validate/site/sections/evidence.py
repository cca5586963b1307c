"""The evidence on one statement: the rule, every number, every figure with its data, the nulls, the runs."""

from __future__ import annotations

from docutils import nodes
from markupsafe import escape

from ...evidence import Table
from ...numbers import shown
from ...outcome import Outcome
from ...progress import clock
from ...report.document import csv_name
from ...report.figures import svg
from ...report.page import OPEN_ROWS, anchor
from .. import paper
from .said import Said


def evidence_parts(said: Said, outcome: Outcome) -> list[nodes.Node]:
    """What an evidence page shows below its title."""
    statement, evidence = outcome.statement, outcome.evidence
    parts: list[nodes.Node] = [
        paper.words(said.verdict(outcome.id), " ", evidence.reason, classes=["lead"]),
        paper.words(said.statement(outcome.id), f" {statement.says}"),
        *said.formulas(statement.content),
        paper.facts(
            (
                ("Deciding number", said.number(evidence.value)),
                ("The null’s number", said.number(evidence.null)),
            ),
            ["pair"],
        ),
    ]
    if evidence.figures:
        parts.append(_section("Figures", anchor(outcome.id), _figures(outcome)))
    if evidence.tables or evidence.extra:
        parts.append(_section("Every number", anchor(outcome.id), _tables(outcome)))
    if outcome.record is not None:
        parts.append(_section("The rule, fixed before the data", anchor(outcome.id), _rule(outcome)))
    parts.append(
        _section("How it was found, and how to find it again", anchor(outcome.id), _found(said, outcome))
    )
    return parts


def _section(title: str, page: str, inside: list[nodes.Node]) -> nodes.section:
    name = f"{page}-{title.split()[0].lower().strip(',')}"
    return nodes.section("", nodes.title("", title), *inside, ids=[name], names=[name])


def _figures(outcome: Outcome) -> list[nodes.Node]:
    parts: list[nodes.Node] = []
    for figure in outcome.evidence.figures:
        drawn = svg(figure, f"figure-{anchor(outcome.id)}-{figure.name}")
        data = f"../{csv_name(outcome.id, figure.name)}"
        parts.append(
            paper.html(
                f"<figure>{drawn}<figcaption><b>{escape(figure.title)}.</b> {escape(figure.caption)} "
                f'<a class="data" href="{escape(data)}">Data of this figure (csv)</a></figcaption></figure>'
            )
        )
    return parts


def _tables(outcome: Outcome) -> list[nodes.Node]:
    parts: list[nodes.Node] = []
    for data in outcome.evidence.tables:
        summary = f"{data.title} ({len(data.rows)} rows)"
        parts += paper.folded(summary, [_table(data)], is_open=len(data.rows) <= OPEN_ROWS, classes="data")
    if outcome.evidence.extra:
        parts.append(paper.facts((n, [paper.words(text)]) for n, text in outcome.evidence.extra.items()))
    return parts


def _table(data: Table) -> nodes.Node:
    def cell(value: str | float | int | None) -> list[nodes.Node]:
        if isinstance(value, str):
            return [paper.words(value)]
        return [paper.words(shown(value), classes=["n"])]

    return paper.table(data.columns, ([cell(value) for value in row] for row in data.rows))


def _rule(outcome: Outcome) -> list[nodes.Node]:
    record = outcome.record
    assert record is not None
    rows: list[tuple[paper.Inline, list[nodes.Node]]] = [
        ("Observable", [paper.words(record.observable)]),
        ("Replication", [paper.words(record.replication)]),
        ("Test", [paper.words(record.test)]),
        ("Refuted if", [paper.words(record.refuted_if)]),
        ("Null models", [paper.words("; ".join(record.nulls) or "none")]),
    ]
    for name, value in record.constants.items():
        rows.append((paper.code(f"{name} = {shown(value)}"), [paper.words(record.reasons[name])]))
    rows.append(("Digest of the rule", [paper.words(paper.code(record.digest()))]))
    return [paper.facts(rows)]


def _found(said: Said, outcome: Outcome) -> list[nodes.Node]:
    report, evidence = said.material.report, outcome.evidence
    used = [run for run in report.runs if run.address in evidence.runs]
    rows: list[tuple[paper.Inline, list[nodes.Node]]] = [
        ("Repeat it", [paper.words(paper.code(outcome.replay))]),
        ("Found", [paper.words(f"{outcome.found}, in {clock(outcome.seconds)} (minutes:seconds)")]),
        ("Profile", [paper.words(f"{report.profile}: {report.about}")]),
        ("Seeds", [paper.words(", ".join(map(str, evidence.seeds)) or "none")]),
    ]
    for run in used:
        about = run.description
        told = f"{about.network}, {about.task}, {about.optimizer}, {about.steps} steps, {about.dtype}; {about.recording}"
        rows.append((f"Run: {run.arm}", [paper.words(told), paper.words(paper.code(run.address))]))
    rows.append(("Source", [paper.words(str(outcome.statement.source))]))
    return [paper.facts(rows)]
