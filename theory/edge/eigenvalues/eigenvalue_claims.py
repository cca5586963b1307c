"""W3 as the source and a hasty reader have it: the second derivative, and what happens at a tie.

Two by two, near an instant at which the matrix is diagonal with entries λ_1 > λ_2, it is its value,
its rate and its second derivative there: entries a, b, c and A, B, C (b and B beside the diagonal).
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...statement import Kind, Statement
from ...units import ONE, THETA, TIME
from ..notation import NOTATION, t
from ..relations import equal
from ..sources import project, thesis
from ..window.hoffman_wielandt import lam_1, lam_2

_s = NOTATION.symbol
_AREA = THETA**2

rate_11 = _s("rate_11", _AREA / TIME, "rate of the first diagonal entry", "a")
rate_12 = _s("rate_12", _AREA / TIME, "rate of the entry beside the diagonal", "b")
rate_22 = _s("rate_22", _AREA / TIME, "rate of the second diagonal entry", "c")
bend_11 = _s("bend_11", _AREA / TIME**2, "second derivative of the first diagonal entry", "A")
bend_12 = _s("bend_12", _AREA / TIME**2, "second derivative of the entry beside the diagonal", "B")
bend_22 = _s("bend_22", _AREA / TIME**2, "second derivative of the second diagonal entry", "C")
side_1 = _s("side_1", ONE, "first entry of an eigenvector of length one", "v_1")
side_2 = _s("side_2", ONE, "second entry of an eigenvector of length one", "v_2")


_first = lam_1 + rate_11 * t + bend_11 * t**2 / 2
_beside = rate_12 * t + bend_12 * t**2 / 2
_second = lam_2 + rate_22 * t + bend_22 * t**2 / 2
LARGER = (_first + _second) / 2 + sp.sqrt((_first - _second) ** 2 / 4 + _beside**2)
"""The larger eigenvalue of the two-by-two matrix at time t."""

SECOND = Statement(
    id="W3.second",
    kind=Kind.THEOREM,
    title="Second derivative of an eigenvalue, as the source has it",
    says="The second derivative of an eigenvalue is twice the repulsion from the others.",
    content=(
        equal(
            sp.Subs(sp.Derivative(LARGER, (t, 2)), t, 0),
            2 * rate_12**2 / (lam_1 - lam_2),
        ),
    ),
    source=thesis("eigenvalue flow, second derivative; read as an equality"),
    hypotheses=(sp.Gt(lam_1, lam_2, evaluate=False),),
    refuted_if="A matrix whose entries bend has an eigenvalue with another second derivative.",
    counterexample=Counterexample(
        "Entries 1 + t² and 0 on the diagonal, nothing beside it: the larger eigenvalue is 1 + t², its "
        "second derivative is 2, and nothing repels it.",
        {
            lam_1: sp.Integer(1),
            lam_2: sp.Integer(0),
            rate_11: sp.Integer(0),
            rate_12: sp.Integer(0),
            rate_22: sp.Integer(0),
            bend_11: sp.Integer(2),
            bend_12: sp.Integer(0),
            bend_22: sp.Integer(0),
            t: sp.Integer(0),
        },
    ),
)
TIE = Statement(
    id="W3.at-tie",
    kind=Kind.THEOREM,
    title="First variation without distinct eigenvalues",
    says="Where two eigenvalues are equal, the larger one grows at the rate of the matrix on any "
    "eigenvector.",
    content=(equal(sp.Max(rate_11, rate_22), rate_11 * side_1**2 + rate_22 * side_2**2),),
    source=project("reading of W3 without the hypothesis of distinct eigenvalues"),
    hypotheses=(equal(side_1**2 + side_2**2, sp.Integer(1)),),
    refuted_if="Two eigenvectors of one eigenvalue give two rates.",
    counterexample=Counterexample(
        "diag(t, −t) at t = 0: the larger eigenvalue is |t| and grows at the rate 1, but (0, 1) is an "
        "eigenvector and gives −1.",
        {rate_11: sp.Integer(1), rate_22: sp.Integer(-1), side_1: sp.Integer(0), side_2: sp.Integer(1)},
    ),
)

STATEMENTS = (SECOND, TIE)
