"""``spectral-edge ledger``: one call of :func:`.make.make_ledger`, and then words."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..console import console, one_clear_line, say
from ..options import debug_option, theory_option


@click.command("ledger")
@theory_option
@click.option(
    "--every", is_flag=True, help="Try all altered copies; takes minutes. Otherwise one of each kind."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("ledger"),
    show_default=True,
    help="Folder of the ledger; entries that are there are kept while nothing changed.",
)
@debug_option
def ledger_command(theory: str, every: bool, out: Path, debug: bool) -> None:
    """Alter every step of every derivation, and write down what the checker said.

    Writes ledger.json, ledger.md and status.md. The exit status is 1 when an altered copy was accepted.
    """
    screen = console()
    with one_clear_line(debug):
        from ..progress import reporter
        from .make import make_ledger

        with reporter(screen) as progress:
            ledger = make_ledger(theory, out, every=every, progress=progress)
        screen.print(f"{ledger.caught} of {ledger.made} altered copies were rejected. Pages: {out}")
        for identifier, change, _ in ledger.survivors:
            say(f"survived: {identifier}: {change}")
        if ledger.survivors:
            sys.exit(1)
