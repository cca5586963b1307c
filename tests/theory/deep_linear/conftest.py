"""Numbers for the symbols of the pack: exact where they are rational, to thirty digits where they are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

Values = Mapping[Any, Any]


def _exactly(number: Any) -> sp.Expr:
    if isinstance(number, Fraction):
        return sp.Rational(number.numerator, number.denominator)
    # A float is a rational number; nothing is rounded here.
    return sp.Rational(number) if isinstance(number, float) else sp.Integer(number)


@pytest.fixture(scope="session")
def value() -> Callable[[sp.Expr, Values], float]:
    """What an expression is at given numbers, rounded once at the end."""

    def evaluated(expression: sp.Expr, values: Values) -> float:
        number = sp.N(expression.xreplace({k: _exactly(n) for k, n in values.items()}), 30)
        assert number.is_Float or number.is_Rational, f"{number} is no number"
        return float(number)

    return evaluated


@pytest.fixture(scope="session")
def exact() -> Callable[[sp.Expr, Values], Fraction]:
    """What a rational expression is at rational numbers."""

    def evaluated(expression: sp.Expr, values: Values) -> Fraction:
        number = expression.xreplace({k: _exactly(n) for k, n in values.items()}).doit()
        assert number.is_Rational, f"{number} is not rational"
        return Fraction(int(number.p), int(number.q))

    return evaluated
