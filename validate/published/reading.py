"""Reading published results back: evidence as it was, unless it belongs to another rule or another claim."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ...theory.statement import Statement
from ..check import Check
from ..evidence import Curve, Evidence, Figure, Measurement, Table
from ..problems import BadRequest
from ..profiles import Profile
from ..provenance import Origin
from ..report.reader import NAME, NotAReport, read_report
from ..verdict import Verdict
from .identity import digest

LEFT_OUT = "Points that could not be told apart in the drawing are left out."


class Misplaced(ValueError):
    """A published result belongs to something else than what is to be shown; the message says to what."""


@dataclass(frozen=True)
class Published:
    """The published results in ``folder``."""

    folder: Path
    content: Mapping[str, Any]

    @property
    def profile(self) -> str:
        """The profile whose networks were trained."""
        return str(self.content["configuration"]["profile"])

    @property
    def master_seed(self) -> int:
        """That of the verification, see :meth:`.Profile.drawn_from`."""
        return int(self.content["configuration"]["master_seed"])

    @property
    def device(self) -> str:
        """The device on which they were trained."""
        return str(self.content["configuration"]["device"])

    @cached_property
    def entries(self) -> Mapping[str, Mapping[str, Any]]:
        """What was published of each statement, by its id."""
        return {entry["id"]: entry for entry in self.content["statements"]}

    @property
    def origin(self) -> Origin:
        """What made the results."""
        of = self.content
        return Origin(
            of["commit"],
            of["modified"],
            of["source"],
            of["times"]["finished"],
            of["platform"],
            of["versions"],
        )

    def evidence(self, check: Check, statement: Statement, profile: Profile) -> Evidence:
        """The evidence on ``statement`` that ``check`` found.

        Raises:
            Misplaced: there is none, or its rule, its claim or its runs are not those of today.
            BadRequest: the files are damaged.
        """
        entry = self.entries.get(check.statement)
        if entry is None:
            raise Misplaced(f"the published results of profile {self.profile} hold nothing on it")
        rule = check.record.digest() if check.record else None
        runs = {profile.arms[arm].address() for arm in check.uses(profile)}
        for what, before, now in (
            ("rule", entry["record"], rule),
            ("claim", entry["claim"], digest(statement)),
        ):
            if before != now:
                raise Misplaced(
                    f"the published result belongs to another {what} ({_short(before)}, now {_short(now)}); "
                    "verify and publish anew"
                )
        if entry["runs"] and not set(entry["runs"]) <= runs:
            raise Misplaced(
                "the published result belongs to runs of another description; verify and publish anew"
            )
        try:
            return _evidence(entry, self.folder)
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise BadRequest(
                f"{self.folder}: what was published of {check.statement} is damaged ({type(error).__name__}: {error})"
            ) from error


def read_published(folder: Path) -> Published:
    """The results in ``folder``.

    Raises:
        BadRequest: it holds none.
    """
    try:
        content = read_report(folder / NAME)
    except (NotAReport, OSError) as error:
        raise BadRequest(f"{folder} holds no published results ({error}); 'publish' writes them") from error
    if content.get("published") is not True:
        raise BadRequest(f"{folder / NAME} is a report and no published result; 'publish' makes one of it")
    return Published(folder, content)


def figure_of(about: Mapping[str, Any], text: str) -> Figure:
    """A figure from its entry in ``verdicts.json`` and its csv.

    Raises:
        KeyError: the entry lacks a field.
        ValueError: the csv holds other curves than the entry.
    """
    _, *rows = csv.reader(io.StringIO(text))
    points: dict[int, list[list[str]]] = {}
    for row in rows:
        points.setdefault(int(row[0]), []).append(row)
    curves = tuple(
        Curve(part[0][1], _numbers(part, 3), _numbers(part, 4), style, part[0][2])
        for part, style in zip(points.values(), about["styles"], strict=True)
    )
    caption = f"{about['caption']} {LEFT_OUT}" if about.get("thinned") else about["caption"]
    return Figure(
        name=about["name"],
        title=about["title"],
        caption=caption,
        alt=about["alt"],
        x_label=about["x_label"],
        y_label=about["y_label"],
        curves=curves,
        log_x=about["log_x"],
        log_y=about["log_y"],
    )


def _numbers(rows: list[list[str]], column: int) -> tuple[float, ...]:
    return tuple(float(row[column]) if row[column] else float("nan") for row in rows)


def _evidence(entry: Mapping[str, Any], folder: Path) -> Evidence:
    def measured(number: str, about: str) -> Measurement:
        said = entry[about]
        return Measurement(entry[number], said["name"], said["unit"], said["note"] or "")

    return Evidence(
        id=entry["id"],
        verdict=Verdict(entry["verdict"]),
        value=measured("value", "measured"),
        null=measured("null", "measured_null"),
        reason=entry["reason"],
        tables=tuple(
            Table(table["title"], tuple(table["columns"]), tuple(map(tuple, table["rows"])))
            for table in entry["tables"]
        ),
        figures=tuple(
            figure_of(about, (folder / about["data"]).read_text(encoding="utf-8"))
            for about in entry["figures"]
        ),
        runs=tuple(entry["runs"]),
        seeds=tuple(entry["seeds"]),
        extra=dict(entry["extra"]),
        counts={name: (passed, total) for name, (passed, total) in entry["counts"].items()},
    )


def _short(text: str | None) -> str:
    return (text or "none")[:12]
