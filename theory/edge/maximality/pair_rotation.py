"""How far a perturbation turns two neighbouring modes: one formula, four kinds of perturbation.

The angle that makes a symmetric two-by-two block diagonal is known exactly. It is set by the element between
the two modes and by the difference of the diagonal ones, and both depend on where the perturbation acts: on S
itself, on the rows of X, on the directions, X(1 + E), or on the times, (1 + F)X. The last two leave an angle
that knows the spectrum through the ratio of the two singular values alone. Each kind has its own gap;
:mod:`.gap_maximality` asks which position of a spectrum has the largest one.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Identity, Rearrange, Rewrite, Start
from ...statement import Kind, Source, Statement
from ...units import ONE, THETA
from ..notation import NOTATION
from ..relations import equal
from ..sources import project

_s, _f = NOTATION.symbol, NOTATION.function

sig_k = _s("sigma_k", THETA, "singular value just above the gap", r"\sigma_k", positive=True)
sig_l = _s("sigma_l", THETA, "singular value just below the gap", r"\sigma_{k+1}", positive=True)
angle = _f("theta_p", ONE, "angle that makes a symmetric block with these three elements diagonal", r"\theta")
p_kk = _s("p_kk", THETA**2, "first diagonal element of a symmetric block", "p_{kk}")
p_ll = _s("p_ll", THETA**2, "second diagonal element of it", "p_{ll}")
p_kl = _s("p_kl", THETA**2, "element between the two", "p_{kl}")
ratio = _s("r_kl", ONE, "ratio of the two singular values", "r", positive=True)
S_kk, S_ll, S_kl = (
    _s(f"E_{i}", THETA**2, f"element {i} of a symmetric perturbation of S", f"E_{{{i}}}")
    for i in ("kk", "ll", "kl")
)
N_kl, N_lk = (
    _s(f"N_{i}", THETA, f"element {i} of a perturbation of X, in its singular bases", f"N_{{{i}}}")
    for i in ("kl", "lk")
)
R_kl, R_lk = (
    _s(f"R_{i}", ONE, f"element {i} of a perturbation of the directions", f"R_{{{i}}}") for i in ("kl", "lk")
)
T_kl, T_lk = (
    _s(f"T_{i}", ONE, f"element {i} of a perturbation of the times", f"T_{{{i}}}") for i in ("kl", "lk")
)


_block = (p_kk, p_ll, p_kl)
_theta = angle(*_block)

PAIR = Statement(
    id="D.pair-angle",
    kind=Kind.DEFINITION,
    title="Angle of a symmetric block",
    says="Turned by this angle, the block has no element between the two axes.",
    content=(
        equal(
            p_kl * (sp.cos(_theta) ** 2 - sp.sin(_theta) ** 2),
            (p_kk - p_ll) * sp.sin(_theta) * sp.cos(_theta),
        ),
    ),
    generic=(_block,),
    source=Source("G. H. Golub, C. F. Van Loan, Matrix Computations", "Jacobi's method"),
)
_tangent = 2 * p_kl / (p_kk - p_ll)
PAIR_ANGLE = Statement(
    id="F6.pair",
    kind=Kind.THEOREM,
    title="Angle of two modes, exactly",
    says="The tangent of twice the angle is twice the element between the modes over the difference of the "
    "diagonal ones.",
    content=(equal(sp.tan(2 * _theta), _tangent),),
    generic=(_block,),
    source=project("step towards F6"),
    refuted_if="A symmetric block whose eigenvectors lie elsewhere.",
    uses=("D.pair-angle",),
    derivations=(
        Derivation(
            (
                Start(using="D.pair-angle", to=PAIR.content[0], says="No element is left between the axes."),
                Rewrite(
                    to=equal(p_kl * sp.cos(2 * _theta), (p_kk - p_ll) * sp.sin(2 * _theta) / 2),
                    says="Cosine and sine of twice the angle.",
                ),
                Rearrange(
                    times=-2 / ((p_kk - p_ll) * sp.cos(2 * _theta)),
                    to=equal(sp.tan(2 * _theta), _tangent),
                    says="Divide by the cosine and by the difference.",
                ),
            )
        ),
    ),
)


def _perturbed(rows: sp.Matrix) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """The block of XᵀX for the two-by-two X with these rows: its diagonal, and the element between."""
    gram = rows.T * rows
    return gram[0, 0], gram[1, 1], gram[0, 1]


_X = sp.diag(sig_k, sig_l)
_X_RATIO = sp.diag(ratio * sig_l, sig_l)
_N = sp.Matrix([[0, N_kl], [N_lk, 0]])
_E = sp.Matrix([[1, R_kl], [R_lk, 1]])
_F = sp.Matrix([[1, T_kl], [T_lk, 1]])


def _kind(
    key: str, title: str, says: str, block: tuple[sp.Expr, sp.Expr, sp.Expr], tangent: sp.Expr
) -> Statement:
    found = equal(sp.tan(2 * angle(*block)), tangent)
    return Statement(
        id=f"F6.angle-{key}",
        kind=Kind.THEOREM,
        title=title,
        says=says,
        content=(found,),
        source=project("step towards F6; exact for a perturbation that acts between the two modes"),
        refuted_if="Perturbed matrices whose eigenvectors lie elsewhere.",
        uses=("D.pair-angle",),
        derivations=(
            Derivation(
                (
                    Start(
                        using="F6.pair",
                        where=dict(zip(_block, block, strict=True)),
                        to=found,
                        says="The angle of the perturbed block.",
                    ),
                )
            ),
        ),
    )


ANGLES = (
    _kind(
        "S",
        "Noise on S",
        "The angle is set by the difference of the eigenvalues.",
        (sig_k**2 + S_kk, sig_l**2 + S_ll, S_kl),
        2 * S_kl / (sig_k**2 - sig_l**2 + S_kk - S_ll),
    ),
    _kind(
        "rows",
        "Noise on the rows of X",
        "Each element is weighted by the singular value of the mode that it adds to.",
        _perturbed(_X + _N),
        2 * (sig_k * N_kl + sig_l * N_lk) / (sig_k**2 - sig_l**2 + N_lk**2 - N_kl**2),
    ),
    _kind(
        "directions",
        "Distortion of the directions, X(1 + E)",
        "The angle knows the spectrum through the ratio of the two singular values alone, to all orders.",
        _perturbed(_X_RATIO * _E),
        2 * (ratio**2 * R_kl + R_lk) / (ratio**2 * (1 - R_kl**2) - 1 + R_lk**2),
    ),
    _kind(
        "times",
        "Distortion of the times, (1 + F)X",
        "Here, too, the ratio is all that counts, to all orders.",
        _perturbed(_F * _X_RATIO),
        2 * ratio * (T_kl + T_lk) / (ratio**2 * (1 + T_lk**2) - 1 - T_kl**2),
    ),
)

_WEIGHED = (
    (N_kl, N_lk, sig_k, sig_l, sig_k**2 + sig_l**2),
    (R_kl, R_lk, sig_k**2, sig_l**2, sig_k**4 + sig_l**4),
    (T_kl, T_lk, sig_k * sig_l, sig_k * sig_l, 2 * sig_k**2 * sig_l**2),
)


def _largest(part: int) -> Derivation:
    one, other, above, below, weight = _WEIGHED[part]
    element, lost = (above * one + below * other) ** 2, (above * other - below * one) ** 2
    full = (one**2 + other**2) * weight
    return Derivation(
        (
            Identity(to=equal(element, full - lost), says="Lagrange's identity."),
            Bound(to=sp.Le(element, full, evaluate=False), certificate=lost, says="Leave out a square."),
        ),
        part=part,
    )


LARGEST = Statement(
    id="F6.largest-element",
    kind=Kind.THEOREM,
    title="The largest element that a perturbation of given size can make",
    says="The squared element between the modes is at most the squared size of the perturbation times a "
    "weight: the sum of the two eigenvalues (rows), the sum of their squares (directions), or twice their "
    "product (times). Each bound is attained. So the gap of each kind is the difference of the eigenvalues "
    "over the root of its weight.",
    content=tuple(d.steps[-1].to for d in map(_largest, range(3))),
    source=project("Cauchy and Schwarz; it defines the gap that belongs to each kind"),
    refuted_if="A perturbation of that size with a larger element.",
    derivations=tuple(map(_largest, range(3))),
)

STATEMENTS = (PAIR, PAIR_ANGLE, *ANGLES, LARGEST)
