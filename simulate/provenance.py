"""Where the numbers of a run come from: versions, device, sources, time."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch

_FOLDER = Path(__file__).parent

# Files and folders of simulate/ whose text decides the numbers of a run. A test asserts that every
# source file is either here or in NOT_DETERMINING.
DETERMINING = (
    "description.py",
    "networks",
    "optimizers",
    "plain.py",
    "randomness.py",
    "recorder",
    "spectrum",
    "tasks",
    "train.py",
    "training",
)
NOT_DETERMINING = (
    "__init__.py",
    "device.py",
    "features",
    "integrate",
    "landscape",
    "lowering",
    "native.py",
    "provenance.py",
    "run.py",
    "runs",
    "settings.py",
    "stochastic",
    "store.py",
    "sweep.py",
    "tangent.py",
)


@dataclass(frozen=True)
class Provenance:
    """All that a reader needs to judge, or to repeat, a run beside its description.

    ``device`` is ``"cpu"`` or ``"cuda"`` and ``device_name`` the model of it; ``threads`` is PyTorch's
    number of CPU threads; ``commit`` is that of the checkout which simulate/ lies in, or ``"unknown"``,
    and ``dirty`` says whether files there differ from it; ``sources`` is :func:`source_digest`;
    ``started_at`` is in ISO 8601 with its zone, ``wall_seconds`` the time that training took.
    """

    python: str
    torch: str
    numpy: str
    device: str
    device_name: str
    threads: int
    commit: str
    dirty: bool
    sources: str
    started_at: str
    wall_seconds: float


def gather(device: torch.device, started_at: str, wall_seconds: float) -> Provenance:
    """The provenance of a run on ``device`` by this process."""
    commit, dirty = _commit()
    cuda = device.type == "cuda"
    return Provenance(
        python=platform.python_version(),
        torch=torch.__version__,
        numpy=np.__version__,
        device=device.type,
        device_name=torch.cuda.get_device_name(device) if cuda else platform.machine(),
        threads=torch.get_num_threads(),
        commit=commit,
        dirty=dirty,
        sources=source_digest(),
        started_at=started_at,
        wall_seconds=wall_seconds,
    )


def source_digest() -> str:
    """SHA-256 over the names and texts of the sources in :data:`DETERMINING`, as they were when this was first asked.

    What a process has loaded stays as it is when files change under it. A run that is being trained must neither
    be stored, nor found again, as one of sources that it never saw.
    """
    return _digest_once(_FOLDER)


@cache
def _digest_once(folder: Path) -> str:
    return digest_of(folder)


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and texts of the sources in :data:`DETERMINING` below ``folder``, as they are now."""
    digest = hashlib.sha256()
    for name in DETERMINING:
        path = folder / name
        for file in sorted((*path.rglob("*.py"), *path.rglob("*.c"))) if path.is_dir() else [path]:
            text = file.read_bytes()
            digest.update(f"{file.relative_to(folder).as_posix()} {len(text)}\n".encode())
            digest.update(text)
    return digest.hexdigest()


def _commit() -> tuple[str, bool]:
    """Commit of the checkout that this file is tracked in, and whether its tree has changes."""
    git = shutil.which("git")
    if git is None:
        return "unknown", False

    def ask(*words: str) -> str | None:
        command = [git, "-C", str(_FOLDER), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return done.stdout.strip() if done.returncode == 0 else None

    # An installed copy may lie inside somebody else's checkout (a .venv, say); that commit is not ours.
    if ask("ls-files", "--error-unmatch", Path(__file__).name) is None:
        return "unknown", False
    commit, changes = ask("rev-parse", "HEAD"), ask("status", "--porcelain")
    return (commit or "unknown"), bool(changes)
