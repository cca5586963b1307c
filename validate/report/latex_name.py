r"""Names such as ``d_{k+1}``, ``\bar{h}`` or ``k^{*}`` as MathML: LaTeX as far as names of symbols use it.

Read are letters, digits, ``+ - * , '``, brackets and bars, Greek letters, ``\sin`` and its like, ``_`` and
``^`` with groups, accents, ``\mathcal`` and ``\mathrm``.
Everything else is refused: a name that needs more should become a formula.
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
            "vartheta varphi ell partial nabla",
        ),
        "αβγδϵζηθικλμνξπρστυϕχψωΓΔΘΛΞΠΣΥΦΨΩεϑφℓ∂∇",
        strict=True,
    )
)
_ACCENTS = {"bar": "¯", "hat": "^", "tilde": "~", "dot": "˙", "ddot": "¨", "vec": "→"}
_UPRIGHT = ("mathrm", "text", "operatorname")
_WORDS = ("sin", "cos", "tan", "ln", "log", "exp", "min", "max")
_SIGNS = {"|": "‖", "Vert": "‖", "circ": "∘", "times": "×", "varrho": "ϱ", "uparrow": "↑", "downarrow": "↓"}
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


def typeset(latex: str, dom: Document) -> Element:
    """The name as one element of ``dom``.

    Raises:
        UnknownLatex: a command, a character or an unbalanced brace that is not read here.
    """
    return _Reader(latex, dom).whole()


class _Reader:
    """A recursive descent over the tokens of one name."""

    def __init__(self, latex: str, dom: Document):
        self.latex, self.dom, self.position = latex, dom, 0
        self.tokens = [m[0] for m in _TOKEN.finditer(latex) if not m[2]]

    def whole(self) -> Element:
        element: Element = self.row(until=None)
        if self.position < len(self.tokens):
            raise UnknownLatex(f"{self.latex!r}: there is no group that this closing brace could end")
        return element

    def row(self, until: str | None) -> Any:
        items = []
        while self.position < len(self.tokens) and self.tokens[self.position] != "}":
            items.append(self.scripted())
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
        if token in "+-*,'()[]|<>=":
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

    def node(self, tag: str, *children: Element | str) -> Any:
        element = self.dom.createElement(tag)
        for child in children:
            element.appendChild(self.dom.createTextNode(child) if isinstance(child, str) else child)
        return element
