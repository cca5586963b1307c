"""W3: how the eigenvalues of a symmetric matrix move with it, in the first order, for all sizes.

One eigenpair (λ, v) is considered, and beside it the others (λ_k, u_k), k = 1 … N; all together are an
orthonormal basis. Sums over a and b have p terms. What S and its first two derivatives make of v has
names of its own: Sv, Ṡv and S̈v. Pairs are differentiable in time: true as long as λ differs from all
other eigenvalues, which is where the formulae have a meaning; at a tie the leading eigenvalue of
diag(t, −t) is |t| and has no derivative.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Differentiate, Identity, Rearrange, Start, Substitute
from ...statement import Kind, Statement
from ...units import ONE, THETA, TIME
from ..eigenvectors.davis_kahan import other, others
from ..notation import NOTATION, a, b, p, t
from ..relations import equal, rate_of
from ..sources import project, thesis

_f = NOTATION.function
_AREA = THETA**2

matrix = _f("S_flow", _AREA, "entry a, b of a symmetric matrix at a time", "S")
vector = _f("v_flow", ONE, "entry a of the eigenvector considered", "v")
value = _f("lam_flow", _AREA, "the eigenvalue considered", r"\lambda")
vectors = _f("u_flow", ONE, "entry a of another eigenvector k", "u")
values = _f("lam_other", _AREA, "another eigenvalue k", r"\lambda")
image = _f("image", _AREA, "entry a of the matrix applied to the eigenvector considered", "Sv")
images = _f("images", _AREA, "entry a of the matrix applied to another eigenvector k", "Su")
pulled = _f("pulled", _AREA / TIME, "entry a of the matrix's rate applied to the eigenvector", r"\dot{S}v")
curved = _f(
    "curved",
    _AREA / TIME**2,
    "entry a of the matrix's second derivative applied to the eigenvector",
    r"\ddot{S}v",
)
# Any vectors: also rates of others, which SymPy does not know to be real.
test = _f("test", ONE, "entry a of any vector", "y", real=None)  # type: ignore[arg-type]
trial = _f("trial", ONE, "entry a of any other vector", "z", real=None)  # type: ignore[arg-type]


def _a(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (a, 1, p))


def _b(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (b, 1, p))


_v, _w, _u, _S = vector(a, t), vector(b, t), vectors(other, a, t), matrix(a, b, t)
_Sv, _Su, _pulled, _curved = image(a, t), images(other, a, t), pulled(a, t), curved(a, t)
_swift, _swift_b = rate_of(_v), rate_of(_w)
_bend = sp.Derivative(_S, (t, 2))

PAIR = Statement(
    id="D.eigenbasis",
    kind=Kind.DEFINITION,
    title="An eigenpair among the others",
    says="The eigenvalue equations of the pair considered and of another one; eigenvectors have length one and "
    "are orthogonal; and together they are a basis, so that an inner product is a sum over components.",
    content=(
        equal(_Sv, value(t) * _v),
        equal(_Su, values(other, t) * _u),
        equal(_a(_v**2), sp.Integer(1)),
        equal(_a(_u * _v), sp.Integer(0)),
        equal(
            _a(test(a) * trial(a)),
            _a(_v * test(a)) * _a(_v * trial(a))
            + sp.Sum(_a(_u * test(a)) * _a(_u * trial(a)), (other, 1, others)),
        ),
    ),
    source=project("definition"),
    uses=("D.applied",),
    generic=((test,), (trial,)),
    # The axes of a plane, which turn.
    witness={
        p: sp.Integer(2),
        others: sp.Integer(1),
        vector(1, t): sp.Integer(1),
        vector(2, t): sp.Integer(0),
        vectors(1, 1, t): sp.Integer(0),
        vectors(1, 2, t): sp.Integer(1),
        rate_of(vector(1, t)): sp.Integer(0),
        rate_of(vector(2, t)): sp.Integer(2),
        rate_of(vectors(1, 1, t)): sp.Integer(-2),
        rate_of(vectors(1, 2, t)): sp.Integer(0),
        other: sp.Integer(1),
    },
)
APPLIED = Statement(
    id="D.applied",
    kind=Kind.DEFINITION,
    title="A symmetric matrix and its rates, applied to eigenvectors",
    says="What the matrix, its rate and its second derivative make of the eigenvector, entry by entry; and that "
    "the matrix and its rate, being symmetric, can stand on either side of an inner product with any vector.",
    content=(
        equal(_Sv, _b(_S * _w)),
        equal(_pulled, _b(rate_of(_S) * _w)),
        equal(_curved, _b(_bend * _w)),
        equal(_a(_v * _b(_S * trial(b))), _a(_Sv * trial(a))),
        equal(_a(_u * _b(_S * trial(b))), _a(_Su * trial(a))),
        equal(_a(_v * _b(rate_of(_S) * trial(b))), _a(_pulled * trial(a))),
    ),
    source=project("definition"),
    generic=((trial,),),
    # Diagonal at the moment, in the plane of D.eigenbasis, and turning with it.
    witness={
        a: sp.Integer(1),
        matrix(1, 1, t): sp.Integer(3),
        matrix(1, 2, t): sp.Integer(0),
        matrix(2, 1, t): sp.Integer(0),
        matrix(2, 2, t): sp.Integer(1),
        rate_of(matrix(1, 1, t)): sp.Integer(1),
        rate_of(matrix(1, 2, t)): sp.Integer(4),
        rate_of(matrix(2, 1, t)): sp.Integer(4),
        rate_of(matrix(2, 2, t)): sp.Integer(0),
        image(1, t): sp.Integer(3),
        image(2, t): sp.Integer(0),
        images(1, 1, t): sp.Integer(0),
        images(1, 2, t): sp.Integer(1),
        value(t): sp.Integer(3),
        values(1, t): sp.Integer(1),
    },
)

_is_swift = sp.Lambda(a, _swift)

LENGTH = Statement(
    id="W3.length",
    kind=Kind.THEOREM,
    title="An eigenvector turns across itself",
    says="The rate of an eigenvector of length one is orthogonal to it.",
    content=(equal(_a(_v * _swift), sp.Integer(0)),),
    source=project("step towards W3"),
    refuted_if="A step fails.",
    uses=("D.eigenbasis",),
    derivations=(
        Derivation(
            (
                Start(using="D.eigenbasis", part=2, to=equal(_a(_v**2), sp.Integer(1)), says="Length one."),
                Differentiate(
                    by=t, to=equal(_a(2 * _v * _swift), sp.Integer(0)), says="Differentiate by time."
                ),
                Rearrange(times=sp.Rational(1, 2), to=equal(_a(_v * _swift), sp.Integer(0)), says="Halve."),
            )
        ),
    ),
)
IMAGE_RATE = Statement(
    id="W3.image",
    kind=Kind.THEOREM,
    title="How the matrix applied to its eigenvector moves",
    says="It moves with the matrix and with the eigenvector; and so does the rate of the matrix applied to it.",
    content=(
        equal(rate_of(_Sv), _pulled + _b(_S * _swift_b)),
        equal(rate_of(_pulled), _curved + _b(rate_of(_S) * _swift_b)),
    ),
    source=project("step towards W3"),
    refuted_if="A step fails.",
    uses=("D.applied",),
    derivations=(
        Derivation(
            (
                Start(using="D.applied", to=equal(_Sv, _b(_S * _w)), says="The matrix applied."),
                Differentiate(
                    by=t,
                    to=equal(rate_of(_Sv), _b(rate_of(_S) * _w) + _b(_S * _swift_b)),
                    says="Differentiate by time.",
                ),
                Substitute(
                    using="D.applied",
                    part=1,
                    to=equal(rate_of(_Sv), _pulled + _b(_S * _swift_b)),
                    says="Name the part of the matrix's rate.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Start(
                    using="D.applied",
                    part=1,
                    to=equal(_pulled, _b(rate_of(_S) * _w)),
                    says="The rate applied.",
                ),
                Differentiate(
                    by=t,
                    to=equal(rate_of(_pulled), _b(_bend * _w) + _b(rate_of(_S) * _swift_b)),
                    says="Differentiate by time.",
                ),
                Substitute(
                    using="D.applied",
                    part=2,
                    to=equal(rate_of(_pulled), _curved + _b(rate_of(_S) * _swift_b)),
                    says="Name the part of the second derivative.",
                ),
            ),
            part=1,
        ),
    ),
)
VALUE = Statement(
    id="W3.value",
    kind=Kind.THEOREM,
    title="An eigenvalue as a quadratic form",
    says="The eigenvalue is the matrix on its eigenvector.",
    content=(equal(value(t), _a(_v * _Sv)),),
    source=project("step towards W3"),
    refuted_if="A step fails.",
    uses=("D.eigenbasis",),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(value(t) * _a(_v**2), _a(_v * (value(t) * _v))),
                    says="Take the eigenvalue into the sum.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    part=2,
                    to=equal(value(t), _a(_v * (value(t) * _v))),
                    says="The eigenvector has length one.",
                ),
                Substitute(
                    using="D.eigenbasis", to=equal(value(t), _a(_v * _Sv)), says="The eigenvalue equation."
                ),
            )
        ),
    ),
)
_first = _a(_v * _pulled)
FIRST = Statement(
    id="W3",
    kind=Kind.THEOREM,
    title="First variation of an eigenvalue",
    says="The rate of an eigenvalue is the rate of the matrix on its eigenvector: that the eigenvector turns "
    "does not matter in the first order.",
    content=(equal(rate_of(value(t)), _first),),
    source=thesis("eigenvalue flow, first derivative"),
    refuted_if="A simple eigenvalue of a moving symmetric matrix changes at another rate.",
    uses=("D.eigenbasis", "D.applied"),
    derivations=(
        Derivation(
            (
                Start(
                    using="W3.value", to=equal(value(t), _a(_v * _Sv)), says="The matrix on its eigenvector."
                ),
                Differentiate(
                    by=t,
                    to=equal(rate_of(value(t)), _a(_swift * _Sv) + _a(_v * rate_of(_Sv))),
                    says="Differentiate by time.",
                ),
                Substitute(
                    using="W3.image",
                    to=equal(rate_of(value(t)), _a(_swift * _Sv) + _first + _a(_v * _b(_S * _swift_b))),
                    says="The matrix moves, and so does its eigenvector.",
                ),
                Substitute(
                    using="D.applied",
                    part=3,
                    where={trial: _is_swift},
                    to=equal(rate_of(value(t)), 2 * _a(_swift * _Sv) + _first),
                    says="The matrix is symmetric.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    to=equal(rate_of(value(t)), 2 * value(t) * _a(_v * _swift) + _first),
                    says="The eigenvalue equation.",
                ),
                Substitute(
                    using="W3.length",
                    to=equal(rate_of(value(t)), _first),
                    says="The eigenvector turns across itself.",
                ),
            )
        ),
    ),
)

STATEMENTS = (PAIR, APPLIED, LENGTH, IMAGE_RATE, VALUE, FIRST)
