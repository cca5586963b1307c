"""A normal form for finite sums, so that equal sums become equal expressions.

A sum over a range that ends before it begins is empty, and zero. (SymPy follows Karr, for whom such a
sum is minus the sum over the gap; so nothing here that depends on it is left to SymPy.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import sympy as sp
from sympy.core.function import AppliedUndef

_WRITTEN_OUT = 64
"""Longest range of fixed length that is written out term by term; no source, it bounds the size."""
_ENDS = 8
"""Largest shift between two ranges that are merged; no source."""


@lru_cache(maxsize=1024)
def _index(height: int, assumed: tuple[tuple[str, bool], ...]) -> sp.Dummy:
    return sp.Dummy(f"i{height}", **dict(assumed))


def _rename(expression: sp.Basic) -> tuple[sp.Basic, int]:
    if not expression.args or not expression.has(sp.Sum, sp.Product):
        return expression, 0
    if not isinstance(expression, (sp.Sum, sp.Product)):
        parts = [_rename(a) for a in expression.args]
        return expression.func(*(p for p, _ in parts)), max(h for _, h in parts)
    body, height = _rename(expression.function)
    limits: list[tuple[sp.Expr, ...]] = []
    for old, *bounds in expression.limits:
        renamed = [_rename(b) for b in bounds]
        height = 1 + max(height, *(h for _, h in renamed), 0)
        index = _index(height, tuple(sorted(old.assumptions0.items())))
        body = body.xreplace({old: index})
        limits = [tuple(part.xreplace({old: index}) for part in inner) for inner in limits]
        limits.append((index, *(b for b, _ in renamed)))
    return expression.func(body, *limits), height


def own_indices(expression: sp.Basic) -> sp.Basic:
    """Give every sum and product bound variables of its own, which occur nowhere else as free symbols.

    They depend only on how deep a sum is, so that sums that differ in the name of a variable become equal.
    Afterwards nothing can be caught by a bound variable when it is put into a sum.
    """
    return _rename(expression)[0]


def _length(limits: sp.Tuple) -> sp.Expr:
    _, low, high = limits
    return sp.expand(high - low + 1)


def _one(total: sp.Sum) -> tuple[sp.Expr, sp.Tuple]:
    """The sum as (summand, outermost limits); the summand may be a sum."""
    *inner, outer = total.limits
    return (sp.Sum(total.function, *inner) if inner else total.function), outer


def _plain(total: sp.Sum) -> bool:
    """Whether the rules below know this sum: finite, and nothing in it is differentiated by the index."""
    differentiated = {v for d in total.function.atoms(sp.Derivative) for v, _ in d.variable_count}
    return not differentiated & set(total.bound_symbols) and not any(
        limits.has(sp.oo, -sp.oo) for limits in total.limits
    )


def is_sound(expression: sp.Basic) -> bool:
    """Whether every range in ``expression`` is finite and provably does not end before it begins.

    Only then do Karr's sums, and with them SymPy's rules, mean what is meant here.
    """
    return all(
        not limits.has(sp.oo, -sp.oo) and bool(_length(limits).is_nonnegative)
        for total in expression.atoms(sp.Sum, sp.Product)
        for limits in total.limits
    )


def _terms(summand: sp.Expr, limits: sp.Tuple) -> sp.Expr:
    index, low, high = limits
    if low.is_Integer and high.is_Integer and high - low < _WRITTEN_OUT:
        return sp.Add(
            *(spread(summand.xreplace({index: sp.Integer(k)})) for k in range(int(low), int(high) + 1))
        )
    found = sp.Integer(0)
    for term in sp.Add.make_args(sp.expand(summand)):
        outside, inside = sp.sympify(term).as_independent(index, as_Add=False)
        length = _length(limits)
        if inside == 1 and length.is_nonnegative:
            found += outside * length
        else:
            found += outside * sp.Sum(inside, limits)
    return found


def spread(expression: sp.Basic) -> sp.Basic:
    """Write finite sums as sums of single products of what depends on the index; write short ones out."""
    if not expression.has(sp.Sum):
        return expression
    if isinstance(expression, sp.Sum):
        if not _plain(expression):
            return expression
        result = expression.function
        for limits in expression.limits:
            result = _terms(spread(result), limits)
        return result
    return expression.func(*(spread(a) for a in expression.args))


def _onto(reference: sp.Tuple, limits: sp.Tuple, summand: sp.Expr) -> sp.Expr | None:
    """What the sum of ``summand`` over ``limits`` has beyond that over ``reference``: a few end terms.

    ``Σ_{i=a+1}^{b+1} f = Σ_{i=a}^{b} f + f(b+1) − f(a)``; None where the ends differ by no small fixed
    number, or where one of the ranges could end before it begins.
    """
    (i, low, high), (j, low0, high0) = limits, reference
    before, after = sp.expand(low0 - low), sp.expand(high - high0)
    if i != j or not (before.is_Integer and after.is_Integer) or max(abs(before), abs(after)) > _ENDS:
        return None
    if before == after == 0:
        return sp.Integer(0)
    if not (_length(limits).is_nonnegative and _length(reference).is_nonnegative):
        return None
    ends = sp.Integer(0)
    for start, length, sign in (
        (low, before, 1),
        (low0, -before, -1),
        (high0 + 1, after, 1),
        (high + 1, -after, -1),
    ):
        ends += sign * sp.Add(*(summand.xreplace({i: start + n}) for n in range(max(0, int(length)))))
    return ends


def _linear(expression: sp.Expr) -> Iterator[tuple[sp.Expr, sp.Sum | None]]:
    """The terms of ``expression`` as (factor, sum); None for the sum where a term is no multiple of one."""
    for term in sp.Add.make_args(sp.expand(expression)):
        sums = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.Sum)]
        if len(sums) == 1 and _plain(sums[0]):
            factor = sp.Mul(*(f for f in sp.Mul.make_args(term) if f is not sums[0]))
            if not factor.has(sp.Sum, sp.Product):
                yield factor, sums[0]
                continue
        yield term, None


def merged(expression: sp.Expr, vanishes: Callable[[sp.Expr], bool]) -> sp.Expr:
    """Write a linear combination of sums over one range as one sum, ``a Σf + b Σg = Σ(af + bg)``.

    Sums whose summand ``vanishes`` are left out. The bound variables must be own ones.
    """
    found: dict[sp.Tuple, sp.Expr] = {}
    rest = sp.Integer(0)
    for factor, total in _linear(expression):
        if total is None:
            rest += factor
            continue
        summand, limits = _one(total)
        for reference in found:
            ends = _onto(reference, limits, summand)
            if ends is not None:
                found[reference] += factor * summand
                rest += factor * ends
                break
        else:
            found[limits] = factor * summand
    for limits, summand in found.items():
        if not vanishes(summand):
            rest += _total(summand, limits, vanishes)
    return rest


def _total(summand: sp.Expr, limits: sp.Tuple, vanishes: Callable[[sp.Expr], bool]) -> sp.Expr:
    """The sum; as a product if the summand turns out not to depend on the index, as in (1 + u²)/(1 + u²)."""
    index, low, _ = limits
    other = sp.Dummy("other", **index.assumptions0)
    if _length(limits).is_nonnegative and vanishes(summand - summand.xreplace({index: other})):
        return summand.xreplace({index: low}) * _length(limits)
    return sp.Sum(summand, limits)


def _offset(summand: sp.Expr, index: sp.Symbol) -> sp.Expr:
    """The smallest a such that a function of index + a stands in ``summand``; zero where there is none."""
    arguments = {a for f in summand.atoms(AppliedUndef) for a in f.args if a.has(index)}
    offsets = [sp.expand(a - index) for a in sorted(arguments, key=str)]
    # The shifted index must be an integer again, or what was assumed of it would be wrong.
    if not offsets or any(offset.has(index) or not offset.is_integer for offset in offsets):
        return sp.Integer(0)
    least = offsets[0]
    for offset in offsets[1:]:
        if sp.expand(offset - least).is_negative:
            least = offset
    return least


def aligned(expression: sp.Basic) -> sp.Basic:
    """Shift every index so that functions are taken at it: ``Σ_{i=a}^{b} f(i + 1) = Σ_{i=a+1}^{b+1} f(i)``."""
    if not expression.has(sp.Sum):
        return expression
    if isinstance(expression, sp.Sum) and _plain(expression):
        summand, (index, low, high) = _one(expression)
        offset = _offset(summand, index)
        shifted = aligned(summand).xreplace({index: index - offset})
        return sp.Sum(sp.expand(shifted), (index, sp.expand(low + offset), sp.expand(high + offset)))
    return expression.func(*(aligned(a) for a in expression.args))


def from_zero(expression: sp.Basic) -> sp.Basic:
    """Let the index of every sum begin at zero: ``Σ_{i=a}^{b} f(i) = Σ_{i=0}^{b−a} f(i + a)``."""
    if not expression.has(sp.Sum):
        return expression
    if isinstance(expression, sp.Sum) and _plain(expression):
        summand, (index, low, high) = _one(expression)
        shifted = from_zero(summand).xreplace({index: index + low})
        return sp.Sum(shifted, (index, 0, sp.expand(high - low)))
    return expression.func(*(from_zero(a) for a in expression.args))
