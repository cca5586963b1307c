"""``spectral-edge nulls``: a run of the store beside its null models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import console, one_clear_line
from .options import debug_option, store_option

if TYPE_CHECKING:
    from rich.table import Table

    from ..simulate.description import RunDescription
    from ..simulate.run import Run
    from .null_comparison import Compared, Comparison

# The command imports what it calls when it runs: that brings torch, and --help should not wait for it.


@click.command("nulls")
@click.argument("key", metavar="RUN")
@click.option(
    "--replicates",
    type=click.IntRange(min=1),
    default=24,
    show_default=True,
    help="How often each null model is drawn.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the draws.")
@click.option(
    "--twins",
    is_flag=True,
    help="Train what differs in one thing, too: no decay, label noise, frozen features.",
)
@click.option("--json", "as_json", is_flag=True, help="Every value, as JSON.")
@store_option
@debug_option
def nulls_command(
    key: str, replicates: int, seed: int, twins: bool, as_json: bool, store: Path | None, debug: bool
) -> None:
    """Show the spectrum of the run whose key begins with RUN beside that of its null models.

    For each number: its median over seeds or replicates, and in brackets the smallest and the largest.
    """
    screen = console()
    with one_clear_line(debug):
        from ..simulate.store import RunStore, StoreError
        from .evidence_store import default_root
        from .null_comparison import compare_with_nulls
        from .problems import BadRequest

        root = (default_root() if store is None else store) / "runs"
        run = _found(root, key)

        def train(description: RunDescription) -> Run:
            return RunStore(root).obtain(description, run.provenance.device)[0]

        try:
            found = compare_with_nulls(run, replicates=replicates, seed=seed, train=train if twins else None)
        except (ValueError, StoreError) as problem:
            raise BadRequest(str(problem)) from problem
        if as_json:
            click.echo(json.dumps(plain(found), ensure_ascii=False, allow_nan=False))
        else:
            screen.print(_table(found))


def _found(root: Path, key: str) -> Run:
    from ..simulate.runs.catalogue import RunState, catalogue, chosen
    from ..simulate.runs.entry import StoreError, read_entry
    from .problems import BadRequest

    try:
        stored = chosen(catalogue(root), key)
        if stored.description is None or stored.state not in (RunState.FINISHED, RunState.STALE):
            raise BadRequest(
                f"{stored.key}: {stored.problem or f'the run is {stored.state.value}, not finished'}"
            )
        return read_entry(stored.folder, stored.description)
    except StoreError as error:
        raise BadRequest(str(error)) from error


def plain(found: Comparison) -> dict[str, object]:
    """Everything as plain data; what is not finite is None."""
    from .evidence_json import nulled
    from .null_comparison import NUMBERS
    from .nulls import NULLS

    def one(source: Compared) -> dict[str, object]:
        values = {name: nulled(series.tolist()) for name, series in source.values.items()}
        return {"name": source.name, "about": source.about, "windows": source.windows, "values": values}

    return {
        "numbers": {number.name: number.about for number in NUMBERS},
        "run": one(found.run),
        "nulls": [
            {**one(null), "keeps": NULLS[null.name].keeps, "destroys": NULLS[null.name].destroys}
            for null in found.nulls
        ],
        "share of replicates at or above the run": {
            number.name: nulled(found.beyond(number.name)) for number in NUMBERS
        },
    }


def _table(found: Comparison) -> Table:
    import numpy as np
    from rich import box
    from rich.table import Table

    from .null_comparison import NUMBERS
    from .numbers import shown

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column("", no_wrap=True)
    grid.add_column("windows", justify="right")
    for number in NUMBERS:
        grid.add_column(number.name, justify="right")
    for source in (found.run, *found.nulls):
        cells = []
        for number in NUMBERS:
            known = source.values[number.name][np.isfinite(source.values[number.name])]
            if len(known):
                middle, low, high = (shown(float(x)) for x in (np.median(known), known.min(), known.max()))
                cells.append(f"{middle} [{low}, {high}]")
            else:
                cells.append("–")
        grid.add_row(source.name, str(source.windows), *cells)
    return grid
