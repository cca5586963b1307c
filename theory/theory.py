"""A theory: its notation and its statements, refused with the reason when malformed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from sympy.core.function import AppliedUndef
from sympy import Symbol

from .notation import Notation
from .statement import Kind, Statement


class TheoryError(ValueError):
    """A theory that cannot be checked as it stands; the message names the statement and the reason."""


@dataclass(frozen=True)
class Theory:
    """A named collection of statements over one notation.

    Raises:
        TheoryError: an id is used twice, a statement uses an unknown or undeclared thing, the uses
            go in a circle, a theorem has neither derivation nor refutation, or a claim has no
            observation that would refute it.
    """

    name: str
    title: str
    notation: Notation
    statements: tuple[Statement, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for statement in self.statements:
            if statement.id in seen:
                raise TheoryError(f"{statement.id}: this id is used twice")
            seen.add(statement.id)
        for statement in self.statements:
            self._check(statement, seen)
        self.order()

    def _check(self, statement: Statement, ids: set[str]) -> None:
        unknown = [i for i in (*statement.uses, *statement.proof_uses, statement.amends) if i and i not in ids]
        if unknown:
            raise TheoryError(f"{statement.id}: it uses {unknown}, which are no statements of {self.name}")
        if not statement.content:
            raise TheoryError(f"{statement.id}: it has no formal content")
        for relation in (*statement.content, *statement.hypotheses):
            names = {s.name for s in relation.free_symbols if isinstance(s, Symbol)}
            names |= {f.func.__name__ for f in relation.atoms(AppliedUndef)}
            undeclared = sorted(n for n in names if n not in self.notation)
            if undeclared:
                raise TheoryError(f"{statement.id}: {undeclared} are not declared in the notation (with a unit)")
        claims = statement.kind in (Kind.THEOREM, Kind.PREDICTION)
        if claims and not statement.refuted_if:
            raise TheoryError(f"{statement.id}: say what observation would refute it")
        if statement.amends and not statement.repair:
            raise TheoryError(f"{statement.id}: it amends {statement.amends}; say in a sentence how")
        if statement.derivations and statement.kind is not Kind.THEOREM:
            raise TheoryError(f"{statement.id}: a {statement.kind} has no derivation; make it a theorem")

    def order(self) -> list[str]:
        """Ids such that each statement comes after all that it and its proof use."""
        graph = {s.id: {*s.uses, *s.proof_uses} for s in self.statements}
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            raise TheoryError(f"circular use: {' → '.join(error.args[1])}") from None

    @property
    def by_id(self) -> Mapping[str, Statement]:
        return {s.id: s for s in self.statements}

    def __getitem__(self, identifier: str) -> Statement:
        try:
            return self.by_id[identifier]
        except KeyError:
            raise TheoryError(f"{identifier!r} is no statement of {self.name}; it has {list(self.by_id)}") from None

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)
