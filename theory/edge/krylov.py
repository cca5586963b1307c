"""W7: does the curvature bound the position of the gap? Windows of gradient descent on a quadratic loss.

Row t of the window has the entry −ητ(1 − ητh_i)^t G_i on mode i. Its singular values depend on the modes only through the
factors z_i = 1 − ητh_i and the powers w_i = (ητG_i)². Three rows and three modes suffice to settle the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import sympy as sp

from ..counterexample import Counterexample
from ..derivation import Bound, Derivation, Identity, Start, Substitute, TakeLimit
from ..statement import Kind, Source, Statement
from ..units import ONE, THETA
from .notation import CURVATURE, GRADIENT, NOTATION, W, eta, k_star, tau
from .sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function

n_fall = _s("n_fall", ONE, "number of modes along which the loss falls", "n", integer=True, positive=True)
i_fall = _s("i_fall", ONE, "one of these modes", "i", running=True, integer=True, positive=True)
h_i = _f("h_i", CURVATURE, "curvature of mode i", "h")
h_fall = [_s(f"h_fall_{i}", CURVATURE, f"curvature of mode {i}", f"h_{i}", positive=True) for i in (1, 2, 3)]
G_fall = [_s(f"G_fall_{i}", GRADIENT, f"gradient along mode {i} at the start of the window", f"G_{i}") for i in (1, 2, 3)]
z_fall = [_s(f"z_fall_{i}", ONE, f"factor of mode {i} in one step", f"z_{i}") for i in (1, 2, 3)]
w_fall = [
    _s(f"w_fall_{i}", THETA**2, f"squared first row on mode {i}", f"w_{i}", positive=True)
    for i in (1, 2, 3)
]
w_last = _s("w_last", THETA**2, "any squared first row on the third mode", "w_3", running=True, positive=True)
lam = [_s(f"lam_{i}", THETA**2, f"eigenvalue {i} of the Gram matrix of three rows", rf"\lambda_{i}") for i in (1, 2, 3)]
e_1 = _s("e_1", THETA**2, "trace of the Gram matrix of three rows")
e_2 = _s("e_2", THETA**4, "sum of the products of two of its eigenvalues")
e_3 = _s("e_3", THETA**6, "its determinant")
memory = [
    _s(f"m_fall_{i}", ONE, f"number of updates over which slow mode {i} forgets: 1/(ητh_{i})", f"m_{i}", positive=True)
    for i in (1, 2)
]
left_over = _s("left_over", THETA**2, "squared distance of the window from one whose slow modes stand still", "F^2")
tail_slack = _s("tail_slack", THETA**2, "by how much an inequality is slack", "s", nonnegative=True)
lam_next = _s("lam_next", THETA**2, "the squared singular value after as many as there are fast modes, and one", r"\lambda_{f+2}")


def _eq(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Eq(lhs, rhs, evaluate=False)


def _count(excess: list[sp.Expr]) -> sp.Expr:
    """How many of these are positive (for none that is zero)."""
    return sp.Add(*((1 + sp.sign(e)) / 2 for e in excess))


_fast = sp.Sum((1 + sp.sign(h_i(i_fall) - 1 / (eta * W))) / 2, (i_fall, 1, n_fall))
W7 = Statement(
    id="W7",
    kind=Kind.THEOREM,
    title="Krylov bound, as the source has it",
    says="The gap sits no deeper than the number of modes whose curvature exceeds 1/(ηW).",
    content=(sp.Le(k_star, _fast),),
    source=thesis("Krylov bound k* ≤ #{j : h_j ≳ 1/(ηW)}, read with the constant 1"),
    refuted_if="The compared quantities have different units, or a window with a deeper gap.",
)


def gram(factors: Sequence[Any], powers: Sequence[Any], rows: int) -> sp.Matrix:
    """Gram matrix of the rows of such a window, unit θ²: entry (s, t) is Σ_i w_i z_i^(s+t), rows × rows."""
    modes = list(zip(factors, powers, strict=True))
    return sp.Matrix(rows, rows, lambda s, t: sp.Add(*(w * z ** (s + t) for z, w in modes)))


def invariants(factors: Sequence[Any], powers: Sequence[Any]) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Trace, sum of the principal 2 × 2 minors, and determinant of that matrix for three rows (Cauchy and Binet)."""
    modes = list(zip(factors, powers, strict=True))
    trace = sp.Add(*(w * (1 + z**2 + z**4) for z, w in modes))
    minors = sp.Add(
        *(v * w * (y - z) ** 2 * (1 + (y + z) ** 2 + (y * z) ** 2) for (y, v), (z, w) in combinations(modes, 2))
    )
    determinant = sp.Add(
        *(u * v * w * ((x - y) * (x - z) * (y - z)) ** 2 for (x, u), (y, v), (z, w) in combinations(modes, 3))
    )
    return trace, minors, determinant


