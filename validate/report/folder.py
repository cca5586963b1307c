"""The folder of a report: claimed before any work is done, so that nothing is lost at the end of it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from .. import atomic
from ..problems import BadRequest
from .reader import NAME, SCHEMA, TOOL, NotAReport, read_report

# Says that the folder is ours while a first report in it is being written.
MARK = ".spectral-edge-report.json"


class ReportFolder:
    """A folder that holds, or may hold, a report of this program.

    Only files that this program wrote are ever replaced or removed.
    """

    def __init__(self, path: Path):
        self.path = path
        self._made: list[Path] = []

    def claim(self) -> None:
        """Make the folder if need be and see that it can be written.

        Raises:
            BadRequest: it cannot be made or written, or it holds something that is not a report of
                this program and schema version. Nothing in it has been changed.
        """
        if self.path.exists() and not self.path.is_dir():
            raise BadRequest(f"report folder {self.path}: is a file; name a folder with --out")
        if self.path.is_dir():
            self._look_inside()
        try:
            self._make()
            # Root may write where the permission bits say no, and a disk may be read-only: try it.
            probe = self.path / f".probe-{os.getpid()}"
            probe.touch(exist_ok=False)
            probe.unlink()
        except OSError as error:
            self.release()
            raise BadRequest(
                f"report folder {self.path}: cannot be written ({error.strerror or error}); "
                "name another with --out"
            ) from error

    def _make(self) -> None:
        missing = [p for p in (self.path, *self.path.parents) if not p.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            self._made.append(folder)

    def _look_inside(self) -> None:
        try:
            found = sorted(entry.name for entry in self.path.iterdir())
        except OSError as error:
            raise BadRequest(
                f"report folder {self.path}: cannot be read ({error.strerror or error})"
            ) from error
        report = self.path / NAME
        try:
            if report.exists():
                read_report(report)
            elif MARK in found:
                self._read_mark()
            elif found:
                raise BadRequest(
                    f"report folder {self.path}: holds files that are no report of {TOOL} "
                    f"({', '.join(found[:3])}{', ...' if len(found) > 3 else ''}); "
                    "it was left as it is: name another with --out"
                )
        except NotAReport as error:
            raise BadRequest(
                f"report folder {self.path}: {error}; it was left as it is: name another folder with --out, "
                "or move this one away"
            ) from error
        except OSError as error:
            raise BadRequest(f"report folder {self.path}: {report.name} cannot be read ({error})") from error

    def _read_mark(self) -> None:
        try:
            mark = json.loads((self.path / MARK).read_text(encoding="utf-8"))
        except ValueError as error:
            raise NotAReport(f"{self.path / MARK} is damaged") from error
        if mark != {"tool": TOOL, "schema": SCHEMA}:
            raise NotAReport(f"{self.path / MARK} is of another schema version")

    def release(self) -> None:
        """Remove what :meth:`claim` made, where it is still empty; for a run that ends without a report."""
        for folder in reversed(self._made):
            try:
                folder.rmdir()
            except OSError:
                return

    def write(self, files: Mapping[str, str]) -> None:
        """Write the files of a report, each in one move, and then remove those of the report before.

        ``files`` maps paths inside the folder, with ``/``, to texts; the last one is ``verdicts.json``, so
        that it never speaks of files which are not there.

        Raises:
            OSError: a file cannot be written; it is then what it was before.
        """
        before = self._files_of_the_report_before()
        mark = json.dumps({"tool": TOOL, "schema": SCHEMA})
        atomic.write_text(self.path / MARK, mark + "\n")
        for name, text in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            atomic.write_text(target, text)
        for name in before - set(files):
            (self.path / name).unlink(missing_ok=True)

    def _files_of_the_report_before(self) -> set[str]:
        try:
            names = read_report(self.path / NAME).get("files", [])
        except (OSError, NotAReport):
            return set()
        return {n for n in names if isinstance(n, str) and _is_inside(n)}


def _is_inside(name: str) -> bool:
    # The list comes from a file that anybody could have edited.
    path = PurePosixPath(name)
    return (
        not path.is_absolute() and ".." not in path.parts and path.parts[:1] in (("data",), ("index.html",))
    )
