"""What produced a report: the sources, the libraries, the machine."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
LAYERS = ("theory", "simulate", "validate")

# The distributions whose code determines a number or a proof; the others only present them.
DECIDING = ("numpy", "scipy", "torch", "sympy", "python-flint", "mpmath")


@dataclass(frozen=True)
class Provenance:
    """Where a report comes from.

    ``commit`` is a git hash or ``"unknown"`` (no checkout); ``modified`` says whether the checkout
    differed from that commit. ``source`` is the digest of :func:`source_digest`. ``versions`` maps
    the interpreter and the libraries that determine numbers to what was installed.
    """

    version: str
    commit: str
    modified: bool
    source: str
    versions: dict[str, str]
    platform: str


@dataclass(frozen=True)
class Origin:
    """Where published results come from: ``commit`` and ``source`` are those that found them.

    ``finished`` is ISO 8601, UTC.
    """

    commit: str
    modified: bool
    source: str
    finished: str
    platform: str
    versions: Mapping[str, str]


def source_digest(layers: tuple[str, ...] = LAYERS, root: Path = PACKAGE) -> str:
    """SHA-256 over the names and contents of all Python files of the layers, in sorted order."""
    digest = hashlib.sha256()
    for layer in layers:
        for path in sorted((root / layer).rglob("*.py")):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\n{len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


@cache
def running_sources(layers: tuple[str, ...] = LAYERS) -> str:
    """:func:`source_digest` of this package, taken once: what runs is what was there when it was loaded."""
    return source_digest(layers)


def deciding_versions() -> dict[str, str]:
    """The interpreter and the libraries that determine numbers, as installed."""
    found = {"python": platform.python_version()}
    for name in DECIDING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", str(PACKAGE), *words],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def checkout() -> tuple[str, bool]:
    """The commit of the checkout that holds this file, and whether tracked files differ from it.

    A repository that merely surrounds an installed copy (a virtual environment inside another
    project, say) is not ours: then the commit is ``"unknown"``.
    """
    top = _git("rev-parse", "--show-toplevel")
    commit = _git("rev-parse", "HEAD") if top and Path(top).resolve() == PACKAGE else None
    if commit is None:
        return "unknown", False
    return commit, bool(_git("status", "--porcelain", "--", *LAYERS))


@cache
def provenance() -> Provenance:
    """Everything at once, read once per process."""
    commit, modified = checkout()
    try:
        own = version("spectral-edge")
    except PackageNotFoundError:
        own = "not installed"
    return Provenance(own, commit, modified, running_sources(), deciding_versions(), platform.platform())
