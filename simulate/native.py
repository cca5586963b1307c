"""Generated C, compiled once for this machine and found again by its content.

A shared library is keyed by the SHA-256 of its source, the compiler's version, the flags and the processor;
beside it lies the digest of its bytes. What does not match its digest (a torn write, a foreign file) is
built again. Two processes that build the same library write the same bytes under the same name, each by a
rename, so that neither can see half of it.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

# Raised whenever a library of equal source must not be reused.
SCHEMA = 1

FLAGS = ("-O3", "-march=native", "-fPIC", "-shared", "-fno-math-errno", "-fno-trapping-math", "-std=c11")
"""No flag that changes a result: sums keep their order, NaN and infinity their meaning."""


class NoCompiler(RuntimeError):
    """There is no C compiler on this machine, or it cannot be run."""


class CompileError(RuntimeError):
    """The compiler refused the source; the message holds what it said."""


def available() -> bool:
    """Whether there is a C compiler."""
    try:
        _compiler()
    except NoCompiler:
        return False
    return True


def load(source: str, flags: tuple[str, ...] = ()) -> ctypes.CDLL:
    """The shared library of a C source; compiled if this machine has not compiled it before.

    Args:
        source: the text of one translation unit.
        flags: added to :data:`FLAGS`; libraries to link (``-lm``) go here.

    Raises:
        NoCompiler: none is found at ``$CC``, ``cc``, ``gcc`` or ``clang``.
        CompileError: the source does not compile.
        OSError: the cache folder cannot be written.
    """
    command, version = _compiler()
    every = (*FLAGS, *flags)
    key = hashlib.sha256("\0".join([str(SCHEMA), version, _processor(), *every, source]).encode())
    library = cache_folder() / f"{key.hexdigest()}.so"
    if not _is_whole(library):
        _build(command, every, source, library)
    return ctypes.CDLL(str(library))


def cache_folder() -> Path:
    """``$SPECTRAL_EDGE_CACHE``, or ``spectral-edge`` in the user's cache folder; made if absent.

    Only the owner may write there: a library from it is loaded into the process.
    """
    named = os.environ.get("SPECTRAL_EDGE_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = (Path(named) if named else base / "spectral-edge") / "native"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _is_whole(library: Path) -> bool:
    try:
        digest = library.with_suffix(".sha256").read_text(encoding="ascii")
        return hashlib.sha256(library.read_bytes()).hexdigest() == digest
    except (OSError, ValueError):
        return False


def _build(command: str, flags: tuple[str, ...], source: str, library: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".build-", dir=library.parent) as place:
        text, made, digest = (Path(place) / name for name in ("source.c", "library.so", "digest"))
        text.write_text(source, encoding="utf-8")
        # Libraries come last: a linker takes from them what was asked for before.
        words = [command, *(f for f in flags if not f.startswith("-l")), "-o", str(made), str(text)]
        words += [f for f in flags if f.startswith("-l")]
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - the compiler
        if done.returncode != 0:
            raise CompileError(f"{' '.join(words)}: exit status {done.returncode}\n{done.stderr.strip()}")
        digest.write_text(hashlib.sha256(made.read_bytes()).hexdigest(), encoding="ascii")
        made.replace(library)
        digest.replace(library.with_suffix(".sha256"))


@cache
def _compiler() -> tuple[str, str]:
    """The compiler's command and what it says of its version."""
    named = os.environ.get("CC")
    for name in (named,) if named else ("cc", "gcc", "clang"):
        found = shutil.which(name)
        if found:
            done = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - the compiler
            if done.returncode == 0:
                return found, done.stdout.strip()
    raise NoCompiler(f"no C compiler at {f'$CC={named}' if named else 'cc, gcc or clang'}; install one")


@cache
def _processor() -> str:
    """What -march=native stands for on this machine."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    return "\n".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
