"""Writing a report: the data behind each figure, the page, and ``verdicts.json``."""

from __future__ import annotations

import json

from ..outcome import Report
from .document import csv_name, document
from .figures import csv_text
from .folder import ReportFolder
from .page import render
from .reader import NAME

PAGE = "index.html"


def write_report(report: Report, folder: ReportFolder) -> list[str]:
    """Write all files of ``report`` into the claimed ``folder``; returns their paths inside it.

    Everything is made before anything is written, so that a failure in the making leaves the report
    before untouched.

    Raises:
        OSError: a file cannot be written.
    """
    files = {
        csv_name(outcome.id, figure.name): csv_text(figure)
        for outcome in report.outcomes
        for figure in outcome.evidence.figures
    }
    files[PAGE] = render(report)
    names = [*files, NAME]
    files[NAME] = json.dumps(document(report, names), allow_nan=False, ensure_ascii=False, indent=2) + "\n"
    folder.write(files)
    return names
