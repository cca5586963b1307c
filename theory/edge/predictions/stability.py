"""What the source predicts of single modes: how much of each survives, and by which angle each turns."""

from __future__ import annotations

import sympy as sp

from ...statement import Kind, Statement
from ...units import ONE
from ..notation import NOTATION, W, a, j, k_star, p
from ..relations import equal
from ..sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function

first_half = _f("v_first", ONE, "right singular vector number j of the first half of the window", "v'")
second_half = _f("v_second", ONE, "right singular vector number j of the second half of the window", "v''")
kept = _f("alpha_half", ONE, "how much of mode j is left in the second half of the window", r"\alpha")
modes = _s("modes", ONE, "number of modes that half a window has", "n", integer=True, positive=True)
kept_dom = _s("alpha_dom", ONE, "mean stability of the modes above the gap", r"\alpha_{\mathrm{dom}}")
kept_gap = _s("alpha_gap", ONE, "stability of the mode just below the gap", r"\alpha_{\mathrm{gap}}")
kept_sub = _s("alpha_sub", ONE, "mean stability of the modes further below", r"\alpha_{\mathrm{sub}}")
earlier = _f("v_earlier", ONE, "right singular vector number j of a window", "v'")
later = _f("v_later", ONE, "right singular vector number j of the window that follows", "v''")
turned = _f(
    "turned", ONE, "angle by which direction j turns from one window to the one that follows it", r"\vartheta"
)


def _gt(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Gt(lhs, rhs, evaluate=False)


HALVES = Statement(
    id="D.half-stability",
    kind=Kind.DEFINITION,
    title="Stability of a mode between the halves of a window",
    says="The inner product, without its sign, of direction j of the first half of the window with direction j of "
    "the second half.",
    content=(equal(kept(j), sp.Abs(sp.Sum(first_half(j, a) * second_half(j, a), (a, 1, p)))),),
    source=thesis("α as the source's script measures it"),
)
CLASSES = Statement(
    id="D.stability-classes",
    kind=Kind.DEFINITION,
    title="Dominant, gap and subdominant modes",
    says="Modes up to k* are dominant, the mode just below the gap is the gap mode, and those further below are "
    "subdominant; a class of several modes is read by its mean.",
    content=(
        equal(kept_dom, sp.Sum(kept(j), (j, 1, k_star)) / k_star),
        equal(kept_gap, kept(k_star + 1)),
        equal(kept_sub, sp.Sum(kept(j), (j, k_star + 2, modes)) / (modes - k_star - 1)),
    ),
    source=project("reading of the names, which the source's scripts do not fix; it exists for k* = 1 too"),
    hypotheses=(equal(modes, sp.floor(W / 2)),),
    uses=("D.half-stability", "D.gap-position"),
)


def _stability(identifier: str, network: str, reported: str) -> Statement:
    return Statement(
        id=identifier,
        kind=Kind.PREDICTION,
        title=f"Dominant modes are stabler than the gap mode, and that one stabler than the rest: {network}",
        says="Between the halves of a window the modes above the gap keep most of their direction, the mode below the "
        "gap keeps less, and the others hardly any.",
        content=(_gt(kept_dom, kept_gap), _gt(kept_gap, kept_sub)),
        source=thesis(f"prediction 6; {reported}"),
        refuted_if="In most seeds the medians over the windows up to grokking are not in this order.",
        uses=("D.half-stability", "D.stability-classes"),
        drawn_from=("AX3", "W5.alpha"),
    )


P06 = _stability("P06", "modular addition", "reported 0.818, 0.234, about 0 on GPT-2, and 0.77, 0.16 on Dyck")
P06_DYCK = _stability("P06.dyck", "Dyck-1", "reported 0.77, 0.16 at grokking")
TURNING = Statement(
    id="D.turning-angle",
    kind=Kind.DEFINITION,
    title="Rotation of a direction per window",
    says="The angle, at most a right one, between direction j of a window and direction j of the next window that "
    "shares no update with it.",
    content=(equal(sp.cos(turned(j)), sp.Abs(sp.Sum(earlier(j, a) * later(j, a), (a, 1, p)))),),
    source=thesis("rotation per window; between which windows is our reading: those that share no update"),
)


def _rotation(identifier: str, network: str, reported: str) -> Statement:
    return Statement(
        id=identifier,
        kind=Kind.PREDICTION,
        title=f"The first direction turns least, the third most: {network}",
        says="From one window to the next, the second direction turns by more than the first, and the third by more "
        "than the second.",
        content=(_gt(turned(2), turned(1)), _gt(turned(3), turned(2))),
        source=thesis(f"prediction 7; {reported}"),
        refuted_if="In most seeds the medians over the windows up to grokking are not in this order.",
        uses=("D.turning-angle",),
        drawn_from=("W5",),
    )


P07 = _rotation("P07", "modular addition", "reported 8°, 21°, 43° on SCAN and 18°, 42°, 52° on Dyck")
P07_DYCK = _rotation("P07.dyck", "Dyck-1", "reported 18°, 42°, 52°")

STATEMENTS = (HALVES, CLASSES, P06, P06_DYCK, TURNING, P07, P07_DYCK)
