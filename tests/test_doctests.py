"""Every example in a docstring is run."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(
    "spectral_edge." + ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for layer in ("theory", "simulate", "validate")
    for path in (ROOT / layer).rglob("*.py")
    if path.name != "__init__.py"
)


@pytest.mark.parametrize("name", MODULES)
def test_the_module_imports_without_a_warning_and_its_examples_hold(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0
