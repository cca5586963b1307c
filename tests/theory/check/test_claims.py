"""Each kind of step: what it accepts, what it refuses, and the reason that it gives."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import (
    Bound,
    Differentiate,
    Expand,
    Identity,
    Ito,
    Rearrange,
    Rewrite,
    Solve,
    SolveFlow,
    Start,
    Step,
    Substitute,
    TakeLimit,
)
from spectral_edge.theory.process import ItoProcess


def refused(result: Any, message: str) -> None:
    assert not result.passed
    assert message in result.message, result.message


def test_a_start_repeats_the_named_relation_in_other_words(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    law = small.assume("A", eq(x, (y + 1) ** 2))
    assert small.step(None, Start(using="A", to=eq(x, y**2 + 2 * y + 1), says=""), law).passed
    wrong = small.step(None, Start(using="A", to=eq(x, y**2 + 1), says=""), law)
    assert (wrong.symbolic, wrong.points) == (False, False)
    assert wrong.failed
    other = small.step(None, Start(using="A", to=eq(2 * x, 2 * (y + 1) ** 2), says=""), law)
    assert other.failed


def test_a_start_needs_an_existing_relation(small: Any) -> None:
    eq = small.eq(small.x, small.y)
    law = small.assume("A", eq)
    refused(
        small.step(None, Start(using="B", to=eq, says=""), law),
        "uses 'B', which is no statement of this theory",
    )
    refused(
        small.step(None, Start(using="A", part=1, to=eq, says=""), law),
        "A has 1 relations, counted from part=0; there is no part=1",
    )
    refused(small.step(None, Start(using="A", part=-1, to=eq, says=""), law), "there is no part=-1")


def test_only_equations_can_be_started_from_rewritten_or_solved(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    bound = small.assume("A", sp.Ge(x, y, evaluate=False))
    refused(
        small.step(None, Start(using="A", to=eq(x, y), says=""), bound), "must be an equation, not x >= y"
    )
    refused(small.step(sp.Ge(x, y), Rewrite(to=eq(x, y), says="")), "the relation before must be an equation")
    refused(small.step(eq(x, y), Rewrite(to=sp.Ge(x, y), says="")), "the relation after must be an equation")
    refused(small.step(None, Identity(to=sp.Ge(x, y), says="")), "an identity must be an equation")
    refused(small.step(eq(x, y), Rewrite(to=sp.true, says="")), "must be an equation, not True")


def test_hypotheses_of_what_is_used_must_be_granted(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    law = small.assume("A", eq(x * y, x), hypotheses=(sp.Gt(x, 5),))
    start = Start(using="A", to=eq(x * y, x), says="")
    refused(small.step(None, start, law), "A holds under the hypothesis x > 5, which is not granted here")
    assert small.step(None, start, law, granting=(sp.Gt(x, 5),)).passed
    refused(small.step(None, start, law, granting=(sp.Gt(x, 4),)), "which is not granted here")


def test_a_hypothesis_is_renamed_with_the_relation(small: Any) -> None:
    t, r, f, eq = small.t, small.r, small.f, small.eq
    law = small.assume("A", eq(f(t), 3), hypotheses=(sp.Gt(t, 5),))
    start = Start(using="A", where={t: r}, to=eq(f(r), 3), says="")
    refused(
        small.step(None, start, law, granting=(sp.Gt(t, 5),)), "the hypothesis r > 5, which is not granted"
    )
    assert small.step(None, start, law, granting=(sp.Gt(r, 5),)).passed
    at_seven = Start(using="A", where={t: sp.Integer(7)}, to=eq(f(7), 3), says="")
    assert small.step(None, at_seven, law).passed
    at_four = Start(using="A", where={t: sp.Integer(4)}, to=eq(f(4), 3), says="")
    refused(small.step(None, at_four, law), "which is not granted here")


def test_a_derivation_opens_once(small: Any) -> None:
    eq = small.eq((small.x + 1) ** 2, small.x**2 + 2 * small.x + 1)
    refused(small.step(eq, Identity(to=eq, says="")), "a derivation begins with one of Start, Identity, Ito")
    refused(small.step(None, Rewrite(to=eq, says="")), "a derivation begins with one of")


def test_an_identity_holds_by_algebra_alone(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    assert small.step(None, Identity(to=eq((x - y) * (x + y), x**2 - y**2), says="")).passed
    assert small.step(None, Identity(to=eq((x - y) ** 2, x**2 - y**2), says="")).failed


def test_a_rewriting_changes_the_form_of_each_side_only(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    before = eq(x**2 - 1, y)
    assert small.step(before, Rewrite(to=eq((x - 1) * (x + 1), y), says="")).passed
    assert small.step(before, Rewrite(to=eq(x**2, y + 1), says="")).failed


def test_both_sides_may_be_multiplied_by_what_is_not_zero(small: Any) -> None:
    x, y, p, eq = small.x, small.y, small.p, small.eq
    before = eq(x, y + 1)
    assert small.step(before, Rearrange(to=eq(x - y, 1), says="")).passed
    scaled = small.step(before, Rearrange(times=p, to=eq(p * x, p * y + p), says=""))
    assert scaled.passed
    assert scaled.conditions == ()
    divided = small.step(before, Rearrange(times=1 / (x - y), to=eq(x / (x - y), (y + 1) / (x - y)), says=""))
    assert divided.passed
    assert set(divided.conditions) == {sp.Ne(x - y, 0)}
    nothing = small.step(before, Rearrange(times=x - x, to=eq(0, 0), says=""))
    refused(nothing, "0 was not seen to differ from zero")
    hidden = (x + y) ** 2 - x**2 - 2 * x * y - y**2
    assert small.step(before, Rearrange(times=hidden, to=eq(hidden, sp.Integer(0)), says="")).failed
    assert small.step(before, Rearrange(times=2, to=eq(2 * x, 2 * y + 1), says="")).failed


def test_equals_are_put_in_and_taken_out(small: Any) -> None:
    x, y, z, eq = small.x, small.y, small.z, small.eq
    law = small.assume("A", eq(x, y * z))
    assert small.step(
        eq(z, x + x**2), Substitute(using="A", to=eq(z, y * z + (y * z) ** 2), says=""), law
    ).passed
    assert small.step(eq(z, y * z + 1), Substitute(using="A", to=eq(z, x + 1), says=""), law).passed
    assert small.step(eq(z, x), Substitute(using="A", to=eq(z, 2 * y * z), says=""), law).failed
    refused(
        small.step(eq(y, z), Substitute(using="A", to=eq(y, z + 0), says=""), law),
        "A has nothing to replace: x occurs neither before nor after",
    )
    circle = small.assume("B", eq(x, x**2 + y))
    refused(
        small.step(eq(x, y), Substitute(using="B", to=eq(x, y), says=""), circle),
        "x stands on both of its sides",
    )


def test_an_equation_that_becomes_trivial_by_substitution_is_still_an_equation(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    law = small.assume("A", eq(x, y))
    assert small.step(eq(x, y), Substitute(using="A", to=eq(x, x), says=""), law).passed


def test_nothing_is_put_under_a_sum_or_derivative_that_would_bind_it(small: Any) -> None:
    x, c, n, t, f, eq = small.x, small.c, small.n, small.t, small.f, small.eq
    law = small.assume("A", eq(c, n * x))
    under_sum = Substitute(using="A", to=eq(sp.Sum(n * x, (n, 1, 5)), 5 * n * x), says="")
    refused(
        small.step(eq(sp.Sum(c, (n, 1, 5)), 5 * c), under_sum, law),
        "c cannot be replaced in Sum(c, (n, 1, 5)), which binds ['n']",
    )
    law = small.assume("A", eq(f(0), small.g(t) + c))
    before = eq(sp.Derivative(f(0) * f(t), t), x)
    refused(small.step(before, Substitute(using="A", to=before, says=""), law), "which binds ['t']")


def test_a_law_for_every_index_may_be_put_under_a_sum_over_it(small: Any) -> None:
    x, i, W, u, eq = small.x, small.i, small.W, small.u, small.eq
    law = small.assume("A", eq(u(i), x * i))
    before = eq(x, sp.Sum(u(i) ** 2, (i, 1, W)))
    assert small.step(
        before, Substitute(using="A", to=eq(x, sp.Sum(x**2 * i**2, (i, 1, W))), says=""), law
    ).passed


def test_only_running_symbols_are_differentiated_by(small: Any) -> None:
    x, t, f, g, eq = small.x, small.t, small.f, small.g, small.eq
    rate = Differentiate(by=t, to=eq(sp.Derivative(f(t), t), 2 * g(t) * sp.Derivative(g(t), t)), says="")
    assert small.step(eq(f(t), g(t) ** 2), rate).passed
    wrong = Differentiate(by=t, to=eq(sp.Derivative(f(t), t), g(t) * sp.Derivative(g(t), t)), says="")
    assert small.step(eq(f(t), g(t) ** 2), wrong).failed
    refused(
        small.step(eq(x**2, 4), Differentiate(by=x, to=eq(2 * x, 0), says="")), "x is not declared as running"
    )


def test_matrices_are_differentiated_entry_by_entry(small: Any) -> None:
    t, f, g, eq = small.t, small.f, small.g, small.eq
    before = eq(sp.ImmutableMatrix([[f(t), t]]), sp.ImmutableMatrix([[g(t), t]]))
    rates = [sp.Derivative(h(t), t) for h in (f, g)]
    after = eq(sp.ImmutableMatrix([[rates[0], 1]]), sp.ImmutableMatrix([[rates[1], 1]]))
    assert small.step(before, Differentiate(by=t, to=after, says="")).passed
    wrong = eq(sp.ImmutableMatrix([[rates[0], 1]]), sp.ImmutableMatrix([[rates[1], 2]]))
    assert small.step(before, Differentiate(by=t, to=wrong, says="")).failed


def test_matrices_of_different_shapes_or_a_matrix_and_a_number_are_refused(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    row, column = sp.ImmutableMatrix([[x, y]]), sp.ImmutableMatrix([[x], [y]])
    refused(small.step(eq(row, row), Rewrite(to=eq(column, column), says="")), "the step could not be read")
    refused(small.step(eq(row, row), Rewrite(to=eq(x, x), says="")), "a matrix cannot equal a scalar")


QUADRATICS = [
    ((1, -3, 2), (1, 2), True),
    ((1, -3, 2), (2, 1), True),
    ((2, -6, 4), (1, 2), True),
    ((1, -2, 1), (1,), True),
    ((1, -3, 2), (1,), False),
    ((1, -3, 2), (1, 3), False),
    ((1, -3, 2), (1, 2, 3), False),
    ((1, 0, -2), (sp.sqrt(2), -sp.sqrt(2)), True),
]


@pytest.mark.parametrize(("coefficients", "roots", "right"), QUADRATICS)
def test_a_polynomial_equation_is_solved_when_all_its_roots_are_given(
    small: Any, coefficients: tuple[int, ...], roots: tuple[Any, ...], right: bool
) -> None:
    x, eq = small.x, small.eq
    before = eq(sum(c * x**e for e, c in enumerate(reversed(coefficients))), 0)
    result = small.step(before, Solve(unknown=x, to=sp.Or(*(eq(x, root) for root in roots)), says=""))
    assert result.passed is right


def test_solving_asks_for_a_leading_coefficient_that_is_not_zero(small: Any) -> None:
    x, a, b, eq = small.x, small.a, small.b, small.eq
    result = small.step(eq(a * x, b), Solve(unknown=x, to=eq(x, b / a), says=""))
    assert result.passed
    assert set(result.conditions) == {sp.Ne(a, 0)}


def test_solutions_are_written_out_and_free_of_the_unknown(small: Any) -> None:
    x, a, eq = small.x, small.a, small.eq
    refused(
        small.step(eq(x, a), Solve(unknown=x, to=eq(a, x), says="")), "a solution must read x = …, free of x"
    )
    refused(small.step(eq(x, a), Solve(unknown=x, to=eq(x, 2 * x - a), says="")), "free of x")
    refused(
        small.step(eq(sp.exp(x), a), Solve(unknown=x, to=eq(x, a), says="")), "no polynomial equation in x"
    )
    refused(
        small.step(eq(a, 1), Solve(unknown=x, to=eq(x, a), says="")),
        "degree 0 in x, but 1 solutions were given",
    )
    t, f = small.t, small.f
    rate = eq(sp.Derivative(f(t), t), f(t))
    assert not small.step(rate, Solve(unknown=f(t), to=eq(f(t), 0), says="")).passed


def test_a_linear_flow_is_solved_from_its_own_initial_value(small: Any) -> None:
    t, f, a, eq = small.t, small.f, small.a, small.eq
    law = eq(sp.Derivative(f(t), t), -a * f(t))

    def solved(solution: Any) -> Any:
        return small.step(law, SolveFlow(unknown=f(t), by=t, to=eq(f(t), solution), says=""))

    assert solved(f(0) * sp.exp(-a * t)).passed
    assert not solved(f(0) * sp.exp(a * t)).passed
    assert not solved(17 * sp.exp(-a * t)).passed
    assert not solved(f(0) * sp.exp(-a * t) + t).passed
    assert not solved(2 * f(0) * sp.exp(-a * t)).passed


@pytest.mark.parametrize("law", ["nonlinear", "second order", "singular", "not running", "two rates"])
def test_a_flow_whose_solution_need_not_be_unique_is_refused(small: Any, law: str) -> None:
    t, x, f, g, eq = small.t, small.x, small.f, small.g, small.eq
    rate = sp.Derivative(f(t), t)
    cases = {
        "nonlinear": (eq(rate, f(t) ** 2), t, f(t), "is not linear and of first order"),
        "second order": (eq(sp.Derivative(f(t), (t, 2)), f(t)), t, f(t), "is not linear and of first order"),
        "singular": (eq(t * rate, 2 * f(t)), t, f(t), "may vanish or blow up"),
        "not running": (eq(sp.Derivative(f(x), x), f(x)), x, f(x), "x is not declared as running"),
        "two rates": (eq(rate, sp.Derivative(g(t), t)), t, f(t), "is not linear and of first order"),
    }
    before, by, unknown, message = cases[law]
    refused(
        small.step(before, SolveFlow(unknown=unknown, by=by, to=eq(unknown, 5 * by**2), says="")), message
    )


def test_an_expansion_names_the_order_of_what_it_leaves_out(small: Any) -> None:
    t, f, eq = small.t, small.f, small.eq
    before = eq(f(t), sp.exp(t))

    def expanded(polynomial: Any, order: int) -> Any:
        return small.step(before, Expand(by=t, to=eq(f(t), polynomial + sp.Order(t**order)), says=""))

    assert expanded(1 + t, 2).passed
    assert expanded(1 + t + t**2 / 2, 3).passed
    assert expanded(1 + t + t**2, 3).failed
    assert expanded(1 + 2 * t, 2).failed
    # The remainder is of second order: claiming that it is of third order, or only of first, is wrong.
    assert expanded(1 + t, 3).failed
    refused(
        small.step(before, Expand(by=t, to=eq(f(t), 1 + t), says="")), "must say the order of its remainder"
    )
    at_infinity = sp.Order(1 / t, (t, sp.oo))
    refused(
        small.step(before, Expand(by=t, to=eq(f(t), at_infinity), says="")),
        "the remainder must be Order(t**n) with n ≥ 1",
    )


def test_a_bound_is_as_good_as_its_certificate(small: Any) -> None:
    x, y, p, eq = small.x, small.y, small.p, small.eq

    def bounded(before: Any, relation: Any, certificate: Any, **rest: Any) -> Any:
        return small.step(before, Bound(certificate=certificate, to=relation, says=""), **rest)

    assert bounded(eq(x, y), sp.Le(x, y + p**2, evaluate=False), p**2).passed
    assert bounded(eq(x, y), sp.Lt(x, y + p, evaluate=False), p).passed
    assert bounded(eq(x, y), sp.Ge(x, y - x**2, evaluate=False), x**2).passed
    assert not bounded(eq(x, y), sp.Lt(x, y + x**2, evaluate=False), x**2).passed
    assert bounded(eq(x, y), sp.Le(x, y + x, evaluate=False), x).failed
    assert bounded(eq(x, y), sp.Le(x, y + p, evaluate=False), 2 * p).failed
    assert bounded(eq(x, y), sp.Ge(x, y + p, evaluate=False), p).failed
    assert bounded(sp.Le(x, y), sp.Lt(x, y + p, evaluate=False), p).passed
    assert bounded(sp.Lt(x, y), sp.Lt(x, y + x**2, evaluate=False), x**2).passed
    refused(bounded(sp.Ge(x, y), sp.Le(x, y + p, evaluate=False), p), "point in opposite directions")
    refused(bounded(eq(x, y), eq(x, y + p), p), "a bound must end in ≤, <, ≥ or >")
    refused(bounded(sp.Ne(x, y), sp.Le(x, y + p, evaluate=False), p), "must be an equation or an inequality")


def test_a_hypothesis_can_carry_the_sign_of_a_certificate(small: Any) -> None:
    x, y, a, b, eq = small.x, small.y, small.a, small.b, small.eq
    step = Bound(certificate=a - b, to=sp.Le(x, y + a - b, evaluate=False), says="")
    assert not small.step(eq(x, y), step).passed
    assert small.step(eq(x, y), step, granting=(sp.Ge(a, b),)).passed
    assert small.step(eq(x, y), step, granting=(sp.Ge(b, a),)).failed
    assert not small.step(eq(x, y), step, granting=(sp.Ge(a, b), sp.Ge(b, a + 1))).passed


def test_a_limit_is_the_value_that_is_approached(small: Any) -> None:
    t, f, a, p, eq = small.t, small.f, small.a, small.p, small.eq

    def limit(rhs: Any, at: Any, value: Any) -> Any:
        to = eq(sp.Limit(f(t), t, at), value)
        return small.step(eq(f(t), rhs), TakeLimit(by=t, at=at, to=to, says=""))

    assert limit(a + sp.exp(-p * t), sp.oo, a).passed
    assert limit(a * t / (t + 1), sp.oo, a).passed
    assert limit(sp.sin(t) / t, sp.Integer(0), 1).passed
    assert limit(a + sp.exp(-p * t), sp.oo, a + 1).failed
    assert not limit(a + sp.exp(-p * t), sp.oo, a + sp.Rational(1, 10**9)).passed
    assert not limit(sp.sin(t), sp.oo, 0).passed
    assert not limit(t, sp.oo, 5).passed
    refused(limit(a, sp.oo, a + 0 * t + t), "still depends on t")
    elsewhere = TakeLimit(by=t, at=sp.oo, to=eq(sp.Limit(f(t), t, 0), a), says="")
    refused(small.step(eq(f(t), a), elsewhere), "the left side must be the limit for t → oo")


def test_itos_rule_gives_a_name_to_drift_and_noise(small: Any) -> None:
    x, y, a, b, v, eq = small.x, small.y, small.a, small.b, small.v, small.eq
    process = small.assume("P", eq(a, b), process=ItoProcess((x,), (-a * x,), ((b,),)))

    def rule(to: Any, function: Any, noise: int | None = None) -> Any:
        return small.step(None, Ito(using="P", function=function, noise=noise, to=to, says=""), process)

    assert rule(eq(y, -2 * a * x**2 + b**2), x**2).passed
    assert rule(eq(y, 2 * b * x), x**2, 0).passed
    assert rule(eq(y, -2 * a * x**2), x**2).failed
    refused(
        rule(eq(y, 2 * b * x), x**2, 1), "has 1 Brownian motions, counted from noise=0; there is no noise=1"
    )
    refused(rule(eq(0, -a * x), x), "the left side must be a name made for this")
    refused(rule(eq(a, -a * x), x), "['P'] speak of it")
    refused(rule(eq(x, -a * x), x), "the name x also occurs in what it stands for")
    other = small.assume("Q", eq(x, v))
    refused(small.step(None, Ito(using="Q", function=x, to=eq(y, x), says=""), other), "'Q' has none")


def test_units_are_asked_of_every_relation_that_is_reached(small: Any) -> None:
    length, width, eq = small.length, small.width, small.eq
    law = small.assume("A", eq(length, width))
    good = small.step(None, Start(using="A", to=eq(length, width), says=""), law)
    bad = small.step(eq(length, width), Rearrange(to=eq(length + 1, width + 1), says=""))
    assert good.passed
    assert (bad.symbolic, bad.points, bad.units) == (True, True, False)
    assert bad.failed
    assert "does not balance" in bad.message


def test_a_step_that_sympy_stumbles_over_has_not_passed(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*arguments: Any, **settings: Any) -> Any:
        raise RecursionError("too deep")

    monkeypatch.setattr("spectral_edge.theory.check.symbolic.vanishes", stumble)
    eq = small.eq((small.x + 1) ** 2, small.x**2 + 2 * small.x + 1)
    refused(
        small.step(None, Identity(to=eq, says="")), "the step could not be read: RecursionError: too deep"
    )


class Unheard(Step):
    kind = "unheard of"


def test_an_unknown_kind_of_step_has_not_passed(small: Any) -> None:
    eq = small.eq(small.x, small.y)
    refused(small.step(eq, Unheard(to=eq, says="")), "the step could not be read: KeyError")
