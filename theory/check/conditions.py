"""Side conditions: what must not be zero or negative for a step to have a meaning.

They are collected from the expressions themselves; nobody types them. A condition that follows from
the assumptions on the symbols is dropped.
"""

from __future__ import annotations

import sympy as sp


def _not_zero(expression: sp.Expr) -> list[sp.Basic]:
    numerator = sp.fraction(sp.together(expression))[0]
    found: list[sp.Basic] = []
    for factor, _ in sp.factor_list(numerator)[1]:
        if not (factor.is_nonzero or factor.is_positive or factor.is_negative):
            # One sign for each condition: a − b ≠ 0 and b − a ≠ 0 are the same.
            found.append(sp.Ne(-factor if factor.could_extract_minus_sign() else factor, 0))
    return found


def side_conditions(relation: sp.Basic, *nonzero: sp.Expr) -> list[sp.Basic]:
    """Conditions under which ``relation`` has a value, and each of ``nonzero`` differs from zero."""
    found: list[sp.Basic] = []
    for expression in nonzero:
        found += _not_zero(expression)
    for power in sorted(relation.atoms(sp.Pow), key=str):
        base, exponent = power.args
        if base is sp.E or base.is_number:
            continue
        if exponent.is_negative:
            found += _not_zero(base)
        if exponent.is_Rational and not exponent.is_Integer and not base.is_nonnegative:
            found.append(sp.Ge(base, 0))
    for logarithm in sorted(relation.atoms(sp.log), key=str):
        if not logarithm.args[0].is_positive:
            found.append(sp.Gt(logarithm.args[0], 0))
    return list(dict.fromkeys(c for c in found if c is not sp.true))
