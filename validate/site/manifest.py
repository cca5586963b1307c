"""What a site was made from, page by page, so that a page that is out of date can be named."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sympy as sp

from ...theory.statement import Statement
from ..evidence_json import to_json
from .material import Material, evidence_page, topic_page

NAME = "site.json"
TOOL = "spectral-edge docs"
SCHEMA = 1


def manifest(material: Material, pages: Path) -> dict[str, Any]:
    """The content of ``site.json``: for each page a digest of all that it shows.

    ``pages`` is the folder of source pages.
    """
    report = material.report
    return {
        "tool": TOOL,
        "schema": SCHEMA,
        "theory": report.theory.name,
        "profile": report.profile,
        "commit": report.provenance.commit,
        "pages": digests(material, pages),
    }


def digests(material: Material, pages: Path) -> dict[str, str]:
    """SHA-256 by the page's name: of its source, and of the statements and evidence that it shows."""
    shown: dict[str, list[Any]] = {}
    for part in material.report.theory.outline:
        for topic in part.topics:
            shown[topic_page(part, topic)] = [
                topic.about,
                *(_statement(material, s) for s in topic.statements),
            ]
    for outcome in material.with_evidence:
        record = asdict(outcome.record) if outcome.record else None
        shown[evidence_page(outcome.id)] = [to_json(outcome.evidence), record]
    found = {}
    for path in sorted(pages.rglob("*.md")):
        name = path.relative_to(pages).with_suffix("").as_posix()
        found[name] = _digest([path.read_text(encoding="utf-8"), shown.get(name, [])])
    return found


def stale(site: Path, material: Material, pages: Path) -> list[str]:
    """The names of the pages of a built site that would be others if it were built now.

    Raises:
        ValueError: ``site`` holds no site of this program.
    """
    try:
        content = json.loads((site / NAME).read_text(encoding="utf-8"))
        before: dict[str, str] = content["pages"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{site} holds no site that could be compared: {error}") from error
    now = digests(material, pages)
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _statement(material: Material, statement: Statement) -> list[Any]:
    """All that the section of a statement is made from."""
    result, outcome = material.report.results[statement.id], material.outcomes.get(statement.id)
    steps = [
        [sp.srepr(step.to), step.says, step.kind, step.uses]
        for d in statement.derivations
        for step in d.steps
    ]
    example = statement.counterexample
    return [
        statement.id, statement.title, statement.says, str(statement.source), statement.refuted_if, statement.repair,
        [sp.srepr(r) for r in (*statement.content, *statement.hypotheses)],
        statement.uses, statement.amends, statement.drawn_from, steps,
        None if example is None else [example.says, sorted((str(k), str(v)) for k, v in example.values.items())],
        result.status.value, result.message,
        [[m.change, m.caught] for step in result.steps for m in step.mutants],
        None if outcome is None else [outcome.verdict.value, outcome.evidence.reason, outcome.replay],
    ]  # fmt: skip


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
