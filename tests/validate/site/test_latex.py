"""The LaTeX of every statement, as far as that can be judged without an engine: grammar, environments, known commands."""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.packs import PACKS, load
from spectral_edge.validate.site.latex import latex
from spectral_edge.validate.site.latex_lines import COLUMN, lines
from spectral_edge.validate.site.latex_text import escaped
from spectral_edge.validate.site.lines import LinePrinter, width

from .exports import exports

KNOWN = frozenset(
    re.findall(
        r"\w+",
        # LaTeX itself
        "begin end label left right frac sqrt sum lim min max sin cos tan sinh cosh tanh ln log exp to infty partial "
        "quad times circ cdot pm "
        "leq geq neq ll gg approx propto in sim top langle rangle lfloor rfloor uparrow downarrow surd ldots cap cup perp int "
        "Rightarrow bar hat tilde dot ddot vec mathrm mathcal textup textbackslash textasciitilde textasciicircum "
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho varrho sigma tau "
        "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell nabla ss o O l c v r H "
        # amsmath, amssymb
        "allowdisplaybreaks text operatorname tfrac substack Vert gtrsim lesssim newtheorem",
    )
)
ENVIRONMENTS = {
    "definition", "assumption", "theorem", "prediction", "proof",  # amsthm, and what the first lines of each export define
    "gather*", "aligned", "matrix", "smallmatrix", "pmatrix", "cases",  # amsmath
}  # fmt: skip
TOKEN = re.compile(
    r"\\begin\{[^}]*\}|\\end\{[^}]*\}|\\(?:left|right)\b|\\[A-Za-z]+\*?|\\.|[{}]|\$", re.DOTALL
)
ENDS = {"{": "}", r"\[": r"\]", r"\(": r"\)", r"\left": r"\right"}


class Ungrammatical(AssertionError):
    """What is wrong, and where."""


def read(tex: str) -> list[str]:
    """Read LaTeX as a well-nested text of known commands; returns the formulas that stand by themselves."""
    body = "\n".join(line for line in tex.splitlines() if not line.startswith("%"))
    if not body.isascii():
        raise Ungrammatical(f"pdflatex cannot set {sorted(set(body) - set(string.printable))}")
    waiting: list[tuple[str, int]] = []
    formulas = []
    for found in TOKEN.finditer(body):
        token = found[0]
        here = f"{token} after ...{body[max(0, found.start() - 60) : found.start()]}"
        if token.startswith((r"\begin", r"\end")):
            name = token[token.index("{") + 1 : -1]
            if name not in ENVIRONMENTS and name != "array":
                raise Ungrammatical(f"unknown environment {here}")
            if token.startswith(r"\begin"):
                waiting.append((rf"\end{{{name}}}", found.end()))
                continue
        elif token in ENDS:
            if token in (r"\[", r"\(") and any(end in (r"\]", r"\)") for end, _ in waiting):
                raise Ungrammatical(f"a formula within a formula: {here}")
            waiting.append((ENDS[token], found.end()))
            continue
        elif token == "$":
            raise Ungrammatical(f"a dollar: {here}")
        elif token[1:].isalpha() and token != r"\right":
            if token[1:] not in KNOWN:
                raise Ungrammatical(f"unknown command {here}")
            continue
        elif token not in ("}", r"\]", r"\)", r"\right"):
            continue
        if not waiting or waiting[-1][0] != token:
            raise Ungrammatical(f"{waiting[-1][0] if waiting else 'nothing'} was to end: {here}")
        _, start = waiting.pop()
        if token == r"\]":
            formulas.append(body[start : found.start()])
    if waiting:
        raise Ungrammatical(f"never ended: {waiting}")
    return formulas


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_statement_is_grammatical_latex_of_known_commands(name: str) -> None:
    theory = load(name)
    for statement in theory:
        formulas = read(exports(name)[statement.id])
        steps = sum(len(d.steps) for d in statement.derivations)
        assert len(formulas) >= steps, statement.id


@pytest.mark.parametrize(
    "tex",
    [
        r"\[ \frac{1}{2 \]",
        r"\begin{proof} \[ x \]",
        r"\begin{proof}\end{theorem}",
        r"\[ \left( x \]",
        r"\[ \mystery{x} \]",
        r"\[ x \[ y \] \]",
        "η",
        "costs $5",
        "}",
    ],
)
def test_the_reader_refuses_what_latex_would(tex: str) -> None:
    with pytest.raises(Ungrammatical):
        read(tex)


