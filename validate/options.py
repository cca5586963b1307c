"""Options that several commands have, in the same words everywhere."""

from __future__ import annotations

from pathlib import Path

import click

theory_option = click.option(
    "--theory",
    default="spectral-edge",
    show_default=True,
    help="A theory that ships with the project, or a Python file that defines THEORY; the file is run.",
)
device_option = click.option("--device", default="cpu", show_default=True, help="cpu, cuda or cuda:N.")
store_option = click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Folder of runs and evidence to reuse. [default: $SPECTRAL_EDGE_STORE or .spectral-edge]",
)
debug_option = click.option("--debug", is_flag=True, help="Show the full trace of an error.")
