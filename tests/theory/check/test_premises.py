"""Conditions that are handed on, and conditions that would make a derivation empty."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.check.premises import contradicted, inherited
from spectral_edge.theory.check.setting import Setting
from spectral_edge.theory.derivation import Rearrange, Rewrite, Start, Substitute


def test_one_does_not_equal_two(small: Any) -> None:
    a, b, eq = small.a, small.b, small.eq
    result = small.status(
        small.assume("A", eq(a, b)),
        small.theorem(
            "T",
            eq(2 * b, b),
            Start(using="A", to=eq(a, b), says="Let a be b."),
            Rearrange(times=a, to=eq(a**2 - b**2, a * b - b**2), says="Multiply by a, take off b²."),
            Rewrite(to=eq((a - b) * (a + b), b * (a - b)), says="Factor."),
            Rearrange(times=1 / (a - b), to=eq(a + b, b), says="Divide by a − b."),
            Substitute(using="A", to=eq(2 * b, b), says="a is b."),
        ),
    )
    assert result.status == "not checked"
    assert "step 4 (rearrange)" in result.message
    assert "a - b ≠ 0 contradicts Eq(a, b), on which the derivation rests" in result.message


def test_nothing_follows_from_dividing_by_what_two_premises_make_zero_together(small: Any) -> None:
    a, b, c, x, y, eq = small.a, small.b, small.c, small.x, small.y, small.eq
    result = small.status(
        small.assume("A", eq(a, b)),
        small.assume("B", eq(b, c)),
        small.theorem(
            "T",
            eq(x, y),
            Start(using="A", to=eq(a, b), says=""),
            Rearrange(times=x, to=eq((a - c) * x, (b - c) * x), says=""),
            Substitute(using="B", to=eq((a - c) * x, (b - c) * y), says=""),
            Substitute(using="A", to=eq((a - c) * x, (a - c) * y), says=""),
            Rearrange(times=1 / (a - c), to=eq(x, y), says=""),
        ),
    )
    assert result.status == "not checked"


@pytest.mark.parametrize(
    ("condition", "premise", "denied"),
    [
        ("a - b", "a = b", True),
        ("b - a", "a = b", True),
        ("a - b", "(a - b)**2 = 0", True),
        ("a - b", "(a - b)*(x - y) = 0", False),
        ("a + b", "a = b", False),
        ("a - b", "a = b + 1", False),
        ("x", "x*y = 0", False),
        ("x", "p*x = 0", True),
    ],
)
def test_a_condition_denies_a_premise_only_if_the_premise_leaves_nothing_else(
    small: Any, condition: str, premise: str, denied: bool
) -> None:
    names = {name: getattr(small, name) for name in "abxyp"}
    left, right = (sp.sympify(side, locals=names) for side in premise.split(" = "))
    message = contradicted([sp.Ne(sp.sympify(condition, locals=names), 0)], [small.eq(left, right)])
    assert bool(message) is denied


def test_only_conditions_of_the_form_not_zero_can_deny_a_premise(small: Any) -> None:
    a, b, eq = small.a, small.b, small.eq
    assert contradicted([sp.Gt(a - b, 0)], [eq(a, b)]) == ""
    assert contradicted([sp.Ne(a - b, 0)], [sp.Ge(a, b)]) == ""
    assert contradicted([], [eq(a, b)]) == ""
    matrix = sp.ImmutableMatrix([[a]])
    assert contradicted([sp.Ne(a - b, 0)], [eq(matrix, sp.ImmutableMatrix([[b]]))]) == ""


def test_the_conditions_of_a_theorem_are_renamed_with_it(small: Any) -> None:
    f, g, t, a, b, eq = small.f, small.g, small.t, small.a, small.b, small.eq
    law = small.assume("A", eq(f(t), 1 / a), generic=((f, a),))
    setting = Setting.of(small.theory(law))
    step = Start(using="A", where={f: g, a: b}, to=eq(g(t), 1 / b), says="")
    assert inherited([sp.Ne(a, 0), sp.Ne(f(t), 0)], step, setting) == [sp.Ne(b, 0), sp.Ne(g(t), 0)]
    at_three = Start(using="A", where={t: sp.Integer(3)}, to=eq(f(3), 1 / a), says="")
    assert inherited([sp.Ne(t, 0), sp.Ne(f(t), 0)], at_three, setting) == [sp.Ne(f(3), 0)]
    wrong = Start(using="A", where={f: g}, to=eq(g(t), 1 / a), says="")
    assert inherited([sp.Ne(a * f(t), 0)], wrong, setting) == [sp.Ne(a * f(t), 0)]


def test_a_theorem_hands_its_conditions_on(small: Any) -> None:
    x, y, a, eq = small.x, small.y, small.a, small.eq
    divided = small.theorem(
        "T",
        eq(x, y / a),
        Start(using="A", to=eq(a * x, y), says=""),
        Rearrange(times=1 / a, to=eq(x, y / a), says=""),
    )
    used = small.theorem("U", eq(x, y / a), Start(using="T", to=eq(x, y / a), says=""))
    multiplied = small.theorem(
        "V",
        eq(a * x, y),
        Start(using="U", to=eq(x, y / a), says=""),
        Rearrange(times=a, to=eq(a * x, y), says=""),
    )
    assert set(small.status(small.assume("A", eq(a * x, y)), divided).side_conditions) == {sp.Ne(a, 0)}
    result = small.status(small.assume("A", eq(a * x, y)), divided, used, multiplied)
    assert result.status == "proved"
    assert set(result.side_conditions) == {sp.Ne(a, 0)}
