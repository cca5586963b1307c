"""The content of ``verdicts.json``: strict JSON, the same facts as the page, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from ..evidence import Measurement
from ..evidence_json import nulled
from ..outcome import Outcome, Report
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
        "tables": [nulled(asdict(table)) for table in evidence.tables],
        "figures": [
            {
                "name": figure.name,
                "title": figure.title,
                "caption": figure.caption,
                "data": csv_name(statement.id, figure.name),
            }
            for figure in evidence.figures
        ],
        "extra": dict(evidence.extra),
        "found": outcome.found,
        "seconds": round(outcome.seconds, 3),
        "reused": outcome.reused,
    }


def _number(measurement: Measurement) -> float | None:
    number: float | None = nulled(measurement.value)
    return number


def _named(measurement: Measurement) -> Mapping[str, Any]:
    return {"name": measurement.name, "unit": measurement.unit, "note": measurement.note or None}
