from __future__ import annotations

import html
import re
from typing import Any
from xml.etree import ElementTree

import pytest
import sympy as sp

from spectral_edge.theory.edge import THEORY
from spectral_edge.validate.report.mathml import formula, set_once

t, x, a = sp.symbols("t x a")
i = sp.Symbol("i", integer=True)
f = sp.Function("f")


def tree(markup: str) -> ElementTree.Element:
    """The formula as XML; MathML's names for characters, which HTML knows and XML does not, are put in."""
    return ElementTree.fromstring(re.sub(r"&[A-Za-z]+;", lambda m: html.escape(html.unescape(m[0])), markup))


def words(markup: str) -> str:
    """All visible characters, in order, without invisible operators."""
    return "".join(tree(markup).itertext()).replace("\u2062", "").replace("\u2061", "")


@pytest.mark.parametrize("statement", list(THEORY), ids=lambda s: s.id)
def test_every_formula_of_the_theory_is_well_formed_and_uses_no_element_that_browsers_dropped(
    statement: Any,
) -> None:
    steps = [step.to for derivation in statement.derivations for step in derivation.steps]
    for relation in (*statement.content, *statement.hypotheses, *steps):
        root = tree(formula(relation, THEORY.notation.latex_names))
        assert root.tag == "math"
        assert {e.tag for e in root.iter()} & {"mfenced", "maction", "mstyle"} == set()
        assert "".join(root.itertext()).strip()


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        (sp.Derivative(f(t), t), "ddtf(t)"),
        (sp.Derivative(f(t), (t, 2)), "d2dt2f(t)"),
        (sp.Derivative(a * f(t), t), "ddtaf(t)"),
        (sp.Derivative(f(i, t), t), "ddtf(i,t)"),
        (sp.Derivative(f(x, t), t), "∂∂tf(x,t)"),
        (sp.Derivative(f(t) + a, t), "ddt(a+f(t))"),
        (-x + a, "a−x"),
        (sp.Ge(x, -1), "x≥−1"),
    ],
)
def test_a_formula_reads_as_it_is_written_by_hand(expression: Any, shown: str) -> None:
    assert words(formula(expression, {})) == shown


def test_names_are_typeset_as_the_notation_says() -> None:
    d = sp.Function("d_l")
    names = {"d_l": "d_{k+1}", "h_mean": r"\bar{h}"}
    assert words(formula(sp.Eq(d(t), sp.Symbol("h_mean")), names)) == "dk+1(t)=h¯"
    # Without an entry, from the plain name; also when the LaTeX is more than a name may use.
    assert words(formula(sp.Symbol("h_mean"), {})) == "hmean"
    assert words(formula(sp.Symbol("h_mean"), {"h_mean": r"\frac{1}{2}"})) == "hmean"


def test_alternatives_stand_on_lines_of_their_own() -> None:
    root = tree(formula(sp.Or(sp.Eq(x, 1), sp.Eq(x, -1)), {}))
    assert ["".join(row.itertext()) for row in root.iter("mtr")] == ["x=−1", "or\u00a0x=1"]


def test_a_hostile_name_cannot_leave_its_element() -> None:
    name = '</mi></math><script>alert("1")</script>'
    markup = formula(sp.Symbol(name), {})
    assert "<script>" not in markup
    root = tree(markup)
    assert {e.tag for e in root.iter()} <= {"math", "mi", "msub", "mrow", "mo"}
    assert root.get("alttext") == name


def test_a_formula_is_set_once_for_each_way_to_write_its_names() -> None:
    asked: list[tuple[object, dict[str, str]]] = []

    @set_once
    def way(expression: Any, latex_names: Any) -> str:
        asked.append((expression, dict(latex_names)))
        return f"{expression} {len(asked)}"

    assert way(x + a, {"x": "y"}) == way(x + a, {"x": "y"}) == f"{x + a} 1"
    assert way(x + a, {"x": "z"}) == f"{x + a} 2"
    # Equal for Python, and not the same.
    assert [way(1, {}), way(True, {}), way(sp.Integer(1), {})] == ["1 3", "True 4", "1 5"]
    assert [names for _, names in asked] == [{"x": "y"}, {"x": "z"}, {}, {}, {}]


def test_a_formula_that_cannot_be_set_is_refused_each_time() -> None:
    @set_once
    def way(expression: Any, latex_names: Any) -> str:
        raise TypeError(f"no sign for {expression}")

    for _ in range(2):
        with pytest.raises(TypeError, match="no sign for x"):
            way(x, {})


@pytest.mark.parametrize(
    ("expression", "brackets"),
    [
        (f(t), "low"),
        (a * (x + f(t)), "low"),
        (f(1 / x), "high"),
        (a * (x + sp.sqrt(t)), "high"),
        ((a + f(t) / x) ** 2, "high"),
    ],
)
def test_brackets_are_as_high_as_what_is_in_them(expression: Any, brackets: str) -> None:
    first = next(e for e in tree(formula(expression, {})).iter("mo") if e.text == "(")
    assert (first.get("stretchy") == "false") == (brackets == "low")
