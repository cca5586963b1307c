"""W3: how eigenvalues and eigenvectors of a symmetric matrix move with it, for all sizes.

One eigenpair (λ, v) is considered, and beside it the others (λ_k, u_k), k = 1 … N; all together are
an orthonormal basis. The size is p. Pairs are differentiable in time: true as long as λ differs
from all other eigenvalues, which is where the formulae have a meaning; at a tie the leading
eigenvalue of diag(t, −t) is |t| and has no derivative.
"""

from __future__ import annotations

import sympy as sp

from ..derivation import Derivation, Differentiate, Identity, Rearrange, Start, Substitute
from ..statement import Kind, Statement
from ..units import ONE, THETA
from .davis_kahan import other, others
from .notation import NOTATION, a, b, p, t
from .sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function
_AREA = THETA**2

matrix = _f("S_flow", _AREA, "entry a, b of a symmetric matrix at a time", "S")
vector = _f("v_flow", ONE, "entry a of the eigenvector considered", "v")
value = _f("lam_flow", _AREA, "the eigenvalue considered", r"\lambda")
vectors = _f("u_flow", ONE, "entry a of another eigenvector k", "u")
values = _f("lam_other", _AREA, "another eigenvalue k", r"\lambda")
# Any vectors: also rates of others, which SymPy does not know to be real.
test = _f("test", ONE, "entry a of any vector", "y", real=None)  # type: ignore[arg-type]
trial = _f("trial", ONE, "entry a of any other vector", "z", real=None)  # type: ignore[arg-type]


