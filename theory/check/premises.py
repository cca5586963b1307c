"""What a derivation rests on beside its steps: conditions that are inherited, and ones that would make it empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import sympy as sp
from sympy.core.function import AppliedUndef

from ..derivation import Named
from .assumptions import assumed
from .conditions import factors_of
from .renaming import Malformed, renamed
from .setting import Setting


def inherited(conditions: Iterable[sp.Basic], step: Named, setting: Setting) -> list[sp.Basic]:
    """Side conditions of the theorem that ``step`` uses, renamed like it."""
    found = []
    for condition in conditions:
        try:
            found.append(renamed(condition, step.where, setting.known[step.using].generic, setting.running))
        except Malformed:
            found.append(condition)  # the step itself fails for the same reason
    return [c for c in found if c.doit() is not sp.true]


@lru_cache(maxsize=4096)
def _name_for(atom: sp.Basic) -> sp.Dummy:
    return sp.Dummy("a", **assumed(atom))


@lru_cache(maxsize=4096)
def _numerator(expression: sp.Expr) -> sp.Expr:
    return sp.expand(sp.fraction(sp.together(expression))[0])


def _eliminated(zeros: list[sp.Expr], nonzero: list[sp.Expr]) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """Use up every premise that gives one symbol in terms of the others, and put that into the rest."""
    waiting = list(zeros)
    kept: list[sp.Expr] = []
    while waiting:
        zero = waiting.pop()
        for symbol in sorted(zero.free_symbols, key=str):
            slope = zero.coeff(symbol, 1)
            if slope.is_number and slope != 0 and not (zero - slope * symbol).has(symbol):
                value = {symbol: sp.expand(-(zero - slope * symbol) / slope)}
                waiting = [_numerator(e.xreplace(value)) for e in waiting]
                kept = [_numerator(e.xreplace(value)) for e in kept]
                nonzero = [_numerator(e.xreplace(value)) for e in nonzero]
                break
        else:
            kept.append(zero)
    return kept, nonzero


@lru_cache(maxsize=4096)
def _factors(polynomial: sp.Expr) -> list[sp.Expr]:
    return [sp.expand(f) for f, _ in factors_of(polynomial)]


def _denied(zero: sp.Expr, nonzero: Sequence[sp.Expr]) -> list[int]:
    """Numbers of the conditions that leave no factor of ``zero`` that could vanish."""
    if zero.is_number:
        return []
    # A factor has no symbol that the product has not; factoring takes long.
    possible = [n for n, c in enumerate(nonzero) if c.free_symbols <= zero.free_symbols and not c.is_number]
    if not possible:
        return []
    factors = _factors(zero)
    denied = [n for n, c in enumerate(nonzero) if c in factors or -c in factors]
    used = [nonzero[n] for n in denied]
    return denied if all(f in used or -f in used or f.is_nonzero for f in factors) else []


def contradicted(conditions: Sequence[sp.Basic], premises: Sequence[sp.Basic]) -> str:
    """A message if a condition ``c ≠ 0`` denies premises that say c = 0; dividing by such a c proves anything.

    Premises are taken one by one, and together as far as they can be solved for single symbols.
    """
    denials = [c for c in conditions if isinstance(c, sp.Ne) and c.rhs == 0]
    equations = [
        e
        for e in premises
        if isinstance(e, sp.Eq) and not isinstance(e.lhs, sp.MatrixBase) and not e.has(sp.Order)
    ]
    if not denials or not equations:
        return ""
    # Functions, derivatives and sums count as unknowns of their own, replaced from the outside in, since they nest.
    atoms = {a for e in (*denials, *equations) for a in e.atoms(AppliedUndef, sp.Derivative, sp.Subs, sp.Sum)}
    names = {a: _name_for(a) for a in atoms}

    def plain(expression: sp.Expr) -> sp.Expr:
        return _numerator(expression.xreplace(names))

    nonzero, zeros = [plain(c.lhs) for c in denials], [plain(e.lhs - e.rhs) for e in equations]
    for equation, zero in zip(equations, zeros, strict=True):
        for number in _denied(zero, nonzero):
            return f"the condition {denials[number].lhs} ≠ 0 contradicts {equation}, on which the derivation rests"
    kept, left = _eliminated(zeros, nonzero)
    empty = [n for n, rest in enumerate(left) if rest == 0] + [
        n for zero in kept for n in _denied(zero, left)
    ]
    for number in empty:
        return f"the condition {denials[number].lhs} ≠ 0 contradicts what the derivation rests on, taken together"
    return ""
