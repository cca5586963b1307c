"""Answers to questions about verdicts, as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from rich import box
from rich.table import Table as Grid
from rich.text import Text

from .compare import Comparison
from .impact import Impact
from .numbers import counted, shown
from .terminal import STYLES
from .verdict import Verdict
from .why import Ground, Why


def why_lines(found: Why) -> Iterator[str | Text | Grid]:
    """The evidence of one statement, its standing, and what it rests on."""
    yield Text(f"{found.statement.id}  {found.statement.title}", style="bold")
    yield found.statement.says
    yield ""
    if found.entry is None:
        unjudged = _DERIVED if found.published else "it was not judged"
        yield f"The report has no verdict of it: {_KIND.get(found.statement.kind.value, unjudged)}."
    else:
        yield from _entry_lines(found.entry)
    if found.meaning:
        yield f"theory   {found.meaning}"
    if found.grounds:
        yield ""
        yield _grounds(found.grounds)
        if found.published and found.statement.drawn_from:
            return  # what amends its claims is not known here, so the list may be longer
        yield f"In the end it rests on {counted(len(found.assumptions), 'assumption')}, beside definitions."


_DERIVED = "published results hold what data decided; 'spectral-edge replay' checks a derivation"
_KIND = {
    "assumption": "assumptions are not checked, only named",
    "definition": "a definition is neither true nor false",
}


def _entry_lines(entry: Any) -> Iterator[str | Text]:
    verdict = Verdict(entry["verdict"])
    yield Text.assemble("verdict  ", (verdict.value, STYLES[verdict]))
    yield f"because  {entry['reason']}"
    yield f"value    {shown(entry['value'])} {entry['measured']['name']}"
    yield f"null     {shown(entry['null'])} {entry['measured_null']['name']}"
    if entry["derivation"]["steps"]:
        yield f"derived  {entry['derivation']['status']}: {entry['derivation']['message']}"
    if entry["record"]:
        yield f"rule     {entry['rule']['test']}"
        yield f"record   {entry['record']}"
    yield f"replay   {entry['replay']}"


def _grounds(grounds: tuple[Ground, ...]) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, title=Text("It rests on"), title_justify="left", pad_edge=False)
    for name in ("steps away", "id", "kind", "verdict", "title"):
        grid.add_column(name, no_wrap=name != "title")
    for ground in grounds:
        verdict = ground.verdict
        grid.add_row(
            str(ground.depth),
            ground.statement.id,
            ground.statement.kind.value,
            Text(verdict.value, style=STYLES[verdict]) if verdict else Text("–"),
            Text(ground.statement.title),
        )
    return grid


def impact_lines(found: Impact) -> Iterator[str | Text | Grid]:
    """What would change if one statement fell."""
    yield Text(f"{found.statement.id}  {found.statement.title}", style="bold")
    if not found.dependents:
        yield "Nothing rests on it."
        return
    lost = len(found.unproved)
    others = len(found.dependents) - lost
    yield (
        f"If it fell, {counted(lost, 'theorem')} would lose the proof, and {counted(others, 'other statement')} "
        "would be touched."
    )
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("id", "kind", "through", "title"):
        grid.add_column(name, no_wrap=name in ("id", "kind"))
    for dependent in found.dependents:
        through = "; ".join(f"{used}: {bond}" for used, bond in dependent.through.items())
        grid.add_row(
            Text(dependent.statement.id, style="red" if dependent.loses_its_proof else ""),
            dependent.statement.kind.value,
            Text(through),
            Text(dependent.statement.title),
        )
    yield grid


def comparison_lines(found: Comparison) -> Iterator[str | Text | Grid]:
    """What differs between two reports."""
    decisive = sum(d.decisive for d in found.differences)
    yield (
        f"Verdicts that differ: {decisive}. The same verdict with another number or record: "
        f"{len(found.differences) - decisive}. All the same: {found.agreeing}."
    )
    if found.differences:
        grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in ("id", "verdict A", "verdict B", "value A", "value B", "null A", "null B", "record"):
            grid.add_column(name)
        for d in found.differences:
            verdicts = [Text(v.value, style=STYLES[v]) if v else Text("absent") for v in d.verdicts]
            numbers = [shown(n) for n in (*d.values, *d.nulls)]
            grid.add_row(d.id, *verdicts, *numbers, "changed" if d.record_changed else "")
        yield grid
    for name, (one, other) in found.circumstances.items():
        yield f"{name}: {_short(one)} | {_short(other)}"


def _short(thing: Any) -> str:
    return textwrap.shorten(str(thing), 120, placeholder=" …")
