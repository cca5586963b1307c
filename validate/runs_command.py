"""``spectral-edge runs``: what is in the store; every command is one call into :mod:`..simulate.runs.catalogue`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import console, one_clear_line
from .options import debug_option, store_option

if TYPE_CHECKING:
    from ..simulate.runs.catalogue import StoredRun

# The commands import the catalogue when they run: it brings torch, and --help should not wait for that.


def _place(store: Path | None) -> Path:
    from .evidence_store import default_root

    return default_root() if store is None else store


def _runs(store: Path | None) -> list[StoredRun]:
    """All runs; none where there is no store yet.

    Raises:
        BadRequest: a store is named and is not there.
    """
    from ..simulate.runs.catalogue import catalogue
    from .problems import BadRequest

    if store is not None and not store.is_dir():
        raise BadRequest(f"--store {store}: there is no such folder")
    return catalogue(_place(store) / "runs")


def _chosen(store: Path | None, key: str) -> StoredRun:
    from ..simulate.runs.catalogue import chosen
    from ..simulate.runs.entry import StoreError
    from .problems import BadRequest

    try:
        return chosen(_runs(store), key)
    except StoreError as error:
        raise BadRequest(str(error)) from error


@click.group("runs")
def runs_command() -> None:
    """List, show, export and remove the training runs of a store."""


@runs_command.command("list")
@store_option
@debug_option
def list_command(store: Path | None, debug: bool) -> None:
    """One line for each run, oldest first: key, state, steps, seeds, size, and what it is."""
    screen = console()
    with one_clear_line(debug):
        from ..simulate.runs.catalogue import SHORT, about

        found = _runs(store)
        for run in found:
            described = run.description
            what = run.problem if described is None else about(described)
            steps = (
                "" if described is None else f"{0 if run.step is None else run.step}/{described.steps} steps"
            )
            seeds = "" if described is None else f"{len(described.seeds)} seeds"
            parts = (run.key[:SHORT], run.state.value, steps, seeds, _size(run.bytes), what)
            screen.print(
                "  ".join(part for part in parts if part), soft_wrap=True, markup=False, highlight=False
            )
        if not found:
            screen.print(f"no runs in {_place(store)}", soft_wrap=True, markup=False, highlight=False)


@runs_command.command("show")
@click.argument("key")
@store_option
@debug_option
def show_command(key: str, store: Path | None, debug: bool) -> None:
    """All that is known of the run whose key begins with KEY, and its newest numbers."""
    screen = console()
    with one_clear_line(debug):
        from ..simulate.runs.catalogue import series
        from ..simulate.runs.entry import StoreError
        from .problems import BadRequest

        run = _chosen(store, key)
        lines = [f"{run.key}  {run.state.value}", f"folder: {run.folder}"]
        if run.description is not None:
            lines.append(run.description.to_json())
        if run.provenance is not None:
            lines += [f"{name}: {value}" for name, value in vars(run.provenance).items()]
        lines += [run.problem] if run.problem else []
        for line in lines:
            screen.print(line, soft_wrap=True, markup=False, highlight=False)
        if run.description is not None and run.step is not None:
            try:
                newest = series(run).sel(step=run.step)
            except StoreError as error:
                raise BadRequest(str(error)) from error
            for name in run.description.series:
                values = "  ".join(f"{value:.6g}" for value in newest[name].to_numpy())
                screen.print(
                    f"{name} at step {run.step}: {values}", soft_wrap=True, markup=False, highlight=False
                )


@runs_command.command("export")
@click.argument("key")
@store_option
@debug_option
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder of the files; made if absent."
)
@click.option("--format", "form", type=click.Choice(("csv", "parquet")), default="csv", show_default=True)
def export_command(key: str, store: Path | None, out: Path, form: str, debug: bool) -> None:
    """Write the series of the run whose key begins with KEY as tables, series and spectra.

    The stored series.nc has everything, labelled; any program that reads netCDF reads it.
    """
    screen = console()
    with one_clear_line(debug):
        from ..simulate.runs.catalogue import tables
        from ..simulate.runs.entry import StoreError
        from .atomic import write_bytes
        from .folders import writable
        from .problems import BadRequest

        run = _chosen(store, key)
        writable(out, "--out")
        try:
            written = tables(run, form)
        except StoreError as problem:
            raise BadRequest(str(problem)) from problem
        except ImportError as problem:
            raise BadRequest(f"--format {form}: {problem}") from problem
        for name, content in written.items():
            write_bytes(out / name, content)
            screen.print(str(out / name), soft_wrap=True, markup=False, highlight=False)


@runs_command.command("prune")
@store_option
@debug_option
@click.option(
    "--stale", is_flag=True, help="Finished runs of other sources; they will not be found any more."
)
@click.option("--interrupted", is_flag=True, help="Runs that were not finished, with their checkpoints.")
@click.option("--damaged", is_flag=True, help="Folders that hold no run of this version.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def prune_command(
    store: Path | None, stale: bool, interrupted: bool, damaged: bool, yes: bool, debug: bool
) -> None:
    """Remove runs of the kinds that are named. One that is going on is never removed."""
    screen = console()
    with one_clear_line(debug):
        from ..simulate.runs.catalogue import RunState, prune
        from .numbers import counted
        from .problems import BadRequest

        kinds = {RunState.STALE: stale, RunState.INTERRUPTED: interrupted, RunState.DAMAGED: damaged}
        wanted = [state for state, named in kinds.items() if named]
        if not wanted:
            raise BadRequest("name what to remove: --stale, --interrupted or --damaged")
        found = [run for run in _runs(store) if run.state in wanted]
        size = _size(sum(run.bytes for run in found))
        if found and not yes and not click.confirm(f"Remove {counted(len(found), 'run')}, {size}?", err=True):
            return
        screen.print(f"removed {counted(len(prune(found, wanted)), 'run')}")


def _size(count: int) -> str:
    """Bytes in the unit that leaves one to three digits before the point.

    >>> _size(999), _size(2_500_000)
    ('999 B', '2.5 MB')
    """
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
