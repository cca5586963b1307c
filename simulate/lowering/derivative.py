"""The Jacobian of an indexed system, law by law: derivatives by the entry of a family, with the sums kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from ...theory.indexed import Unless, sum_over


@dataclass(frozen=True)
class Contribution:
    """``∂ rate / ∂ entry`` holds ``value`` for all values of the law's indices and of ``sums`` (k, low, high, but)."""

    entry: Any
    value: Any
    sums: tuple[tuple[sp.Symbol, Any, Any, tuple[Any, ...]], ...]


def summand(total: sp.Sum) -> tuple[Any, sp.Symbol, Any, Any, tuple[Any, ...]]:
    """``(term, k, low, high, but)`` of a sum as :func:`.sum_over` makes it.

    Raises:
        ValueError: the sum has another form.
    """
    if len(total.limits) != 1 or len(total.limits[0]) != 3:
        raise ValueError(f"{total} has several limits; write one sum inside the other")
    (k, low, high), term = total.limits[0], total.function
    if not isinstance(term, Unless):
        return term, k, low, high, ()
    kept, index, *but = term.args
    if index != k:
        raise ValueError(f"{total} leaves out values of {index}, over which it does not run; use sum_over")
    return kept, k, low, high, tuple(but)


def contributions(rate: Any, states: frozenset[Any]) -> Iterator[Contribution]:
    """All derivatives of a rate by entries of the states (bases of families, and plain symbols)."""
    totals, entries = _leaves(rate, states)
    names = {leaf: sp.Dummy(positive=leaf.is_positive, real=True) for leaf in (*totals, *entries)}
    back = {dummy: leaf for leaf, dummy in names.items()}
    plain = rate.xreplace(names)
    for entry in entries:
        value = sp.diff(plain, names[entry]).xreplace(back)
        if value != 0:
            yield Contribution(entry, value, ())
    for total in totals:
        weight = sp.diff(plain, names[total]).xreplace(back)
        term, k, low, high, but = summand(total)
        for part in contributions(term, states):
            bounds = [bound for _, *bounds in part.sums for bound in (*bounds[:2], *bounds[2])]
            if any(
                k in sp.sympify(index, strict=True).free_symbols for index in (*_indices(part.entry), *bounds)
            ):
                # A name of its own: the weight may hold the same sum, in which k runs by itself.
                alone = {k: sp.Symbol(f"{k}_column", **k.assumptions0)}
                sums = tuple(
                    tuple(_renamed(bound, alone) for bound in one)
                    for one in ((k, low, high, but), *part.sums)
                )
                yield Contribution(part.entry.xreplace(alone), weight * part.value.xreplace(alone), sums)
            else:
                summed = sum_over(part.value, k, low, high, but)
                yield Contribution(part.entry, weight * summed, part.sums)


def _renamed(bound: Any, names: dict[Any, Any]) -> Any:
    if isinstance(bound, tuple):
        return tuple(_renamed(one, names) for one in bound)
    return sp.sympify(bound, strict=True).xreplace(names)


def _leaves(rate: Any, states: frozenset[Any]) -> tuple[list[Any], list[Any]]:
    """The outermost sums, and the entries of states outside of them."""
    totals: dict[Any, None] = {}
    entries: dict[Any, None] = {}
    walk = [rate]
    while walk:
        part = walk.pop()
        if isinstance(part, sp.Sum):
            totals[part] = None
        elif part in states or (isinstance(part, sp.Indexed) and part.base in states):
            entries[part] = None
        elif not isinstance(part, sp.Indexed):
            walk.extend(part.args)
    return sorted(totals, key=sp.default_sort_key), sorted(entries, key=sp.default_sort_key)


def _indices(entry: Any) -> tuple[Any, ...]:
    return tuple(entry.indices) if isinstance(entry, sp.Indexed) else ()
