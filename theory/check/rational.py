"""The numerator of a rational function, as a polynomial: it is zero exactly if the function is.

SymPy's ``together`` and ``expand`` find it too, in trees and with common divisors taken out. Here fractions
are added as they stand, over products of the polynomials in their denominators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing

_LARGEST_POWER = 24
"""Higher powers of sums are left to ``expand``; no source, it bounds the size."""


class _NotRational(ValueError):
    """Something else than symbols and rationals that are added, multiplied and raised to whole powers."""


@dataclass(frozen=True)
class _Fraction:
    """``top`` over the product of the polynomials in ``bottom``, each raised to its power."""

    top: Any
    bottom: Mapping[Any, int]


def numerator_of(expression: sp.Expr) -> PolyElement | None:
    """A polynomial that is zero exactly if ``expression`` is, as a rational function of its symbols.

    None if it is no rational function, or divides by what is identically zero.
    """
    try:
        # The names do not matter; an order that every process shares makes the work the same in each.
        symbols = sorted(_symbols(expression), key=str)
        found: PolyElement = _read(expression, _ring(tuple(symbols))).top
    except (_NotRational, ZeroDivisionError):
        return None
    return found


@lru_cache(maxsize=16384)
def _symbols(expression: sp.Expr) -> frozenset[sp.Symbol]:
    """The symbols of a rational function."""
    if expression.is_Symbol:
        return frozenset((expression,))
    if expression.is_Rational:
        return frozenset()
    if expression.is_Add or expression.is_Mul:
        return frozenset().union(*map(_symbols, expression.args))
    if expression.is_Pow and expression.exp.is_Integer:
        base = expression.base
        if abs(expression.exp) <= _LARGEST_POWER or base.is_Symbol:
            return _symbols(base)
    raise _NotRational


@lru_cache(maxsize=64)
def _ring(symbols: tuple[sp.Symbol, ...]) -> PolyRing:
    return PolyRing(symbols, sp.QQ)


@lru_cache(maxsize=4096)
def _read(expression: sp.Expr, ring: PolyRing) -> _Fraction:
    if expression.is_Symbol:
        return _Fraction(ring.gens[ring.symbols.index(expression)], {})
    if expression.is_Rational:
        return _Fraction(ring.ground_new(sp.QQ(int(expression.p), int(expression.q))), {})
    if expression.is_Pow:
        return _raised(_read(expression.base, ring), int(expression.exp), ring)
    parts = [_read(a, ring) for a in expression.args]
    return _sum(parts, ring) if expression.is_Add else _product(parts, ring)


def _raised(base: _Fraction, power: int, ring: PolyRing) -> _Fraction:
    if power >= 0:
        return _Fraction(base.top**power, {p: n * power for p, n in base.bottom.items()})
    if not base.top:
        raise ZeroDivisionError
    top = ring.one
    for polynomial, n in base.bottom.items():
        top *= polynomial ** (-n * power)
    if base.top.is_ground:
        return _Fraction(top * base.top**power, {})
    return _Fraction(top, {base.top: -power})


def _product(parts: list[_Fraction], ring: PolyRing) -> _Fraction:
    top, bottom = ring.one, dict[Any, int]()
    for part in parts:
        top *= part.top
        for polynomial, n in part.bottom.items():
            bottom[polynomial] = bottom.get(polynomial, 0) + n
    return _Fraction(top, bottom)


def _sum(parts: list[_Fraction], ring: PolyRing) -> _Fraction:
    common: dict[Any, int] = {}
    for part in parts:
        for polynomial, n in part.bottom.items():
            common[polynomial] = max(n, common.get(polynomial, 0))
    # Terms over one denominator are added before they are multiplied up.
    alike: dict[frozenset[tuple[Any, int]], Any] = {}
    for part in parts:
        bottom = frozenset(part.bottom.items())
        alike[bottom] = alike.get(bottom, ring.zero) + part.top
    total = ring.zero
    for bottom, top in alike.items():
        has = dict(bottom)
        for polynomial, n in common.items():
            missing = n - has.get(polynomial, 0)
            if missing and top:
                top = top * polynomial**missing
        total += top
    return _Fraction(total, common)
