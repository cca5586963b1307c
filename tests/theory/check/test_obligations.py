"""What a step owes, decided both ways."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.check.obligations import NonZero, Sign, Tends, Zero

x, y, t = sp.symbols("x y t", real=True)
p, q = sp.symbols("p q", positive=True)
i, n = sp.symbols("i n", integer=True)


def both(obligation: Any, *hypotheses: Any) -> tuple[bool | None, bool | None]:
    return obligation.by_symbols(hypotheses, True).agrees, obligation.by_points(hypotheses).agrees


def test_zero_and_not_zero_are_opposites() -> None:
    zero, other = (x + y) ** 2 - x**2 - 2 * x * y - y**2, x - y
    assert both(Zero(zero)) == (True, True)
    assert both(Zero(other)) == (False, False)
    assert both(NonZero(zero)) == (False, False)
    assert both(NonZero(other)) == (True, True)


def test_what_is_zero_under_the_hypotheses_is_not_seen_to_differ_from_zero() -> None:
    factor = x - sp.Abs(x)
    assert NonZero(factor).by_points(()).agrees is True
    assert NonZero(factor).by_points((sp.Gt(x, 0),)).agrees is False


@pytest.mark.parametrize(
    ("certificate", "strict", "expected"),
    [
        (x**2, False, (True, True)),
        (x**2, True, (None, True)),
        (x**2 + p, True, (True, True)),
        (p * q + (x - y) ** 2, True, (True, True)),
        (x**2 - 2 * x * y + y**2, False, (True, True)),
        (x, False, (None, False)),
        (-p, False, (None, False)),
        (p - q, False, (None, False)),
        (sp.sqrt(x), False, (None, None)),
        (sp.Sum(p, (i, 1, n)), True, (None, False)),
    ],
    ids=str,
)
def test_a_sign_is_read_off_the_form_and_tried_at_points(
    certificate: Any, strict: bool, expected: tuple[bool | None, bool | None]
) -> None:
    assert both(Sign(certificate, strict)) == expected


def test_a_lower_bound_among_the_hypotheses_carries_a_sign() -> None:
    assert both(Sign(x - y), sp.Ge(x, y)) == (True, True)
    assert both(Sign(x - y, strict=True), sp.Gt(x, y)) == (True, True)
    assert both(Sign(x - y, strict=True), sp.Ge(x, y))[0] is None
    assert both(Sign(x - y), sp.Le(x, y)) == (None, False)
    assert both(Sign(x * y), sp.Ge(x, 0), sp.Ge(y, 0)) == (True, True)


@pytest.mark.parametrize(
    ("expression", "to", "value", "right"),
    [
        (x + sp.exp(-p * t), sp.oo, x, True),
        ((x * t + 1) / (t + 2), sp.oo, x, True),
        (sp.sin(p * t) / t, 0, p, True),
        ((1 + x * t) / (2 + t), 0, sp.Rational(1, 2), True),
        (sp.sqrt(t**2 + t) - t, sp.oo, sp.Rational(1, 2), True),
        (x + sp.exp(-p * t), sp.oo, x + 1, False),
        (sp.exp(p * t), sp.oo, 0, False),
        (sp.sin(t), sp.oo, 0, False),
        (1 / t, 0, 0, False),
        (x / t + sp.Rational(1, 10**9), sp.oo, 0, False),
        (sp.Abs(x) * t / sp.Abs(t), sp.Integer(0), x, False),
    ],
    ids=str,
)
def test_a_limit_is_right_only_if_both_ways_say_so(expression: Any, to: Any, value: Any, right: bool) -> None:
    tends = Tends(expression, t, sp.sympify(to), sp.sympify(value))
    assert (both(tends) == (True, True)) is right


def test_a_wrong_limit_is_shown_with_its_distance() -> None:
    decision = Tends(1 + 1 / t, t, sp.oo, sp.Integer(2)).by_points(())
    assert decision.agrees is False
    assert decision.why.startswith("1 + 1/t stays ")


def test_a_limit_that_cannot_be_evaluated_is_undecided() -> None:
    assert Tends(sp.gamma(t) / sp.gamma(t + 1), t, sp.oo, sp.Integer(0)).by_points(()).agrees is None
