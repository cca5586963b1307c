"""Reading a ``verdicts.json`` that this program wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# Raised whenever verdicts.json changes its form or the meaning of a field.
SCHEMA = 1
NAME = "verdicts.json"
TOOL = "spectral-edge"


class NotAReport(ValueError):
    """The file is no ``verdicts.json`` of this program, or one of another schema version."""


def read_report(path: Path) -> dict[str, Any]:
    """The content of a ``verdicts.json``.

    Raises:
        NotAReport: it is not JSON, was not written by this program, or has another schema version.
        OSError: it cannot be read.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NotAReport(f"{path} is not JSON ({error})") from error
    if not isinstance(data, dict) or data.get("tool") != TOOL:
        raise NotAReport(f"{path} was not written by {TOOL}")
    if data.get("schema") != SCHEMA:
        raise NotAReport(
            f"{path} was written with schema {data.get('schema')!r}; this version writes schema {SCHEMA}"
        )
    return data
