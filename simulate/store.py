"""Finished runs on disk, found again by what decided their numbers."""

from __future__ import annotations

import hashlib
import shutil
import time
import uuid
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import xarray as xr

from .description import RunDescription
from .device import resolve_device
from .provenance import source_digest
from .run import Run
from .runs.entry import StoreError, read_entry, write_entry
from .runs.files import flush_names, read_dataset
from .runs.keeper import CHECKPOINT_SECONDS, LIVE, PREFIX, claimed
from .runs.labelled import labelled
from .train import train

__all__ = ["RunStore", "StoreError"]

_UNFINISHED = ".unfinished-"
# A half-written entry older than this was left by a process that was killed. No source; writing one takes
# less than a second.
_ABANDONED_SECONDS = 3600.0


class RunStore:
    """A folder with one sub-folder per run, named by :meth:`key`.

    An entry appears whole or not at all: it is written under another name in the same folder, flushed
    to the disk, and renamed.

    While a run is trained there is a folder ``running-KEY`` with its description, its last checkpoint
    and its series so far. It stays when the process is killed, and the next :meth:`obtain` goes on from it.

    Args:
        root: the folder; it is made when the first run is trained.
        checkpoint_seconds: the least time between two checkpoints; 0 for one at every step.
    """

    def __init__(self, root: Path | str, checkpoint_seconds: float = CHECKPOINT_SECONDS) -> None:
        self.root = Path(root)
        self._checkpoint_seconds = checkpoint_seconds

    def key(self, description: RunDescription, device: str = "cpu") -> str:
        """64 hexadecimal digits: SHA-256 of all that decides the numbers of a run.

        That is the description, the text of the sources that compute them, the versions of torch and
        numpy, and the kind of device.

        Raises:
            DeviceError: the device is absent or unknown.
        """
        kind = resolve_device(device).type
        parts = [description.address(), source_digest(), torch.__version__, np.__version__, kind]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def folder(self, description: RunDescription, device: str = "cpu") -> Path:
        """Where this run is, or would be."""
        return self.root / self.key(description, device)

    def find(self, description: RunDescription, device: str = "cpu") -> Run | None:
        """The stored run, or None where there is none.

        Raises:
            StoreError: there is an entry, but it cannot be trusted. The message names the file.
        """
        folder = self.folder(description, device)
        return read_entry(folder, description) if folder.exists() else None

    def save(self, run: Run) -> Path:
        """Write a run and return its folder. An entry that is there already is left as it is.

        Raises:
            OSError: the disk refuses. Nothing half-made is left.
        """
        folder = self.folder(run.description, run.provenance.device)
        self.root.mkdir(parents=True, exist_ok=True)
        self._sweep()
        unfinished = self.root / f"{_UNFINISHED}{uuid.uuid4().hex}"
        unfinished.mkdir()
        try:
            write_entry(unfinished, run)
            _rename_unless_there(unfinished, folder)
            flush_names(self.root)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return folder

    def obtain(
        self,
        description: RunDescription,
        device: str = "cpu",
        on_step: Callable[[int, int], None] | None = None,
    ) -> tuple[Run, bool]:
        """The stored run if there is one, else the result of training now, stored.

        Training goes on from the last checkpoint when it was interrupted before; the result has the same
        bits. Where another process is training the same run, this one trains it too, without checkpoints.

        Returns:
            The run, and whether it was reused.

        A run that was trained and cannot be stored is returned all the same, with a RuntimeWarning.

        Raises:
            StoreError: the stored entry, or the checkpoint, cannot be trusted.
            DeviceError: the device is absent or unknown.
            OSError: the store's folder cannot be made. Nothing has been trained by then.
        """
        found = self.find(description, device)
        if found is not None:
            return found, True
        running = self.root / f"{PREFIX}{self.key(description, device)}"
        with claimed(running, description, self._checkpoint_seconds) as keeper:
            run = train(description, device, on_step, keeper)
            try:
                self.save(run)
            except OSError as problem:
                message = (
                    f"a trained run could not be stored in {self.root} ({problem}); it is kept in memory"
                )
                warnings.warn(message, RuntimeWarning, stacklevel=2)
            else:
                if keeper is not None:
                    keeper.finished()
        return run, False

    def series(self, description: RunDescription, device: str = "cpu") -> xr.Dataset | None:
        """The labelled series of a run, also while it is going on; None where there is nothing yet.

        Raises:
            StoreError: there is an entry, but it cannot be trusted.
        """
        found = self.find(description, device)
        if found is not None:
            return labelled(found)
        live = self.root / f"{PREFIX}{self.key(description, device)}" / LIVE
        try:
            return read_dataset(live)
        except FileNotFoundError:
            return None
        except ValueError as problem:
            raise StoreError(
                f"{live} cannot be read ({problem}); it is written anew as training goes on"
            ) from problem

    def _sweep(self) -> None:
        """Remove what killed processes left."""
        for left in self.root.glob(f"{_UNFINISHED}*"):
            try:
                abandoned = time.time() - left.stat().st_mtime > _ABANDONED_SECONDS
            except FileNotFoundError:  # its writer has just finished
                continue
            if abandoned:
                shutil.rmtree(left, ignore_errors=True)


def _rename_unless_there(unfinished: Path, folder: Path) -> None:
    try:
        unfinished.rename(folder)
    except OSError:
        if not folder.exists():  # else another process has just finished the same run
            raise
