"""A run that is being trained, as a folder: its description, its last checkpoint, its series so far.

The folder is locked by the process that trains; the lock goes when that process ends, however it ends.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import torch

from ..description import RunDescription
from ..training.checkpoint import State
from ..training.measure import Measurements
from .entry import StoreError
from .files import flush_names, write_dataset, write_whole
from .labelled import labelled_series

if sys.platform != "win32":  # there two processes may train the same run; both finish, as they are the same
    import fcntl

PREFIX = "running-"
DESCRIPTION, CHECKPOINT, LIVE, LOCK = "description.json", "checkpoint.pt", "live.nc", "lock"

# No source: what a kill costs is at most the first, what a reader waits at most the second; writing
# either takes milliseconds for the networks of this project.
CHECKPOINT_SECONDS = 60.0
LIVE_SECONDS = 2.0


class FolderKeeper:
    """Keeps the checkpoints of one run in a folder; see :class:`..training.checkpoint.Keeper`.

    Args:
        folder: made by :func:`claimed`.
        description: of the run.
        seconds: the least time between two checkpoints.
    """

    def __init__(self, folder: Path, description: RunDescription, seconds: float) -> None:
        self._folder, self._description, self._seconds = folder, description, seconds
        self._saved = time.monotonic()
        self._shown = float("-inf")
        self._refused = False

    def load(self, device: torch.device) -> State | None:
        """The last checkpoint, or None.

        Raises:
            StoreError: there is one, but it is damaged. The message names the file.
        """
        path = self._folder / CHECKPOINT
        try:
            digest, _, content = path.read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest().encode() != digest:
            raise StoreError(
                f"{path} does not have the checksum that it gives; remove its folder to train from the start"
            )
        state: State = torch.load(io.BytesIO(content), map_location=device, weights_only=True)
        return state

    def due(self) -> bool:
        """Whether the last checkpoint is old enough."""
        return not self._refused and time.monotonic() - self._saved >= self._seconds

    def save(self, state: State) -> None:
        """Write a checkpoint. When the disk refuses, warn, and go on without checkpoints."""
        buffer = io.BytesIO()
        torch.save(state, buffer)
        content = buffer.getvalue()
        digest = hashlib.sha256(content).hexdigest().encode()
        try:
            write_whole(self._folder / CHECKPOINT, lambda path: _write(path, digest + b"\n" + content))
            flush_names(self._folder)
        except OSError as problem:
            self._refuse(problem)
        self._saved = time.monotonic()

    def show(self, measured: Measurements) -> None:
        """Write the series so far, unless that was done a moment ago."""
        if self._refused or time.monotonic() - self._shown < min(LIVE_SECONDS, self._seconds):
            return
        try:
            data = labelled_series(self._description, measured.series())
            write_whole(self._folder / LIVE, lambda path: write_dataset(path, data))
        except OSError as problem:
            self._refuse(problem)
        self._shown = time.monotonic()

    def finished(self) -> None:
        """The run is stored: remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _refuse(self, problem: OSError) -> None:
        self._refused = True
        warnings.warn(
            f"nothing can be written in {self._folder} ({problem}); training goes on without checkpoints",
            RuntimeWarning,
            stacklevel=3,
        )


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


@contextmanager
def claimed(folder: Path, description: RunDescription, seconds: float) -> Iterator[FolderKeeper | None]:
    """The keeper of ``folder``, locked; None where another process has it.

    Raises:
        OSError: the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+b") as lock:
        if not _locked(lock, folder):
            yield None
            return
        text = description.to_json()
        write_whole(folder / DESCRIPTION, lambda path: _write(path, text.encode()))
        yield FolderKeeper(folder, description, seconds)


def in_use(folder: Path) -> bool:
    """Whether a process is training the run of ``folder`` now; never so where there are no locks."""
    try:
        with (folder / LOCK).open("rb") as lock:
            return not _locked(lock, folder)
    except OSError:
        return False


def _locked(lock: IO[bytes], folder: Path) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    try:  # the one who had it may have removed the folder in the meantime
        return (folder / LOCK).stat().st_ino == os.fstat(lock.fileno()).st_ino
    except OSError:
        return False
