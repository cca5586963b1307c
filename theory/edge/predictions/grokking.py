"""What the source predicts of grokking: how far the gap falls before it, and when it comes."""

from __future__ import annotations

import sympy as sp

from ...statement import Kind, Statement
from ...units import ONE, TIME
from ..notation import NOTATION, g_23, t_grok, t_peak
from ..sources import thesis

_s = NOTATION.symbol

phi_least = _s("phi_least", ONE, "the smallest fall of g_23 that is reported", r"\varphi_{-}", positive=True)
phi_most = _s("phi_most", ONE, "the largest fall of g_23 that is reported", r"\varphi_{+}", positive=True)
t_budget = _s("t_budget", TIME, "how long a run may take to grok", r"t_{\mathrm{budget}}", positive=True)

_REPORTED = {
    "P11": ("modular arithmetic (W = 10)", "8 to 111"),
    "P11.dyck": ("Dyck-1 (W = 3)", "48.1, 47.2 and 4.5"),
    "P11.transformer": ("modular addition by a transformer (W = 10)", "8 to 111"),
}


def _fall(identifier: str) -> Statement:
    family, reported = _REPORTED[identifier]
    return Statement(
        id=identifier,
        kind=Kind.PREDICTION,
        title=f"How far g_23 falls before grokking: {family}",
        says="From its largest value up to grokking, g_23 falls by a factor within the range that is reported for "
        "this family.",
        content=(
            sp.Ge(g_23(t_peak) / g_23(t_grok), phi_least, evaluate=False),
            sp.Le(g_23(t_peak) / g_23(t_grok), phi_most, evaluate=False),
        ),
        source=thesis(
            f"prediction 11; reported {reported}. The source's own runs without decay, which do not grok, fall by "
            "22 to 5152"
        ),
        refuted_if="In most seeds that grok the fall lies outside that range.",
        uses=("D.grokking-gap",),
        drawn_from=("F3", "AX1"),
    )


def _onset(identifier: str, family: str, reported: str) -> Statement:
    return Statement(
        id=identifier,
        kind=Kind.PREDICTION,
        title=f"Networks grok in time with decay 1: {family}",
        says="With weight decay 1 a network groks within a fixed number of steps.",
        content=(sp.Le(t_grok, t_budget, evaluate=False),),
        source=thesis(
            f"prediction 12; {reported}. Steps belong to exact settings, and no claim of the source's derives them"
        ),
        refuted_if="In most seeds the network with decay does not grok in time.",
    )


P11, P11_DYCK, P11_TRANSFORMER = (_fall(identifier) for identifier in _REPORTED)
P12 = _onset("P12", "modular addition", "grokking steps are reported for Dyck-1 and SCAN only")
P12_DYCK = _onset("P12.dyck", "Dyck-1", "reported 600, 1400 and 1000 for the seeds 42, 137 and 2024")

STATEMENTS = (P11, P11_DYCK, P11_TRANSFORMER, P12, P12_DYCK)
