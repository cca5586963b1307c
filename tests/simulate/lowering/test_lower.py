"""Lowering is exact up to the rounding of single operations, or refuses with the reason."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.lowering.lower import CONSTANTS, FUNCTIONS, LoweringError, lower

EPS = float(np.finfo(np.float64).eps)
x, y = sp.symbols("x y")

coefficients = st.fractions(min_value=-100, max_value=100, max_denominator=50)
terms = st.tuples(coefficients, st.integers(0, 4), st.integers(0, 4))
polynomials = st.lists(terms, min_size=1, max_size=6)
numbers = st.floats(min_value=-10, max_value=10, allow_subnormal=False).filter(
    lambda v: v == 0 or abs(v) > 1e-10
)


@given(polynomial=polynomials, at_x=numbers, at_y=numbers)
def test_a_polynomial_is_within_the_forward_error_bound_of_its_exact_value(
    polynomial: list[tuple[Fraction, int, int]], at_x: float, at_y: float
) -> None:
    expression = sp.Add(
        *(sp.Rational(c.numerator, c.denominator) * x**i * y**j for c, i, j in polynomial), evaluate=False
    )
    a, b = Fraction(at_x), Fraction(at_y)
    exact = sum(c * a**i * b**j for c, i, j in polynomial)
    size = sum(abs(c) * abs(a) ** i * abs(b) ** j for c, i, j in polynomial)
    # At most 6 roundings in a term (two powers of up to 2 ulp, product, factor, divisor) and 5 additions.
    assert abs(Fraction(float(lower([expression], [x, y])(at_x, at_y)[0])) - exact) <= 12 * EPS * size


@given(numerator=st.integers(-(10**6), 10**6), denominator=st.integers(1, 10**6), at=numbers)
def test_a_rational_coefficient_is_not_rounded_before_the_operation(
    numerator: int, denominator: int, at: float
) -> None:
    program = lower([sp.Mul(x, sp.Rational(numerator, denominator), evaluate=False)], [x])
    product = Fraction(numerator, denominator).numerator * at  # one rounding, then one more
    assert program(at)[0] == product / Fraction(numerator, denominator).denominator


@given(numerator=st.integers(-(10**30), 10**30), denominator=st.integers(1, 10**30))
def test_a_rational_by_itself_becomes_the_nearest_float(numerator: int, denominator: int) -> None:
    program = lower([sp.Rational(numerator, denominator)], [])
    assert program()[0] == float(Fraction(numerator, denominator))


@pytest.mark.parametrize("function", list(FUNCTIONS), ids=str)
def test_every_function_of_the_table_agrees_with_sympy(function: Any) -> None:
    _, count = FUNCTIONS[function]
    points = [sp.Rational(3, 8), sp.Rational(-1, 4), sp.Rational(7, 8)]
    arguments = sp.symbols(f"x0:{count or 3}")
    if function is sp.log:
        points[0] = sp.Rational(5, 2)
    values = points[: len(arguments)]
    found = lower([function(*arguments)], arguments)(*map(float, values))[0]
    wanted = float(sp.N(function(*values), 30))
    assert abs(found - wanted) <= 4 * EPS * abs(wanted)  # NumPy promises at most 4 ulp


@pytest.mark.parametrize("constant", list(CONSTANTS), ids=str)
def test_every_constant_is_the_nearest_float(constant: Any) -> None:
    assert lower([constant], [])()[0] == float(sp.N(constant, 30))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (x - y, -1.5),
        (-x - y, -2.5),
        (x / y, 0.25),
        (1 / (x * y), 1.0),
        (x**-2, 4.0),
        (sp.sqrt(y), 2.0**0.5),
        (1 / sp.sqrt(y), 1 / 2.0**0.5),
        (y ** sp.Rational(3, 2), 2.0**1.5),
        (y**x, 2.0**0.5),
        (y ** (-x), 2.0**-0.5),
        (2**y, 4.0),
        (sp.Integer(0), 0.0),
        (sp.Float(0.1), 0.1),
        (-sp.pi * x, -np.pi / 2),
        (sp.exp(0, evaluate=False), 1.0),
    ],
    ids=str,
)
def test_each_form_has_its_value(expression: Any, value: float) -> None:
    found = lower([expression], [x, y])(0.5, 2.0)[0]
    assert abs(found - value) <= 2 * EPS * abs(value)


def test_a_root_of_a_negative_number_is_nan_and_not_another_real_root() -> None:
    assert np.isnan(lower([x ** sp.Rational(1, 3)], [x])(-8.0)[0])


def test_division_by_zero_gives_infinity_without_a_warning() -> None:
    assert lower([1 / x], [x])(0.0)[0] == np.inf


f, t = sp.Function("f"), sp.Symbol("t")


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (f(t), r"f\(t\) cannot be lowered: an undefined function has no values"),
        (sp.Derivative(t**2, t), "a derivative has to be carried out first"),
        (sp.Integral(t**2, t), "an integral has to be carried out first"),
        (sp.Piecewise((t, t > 0), (0, True)), "all branches of a case distinction would be evaluated"),
        (t > 0, "a truth value is no number"),
        (sp.true, "a truth value is no number"),
        (sp.Matrix([[t]]), "a matrix has to be given entry by entry"),
        (sp.MatrixSymbol("A", 2, 2), "a matrix has to be given entry by entry"),
        (sp.I * t, "the program computes with real numbers only"),
        (sp.zeta(t), "there is no entry for it; known are Abs, Max, Min"),
        (sp.Sum(t, (t, 1, 3)), "there is no entry"),
        (sp.log(t, 2, evaluate=False), "has 2 arguments; only 1 can be lowered"),
        (sp.Symbol("z"), "symbol z is not declared; declared are t"),
        (sp.Symbol("t", positive=True), "symbol t is declared, but with other assumptions"),
        (sp.oo, "oo is no finite number"),
        (sp.nan, "nan is no finite number"),
        (sp.zoo, "zoo cannot be lowered|zoo is no finite number"),
        (sp.Integer(10) ** 400, "outside float64"),
        (sp.Float("0.1", 40), "has more digits than float64"),
        (sp.Symbol("A", commutative=False) * sp.Symbol("B", commutative=False), "its factors do not commute"),
    ],
    ids=str,
)
def test_what_has_no_exact_counterpart_is_refused_with_the_reason(expression: Any, reason: str) -> None:
    with pytest.raises(LoweringError, match=reason):
        lower([expression], [t])


@pytest.mark.parametrize("text", ["t + 1", "__import__('os').abort()"])
def test_a_string_is_refused_and_never_read(text: str) -> None:
    with pytest.raises(LoweringError, match="is a str, and no SymPy expression or number"):
        lower([text], [t])


def test_a_refusal_deep_inside_shows_the_whole_expression() -> None:
    with pytest.raises(LoweringError, match=r"f\(t\) cannot be lowered.*\(in t \+ exp\(f\(t\)\)\)"):
        lower([t + sp.exp(f(t))], [t])


def test_an_argument_given_twice_is_refused() -> None:
    with pytest.raises(LoweringError, match=r"arguments \['t'\] are given more than once"):
        lower([t], [t, sp.Symbol("t", positive=True)])


def test_values_and_arguments_must_agree_in_number() -> None:
    with pytest.raises(TypeError, match="1 values; give one for each of x, y"):
        lower([x + y], [x, y])(1.0)


def test_arrays_broadcast_over_trailing_axes() -> None:
    program = lower([x * y, x, sp.Integer(3)], [x, y])
    rows, columns = np.arange(4.0)[:, None], np.arange(5.0)
    found = program(rows, columns)
    assert found.shape == (3, 4, 5)
    np.testing.assert_array_equal(found[0], rows * columns)
    np.testing.assert_array_equal(found[1], np.broadcast_to(rows, (4, 5)))
    np.testing.assert_array_equal(found[2], np.full((4, 5), 3.0))


def test_equal_subtrees_are_computed_once() -> None:
    program = lower([sp.exp(x * y) + 1, sp.exp(x * y) * 2], [x, y])
    assert [operation.__name__ for operation, _ in program.operations] == ["mul", "exp", "add", "mul"]


def test_a_deeply_shared_expression_stays_as_small_as_it_is() -> None:
    nested = x
    for _ in range(60):  # as a tree it would have 2**60 leaves
        nested = sp.Mul(nested, nested + 1, evaluate=False)
    assert len(lower([nested], [x]).operations) == 120


def test_what_was_left_unevaluated_is_not_evaluated() -> None:
    program = lower([sp.Add(x, sp.Mul(-1, x, evaluate=False), evaluate=False)], [x])
    assert program.listing() == "t0 = sub(a0, a0)\nreturn t0"


def test_the_program_is_the_same_in_every_process() -> None:
    script = (
        "import sympy as sp\n"
        "from spectral_edge.simulate.lowering.lower import lower\n"
        "s = sp.symbols('b a d c')\n"
        "e = sum(s)**2 + sp.Max(*s) + sp.exp(s[0]*s[1]/3) - s[2]*s[3]\n"
        "print(lower([e], s).listing())\n"
    )
    listings = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(listings) == 1
    assert listings.pop().startswith("t0 = ")
