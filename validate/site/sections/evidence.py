"""The evidence on one statement: the rule, every number, every figure with its data, the nulls, the runs."""

from __future__ import annotations

from collections.abc import Sequence

from docutils import nodes
from markupsafe import escape

from ...evidence import Figure, Table
from ...lock import read_locks
from ...numbers import shown
from ...outcome import Outcome
from ...progress import clock
from ...report.document import csv_name
from ...report.gallery import drawn
from ...report.page import OPEN_ROWS, anchor, drawing_id
from .. import paper
from .counts import counts_table, for_and_against
from .said import Said

REPORTED, POWER = "Reported", "Power of the design"
"""Entries of :attr:`.Evidence.extra` that stand elsewhere on the page."""


SENSITIVITY = "sensitivity-"
"""How the names of figures begin that show what a verdict owes to one number of its test."""


def evidence_parts(said: Said, outcome: Outcome) -> list[nodes.Node]:
    """What an evidence page shows below its title."""
    statement, evidence = outcome.statement, outcome.evidence
    standing = said.material.report.standing(outcome).meaning
    parts: list[nodes.Node] = [
        paper.words(said.verdict(outcome.id), " ", evidence.reason, classes=["lead"]),
        *([paper.words(standing)] if standing else []),
        paper.words(said.statement(outcome.id), f" {statement.says}"),
        *said.formulas(statement.content),
    ]
    figures = {
        "Figures": [f for f in evidence.figures if not f.name.startswith(SENSITIVITY)],
        "Sensitivity: had the rule been another": [
            f for f in evidence.figures if f.name.startswith(SENSITIVITY)
        ],
    }
    numbers = bool(evidence.tables or evidence.extra)
    sections: list[tuple[str, list[nodes.Node]]] = [
        ("For and against", _for_and_against(said, outcome)),
        *((title, _figures(outcome, chosen)) for title, chosen in figures.items()),
        ("Every number", _tables(outcome) if numbers else []),
        ("The rule, fixed before the data", _rule(outcome)),
        ("How it was found, and how to find it again", _found(said, outcome)),
    ]
    return [*parts, *(_section(title, anchor(outcome.id), inside) for title, inside in sections if inside)]


def _for_and_against(said: Said, outcome: Outcome) -> list[nodes.Node]:
    evidence = outcome.evidence
    rows: list[tuple[paper.Inline, list[nodes.Node]]] = [
        ("Our number", said.number(evidence.value)),
        ("The null’s number", said.number(evidence.null)),
    ]
    if REPORTED in evidence.extra:
        rows.append(("Reported by the source", [paper.words(evidence.extra[REPORTED])]))
    member = next((m for m in said.material.report.family.members if m.statement == outcome.id), None)
    if member is not None:
        told = f"p = {member.p_value:.2g} by itself, {member.adjusted:.2g} corrected for all predictions together"
        rows.append(("Among all predictions", [paper.words(f"{told}: {member.corrected.value}")]))
    return [*for_and_against(evidence), *counts_table(evidence), paper.facts(rows, ["pair"])]


def _section(title: str, page: str, inside: list[nodes.Node]) -> nodes.section:
    name = f"{page}-{title.split()[0].lower().strip(',')}"
    return nodes.section("", nodes.title("", title), *inside, ids=[name], names=[name])


def _figures(outcome: Outcome, chosen: Sequence[Figure]) -> list[nodes.Node]:
    parts: list[nodes.Node] = []
    for figure in chosen:
        drawing = drawn(figure, drawing_id(outcome, figure))
        data = f"../{csv_name(outcome.id, figure.name)}"
        parts.append(
            paper.html(
                f"<figure>{drawing}<figcaption><b>{escape(figure.title)}.</b> {escape(figure.caption)} "
                f'<a class="data" href="{escape(data)}">Data of this figure (csv)</a></figcaption></figure>'
            )
        )
    return parts


def _tables(outcome: Outcome) -> list[nodes.Node]:
    parts: list[nodes.Node] = []
    for data in outcome.evidence.tables:
        summary = f"{data.title} ({len(data.rows)} rows)"
        parts += paper.folded(summary, [_table(data)], is_open=len(data.rows) <= OPEN_ROWS, classes="data")
    extra = {name: text for name, text in outcome.evidence.extra.items() if name not in (REPORTED, POWER)}
    if extra:
        parts.append(paper.facts((name, [paper.words(text)]) for name, text in extra.items()))
    return parts


def _table(data: Table) -> nodes.Node:
    def cell(value: str | float | int | None) -> list[nodes.Node]:
        if isinstance(value, str):
            return [paper.words(value)]
        return [paper.words(shown(value), classes=["n"])]

    return paper.table(data.columns, ([cell(value) for value in row] for row in data.rows))


def _rule(outcome: Outcome) -> list[nodes.Node]:
    record = outcome.record
    if record is None:
        return []
    rows: list[tuple[paper.Inline, list[nodes.Node]]] = [
        ("Observable", [paper.words(record.observable)]),
        ("Networks", [paper.words(record.networks or "none: exact numbers decide")]),
        ("Replication", [paper.words(record.replication)]),
        ("Test", [paper.words(record.test)]),
        ("Refuted if", [paper.words(record.refuted_if)]),
        ("Null models", [paper.words("; ".join(record.nulls) or "none")]),
    ]
    if record.baselines:
        rows.append(("Baselines", [paper.words("; ".join(record.baselines))]))
    power = record.power(len(outcome.evidence.seeds))
    if power is not None:
        rows.append(("Power of the design", [paper.words(str(power))]))
    for name, value in record.constants.items():
        rows.append((paper.code(f"{name} = {shown(value)}"), [paper.words(record.reasons[name])]))
    rows.append(("Digest of the rule", [paper.words(paper.code(record.digest()))]))
    rows.append(("Lock", [paper.words(*_locked(outcome))]))
    return [paper.facts(rows)]


def _locked(outcome: Outcome) -> list[paper.Inline]:
    """Whether the rule was fixed beforehand, when, and at which commit; and why again, if it was."""
    told: list[paper.Inline] = [str(outcome.lock)]
    for number, one in enumerate(read_locks().get(outcome.id, ())):
        told += [f"{'; then' if number else ':'} on {one.day} at commit ", paper.code(one.commit[:12])]
        if one.reason:
            told.append(f", because {one.reason}")
    return told


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
    if report.published is not None:
        origin = report.published
        changed = ", with uncommitted changes" if origin.modified else ""
        told = f"{changed}, sources {origin.source[:16]}, finished {origin.finished} on {origin.platform}"
        rows.append(("Published from", [paper.words("commit ", paper.code(origin.commit[:12]), told)]))
    rows.append(("Source", [paper.words(str(outcome.statement.source))]))
    return [paper.facts(rows)]
