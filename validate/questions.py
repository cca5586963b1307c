"""The commands that answer questions about verdicts: why, impact, compare, lock."""

from __future__ import annotations

from pathlib import Path

import click

from .console import console, one_clear_line
from .options import debug_option, theory_option

_REPORT = click.option(
    "--report",
    type=click.Path(path_type=Path),
    default=Path("report"),
    show_default=True,
    help="Folder of a report.",
)


@click.command("why")
@click.argument("statement", metavar="ID")
@_REPORT
@theory_option
@debug_option
def why_command(statement: str, report: Path, theory: str, debug: bool) -> None:
    """Show what decided statement ID, and what it rests on down to the assumptions."""
    from .explain import why_lines

    with one_clear_line(debug):
        from .theories import theory_of
        from .why import why

        found = why(statement, theory_of(theory), _content(report))
        for line in why_lines(found):
            console().print(line, soft_wrap=isinstance(line, str), markup=False, highlight=False)


@click.command("impact")
@click.argument("statement", metavar="ID")
@theory_option
@debug_option
def impact_command(statement: str, theory: str, debug: bool) -> None:
    """Show what would change if statement ID fell."""
    from .explain import impact_lines

    with one_clear_line(debug):
        from .impact import impact
        from .theories import theory_of

        for line in impact_lines(impact(statement, theory_of(theory))):
            console().print(line, soft_wrap=isinstance(line, str), markup=False, highlight=False)


@click.command("compare")
@click.argument("first", type=click.Path(path_type=Path), metavar="A")
@click.argument("second", type=click.Path(path_type=Path), metavar="B")
@debug_option
def compare_command(first: Path, second: Path, debug: bool) -> None:
    """Compare the reports in folders A and B: verdicts, numbers, records, and how they were made."""
    from .explain import comparison_lines

    with one_clear_line(debug):
        from .compare import compare

        found = compare(_content(first), _content(second))
        for line in comparison_lines(found):
            console().print(line, soft_wrap=isinstance(line, str), markup=False, highlight=False)


@click.command("lock")
@click.option(
    "--again", default="", help="The reason to lock changed records anew; it stays in the file for good."
)
@debug_option
def lock_command(again: str, debug: bool) -> None:
    """Fix the records by which predictions are judged: write down the digest of each."""
    with one_clear_line(debug):
        from .checks import CHECKS
        from .lock import PATH, lock
        from .problems import BadRequest
        from .provenance import provenance

        origin = provenance()
        if origin.modified:
            raise BadRequest(
                f"the working tree at commit {origin.commit[:12]} has changes; commit the records first, so that "
                "the commit that is written down holds them"
            )
        records = [check.record for check in CHECKS if check.record is not None]
        for identifier, before in lock(records, origin.commit, again=again).items():
            console().print(f"{identifier}: was {before}", markup=False, highlight=False)
        console().print(f"Written: {PATH}", markup=False, highlight=False)


def _content(report: Path) -> dict[str, object]:
    from .problems import BadRequest
    from .report.reader import NAME, NotAReport, read_report

    path = report / NAME if report.is_dir() else report
    try:
        return read_report(path)
    except NotAReport as error:
        raise BadRequest(str(error)) from None
    except OSError as error:
        raise BadRequest(
            f"{path} cannot be read ({error.strerror}); give the folder of a report, as 'verify' writes it"
        ) from None
