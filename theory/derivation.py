"""Derivations as data: a chain of steps, each of which turns one relation into the next.

A step says what was done (``kind``), which named statements it used, and the relation ``to`` that it
claims to have reached. Nothing is computed here: :mod:`.check.steps` decides whether the claim holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sympy as sp

Renaming = Mapping[Any, Any]
"""Symbols or function classes to replace when a statement about one mode is used for another."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """The base of all steps. ``says`` is the sentence a reader sees beside the formula."""

    to: sp.Basic
    says: str
    kind: ClassVar[str] = ""

    @property
    def uses(self) -> tuple[str, ...]:
        """Ids of the statements this step rests on."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Named(Step):
    """A step that uses one relation of a named statement, with its symbols renamed by ``where``."""

    using: str
    part: int = 0
    where: Renaming = field(default_factory=dict)

    @property
    def uses(self) -> tuple[str, ...]:
        return (self.using,)


@dataclass(frozen=True, kw_only=True)
class Start(Named):
    """Begin with a relation of a named statement."""

    kind: ClassVar[str] = "start"


@dataclass(frozen=True, kw_only=True)
class Identity(Step):
    """Begin with an equation that holds by algebra alone."""

    kind: ClassVar[str] = "identity"


@dataclass(frozen=True, kw_only=True)
class Rewrite(Step):
    """Each side becomes an identical expression."""

    kind: ClassVar[str] = "rewrite"


@dataclass(frozen=True, kw_only=True)
class Rearrange(Step):
    """Both sides are multiplied by ``times`` (not zero) and terms may change sides."""

    times: sp.Expr = sp.Integer(1)
    kind: ClassVar[str] = "rearrange"


@dataclass(frozen=True, kw_only=True)
class Substitute(Named):
    """Equals for equals: the left side of the named equation stands for its right side.

    Both the relation before and the relation after may contain the left side, so that a definition
    can be put in as well as taken out.
    """

    kind: ClassVar[str] = "substitute"


@dataclass(frozen=True, kw_only=True)
class Differentiate(Step):
    """Both sides are differentiated by ``by``."""

    by: sp.Symbol
    kind: ClassVar[str] = "differentiate"


@dataclass(frozen=True, kw_only=True)
class Solve(Step):
    """The polynomial equation before is solved for ``unknown``; ``to`` lists every root.

    ``to`` is ``Eq(unknown, root)`` or ``Or(Eq(unknown, root), ...)`` with as many roots, counted with
    multiplicity, as the degree.
    """

    unknown: sp.Expr
    kind: ClassVar[str] = "solve"


@dataclass(frozen=True, kw_only=True)
class SolveFlow(Step):
    """The linear first-order differential equation before is solved for ``unknown``.

    ``to`` is ``Eq(unknown, solution)``; the solution must satisfy the equation and take the value
    ``initial`` at time zero. Linearity is checked, and makes the solution the only one.
    """

    unknown: sp.Expr
    by: sp.Symbol
    initial: sp.Expr
    kind: ClassVar[str] = "solve the flow"


@dataclass(frozen=True)
class Derivation:
    """A chain of steps that ends in relation number ``part`` of the statement it belongs to.

    ``scope`` says for which sizes the chain is a proof (empty: for all).
    """

    steps: tuple[Step, ...]
    part: int = 0
    scope: str = ""
