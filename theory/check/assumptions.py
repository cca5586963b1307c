"""Whether a number satisfies everything that was assumed of a symbol."""

from __future__ import annotations

import sympy as sp
from flint import arb, fmpq

from .series import Number


def admits(symbol: sp.Basic, value: Number) -> bool:
    """Whether ``value`` has every property that ``symbol`` (or an applied function) was declared to have.

    A rational is asked for all of SymPy's properties (sign, parity, primality, ...). A ball must show its
    sign, and is never taken for an integer or a rational.
    """
    assumed: dict[str, bool] = symbol.assumptions0
    if isinstance(value, fmpq):
        number = sp.Rational(int(value.p), int(value.q))
        # None: SymPy does not know the property of this number, so nothing is contradicted.
        return all(getattr(number, f"is_{name}", None) in (None, wanted) for name, wanted in assumed.items())
    ball = arb(value)
    shown = {"positive": ball > 0, "negative": ball < 0, "nonnegative": ball >= 0, "nonpositive": ball <= 0}
    shown["nonzero"] = not ball.contains(0)
    signs = all(shown[name] for name, wanted in assumed.items() if wanted and name in shown)
    return signs and assumed.get("real") is not False and not symbol.is_rational
