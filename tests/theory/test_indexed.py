"""Systems with families of states: what is declared, and what they are when written out."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.indexed import Family, IndexedSystem, Law, sum_over

t, n = sp.Symbol("t"), sp.Symbol("n", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True, positive=True)
x, f = sp.IndexedBase("x", real=True), sp.IndexedBase("f", real=True)
a = sp.Symbol("a")
ALL = (1, n)


def system(rate: sp.Expr, *parameters: Family) -> IndexedSystem:
    return IndexedSystem("trial", t, n, (Law(Family(x, (ALL,)), (j,), rate),), parameters)


@given(size=st.integers(1, 6))
def test_a_sum_over_the_others_is_written_out_as_every_term_but_ones_own(size: int) -> None:
    plain = system(sum_over(x[k] ** j, k, *ALL, but=(j,))).written_out(size)
    state = dict(enumerate(plain.states, start=1))
    for i, rate in enumerate(plain.rhs, start=1):
        assert rate == sum((state[m] ** i for m in state if m != i), sp.Integer(0))


@given(size=st.integers(2, 5))
def test_bounds_may_depend_on_the_index_of_the_law(size: int) -> None:
    plain = system(sum_over(x[k], k, j + 1, n)).written_out(size)
    for i, rate in enumerate(plain.rhs):
        assert rate == sum(plain.states[i + 1 :], sp.Integer(0))


@given(size=st.integers(2, 5))
def test_pairs_are_states_once_and_change_sign_with_their_order(size: int) -> None:
    pairs = Law(Family(f, (ALL, ALL), antisymmetric=True), (j, k), f[k, j])
    alone = Law(Family(x, (ALL,)), (j,), sum_over(f[j, k], k, *ALL))
    plain = IndexedSystem("pairs", t, n, (pairs, alone), ()).written_out(size)
    count = size * (size - 1) // 2
    assert len(plain.states) == count + size
    assert plain.rhs[:count] == tuple(-s for s in plain.states[:count])
    # Every pair occurs twice in the whole, with both signs.
    assert sp.expand(sum(plain.rhs[count:])) == 0


def test_the_sized_system_has_the_names_of_the_one_written_out() -> None:
    source = system(a * x[j] + sum_over(f[j, k], k, *ALL), Family(a), Family(f, (ALL, ALL)))
    sized, plain = source.of_size(3), source.written_out(3)
    assert (sized.states, sized.parameters, sized.time) == (plain.states, plain.parameters, plain.time)
    assert [s.name for s in sized.parameters[:4]] == ["a", "f_1_1", "f_1_2", "f_1_3"]


def test_a_name_is_used_once() -> None:
    with pytest.raises(ValueError, match=r"system trial: the names \['x'\] are used more than once"):
        system(x[j], Family(sp.Symbol("x")))


@pytest.mark.parametrize(("rate", "unknown"), [(a * x[j], "a"), (f[j], "f"), (x[j] * k, "k")])
def test_what_a_rate_uses_must_be_declared(rate: sp.Expr, unknown: str) -> None:
    with pytest.raises(ValueError, match=rf"the law of x uses \['{unknown}'\], which are neither states"):
        system(rate)


def test_a_base_and_its_ranges_belong_together() -> None:
    with pytest.raises(ValueError, match="family a: an IndexedBase needs ranges"):
        Family(a, (ALL,))
    with pytest.raises(ValueError, match="family f: antisymmetric needs two equal ranges"):
        Family(f, (ALL, (1, n - 1)), antisymmetric=True)


def test_a_law_has_as_many_indices_as_its_family() -> None:
    with pytest.raises(ValueError, match="law of x: 1 indices are needed"):
        Law(Family(x, (ALL,)), (j, k), x[j])


def test_a_size_must_leave_something() -> None:
    with pytest.raises(ValueError, match="size n=0; give 1 or more"):
        system(x[j]).of_size(0)
    gaps = IndexedSystem("gaps", t, n, (Law(Family(x, ((1, n - 1),)), (j,), x[j]),), ())
    with pytest.raises(ValueError, match="at n=1 there is no x"):
        gaps.of_size(1)


def test_a_bound_must_become_a_number() -> None:
    with pytest.raises(ValueError, match="family x: the bound n/2 is no integer at n=3"):
        IndexedSystem("half", t, n, (Law(Family(x, ((1, n / 2),)), (j,), x[j]),), ()).of_size(3)


def test_a_sum_with_two_limits_is_refused() -> None:
    with pytest.raises(ValueError, match="write one sum inside the other"):
        system(sp.Sum(x[k] * x[n], (k, 1, n), (n, 1, 2))).written_out(2)
