"""Who is measured, one integrator per file: each file has ``contestants(problem, many)``.

A contestant is a name and a function ``make(rtol, atol)``, which gives a function without arguments that integrates every
trajectory of the problem and returns the end states ``(B, n)``. What is compiled is compiled by ``make``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..problem import Array, Problem

Run = Callable[[], Array]
Make = Callable[[float, float], Run]
Contestants = dict[str, Make]

MODULES = (
    "ours",
    "with_numbalsoda",
    "with_scipy",
    "with_cyrk",
    "with_heyoka",
    "with_jitcode",
    "with_jax",
    "with_torch",
)


def left_out(reason: str) -> Make:
    """A contestant that does not take part, and why."""

    def make(rtol: float, atol: float) -> Run:  # noqa: ARG001
        raise RuntimeError(reason)

    return make


def everyone(problem: Problem, *, many: bool) -> tuple[Contestants, dict[str, str]]:
    """All contestants for a problem; and, by module, why one is missing."""
    found: Contestants = {}
    missing: dict[str, str] = {}
    for name in MODULES:
        try:
            module: Any = import_module(f".{name}", __package__)
            found |= module.contestants(problem, many)
        except ImportError as problem_with_it:
            missing[name] = str(problem_with_it)
    return found, missing
