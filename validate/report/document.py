"""The content of ``verdicts.json``: strict JSON, the same facts as the page, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from ..evidence import Figure, Measurement
from ..evidence_json import nulled
from ..family import LEVEL, Family
from ..outcome import Outcome, Report
from ..published.identity import digest
from .reader import SCHEMA, TOOL


def csv_name(identifier: str, figure: str) -> str:
    """Where the data behind a figure lie inside the report folder."""
    safe = "".join(c if c.isalnum() or c in "-." else "_" for c in identifier)
    return f"data/{safe}-{figure}.csv"


def document(report: Report, files: Sequence[str]) -> dict[str, Any]:
    """Everything that was found, as a JSON object. What is not a finite number is null.

    ``files`` are all files of the report, by their paths inside its folder.
    """
    return {
        "schema": SCHEMA,
        "tool": TOOL,
        "theory": {"name": report.theory.name, "title": report.theory.title},
        "configuration": {
            "profile": report.profile,
            "master_seed": report.master_seed,
            "device": report.device,
            "arms": {run.arm: json.loads(run.description.to_json()) for run in report.runs},
        },
        "versions": {"spectral-edge": report.provenance.version, **report.provenance.versions},
        "platform": report.provenance.platform,
        "seeds": list(report.seeds),
        "commit": report.provenance.commit,
        "modified": report.provenance.modified,
        "source": report.provenance.source,
        "times": {
            "started": report.started.isoformat(timespec="seconds"),
            "finished": (report.started + timedelta(seconds=report.seconds)).isoformat(timespec="seconds"),
            "seconds": round(report.seconds, 3),
        },
        "statements": [_statement(report, outcome) for outcome in report.outcomes],
        "family": _family(report.family),
        "files": list(files),
    }


def _statement(report: Report, outcome: Outcome) -> dict[str, Any]:
    standing = report.standing(outcome)
    evidence, statement, result = outcome.evidence, outcome.statement, outcome.result
    return {
        "id": statement.id,
        "title": statement.title,
        "kind": statement.kind.value,
        "verdict": evidence.verdict.value,
        "value": _number(evidence.value),
        "null": _number(evidence.null),
        "replay": outcome.replay,
        "reason": evidence.reason,
        "footing": standing.footing.value if standing.claims else None,
        "standing": standing.meaning or None,
        "measured": _named(evidence.value),
        "measured_null": _named(evidence.null),
        "record": outcome.record.digest() if outcome.record else None,
        "lock": outcome.lock.value if outcome.lock else None,
        "rule": asdict(outcome.record) if outcome.record else None,
        "claim": digest(statement),
        "source": str(statement.source),
        "amends": statement.amends or None,
        "derivation": {
            "status": result.status.value,
            "message": result.message,
            "steps": len(result.steps),
            "altered_copies": result.mutants_made,
            "altered_copies_rejected": result.mutants_caught,
        },
        "seeds": list(evidence.seeds),
        "runs": list(evidence.runs),
        "counts": {name: list(pair) for name, pair in evidence.counts.items()},
        "tables": [nulled(asdict(table)) for table in evidence.tables],
        "figures": [_figure(statement.id, figure) for figure in evidence.figures],
        "extra": dict(evidence.extra),
        "found": outcome.found,
        "seconds": round(outcome.seconds, 3),
        "reused": outcome.reused,
    }


def _figure(identifier: str, figure: Figure) -> dict[str, Any]:
    """All of a figure but its points, which are in its csv; a style for each curve, in the order of the csv."""
    return {
        "name": figure.name,
        "title": figure.title,
        "caption": figure.caption,
        "alt": figure.alt,
        "x_label": figure.x_label,
        "y_label": figure.y_label,
        "log_x": figure.log_x,
        "log_y": figure.log_y,
        "styles": [curve.style for curve in figure.curves],
        "data": csv_name(identifier, figure.name),
    }


def _family(family: Family) -> dict[str, Any]:
    return {
        "method": "Holm",
        "level": LEVEL,
        "members": [
            {
                "id": member.statement,
                "verdict": member.verdict.value,
                "p": member.p_value,
                "adjusted": member.adjusted,
                "corrected": member.corrected.value,
            }
            for member in family.members
        ],
        "not_corrected": list(family.others),
    }


def _number(measurement: Measurement) -> float | None:
    number: float | None = nulled(measurement.value)
    return number


def _named(measurement: Measurement) -> Mapping[str, Any]:
    return {"name": measurement.name, "unit": measurement.unit, "note": measurement.note or None}
