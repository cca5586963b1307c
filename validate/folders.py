"""Folders that a command is to write into: seen to be writable before any work is done."""

from __future__ import annotations

import tempfile
from pathlib import Path

from .problems import BadRequest


def writable(folder: Path, option: str) -> Path:
    """Make ``folder`` if need be, and see that files can be made in it.

    Args:
        folder: what was asked for.
        option: by which another one can be named, such as ``"--out"``.

    Raises:
        BadRequest: it is a file, or cannot be made or written.
    """
    if folder.exists() and not folder.is_dir():
        raise BadRequest(f"{option} {folder}: is a file; name a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Root may write where the permission bits say no, and a disk may be read-only: try it.
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise BadRequest(
            f"{option} {folder}: cannot be written ({error.strerror or error}); name another folder with {option}"
        ) from error
    return folder
