"""A derivation, step by step: what was done, by which statement, what checked it, which copies it rejected."""

from __future__ import annotations

from docutils import nodes

from ....theory.derivation import Bound, Derivation, Named, Rearrange, Step
from ....theory.statement import Statement
from ....theory.verify import CheckedDerivation, CheckedStep, StatementResult
from ...numbers import counted
from .. import paper
from .said import Said


def derivation_part(said: Said, statement: Statement, result: StatementResult) -> list[nodes.Node]:
    """All derivations of a statement; empty where it has none."""
    if not statement.derivations:
        return []
    checked = result.derivations or (None,) * len(statement.derivations)
    several = len(statement.derivations) > 1
    inside: list[nodes.Node] = [paper.words(f"{result.status.capitalize()}: {result.message}.")]
    for derivation, found in zip(statement.derivations, checked, strict=True):
        if several or derivation.scope:
            about = f"Relation {derivation.part + 1}" + (f", {derivation.scope}" if derivation.scope else "")
            inside.append(paper.words(paper.strong(about)))
        inside.append(_steps(said, derivation, found))
    if result.side_conditions:
        inside.append(paper.words("It needs, beside what is assumed of the symbols:"))
        inside += said.formulas(result.side_conditions)
    steps = sum(len(d.steps) for d in statement.derivations)
    summary = f"Derivation: {counted(steps, 'step')}"
    if result.mutants_made:
        summary += f"; {result.mutants_caught} of {result.mutants_made} altered copies rejected"
    return paper.folded(summary, inside, is_open=True, classes="derivation")


def _steps(said: Said, derivation: Derivation, found: CheckedDerivation | None) -> nodes.Node:
    items = []
    for number, step in enumerate(derivation.steps):
        checked = found.steps[number] if found else None
        items.append(nodes.list_item("", *_step(said, step, checked)))
    return nodes.enumerated_list("", *items, enumtype="arabic", prefix="", suffix=".", classes=["steps"])


def _step(said: Said, step: Step, checked: CheckedStep | None) -> list[nodes.Node]:
    done: list[paper.Inline] = [nodes.inline("", step.kind, classes=["done"]), f" {step.says}"]
    if isinstance(step, Named):
        part = f", relation {step.part + 1}," if step.part else ""
        done += [" By ", said.statement(step.using), part]
        renamed = [(old, new) for old, new in step.where.items() if str(old) != str(new)]
        if renamed:
            done.append(" with ")
            for position, (old, new) in enumerate(renamed):
                done += [", "] if position else []
                done += [said.name(new), " for ", said.name(old)]
        done[-1] = done[-1].rstrip(",") if isinstance(done[-1], str) else done[-1]
        done.append(".")
    if isinstance(step, Rearrange) and step.times != 1:
        done += [" Multiplied by ", said.inline(step.times), "."]
    if isinstance(step, Bound):
        done += [" The difference is ", said.inline(step.certificate), "."]
    body: list[nodes.Node] = [paper.words(*done), said.formula(step.to)]
    if checked:
        body.append(paper.words(*_checks(checked), classes=["checked"]))
        if checked.mutants:
            body += _altered(checked)
    return body


def _checks(checked: CheckedStep) -> list[paper.Inline]:
    result = checked.result
    told: list[paper.Inline] = []
    for passed, what in (
        (result.symbolic, "by symbols"),
        (result.points, "at exact points"),
        (result.units, "units"),
    ):
        mark, kind = ("✓", "yes") if passed else (("?", "open") if passed is None else ("✗", "no"))
        words = {"yes": "", "open": ": undecided", "no": ": failed"}[kind]
        told.append(nodes.inline("", f"{mark} {what}{words}", classes=["tick", kind]))
        told.append(" ")
    if result.message:
        told.append(result.message)
    return told


def _altered(checked: CheckedStep) -> list[nodes.Node]:
    rows = []
    for mutant in checked.mutants:
        ways = [
            word
            for word, so in (
                ("by symbols", mutant.by_symbols),
                ("at exact points", mutant.by_points),
                ("by units", mutant.by_units),
                ("since it no longer arrives", mutant.by_arrival),
            )
            if so
        ]
        how = "rejected " + ", ".join(ways) if ways else "not rejected: a defect of the checker"
        rows.append([paper.words(f"{mutant.change}: {how}")])
    caught = sum(mutant.caught for mutant in checked.mutants)
    return paper.folded(
        f"{caught} of {len(rows)} altered copies rejected",
        [paper.bullets(rows)],
        is_open=False,
        classes="altered",
    )