def _eq(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Eq(lhs, rhs, evaluate=False)


def _rate(expression: sp.Expr) -> sp.Expr:
    return sp.Derivative(expression, t)


def _a(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (a, 1, p))


def _b(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (b, 1, p))


_v, _w = vector(a, t), vector(b, t)
_u, _S = vectors(other, a, t), matrix(a, b, t)
_Sv, _Su = _b(_S * _w), _b(_S * vectors(other, b, t))
_swift_v = _b(_rate(_S) * _w)
_S_swift = _b(_S * _rate(_w))
_overlap = _a(_u * _rate(_v))
_driven = _a(_u * _swift_v)

PAIR = Statement(
    id="D.eigenbasis",
    kind=Kind.DEFINITION,
    title="An eigenpair among the others",
    says="The eigenvalue equations of the pair considered and of another one; both eigenvectors have length "
    "one or are orthogonal; and all eigenvectors together are a basis, so that an inner product is a sum "
    "over components.",
    content=(
        _eq(_Sv, value(t) * _v),
        _eq(_Su, values(other, t) * _u),
        _eq(_a(_v**2), sp.Integer(1)),
        _eq(_a(_u * _v), sp.Integer(0)),
        _eq(
            _a(test(a) * trial(a)),
            _a(_v * test(a)) * _a(_v * trial(a))
            + sp.Sum(_a(_u * test(a)) * _a(_u * trial(a)), (other, 1, others)),
        ),
    ),
    source=project("definition"),
    generic=((test,), (trial,)),
)
SYMMETRIC = Statement(
    id="D.symmetric",
    kind=Kind.DEFINITION,
    title="A symmetric matrix",
    says="A symmetric matrix can stand on either side of an inner product; so can its rate of change.",
    content=(
        _eq(_a(test(a) * _b(_S * trial(b))), _a(trial(a) * _b(_S * test(b)))),
        _eq(_a(test(a) * _b(_rate(_S) * trial(b))), _a(trial(a) * _b(_rate(_S) * test(b)))),
    ),
    source=project("definition"),
    generic=((test,), (trial,)),
)

_is_v = sp.Lambda(a, vector(a, t))
_is_u = sp.Lambda(a, vectors(other, a, t))
_is_swift = sp.Lambda(a, _rate(vector(a, t)))
_is_pushed = sp.Lambda(a, _b(_rate(matrix(a, b, t)) * vector(b, t)))

NORM = Statement(
    id="W3.length",
    kind=Kind.THEOREM,
    title="An eigenvector turns across itself",
    says="The rate of an eigenvector of length one is orthogonal to it.",
    content=(_eq(_a(_v * _rate(_v)), sp.Integer(0)),),
    source=project("step towards W3"),
    refuted_if="A step fails.",
    uses=("D.eigenbasis",),
    derivations=(
        Derivation(
            (
                Start(using="D.eigenbasis", part=2, to=_eq(_a(_v**2), sp.Integer(1)), says="Length one."),
                Differentiate(
                    by=t, to=_eq(_a(2 * _v * _rate(_v)), sp.Integer(0)), says="Differentiate by time."
                ),
                Rearrange(times=sp.Rational(1, 2), to=_eq(_a(_v * _rate(_v)), sp.Integer(0)), says="Halve."),
            )
        ),
    ),
)
_rayleigh = _a(_v * _Sv)
VALUE = Statement(
    id="W3.value",
    kind=Kind.THEOREM,
    title="An eigenvalue as a quadratic form",
    says="The eigenvalue is the matrix on its eigenvector.",
    content=(_eq(value(t), _rayleigh),),
    source=project("step towards W3"),
    refuted_if="A step fails.",
    uses=("D.eigenbasis",),
    derivations=(
        Derivation(
            (
                Identity(
                    to=_eq(value(t) * _a(_v**2), _a(_v * (value(t) * _v))),
                    says="Take the eigenvalue into the sum.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    part=2,
                    to=_eq(value(t), _a(_v * (value(t) * _v))),
                    says="The eigenvector has length one.",
                ),
                Substitute(
                    using="D.eigenbasis", to=_eq(value(t), _rayleigh), says="The eigenvalue equation."
                ),
            )
        ),
    ),
)
W3_FIRST = Statement(
    id="W3",
    kind=Kind.THEOREM,
    title="First variation of an eigenvalue",
    says="The rate of an eigenvalue is the rate of the matrix on its eigenvector: that the eigenvector "
    "turns does not matter in the first order.",
    content=(_eq(_rate(value(t)), _a(_v * _swift_v)),),
    source=thesis("eigenvalue flow, first derivative"),
    refuted_if="A simple eigenvalue of a moving symmetric matrix changes at another rate.",
    uses=("D.eigenbasis", "D.symmetric"),
    derivations=(
        Derivation(
            (
                Start(using="W3.value", to=_eq(value(t), _rayleigh), says="The matrix on its eigenvector."),
                Differentiate(
                    by=t,
                    to=_eq(_rate(value(t)), _a(_rate(_v) * _Sv) + _a(_v * _swift_v) + _a(_v * _S_swift)),
                    says="Differentiate by time.",
                ),
                Substitute(
                    using="D.symmetric",
                    where={test: _is_v, trial: _is_swift},
                    to=_eq(_rate(value(t)), 2 * _a(_rate(_v) * _Sv) + _a(_v * _swift_v)),
                    says="The matrix is symmetric.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    to=_eq(_rate(value(t)), 2 * value(t) * _a(_v * _rate(_v)) + _a(_v * _swift_v)),
                    says="The eigenvalue equation.",
                ),
                Substitute(
                    using="W3.length",
                    to=_eq(_rate(value(t)), _a(_v * _swift_v)),
                    says="The eigenvector turns across itself.",
                ),
            )
        ),
    ),
)
_still_across = _a(_rate(_u) * _v)
ACROSS = Statement(
    id="W3.across",
    kind=Kind.THEOREM,
    title="Two eigenvectors turn together",
    says="Two eigenvectors stay orthogonal: one turns towards the other as fast as the other turns away.",
    content=(_eq(_still_across, -_overlap),),
    source=project("step towards W3.turning"),
    refuted_if="A step fails.",
    uses=("D.eigenbasis",),
    derivations=(
        Derivation(
            (
                Start(using="D.eigenbasis", part=3, to=_eq(_a(_u * _v), sp.Integer(0)), says="Orthogonal."),
                Differentiate(
                    by=t, to=_eq(_still_across + _overlap, sp.Integer(0)), says="Differentiate by time."
                ),
                Rearrange(to=_eq(_still_across, -_overlap), says="Bring one term over."),
            )
        ),
    ),
)
_apart = value(t) - values(other, t)
TURNING = Statement(
    id="W3.turning",
    kind=Kind.THEOREM,
    title="How fast an eigenvector turns towards another one",
    says="The rate at which an eigenvector turns towards another one is the rate of the matrix between the "
    "two over the difference of their eigenvalues.",
    content=(_eq(_overlap, _driven / _apart),),
    source=project("first-order perturbation of eigenvectors"),
    refuted_if="An eigenvector of a moving symmetric matrix turns at another rate.",
    uses=("D.eigenbasis", "D.symmetric"),
    derivations=(
        Derivation(
            (
                Identity(
                    to=_eq(_a(_u * (value(t) * _v)), value(t) * _a(_u * _v)),
                    says="Take the eigenvalue out of an inner product.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    part=3,
                    to=_eq(_a(_u * (value(t) * _v)), sp.Integer(0)),
                    says="The two are orthogonal.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    to=_eq(_a(_u * _Sv), sp.Integer(0)),
                    says="The matrix does not connect two of its eigenvectors.",
                ),
                Differentiate(
                    by=t,
                    to=_eq(_a(_rate(_u) * _Sv) + _driven + _a(_u * _S_swift), sp.Integer(0)),
                    says="Differentiate by time.",
                ),
                Substitute(
                    using="D.symmetric",
                    where={test: _is_u, trial: _is_swift},
                    to=_eq(_a(_rate(_u) * _Sv) + _driven + _a(_rate(_v) * _Su), sp.Integer(0)),
                    says="The matrix is symmetric.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    part=1,
                    to=_eq(_a(_rate(_u) * _Sv) + _driven + values(other, t) * _overlap, sp.Integer(0)),
                    says="The eigenvalue equation of the other one.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    to=_eq(value(t) * _still_across + _driven + values(other, t) * _overlap, sp.Integer(0)),
                    says="The eigenvalue equation of the one considered.",
                ),
                Substitute(
                    using="W3.across",
                    to=_eq(_driven - _apart * _overlap, sp.Integer(0)),
                    says="The two turn together.",
                ),
                Rearrange(times=-1 / _apart, to=_eq(_overlap, _driven / _apart), says="Solve for the rate."),
            )
        ),
    ),
)

_bent = _a(_v * _b(sp.Derivative(_S, (t, 2)) * _w))
_acceleration = sp.Derivative(value(t), (t, 2))
_swift_pushed = _a(_rate(_v) * _swift_v)
_repulsion = sp.Sum(_driven**2 / _apart, (other, 1, others))
SECOND_AMENDED = Statement(
    id="W3.second-amended",
    kind=Kind.THEOREM,
    title="Second variation of an eigenvalue",
    says="The second derivative of an eigenvalue is that of the matrix on its eigenvector, plus twice the "
    "repulsion from every other eigenvalue: the squared rate of the matrix between the two over their "
    "difference.",
    content=(_eq(_acceleration, _bent + 2 * _repulsion),),
    source=project("second-order perturbation of eigenvalues"),
    refuted_if="A simple eigenvalue of a moving symmetric matrix has another second derivative.",
    uses=("D.eigenbasis", "D.symmetric"),
    amends="W3.second",
    repair="The second derivative of the matrix itself was left out; it vanishes on a straight line A + tB "
    "only.",
    derivations=(
        Derivation(
            (
                Start(using="W3", to=_eq(_rate(value(t)), _a(_v * _swift_v)), says="The first variation."),
                Differentiate(
                    by=t,
                    to=_eq(_acceleration, _swift_pushed + _bent + _a(_v * _b(_rate(_S) * _rate(_w)))),
                    says="Differentiate by time.",
                ),
                Substitute(
                    using="D.symmetric",
                    part=1,
                    where={test: _is_v, trial: _is_swift},
                    to=_eq(_acceleration, _bent + 2 * _swift_pushed),
                    says="The rate of the matrix is symmetric.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    part=4,
                    where={test: _is_swift, trial: _is_pushed},
                    to=_eq(
                        _acceleration,
                        _bent
                        + 2 * _a(_v * _rate(_v)) * _a(_v * _swift_v)
                        + 2 * sp.Sum(_overlap * _driven, (other, 1, others)),
                    ),
                    says="Write the rate of the eigenvector in the eigenvectors.",
                ),
                Substitute(
                    using="W3.length",
                    to=_eq(_acceleration, _bent + 2 * sp.Sum(_overlap * _driven, (other, 1, others))),
                    says="It has no component along itself.",
                ),
                Substitute(
                    using="W3.turning",
                    to=_eq(_acceleration, _bent + 2 * _repulsion),
                    says="Along the others it is known.",
                ),
            )
        ),
    ),
)

STATEMENTS = (PAIR, SYMMETRIC, NORM, VALUE, W3_FIRST, ACROSS, TURNING, SECOND_AMENDED)
