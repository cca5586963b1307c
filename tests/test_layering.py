"""theory <- simulate <- validate: no arrow runs back, neither on the page nor when the code is imported."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What a layer must not import. torch is the heavy one: the theory has to be checkable without it.
FORBIDDEN = {
    "theory": ("spectral_edge.simulate", "spectral_edge.validate", "torch"),
    "simulate": ("spectral_edge.validate",),
    "validate": (),
}


def imported_names(source: str, package: str) -> Iterator[str]:
    """Absolute names of all that ``source``, a module of ``package``, imports at any depth of the file.

    ``from ..simulate import run`` in ``spectral_edge.theory.check`` gives ``spectral_edge.simulate`` and
    ``spectral_edge.simulate.run``: whether ``run`` is a module or a function cannot be seen on the page.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__"):
                yield str(node.args[0].value)


def violations(source: str, package: str, forbidden: tuple[str, ...]) -> list[str]:
    """The imports of ``source`` that are a forbidden name or lie below one."""
    return sorted(
        {
            name
            for name in imported_names(source, package)
            if any(name == root or name.startswith(root + ".") for root in forbidden)
        }
    )


def modules(layer: str) -> list[Path]:
    return sorted((ROOT / layer).rglob("*.py"))


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_no_module_of_a_layer_imports_what_stands_above_it(layer: str) -> None:
    paths = modules(layer)
    assert paths, f"{ROOT / layer} holds no modules; this test would pass on nothing"
    found = {}
    for path in paths:
        package = "spectral_edge." + ".".join(path.relative_to(ROOT).parent.parts)
        if wrong := violations(path.read_text(encoding="utf-8"), package, FORBIDDEN[layer]):
            found[str(path.relative_to(ROOT))] = wrong
    assert found == {}


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("import torch", ["torch"]),
        ("import torch.nn as nn", ["torch.nn"]),
        ("from torch.linalg import svd", ["torch.linalg", "torch.linalg.svd"]),
        ("from ..simulate import run", ["spectral_edge.simulate", "spectral_edge.simulate.run"]),
        ("from .. import validate", ["spectral_edge.validate"]),
        (
            "def late():\n    from spectral_edge.simulate.train import train",
            ["spectral_edge.simulate.train", "spectral_edge.simulate.train.train"],
        ),
        ("importlib.import_module('torch')", ["torch"]),
        ("import torchless", []),
        ("from ..theory.system import System", []),
    ],
)
def test_the_reader_of_imports_catches_a_planted_violation(line: str, caught: list[str]) -> None:
    assert violations(line, "spectral_edge.theory", FORBIDDEN["theory"]) == caught


def loaded_after_importing(layer: str, extra: str = "") -> set[str]:
    """Modules that a fresh interpreter holds after it imported every module of the layer (and ``extra``)."""
    names = []
    for path in modules(layer):
        parts = path.relative_to(ROOT).with_suffix("").parts
        names.append("spectral_edge." + ".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    program = (
        "import importlib, json, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        f"{extra}\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("layer", ["theory", "simulate"])
def test_importing_a_whole_layer_loads_nothing_that_stands_above_it(layer: str) -> None:
    loaded = loaded_after_importing(layer)
    assert f"spectral_edge.{layer}" in loaded
    assert [name for name in FORBIDDEN[layer] if name in loaded] == []


def test_the_look_at_loaded_modules_catches_a_planted_violation() -> None:
    assert "spectral_edge.validate" in loaded_after_importing("theory", extra="import spectral_edge.validate")
