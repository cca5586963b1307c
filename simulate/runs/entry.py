"""One stored run as a folder: written durably, and read back only when nothing in it has changed."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description import RunDescription
from ..provenance import Provenance
from ..run import Run
from .files import file_digest, flush, flush_names, read_dataset, write_dataset
from .labelled import labelled, unlabelled

# Raised whenever the files of an entry change their form.
SCHEMA = 3

SERIES, SNAPSHOTS, CARD = "series.nc", "snapshots.npy", "run.json"
_REMEDY = "remove its folder to train this run again"


class StoreError(RuntimeError):
    """An entry of the store is corrupt, or is not what its name says."""


def write_entry(folder: Path, run: Run) -> None:
    """Write ``series.nc`` (labelled arrays), ``snapshots.npy`` if there are any (weights ``(S, K, p)``), and
    ``run.json`` (description, provenance, checksums).

    Returns when all are on the disk, not merely in its cache.
    """
    write_dataset(folder / SERIES, labelled(run))
    if run.snapshots.size:
        np.save(folder / SNAPSHOTS, run.snapshots)
    files = [name for name in (SERIES, SNAPSHOTS) if (folder / name).exists()]
    for name in files:
        flush(folder / name)
    content = {
        "description": run.description.to_json(),
        "provenance": asdict(run.provenance),
        "sha256": {name: file_digest(folder / name) for name in files},
    }
    card = {"schema": SCHEMA, "content": content, "content_sha256": _content_digest(content)}
    with (folder / CARD).open("w", encoding="utf-8") as text:
        json.dump(card, text, indent=1, sort_keys=True)
        text.flush()
        os.fsync(text.fileno())
    flush_names(folder)


def read_entry(folder: Path, wanted: RunDescription) -> Run:
    """The run in ``folder``.

    Raises:
        StoreError: a file is missing, has another checksum or schema, or holds another run than
            ``wanted``. The message names the file and the way out.
    """
    content = read_card(folder / CARD)
    for name, digest in content["sha256"].items():
        path = folder / name
        try:
            sound = file_digest(path) == digest
        except OSError as problem:
            raise StoreError(f"{path} cannot be read ({problem}); {_REMEDY}") from problem
        if not sound:
            raise StoreError(f"{path} does not have the checksum that {CARD} gives; {_REMEDY}")
    try:
        description, provenance = described(content)
        data = read_dataset(folder / SERIES)
        run = unlabelled(data, description, provenance, _snapshots(folder / SNAPSHOTS, description))
    except (ValueError, TypeError, KeyError) as problem:
        raise StoreError(f"{folder} holds no run of this version ({problem}); {_REMEDY}") from problem
    if description != wanted:
        raise StoreError(f"{folder / CARD} describes another run than its folder is for; {_REMEDY}")
    return run


def _snapshots(path: Path, description: RunDescription) -> npt.NDArray[np.floating]:
    """A read-only view of the file, or an empty array for a run that keeps none."""
    if not description.snapshot_steps:
        return np.empty(Run.shapes(description)["snapshots"])
    view: npt.NDArray[np.floating] = np.load(path, mmap_mode="r", allow_pickle=False)
    return view


def read_card(path: Path) -> dict[str, Any]:
    """The content of ``run.json``: all that is known of a run without reading its arrays.

    Raises:
        StoreError: it cannot be read, or has another checksum or schema.
    """
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise StoreError(f"{path} cannot be read ({problem}); {_REMEDY}") from problem
    if not isinstance(card, dict) or card.get("schema") != SCHEMA:
        raise StoreError(f"{path} is not of schema {SCHEMA}, the one that this version reads; {_REMEDY}")
    content = card.get("content")
    if not isinstance(content, dict) or card.get("content_sha256") != _content_digest(content):
        raise StoreError(f"{path} does not have the checksum that it gives; {_REMEDY}")
    return content


def described(content: dict[str, Any]) -> tuple[RunDescription, Provenance]:
    """What a card says of its run.

    Raises:
        ValueError, TypeError, KeyError: it was written by another version.
    """
    return RunDescription.from_json(content["description"]), _provenance(content["provenance"])


def _provenance(content: Any) -> Provenance:
    if not isinstance(content, dict) or set(content) != {field.name for field in fields(Provenance)}:
        raise ValueError("its provenance has other fields")
    return Provenance(**content)


def _content_digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
