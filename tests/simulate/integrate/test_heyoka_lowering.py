"""What heyoka computes is what the program says; what it could not integrate is refused."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.integrate import integrate
from spectral_edge.simulate.lowering.lower import FUNCTIONS, LoweringError, lower
from spectral_edge.theory.system import System

hy = pytest.importorskip("heyoka", reason="heyoka is not installed")

from spectral_edge.simulate.integrate.heyoka_lowering import (  # noqa: E402 - needs heyoka
    OPERATIONS,
    heyoka_expressions,
)

EPS = float(np.finfo(np.float64).eps)
t, x, y = sp.symbols("t x y", real=True)

# All that heyoka's own from_sympy refuses among them: 1/3, a third root, e.
EXPRESSIONS = [
    sp.Rational(1, 3) * x,
    x / 3 + y / 7,
    (1 + x**2) ** sp.Rational(1, 3),
    (1 + x**2) ** sp.Rational(-2, 3),
    sp.E * x + sp.pi,
    sp.sqrt(2 + x * y),
    x**5 - y**-2,
    sp.exp(x) * sp.log(1 + y**2),
    sp.sin(x) + sp.cos(y) * sp.tan(x / 4),
    sp.asin(x / 2) + sp.acos(y / 2) + sp.atan(x * y),
    sp.atan2(x, y),
    sp.sinh(x) - sp.cosh(y) / sp.tanh(1 + x**2),
    (2 + x) ** y,
]


@given(values=st.tuples(st.floats(-1, 1), st.floats(0.25, 1), st.floats(-1, 1)))
@settings(max_examples=10, deadline=None)
def test_heyoka_computes_what_the_program_computes(values: tuple[float, float, float]) -> None:
    program = lower(EXPRESSIONS, (x, y, t))
    arguments = hy.make_vars("x", "y", "t")
    compiled = hy.cfunc(heyoka_expressions(program, arguments), vars=arguments)
    wanted = program(*values)
    # A few operations each, whose order and functions differ in the last digits.
    np.testing.assert_allclose(compiled(list(values)), wanted, rtol=64 * EPS, atol=64 * EPS)


def test_every_function_that_can_be_lowered_is_either_there_or_refused() -> None:
    known = {operation for operation, _ in FUNCTIONS.values()}
    kinked = {np.abs, np.sign, np.maximum, np.minimum}
    assert known - set(OPERATIONS) == kinked


@pytest.mark.parametrize(
    ("expression", "name"),
    [(sp.Abs(x), "Abs"), (sp.sign(x), "sign"), (sp.Max(x, y), "Max"), (sp.Min(x, y), "Min")],
)
def test_what_has_a_kink_is_refused_with_the_reason(expression: sp.Expr, name: str) -> None:
    program = lower([expression], (x, y))
    with pytest.raises(
        LoweringError, match=f"{name} cannot be lowered to heyoka: a Taylor series does not see"
    ):
        heyoka_expressions(program, hy.make_vars("x", "y"))


def test_a_taylor_step_would_reach_across_a_kink_unnoticed() -> None:
    """Why they are refused: heyoka has a function with a kink, max(0, x), and steps over it."""
    z = hy.make_vars("z")
    taylor = hy.taylor_adaptive([(z, hy.relu(hy.time - 1.0))], [0.0], tol=1e-12)
    outcome = taylor.propagate_until(2.0)[0]
    assert outcome == hy.taylor_outcome.time_limit
    assert abs(taylor.state[0] - 0.5) > 0.1


def test_a_system_with_a_kink_is_refused_by_the_backend() -> None:
    with pytest.raises(LoweringError, match="Abs cannot be lowered to heyoka"):
        integrate(System("kink", t, (x,), (), (-sp.Abs(x),)), [1.0], {}, (0, 1), backend="heyoka")


def test_threads_change_nothing() -> None:
    system, a = System("decay", t, (x,), (y,), (-y * x,)), np.linspace(0.5, 2, 23)
    one, two = (integrate(system, [1.0], {"y": a}, (0, 2), backend="heyoka", threads=k) for k in (1, 2))
    np.testing.assert_array_equal(one.y, two.y)
    np.testing.assert_allclose(one.y[0, -1], np.exp(-2 * a), rtol=1e-11)
