"""A theory refuses what does not hang together, and orders what does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Derivation, Identity, Start
from spectral_edge.theory.statement import Kind
from spectral_edge.theory.theory import TheoryError


def chain(small: Any, *links: tuple[str, tuple[str, ...]]) -> tuple[Any, ...]:
    return tuple(small.assume(name, small.eq(small.x, small.y), uses=uses) for name, uses in links)


def test_each_statement_comes_after_all_that_it_uses(small: Any) -> None:
    theory = small.theory(*chain(small, ("C", ("A", "B")), ("B", ("A",)), ("A", ()), ("D", ("C",))))
    order = theory.order()
    for statement in theory:
        assert all(order.index(used) < order.index(statement.id) for used in statement.uses)
    assert sorted(order) == ["A", "B", "C", "D"]


def test_what_a_proof_uses_counts_as_used(small: Any) -> None:
    claim = small.eq(small.x, small.y)
    theorem = small.theorem("A", claim, Start(using="Z", to=claim, says=""))
    assert small.theory(theorem, small.assume("Z", claim)).order() == ["Z", "A"]


@pytest.mark.parametrize("links", [[("A", ("B",)), ("B", ("C",)), ("C", ("A",))], [("A", ("A",))]])
def test_a_circle_of_uses_is_shown(small: Any, links: Any) -> None:
    with pytest.raises(TheoryError, match="circular use: ") as caught:
        small.theory(*chain(small, *links))
    shown = str(caught.value).removeprefix("circular use: ").split(" → ")
    assert shown[0] == shown[-1]
    uses = dict(links)
    assert all(one in uses[other] for one, other in pairwise(shown))


def test_a_theorem_cannot_be_derived_from_itself(small: Any) -> None:
    claim = small.eq(small.x, small.y)
    with pytest.raises(TheoryError, match="circular use: T → T"):
        small.theory(small.theorem("T", claim, Start(using="T", to=claim, says="")))


def test_two_theorems_cannot_be_derived_from_each_other(small: Any) -> None:
    claim = small.eq(small.x, small.y)
    with pytest.raises(TheoryError, match="circular use"):
        small.theory(
            small.theorem("T", claim, Start(using="S", to=claim, says="")),
            small.theorem("S", claim, Start(using="T", to=claim, says="")),
        )


def test_an_id_is_used_once(small: Any) -> None:
    with pytest.raises(TheoryError, match="A: this id is used twice"):
        small.theory(*chain(small, ("A", ()), ("A", ())))


def test_unknown_statements_are_named(small: Any) -> None:
    with pytest.raises(TheoryError, match=r"A: it uses \['ghost'\], which are no statements of small"):
        small.theory(*chain(small, ("A", ("ghost",))))
    claim = small.eq(small.x, small.y)
    with pytest.raises(TheoryError, match=r"T: it uses \['ghost'\]"):
        small.theory(small.theorem("T", claim, Start(using="ghost", to=claim, says="")))
    with pytest.raises(TheoryError, match=r"A: it uses \['ghost'\]"):
        small.theory(small.assume("A", claim, amends="ghost", repair="so"))


def test_a_prediction_is_drawn_from_claims_that_exist_and_nothing_else_is(small: Any) -> None:
    theorem = small.theorem("T", small.eq(small.x, small.y))
    prediction = replace(theorem, id="P", kind=Kind.PREDICTION, drawn_from=("T",))
    theory = small.theory(prediction, theorem)
    assert theory.order().index("T") < theory.order().index("P")
    with pytest.raises(TheoryError, match=r"P: it uses \['ghost'\]"):
        small.theory(theorem, replace(prediction, drawn_from=("ghost",)))
    with pytest.raises(TheoryError, match="T: only a prediction is drawn from claims; a theorem uses them"):
        small.theory(replace(theorem, drawn_from=("P",)), prediction)


def test_a_claim_says_what_would_refute_it(small: Any) -> None:
    theorem = small.theorem("T", small.eq(small.x, small.y))
    for claim in (replace(theorem, refuted_if=""), replace(theorem, refuted_if="", kind=Kind.PREDICTION)):
        with pytest.raises(TheoryError, match="T: say what observation would refute it"):
            small.theory(claim)


def test_an_amendment_says_how(small: Any) -> None:
    old = small.assume("old", small.eq(small.x, small.y))
    with pytest.raises(TheoryError, match="new: it amends old; say in a sentence how"):
        small.theory(old, small.assume("new", small.eq(small.x, 2 * small.y), amends="old"))


@pytest.mark.parametrize("kind", [Kind.ASSUMPTION, Kind.DEFINITION, Kind.PREDICTION])
def test_only_theorems_are_derived(small: Any, kind: Kind) -> None:
    identity = small.eq((small.x + 1) ** 2, small.x**2 + 2 * small.x + 1)
    statement = replace(small.theorem("T", identity, Identity(to=identity, says="")), kind=kind)
    with pytest.raises(TheoryError, match=f"T: a {kind} has no derivation; make it a theorem"):
        small.theory(statement)


def test_a_symbol_for_one_number_cannot_be_set_equal_to_what_runs(small: Any) -> None:
    for relation in (small.eq(small.c, small.t**2), small.eq(small.f(small.t), small.c)):
        with pytest.raises(
            TheoryError,
            match=r"c is set equal to something that runs with \['t'\]; declare it as a function",
        ):
            small.theory(small.assume("A", relation))
    assert small.theory(small.assume("A", small.eq(small.f(small.t), small.t**2)))


def test_a_theorem_is_said_of_any_mode_only_if_all_that_it_uses_is(small: Any) -> None:
    law = small.eq(small.f(small.t), small.a * small.t)
    generic = ((small.f, small.a),)
    theorem = small.theorem("T", law, Start(using="A", to=law, says=""), generic=generic)
    assert small.theory(small.assume("A", law, generic=generic), theorem)
    with pytest.raises(TheoryError, match=r"T: it is said of any \['a', 'f'\], but A, which it uses, is not"):
        small.theory(small.assume("A", law), theorem)
    with pytest.raises(TheoryError, match=r"T: it is said of any \['a', 'f'\], but A, which it uses, is not"):
        small.theory(small.assume("A", law, generic=((small.f,), (small.a,))), theorem)


def test_renaming_something_else_does_not_make_a_statement_general(small: Any) -> None:
    law = small.eq(small.f(small.t), small.a * small.t)
    renamed = small.eq(small.f(small.r), small.a * small.r)
    start = Start(using="A", where={small.t: small.r}, to=renamed, says="")
    theorem = small.theorem("T", renamed, start, generic=((small.f, small.a),))
    with pytest.raises(TheoryError, match=r"T: it is said of any \['a', 'f'\], but A, which it uses, is not"):
        small.theory(small.assume("A", law), theorem)


def test_a_group_that_was_renamed_whole_is_as_general_as_before(small: Any) -> None:
    law = small.eq(small.f(small.t), small.a * small.t)
    other = small.eq(small.g(small.t), small.b * small.t)
    start = Start(using="A", where={small.f: small.g, small.a: small.b}, to=other, says="")
    theorem = small.theorem("T", other, start, generic=((small.g, small.b),))
    theory = small.theory(small.assume("A", law, generic=((small.f, small.a),)), theorem)
    assert theory["T"].generic == ((small.g, small.b),)


def test_statements_are_found_by_id_and_unknown_ids_list_the_known_ones(small: Any) -> None:
    theory = small.theory(*chain(small, ("A", ()), ("B", ())))
    assert theory["B"].id == "B"
    assert list(theory.by_id) == ["A", "B"] == [s.id for s in theory]
    with pytest.raises(TheoryError, match=r"'C' is no statement of small; it has \['A', 'B'\]"):
        theory["C"]


def test_a_derivation_for_one_size_says_so_in_its_scope(small: Any) -> None:
    with pytest.raises(ValueError, match=r"a derivation for .* alone must say so in its scope"):
        Derivation((), instance={small.W: sp.Integer(3)})
