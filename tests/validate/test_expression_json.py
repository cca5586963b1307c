from __future__ import annotations

import json
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.edge import THEORY
from spectral_edge.validate.expression_json import NotStorable, decode, encode

x, y = sp.Symbol("x", positive=True), sp.Symbol("y", real=True)
f = sp.Function("f", real=True)
leaves = st.sampled_from([x, y, f(x), sp.pi, sp.E, sp.Integer(0), sp.Rational(-2, 3), sp.oo])
binary = st.sampled_from([sp.Add, sp.Mul, sp.Pow, sp.Eq, sp.Gt, sp.Derivative])


def trees() -> st.SearchStrategy[Any]:
    def grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.one_of(
            st.tuples(st.sampled_from([sp.Add, sp.Mul, sp.Pow]), inner, inner).map(
                lambda t: t[0](t[1], t[2], evaluate=False)
            ),
            inner.map(lambda e: sp.log(e, evaluate=False)),
            inner.map(lambda e: sp.Sum(e, (sp.Symbol("i", integer=True), 1, y))),
        )

    return st.recursive(leaves, grow, max_leaves=8)


@given(trees())
def test_a_tree_comes_back_exactly_or_is_refused(tree: Any) -> None:
    try:
        written = encode(tree)
    except NotStorable:
        return
    assert decode(json.loads(json.dumps(written))) == tree


@pytest.mark.parametrize("statement", list(THEORY), ids=lambda s: s.id)
def test_every_relation_of_the_theory_can_be_stored(statement: Any) -> None:
    steps = [step.to for derivation in statement.derivations for step in derivation.steps]
    for relation in (*statement.content, *statement.hypotheses, *steps):
        assert decode(json.loads(json.dumps(encode(relation)))) == relation


def test_symbols_that_differ_only_by_what_is_assumed_of_them_stay_different() -> None:
    assert decode(encode(sp.Symbol("x"))) != x
    assert decode(encode(x)) == x


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (sp.Float(0.5), "Float is not in the table"),
        (sp.Piecewise((x, x > 1), (y, True)), "Piecewise is not in the table"),
        (sp.Dummy("d"), "Dummy is not in the table"),
    ],
)
def test_a_construction_outside_the_table_is_refused(expression: Any, message: str) -> None:
    with pytest.raises(NotStorable, match=message):
        encode(expression)


@pytest.mark.parametrize("written", [["eval", "1"], [], "x", ["constant", "os"], ["number", 3], {"a": 1}])
def test_what_was_not_written_by_this_module_is_refused(written: Any) -> None:
    with pytest.raises(NotStorable, match="is not a stored expression"):
        decode(written)
