"""One stored run as a folder: written durably, and read back only when nothing in it has changed."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .description import RunDescription
from .provenance import Provenance
from .run import Run

# Raised whenever the files of an entry change their form.
SCHEMA = 1

ARRAYS, CARD = "arrays.npz", "run.json"
_KEPT = "kept_rows_"
_REMEDY = "remove its folder to train this run again"


class StoreError(RuntimeError):
    """An entry of the store is corrupt, or is not what its name says."""


def write_entry(folder: Path, run: Run) -> None:
    """Write ``arrays.npz`` (no pickles) and ``run.json`` (description, provenance, checksums).

    Returns when both are on the disk, not merely in its cache.
    """
    arrays: dict[str, npt.NDArray[Any]] = {name: getattr(run, name) for name in Run.shapes(run.description)}
    arrays |= {f"{_KEPT}{step}": rows for step, rows in run.kept_rows.items()}
    with (folder / ARRAYS).open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())
    content = {
        "description": run.description.to_json(),
        "provenance": asdict(run.provenance),
        "arrays_sha256": _file_digest(folder / ARRAYS),
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
    content = _read_card(folder / CARD)
    arrays_path = folder / ARRAYS
    try:
        sound = _file_digest(arrays_path) == content["arrays_sha256"]
    except OSError as problem:
        raise StoreError(f"{arrays_path} cannot be read ({problem}); {_REMEDY}") from problem
    if not sound:
        raise StoreError(f"{arrays_path} does not have the checksum that {CARD} gives; {_REMEDY}")
    try:
        description = RunDescription.from_json(content["description"])
        provenance = _provenance(content["provenance"])
        with np.load(arrays_path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        kept = {int(n.removeprefix(_KEPT)): arrays.pop(n) for n in list(arrays) if n.startswith(_KEPT)}
        run = Run(description=description, provenance=provenance, kept_rows=kept, **arrays)
    except (ValueError, TypeError, KeyError, zipfile.BadZipFile) as problem:
        raise StoreError(f"{folder} holds no run of this version ({problem}); {_REMEDY}") from problem
    if description != wanted:
        raise StoreError(f"{folder / CARD} describes another run than its folder is for; {_REMEDY}")
    return run


def flush_names(folder: Path) -> None:
    """Make the names in a folder durable, where the system lets a folder be opened (Windows does not)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_card(path: Path) -> dict[str, Any]:
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


def _provenance(content: Any) -> Provenance:
    if not isinstance(content, dict) or set(content) != {field.name for field in fields(Provenance)}:
        raise ValueError("its provenance has other fields")
    return Provenance(**content)


def _content_digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
