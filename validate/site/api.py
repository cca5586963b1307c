"""Pages for the API reference: one for each package, with what its modules define, from their docstrings."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from ..provenance import LAYERS, PACKAGE

CONTENT = ("theory/edge", "theory/deep_linear", "validate/site")
"""Folders without an API: the first two hold a theory's statements, which have pages of their own; the third
makes these pages."""

_ABOUT = {
    "theory": "Statements, derivations, units, and the checker. Imports neither of the others.",
    "simulate": "Integrators, networks, training, spectra. Knows nothing of verdicts.",
    "validate": "Records, null models, checks, verdicts, the report.",
}


def pages() -> dict[str, str]:
    """The text of each page by its name."""
    found: dict[str, str] = {}
    for layer in LAYERS:
        for folder in sorted(p.parent for p in (PACKAGE / layer).rglob("__init__.py")):
            inside = folder.relative_to(PACKAGE).as_posix()
            if not any(inside == c or inside.startswith(f"{c}/") for c in CONTENT):
                found[f"api/{inside.replace('/', '.')}"] = _package(folder, inside)
    names = "\n".join(f"/{name}" for name in found)
    layers = "\n".join(f"- **{layer}**: {_ABOUT[layer]}" for layer in LAYERS)
    found["api/index"] = (
        "# API reference\n\nFrom the docstrings, whose examples the tests run. Shapes and units stand where an argument "
        f"has them.\n\n{layers}\n\n```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n"
    )
    return found


def _package(folder: Path, inside: str) -> str:
    dotted = f"spectral_edge.{inside.replace('/', '.')}"
    parts = [f"# {inside.replace('/', '.')}", _automodule(dotted, members=False)]
    modules = [path.stem for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    parts += [f"## {name}\n\n" + _automodule(f"{dotted}.{name}", members=True) for name in modules]
    return "\n\n".join(parts) + "\n"


def _automodule(name: str, members: bool) -> str:
    if importlib.util.find_spec(name) is None:
        raise ValueError(
            f"API reference: {name} cannot be found, though its file is there; is the package installed?"
        )
    options = ":members:\n:member-order: bysource\n" if members else ""
    return (
        f"```{{eval-rst}}\n.. automodule:: {name}\n"
        + "".join(f"   {o}\n" for o in options.splitlines())
        + "```"
    )
