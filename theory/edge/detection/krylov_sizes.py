"""W7, what does hold: modes bound the rank of a window, and slow modes bound the size of its singular values."""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Identity, Start, Substitute
from ...statement import Kind, Source, Statement
from ...units import ONE, THETA
from ..notation import NOTATION
from ..relations import equal
from ..sources import project
from .krylov import gram, w_fall, z_fall

_s = NOTATION.symbol

memory = [
    _s(
        f"m_fall_{i}",
        ONE,
        f"number of updates over which slow mode {i} forgets: 1/(ητh_{i})",
        f"m_{i}",
        positive=True,
    )
    for i in (1, 2)
]
left_over = _s(
    "left_over", THETA**2, "squared distance of the window from one whose slow modes stand still", "F^2"
)
tail_slack = _s("tail_slack", THETA**2, "by how much an inequality is slack", "s", nonnegative=True)
lam_next = _s(
    "lam_next",
    THETA**2,
    "the squared singular value after as many as there are fast modes, and one",
    r"\lambda_{f+2}",
)


_two = gram(z_fall[:2], w_fall[:2], 3)
_cubic = (
    _two[0, 0] * _two[1, 1] * _two[2, 2]
    + 2 * _two[0, 1] * _two[1, 2] * _two[0, 2]
    - _two[0, 0] * _two[1, 2] ** 2
    - _two[1, 1] * _two[0, 2] ** 2
    - _two[2, 2] * _two[0, 1] ** 2
)
RANK = Statement(
    id="W7.rank",
    kind=Kind.THEOREM,
    title="What does bound the position: the number of modes with a gradient",
    says="Two modes give three rows of rank two at most: the third singular value is zero, the second ratio "
    "is infinite, and k* = 2 for any two different curvatures, however small.",
    content=(equal(_cubic, 0),),
    source=project("rank of a window of gradient descent on a quadratic loss"),
    refuted_if="A window of more rows than modes has full rank.",
    uses=("D.falling-window",),
    derivations=(
        Derivation(
            (Identity(to=equal(_cubic, 0), says="The determinant of the Gram matrix."),), scope="two modes"
        ),
    ),
)

_slow = list(zip(w_fall[:2], memory, strict=True))
_residual = sp.Add(*(w * (1 / m**2 + (2 * m - 1) ** 2 / m**4) for w, m in _slow))
ECKART_YOUNG = Statement(
    id="T.eckart-young",
    kind=Kind.ASSUMPTION,
    title="Textbook theorem: best approximation of low rank",
    says="Let f fast modes keep their rows and two slow modes stand still at their first row: that window "
    "has rank f + 1. So the squared singular value number f + 2 is at most its squared distance from the "
    "window.",
    content=(equal(lam_next, left_over - tail_slack),),
    source=Source(
        "C. Eckart, G. Young, Psychometrika 1 (1936) 211",
        "approximation of one matrix by another of lower rank",
    ),
)
STILL = Statement(
    id="D.standing-still",
    kind=Kind.DEFINITION,
    title="How far slow modes are from standing still",
    says="In three rows a slow mode leaves its first row by 1 − z = 1/m and 1 − z² = (2m − 1)/m²: m is its "
    "memory.",
    content=(equal(left_over, _residual),),
    source=project("definition"),
)
_first, _second = memory
_ceiling = sp.Add(*(5 * w / m**2 for w, m in _slow))
AMENDED = Statement(
    id="W7-amended",
    kind=Kind.THEOREM,
    title="What slow modes do bound: a size, and not a position",
    says="Take any two modes as the slow ones, with curvatures of at most 1/(ητ), and f others as the fast "
    "ones. Singular value number f + 2 squared is at most 5 Σ w (ητh)² over the slow ones: small where they "
    "are slow.",
    content=(sp.Le(lam_next, _ceiling),),
    hypotheses=(sp.Ge(_first, 1), sp.Ge(_second, 1)),
    source=project("repair of W7"),
    refuted_if="A window of descent on a quadratic loss with a larger singular value at that place.",
    uses=("T.eckart-young", "D.standing-still"),
    amends="W7",
    repair="With the duration of an update in it, and as a bound on the size of singular value number f + 2 "
    "instead of the position of a ratio: small ratios of small singular values are not excluded "
    "(W7.one-more, W7.no-constant).",
    derivations=(
        Derivation(
            (
                Start(
                    using="T.eckart-young",
                    to=equal(lam_next, left_over - tail_slack),
                    says="Eckart and Young.",
                ),
                Substitute(
                    using="D.standing-still", to=equal(lam_next, _residual - tail_slack), says="The distance."
                ),
                Bound(
                    certificate=tail_slack + sp.Add(*(w * (4 * m - 1) / m**4 for w, m in _slow)),
                    to=sp.Le(lam_next, _ceiling),
                    says="1 − z² is at most twice 1 − z.",
                ),
            ),
            scope="three rows, two slow modes",
        ),
    ),
)

STATEMENTS = (RANK, ECKART_YOUNG, STILL, AMENDED)
