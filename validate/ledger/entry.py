"""What the ledger holds of a statement, as data and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ...theory.check.mutants import Mutant
from ...theory.statement import Statement
from ...theory.verify import CheckedStep, StatementResult

SCHEMA = 1
"""Raised when a field is changed or removed; adding one is free."""


@dataclass(frozen=True)
class Survivor:
    """An altered copy that nothing rejected: a defect of the checker."""

    change: str
    to: str


@dataclass(frozen=True)
class StepEntry:
    """The altered copies of one step. One copy can be rejected in several ways; they are counted for each."""

    derivation: int
    step: int
    kind: str
    made: int
    caught: int
    by_points: int
    by_symbols: int
    by_units: int
    by_arrival: int
    survivors: tuple[Survivor, ...]


@dataclass(frozen=True)
class Entry:
    """One statement, what was found of it, and its steps.

    ``shown`` is the scope of its derivations (empty: all sizes). ``witness`` is a point at which all that it
    rests on holds. ``digest`` and ``checker`` say for which content, and by which sources, this was found.
    """

    id: str
    kind: str
    title: str
    status: str
    message: str
    shown: str
    conditions: tuple[str, ...]
    witness: str
    digest: str
    checker: str
    seconds: float
    steps: tuple[StepEntry, ...]

    @property
    def made(self) -> int:
        """Altered copies that were tried."""
        return sum(step.made for step in self.steps)

    @property
    def caught(self) -> int:
        """Those that were rejected."""
        return sum(step.caught for step in self.steps)


def _step(derivation: int, number: int, checked: CheckedStep) -> StepEntry:
    tried = checked.mutants
    return StepEntry(
        derivation,
        number,
        checked.result.kind,
        len(tried),
        sum(m.caught for m in tried),
        sum(m.by_points for m in tried),
        sum(bool(m.by_symbols) for m in tried),
        sum(m.by_units for m in tried),
        sum(m.by_arrival for m in tried),
        tuple(_survivor(m) for m in tried if not m.caught),
    )


def _survivor(mutant: Mutant) -> Survivor:
    return Survivor(mutant.change, str(mutant.to))


def entry_of(
    statement: Statement, result: StatementResult, digest: str, checker: str, seconds: float
) -> Entry:
    """What the ledger keeps of ``result``."""
    return Entry(
        statement.id,
        statement.kind.value,
        statement.title,
        result.status.value,
        result.message,
        result.scope,
        tuple(str(c) for c in result.side_conditions),
        result.witness,
        digest,
        checker,
        round(seconds, 2),
        tuple(
            _step(d, n, checked)
            for d, derivation in enumerate(result.derivations, start=1)
            for n, checked in enumerate(derivation.steps, start=1)
        ),
    )


def write(entry: Entry) -> dict[str, Any]:
    """``entry`` as plain data for JSON."""
    return asdict(entry)


def read(data: dict[str, Any]) -> Entry:
    """What :func:`write` was given.

    Raises:
        KeyError: a field is missing.
        TypeError: there is a field that is none.
    """
    steps = tuple(
        StepEntry(**{**step, "survivors": tuple(Survivor(**s) for s in step["survivors"])})
        for step in data["steps"]
    )
    return Entry(**{**data, "conditions": tuple(data["conditions"]), "steps": steps})
