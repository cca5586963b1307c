"""A witness satisfies every premise, asked anew in exact arithmetic; and the theory's own are such points."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from flint import ctx

from spectral_edge.theory.check import points
from spectral_edge.theory.check.evaluate import Point
from spectral_edge.theory.check.witness import find, foundations, premises
from spectral_edge.theory.derivation import Rearrange, Start, Substitute
from spectral_edge.theory.edge import THEORY as EDGE


def chain(s: Any, *hypotheses: Any) -> tuple[Any, ...]:
    """x = p + 1; z = 1/x; and a theorem under hypotheses that rests on both."""
    one, two = s.eq(s.x, s.p + 1), s.eq(s.z, 1 / s.x)
    last = s.eq(s.z * s.y, s.y / (s.p + 1))
    steps = (
        Start(using="Z", to=two, says=""),
        Rearrange(times=s.y, to=s.eq(s.z * s.y, s.y / s.x), says=""),
        Substitute(using="X", to=last, says=""),
    )
    return s.assume("X", one), s.assume("Z", two), s.theorem("T", last, *steps, hypotheses=hypotheses)


def test_a_witness_satisfies_hypotheses_conditions_and_foundations(small: Any) -> None:
    s = small
    bound, condition = sp.Lt(s.z, sp.Rational(1, 2)), sp.Ne(s.y, 0)
    theory = s.theory(*chain(s, bound))
    found = find(theory["T"], theory, [condition])
    assert not found.problem
    point = Point(found.values)
    granted = [bound, condition, *(c for a in foundations(theory["T"], theory) for c in a.content)]
    assert len(granted) == 4
    assert all(points.holds(relation, point) is True for relation in granted)


def test_a_bound_that_the_foundations_exclude_leaves_none(small: Any) -> None:
    theory = small.theory(*chain(small, sp.Gt(small.z, 1)))
    found = find(theory["T"], theory)
    assert not found.values
    assert "look for a contradiction" in found.problem


def test_premises_are_taken_as_they_stand_and_as_they_are_used(small: Any) -> None:
    f, t, r, eq = small.f, small.t, small.r, small.eq
    law, renamed = eq(f(t), 2 * t), eq(f(2 * r), 4 * r)
    theorem = small.theorem("T", renamed, Start(using="A", where={t: 2 * r}, to=renamed, says=""))
    theory = small.theory(small.assume("A", law), theorem)
    assert {p.relation for p in premises(theory["T"], theory)} == {law, renamed}


def test_the_same_statement_has_the_same_witness(small: Any) -> None:
    theory = small.theory(*chain(small))
    assert str(find(theory["T"], theory)) == str(find(theory["T"], theory))


@pytest.mark.parametrize(
    ("theory", "identifier"),
    [(EDGE, "F4-amended"), (EDGE, "S5.critical-2")],
    ids=lambda value: getattr(value, "name", value),
)
def test_theorems_have_witnesses_that_hold(theory: Any, identifier: str) -> None:
    # Sums are over sizes of the point, so the relations are asked as they stand where they have none.
    found = find(theory[identifier], theory)
    assert not found.problem
    with ctx.workprec(points.PRECISION):
        plain = [
            p.relation
            for p in premises(theory[identifier], theory)
            if not p.relation.has(sp.Sum, sp.Derivative)
        ]
        decided = 0
        for relation in plain:
            unknown = relation.atoms(sp.Function) - found.values.keys()
            if not unknown and relation.free_symbols <= found.values.keys():
                assert points.holds(relation, Point(found.values)) is True, relation
                decided += 1
    assert decided


def test_a_theorem_that_supposes_what_it_excludes_is_seen(small: Any) -> None:
    # F7.collapse once rested on a definition that supposed a rest of the loop, which it then excluded.
    s = small
    rest = s.assume("D", s.eq(s.p * s.q, s.v), s.eq(s.q, s.v))
    claim = s.eq(s.p * s.q * s.y, s.v * s.y)
    steps = (Start(using="D", to=s.eq(s.p * s.q, s.v), says=""), Rearrange(times=s.y, to=claim, says=""))
    theory = s.theory(rest, s.theorem("T", claim, *steps, hypotheses=(sp.Gt(s.p, 1),)))
    assert find(theory["T"], theory).problem
