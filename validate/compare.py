"""Two reports side by side: what was found differently, and what was done differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .verdict import Verdict


@dataclass(frozen=True)
class Difference:
    """One statement on which two reports differ; None where a report does not have it."""

    id: str
    verdicts: tuple[Verdict | None, Verdict | None]
    values: tuple[float | None, float | None]
    nulls: tuple[float | None, float | None]
    record_changed: bool

    @property
    def decisive(self) -> bool:
        """Whether the verdict itself differs."""
        return self.verdicts[0] is not self.verdicts[1]


@dataclass(frozen=True)
class Comparison:
    """``differences`` of statements; ``circumstances`` are the parts of the set-up that differ, by name."""

    differences: tuple[Difference, ...]
    circumstances: Mapping[str, tuple[Any, Any]]
    agreeing: int


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> Comparison:
    """Compare the contents of two ``verdicts.json``, see :func:`.report.reader.read_report`.

    Numbers differ when they are not equal to the last digit: a replay is exact or it is none. A published result holds
    only what data decided, so beside one the rest of the other report is left out.
    """
    one, other = _entries(first), _entries(second)
    whole = first.get("published") is second.get("published")
    differences, agreeing = [], 0
    for identifier in dict.fromkeys([*one, *other]):
        if not whole and not (identifier in one and identifier in other):
            continue
        a, b = one.get(identifier), other.get(identifier)
        difference = Difference(
            identifier,
            (_verdict(a), _verdict(b)),
            (_number(a, "value"), _number(b, "value")),
            (_number(a, "null"), _number(b, "null")),
            a is not None and b is not None and a.get("record") != b.get("record"),
        )
        same = difference.values[0] == difference.values[1] and difference.nulls[0] == difference.nulls[1]
        if difference.decisive or not same or difference.record_changed:
            differences.append(difference)
        else:
            agreeing += 1
    return Comparison(tuple(differences), dict(_circumstances(first, second)), agreeing)


_COMPARED = ("theory", "configuration", "versions", "platform", "seeds", "commit", "source")


def _circumstances(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[tuple[str, tuple[Any, Any]]]:
    found = []
    for name in _COMPARED:
        a, b = first.get(name), second.get(name)
        if isinstance(a, dict) and isinstance(b, dict):
            parts = [key for key in dict.fromkeys([*a, *b]) if a.get(key) != b.get(key)]
            found += [(f"{name}.{key}", (a.get(key), b.get(key))) for key in parts]
        elif a != b:
            found.append((name, (a, b)))
    return found


def _entries(report: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {entry["id"]: entry for entry in report["statements"]}


def _verdict(entry: Mapping[str, Any] | None) -> Verdict | None:
    return None if entry is None else Verdict(entry["verdict"])


def _number(entry: Mapping[str, Any] | None, name: str) -> float | None:
    return None if entry is None else entry[name]
