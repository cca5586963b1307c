"""W3: how eigenvectors of a symmetric matrix turn, and the second variation of its eigenvalues.

The names are those of ``eigenvalue_flow``: the pair considered is (λ, v), another one is (λ_k, u_k). An
eigenvector turns towards another one the faster the nearer their eigenvalues are; this is what repels the
eigenvalues in the second order. That λ differs from λ_k is a side condition that the checker collects.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Differentiate, Identity, Rearrange, Start, Substitute
from ...statement import Kind, Statement
from ..eigenvectors.davis_kahan import other, others
from ..notation import a, b, p, t
from ..relations import equal, rate_of
from ..sources import project
from .eigenvalue_flow import (
    curved,
    image,
    images,
    matrix,
    pulled,
    test,
    trial,
    value,
    values,
    vector,
    vectors,
)


def _a(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (a, 1, p))


def _b(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (b, 1, p))


_v, _u, _S = vector(a, t), vectors(other, a, t), matrix(a, b, t)
_Sv, _Su, _pulled, _curved = image(a, t), images(other, a, t), pulled(a, t), curved(a, t)
_swift, _swift_b = rate_of(_v), rate_of(vector(b, t))
_is_swift = sp.Lambda(a, _swift)
_is_pulled = sp.Lambda(a, _pulled)
_first = _a(_v * _pulled)
_overlap, _still, _driven = _a(_u * _swift), _a(rate_of(_u) * _v), _a(_u * _pulled)
ACROSS = Statement(
    id="W3.across",
    kind=Kind.THEOREM,
    title="Two eigenvectors turn together",
    says="Two eigenvectors stay orthogonal: one turns towards the other as fast as the other turns away.",
    content=(equal(_still, -_overlap),),
    source=project("step towards W3.turning"),
    refuted_if="A step fails.",
    uses=("D.eigenbasis",),
    derivations=(
        Derivation(
            (
                Start(using="D.eigenbasis", part=3, to=equal(_a(_u * _v), sp.Integer(0)), says="Orthogonal."),
                Differentiate(
                    by=t, to=equal(_still + _overlap, sp.Integer(0)), says="Differentiate by time."
                ),
                Rearrange(to=equal(_still, -_overlap), says="Bring one term over."),
            )
        ),
    ),
)
_apart = value(t) - values(other, t)
TURNING = Statement(
    id="W3.turning",
    kind=Kind.THEOREM,
    title="How fast an eigenvector turns towards another one",
    says="The rate at which an eigenvector turns towards another one is the rate of the matrix between the two "
    "over the difference of their eigenvalues.",
    content=(equal(_overlap, _driven / _apart),),
    source=project("first-order perturbation of eigenvectors"),
    refuted_if="An eigenvector of a moving symmetric matrix turns at another rate.",
    uses=("D.eigenbasis", "D.applied"),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_a(_u * (value(t) * _v)), value(t) * _a(_u * _v)),
                    says="Take the eigenvalue out of an inner product.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    part=3,
                    to=equal(_a(_u * (value(t) * _v)), sp.Integer(0)),
                    says="The two are orthogonal.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    to=equal(_a(_u * _Sv), sp.Integer(0)),
                    says="The matrix does not connect two of its eigenvectors.",
                ),
                Differentiate(
                    by=t,
                    to=equal(_a(rate_of(_u) * _Sv) + _a(_u * rate_of(_Sv)), sp.Integer(0)),
                    says="Differentiate by time.",
                ),
                Substitute(
                    using="W3.image",
                    to=equal(_a(rate_of(_u) * _Sv) + _driven + _a(_u * _b(_S * _swift_b)), sp.Integer(0)),
                    says="The matrix moves, and so does the eigenvector considered.",
                ),
                Substitute(
                    using="D.applied",
                    part=4,
                    where={trial: _is_swift},
                    to=equal(_a(rate_of(_u) * _Sv) + _driven + _a(_swift * _Su), sp.Integer(0)),
                    says="The matrix is symmetric.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    part=1,
                    to=equal(_a(rate_of(_u) * _Sv) + _driven + values(other, t) * _overlap, sp.Integer(0)),
                    says="The eigenvalue equation of the other one.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    to=equal(value(t) * _still + _driven + values(other, t) * _overlap, sp.Integer(0)),
                    says="The eigenvalue equation of the one considered.",
                ),
                Substitute(
                    using="W3.across",
                    to=equal(_driven - _apart * _overlap, sp.Integer(0)),
                    says="The two turn together.",
                ),
                Rearrange(
                    times=-1 / _apart, to=equal(_overlap, _driven / _apart), says="Solve for the rate."
                ),
            )
        ),
    ),
)

_acceleration, _bent = sp.Derivative(value(t), (t, 2)), _a(_v * _curved)
_swift_pulled, _met = _a(_swift * _pulled), sp.Sum(_overlap * _driven, (other, 1, others))
_repulsion = sp.Sum(_driven**2 / _apart, (other, 1, others))
SECOND_AMENDED = Statement(
    id="W3.second-amended",
    kind=Kind.THEOREM,
    title="Second variation of an eigenvalue",
    says="The second derivative of an eigenvalue is that of the matrix on its eigenvector, plus twice the "
    "repulsion from every other one: the squared rate of the matrix between the two over their difference.",
    content=(equal(_acceleration, _bent + 2 * _repulsion),),
    source=project("second-order perturbation of eigenvalues"),
    refuted_if="A simple eigenvalue of a moving symmetric matrix has another second derivative.",
    uses=("D.eigenbasis", "D.applied"),
    amends="W3.second",
    repair="The second derivative of the matrix itself was left out; it vanishes on a straight line A + tB only.",
    derivations=(
        Derivation(
            (
                Start(using="W3", to=equal(rate_of(value(t)), _first), says="The first variation."),
                Differentiate(
                    by=t,
                    to=equal(_acceleration, _swift_pulled + _a(_v * rate_of(_pulled))),
                    says="Differentiate by time.",
                ),
                Substitute(
                    using="W3.image",
                    part=1,
                    to=equal(_acceleration, _swift_pulled + _bent + _a(_v * _b(rate_of(_S) * _swift_b))),
                    says="The rate of the matrix moves, and so does the eigenvector.",
                ),
                Substitute(
                    using="D.applied",
                    part=5,
                    where={trial: _is_swift},
                    to=equal(_acceleration, _bent + 2 * _swift_pulled),
                    says="The rate of the matrix is symmetric.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    part=4,
                    where={test: _is_swift, trial: _is_pulled},
                    to=equal(_acceleration, _bent + 2 * _a(_v * _swift) * _first + 2 * _met),
                    says="Write the rate of the eigenvector in the eigenvectors.",
                ),
                Substitute(
                    using="W3.length",
                    to=equal(_acceleration, _bent + 2 * _met),
                    says="It has no component along itself.",
                ),
                Substitute(
                    using="W3.turning",
                    to=equal(_acceleration, _bent + 2 * _repulsion),
                    says="Along the others it is known.",
                ),
            )
        ),
    ),
)

STATEMENTS = (ACROSS, TURNING, SECOND_AMENDED)
