"""The lines of a study as a table for a terminal."""

from __future__ import annotations

from rich.table import Table

from .said import HEADINGS, said
from .study import StudyResult


def table(result: StudyResult) -> Table:
    """One row for each seed; a dash where a step was not reached or a number is not known."""
    made = Table(title=f"{result.study} ({result.size})")
    for name, heading in HEADINGS.items():
        made.add_column(heading, justify="left" if name == "arm" else "right")
    for line in result.lines:
        made.add_row(*(said(getattr(line, name)) for name in HEADINGS))
    return made
