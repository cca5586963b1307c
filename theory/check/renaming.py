"""Replacing symbols in relations without changing what the relations say.

Three things can go wrong, and all are refused: a symbol comes under a sum or derivative that binds it;
a symbol is replaced by something of which less was assumed; a symbol of one particular thing is
replaced as if the relation held for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.core.relational import Relational

_PROPERTIES = (
    "integer",
    "real",
    "positive",
    "nonnegative",
    "negative",
    "nonpositive",
    "nonzero",
    "even",
    "odd",
)


class Malformed(ValueError):
    """A step that cannot be read as a claim, or that would change what a relation says."""


def _bound(expression: sp.Basic) -> set[sp.Basic]:
    """What ``expression`` itself binds, or differentiates by."""
    if isinstance(expression, (sp.Sum, sp.Product, sp.Integral)):
        return set(expression.bound_symbols)
    if isinstance(expression, sp.Derivative):
        return {variable for variable, _ in expression.variable_count}
    if isinstance(expression, sp.Subs):
        return set(expression.variables)
    return {expression.args[1]} if isinstance(expression, sp.Limit) else set()


def binders(relation: sp.Basic, part: sp.Basic) -> list[tuple[set[sp.Basic], type[sp.Basic]]]:
    """What is bound around ``part`` in ``relation``, and by what kind of expression."""
    found = []
    for around in sp.preorder_traversal(relation):
        bound = _bound(around)
        if bound and around != part and around.has(part):
            found.append((bound, type(around)))
    return found


def _uncaptured(expression: sp.Basic, old: sp.Basic, brought: set[sp.Basic]) -> None:
    """Raise if ``old`` stands where a symbol that its replacement brings along would be bound."""
    if not brought:
        return
    for part in sp.preorder_traversal(expression):
        caught = _bound(part) & brought
        if caught and part.has(old):
            raise Malformed(f"{old} cannot be replaced in {part}, which binds {sorted(map(str, caught))}")


def rebuilt(relation: sp.Basic, change: Any) -> sp.Basic:
    """Change both sides of a relation without letting SymPy decide whether it is true."""
    if isinstance(relation, Relational):
        return type(relation)(change(relation.lhs), change(relation.rhs), evaluate=False)
    if isinstance(relation, (sp.Or, sp.And)):
        return relation.func(*(rebuilt(part, change) for part in relation.args), evaluate=False)
    changed: sp.Basic = change(relation)
    return changed


def replaced(relation: sp.Basic, old: sp.Expr, new: sp.Expr) -> sp.Basic:
    """``relation`` with ``new`` for ``old``: equals for equals.

    Raises:
        Malformed: a symbol that ``new`` brings along would be bound.
    """
    _uncaptured(relation, old, new.free_symbols - old.free_symbols)
    return rebuilt(relation, lambda side: side.xreplace({old: new}))


def renamed(
    relation: sp.Basic,
    where: Mapping[Any, Any],
    generic: tuple[tuple[Any, ...], ...] = (),
    running: frozenset[str] = frozenset(),
) -> sp.Basic:
    """``relation`` with symbols and function classes replaced, all at once.

    Raises:
        Malformed: a key is neither running nor generic, or a generic group is renamed in part; or one of
            the three things above.
    """
    if not where:
        return relation
    _may_be_renamed(relation, where, generic, running)
    functions = {old: new for old, new in where.items() if isinstance(old, UndefinedFunction)}
    symbols = {old: new for old, new in where.items() if old not in functions}
    for old, new in symbols.items():
        if any(old in _bound(part) for part in sp.preorder_traversal(relation)):
            raise Malformed(f"{old} cannot be renamed: something in {relation} runs over it")
        _uncaptured(relation, old, sp.sympify(new).free_symbols - {old})
        not_weaker(old, new)
    for applied in relation.atoms(AppliedUndef):
        if applied.func in functions:
            not_weaker(applied, functions[applied.func](*applied.args))

    def change(side: sp.Basic) -> sp.Basic:
        side = side.replace(
            lambda e: isinstance(e, AppliedUndef) and e.func in functions,
            lambda e: functions[e.func](*e.args),
        )
        return side.xreplace(symbols)

    return rebuilt(relation, change)


def _may_be_renamed(
    relation: sp.Basic,
    where: Mapping[Any, Any],
    generic: tuple[tuple[Any, ...], ...],
    running: frozenset[str],
) -> None:
    present = relation.free_symbols | {f.func for f in relation.atoms(AppliedUndef)}
    for old in where:
        if not isinstance(old, (sp.Symbol, UndefinedFunction)):
            raise Malformed(f"only symbols and functions can be renamed, not {old}")
        group = next((g for g in generic if old in g), None)
        if group is None and not (isinstance(old, sp.Symbol) and old.name in running):
            raise Malformed(
                f"{old} stands for one particular thing in {relation}; it is not among the generic symbols"
            )
        left = [str(other) for other in group or () if other in present and other not in where]
        if left:
            raise Malformed(f"{old} is renamed without {left}, which belong to the same mode")


def not_weaker(old: sp.Expr, new: Any, but: tuple[str, ...] = ()) -> None:
    """Raise unless ``new`` is known to have every property that ``old`` is assumed to have, ``but`` some."""
    for name in _PROPERTIES:
        if name in but:
            continue
        if getattr(old, f"is_{name}") and getattr(sp.sympify(new), f"is_{name}") is not True:
            raise Malformed(f"{old} is assumed to be {name}, but {new} need not be")
