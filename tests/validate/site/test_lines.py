from __future__ import annotations

import re
from collections import Counter

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from latex2mathml.converter import convert

from spectral_edge.theory.packs import load
from spectral_edge.validate.site import lines
from spectral_edge.validate.site.latex import latex

DEEP = load("deep-linear")
NAMES = DEEP.notation.latex_names
RELATIONS = [
    relation
    for s in DEEP
    for relation in (*s.content, *s.hypotheses, *(step.to for d in s.derivations for step in d.steps))
]


def letters(markup: str) -> Counter[str]:
    """The letters and signs of a formula, without the markup and whatever stands for no ink."""
    text = re.sub(r"<[^>]+>|&Invisible\w+;|\s", "", re.sub(r'alttext="[^"]*"', "", markup))
    return Counter(text)


x, y, z, w = sp.symbols("x y z w", positive=True)
terms = st.lists(
    st.tuples(
        st.integers(-9, 9).filter(bool),
        st.sampled_from([x, y, z, w, x * y, x / (y + z), sp.sqrt(w)]),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=25,
)


@given(terms, terms)
def test_a_formula_says_the_same_on_several_lines_as_on_one(
    left: list[tuple[int, sp.Expr, int]], right: list[tuple[int, sp.Expr, int]]
) -> None:
    sides = [sp.Add(*(c * base**power for c, base, power in side)) for side in (left, right)]
    relation = sp.Eq(*sides, evaluate=False)
    if not isinstance(relation, sp.Eq):
        return
    broken, _ = lines.block(relation, {})
    assert letters(broken) == letters(lines.inline(relation, {}))


def test_a_long_sum_is_broken_before_signs_and_a_short_one_is_not() -> None:
    many = sp.symbols("a_0:60", positive=True)
    long, wide = lines.block(sp.Eq(x, sp.Add(*many)), {})
    rows = re.findall(r"<mtr><mtd>(.*?)</mtd></mtr>", long)
    assert len(rows) > 2
    assert all(re.search(r"<mo[^>]*>\+</mo>", row.split("<mi>")[0]) for row in rows[1:])
    assert wide > lines.NARROW
    short, few = lines.block(sp.Eq(x, y + z), {})
    assert "<mtable" not in short and few < lines.NARROW


def test_no_line_of_a_sum_is_wider_than_the_page_unless_one_term_is() -> None:
    printer = lines.LinePrinter(NAMES)
    for relation in RELATIONS[::4]:
        if isinstance(relation, sp.Eq) and isinstance(relation.rhs, sp.Add):
            widest_term = max(lines.width(printer._print(t)) for t in relation.rhs.args)
            for row in printer.lines(relation)[1:]:
                assert lines.width(row) <= max(lines.LINE, widest_term) + 6, relation


def test_a_power_of_a_symbol_with_an_index_stands_above_the_index() -> None:
    markup = lines.inline(sp.Symbol("d_k") ** 2, {"d_k": "d_{k+1}"})
    assert "<msubsup>" in markup
    assert letters(markup) == Counter("dk+12")


@pytest.mark.parametrize("relation", RELATIONS[::11], ids=str)
def test_the_latex_of_a_formula_can_be_read_by_another_program(relation: sp.Basic) -> None:
    text = latex(relation, NAMES)
    assert text.count("{") == text.count("}")
    assert convert(text).startswith("<math")


def test_latex_names_symbols_as_the_notation_does_and_never_raises_twice() -> None:
    ss = sp.Symbol("d_ss", positive=True)
    f = sp.Function("f")
    names = {"d_ss": r"d^{\mathrm{ss}}", "f": r"f^{*}"}
    assert latex(ss**2, names) == r"{d^{\mathrm{ss}}}^{2}"
    assert latex(f(x) ** 2, names).startswith(r"{f^{*}}^{2}")


def test_names_with_signs_of_markup_are_escaped() -> None:
    assert "<b>" not in lines.inline(sp.Symbol("<b>"), {})
