"""What would change if a statement fell: everything that rests on it, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..theory.statement import Statement
from ..theory.theory import Theory
from .problems import unknown


class Bond(StrEnum):
    """How one statement rests on another."""

    PROOF = "its proof uses it"
    MEANING = "it is stated in its terms"
    SOURCE = "it is drawn from it"
    AMENDMENT = "it amends it"


@dataclass(frozen=True)
class Dependent:
    """``statement`` rests on ``through`` (the fallen statement itself, or another dependent) by ``bonds``."""

    statement: Statement
    through: Mapping[str, Bond]

    @property
    def loses_its_proof(self) -> bool:
        """Whether its derivation would no longer hold; otherwise only its sense or interest changes."""
        return Bond.PROOF in self.through.values()


@dataclass(frozen=True)
class Impact:
    """Everything that rests on ``statement``, directly or through others, each after what it rests on."""

    statement: Statement
    dependents: tuple[Dependent, ...]

    @property
    def unproved(self) -> tuple[str, ...]:
        """Ids of the theorems that would no longer be proved."""
        return tuple(d.statement.id for d in self.dependents if d.loses_its_proof)


def impact(identifier: str, theory: Theory) -> Impact:
    """What rests on one statement of ``theory``.

    A proof that falls takes along every proof that uses it; that something is only stated in a fallen
    statement's terms, drawn from it or amends it does not spread further.

    Raises:
        BadRequest: no statement has this id; the message lists those that are like it.
    """
    if identifier not in theory.by_id:
        raise unknown("statement", identifier, list(theory.by_id))
    fallen, found = {identifier}, []
    for other in theory.order():
        if other == identifier:
            continue
        statement = theory.by_id[other]
        through = {used: bond for bond, used in _bonds(statement) if used in fallen}
        if through:
            found.append(Dependent(statement, through))
        if Bond.PROOF in through.values():
            fallen.add(other)
    return Impact(theory.by_id[identifier], tuple(found))


def _bonds(statement: Statement) -> list[tuple[Bond, str]]:
    """The strongest bond to each statement comes last, so that it stays."""
    return [
        *((Bond.AMENDMENT, used) for used in (statement.amends,) if used),
        *((Bond.MEANING, used) for used in statement.uses),
        *((Bond.SOURCE, used) for used in statement.drawn_from),
        *((Bond.PROOF, used) for used in statement.proof_uses),
    ]
