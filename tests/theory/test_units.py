"""Units: an abelian group, and a walk over expressions that refuses what does not balance."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.theory.units import LOSS, ONE, THETA, TIME, Unit, UnitError, balanced, unit_of

a, b = sp.symbols("a b", positive=True)
loss, t, n, w = sp.symbols("loss t n w", positive=True)
i, m = sp.symbols("i m", integer=True)
f, u = sp.Function("f", real=True), sp.Function("u", real=True)
UNITS = {
    "a": THETA,
    "b": THETA,
    "loss": LOSS,
    "t": TIME,
    "n": ONE,
    "w": ONE,
    "i": ONE,
    "m": ONE,
    "f": THETA,
    "u": LOSS,
}
some = settings(max_examples=max(20, settings().max_examples // 4))

powers = st.fractions(min_value=-3, max_value=3, max_denominator=3)
units = st.tuples(powers, powers, powers).map(lambda p: THETA ** p[0] * LOSS ** p[1] * TIME ** p[2])


@some
@given(units, units, units)
def test_units_form_an_abelian_group(x: Unit, y: Unit, z: Unit) -> None:
    assert x * y == y * x
    assert (x * y) * z == x * (y * z)
    assert x * ONE == x
    assert x / x == ONE
    assert x / y == x * y**-1


@some
@given(units, units, powers, powers)
def test_powers_of_units_obey_the_laws_of_exponents(x: Unit, y: Unit, p: Fraction, q: Fraction) -> None:
    assert x**p * x**q == x ** (p + q)
    assert (x**p) ** q == x ** (p * q)
    assert (x * y) ** p == x**p * y**p
    assert x**0 == ONE


@some
@given(units)
def test_equal_units_are_equal_however_they_were_made(x: Unit) -> None:
    assert x == Unit(tuple(sorted(x.exponents)))
    assert all(power for _, power in x.exponents)
    assert hash(x * THETA / THETA) == hash(x)


@pytest.mark.parametrize(
    ("unit", "shown"),
    [(ONE, "1"), (THETA, "θ"), (LOSS / THETA**2, "L·θ^-2"), (TIME ** Fraction(1, 2), "t^1/2")],
)
def test_a_unit_is_shown_as_a_product_of_powers(unit: Unit, shown: str) -> None:
    assert str(unit) == shown


_BASIS = {"θ": a, "L": loss, "t": t}


def of(unit: Unit) -> Any:
    """A product of symbols that has this unit."""
    return sp.Mul(*(_BASIS[name] ** sp.Rational(p.numerator, p.denominator) for name, p in unit.exponents))


terms = st.sampled_from(
    [sp.Integer(2), n, n * w, b / a, f(t) / a, sp.exp(n), sp.sqrt(b / a), u(t) / loss, sp.log(n)]
)


@some
@given(units, st.lists(terms, min_size=1, max_size=4))
def test_a_sum_of_terms_of_one_unit_has_that_unit_however_it_is_rewritten(
    unit: Unit, factors: list[Any]
) -> None:
    expression = sp.Add(*(of(unit) * factor for factor in factors))
    for shape in (expression, sp.expand(expression), sp.together(expression), sp.factor(expression)):
        assert unit_of(shape, UNITS) == unit


@some
@given(units, units, terms, terms)
def test_products_quotients_and_roots_have_the_units_of_the_group(x: Unit, y: Unit, p: Any, q: Any) -> None:
    left, right = of(x) * p, of(y) * q
    assert unit_of(left * right, UNITS) == x * y
    assert unit_of(left / right, UNITS) == x / y
    assert unit_of(sp.sqrt(left), UNITS) == x ** Fraction(1, 2)
    assert unit_of(sp.Abs(left), UNITS) == x


@some
@given(units, units, terms, terms)
def test_a_sum_or_relation_of_two_units_is_refused_and_both_are_named(
    x: Unit, y: Unit, p: Any, q: Any
) -> None:
    left, right = sp.Mul(of(x), p), sp.Mul(of(y), q, n)
    for relation in (sp.Add(left, right, evaluate=False), sp.Eq(left, right, evaluate=False)):
        if x == y:
            balanced(relation, UNITS)
        else:
            with pytest.raises(UnitError, match="does not balance") as caught:
                balanced(relation, UNITS)
            assert str(x) in str(caught.value)
            assert str(y) in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "unit"),
    [
        (sp.Derivative(f(t), t), THETA / TIME),
        (sp.Derivative(f(t), (t, 2)), THETA / TIME**2),
        (sp.Derivative(f(t) * u(t), t), THETA * LOSS / TIME),
        (sp.Derivative(f(n), (n, m)), THETA),
        (sp.Sum(u(i), (i, 1, m)), LOSS),
        (sp.Sum(u(i), (i, 1, 3)), LOSS),
        (2 * sp.Sum(u(i), (i, 1, 1)) * a, LOSS * THETA),
        (sp.Product(n * i, (i, 1, m)), ONE),
        (sp.Integral(f(t), (t, 0, b * t / a)), THETA * TIME),
        (sp.Integral(f(t), t), THETA * TIME),
        (sp.Max(a, b, 0), THETA),
        (sp.Min(a, b), THETA),
        (sp.sign(loss), ONE),
        (sp.KroneckerDelta(i, m), ONE),
        (sp.exp(b / a), ONE),
        (n**w, ONE),
        (sp.Subs(sp.Derivative(f(t), t), t, 0), THETA / TIME),
        (sp.Derivative(f(t**2), t).doit(), THETA / TIME),
        (sp.Limit(f(t), t, sp.oo), THETA),
        (sp.Limit(f(t), t, 0), THETA),
        (sp.Piecewise((a, n > 1), (b, True)), THETA),
        (sp.ImmutableMatrix([[a, b], [0, 2 * a]]), THETA),
        (sp.And(sp.Gt(a, b), sp.Ne(n, 1)), ONE),
        (sp.Not(sp.Gt(a, b, evaluate=False), evaluate=False), ONE),
        (sp.Ge(a, 0, evaluate=False), THETA),
        (sp.Lt(a, sp.oo, evaluate=False), THETA),
        (sp.Indexed("a", i), THETA),
        (sp.true, ONE),
        (sp.Integer(0), None),
        (sp.oo, None),
        (sp.Integer(7), ONE),
        (sp.pi, ONE),
        (sp.Order(t**2), None),
        (0 * a, None),
        (sp.Integer(0) + sp.Mul(0, a, evaluate=False), None),
        (sp.Pow(0, n, evaluate=False), None),
    ],
    ids=str,
)
def test_each_construct_has_its_unit(expression: Any, unit: Unit | None) -> None:
    units = {**UNITS, "t": TIME}
    if expression.has(sp.Subs) and expression != sp.Subs(sp.Derivative(f(t), t), t, 0):
        # f(t²) takes squared time here: SymPy's own variable has the unit of what is put in its place.
        assert unit_of(expression, units) == THETA / TIME**2 * TIME
    else:
        assert unit_of(expression, units) == unit


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (a + loss, r"the sum .* does not balance: .* has unit .*, but .* has unit"),
        (1 + t, "does not balance"),
        (sp.Eq(a, t), r"the relation Eq\(a, t\) does not balance: a has unit θ, but t has unit t"),
        (sp.Gt(a, loss), "does not balance"),
        (sp.exp(t), r"the exponent of exp\(t\) must have no unit, but t has unit t"),
        (n**t, "the exponent of .* must have no unit, but t has unit t"),
        (a**n, "a has unit θ and cannot be raised to n, which is not a number"),
        (sp.log(a), r"the argument of log\(a\) must have no unit, but a has unit θ"),
        (sp.sin(a), "must have no unit"),
        (sp.Max(a, t), r"Max\(a, t\) does not balance"),
        (sp.Derivative(f(t), (t, m)), "is of order m, which is not a number, in t with unit t"),
        (sp.Sum(u(i), (i, 1, t)), "the range of .* must have no unit, but t has unit t"),
        (sp.Product(a * i, (i, 1, m)), "the factor of .* must have no unit, but a.* has unit θ"),
        (sp.Integral(f(t), (t, 0, a)), "the range of .* does not balance"),
        (f(a + t), r"the sum a \+ t does not balance"),
        (sp.sign(a - t), r"the sum a - t does not balance"),
        (sp.KroneckerDelta(a, t), "does not balance"),
        (sp.Limit(f(t), t, a), "the limit .* does not balance"),
        (sp.Subs(sp.Derivative(f(t), t), t, a), "the substitution in .* does not balance"),
        (sp.Piecewise((a, n > 1), (t, True)), "does not balance"),
        (sp.Piecewise((a, sp.Gt(t, 1)), (b, True)), "does not balance"),
        (sp.Or(sp.Gt(a, b), sp.Gt(a, t)), "does not balance"),
        (sp.ImmutableMatrix([[a, t]]), "a matrix does not balance"),
        (sp.Indexed("a", t), "the index of .* must have no unit"),
        (sp.Order((a + t) ** 2), "does not balance"),
        (sp.Symbol("who"), "no unit is declared for 'who'; declare it in the notation"),
        (sp.Function("who")(t), "no unit is declared for 'who'"),
        (sp.Symbol("who") * 0 + sp.Indexed("who", i), "no unit is declared for 'who'"),
        (sp.asech(n), r"the unit of asech\(n\) \(asech\) is not defined"),
        (sp.Tuple(a, t), r"the unit of \(a, t\) \(Tuple\) is not defined"),
    ],
    ids=str,
)
def test_what_does_not_balance_is_refused_with_the_reason(expression: Any, message: str) -> None:
    with pytest.raises(UnitError, match=message):
        unit_of(expression, UNITS)


def test_zero_balances_with_everything() -> None:
    for one in (a, t, n, loss / t):
        balanced(sp.Eq(one, 0, evaluate=False), UNITS)
        balanced(sp.Ge(one, 0, evaluate=False), UNITS)
        assert unit_of(sp.Max(one, 0, evaluate=False), UNITS) == unit_of(one, UNITS)


def test_a_number_that_is_not_zero_has_no_unit_and_balances_with_none() -> None:
    balanced(sp.Eq(n, 5, evaluate=False), UNITS)
    with pytest.raises(UnitError, match="does not balance"):
        balanced(sp.Eq(a, 5, evaluate=False), UNITS)
