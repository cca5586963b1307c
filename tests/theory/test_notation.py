"""A notation declares each name once, with a unit, a meaning and assumptions."""

from __future__ import annotations

import pytest
import sympy as sp

from spectral_edge.theory.notation import Notation, Quantity
from spectral_edge.theory.units import ONE, THETA, TIME


def test_symbols_and_functions_are_real_unless_said_otherwise_and_keep_their_assumptions() -> None:
    notation = Notation()
    x = notation.symbol("x", THETA, "a length")
    size = notation.symbol("W", ONE, "a size", integer=True, positive=True)
    d = notation.function("d", THETA, "a strength", positive=True)
    assert x.is_real
    assert x.is_positive is None
    assert size.is_integer
    assert size.is_positive
    assert d(x).is_positive
    assert notation.made("x") is x
    assert notation.made("d") == d


def test_a_notation_lists_what_was_declared_in_order() -> None:
    notation = Notation()
    notation.symbol("tau", TIME, "a duration")
    notation.function("d_j", THETA, "a strength", r"\delta_j")
    assert list(notation) == [
        Quantity("tau", TIME, "a duration", r"\tau"),
        Quantity("d_j", THETA, "a strength", r"\delta_j"),
    ]
    assert dict(notation.units) == {"tau": TIME, "d_j": THETA}
    assert dict(notation.latex_names) == {"tau": r"\tau", "d_j": r"\delta_j"}
    assert "tau" in notation
    assert "t" not in notation
    assert notation["tau"].meaning == "a duration"


def test_only_symbols_declared_as_running_run() -> None:
    notation = Notation()
    notation.symbol("t", TIME, "time", running=True)
    notation.symbol("x", THETA, "a length")
    assert notation.running == {"t"}


@pytest.mark.parametrize("declare", ["symbol", "function"])
def test_a_name_cannot_mean_two_things(declare: str) -> None:
    notation = Notation()
    notation.symbol("x", THETA, "a length")
    with pytest.raises(ValueError, match="notation: 'x' is declared twice; it already means 'a length'"):
        getattr(notation, declare)("x", ONE, "something else")
    assert notation.units == {"x": THETA}


@pytest.mark.parametrize("declare", ["symbol", "function"])
def test_a_name_must_have_a_meaning(declare: str) -> None:
    notation = Notation()
    with pytest.raises(ValueError, match="notation: 'x' has no meaning; say in a few words what it is"):
        getattr(notation, declare)("x", THETA, "")
    assert "x" not in notation


def test_two_notations_do_not_share_names() -> None:
    first, second = Notation(), Notation()
    first.symbol("x", THETA, "a length")
    assert second.symbol("x", ONE, "a number") == sp.Symbol("x", real=True)
