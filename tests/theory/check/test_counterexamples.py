"""A counterexample refutes only what it can: with everything granted, and in exact numbers."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.check.counterexamples import confirm, failure, meanings
from spectral_edge.theory.counterexample import Counterexample


def claim(small: Any, relation: Any, values: Any, **rest: Any) -> Any:
    return small.theorem("T", relation, counterexample=Counterexample("Look here.", values), **rest)


def test_a_false_statement_is_refuted_at_a_point(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    wrong = claim(small, eq((x + y) ** 2, x**2 + y**2), {x: sp.Integer(1), y: sp.Integer(1)})
    result = small.status(wrong)
    assert (result.status, result.message) == ("refuted", "Look here.")
    assert failure(wrong) == (wrong.content[0], 4.0, 2.0)


def test_algebraic_numbers_are_exact_enough(small: Any) -> None:
    x, eq = small.x, small.eq
    root = {x: sp.sqrt(2)}
    assert (
        small.status(claim(small, eq(x**2, 2), root)).message == "the statement holds at its counterexample"
    )
    assert small.status(claim(small, eq(x**2, 2 + sp.Rational(1, 10**100)), root)).status == "refuted"


def test_a_true_statement_is_not_refuted_by_numbers_that_deny_what_it_rests_on(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    law = small.assume("A", eq(y, x + 1))
    deeper = small.assume("B", eq(x, 2 * y), uses=("A",))
    true = claim(small, eq(2 * y, 2 * x + 2), {x: sp.Integer(0), y: sp.Integer(0)}, uses=("B",))
    result = small.status(law, deeper, true)
    assert (result.status, result.message) == (
        "not checked",
        "the counterexample does not satisfy Eq(y, x + 1)",
    )
    assert {s.id for s in meanings(true, small.theory(law, deeper, true))} == {"A", "B"}


def test_hypotheses_are_granted_to_the_statement(small: Any) -> None:
    x, eq = small.x, small.eq
    absolute = eq(sp.Abs(x), x)
    outside = claim(small, absolute, {x: sp.Integer(-1)}, hypotheses=(sp.Ge(x, 0),))
    assert small.status(outside).message == "the counterexample does not satisfy x >= 0"
    assert small.status(claim(small, absolute, {x: sp.Integer(-1)})).status == "refuted"


@pytest.mark.parametrize("name", ["p", "n", "W"])
def test_numbers_must_have_the_properties_that_were_assumed(small: Any, name: str) -> None:
    symbol = getattr(small, name)
    bad = {"p": sp.Integer(-1), "n": sp.Rational(1, 2), "W": sp.Integer(0)}[name]
    result = small.status(claim(small, small.eq(symbol, symbol + 1), {symbol: bad}))
    assert result.status == "not checked"
    assert result.message == f"the counterexample gives ['{name}'] values that their assumptions exclude"


def test_values_of_a_positive_function_must_be_positive(small: Any) -> None:
    h, t, eq = small.h, small.t, small.eq
    result = small.status(claim(small, eq(sp.Max(h(t) - 1, -1), h(t)), {h(t): sp.Integer(-3)}))
    assert "values that their assumptions exclude" in result.message


def test_a_function_is_not_given_two_values_that_may_disagree(small: Any) -> None:
    f, t, eq = small.f, small.t, small.eq
    true = claim(small, eq(sp.Subs(f(t), t, 0), f(0)), {f(t): sp.Integer(1), f(0): sp.Integer(2)})
    assert (
        small.status(true).message
        == "the counterexample gives ['f'] values that could contradict one another"
    )


def test_a_symbol_without_a_number_leaves_the_statement_unchecked(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    result = small.status(claim(small, eq(x, y), {x: sp.Integer(1)}))
    assert result.status == "not checked"
    assert result.message.startswith(
        "the counterexample could not be evaluated: cannot evaluate y, which is given no value"
    )


def test_one_false_relation_of_several_is_enough(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    both = claim(small, eq(x, y), {x: sp.Integer(1), y: sp.Integer(2)})
    assert confirm(both, small.theory(both)) == (True, "Look here.")


def test_there_must_be_a_counterexample_to_confirm(small: Any) -> None:
    plain = small.theorem("T", small.eq(small.x, small.y))
    assert confirm(plain, small.theory(plain)) == (False, "there is no counterexample")
    holds = claim(small, small.eq(small.x, 2), {small.x: sp.Integer(2)})
    with pytest.raises(ValueError, match="T has no counterexample at which a relation of two numbers fails"):
        failure(holds)
