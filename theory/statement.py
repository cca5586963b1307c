"""Statements as data: what is said, in which symbols, from which source, and what would refute it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sympy as sp

if TYPE_CHECKING:
    from .counterexample import Counterexample
    from .derivation import Derivation
    from .process import ItoProcess


PROJECT = "spectral-edge"
"""The work that this project's own statements name as their source."""


class Kind(StrEnum):
    """What a statement is: this decides what may be asked of it."""

    DEFINITION = "definition"
    ASSUMPTION = "assumption"
    THEOREM = "theorem"
    PREDICTION = "prediction"


@dataclass(frozen=True)
class Source:
    """Where a statement comes from. ``version`` matters: versions of one paper can say different things."""

    work: str
    place: str
    version: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.work, self.version, self.place) if part)


@dataclass(frozen=True)
class Statement:
    """One statement of a theory.

    ``content`` holds the formal relations; all must hold together. ``says`` is one sentence in words.
    ``uses`` names the statements whose meaning this one needs; what its proof needs is found in
    ``derivations``. ``hypotheses`` are relations between symbols under which ``content`` is claimed,
    beside the assumptions that the symbols carry. Each group in ``generic`` names symbols and functions
    that belong to one mode (or level, or index) which can be any: elsewhere the group may be renamed, as
    a whole. ``amends`` names the statement of the source that
    this one repairs, and ``repair`` says how in one sentence. ``drawn_from`` names the claims from which a
    source draws a prediction: data decide the prediction by itself, but what they say of the theory rests on
    these. ``process`` is the formal content that Itô's rule needs, for statements that define a stochastic
    process. ``witness`` gives exact values to some of the symbols (or applied functions) that the statement
    rests on, where chance does not find a point at which all of that holds.
    """

    id: str
    kind: Kind
    title: str
    says: str
    content: tuple[sp.Basic, ...]
    source: Source
    refuted_if: str = ""
    hypotheses: tuple[sp.Basic, ...] = ()
    uses: tuple[str, ...] = ()
    generic: tuple[tuple[Any, ...], ...] = ()
    derivations: tuple[Derivation, ...] = ()
    counterexample: Counterexample | None = None
    amends: str = ""
    repair: str = ""
    drawn_from: tuple[str, ...] = ()
    process: ItoProcess | None = None
    witness: Mapping[sp.Expr, sp.Expr] = field(default_factory=dict)

    @property
    def supporting(self) -> bool:
        """Whether it is a step of this project's on the way to others: no claim of a source, nor its repair."""
        return self.kind is Kind.THEOREM and self.source.work == PROJECT and not self.amends

    @property
    def proof_uses(self) -> tuple[str, ...]:
        """Ids of the statements that the derivations rest on, in order of first use."""
        return tuple(dict.fromkeys(i for d in self.derivations for step in d.steps for i in step.uses))
