"""A theory: its notation and its statements, refused with the reason when malformed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from sympy.core.function import AppliedUndef

from .chapters import Chapter, Topic
from .derivation import Named
from .notation import Notation
from .shape import misshapen
from .statement import Kind, Statement
from .wellformed import ambiguous, moved_twice, problems, tied


class TheoryError(ValueError):
    """A theory that cannot be checked as it stands; the message names the statement and the reason."""


@dataclass(frozen=True)
class Theory:
    """A named collection of statements over one notation.

    Raises:
        TheoryError: an id is used twice, a statement uses an unknown or undeclared thing or says
            nothing, the uses go in a circle, or a claim has no observation that would refute it.
    """

    name: str
    title: str
    notation: Notation
    statements: tuple[Statement, ...]
    origin: str = ""
    """What :func:`.packs.load` was given to find it; another process can find it so too. Empty: nobody can."""
    chapters: tuple[Chapter, ...] = ()
    """How it is laid out for a reader; without any, :attr:`outline` is one chapter of one topic."""

    def __post_init__(self) -> None:
        self._check_shape()
        seen: set[str] = set()
        for statement in self.statements:
            if statement.id in seen:
                raise TheoryError(f"{statement.id}: this id is used twice")
            seen.add(statement.id)
        for statement in self.statements:
            self._check(statement, seen)
        self._check_generic()
        for problem in ambiguous(self.statements):
            raise TheoryError(problem)
        self.order()
        for statement in self.statements:
            for problem in moved_twice(statement, self.below(statement)):
                raise TheoryError(f"{statement.id}: {problem}")
        self._check_outline()

    def _check_shape(self) -> None:
        """All that follows may rely on types; what a user writes is not seen by a type checker."""
        if not isinstance(self.statements, tuple):
            raise TheoryError(f"the statements are {self.statements!r}, and no tuple")
        for number, statement in enumerate(self.statements, start=1):
            if not isinstance(statement, Statement):
                raise TheoryError(f"statement {number} is {statement!r}; give a Statement")
            for problem in misshapen(statement):
                raise TheoryError(f"{statement.id}: {problem}")

    def _check(self, statement: Statement, ids: set[str]) -> None:
        unknown = [
            i
            for i in (*statement.uses, *statement.proof_uses, statement.amends, *statement.drawn_from)
            if i and i not in ids
        ]
        if unknown:
            raise TheoryError(f"{statement.id}: it uses {unknown}, which are no statements of {self.name}")
        for problem in problems(statement, self.notation):
            raise TheoryError(f"{statement.id}: {problem}")
        claims = statement.kind in (Kind.THEOREM, Kind.PREDICTION)
        if claims and not statement.refuted_if:
            raise TheoryError(f"{statement.id}: say what observation would refute it")
        if statement.amends and not statement.repair:
            raise TheoryError(f"{statement.id}: it amends {statement.amends}; say in a sentence how")
        if statement.drawn_from and statement.kind is not Kind.PREDICTION:
            raise TheoryError(
                f"{statement.id}: only a prediction is drawn from claims; a {statement.kind} uses them"
            )
        for problem in tied(statement, self.notation.running):
            raise TheoryError(f"{statement.id}: {problem}")
        if statement.derivations and statement.kind is not Kind.THEOREM:
            raise TheoryError(f"{statement.id}: a {statement.kind} has no derivation; make it a theorem")

    def _check_generic(self) -> None:
        """A theorem is about any mode only if all that its proof uses is."""
        for statement in self.statements:
            for group in statement.generic:
                for derivation in statement.derivations:
                    for step in derivation.steps:
                        if isinstance(step, Named):
                            self._covers(statement.id, group, step)

    def _covers(self, identifier: str, group: tuple[object, ...], step: Named) -> None:
        used = self.by_id[step.using]
        present = {s for c in used.content for s in c.free_symbols}
        present |= {f.func for c in used.content for f in c.atoms(AppliedUndef)}
        # What stands for a symbol once the statement has been renamed for this step.
        renamed = {symbol: step.where.get(symbol, symbol) for symbol in present}
        needed = {symbol for symbol in group if symbol in renamed.values()}
        if needed and not any(needed <= {renamed.get(s) for s in other} for other in used.generic):
            names = sorted(map(str, needed))
            raise TheoryError(
                f"{identifier}: it is said of any {names}, but {used.id}, which it uses, is not"
            )

    def _check_outline(self) -> None:
        """A reader finds each statement once."""
        shown = [s.id for part in self.outline for s in part.statements]
        if shown != [s.id for s in self.statements]:
            odd = sorted(set(shown) ^ set(self.by_id)) or "their order"
            raise TheoryError(
                f"{self.name}: the chapters and the statements differ in {odd}; each has its place once"
            )
        slugs = [topic.slug for part in self.outline for topic in part.topics]
        twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
        if twice:
            raise TheoryError(f"{self.name}: two topics are called {twice}; a page is named after each")

    @property
    def outline(self) -> tuple[Chapter, ...]:
        """The chapters; for a theory that names none, one chapter with one topic."""
        whole = Topic("statements", self.title, "", self.statements)
        return self.chapters or (Chapter("theory", self.title, (whole,)),)

    def order(self) -> list[str]:
        """Ids such that each statement comes after all that it and its proof use, and that it is drawn from."""
        graph = {s.id: {*s.uses, *s.proof_uses, *s.drawn_from} for s in self.statements}
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            raise TheoryError(f"circular use: {' → '.join(error.args[1])}") from None

    def below(self, statement: Statement) -> list[Statement]:
        """All that ``statement`` rests on, by its meaning and by its proof, however far down."""
        known = self.by_id
        found: dict[str, Statement] = {}
        waiting = [statement]
        while waiting:
            current = waiting.pop()
            for identifier in (*current.uses, *current.proof_uses):
                if identifier not in found:
                    found[identifier] = known[identifier]
                    waiting.append(known[identifier])
        return list(found.values())

    @property
    def by_id(self) -> Mapping[str, Statement]:
        """The statements by their ids, in the order in which they were given."""
        return {s.id: s for s in self.statements}

    def __getitem__(self, identifier: str) -> Statement:
        try:
            return self.by_id[identifier]
        except KeyError:
            raise TheoryError(
                f"{identifier!r} is no statement of {self.name}; it has {list(self.by_id)}"
            ) from None

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)
