"""Things that could matter have different fingerprints; what is not known has none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
import sympy as sp
from hypothesis import given

from spectral_edge.theory.derivation import Identity, Rewrite
from spectral_edge.theory.statement import Kind, Source
from spectral_edge.validate.fingerprint import NoFingerprint, fingerprint
from tests.validate.test_expression_json import trees

x, y = sp.symbols("x y", real=True)
f, g = sp.Function("f", real=True), sp.Function("f", positive=True)
DIFFERENT: list[Any] = [
    x, y, sp.Symbol("x"), sp.Symbol("x", positive=True), f(x), g(x), f(y), f, g, sp.Function("x"),
    sp.Integer(1), sp.Integer(2), sp.Rational(1, 2), sp.true, sp.false, sp.pi, sp.E,
    x + y, x * y, x**y, y**x, sp.Eq(x, y), sp.Eq(y, x), sp.Le(x, y), sp.Lt(x, y), sp.Ge(x, y), -x,
    sp.Lambda(x, y), sp.Lambda(x, x + y), sp.Sum(x, (x, 1, y)), sp.Sum(x, (x, 0, y)), sp.Derivative(f(x), x),
    1, 2, True, False, None, "1", "x", "", (), (1,), ("1",), ((1,),), (1, 2), (2, 1), {}, {x: y}, {y: x},
    Fraction(1), Fraction(1, 2), Kind.THEOREM, Kind.DEFINITION, Source("a", "b"), Source("ab", ""),
    Identity(to=sp.Eq(x, y), says=""), Rewrite(to=sp.Eq(x, y), says=""), Rewrite(to=sp.Eq(x, y), says="s"),
]  # fmt: skip


def test_whatever_differs_has_another_fingerprint() -> None:
    for one, other in combinations(DIFFERENT, 2):
        assert fingerprint(one) != fingerprint(other), (one, other)


@given(trees(), trees())
def test_trees_have_one_fingerprint_exactly_if_sympy_takes_them_for_equal(one: Any, other: Any) -> None:
    try:
        same = fingerprint(one) == fingerprint(other)
    except NoFingerprint:
        return
    assert same == (type(one) is type(other) and one == other)


def test_the_order_of_a_mapping_does_not_matter() -> None:
    assert fingerprint({x: 1, y: 2}) == fingerprint({y: 2, x: 1})


@dataclass(frozen=True)
class FromElsewhere:
    """A dataclass that is not the theory's."""

    number: int = 1


class Odd(sp.Symbol):
    """A symbol that may mean anything."""


@pytest.mark.parametrize(
    "unknown",
    [sp.Dummy("d"), sp.Float(1.5), 1.5, [1], {1, 2}, object(), FromElsewhere(), Odd("x"), lambda: 1, sp.Add],
    ids=lambda unknown: type(unknown).__name__,
)
def test_what_is_not_known_completely_is_refused_wherever_it_stands(unknown: Any) -> None:
    wholes: list[Any] = [unknown, (1, unknown), {"a": unknown}]
    if isinstance(unknown, sp.Expr):
        wholes += [unknown + x, sp.Eq(x, unknown), f(unknown)]
    for whole in wholes:
        with pytest.raises(NoFingerprint, match=r"not known completely|not in the table"):
            fingerprint(whole)
