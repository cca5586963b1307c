r"""Names such as ``d_{k+1}``, ``\bar{h}`` or ``k^{*}`` as MathML: LaTeX as far as names of symbols use it.

Read are letters, digits, ``+ - * / , '``, brackets and bars, Greek letters, ``\sin`` and its like, ``_`` and
``^`` with groups, accents, ``\mathcal`` and ``\mathrm``.
Everything else is refused: a name that needs more should become a formula.

Letters in italics stand for quantities, side by side for a product or a pair of indices. A word, as in ``t_{peak}``, is
set upright.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from xml.dom.minidom import Document, Element

GREEK = dict(
    zip(
        re.findall(
            r"\w+",
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
            "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon "
            "vartheta varphi ell partial nabla infty",
        ),
        "αβγδϵζηθικλμνξπρστυϕχψωΓΔΘΛΞΠΣΥΦΨΩεϑφℓ∂∇∞",
        strict=True,
    )
)
_ACCENTS = {"bar": "¯", "hat": "^", "tilde": "~", "dot": "˙", "ddot": "¨", "vec": "→"}
_UPRIGHT = ("mathrm", "text", "operatorname")
_WORDS = ("sin", "cos", "tan", "ln", "log", "exp", "min", "max")
_SIGNS = {"|": "‖", "Vert": "‖", "circ": "∘", "times": "×", "varrho": "ϱ", "uparrow": "↑", "downarrow": "↓"}
# A command with the word that it sets, a command, a script of one letter, or a word that nothing sets yet.
_WORD = re.compile(
    r"\\(?:mathrm|mathit|mathbf|mathsf|text|operatorname)\{[^{}]*\}|\\[A-Za-z]+|[_^][A-Za-z]|[A-Za-z]{3,}"
)
_TOKEN = re.compile(r"\\([A-Za-z]+|\|)|(\s+)|(.)", re.DOTALL)


def _script_capital(letter: str) -> str:
    """The script form of a capital; some had one before the others and are named without "mathematical"."""
    for prefix in ("MATHEMATICAL SCRIPT CAPITAL", "SCRIPT CAPITAL"):
        try:
            return unicodedata.lookup(f"{prefix} {letter}")
        except KeyError:
            continue
    raise UnknownLatex(f"\\mathcal{{{letter}}}: only capitals of the Latin alphabet have a script form here")


class UnknownLatex(ValueError):
    """The name uses LaTeX that is not read here; the message says which."""


def upright_words(latex: str) -> str:
    r"""The name, or formula, with every word in it set upright: three letters or more that follow one another.

    Two are a pair of indices or a product; a word of two letters has to say so itself, by ``\mathrm``.

    >>> upright_words("t_{peak}"), upright_words(r"B_{jk} L^{\mathrm{val}} \sigma_{max,2}")
    ('t_{\\mathrm{peak}}', 'B_{jk} L^{\\mathrm{val}} \\sigma_{\\mathrm{max},2}')
    """
    return _WORD.sub(lambda found: rf"\mathrm{{{found[0]}}}" if found[0].isalpha() else found[0], latex)


def typeset(latex: str, dom: Document) -> Element:
    """The name as one element of ``dom``, its words upright (:func:`upright_words`).

    Raises:
        UnknownLatex: a command, a character or an unbalanced brace that is not read here.
    """
    return _Reader(latex, dom).whole()


class _Reader:
    """A recursive descent over the tokens of one name."""

    def __init__(self, latex: str, dom: Document):
        self.latex, self.dom, self.position = latex, dom, 0
        self.tokens = [m[0] for m in _TOKEN.finditer(upright_words(latex)) if not m[2]]

    def whole(self) -> Element:
        element: Element = self.row(until=None)
        if self.position < len(self.tokens):
            raise UnknownLatex(f"{self.latex!r}: there is no group that this closing brace could end")
        return element

    def row(self, until: str | None) -> Any:
        items = []
        while self.position < len(self.tokens) and self.tokens[self.position] != "}":
            operator = self.tokens[self.position] == r"\operatorname"
            items.append(self.scripted())
            if operator and self.position < len(self.tokens) and self.tokens[self.position][-1].isalnum():
                items.append(self.space())
        if until is not None:
            self.take(until)
        if len(items) == 1:
            return items[0]
        return self.node("mrow", *items)

    def scripted(self) -> Any:
        base, scripts = self.atom(), {}
        while self.position < len(self.tokens) and self.tokens[self.position] in "_^":
            mark = self.take()
            if mark in scripts:
                raise UnknownLatex(f"{self.latex!r}: two scripts with {mark!r} on one symbol")
            scripts[mark] = self.atom()
        if len(scripts) == 2:
            return self.node("msubsup", base, scripts["_"], scripts["^"])
        if scripts:
            mark, script = scripts.popitem()
            return self.node("msub" if mark == "_" else "msup", base, script)
        return base

    def atom(self) -> Any:
        token = self.take()
        if token == "{":
            return self.row(until="}")
        if token.startswith("\\"):
            return self.command(token[1:])
        if token.isdigit():
            return self.node("mn", token)
        if token.isalpha():
            return self.node("mi", token)
        if token in "+-*/,'()[]|<>=":
            return self.node("mo", {"-": "−", "*": "∗", "'": "′"}.get(token, token))
        raise UnknownLatex(f"{self.latex!r}: the character {token!r} is not read in names")

    def command(self, name: str) -> Any:
        if name in GREEK:
            return self.node("mi", GREEK[name])
        if name in _ACCENTS:
            return self.node("mover", self.atom(), self.node("mo", _ACCENTS[name]))
        if name in _WORDS:
            return self.node("mi", name)
        if name in _SIGNS:
            return self.node("mo", _SIGNS[name])
        if name == "mathcal":
            self.take("{")
            letter = _script_capital(self.take())
            self.take("}")
            return self.node("mi", letter)
        if name in _UPRIGHT:
            self.take("{")
            word = ""
            while self.position < len(self.tokens) and self.tokens[self.position] != "}":
                word += self.take()
            self.take("}")
            upright = self.node("mi", word)
            upright.setAttribute("mathvariant", "normal")
            return upright
        raise UnknownLatex(f"{self.latex!r}: the command \\{name} is not read in names")

    def take(self, expected: str | None = None) -> str:
        token = self.tokens[self.position] if self.position < len(self.tokens) else ""
        if not token or (expected is not None and token != expected):
            wanted = expected or "something"
            raise UnknownLatex(
                f"{self.latex!r}: {wanted!r} should stand after {''.join(self.tokens[: self.position])!r}"
            )
        self.position += 1
        return token

    def space(self) -> Any:
        """What LaTeX leaves between an operator and the letter after it."""
        element = self.dom.createElement("mspace")
        element.setAttribute("width", "0.167em")
        return element

    def node(self, tag: str, *children: Element | str) -> Any:
        element = self.dom.createElement(tag)
        for child in children:
            element.appendChild(self.dom.createTextNode(child) if isinstance(child, str) else child)
        return element
