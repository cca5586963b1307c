"""Finding a theory: one that ships with the project, by name, or a user's own Python file.

A theory file is Python and is run as such, with all that Python can do: run only files you trust.
"""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from .theory import Theory, TheoryError

PACKS = {"deep-linear": "deep_linear", "spectral-edge": "edge"}
"""Name of each theory that ships with the project, and the sub-package that holds it as ``THEORY``."""


def load(name_or_file: str) -> Theory:
    """The theory of this name, or the object ``THEORY`` of this Python file.

    Raises:
        TheoryError: there is no such theory or file, or the file does not define ``THEORY``. What the
            file itself raises is passed on as it is.
    """
    if name_or_file in PACKS:
        return _theory_of(import_module(f".{PACKS[name_or_file]}", __package__), name_or_file)
    path = Path(name_or_file)
    if path.suffix != ".py":
        close = get_close_matches(name_or_file, PACKS, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise TheoryError(
            f"no theory is called {name_or_file!r}{hint}; known are {', '.join(sorted(PACKS))}, or give a Python file"
        )
    if not path.is_file():
        raise TheoryError(f"there is no file {path}")
    spec = importlib.util.spec_from_file_location(f"spectral_edge_user_theory_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise TheoryError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return _theory_of(module, str(path))


def _theory_of(module: object, where: str) -> Theory:
    theory = getattr(module, "THEORY", None)
    if not isinstance(theory, Theory):
        raise TheoryError(
            f"{where} must define THEORY, a spectral_edge.theory.theory.Theory; it has {theory!r}"
        )
    return replace(theory, origin=where)
