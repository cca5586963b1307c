"""The section of one statement: what it says, under what, whether it holds, why, and how to repeat that."""

from __future__ import annotations

from docutils import nodes

from ....theory.statement import Kind, Statement
from .. import paper
from ..material import ASSUMED, evidence_page
from .counterexample import counterexample_part
from .derivation import derivation_part
from .said import Said


def statement_section(said: Said, statement: Statement) -> nodes.section:
    """A section with the statement's id as its own."""
    place = said.material.places[statement.id]
    title = nodes.title(
        "", "", nodes.inline("", statement.id, classes=["id"]), nodes.Text(f" {statement.title}")
    )
    section = nodes.section("", title, ids=[place.anchor], names=[place.anchor], classes=["statement"])
    section += _what_it_says(said, statement)
    section += _verdict(said, statement)
    section += _repair(said, statement)
    section += counterexample_part(said, statement)
    section += derivation_part(said, statement, said.material.report.results[statement.id])
    section += _around(said, statement)
    return section


def _what_it_says(said: Said, statement: Statement) -> list[nodes.Node]:
    kind = nodes.inline("", statement.kind.value, classes=["kind"])
    parts: list[nodes.Node] = [paper.words(said.verdict(statement.id), " ", kind, classes=["status-line"])]
    parts.append(paper.words(statement.says))
    parts += said.formulas(statement.content)
    if statement.hypotheses:
        parts.append(paper.words("Claimed where"))
        parts += said.formulas(statement.hypotheses)
    symbols = said.symbols(statement)
    if symbols:
        parts += paper.folded(
            "Symbols and units", [said.symbol_list(symbols)], is_open=False, classes="symbols-of"
        )
    return parts


def _verdict(said: Said, statement: Statement) -> list[nodes.Node]:
    outcome = said.material.outcomes.get(statement.id)
    if outcome is None:
        status, found = said.material.status(statement.id), said.material.report.results[statement.id]
        wrong = status != ASSUMED
        return [paper.words(paper.strong(f"{status.capitalize()}. "), f"{found.message}.")] if wrong else []
    evidence = outcome.evidence
    if outcome.record is None and statement.derivations and outcome.verdict.value == "proved":
        # The derivation below says the same with every step.
        return []
    reason = [paper.words(paper.strong(f"{outcome.verdict.value.capitalize()}. "), evidence.reason)]
    if statement.counterexample is not None:
        # Words and numbers of the counterexample follow.
        repair = said.material.repairs.get(statement.id)
        return [] if repair or not outcome.broken else reason
    numbers = paper.facts(
        (("Deciding number", said.number(evidence.value)), ("The null’s number", said.number(evidence.null)))
    )
    shown: list[nodes.Node] = [*reason, numbers]
    if outcome.record is not None or statement.kind is Kind.PREDICTION:
        page = paper.page_link(evidence_page(statement.id), f"All evidence on {statement.id}")
        shown.append(paper.words(page, classes=["more"]))
    return shown


def _repair(said: Said, statement: Statement) -> list[nodes.Node]:
    parts: list[nodes.Node] = []
    if statement.amends:
        parts.append(
            paper.words(paper.strong("Amends "), said.statement(statement.amends), ". ", statement.repair)
        )
    repair = said.material.repairs.get(statement.id)
    if repair is not None:
        parts.append(
            nodes.container(
                "",
                paper.words(
                    paper.strong("Amended: "),
                    said.statement(repair.id),
                    " ",
                    said.verdict(repair.id),
                    " ",
                    repair.says,
                ),
                *said.formulas(repair.content),
                paper.words(paper.quiet(repair.repair)),
                classes=["amended"],
            )
        )
    return parts


def _around(said: Said, statement: Statement) -> list[nodes.Node]:
    """Where it comes from, what it stands on, what stands on it, and how to find all this again."""
    material = said.material
    proof = [i for i in statement.proof_uses if i not in statement.uses]
    users = material.used_by[statement.id]
    rows: list[tuple[paper.Inline, list[nodes.Node]]] = [("Source", [paper.words(str(statement.source))])]
    if statement.refuted_if:
        rows.append(("Refuted if", [paper.words(statement.refuted_if)]))
    if statement.uses:
        rows.append(("Its meaning uses", [paper.words(*said.statements(statement.uses))]))
    if proof:
        rows.append(("Its proof uses", [paper.words(*said.statements(proof))]))
    if users:
        rows.append(("Used by", [paper.words(*said.statements(users))]))
    if statement.drawn_from:
        rows.append(("Drawn from", [paper.words(*said.statements(statement.drawn_from))]))
    outcome = material.outcomes.get(statement.id)
    if outcome is not None:
        rows.append(("Repeat it", [paper.words(paper.code(outcome.replay))]))
    return [paper.facts(rows, ["around"])]