def test_the_reader_takes_what_latex_takes() -> None:
    assert read(r"50 \% of \(\eta\): \[ \left[0, \frac{1}{2}\right) \in \mathcal{A} \]")


@given(st.text(st.characters(max_codepoint=126, min_codepoint=32)))
def test_words_keep_their_letters_and_no_sign_means_anything_to_latex(text: str) -> None:
    told = escaped(text)
    read(told)
    plain = told.replace(r"\textbackslash{}", "\\").replace(r"\textasciitilde{}", "~")
    plain = plain.replace(r"\textasciicircum{}", "^")
    assert re.sub(r"\\([&%$#_{}])", r"\1", plain) == text


@pytest.mark.parametrize(
    "text, told",
    [
        ("Itô", r"It\^{o}"),
        ("η̇", r"\(\dot{\eta}\)"),
        ("ẋ", r"\.{x}"),
        ("10⁻⁵", r"10\(^{-}\)\(^{5}\)"),
        ("g₂₃ − 1", r"g\(_{2}\)\(_{3}\) \(-\) 1"),
        ("𝒜 ≪ ½", r"\(\mathcal{A}\) \(\ll\) \(\tfrac{1}{2}\)"),
        ("Erdős–Rényi’s", r"Erd\H{o}s--R\'{e}nyi's"),
    ],
)
def test_signs_beyond_ascii_become_commands(text: str, told: str) -> None:
    assert escaped(text) == told


x, y, z, w = sp.symbols("x y z w", positive=True)
sides = st.lists(
    st.tuples(st.integers(-9, 9).filter(bool), st.sampled_from([x, y, z, w, x * y, x / (y + z), sp.sqrt(w)]), st.integers(1, 5)),
    min_size=1,
    max_size=25,
)  # fmt: skip


def signs(text: str) -> Counter[str]:
    """The tokens of a formula without what only moves them."""
    moves = r"\\quad|\\begin\{aligned\}|\\end\{aligned\}|\\\\"
    return Counter(re.findall(r"\\[A-Za-z]+|[^\s{}&]", re.sub(moves, "", text)))


@given(sides, sides)
def test_a_formula_says_the_same_in_latex_on_several_lines_as_on_one(
    left: list[tuple[int, sp.Expr, int]], right: list[tuple[int, sp.Expr, int]]
) -> None:
    relation = sp.Eq(*(sp.Add(*(c * b**n for c, b, n in side)) for side in (left, right)), evaluate=False)
    if isinstance(relation, sp.Eq):
        broken = lines(relation, {})
        assert signs(" ".join(broken)) == signs(latex(relation, {}))
        # One side may be broken in a block of its own.
        several = len(broken) > 1 or r"\begin{aligned}" in broken[0]
        assert several == (width(LinePrinter({})._print(relation)) > COLUMN)


def test_what_is_taken_away_whole_keeps_its_brackets_on_every_line() -> None:
    many = sp.Add(*sp.symbols("a_0:40", positive=True))
    relation = sp.Eq(x, sp.Add(many, sp.Mul(-1, y + z, evaluate=False), evaluate=False), evaluate=False)
    assert r"- \left(y + z\right)" in " ".join(lines(relation, {}))


t = sp.Symbol("t")
f = sp.Function("f")


@pytest.mark.parametrize(
    "formula, told",
    [
        (sp.Symbol("t_peak"), r"t_{\mathrm{peak}}"),
        (sp.Derivative(f(t), t), r"\frac{\mathrm{d}}{\mathrm{d} t} f(t)"),
        (sp.Derivative(f(t), (t, 2)), r"\frac{\mathrm{d}^{2}}{\mathrm{d} t^{2}} f(t)"),
        (sp.Derivative(f(x, t), t), r"\frac{\partial}{\partial t} f(x, t)"),
        (f(1 / x), r"f{\left(\frac{1}{x}\right)}"),
        (f(t) ** 2, r"f^{2}(t)"),
        (sp.exp(-t), r"\mathrm{e}^{- t}"),
    ],
)
def test_formulas_are_written_as_in_a_paper(formula: sp.Expr, told: str) -> None:
    assert latex(formula, {}) == told


def test_a_sign_without_a_command_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no LaTeX command is known here for '☂' \(U\+2602\)"):
        escaped("☂")
