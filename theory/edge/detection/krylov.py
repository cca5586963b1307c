"""W7: does the curvature bound the position of the gap? Windows of gradient descent on a quadratic loss.

Row t of the window has the entry −ητ(1 − ητh_i)^t G_i on mode i. Its singular values depend on the modes
only through the factors z_i = 1 − ητh_i and the powers w_i = (ητG_i)². Three rows and three modes suffice to
settle the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Derivation, Identity, TakeLimit
from ...statement import Kind, Statement
from ...units import ONE, THETA
from ..notation import CURVATURE, GRADIENT, NOTATION, W, eta, k_star, tau
from ..relations import equal
from ..sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function

n_fall = _s("n_fall", ONE, "number of modes along which the loss falls", "n", integer=True, positive=True)
i_fall = _s("i_fall", ONE, "one of these modes", "i", running=True, integer=True, positive=True)
h_i = _f("h_i", CURVATURE, "curvature of mode i", "h")
h_fall = [_s(f"h_fall_{i}", CURVATURE, f"curvature of mode {i}", f"h_{i}", positive=True) for i in (1, 2, 3)]
G_fall = [
    _s(f"G_fall_{i}", GRADIENT, f"gradient along mode {i} at the start of the window", f"G_{i}")
    for i in (1, 2, 3)
]
z_fall = [_s(f"z_fall_{i}", ONE, f"factor of mode {i} in one step", f"z_{i}") for i in (1, 2, 3)]
w_fall = [
    _s(f"w_fall_{i}", THETA**2, f"squared first row on mode {i}", f"w_{i}", positive=True) for i in (1, 2, 3)
]
w_last = _s("w_last", THETA**2, "any squared first row on the third mode", "w_3", running=True, positive=True)
lam = [
    _s(f"lam_rows_{i}", THETA**2, f"eigenvalue {i} of the Gram matrix of three rows", rf"\lambda_{i}")
    for i in (1, 2, 3)
]
pair_fall = {
    (i, k): _s(
        f"pair_fall_{i}{k}",
        ONE,
        f"squared area of modes {i} and {k} in three rows",
        f"a_{{{i}{k}}}",
        positive=True,
    )
    for i, k in combinations((1, 2, 3), 2)
}
triple_fall = _s("triple_fall", ONE, "squared volume of the three modes in three rows", "v", positive=True)
e_1 = _s("e_rows_1", THETA**2, "trace of the Gram matrix of three rows", "e_1")
e_2 = _s("e_rows_2", THETA**4, "sum of the products of two of its eigenvalues", "e_2")
e_3 = _s("e_rows_3", THETA**6, "its determinant", "e_3")


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


def _area(y: Any, z: Any) -> sp.Expr:
    """Squared area of two modes in three rows: the squared 2 × 2 minors of (1, y, y²) and (1, z, z²)."""
    return (y - z) ** 2 * (1 + (y + z) ** 2 + (y * z) ** 2)


def _volume(x: Any, y: Any, z: Any) -> sp.Expr:
    """Squared volume of three modes in three rows: the squared determinant of Vandermonde."""
    return ((x - y) * (x - z) * (y - z)) ** 2


_minors = sp.Add(*(w_fall[i - 1] * w_fall[k - 1] * area for (i, k), area in pair_fall.items()))
WINDOW = Statement(
    id="D.falling-window",
    kind=Kind.DEFINITION,
    title="Three rows of gradient descent on a quadratic loss with three modes",
    says="In each step an update shrinks by 1 − ητh_i along mode i. The invariants of the Gram matrix of three "
    "rows are sums over modes, pairs and the triple (Cauchy and Binet).",
    content=(
        *(equal(z, 1 - eta * tau * h) for z, h in zip(z_fall, h_fall, strict=True)),
        *(equal(w, (eta * tau * G) ** 2) for w, G in zip(w_fall, G_fall, strict=True)),
        *(equal(area, _area(z_fall[i - 1], z_fall[k - 1])) for (i, k), area in pair_fall.items()),
        equal(triple_fall, _volume(*z_fall)),
        equal(e_1, sp.Add(*(w * (1 + z**2 + z**4) for z, w in zip(z_fall, w_fall, strict=True)))),
        equal(e_2, _minors),
        equal(e_3, w_fall[0] * w_fall[1] * w_fall[2] * triple_fall),
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
        "Two updates, ητ = 1, curvatures 1/4 and 1/8: both are below 1/2, so the bound is zero. But the gap "
        "of two singular values has only one place, behind the first.",
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
_place = equal(
    _pairs**3 - (_a + _b + _c) ** 3 * _a * _b * _c, (_b**2 - _a * _c) * (_a**2 - _b * _c) * (_a * _b - _c**2)
)
THREE_ROWS = Statement(
    id="W7.three-rows",
    kind=Kind.THEOREM,
    title="Where the gap of three rows sits",
    says="With λ₁ > λ₂ > λ₃ > 0 the second ratio of singular values is the larger one if and only if λ₂² > "
    "λ₁λ₃; the other two factors are positive, so this is the case if and only if e₂³ > e₁³e₃.",
    content=(_place,),
    source=project("position of the gap without any root"),
    refuted_if="A window of three rows with the gap at another place than the sign says.",
    derivations=(Derivation((Identity(to=_place, says="Multiply out."),)),),
)


def _example() -> dict[sp.Expr, sp.Expr]:
    """Curvatures 1/10, 3/10 and 1/5, all below 1/3; gradients 1, 1 and 1/100."""
    given: dict[sp.Expr, sp.Expr] = {eta: sp.Integer(1), tau: sp.Integer(1)}
    given |= dict(zip(h_fall, (sp.Rational(1, 10), sp.Rational(3, 10), sp.Rational(1, 5)), strict=True))
    given |= dict(zip(G_fall, (sp.Integer(1), sp.Integer(1), sp.Rational(1, 100)), strict=True))
    for definition in WINDOW.content:
        given[definition.lhs] = definition.rhs.xreplace(given)
    return given | {k_star: sp.Integer(2)}


ONE_MORE = Statement(
    id="W7.one-more",
    kind=Kind.THEOREM,
    title="Krylov bound for three rows, with one mode granted",
    says="A reading that allows for the one place every gap has: with three updates and three modes, the "
    "gap sits at most one place deeper than the number of modes with a curvature above 1/(3ητ).",
    content=(sp.Le(k_star, 1 + _count([h - 1 / (3 * eta * tau) for h in h_fall])),),
    hypotheses=(equal(k_star, 2), sp.Gt(e_2**3, e_1**3 * e_3)),
    source=thesis("Krylov bound, read as k* ≤ 1 + #{j : h_j ≥ 1/(ητW)}"),
    refuted_if="A window with a deeper gap.",
    uses=("D.falling-window",),
    counterexample=Counterexample(
        "Curvatures 1/10, 3/10 and 1/5 with ητ = 1, all below 1/3; gradients 1, 1 and 1/100. The first two "
        "modes give two singular values, the third hardly one: e₁ = 4.2, e₂ = 0.16, e₃ = 4·10⁻¹⁰, so e₂³ > "
        "e₁³e₃ and k* = 2, not 1.",
        _example(),
    ),
)

_faint = {w_fall[2]: w_last}
_minors_last, _determinant_last = (WINDOW.content[part].rhs.xreplace(_faint) for part in (-2, -1))
_two_minors = w_fall[0] * w_fall[1] * pair_fall[1, 2]


def _limit(expression: sp.Expr, value: sp.Expr, part: int, says: str) -> Derivation:
    return Derivation(
        (
            Identity(to=equal(expression, expression), says=says),
            TakeLimit(
                by=w_last,
                at=sp.Integer(0),
                to=equal(sp.Limit(expression, w_last, 0), value),
                says="Let the third gradient vanish.",
            ),
        ),
        part=part,
    )


NO_CONSTANT = Statement(
    id="W7.no-constant",
    kind=Kind.THEOREM,
    title="No constant saves the bound",
    says="For any two different curvatures, however small, a third mode with a small enough gradient makes "
    "e₃ as small as one likes while e₂ stays positive: then k* = 2 (W7.three-rows). A bound by curvatures "
    "alone must allow for every mode.",
    content=(
        equal(sp.Limit(_determinant_last, w_last, 0), 0),
        equal(sp.Limit(_minors_last, w_last, 0), _two_minors),
    ),
    source=project("against W7 with any constant in place of ≳"),
    refuted_if="A step of its derivation fails.",
    uses=("D.falling-window",),
    derivations=(
        _limit(_determinant_last, sp.Integer(0), 0, "The determinant of three modes."),
        _limit(_minors_last, _two_minors, 1, "The sum of the minors of three modes."),
    ),
)

STATEMENTS = (W7, WINDOW, WITH_TIME, THREE_ROWS, ONE_MORE, NO_CONSTANT)
