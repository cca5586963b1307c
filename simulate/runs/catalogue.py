"""What is in a store: runs that are finished, going on, interrupted or damaged, and which of them to remove."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import xarray as xr

from ..description import RunDescription
from ..provenance import Provenance, source_digest
from .entry import CARD, StoreError, described, read_card, read_entry
from .files import read_dataset
from .keeper import DESCRIPTION, LIVE, PREFIX, in_use
from .labelled import labelled

# Enough digits of a key to tell the runs of one store apart; no source.
SHORT = 12


class RunState(Enum):
    """Where a run stands."""

    FINISHED = "finished"
    STALE = "stale"  # finished, but by other sources than these: it will not be found any more
    RUNNING = "running"
    INTERRUPTED = "interrupted"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class StoredRun:
    """One folder of a store.

    ``description`` and ``provenance`` are None where they are not known (a damaged run; a run that is not
    finished has no provenance yet). ``step`` is the last one that was measured. ``problem`` says what is
    wrong with a damaged run.
    """

    folder: Path
    state: RunState
    bytes: int
    description: RunDescription | None = None
    provenance: Provenance | None = None
    step: int | None = None
    problem: str = ""

    @property
    def key(self) -> str:
        """The key of the run, 64 hexadecimal digits if nobody renamed the folder."""
        return self.folder.name.removeprefix(PREFIX)


def catalogue(root: Path) -> list[StoredRun]:
    """All runs below ``root``, oldest first; none if there is no such folder. Arrays are not read."""
    if not root.is_dir():
        return []
    folders = [path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return [_stored(folder) for folder in sorted(folders, key=lambda path: (path.stat().st_mtime, path.name))]


def chosen(runs: Iterable[StoredRun], key: str) -> StoredRun:
    """The one run whose key begins with ``key``.

    Raises:
        StoreError: none does, or several do.
    """
    found = [run for run in runs if run.key.startswith(key)]
    if len(found) != 1 or not key:
        which = ", ".join(run.key[:SHORT] for run in found) or "none"
        raise StoreError(
            f"key {key!r} is the beginning of {len(found)} runs ({which}); give enough digits of one"
        )
    return found[0]


def series(run: StoredRun) -> xr.Dataset:
    """The labelled series of a run, also of one that is not finished.

    Raises:
        StoreError: it is damaged, or nothing was measured yet.
    """
    if run.description is None:
        raise StoreError(f"{run.folder}: {run.problem}")
    if run.state in (RunState.FINISHED, RunState.STALE):
        return labelled(read_entry(run.folder, run.description))
    try:
        return read_dataset(run.folder / LIVE)
    except (OSError, ValueError) as problem:
        raise StoreError(f"{run.folder}: there are no series yet ({problem})") from problem


FORMATS = ("csv", "parquet")


def tables(run: StoredRun, form: str = "csv") -> dict[str, bytes]:
    """The series of a run as tables, by file name.

    ``series`` has a line for each seed and evaluation, ``spectra``, for a run with records, one for each seed,
    record and mode. ``form`` is one of :data:`FORMATS`: comma-separated values in UTF-8, or Parquet, which
    needs pyarrow.

    Raises:
        StoreError: as for :func:`series`.
        ImportError: Parquet is asked for without pyarrow.
    """
    if form == "parquet" and find_spec("pyarrow") is None:
        raise ImportError("parquet needs pyarrow; install it with: pip install 'spectral-edge[parquet]'")
    data = series(run)
    written = {}
    for name, dimensions in (("series", {"seed", "step"}), ("spectra", {"seed", "record_step", "mode"})):
        wanted = [key for key, array in data.data_vars.items() if set(array.dims) == dimensions]
        if wanted:
            frame = data[wanted].to_dataframe().reset_index()
            if form == "parquet":
                written[f"{name}.parquet"] = frame.to_parquet(index=False, engine="pyarrow")
            else:
                written[f"{name}.csv"] = frame.to_csv(index=False, lineterminator="\n").encode()
    return written


def prune(runs: Iterable[StoredRun], states: Iterable[RunState]) -> list[StoredRun]:
    """Remove the runs in one of ``states`` and return them. A run that is going on is never removed.

    Raises:
        OSError: a folder cannot be removed.
    """
    removed = []
    wanted = set(states) - {RunState.RUNNING}
    for run in runs:
        if run.state in wanted and not in_use(run.folder):
            shutil.rmtree(run.folder)
            removed.append(run)
    return removed


def _stored(folder: Path) -> StoredRun:
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    if folder.name.startswith(PREFIX):
        return _unfinished(folder, size)
    try:
        description, provenance = described(read_card(folder / CARD))
    except (StoreError, ValueError, TypeError, KeyError) as problem:
        return StoredRun(folder, RunState.DAMAGED, size, problem=str(problem))
    state = RunState.FINISHED if provenance.sources == source_digest() else RunState.STALE
    return StoredRun(folder, state, size, description, provenance, description.steps)


def _unfinished(folder: Path, size: int) -> StoredRun:
    state = RunState.RUNNING if in_use(folder) else RunState.INTERRUPTED
    try:
        description = RunDescription.from_json((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError) as problem:
        return StoredRun(folder, RunState.DAMAGED, size, problem=f"{DESCRIPTION} cannot be read ({problem})")
    step = None
    try:
        live = read_dataset(folder / LIVE)
    except (OSError, ValueError):
        pass  # nothing was measured yet
    else:
        measured = np.isfinite(live["weight_norm"].to_numpy()).any(axis=0)
        step = int(live["step"].to_numpy()[measured].max(initial=0))
    return StoredRun(folder, state, size, description, step=step)


def about(description: RunDescription) -> str:
    """A description in a line: what is trained on what, and how.

    The settings of task, network and optimizer are their JSON without quotes.
    """
    content = json.loads(description.to_json())

    def said(thing: object) -> str:
        if not isinstance(thing, dict):
            return str(thing)
        settings = ", ".join(f"{key}={said(value)}" for key, value in thing.items() if key != "kind")
        return f"{thing['kind']}({settings})"

    return f"{said(content['task'])}, {said(content['network'])}, {said(content['optimizer'])}"
