"""The lines of a study as a table for a terminal."""

from __future__ import annotations

from rich.table import Table

from .study import StudyResult

_COLUMNS = {
    "arm": "arm",
    "seed": "seed",
    "memorised": "memorised at",
    "grokked": "grokked at",
    "reported": "source (full)",
    "position": "k*",
    "leading_share": "σ₁²/Σσ²",
    "fall": "fall of g_23",
    "held_out": "held out",
    "diverged": "diverged at",
}


def table(result: StudyResult) -> Table:
    """One row for each seed; a dash where a step was not reached or a number is not known."""
    made = Table(title=f"{result.study} ({result.size})")
    for name, heading in _COLUMNS.items():
        made.add_column(heading, justify="left" if name == "arm" else "right")
    for line in result.lines:
        made.add_row(*(_said(getattr(line, name)) for name in _COLUMNS))
    return made


def _said(value: str | float | None) -> str:
    """A cell.

    >>> _said(None), _said("decay 1"), _said(1400), _said(0.97312)
    ('–', 'decay 1', '1400', '0.973')
    """
    if value is None:
        return "–"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
