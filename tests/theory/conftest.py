"""A notation to play with, and a way to build theories of a few statements in one line each."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.check.setting import Setting
from spectral_edge.theory.check.steps import StepResult, check_step
from spectral_edge.theory.derivation import Derivation, Step
from spectral_edge.theory.notation import Notation
from spectral_edge.theory.statement import Kind, Source, Statement
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.units import LOSS, ONE, THETA, TIME
from spectral_edge.theory.verify import StatementResult, check_theory

NOTATION = Notation()
_SOURCE = Source("textbook", "chapter 1")


def _declare() -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in "xyzabc":
        made[name] = NOTATION.symbol(name, ONE, "a real number")
    for name in "pqv":
        made[name] = NOTATION.symbol(name, ONE, "a positive number", positive=True)
    for name in "ijkmn":
        made[name] = NOTATION.symbol(name, ONE, "an integer", integer=True)
    made["W"] = NOTATION.symbol("W", ONE, "a size", integer=True, positive=True)
    made["l"] = NOTATION.symbol("l", ONE, "any index", running=True, integer=True)
    for name in "tr":
        made[name] = NOTATION.symbol(name, ONE, "time", running=True)
    for name in "fgu":
        made[name] = NOTATION.function(name, ONE, "a function")
    made["h"] = NOTATION.function("h", ONE, "a positive function", positive=True)
    made["length"] = NOTATION.symbol("length", THETA, "a length")
    made["width"] = NOTATION.symbol("width", THETA, "another length", positive=True)
    made["loss"] = NOTATION.symbol("loss", LOSS, "a loss")
    made["duration"] = NOTATION.symbol("duration", TIME, "a time", positive=True)
    made["path"] = NOTATION.function("path", THETA, "a length that depends on time")
    return made


class Small:
    """Symbols as attributes (``small.x``), and builders of statements, theories and checks."""

    notation = NOTATION

    def __init__(self) -> None:
        self._made = _MADE

    def __getattr__(self, name: str) -> Any:
        return _MADE[name]

    @staticmethod
    def eq(lhs: Any, rhs: Any) -> sp.Basic:
        """An equation that SymPy keeps its hands off."""
        return sp.Eq(sp.sympify(lhs), sp.sympify(rhs), evaluate=False)

    @staticmethod
    def assume(identifier: str, *content: sp.Basic, kind: Kind = Kind.ASSUMPTION, **rest: Any) -> Statement:
        return Statement(identifier, kind, identifier, f"{identifier} holds.", content, _SOURCE, **rest)

    @staticmethod
    def theorem(identifier: str, content: sp.Basic, *steps: Step, **rest: Any) -> Statement:
        return Statement(
            identifier,
            Kind.THEOREM,
            identifier,
            f"{identifier} follows.",
            (content,),
            _SOURCE,
            refuted_if="a step fails",
            derivations=(Derivation(steps),) if steps else (),
            **rest,
        )

    @staticmethod
    def theory(*statements: Statement) -> Theory:
        return Theory("small", "A small theory", NOTATION, statements)

    def status(self, *statements: Statement, mutate: bool = False) -> StatementResult:
        """What is found of the last of ``statements``."""
        return check_theory(self.theory(*statements), mutate=mutate).results[statements[-1].id]

    def step(
        self, before: sp.Basic | None, step: Step, *known: Statement, granting: tuple[Any, ...] = ()
    ) -> StepResult:
        """What is found of one step, which may use the ``known`` statements."""
        return check_step(before, step, Setting.of(self.theory(*known)).granting(*granting))


_MADE = _declare()


@pytest.fixture(scope="session")
def small() -> Small:
    return Small()
