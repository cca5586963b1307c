"""Whether a number satisfies everything that was assumed of a symbol."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp
from flint import arb, fmpq

from .series import Number

_SIGNS = ("positive", "negative", "nonnegative", "nonpositive", "nonzero", "zero")
_ARITHMETIC = ("integer", "noninteger", "even", "odd", "prime", "composite")
_KINDS = ("complex", "real", "imaginary", "rational", "irrational", "algebraic", "transcendental", "finite")


def assumed(symbol: sp.Basic) -> dict[str, bool]:
    """What is known of ``symbol``, property by property; SymPy's ``assumptions0`` is empty for functions."""
    found = {name: getattr(symbol, f"is_{name}") for name in (*_SIGNS, *_ARITHMETIC, *_KINDS)}
    return {name: known for name, known in found.items() if known is not None}


@lru_cache(maxsize=4096)
def _asked(symbol: sp.Basic) -> tuple[bool, dict[str, bool]]:
    """Whether a rational number can be ``symbol`` at all, and what depends on which number it is."""
    properties = assumed(symbol)
    varying = {name: wanted for name, wanted in properties.items() if name not in _KINDS}
    third = sp.Rational(1, 3)
    possible = all(
        getattr(third, f"is_{name}") is wanted for name, wanted in properties.items() if name in _KINDS
    )
    return possible, varying


def admits(symbol: sp.Basic, value: Number) -> bool:
    """Whether ``value`` has every property that ``symbol`` (or an applied function) was declared to have.

    A rational is asked for all of SymPy's properties (sign, parity, primality, ...). A ball must show its
    sign, and is never taken for an integer or a rational.
    """
    possible, asked = _asked(symbol)
    if isinstance(value, fmpq):
        number = sp.Rational(int(value.p), int(value.q))
        return possible and all(getattr(number, f"is_{name}") is wanted for name, wanted in asked.items())
    if symbol.is_rational or symbol.is_real is False:
        return False
    ball = arb(value)
    shown = {"positive": ball > 0, "negative": ball < 0, "nonnegative": ball >= 0, "nonpositive": ball <= 0}
    shown["nonzero"] = not ball.contains(0)
    return all(shown.get(name, not wanted) for name, wanted in asked.items() if wanted)
