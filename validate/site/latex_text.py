"""Words as LaTeX sets them with any of its engines: every sign that is not ASCII becomes a command."""

from __future__ import annotations

import re
import unicodedata

from ..report.latex_name import GREEK

_MATH = {
    "−": "-", "√": r"\surd", "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "≪": r"\ll", "≫": r"\gg", "≈": r"\approx",
    "≳": r"\gtrsim", "≲": r"\lesssim", "±": r"\pm", "·": r"\cdot", "×": r"\times", "→": r"\to", "∞": r"\infty",
    "∝": r"\propto", "‖": r"\|", "°": r"^{\circ}", "𝒜": r"\mathcal{A}", "∈": r"\in", "∼": r"\sim", "⊤": r"\top",
    "ᵀ": r"^{\top}", "½": r"\tfrac{1}{2}", "⟨": r"\langle", "⟩": r"\rangle", "∑": r"\sum", "∫": r"\int", "⇒": r"\Rightarrow",
    "↑": r"\uparrow", "↓": r"\downarrow", "∩": r"\cap", "∪": r"\cup", "⊥": r"\perp", "…": r"\ldots",
}  # fmt: skip
_MATH |= {sign: f"\\{name}" for name, sign in GREEK.items()}
_TEXT = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    "—": "---",
}
_TEXT |= {
    "’": "'",
    "‘": "`",
    "“": "``",
    "”": "''",
    "\u00a0": "~",
    "ß": r"\ss{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "ł": r"\l{}",
}
_TEXT |= {mark: f"\\{mark}" for mark in "&%$#_{}"}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0307": ".",
    "\u0308": '"',
}
_ACCENTS |= {"\u030b": "H", "\u030a": "r ", "\u030c": "v ", "\u0327": "c "}
_PLACES = {"<super>": "^", "<sub>": "_"}

_SIGN = re.compile(r"([^\W\d_])([\u0300-\u036f])|[\\~^&%$#_{}]|[^\x00-\x7f]")
_DOTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot", "\u0308": "ddot"}


def escaped(text: str) -> str:
    r"""Words as LaTeX sets them.

    >>> escaped("50 % of d_j, Itô, η² ≤ 1")
    '50 \\% of d\\_j, It\\^{o}, \\(\\eta\\)\\(^{2}\\) \\(\\leq\\) 1'

    Raises:
        ValueError: a sign has no command here.
    """
    return _SIGN.sub(_found, unicodedata.normalize("NFC", text))


def _found(found: re.Match[str]) -> str:
    return _accented(found[1], found[2]) if found[2] else _sign(found[0])


def _accented(letter: str, mark: str) -> str:
    if not letter.isascii():
        if mark not in _DOTS:
            raise _unknown(letter + mark)
        return rf"\(\{_DOTS[mark]}{{{_MATH[letter]}}}\)"
    if mark not in _ACCENTS:
        raise _unknown(letter + mark)
    return rf"\{_ACCENTS[mark].strip()}{{{letter}}}"


def _sign(sign: str) -> str:
    if sign in _TEXT:
        return _TEXT[sign]
    if sign in _MATH:
        return rf"\({_MATH[sign]}\)"
    # Raised and lowered digits and signs say so themselves.
    place, _, code = unicodedata.decomposition(sign).partition(" ")
    if code and not place.startswith("<"):
        return _accented(chr(int(place, 16)), chr(int(code, 16)))
    if place in _PLACES and " " not in code:
        plain = chr(int(code, 16)).replace("−", "-")
        return rf"\({_PLACES[place]}{{{plain}}}\)"
    raise _unknown(sign)


def _unknown(sign: str) -> ValueError:
    names = ", ".join(f"U+{ord(one):04X}" for one in sign)
    return ValueError(f"no LaTeX command is known here for {sign!r} ({names}); add it to {__name__}")
