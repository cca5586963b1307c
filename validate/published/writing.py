"""Writing the results of a report where they can be committed."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import atomic
from ..problems import BadRequest
from ..report.figures import csv_text
from ..report.reader import NAME, NotAReport, read_report
from .reading import figure_of
from .steadiness import steadied
from .thinning import thinned

LIMIT = 5_000_000
"""Bytes that published results may have: what a clone of the sources can carry without a thought. No source."""
MARK = "published"
"""The field of ``verdicts.json`` by which published results are known."""


def publish(report: Path, target: Path, repetitions: Sequence[Path] = ()) -> int:
    """Copy what data decided from the report in ``report`` to the folder ``target``; returns the bytes written.

    Statements that are decided by their derivation alone are left out: a derivation is checked anew whenever
    pages are made. Long curves are :func:`.thinning.thinned`; tables are kept as they are. ``repetitions`` are
    reports of the same verification with other master seeds: a verdict that is not the same in all of them is
    published as inconclusive, see :func:`.steadiness.steadied`.

    Raises:
        BadRequest: there is no report, a repetition is none, ``target`` holds something else, or the results are larger than
            :data:`LIMIT`. Nothing was changed.
    """
    content = _content(report)
    for folder, one in ((report, content), *((other, _content(other)) for other in repetitions)):
        if one.get(MARK) is True:
            raise BadRequest(f"{folder} holds published results already; give the report that 'verify' wrote")
    _claim(target)
    files: dict[str, str] = {}
    judged = steadied(content, [_content(other) for other in repetitions])
    statements = [entry for entry in judged if entry["rule"] is not None]
    if not statements:
        raise BadRequest(f"the report in {report} judges nothing by data; there is nothing to publish")
    for entry in statements:
        entry["replay"] = _anywhere(entry["replay"])
        for about in entry["figures"]:
            full = _figure(report, entry["id"], about)
            small = thinned(full)
            about["thinned"] = any(
                len(few.x) < len(all_.x) for few, all_ in zip(small.curves, full.curves, strict=True)
            )
            files[about["data"]] = csv_text(small)
    content |= {"statements": statements, "files": [*files, NAME], MARK: True}
    files[NAME] = json.dumps(content, allow_nan=False, ensure_ascii=False, indent=1) + "\n"
    size = sum(len(text.encode()) for text in files.values())
    if size > LIMIT:
        largest = sorted(files, key=lambda name: -len(files[name]))[:3]
        raise BadRequest(
            f"the results have {size:,} bytes, of which at most {LIMIT:,} are published; the largest files are "
            f"{', '.join(largest)}: give their figures fewer curves"
        )
    shutil.rmtree(target, ignore_errors=True)
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write_text(path, text)
    return size


def _content(report: Path) -> dict[str, Any]:
    try:
        return read_report(report / NAME)
    except NotAReport as error:
        raise BadRequest(str(error)) from None
    except OSError as error:
        raise BadRequest(
            f"{report / NAME} cannot be read ({error.strerror}); give the folder of a report, as 'verify' writes it"
        ) from None


def _claim(target: Path) -> None:
    """See that ``target`` is empty, absent, or holds published results."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    try:
        ours = read_report(target / NAME).get(MARK) is True
    except (NotAReport, OSError):
        ours = False
    if not ours:
        raise BadRequest(f"{target} holds something that is no published result; it was left as it is")


def _anywhere(command: str) -> str:
    """A replay command without the store that it was given: that is a folder of one machine.

    >>> _anywhere("spectral-edge replay P10 --profile standard --store '/tmp/my store'")
    'spectral-edge replay P10 --profile standard'
    """
    words = shlex.split(command)
    if "--store" in words:
        place = words.index("--store")
        del words[place : place + 2]
    return shlex.join(words)


def _figure(report: Path, identifier: str, about: dict[str, Any]) -> Any:
    try:
        return figure_of(about, (report / about["data"]).read_text(encoding="utf-8"))
    except (OSError, KeyError, ValueError) as error:
        raise BadRequest(
            f"{report}: the figure {about.get('name')} of {identifier} cannot be read ({type(error).__name__}: "
            f"{error}); was the report written by this version? 'verify' writes it anew"
        ) from None
