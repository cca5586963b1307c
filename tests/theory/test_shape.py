"""A statement made of the wrong things is refused with a sentence, whatever was mixed up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.counterexample import Counterexample
from spectral_edge.theory.derivation import Derivation, Rearrange, Start
from spectral_edge.theory.packs import PACKS, load
from spectral_edge.theory.shape import misshapen
from spectral_edge.theory.statement import Statement
from spectral_edge.theory.theory import Theory, TheoryError


@pytest.mark.parametrize("name", sorted(PACKS))
def test_the_statements_that_ship_are_made_of_the_right_things(name: str) -> None:
    for statement in load(name):
        assert list(misshapen(statement)) == [], statement.id


def theorem(small: Any, **changes: Any) -> Statement:
    claim = small.eq(small.x, small.y)
    steps = (Start(using="A", to=claim, says=""), Rearrange(to=claim, says=""))
    return replace(small.theorem("T", claim, *steps), **changes)


def step(small: Any, **changes: Any) -> dict[str, Any]:
    claim = small.eq(small.x, small.y)
    return {"derivations": (Derivation((replace(Rearrange(to=claim, says=""), **changes),)),)}


X = sp.Symbol("x", real=True)
CASES: list[tuple[Any, str]] = [
    ({"kind": "theorem"}, r"its kind is 'theorem'; give one of Kind.DEFINITION, .*Kind.PREDICTION"),
    ({"source": "a book"}, "its source is 'a book'; give a Source"),
    ({"says": None}, "its says is None; give a string"),
    ({"content": sp.Eq(X, 1)}, r"its content is Eq\(x, 1\), and no tuple; .* ends with a comma"),
    ({"content": ("x = y",)}, "its content holds 'x = y', which is no relation of SymPy"),
    ({"content": (X,)}, "its content holds x, which is no relation of SymPy"),
    ({"hypotheses": ["x > 0"]}, r"its hypotheses is \['x > 0'\], and no tuple"),
    ({"uses": "A"}, "its uses is 'A', and no tuple"),
    ({"drawn_from": (3,)}, "its drawn_from holds 3; give ids"),
    ({"derivations": Derivation(())}, "its derivations is .*, and no tuple"),
    ({"derivations": ((),)}, r"its derivations hold \(\); give Derivation"),
    ({"derivations": (Derivation([]),)}, "with a tuple of steps"),  # type: ignore[arg-type]
    ({"derivations": (Derivation(("start",)),)}, "step 1 is 'start', and none of the steps"),  # type: ignore[arg-type]
    ({"process": "dX = dB"}, "its process is 'dX = dB'; give an ItoProcess"),
    ({"counterexample": {X: 1}}, "its counterexample is .*; give a Counterexample"),
    (
        {"counterexample": Counterexample("", {X: 1.5})},
        "its counterexample gives x the value 1.5; give an exact",
    ),
    ({"counterexample": Counterexample("", {X: sp.Float(1.5)})}, "give an exact number"),
    ({"counterexample": Counterexample("", {"x": 1})}, "gives a value to 'x'; give it to a symbol"),
    ({"witness": {X: "1"}}, "its witness gives x the value '1'; give an exact number"),
    ({"witness": (X, 1)}, r"its witness gives \(x, 1\); give a dictionary"),
]


@pytest.mark.parametrize(("changes", "told"), CASES, ids=[told[:40] for _, told in CASES])
def test_what_is_of_another_type_is_named_with_the_way_out(small: Any, changes: Any, told: str) -> None:
    with pytest.raises(TheoryError, match=rf"^T: .*{told}"):
        small.theory(small.assume("A", small.eq(small.x, small.y)), theorem(small, **changes))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"to": "x = y"}, r"step 1 \(rearrange\) leads to 'x = y', which is no relation"),
        ({"times": "2"}, r"step 1 \(rearrange\): times is '2', which is no SymPy expression"),
        ({"times": 0.5}, r"step 1 \(rearrange\): times is 0.5, which is no SymPy expression"),
    ],
)
def test_so_is_what_a_step_holds(small: Any, changes: Any, told: str) -> None:
    with pytest.raises(TheoryError, match=told):
        small.theory(theorem(small, **step(small, **changes)))


def test_whole_numbers_need_no_wrapping(small: Any) -> None:
    assert list(misshapen(theorem(small, **step(small, times=2)))) == []
    assert list(misshapen(theorem(small, counterexample=Counterexample("", {X: 1})))) == []


def test_what_is_no_statement_is_named_by_its_place() -> None:
    with pytest.raises(TheoryError, match="statement 1 is 'A'; give a Statement"):
        Theory("t", "T", load("deep-linear").notation, ("A",))  # type: ignore[arg-type]
    with pytest.raises(TheoryError, match=r"the statements are .*, and no tuple"):
        Theory("t", "T", load("deep-linear").notation, load("deep-linear").statements[0])  # type: ignore[arg-type]
