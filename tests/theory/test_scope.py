"""What the checker is shown of a theory when it checks one statement."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Ito, Rearrange, Start
from spectral_edge.theory.edge import THEORY
from spectral_edge.theory.process import ItoProcess
from spectral_edge.theory.scope import Scopes, names_of
from spectral_edge.theory.theory import Theory, TheoryError
from spectral_edge.theory.units import UnitError, unit_of


@pytest.fixture
def chain(small: Any) -> Theory:
    """A is cited by T, T by U; B is defined beside them, and C is used by B."""
    x, y, z, a, b = small.x, small.y, small.z, small.a, small.b
    first = small.assume("A", small.eq(y, 2 * x))
    cited = small.theorem(
        "T",
        small.eq(y - x, x),
        Start(using="A", to=small.eq(y, 2 * x), says="Given."),
        Rearrange(to=small.eq(y - x, x), says="Take off x."),
    )
    last = small.theorem(
        "U",
        small.eq(y, 2 * x + z - z),
        Start(using="T", to=small.eq(y - x, x), says="Known."),
        Rearrange(to=small.eq(y, 2 * x), says="Put back x."),
    )
    return small.theory(
        first, small.assume("C", small.eq(b, 3)), small.assume("B", small.eq(a, b), uses=("C",)), cited, last
    )


def test_derivations_are_shown_what_they_cite_without_its_proof(chain: Theory) -> None:
    shown = Scopes(chain).to_derive("U")
    assert [s.id for s in shown] == ["T", "U"]
    assert (shown[0].derivations, shown[0].content) == ((), chain["T"].content)
    assert shown[1] is chain["U"]


def test_a_verdict_is_shown_all_that_lies_below_with_proofs_and_without_prose(chain: Theory) -> None:
    shown = Scopes(chain).to_judge("U")
    assert [s.id for s in shown] == ["A", "T", "U"]
    assert shown[1].derivations == chain["T"].derivations
    assert (shown[1].says, shown[1].title) == ("", "")


def test_nothing_else_can_be_seen_not_even_its_name(chain: Theory, small: Any) -> None:
    scopes = Scopes(chain)
    part = scopes.part(scopes.to_judge("U"))
    with pytest.raises(TheoryError, match="'B' is no statement of small"):
        part["B"]
    with pytest.raises(UnitError, match="no unit is declared for 'a'"):
        unit_of(small.a, part.notation.units)
    assert unit_of(small.x, part.notation.units) == unit_of(small.x, chain.notation.units)


def test_what_itos_rule_names_is_held_against_every_definition_and_assumption(small: Any) -> None:
    x, a, b, c = small.x, small.a, small.b, small.c
    process = small.assume(
        "P", small.eq(c, 1), process=ItoProcess((x,), (sp.Integer(0),), ((sp.Integer(1),),))
    )
    taken = small.assume("N", small.eq(a, b))
    steps = (Ito(using="P", function=x**2, to=small.eq(a, 1), says="Itô's rule."),)
    named = small.theorem("T", small.eq(a, 1), *steps)
    assert [s.id for s in Scopes(small.theory(process, taken, named)).to_derive("T")] == ["P", "N", "T"]
    assert small.status(process, named).status == "proved"
    result = small.status(process, taken, named)
    assert result.status == "not checked"
    assert "['N'] speak of it" in result.message


def test_a_verdict_is_shown_whatever_the_verdicts_below_it_were_shown() -> None:
    scopes = Scopes(THEORY)
    shown = {s.id: {other.id for other in scopes.to_judge(s.id)} for s in THEORY}
    assert all(shown[below] <= shown[s.id] for s in THEORY for below in (*s.uses, *s.proof_uses))
    assert all({s.id, *s.proof_uses} <= {o.id for o in scopes.to_derive(s.id)} for s in THEORY)


def test_every_name_of_a_statement_is_found_wherever_it_stands(small: Any) -> None:
    x, y, i, f, t = small.x, small.y, small.i, small.f, small.t
    content = small.eq(sp.Sum(f(i), (i, 1, 3)), sp.Derivative(f(t), t))
    statement = small.theorem("T", content, Start(using="A", where={small.g: f, x: y}, to=content, says=""))
    assert names_of(statement) == {"f", "g", "i", "t", "x", "y"}