WINDOW = Statement(
    id="D.falling-window",
    kind=Kind.DEFINITION,
    title="Three rows of gradient descent on a quadratic loss with three modes",
    says="In each step an update shrinks by 1 − ητh_i along mode i. The invariants of the Gram matrix of three rows are "
    "sums over pairs and triples of modes.",
    content=(
        *(_eq(z, 1 - eta * tau * h) for z, h in zip(z_fall, h_fall, strict=True)),
        *(_eq(w, (eta * tau * G) ** 2) for w, G in zip(w_fall, G_fall, strict=True)),
        *(_eq(e, value) for e, value in zip((e_1, e_2, e_3), invariants(z_fall, w_fall), strict=True)),
    ),
    source=project("definition: row t is −ητ(1 − ητh_i)^t G_i on mode i"),
)
_line = 1 / (eta * tau * W)
WITH_TIME = Statement(
    id="W7.timed",
    kind=Kind.THEOREM,
    title="Krylov bound for two modes, with the lost duration of an update",
    says="The gap sits no deeper than the number of modes whose curvature exceeds 1/(ητW).",
    content=(sp.Le(k_star, _count([h - _line for h in h_fall[:2]])),),
    hypotheses=(sp.Ge(k_star, 1), sp.Le(k_star, W - 1)),
    source=thesis("Krylov bound, with the unit that it lacks"),
    refuted_if="A window with a deeper gap.",
    counterexample=Counterexample(
        "Two updates, ητ = 1, curvatures 1/4 and 1/8: both are below 1/2, so the bound is zero. But the gap of two "
        "singular values has only one place, behind the first.",
        {
            eta: sp.Integer(1),
            tau: sp.Integer(1),
            W: sp.Integer(2),
            h_fall[0]: sp.Rational(1, 4),
            h_fall[1]: sp.Rational(1, 8),
            k_star: sp.Integer(1),
        },
    ),
)

_a, _b, _c = lam
_pairs = _a * _b + _a * _c + _b * _c
_place = _eq(_pairs**3 - (_a + _b + _c) ** 3 * _a * _b * _c, (_b**2 - _a * _c) * (_a**2 - _b * _c) * (_a * _b - _c**2))
THREE_ROWS = Statement(
    id="W7.three-rows",
    kind=Kind.THEOREM,
    title="Where the gap of three rows sits",
    says="With λ₁ > λ₂ > λ₃ > 0 the second ratio of singular values is the larger one if and only if λ₂² > λ₁λ₃; the "
    "other two factors are positive, so this is the case if and only if e₂³ > e₁³e₃.",
    content=(_place,),
    source=project("position of the gap without any root"),
    refuted_if="A window of three rows with the gap at another place than the sign says.",
    derivations=(Derivation((Identity(to=_place, says="Multiply out."),)),),
)


def _example() -> dict[sp.Expr, sp.Expr]:
    """Curvatures 1/10, 3/10 and 1/5, all below 1/3; gradients 1, 1 and 1/100."""
    curvature = [sp.Rational(1, 10), sp.Rational(3, 10), sp.Rational(1, 5)]
    gradient = [sp.Integer(1), sp.Integer(1), sp.Rational(1, 100)]
    factor, power = [1 - h for h in curvature], [G**2 for G in gradient]
    return {
        eta: sp.Integer(1),
        tau: sp.Integer(1),
        k_star: sp.Integer(2),
        **dict(zip(h_fall, curvature, strict=True)),
        **dict(zip(G_fall, gradient, strict=True)),
        **dict(zip(z_fall, factor, strict=True)),
        **dict(zip(w_fall, power, strict=True)),
        **dict(zip((e_1, e_2, e_3), invariants(factor, power), strict=True)),
    }


ONE_MORE = Statement(
    id="W7.one-more",
    kind=Kind.THEOREM,
    title="Krylov bound for three rows, with one mode granted",
    says="A reading that allows for the one place every gap has: with three updates and three modes, the gap sits at most "
    "one place deeper than the number of modes with a curvature above 1/(3ητ).",
    content=(sp.Le(k_star, 1 + _count([h - 1 / (3 * eta * tau) for h in h_fall])),),
    hypotheses=(_eq(k_star, 2), sp.Gt(e_2**3, e_1**3 * e_3)),
    source=thesis("Krylov bound, read as k* ≤ 1 + #{j : h_j ≥ 1/(ητW)}"),
    refuted_if="A window with a deeper gap.",
    uses=("D.falling-window",),
    counterexample=Counterexample(
        "Curvatures 1/10, 3/10 and 1/5 with ητ = 1, all below 1/3; gradients 1, 1 and 1/100. The first two modes give two singular "
        "values, the third hardly one: e₁ = 4.2, e₂ = 0.16, e₃ = 4·10⁻¹⁰, so e₂³ > e₁³e₃ and k* = 2, not 1.",
        _example(),
    ),
)

_trace, _minors, _determinant = invariants(z_fall, [*w_fall[:2], w_last])
_two_minors = invariants(z_fall[:2], w_fall[:2])[1]


def _limit(expression: sp.Expr, value: sp.Expr, part: int, says: str) -> Derivation:
    return Derivation(
        (
            Identity(to=_eq(expression, expression), says=says),
            TakeLimit(
                by=w_last,
                at=sp.Integer(0),
                to=_eq(sp.Limit(expression, w_last, 0), value),
                says="Let the third gradient vanish.",
            ),
        ),
        part=part,
    )


