"""Cases: small theories whose last statement has a status that everybody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from spectral_edge.theory.counterexample import Counterexample
from spectral_edge.theory.derivation import Identity

Build = Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True)
class Case:
    """``status`` must come out, with ``message`` in its reason and exactly ``conditions`` on the side."""

    build: Build
    status: str
    message: str
    conditions: Callable[[Any], set[Any]] | None

    def __str__(self) -> str:
        return self.build.__name__

    def check(self, small: Any) -> None:
        result = small.status(*self.build(small))
        assert result.status == self.status, result.message
        assert self.message in result.message
        if self.conditions is not None:
            assert set(result.side_conditions) == self.conditions(small)


@dataclass
class Cases:
    """The cases of one subject. To add one, write a function and say above it what must come out."""

    all: list[Case] = field(default_factory=list)

    def expect(
        self, status: str, message: str = "", conditions: Callable[[Any], set[Any]] | None = None
    ) -> Callable[[Build], Build]:
        def register(build: Build) -> Build:
            self.all.append(Case(build, status, message, conditions))
            return build

        return register

    def check_mutants(self, small: Any) -> None:
        """Every altered copy of every proof is rejected, and there are some."""
        made = 0
        for case in self.all:
            if case.status == "proved":
                result = small.status(*case.build(small), mutate=True)
                survivors = [m.change for s in result.steps for m in s.mutants if not m.caught]
                assert not survivors, (str(case), survivors)
                made += result.mutants_made
        assert made or not any(case.status == "proved" for case in self.all)


def identity(s: Any, lhs: Any, rhs: Any, **rest: Any) -> tuple[Any, ...]:
    claim = s.eq(lhs, rhs)
    return (s.theorem("T", claim, Identity(to=claim, says="By algebra."), **rest),)


def counterexample(s: Any, lhs: Any, rhs: Any, values: dict[Any, Any], **rest: Any) -> tuple[Any, ...]:
    numbers = {symbol: sp.sympify(value) for symbol, value in values.items()}
    return (s.theorem("T", s.eq(lhs, rhs), counterexample=Counterexample("See.", numbers), **rest),)


def none(s: Any) -> set[Any]:
    return set()
