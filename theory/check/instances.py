"""One instance of a relation: sizes and indices become numbers, sums are written out, functions become unknowns."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

import sympy as sp
from sympy.core.function import AppliedUndef

from .renaming import rebuilt
from .sums import own_indices, spread
from .symbolic import carried_out

Sizes = tuple[tuple[sp.Symbol, int], ...]
"""A number for each integer symbol, in the order of their names."""


def _own_variable(limit: sp.Limit) -> sp.Basic:
    function, variable, to, direction = limit.args
    own = sp.Dummy(variable.name, **variable.assumptions0)
    return sp.Limit(function.xreplace({variable: own}), own, to, direction)


def written_out(relation: sp.Basic, numbers: sp.Dict) -> sp.Basic:
    """``relation`` with ``numbers`` put in and its finite sums written out; an empty range gives zero.

    Nothing else is carried out. (SymPy's ``doit`` would take a range that ends before it begins for minus
    the sum over the gap, leave nested ranges as they are, and find derivatives and limits.)
    """

    def change(side: sp.Basic) -> sp.Basic:
        # Own indices first: what a sum or a limit binds is not one of the numbers.
        free = own_indices(side).replace(lambda e: isinstance(e, sp.Limit), _own_variable)
        return spread(own_indices(free.xreplace(dict(numbers))))

    return rebuilt(relation, change)


@lru_cache(maxsize=4096)
def instance(relation: sp.Basic, sizes: Sizes) -> sp.Basic:
    """``relation`` for these sizes, its derivatives carried out as far as they can be."""
    numbers = sp.Dict({symbol: sp.Integer(number) for symbol, number in sizes})
    return rebuilt(written_out(rebuilt(relation, carried_out), numbers), carried_out)


_OPAQUE = (AppliedUndef, sp.Derivative, sp.Subs, sp.Limit, sp.Sum, sp.Product, sp.Integral)


@lru_cache(maxsize=16384)
def unknowns(expression: sp.Basic) -> frozenset[sp.Expr]:
    """What must be given a value to evaluate ``expression``: symbols, functions at a point, their derivatives.

    The derivative of a function at a point is an unknown of its own, beside the function there.
    """
    if expression.is_Symbol or (isinstance(expression, _OPAQUE) and expression.has(AppliedUndef)):
        return frozenset((expression,))
    return frozenset(chain.from_iterable(unknowns(a) for a in expression.args))
