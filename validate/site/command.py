"""``spectral-edge docs`` and ``spectral-edge export``: one call of a function each, and then words."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..console import console, one_clear_line, say
from ..options import debug_option, device_option, store_option, theory_option


@click.command("docs")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("site"),
    show_default=True,
    help="Folder of the site.",
)
@click.option(
    "--profile",
    help="The profile whose verdicts are shown. [default: that of the published results; quick, where there are none]",
)
@click.option(
    "--results",
    type=click.Path(path_type=Path),
    help="Folder of published results to show. [default: docs/results, where no profile is named]",
)
@device_option
@store_option
@theory_option
@click.option(
    "--check", is_flag=True, help="Build nothing: fail if a page of the site in --out is out of date."
)
@click.option(
    "--pdf", is_flag=True, help="Also print all derivations to a PDF, with a browser of this machine."
)
@debug_option
def docs_command(
    out: Path,
    profile: str | None,
    results: Path | None,
    device: str,
    store: Path | None,
    theory: str,
    check: bool,
    pdf: bool,
    debug: bool,
) -> None:
    """Build the documentation from the theory and from what verifying it found.

    Published results are shown as they are, and nothing is trained. With --profile, what a verification of
    that profile needs and is not stored yet is found first.
    """
    screen = console()
    with one_clear_line(debug):
        from ..problems import BadRequest
        from ..progress import reporter
        from ..theory_workers import cores
        from .make import Docs

        if profile is not None and results is not None:
            raise BadRequest(
                f"--profile {profile} and --results {results}: published results have a profile already"
            )
        asked = Docs(profile, device, store, theory, cores(), results)
        with reporter(screen) as progress:
            stale = asked.stale(out, progress) if check else []
            if not check:
                asked.make(out, progress)
        for page in stale:
            say(f"out of date: {page}")
        if stale:
            sys.exit(1)
        if pdf and not check:
            from .printing import print_pdf

            screen.print(f"PDF: {print_pdf(out)}", highlight=False, soft_wrap=True)
        told = f"Every page in {out} is up to date." if check else f"Site: {out / 'index.html'}"
        screen.print(told, highlight=False, soft_wrap=True)


@click.command("export")
@click.argument("statement", metavar="ID")
@click.option(
    "--format",
    "form",
    type=click.Choice(["latex", "markdown"]),
    default="latex",
    show_default=True,
    help="What it is written as.",
)
@theory_option
@debug_option
def export_command(statement: str, form: str, theory: str, debug: bool) -> None:
    """Print statement ID with its derivation, for a paper."""
    with one_clear_line(debug):
        from .export import Form, find

        click.echo(find(theory, statement, Form(form)), nl=False)