NO_CONSTANT = Statement(
    id="W7.no-constant",
    kind=Kind.THEOREM,
    title="No constant saves the bound",
    says="For any two different curvatures, however small, a third mode with a small enough gradient makes e₃ as small as one "
    "likes while e₂ stays positive: then k* = 2 (W7.three-rows). A bound by curvatures alone must allow for every mode.",
    content=(
        _eq(sp.Limit(_determinant, w_last, 0), 0),
        _eq(sp.Limit(_minors, w_last, 0), _two_minors),
    ),
    source=project("against W7 with any constant in place of ≳"),
    refuted_if="A step of its derivation fails.",
    uses=("D.falling-window",),
    derivations=(
        _limit(_determinant, sp.Integer(0), 0, "The determinant of three modes."),
        _limit(_minors, _two_minors, 1, "The sum of the minors of three modes."),
    ),
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
    says="Two modes give three rows of rank two: the third singular value is zero, the second ratio is infinite, and k* = 2, at "
    "all curvatures.",
    content=(_eq(_cubic, 0),),
    source=project("rank of a window of gradient descent on a quadratic loss"),
    refuted_if="A window of more rows than modes has full rank.",
    uses=("D.falling-window",),
    derivations=(Derivation((Identity(to=_eq(_cubic, 0), says="The determinant of the Gram matrix."),), scope="two modes"),),
)

_slow = list(zip(w_fall[:2], z_fall[:2], memory, strict=True))
_residual = sp.Add(*(w * ((1 - z) ** 2 + (1 - z**2) ** 2) for w, z, _ in _slow))
ECKART_YOUNG = Statement(
    id="T.eckart-young",
    kind=Kind.ASSUMPTION,
    title="Textbook theorem: best approximation of low rank",
    says="Let f fast modes keep their rows and two slow modes stand still at their first row: that window has rank f + 1. So the "
    "squared singular value number f + 2 is at most its squared distance from the window.",
    content=(_eq(lam_next, left_over - tail_slack),),
    source=Source("C. Eckart, G. Young, Psychometrika 1 (1936) 211", "approximation of one matrix by another of lower rank"),
)
STILL = Statement(
    id="D.standing-still",
    kind=Kind.DEFINITION,
    title="How far slow modes are from standing still",
    says="In three rows a slow mode leaves its first row by 1 − z and 1 − z², where 1 − z is one over its memory.",
    content=(_eq(left_over, _residual), *(_eq(z, 1 - 1 / m) for _, z, m in _slow)),
    source=project("definition"),
)
_first, _second = memory
_by_memory = _residual.xreplace({z: 1 - 1 / m for _, z, m in _slow})
_ceiling = sp.Add(*(5 * w / m**2 for w, _, m in _slow))
AMENDED = Statement(
    id="W7-amended",
    kind=Kind.THEOREM,
    title="What slow modes do bound: a size, and not a position",
    says="If two modes have curvatures of at most 1/(3ητ), hence memories of at least three updates, the squared singular value after "
    "the fast modes and one is at most 5 Σ w (ητh)² over the slow ones.",
    content=(sp.Le(lam_next, _ceiling),),
    hypotheses=(sp.Ge(_first, 3), sp.Ge(_second, 3)),
    source=project("repair of W7"),
    refuted_if="A window of descent on a quadratic loss with a larger singular value at that place.",
    uses=("T.eckart-young", "D.standing-still"),
    amends="W7",
    repair="With the duration of an update in it, and as a bound on the size of singular value number f + 2 instead of the position "
    "of a ratio: small ratios of small singular values are not excluded (W7.one-more, W7.no-constant).",
    derivations=(
        Derivation(
            (
                Start(using="T.eckart-young", to=_eq(lam_next, left_over - tail_slack), says="Eckart and Young."),
                Substitute(
                    using="D.standing-still", part=0, to=_eq(lam_next, _residual - tail_slack), says="The distance."
                ),
                Substitute(
                    using="D.standing-still",
                    part=1,
                    to=_eq(lam_next, _residual.xreplace({z_fall[0]: 1 - 1 / _first}) - tail_slack),
                    says="Write the first slow mode by its memory,",
                ),
                Substitute(
                    using="D.standing-still",
                    part=2,
                    to=_eq(lam_next, _by_memory - tail_slack),
                    says="and the second.",
                ),
                Bound(
                    certificate=tail_slack + sp.Add(*(w * (4 * m - 1) / m**4 for w, _, m in _slow)),
                    to=sp.Le(lam_next, _ceiling),
                    says="1 − z² is at most twice 1 − z.",
                ),
            ),
            scope="three rows, two slow modes",
        ),
    ),
)

STATEMENTS = (
    W7,
    WINDOW,
    WITH_TIME,
    THREE_ROWS,
    ONE_MORE,
    NO_CONSTANT,
    RANK,
    ECKART_YOUNG,
    STILL,
    AMENDED,
)
