"""Verdicts and evidence as text in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.table import Table as Grid
from rich.text import Text

from .evidence import Measurement, Table
from .numbers import shown, with_unit
from .outcome import Outcome, Report
from .verdict import Verdict

# The word stands beside the colour, so nothing is lost where there is none.
STYLES = {
    Verdict.PROVED: "green",
    Verdict.SUPPORTED: "blue",
    Verdict.REFUTED: "red",
    Verdict.UNINFORMATIVE: "yellow",
    Verdict.INCONCLUSIVE: "dim",
    Verdict.NOT_CHECKED: "dim",
}


def verdict_table(report: Report) -> Grid:
    """One row per claim of the source, repair and prediction; the theorems on the way have none."""
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column("id", no_wrap=True)
    grid.add_column("title")
    grid.add_column("verdict", no_wrap=True)
    grid.add_column("value", justify="right")
    grid.add_column("null", justify="right")
    grid.add_column("replay", overflow="fold")
    for outcome in report.claims:
        grid.add_row(
            Text(outcome.id),
            Text(outcome.statement.title),
            Text(outcome.verdict.value, style=STYLES[outcome.verdict]),
            Text(with_unit(outcome.evidence.value)),
            Text(with_unit(outcome.evidence.null)),
            Text(outcome.replay),
        )
    return grid


def evidence_lines(outcome: Outcome, agrees: bool | None) -> Iterator[str | Grid | Text]:
    """Everything that decided one statement; ``agrees`` compares it with what was stored before."""
    evidence, statement = outcome.evidence, outcome.statement
    yield Text(f"{statement.id}  {statement.title}", style="bold")
    yield statement.says
    yield ""
    yield Text.assemble("verdict  ", (evidence.verdict.value, STYLES[evidence.verdict]))
    yield f"because  {evidence.reason}"
    yield f"value    {_measured(evidence.value)}"
    yield f"null     {_measured(evidence.null)}"
    if outcome.result.steps:
        made, caught = outcome.result.mutants_made, outcome.result.mutants_caught
        yield f"derived  {outcome.result.status}: {outcome.result.message}"
        yield f"         {caught} of {made} altered copies of its steps were rejected"
    if outcome.record is not None:
        yield f"rule     {outcome.record.test}"
        yield f"record   {outcome.record.digest()}"
    for address in evidence.runs:
        yield f"run      {address}"
    for name, text in evidence.extra.items():
        yield f"{name}: {text}"
    for table in evidence.tables:
        yield _grid(table)
    for figure in evidence.figures:
        yield f"figure   {figure.title}: {figure.alt}"
    yield {
        None: "No evidence of this statement was stored before.",
        True: "The same as the stored evidence, to the last digit.",
        False: "NOT the same as the stored evidence: something that is not accounted for has changed.",
    }[agrees]


def _measured(measurement: Measurement) -> str:
    parts = [with_unit(measurement), measurement.name, measurement.note and f"({measurement.note})"]
    return " ".join(part for part in parts if part)


def _grid(table: Table) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, title=Text(table.title), title_justify="left", pad_edge=False)
    numeric = [all(not isinstance(row[i], str) for row in table.rows) for i in range(len(table.columns))]
    for column, right in zip(table.columns, numeric, strict=True):
        grid.add_column(Text(column), justify="right" if right else "left")
    for row in table.rows:
        grid.add_row(*(Text(cell if isinstance(cell, str) else shown(cell)) for cell in row))
    return grid
