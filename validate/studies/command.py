"""``spectral-edge reproduce``: one call of :func:`.reproduce.reproduce`, and then a table."""

from __future__ import annotations

from pathlib import Path

import click

from ..console import console, one_clear_line
from ..options import debug_option, device_option, store_option


@click.command("reproduce")
@click.argument("name")
@click.option(
    "--size",
    default="small",
    show_default=True,
    help="tiny (seconds), small (a laptop's evening) or full (the source's settings; takes a GPU).",
)
@device_option
@store_option
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the table as NAME-SIZE.json.")
@debug_option
def reproduce_command(
    name: str, size: str, device: str, store: Path | None, out: Path | None, debug: bool
) -> None:
    """Train the networks of the source's study NAME and print what they did beside what it reports.

    NAME is modular, dyck, scan, muon or beta2. Killed or interrupted, the same command goes on.
    """
    screen = console()
    with one_clear_line(debug):
        from ..progress import reporter
        from .reproduce import reproduce, write_result
        from .table import table

        with reporter(screen) as progress:
            result = reproduce(name, size, store, device, progress, out)
        screen.print(table(result))
        if out is not None:
            screen.print(f"Written: {write_result(result, out)}", soft_wrap=True, highlight=False)
