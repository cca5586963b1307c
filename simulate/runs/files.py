"""Files that are written whole or not at all, and that nobody has changed since."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import xarray as xr


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` make a file, flush it to the disk, and only then give it the name ``path``.

    Raises:
        OSError: the disk refuses. ``path`` is as it was, and nothing else is left.
    """
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        write(unfinished)
        flush(unfinished)
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Return when what is in the file is on the disk, not merely in its cache."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_names(folder: Path) -> None:
    """Make the names in a folder durable, where the system lets a folder be opened (Windows does not)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_digest(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_dataset(path: Path, data: xr.Dataset) -> None:
    """Write netCDF, in its classic format with 64-bit offsets: every netCDF reader has it, SciPy writes it.

    Floating-point numbers keep all their bits; the fill value that xarray would add is left out.

    Raises:
        OSError: the disk refuses.
    """
    plain = {
        str(name): {"_FillValue": None} for name, array in data.variables.items() if array.dtype.kind == "f"
    }
    data.to_netcdf(path, engine="scipy", format="NETCDF3_64BIT", encoding=plain)


def read_dataset(path: Path) -> xr.Dataset:
    """What :func:`write_dataset` wrote, in memory.

    Raises:
        OSError: the file cannot be opened.
        ValueError: it is no netCDF.
    """
    content = path.read_bytes()
    if content[:3] != b"CDF":
        raise ValueError(f"{path} is no classic netCDF file")
    with path.open("rb") as file, xr.open_dataset(file, engine="scipy") as opened:
        return opened.load()
