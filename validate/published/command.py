"""``spectral-edge publish``."""

from __future__ import annotations

from pathlib import Path

import click

from ..console import console, one_clear_line
from ..options import debug_option


@click.command("publish")
@click.argument("report", type=click.Path(path_type=Path), default=Path("report"))
@click.argument("repetitions", type=click.Path(path_type=Path), nargs=-1)
@debug_option
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    default=Path("docs/results"),
    show_default=True,
    help="Folder of the published results.",
)
def publish_command(report: Path, repetitions: tuple[Path, ...], target: Path, debug: bool) -> None:
    """Make of the report in folder REPORT [default: report] what can be committed with the sources.

    Kept is what data decided: every verdict with its rule, every table, and the points of each figure that its
    drawing needs. 'spectral-edge docs' shows it without training anything.

    REPETITIONS are folders of reports of the same profile with other master seeds: a verdict that differs among
    them is published as inconclusive.
    """
    with one_clear_line(debug):
        from .writing import publish

        size = publish(report, target, repetitions)
        console().print(f"Published: {target} ({size:,} bytes)", highlight=False, soft_wrap=True)
