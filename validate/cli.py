"""The command line. Every command is one call of a function in :mod:`.pipeline`, and then words.

Exit status: 0 when the command ran to its end, whatever the verdicts; 1 when the verifier failed a check
of itself, could not finish, or found other verdicts than expected; 2 when the request cannot be carried
out as it stands; 130 after Ctrl-C.
"""

from __future__ import annotations

import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import click

from .console import console, one_clear_line, say
from .ledger.command import ledger_command
from .nulls_command import nulls_command
from .options import debug_option, device_option, store_option, theory_option
from .published.command import publish_command
from .questions import compare_command, impact_command, lock_command, why_command
from .runs_command import runs_command
from .site.command import docs_command, export_command
from .studies.command import reproduce_command
from .sweep_command import sweep_command

# The commands import the pipeline when they run: it brings torch, and --help should not wait for that.


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("spectral-edge"), prog_name="spectral-edge")
def main() -> None:
    """Try to break the spectral edge theory of neural-network training."""


_profile = click.option(
    "--profile",
    default="quick",
    show_default=True,
    help="How much to train; an unknown name lists the known ones.",
)
_master_seed = click.option(
    "--master-seed",
    default=0,
    show_default=True,
    help="Another one trains networks with other seeds, and draws other null models.",
)


@main.command()
@_profile
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("report"),
    show_default=True,
    help="Folder of the report.",
)
@device_option
@store_option
@click.option(
    "--expect",
    type=click.Path(path_type=Path),
    help='Fail unless the verdicts are those of this file: {"F1": "proved", ...} or a verdicts.json.',
)
@theory_option
@_master_seed
@debug_option
def verify(
    profile: str,
    out: Path,
    device: str,
    store: Path | None,
    expect: Path | None,
    theory: str,
    master_seed: int,
    debug: bool,
) -> None:
    """Derive, train, confront every statement, and write a report.

    The exit status is 0 when the verification ran to its end, whatever the verdicts.
    """
    screen = console()
    with one_clear_line(debug):
        from .pipeline import verify as run
        from .progress import reporter
        from .terminal import verdict_table
        from .theory_workers import cores

        with reporter(screen) as progress:
            report = run(
                profile,
                out,
                device,
                store,
                expect,
                progress,
                theory=theory,
                workers=cores(),
                master_seed=master_seed,
            )
        screen.print(verdict_table(report))
        if report.supporting:
            tally = Counter(outcome.verdict.value for outcome in report.supporting)
            parts = ", ".join(f"{count} {verdict}" for verdict, count in tally.items())
            screen.print(f"And {len(report.supporting)} supporting theorems, in the report: {parts}.")
        if report.family.members:
            screen.print(str(report.family), highlight=False)
        screen.print(_closing_line(report.reused, report.judged, out), highlight=False, soft_wrap=True)
        for outcome in report.broken:
            say(f"could not finish: {outcome.id}: {outcome.broken}")
        for difference in report.differences:
            say(f"not as expected: {difference}")
        if report.broken or report.differences:
            sys.exit(1)


def _closing_line(reused: int, total: int, out: Path) -> str:
    if reused == total:
        how = "Nothing has changed since: all evidence was reused. "
    else:
        how = f"{reused} of {total} verdicts rest on evidence found before. " if reused else ""
    return f"{how}Report: {out / 'index.html'}"


@main.command()
@click.argument("statement", metavar="ID")
@_profile
@device_option
@store_option
@theory_option
@_master_seed
@debug_option
def replay(
    statement: str,
    profile: str,
    device: str,
    store: Path | None,
    theory: str,
    master_seed: int,
    debug: bool,
) -> None:
    """Find the evidence of statement ID anew and print it.

    Its derivation and judgement are done again; training runs are taken from the store when there.
    """
    screen = console()
    with one_clear_line(debug):
        from .pipeline import replay as run
        from .progress import reporter
        from .terminal import evidence_lines
        from .theory_workers import cores

        with reporter(screen) as progress:
            found = run(
                statement,
                profile,
                device,
                store,
                progress,
                theory=theory,
                workers=cores(),
                master_seed=master_seed,
            )
        for part in evidence_lines(found.outcome, found.agrees):
            screen.print(part, soft_wrap=isinstance(part, str), markup=False, highlight=False)
        if found.outcome.broken:
            say(f"could not finish: {found.outcome.id}: {found.outcome.broken}")
            sys.exit(1)


for _command in (
    why_command,
    impact_command,
    nulls_command,
    compare_command,
    lock_command,
    publish_command,
    ledger_command,
    docs_command,
    export_command,
    reproduce_command,
    runs_command,
    sweep_command,
):
    main.add_command(_command)


if __name__ == "__main__":
    main()
