"""``python -m spectral_edge.validate.studies``: write the page of the replications from their committed numbers."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..atomic import write_text
from .catalogue import STUDIES
from .page import page
from .study import SIZES


@click.command()
@click.option(
    "--results",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path("docs/replications"),
    show_default=True,
    help="The folder that was given to `spectral-edge reproduce --out`; the page of the same name is written beside it.",
)
def main(results: Path) -> None:
    """Write the page of what is there, in the order of the catalogue, small before full."""
    known = [results / f"{name}-{size}.json" for name in STUDIES for size in SIZES]
    contents = [json.loads(path.read_text(encoding="utf-8")) for path in known if path.exists()]
    if not contents:
        raise click.ClickException(f"{results} holds none of {', '.join(path.name for path in known)}")
    write_text(results.with_suffix(".md"), page(contents))


if __name__ == "__main__":
    main()
