"""Renaming changes which thing a relation speaks of, never what it says."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.check.renaming import Malformed, renamed, replaced


def test_a_group_is_renamed_as_a_whole(small: Any) -> None:
    f, g, a, b, t, eq = small.f, small.g, small.a, small.b, small.t, small.eq
    law = eq(sp.Derivative(f(t), t), -a * f(t))
    generic = ((f, a),)
    assert renamed(law, {f: g, a: b}, generic) == eq(sp.Derivative(g(t), t), -b * g(t))
    with pytest.raises(Malformed, match=r"f is renamed without \['a'\], which belong to the same mode"):
        renamed(law, {f: g}, generic)


def test_a_member_of_a_group_that_does_not_occur_need_not_be_renamed(small: Any) -> None:
    f, g, a, t, eq = small.f, small.g, small.a, small.t, small.eq
    assert renamed(eq(f(t), 1), {f: g}, ((f, a),)) == eq(g(t), 1)


def test_renaming_nothing_changes_nothing(small: Any) -> None:
    law = small.eq(small.x, small.y)
    assert renamed(law, {}) is law


def test_what_stands_for_one_particular_thing_is_not_renamed(small: Any) -> None:
    x, y, f, g, t, eq = small.x, small.y, small.f, small.g, small.t, small.eq
    for where in ({x: y}, {x: sp.Integer(1)}, {f: g}):
        with pytest.raises(Malformed, match="stands for one particular thing"):
            renamed(eq(x, f(t)), where)
    with pytest.raises(Malformed, match=r"only symbols and functions can be renamed, not f\(t\)"):
        renamed(eq(x, f(t)), {f(t): y}, ((f,),))


def test_a_running_symbol_may_take_any_value(small: Any) -> None:
    t, r, f, eq = small.t, small.r, small.f, small.eq
    running = frozenset({"t", "r"})
    assert renamed(eq(f(t), t**2), {t: 2 * r}, (), running) == eq(f(2 * r), 4 * r**2)
    assert renamed(eq(f(t), t**2), {t: sp.Integer(3)}, (), running) == eq(f(3), 9)


def test_what_is_summed_over_or_differentiated_by_is_not_renamed(small: Any) -> None:
    t, r, i, k, u, f, eq = small.t, small.r, small.i, small.k, small.u, small.f, small.eq
    running = frozenset({"t", "i"})
    for relation, old, new in (
        (eq(sp.Sum(u(i), (i, 1, 3)), 1), i, k),
        (eq(sp.Derivative(f(t), t), 1), t, r),
        (eq(sp.Subs(sp.Derivative(f(t), t), t, 0), 1), t, r),
        (eq(sp.Limit(f(t), t, 0), 1), t, r),
        (eq(sp.Integral(f(t), (t, 0, 1)), 1), t, r),
    ):
        with pytest.raises(Malformed, match=r"cannot be renamed: something in .* runs over it"):
            renamed(relation, {old: new}, (), running)


def test_nothing_is_caught_by_a_sum_on_its_way_in(small: Any) -> None:
    m, i, u, eq = small.m, small.i, small.u, small.eq
    law = eq(sp.Sum(m * u(i), (i, 1, 3)), m * sp.Sum(u(i), (i, 1, 3)))
    for new in (i, i + 1):
        with pytest.raises(
            Malformed, match=r"m cannot be replaced in Sum\(m\*u\(i\), \(i, 1, 3\)\), which binds \['i'\]"
        ):
            renamed(law, {m: new}, ((m,),))
    moved = renamed(law, {m: m + 1}, ((m,),))
    assert moved.lhs == sp.Sum((m + 1) * u(i), (i, 1, 3))


def test_less_may_not_be_assumed_of_the_new_symbol(small: Any) -> None:
    x, y, p, q, n = small.x, small.y, small.p, small.q, small.n
    t, f, h, eq = small.t, small.f, small.h, small.eq
    law = eq(sp.log(p**2), x)
    assert renamed(law, {p: q}, ((p,),)).lhs == sp.log(q**2)
    assert renamed(law, {p: q + 1}, ((p,),)).lhs.args[0] == (q + 1) ** 2
    for new in (y, -q, q - 1, sp.Integer(0)):
        with pytest.raises(Malformed, match=r"p is assumed to be .*positive, but .* need not be"):
            renamed(law, {p: new}, ((p,),))
    with pytest.raises(Malformed, match="n is assumed to be integer, but y need not be"):
        renamed(eq(x, (-1) ** n), {n: y}, ((n,),))
    with pytest.raises(Malformed, match=r"h\(t\) is assumed to be .*positive, but f\(t\) need not be"):
        renamed(eq(x, sp.log(h(t))), {h: f}, ((h,),))
    assert renamed(eq(x, f(t)), {f: h}, ((f,),)) == eq(x, h(t))


def test_a_relation_stays_a_relation_when_both_sides_become_equal(small: Any) -> None:
    x, y, eq = small.x, small.y, small.eq
    same = replaced(eq(x, y), x, y)
    assert isinstance(same, sp.Eq)
    assert same.args == (y, y)
    either = replaced(sp.Or(eq(x, y), eq(x, 2), evaluate=False), x, y)
    assert isinstance(either, sp.Or)
    assert isinstance(replaced(sp.Ge(x, y), x, y), sp.Ge)


def test_replacing_equals_looks_out_for_binders(small: Any) -> None:
    c, n, x, eq = small.c, small.n, small.x, small.eq
    with pytest.raises(Malformed, match=r"c cannot be replaced in Sum"):
        replaced(eq(sp.Sum(c, (n, 1, 5)), 5 * c), c, n * x)
    assert replaced(eq(sp.Sum(c * n, (n, 1, 5)), 5 * c), c, x).rhs == 5 * x
