"""What cannot be read is refused when a theory is made, with the statement and the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.derivation import Derivation, Identity, Rearrange, Start
from spectral_edge.theory.process import ItoProcess
from spectral_edge.theory.theory import TheoryError


def test_a_symbol_with_the_name_of_a_declared_one_but_other_assumptions_is_an_impostor(small: Any) -> None:
    positive = sp.Symbol("x", positive=True)
    with pytest.raises(
        TheoryError, match=r"A: \['x'\] in .* are not the symbols of the notation: their assumptions"
    ):
        small.theory(
            small.assume("A", small.eq(sp.log(positive * small.p), sp.log(positive) + sp.log(small.p)))
        )


def test_so_are_functions_indices_of_sums_and_hypotheses(small: Any) -> None:
    function = sp.Function("f", positive=True)
    index = sp.Symbol("k", integer=True, positive=True)
    for relation in (
        small.eq(function(small.t), small.x),
        small.eq(sp.Sum(index * small.x, (index, 1, small.W)), small.y),
    ):
        with pytest.raises(TheoryError, match="are not the symbols of the notation"):
            small.theory(small.assume("A", relation))
    with pytest.raises(TheoryError, match="are not the symbols of the notation"):
        small.theory(small.assume("A", small.eq(small.x, 1), hypotheses=(sp.Gt(sp.Symbol("y"), 0),)))


@pytest.mark.parametrize("place", ["to", "times", "where"])
def test_an_impostor_in_a_step_is_named_with_the_step(small: Any, place: str) -> None:
    x, y = small.x, small.y
    positive = sp.Symbol("y", positive=True)
    before = small.eq(x, y)
    steps = {
        "to": Rearrange(to=small.eq(x + positive, 2 * y), says=""),
        "times": Rearrange(times=positive, to=small.eq(x * y, y**2), says=""),
        "where": Start(using="A", where={x: positive}, to=before, says=""),
    }
    theorem = small.theorem("T", before, Start(using="A", to=before, says=""), steps[place])
    with pytest.raises(
        TheoryError, match=r"T: step 2 \((rearrange|start)\): \['y'\] in .* are not the symbols"
    ):
        small.theory(small.assume("A", before), theorem)


def test_the_variable_that_sympy_makes_up_in_a_substitution_is_no_impostor(small: Any) -> None:
    rate = sp.Derivative(small.f(small.t**2), small.t).doit()
    assert rate.has(sp.Subs)
    assert small.theory(small.assume("A", small.eq(rate, small.u(small.t))))["A"]


def test_undeclared_names_are_listed(small: Any) -> None:
    stranger, unknown = sp.Symbol("stranger", real=True), sp.Function("unknown")
    with pytest.raises(TheoryError, match=r"A: \['stranger', 'unknown'\] are not declared in the notation"):
        small.theory(small.assume("A", small.eq(stranger, unknown(small.t))))


def test_what_sympy_decided_on_its_own_says_nothing(small: Any) -> None:
    with pytest.raises(
        TheoryError, match="SymPy made its content True and kept nothing of it; write it with evaluate"
    ):
        small.theory(small.assume("A", sp.Eq(small.x, small.x)))
    with pytest.raises(TheoryError, match="SymPy made its content False"):
        small.theory(small.assume("A", sp.Eq(small.p, -small.q)))


def test_an_equation_of_something_with_itself_says_nothing(small: Any) -> None:
    with pytest.raises(TheoryError, match=r"T: Eq\(x, x\) says nothing: its two sides are the same"):
        small.theory(
            small.theorem("T", small.eq(small.x, small.x), Identity(to=small.eq(small.x, small.x), says=""))
        )


def test_a_statement_needs_formal_content(small: Any) -> None:
    with pytest.raises(TheoryError, match="A: it has no formal content"):
        small.theory(small.assume("A"))


def test_a_derivation_needs_steps(small: Any) -> None:
    theorem = replace(small.theorem("T", small.eq(small.x, small.y)), derivations=(Derivation(()),))
    with pytest.raises(TheoryError, match="T: one of its derivations has no steps"):
        small.theory(theorem)


def test_a_hypothesis_that_is_false_is_refused_and_one_that_is_true_is_harmless(small: Any) -> None:
    with pytest.raises(TheoryError, match="A: one of its hypotheses is False, so that it says nothing"):
        small.theory(small.assume("A", small.eq(small.x, small.y), hypotheses=(sp.Gt(-small.p, 0),)))
    assert (
        small.status(small.assume("A", small.eq(small.x, small.y), hypotheses=(sp.Gt(small.p, 0),))).status
        == "assumed"
    )


def test_the_process_of_a_statement_is_looked_at_too(small: Any) -> None:
    positive = sp.Symbol("x", positive=True)
    process = ItoProcess((small.x,), (-positive,), ((small.a,),))
    with pytest.raises(
        TheoryError, match=r"P: its process: \['x'\] in -x are not the symbols of the notation"
    ):
        small.theory(small.assume("P", small.eq(small.a, small.b), process=process))


def test_decimal_numbers_are_refused_in_contents_and_in_steps(small: Any) -> None:
    x, y = small.x, small.y
    with pytest.raises(
        TheoryError, match=r"holds the decimal numbers \['0\.50*'\]; write them as exact rationals"
    ):
        small.theory(small.assume("A", small.eq(x, 0.5 * y)))
    claim = small.eq(x, y)
    with pytest.raises(TheoryError, match=r"T: step 2 \(rearrange\): .* holds the decimal numbers"):
        small.theory(
            small.assume("A", claim),
            small.theorem(
                "T",
                claim,
                Start(using="A", to=claim, says=""),
                Rearrange(times=sp.Float(2), to=claim, says=""),
            ),
        )
