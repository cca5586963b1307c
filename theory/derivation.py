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
        """The one statement that is used."""
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

    times: sp.Expr = sp.S.One
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
    """Both sides are differentiated by ``by``, which must be a running symbol of the notation."""

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

    ``to`` is ``Eq(unknown, solution)``; the solution must satisfy the equation and be written in the
    value of the unknown at zero, which it must take there. Linearity is checked, with a leading coefficient
    that does not vanish; this makes the solution the only one.
    """

    unknown: sp.Expr
    by: sp.Symbol
    kind: ClassVar[str] = "solve the flow"


@dataclass(frozen=True, kw_only=True)
class Expand(Step):
    """The right side is expanded in powers of ``by`` around zero.

    ``to`` is ``Eq(left, polynomial + Order(by**n))``. All coefficients below n must agree, and the one
    at n must not vanish: a remainder that is smaller than claimed is refused too.
    """

    by: sp.Symbol
    kind: ClassVar[str] = "expand"


@dataclass(frozen=True, kw_only=True)
class Bound(Step):
    """The right side is replaced by something larger (``Le``, ``Lt``) or smaller (``Ge``, ``Gt``).

    ``certificate`` is the difference in a form that shows its sign: a square, a product of positive
    symbols, a sum of such.
    """

    certificate: sp.Expr
    kind: ClassVar[str] = "bound"


@dataclass(frozen=True, kw_only=True)
class TakeLimit(Step):
    """Both sides' limit as ``by`` tends to ``at`` from above, or to infinity.

    ``to`` is ``Eq(Limit(left, by, at), value)``.
    """

    by: sp.Symbol
    at: sp.Expr
    kind: ClassVar[str] = "take the limit"


@dataclass(frozen=True, kw_only=True)
class Ito(Named):
    """Itô's rule for ``function`` of the process of the named statement. It can open a derivation.

    ``to`` is ``Eq(name, drift)``, or, with ``noise`` = m, ``Eq(name, factor of dB_m)``. The name is made
    for this and is mentioned in no definition or assumption.
    """

    function: sp.Expr
    noise: int | None = None
    kind: ClassVar[str] = "Itô's rule"


@dataclass(frozen=True)
class Derivation:
    """A chain of steps that ends in relation number ``part`` of the statement it belongs to.

    ``instance`` replaces sizes by numbers (``{n: 3}``): the chain then proves the statement for these
    sizes alone, and ``scope`` must say so. An empty scope means: for all sizes.

    Raises:
        ValueError: an instance without a scope.
    """

    steps: tuple[Step, ...]
    part: int = 0
    scope: str = ""
    instance: Renaming = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.instance and not self.scope:
            raise ValueError(f"a derivation for {dict(self.instance)} alone must say so in its scope")
