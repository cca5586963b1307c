from __future__ import annotations

import re
from xml.dom.minidom import Document

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.edge import THEORY
from spectral_edge.theory.packs import PACKS, load
from spectral_edge.validate.report.latex_name import UnknownLatex, typeset, upright_words

SET = r"\\(?:mathrm|operatorname)\{[^}]*\}|\\[A-Za-z]+"


def read(latex: str) -> str:
    return str(typeset(latex, Document()).toxml())


@pytest.mark.parametrize(
    ("latex", "mathml"),
    [
        ("x", "<mi>x</mi>"),
        ("d_{k+1}", "<msub><mi>d</mi><mrow><mi>k</mi><mo>+</mo><mn>1</mn></mrow></msub>"),
        (r"\bar{h}", "<mover><mi>h</mi><mo>¯</mo></mover>"),
        (r"\mu_{-}", "<msub><mi>μ</mi><mo>−</mo></msub>"),
        ("k^{*}", "<msup><mi>k</mi><mo>∗</mo></msup>"),
        (
            r"d_j^{\mathrm{ss}}",
            '<msubsup><mi>d</mi><mi>j</mi><mi mathvariant="normal">ss</mi></msubsup>',
        ),
        (r"d^2_j", "<msubsup><mi>d</mi><mi>j</mi><mn>2</mn></msubsup>"),
        (r"\Delta_S", "<msub><mi>Δ</mi><mi>S</mi></msub>"),
        ("t_{peak}", '<msub><mi>t</mi><mi mathvariant="normal">peak</mi></msub>'),
        ("rest_{F}", '<msub><mi mathvariant="normal">rest</mi><mi>F</mi></msub>'),
        ("B_{jk}", "<msub><mi>B</mi><mrow><mi>j</mi><mi>k</mi></mrow></msub>"),
        (
            r"\operatorname{tr} S",
            '<mrow><mi mathvariant="normal">tr</mi><mspace width="0.167em"/><mi>S</mi></mrow>',
        ),
    ],
)
def test_a_name_becomes_the_mathml_that_latex_would_show(latex: str, mathml: str) -> None:
    assert read(latex) == mathml


def test_an_operator_stands_off_from_a_letter_and_not_from_a_bracket() -> None:
    assert "mspace" in read(r"\operatorname{tr} S")
    assert "mspace" not in read(r"\operatorname{tr}(S)") + read(r"\Delta\operatorname{tr}")


@given(st.text("abcx_^{}\\ 12+-", max_size=14))
def test_setting_words_upright_twice_is_setting_them_once(latex: str) -> None:
    once = upright_words(latex)
    assert upright_words(once) == once


ITALIC_WORD = re.compile(r"<mrow>(?:<mi>[A-Za-z]</mi>){3,}")


@pytest.mark.parametrize("name", sorted(PACKS))
def test_no_word_of_a_theory_is_set_letter_by_letter(name: str) -> None:
    assert ITALIC_WORD.search("<msub><mi>t</mi><mrow><mi>t</mi><mi>o</mi><mi>p</mi></mrow></msub>")
    for quantity in load(name).notation:
        assert not ITALIC_WORD.search(read(quantity.latex)), quantity.name
        assert not re.search(r"[A-Za-z]{3,}", re.sub(SET, "", upright_words(quantity.latex))), quantity.name


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\frac{1}{2}", r"the command \\frac is not read"),
        ("x_", "something' should stand after 'x_'"),
        ("x_{j", "'}' should stand after 'x_{j'"),
        ("x}", "no group that this closing brace could end"),
        ("x_1_2", "two scripts with '_' on one symbol"),
        ("x&y", "the character '&' is not read"),
        (r"\mathrm x", "'{' should stand after"),
    ],
)
def test_what_goes_beyond_a_name_is_refused_with_the_reason(latex: str, message: str) -> None:
    with pytest.raises(UnknownLatex, match=message):
        read(latex)


@given(st.text("abx_^{}\\ 12+-*'&", max_size=12))
def test_any_text_is_either_typeset_or_refused(latex: str) -> None:
    try:
        read(latex)
    except UnknownLatex as error:
        assert repr(latex) in str(error)


def test_every_name_of_the_theory_can_be_typeset() -> None:
    for quantity in THEORY.notation:
        assert read(quantity.latex)
