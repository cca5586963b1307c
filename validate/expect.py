"""Comparing the verdicts of a run with those that somebody wrote down before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .problems import BadRequest
from .verdict import Verdict


def read_expected(path: Path) -> dict[str, Verdict]:
    """Verdicts by statement id, from ``{"F1": "proved", ...}`` or from a ``verdicts.json``.

    Raises:
        BadRequest: the file is absent, is neither of the two, or names a verdict that does not exist.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadRequest(f"--expect {path}: cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise BadRequest(f"--expect {path}: is not JSON ({error})") from error
    if not isinstance(data, dict):
        raise BadRequest(f'--expect {path}: give an object such as {{"F1": "proved"}}, or a verdicts.json')
    if isinstance(data.get("statements"), list):
        data = _from_report(path, data["statements"])
    return {identifier: _verdict(path, identifier, text) for identifier, text in data.items()}


def _from_report(path: Path, statements: list[Any]) -> dict[str, Any]:
    try:
        return {entry["id"]: entry["verdict"] for entry in statements}
    except (KeyError, TypeError) as error:
        raise BadRequest(f"--expect {path}: each of its statements needs an id and a verdict") from error


def _verdict(path: Path, identifier: str, text: Any) -> Verdict:
    try:
        return Verdict(text)
    except ValueError:
        known = ", ".join(v.value for v in Verdict)
        raise BadRequest(
            f"--expect {path}: {identifier} is expected to be {text!r}, which is no verdict; known: {known}"
        ) from None


def differences(expected: Mapping[str, Verdict], found: Mapping[str, Verdict]) -> list[str]:
    """One line for each id whose verdict differs, is missing, or was not expected; empty when all agree.

    >>> differences({"F1": Verdict.PROVED}, {"F1": Verdict.PROVED, "P01": Verdict.REFUTED})
    ['P01: refuted, but it is not among the expected statements']
    """
    lines = []
    for identifier in dict.fromkeys([*expected, *found]):
        if identifier not in found:
            lines.append(f"{identifier}: expected {expected[identifier]}, but no such statement was judged")
        elif identifier not in expected:
            lines.append(f"{identifier}: {found[identifier]}, but it is not among the expected statements")
        elif expected[identifier] is not found[identifier]:
            lines.append(f"{identifier}: expected {expected[identifier]}, found {found[identifier]}")
    return lines
