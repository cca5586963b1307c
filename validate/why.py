"""Why a statement has its verdict: the evidence of a report, and everything that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..theory.statement import Kind, Statement
from ..theory.theory import Theory
from .problems import unknown
from .standing import Standing, standing
from .verdict import Verdict


@dataclass(frozen=True)
class Ground:
    """A statement that another one rests on, and how far below it: 1 for what it names itself.

    ``verdict`` is None for assumptions and definitions, which nothing is said of, and for what the report
    does not hold.
    """

    statement: Statement
    depth: int
    verdict: Verdict | None


@dataclass(frozen=True)
class Why:
    """``entry`` is the statement's part of ``verdicts.json``, None where the report has none.

    ``published`` says that the report is a published result: it holds what data decided and no verdict of a
    derivation, so that ``standing``, which needs these, is None.
    """

    statement: Statement
    entry: Mapping[str, Any] | None
    standing: Standing | None
    grounds: tuple[Ground, ...]
    published: bool = False

    @property
    def meaning(self) -> str:
        """What the verdict says of the theory, in a sentence; of a published result, what its report said."""
        if self.standing is not None:
            return self.standing.meaning
        return str((self.entry or {}).get("standing") or "")

    @property
    def assumptions(self) -> tuple[Ground, ...]:
        """What is assumed and not derived: where the argument ends."""
        return tuple(g for g in self.grounds if g.statement.kind is Kind.ASSUMPTION)


def why(identifier: str, theory: Theory, report: Mapping[str, Any]) -> Why:
    """What decided a statement, and what it rests on down to the assumptions, nearest first.

    Args:
        identifier: the statement.
        theory: the theory that was verified.
        report: the content of its ``verdicts.json``, see :func:`.report.reader.read_report`.

    Raises:
        BadRequest: no statement has this id; the message names those that are like it.
    """
    if identifier not in theory.by_id:
        raise unknown("statement", identifier, list(theory.by_id))
    by_id = theory.by_id
    entries = {entry["id"]: entry for entry in report["statements"]}
    verdicts = {i: Verdict(entry["verdict"]) for i, entry in entries.items()}
    published = report.get("published") is True
    own = None if published else standing(by_id[identifier], theory, verdicts)
    depth = {identifier: 0} | ({} if own is None else dict.fromkeys(own.amendments.values(), 1))
    front = list(depth)
    while front:
        nearer, front = front, []
        for one in nearer:
            statement = by_id[one]
            for used in (*statement.drawn_from, *statement.uses, *statement.proof_uses):
                if used not in depth:
                    depth[used] = depth[one] + 1
                    front.append(used)
    grounds = tuple(
        Ground(by_id[one], far, verdicts.get(one)) for one, far in depth.items() if one != identifier
    )
    return Why(by_id[identifier], entries.get(identifier), own, grounds, published)
