"""The theory that a command was asked about: one that ships with the project, or a user's file."""

from __future__ import annotations

import traceback
from pathlib import Path

from ..theory import packs
from ..theory.theory import Theory, TheoryError
from .problems import BadRequest


def theory_of(name_or_file: str) -> Theory:
    """The theory of this name, or the one that this Python file defines; the file is run.

    Raises:
        BadRequest: there is no such theory or file, or the file stops or defines none. The message says in
            which line of the file.
    """
    try:
        return packs.load(name_or_file)
    except Exception as error:
        if name_or_file in packs.PACKS:
            raise  # a fault of this program, not of what was asked
        line = _line(error, name_or_file)
        if isinstance(error, TheoryError):
            raise BadRequest(f"--theory {name_or_file}{line}: {error}") from error
        raise BadRequest(f"--theory {name_or_file}{line}: {type(error).__name__}: {error}") from error


def _line(error: Exception, file: str) -> str:
    """The last place in the file that the error came through, `` (line 7)``; empty where it came through none."""
    if isinstance(error, SyntaxError):
        return ""  # its own words name the file and the line
    places = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if _same(frame.filename, file)
    ]
    return f" (line {places[-1]})" if places else ""


def _same(one: str, other: str) -> bool:
    return Path(one).resolve() == Path(other).resolve()
