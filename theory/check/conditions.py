"""Side conditions: what must not be zero or negative for a step to have a meaning.

They are collected from the expressions themselves; nobody types them. A condition that follows from
the assumptions on the symbols is dropped. In a condition, an index that a sum binds stands for each of
its values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sympy as sp

from .points import name


def factors_of(expression: sp.Expr) -> list[tuple[sp.Expr, int]]:
    """The factors of ``expression`` that are no numbers, and how often each; itself where SymPy finds none."""
    try:
        found: list[tuple[sp.Expr, int]] = sp.factor_list(expression)[1]
    except sp.PolynomialError:
        return [(expression, 1)]
    return found


def _not_zero(expression: sp.Expr) -> Iterator[sp.Basic]:
    """Conditions for ``expression`` to be neither zero nor without a value."""
    for part in sp.fraction(sp.together(expression)):
        for factor, _ in factors_of(part):
            if not (factor.is_nonzero or factor.is_positive or factor.is_negative):
                # One sign for each condition: a − b ≠ 0 and b − a ≠ 0 are the same.
                yield sp.Ne(-factor if factor.could_extract_minus_sign() else factor, 0)


def _of_power(power: sp.Pow) -> Iterator[sp.Basic]:
    base, exponent = power.args
    if base is sp.E or base.is_number:
        return
    if exponent.is_negative or (exponent.is_integer and not exponent.is_nonnegative):
        yield from _not_zero(base)
    if exponent.is_Rational and not exponent.is_Integer and not base.is_nonnegative:
        yield sp.Ge(base, 0)
    if not exponent.is_Rational and not exponent.is_integer and not base.is_positive:
        yield sp.Gt(base, 0)


def _of_function(function: sp.Function) -> Iterator[sp.Basic]:
    argument = function.args[0]
    if isinstance(function, sp.log) and not argument.is_positive:
        yield sp.Gt(argument, 0)
    if isinstance(function, sp.tan):
        yield from _not_zero(sp.cos(argument))
    if isinstance(function, sp.coth):
        yield from _not_zero(argument)
    if isinstance(function, sp.atanh):
        yield sp.Gt(1 - argument, 0)
        yield sp.Gt(1 + argument, 0)


def side_conditions(relation: sp.Basic, *nonzero: sp.Expr) -> list[sp.Basic]:
    """Conditions under which ``relation`` has a value, and each of ``nonzero`` has one that is not zero."""
    found = [condition for expression in nonzero for condition in _not_zero(expression)]
    for part in (relation, *nonzero):
        for power in sorted(part.atoms(sp.Pow), key=name):
            found += _of_power(power)
        for function in sorted(part.atoms(sp.log, sp.tan, sp.coth, sp.atanh), key=name):
            found += _of_function(function)
    return list(dict.fromkeys(c for c in found if c is not sp.true))


def granted_by_name(condition: sp.Basic, relations: Iterable[sp.Basic]) -> bool:
    """Whether one of the ``relations`` equates what must not be zero with something that is assumed not to be."""
    if not isinstance(condition, sp.Ne) or condition.rhs != 0:
        return False
    for relation in relations:
        if isinstance(relation, sp.Eq):
            for one, other in ((relation.lhs, relation.rhs), (relation.rhs, relation.lhs)):
                if one.is_nonzero and other in (condition.lhs, -condition.lhs):
                    return True
    return False
