"""What can decide about one statement: the part of a theory that the checker is shown.

Checking a statement never sees the whole theory, but a part of it: for the derivations, the statements that
they cite, without proofs; for the verdict, all that the statement rests on, however far down. Both come with
no other names than those that occur in them. So a result cannot depend on anything else, and can be reused as
long as this part is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef, UndefinedFunction

from .derivation import Ito
from .statement import Kind, Source, Statement
from .theory import Theory


@dataclass(frozen=True)
class Part(Theory):
    """Some statements of a theory, in its order. The theory as a whole was found well-formed before."""

    def __post_init__(self) -> None:
        """Nothing is checked again."""

    @cached_property
    def by_id(self) -> Mapping[str, Statement]:
        """The statements by their ids."""
        return {s.id: s for s in self.statements}


class Scopes:
    """The parts of one theory."""

    def __init__(self, theory: Theory) -> None:
        self._theory = theory
        self._by_id = theory.by_id
        self._place = {identifier: place for place, identifier in enumerate(self._by_id)}
        self._given = [s.id for s in theory if s.kind in (Kind.DEFINITION, Kind.ASSUMPTION)]
        self._without_prose = {s.id: _without_prose(s) for s in theory}
        self._without_proof = {i: _without_proof(s) for i, s in self._without_prose.items()}

    def to_derive(self, identifier: str) -> tuple[Statement, ...]:
        """The statement itself, and those that its derivations cite, without proofs."""
        statement = self._by_id[identifier]
        cited = set(statement.proof_uses)
        if _has_ito(statement):
            # The name that Itô's rule makes may be taken by no other statement, nor move with one.
            cited.update(self._given)
        return self._in_order(identifier, cited, self._without_proof)

    def to_judge(self, identifier: str) -> tuple[Statement, ...]:
        """The statement itself, and all that it rests on, however far down, with proofs."""
        statement = self._by_id[identifier]
        below = {s.id for s in self._theory.below(statement)}
        if any(_has_ito(self._by_id[i]) for i in (identifier, *below)):
            for other in self._given:
                below.update((other, *(s.id for s in self._theory.below(self._by_id[other]))))
        return self._in_order(identifier, below, self._without_prose)

    def _in_order(
        self, identifier: str, others: set[str], form: Mapping[str, Statement]
    ) -> tuple[Statement, ...]:
        found = sorted(others | {identifier}, key=self._place.__getitem__)
        return tuple(self._by_id[i] if i == identifier else form[i] for i in found)

    def part(self, statements: tuple[Statement, ...]) -> Part:
        """These statements as a theory of their own, with the names that occur in them."""
        names = frozenset().union(*map(names_of, statements))
        notation = self._theory.notation.only(names)
        return Part(self._theory.name, self._theory.title, notation, statements, self._theory.origin)


def _without_prose(statement: Statement) -> Statement:
    """Words about a statement decide nothing about others."""
    return replace(statement, title="", says="", source=Source("", ""), refuted_if="", repair="")


def _without_proof(statement: Statement) -> Statement:
    return replace(statement, derivations=(), counterexample=None, witness={})


def _has_ito(statement: Statement) -> bool:
    return any(isinstance(step, Ito) for d in statement.derivations for step in d.steps)


def names_of(statement: Statement) -> frozenset[str]:
    """The names of all symbols and functions in ``statement``, and in all that it holds."""
    return frozenset().union(*map(_names, _held(statement)))


def _held(thing: Any) -> Iterator[Any]:
    """Expressions and functions anywhere in a statement."""
    if isinstance(thing, (sp.Basic, UndefinedFunction)):
        yield thing
        return
    parts: Iterable[Any] = ()
    if is_dataclass(thing):
        parts = (getattr(thing, field.name) for field in fields(thing))
    elif isinstance(thing, Mapping):
        parts = (*thing.keys(), *thing.values())
    elif isinstance(thing, (tuple, list, set, frozenset)):
        parts = thing
    for part in parts:
        yield from _held(part)


@lru_cache(maxsize=65536)
def _names(expression: Any) -> frozenset[str]:
    if isinstance(expression, UndefinedFunction):
        return frozenset((expression.__name__,))
    found = frozenset().union(*map(_names, expression.args))
    if isinstance(expression, sp.Symbol):
        return found | {expression.name}
    if isinstance(expression, AppliedUndef):
        return found | {expression.func.__name__}
    return found
