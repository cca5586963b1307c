"""Series on disk: netCDF, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr


class UnreadableFile(ValueError):
    """The file is no netCDF, or not one of spectra."""


def save(spectra: xr.Dataset, path: Path | str) -> None:
    """Write series as netCDF 3 (SciPy's writer) beside the target, then rename.

    Raises:
        OSError: the folder is absent or full; a file that was there is left as it was.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path}: there is no folder {path.parent}; make it first")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        spectra.to_netcdf(name, engine="scipy")
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def load(path: Path | str) -> xr.Dataset:
    """Read what :func:`save` wrote, into memory.

    Raises:
        FileNotFoundError: there is none.
        UnreadableFile: it holds something else, or is damaged.
    """
    import xarray as xr  # brings pandas, which is slow to import and not needed while training

    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file of spectra")
    try:
        with xr.open_dataset(path, engine="scipy") as opened:
            loaded = opened.load()
    except (TypeError, ValueError, KeyError, OSError, IndexError) as problem:
        raise UnreadableFile(f"{path} is no netCDF file that can be read: {problem}") from problem
    if "sigma" not in loaded or "step" not in loaded.coords:
        raise UnreadableFile(
            f"{path} holds no recorded spectra, but {', '.join(map(str, loaded)) or 'nothing'}"
        )
    return loaded
