"""Whether a number may stand for a symbol, against SymPy's own properties of numbers."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.check.assumptions import admits

PROPERTIES = [
    {"positive": True},
    {"negative": True},
    {"nonnegative": True},
    {"nonpositive": True},
    {"nonzero": True, "real": True},
    {"zero": True},
    {"integer": True},
    {"integer": True, "positive": True},
    {"integer": False, "real": True},
    {"even": True},
    {"odd": True},
    {"prime": True},
    {"composite": True},
    {"rational": True},
    {"real": True},
    {},
]
IMPOSSIBLE = [{"imaginary": True}, {"irrational": True}, {"real": False}, {"infinite": True}]


@given(st.fractions(max_denominator=3, min_value=-12, max_value=12), st.sampled_from(PROPERTIES))
def test_a_rational_is_admitted_exactly_if_it_has_every_property(
    value: object, assumed: dict[str, bool]
) -> None:
    symbol = sp.Symbol("s", **assumed)
    number = sp.Rational(value.numerator, value.denominator)  # type: ignore[attr-defined]
    naive = all(
        getattr(number, f"is_{name}") in (None, wanted) for name, wanted in symbol.assumptions0.items()
    )
    assert admits(symbol, fmpq(int(number.p), int(number.q))) == naive


@pytest.mark.parametrize("assumed", IMPOSSIBLE)
@given(value=st.integers(-5, 5))
def test_no_number_is_admitted_for_what_no_rational_can_be(assumed: dict[str, bool], value: int) -> None:
    assert not admits(sp.Symbol("s", **assumed), fmpq(value))


@pytest.mark.parametrize(
    ("assumed", "ball", "expected"),
    [
        ({"positive": True}, arb(1), True),
        ({"positive": True}, arb(0, 1), False),
        ({"positive": True}, arb(-1), False),
        ({"negative": True}, arb(-1), True),
        ({"nonnegative": True}, arb(2), True),
        ({"nonpositive": True}, arb(2), False),
        ({"nonzero": True, "real": True}, arb(0, 1), False),
        ({"nonzero": True, "real": True}, arb(-3), True),
        ({"real": True}, arb(0, 1), True),
        ({}, arb(0, 1), True),
        ({"zero": True}, arb(1), False),
        ({"integer": True}, arb(1), False),
        ({"rational": True}, arb(1), False),
        ({"real": False}, arb(1), False),
        ({"integer": False, "real": True}, arb(1), False),
    ],
)
def test_a_ball_must_show_what_is_assumed(assumed: dict[str, bool], ball: arb, expected: bool) -> None:
    assert admits(sp.Symbol("s", **assumed), ball) is expected


def test_applied_functions_are_asked_like_symbols() -> None:
    positive = sp.Function("d", positive=True)(sp.Symbol("t"))
    assert admits(positive, fmpq(1, 2))
    assert not admits(positive, fmpq(-1, 2))
