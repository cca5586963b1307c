"""The command that draws phase diagrams."""

from __future__ import annotations

from pathlib import Path

import click

from .console import one_clear_line
from .options import debug_option


@click.command("sweep")
@click.argument("name", metavar="NAME")
@click.option("--size", type=click.IntRange(2, 2000), default=60, show_default=True, help="Values per axis.")
@click.option("--backend", default="auto", show_default=True, help="The integrator.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("sweeps"),
    show_default=True,
    help="Folder for NAME.svg, and for the rows by which an interrupted sweep is taken up again.",
)
@debug_option
def sweep_command(name: str, size: int, backend: str, out: Path, debug: bool) -> None:
    """Draw the phase diagram NAME: regimes in colour, and the boundary that the theory predicts.

    An unknown NAME lists the known ones. After an interruption the same command goes on where it was left.
    """
    with one_clear_line(debug):
        from ..simulate.integrate import BACKENDS, BackendError
        from ..simulate.sweep import run_sweep
        from .atomic import write_text
        from .console import console
        from .folders import writable
        from .problems import BadRequest, Interrupted, unknown
        from .progress import reporter
        from .sweep_figure import diagram_svg
        from .sweeps import SWEEPS

        if name not in SWEEPS:
            raise unknown("sweep", name, SWEEPS)
        if backend not in ("auto", *BACKENDS):
            raise unknown("backend", backend, ("auto", *BACKENDS))
        rows = writable(out, "--out") / "rows"
        screen = console()
        with reporter(screen) as progress:
            progress.begin(f"sweep {name}", size)
            try:
                diagram = run_sweep(
                    SWEEPS[name], (size, size), backend=backend, folder=rows, tell=progress.advance
                )
            except BackendError as error:
                raise BadRequest(f"--backend {backend}: {error}") from error
            except KeyboardInterrupt:
                raise Interrupted(
                    f"interrupted; finished rows are kept in {rows}. The same command goes on from there."
                ) from None
            progress.end(f"{size - diagram.reused} rows integrated, {diagram.reused} found again")
        write_text(out / f"{name}.svg", diagram_svg(diagram))
        screen.print(f"wrote {out / f'{name}.svg'}", markup=False, highlight=False)
