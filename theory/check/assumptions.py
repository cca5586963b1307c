"""Whether a number satisfies everything that was assumed of a symbol."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import sympy as sp
from flint import arb, fmpq

from .series import Number

_SIGNS = ("positive", "negative", "nonnegative", "nonpositive", "nonzero", "zero")
_ARITHMETIC = ("integer", "noninteger", "even", "odd", "prime", "composite")
_KINDS = ("complex", "real", "imaginary", "rational", "irrational", "algebraic", "transcendental", "finite")


@lru_cache(maxsize=4096)
def _properties(symbol: sp.Basic) -> tuple[tuple[str, bool], ...]:
    found = ((name, getattr(symbol, f"is_{name}")) for name in (*_SIGNS, *_ARITHMETIC, *_KINDS))
    return tuple((name, known) for name, known in found if known is not None)


def assumed(symbol: sp.Basic) -> dict[str, bool]:
    """What is known of ``symbol``, property by property; SymPy's ``assumptions0`` is empty for functions."""
    return dict(_properties(symbol))


@lru_cache(maxsize=4096)
def _asked(symbol: sp.Basic) -> tuple[bool, tuple[tuple[str, bool], ...]]:
    """Whether a rational number can be ``symbol`` at all, and what depends on which number it is."""
    properties = _properties(symbol)
    third = sp.Rational(1, 3)
    possible = all(getattr(third, f"is_{name}") is wanted for name, wanted in properties if name in _KINDS)
    return possible, tuple((name, wanted) for name, wanted in properties if name not in _KINDS)


def _prime(value: fmpq) -> bool:
    return bool(value.q == 1 and value > 1 and value.p.is_prime())


_OF_RATIONALS: dict[str, Callable[[fmpq], bool]] = {
    "positive": lambda v: bool(v > 0),
    "negative": lambda v: bool(v < 0),
    "nonnegative": lambda v: bool(v >= 0),
    "nonpositive": lambda v: bool(v <= 0),
    "nonzero": lambda v: bool(v != 0),
    "zero": lambda v: bool(v == 0),
    "integer": lambda v: bool(v.q == 1),
    "noninteger": lambda v: bool(v.q != 1),
    "even": lambda v: bool(v.q == 1 and v.p % 2 == 0),
    "odd": lambda v: bool(v.q == 1 and v.p % 2 == 1),
    "prime": _prime,
    "composite": lambda v: bool(v.q == 1 and v > 1 and not _prime(v)),
}
"""What SymPy means by its properties, for rational numbers; without making a SymPy number of each."""


def admits(symbol: sp.Basic, value: Number) -> bool:
    """Whether ``value`` has every property that ``symbol`` (or an applied function) was declared to have.

    A rational is asked for all of SymPy's properties (sign, parity, primality, ...). A ball must show its
    sign, and is never taken for an integer or a rational.
    """
    possible, asked = _asked(symbol)
    if isinstance(value, fmpq):
        return possible and all(_OF_RATIONALS[name](value) is wanted for name, wanted in asked)
    if symbol.is_rational or symbol.is_real is False:
        return False
    ball = arb(value)
    shown = {"positive": ball > 0, "negative": ball < 0, "nonnegative": ball >= 0, "nonpositive": ball <= 0}
    shown["nonzero"] = not ball.contains(0)
    return all(shown.get(name, not wanted) for name, wanted in asked if wanted)
