"""The levels of A(t) = A_0 + tB and the matrix elements of B, in eigenvectors that turn with A.

Two of the n levels are looked at, j and k; the other n − 2 are numbered by ℓ. All matrix elements are
taken in the eigenvectors of A(t), which turn: ``r_j(ℓ) = v_ℓ · dv_j/dt``.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Solve, Start, Substitute
from ...statement import Kind, Source, Statement
from ...units import ONE, THETA, TIME
from ..notation import NOTATION, t
from ..relations import equal, rate_of
from ..sources import project

_s, _f = NOTATION.symbol, NOTATION.function
_LEVEL, _SPEED, _TURN = THETA**2, THETA**2 / TIME, ONE / TIME

n_lv = _s("n_lv", ONE, "number of levels", "n", integer=True, positive=True)
l_lv = _s(
    "l_lv", ONE, "number of a level other than j and k", r"\ell", running=True, integer=True, positive=True
)
xi_j = _f("xi_j", _LEVEL, "level j: an eigenvalue of A(t)", r"\xi_j")
xi_k = _f("xi_k", _LEVEL, "level k of A(t)", r"\xi_k")
xi_l = _f("xi_l", _LEVEL, "another level of A(t)", r"\xi")
B_jj = _f("B_jj", _SPEED, "matrix element of B in mode j: the speed of level j", "B_{jj}")
B_kk = _f("B_kk", _SPEED, "matrix element of B in mode k: the speed of level k", "B_{kk}")
B_jk = _f("B_jk", _SPEED, "matrix element of B between modes j and k", "B_{jk}")
B_jl = _f("B_jl", _SPEED, "matrix element of B between mode j and another", "B_{j}")
B_kl = _f("B_kl", _SPEED, "matrix element of B between mode k and another", "B_{k}")
r_jk = _f("turn_jk", _TURN, "rate at which mode j turns towards mode k", "r_{jk}")
r_kj = _f("turn_kj", _TURN, "rate at which mode k turns towards mode j", "r_{kj}")
r_jl = _f("turn_jl", _TURN, "rate at which mode j turns towards another", "r_{j}")
r_kl = _f("turn_kl", _TURN, "rate at which mode k turns towards another", "r_{k}")

_OF_J, _OF_K = (xi_j, B_jj, B_jl, r_jk, r_jl), (xi_k, B_kk, B_kl, r_kj, r_kl)
ANY_MODE = (_OF_J, _OF_K)
SWAP = dict(zip((*_OF_J, *_OF_K), (*_OF_K, *_OF_J), strict=True))
"""What belongs to mode j and to mode k; and how to say of k what was said of j."""


def others(term: sp.Expr) -> sp.Expr:
    """The sum over all levels but j and k."""
    return sp.Sum(term, (l_lv, 1, n_lv - 2))


_x, _y, _z = xi_j(t), xi_k(t), xi_l(l_lv, t)
_bjl, _bkl, _rjl, _rkl = B_jl(l_lv, t), B_kl(l_lv, t), r_jl(l_lv, t), r_kl(l_lv, t)

FRAME = Statement(
    id="D.moving-frame",
    kind=Kind.DEFINITION,
    title="Eigenvectors that move with A(t) = A_0 + tB",
    says="A level moves with the matrix element of B in its mode; the eigenvalue equation, differentiated "
    "and projected on another mode, fixes how fast the two modes turn into each other; and the elements of "
    "the constant matrix B change only because the modes turn. (W3 and W3.turning derive the first three "
    "relations.)",
    content=(
        equal(rate_of(_x), B_jj(t)),
        equal(B_jk(t) + _y * r_jk(t), _x * r_jk(t)),
        equal(_bjl + _z * _rjl, _x * _rjl),
        equal(rate_of(B_jj(t)), 2 * r_jk(t) * B_jk(t) + 2 * others(_rjl * _bjl)),
        equal(rate_of(B_jk(t)), r_jk(t) * B_kk(t) + r_kj(t) * B_jj(t) + others(_rjl * _bkl + _rkl * _bjl)),
    ),
    generic=ANY_MODE,
    source=Source(
        "T. Kato, Perturbation Theory for Linear Operators", "first-order formulas, simple eigenvalues"
    ),
)
_turn_k, _turn_l = B_jk(t) / (_x - _y), _bjl / (_x - _z)
TURNING = Statement(
    id="W3.frame-turning",
    kind=Kind.THEOREM,
    title="How fast a mode turns",
    says="A mode turns towards another at the rate of the matrix element between them over the distance of "
    "their levels.",
    content=(equal(r_jk(t), _turn_k), equal(_rjl, _turn_l)),
    generic=ANY_MODE,
    source=project("first variation of an eigenvector"),
    refuted_if="Eigenvectors of a matrix that changes linearly turn at another rate.",
    uses=("D.moving-frame",),
    derivations=tuple(
        Derivation(
            (
                Start(
                    using="D.moving-frame",
                    part=1 + part,
                    to=equal(element + level * turn, _x * turn),
                    says="The eigenvalue equation, differentiated, along the other mode.",
                ),
                Solve(unknown=turn, to=equal(turn, element / (_x - level)), says="Solve for the turning."),
            ),
            part=part,
        )
        for part, (element, level, turn) in enumerate(
            ((B_jk(t), _y, r_jk(t)), (_bjl, _z, _rjl)),
        )
    ),
)

_second = 2 * B_jk(t) ** 2 / (_x - _y) + 2 * others(_bjl**2 / (_x - _z))
ACCELERATION = Statement(
    id="W3.acceleration",
    kind=Kind.THEOREM,
    title="Second variation of a level: repulsion",
    says="Each other level pushes a level away, with twice the squared matrix element over the distance.",
    content=(equal(rate_of(B_jj(t)), _second),),
    generic=ANY_MODE,
    source=project("second variation of an eigenvalue, A(t) = A_0 + tB"),
    refuted_if="The second difference of an eigenvalue leaves the formula by more than the difference's "
    "error.",
    uses=("D.moving-frame",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.moving-frame",
                    part=3,
                    to=equal(rate_of(B_jj(t)), 2 * r_jk(t) * B_jk(t) + 2 * others(_rjl * _bjl)),
                    says="The speed of a level changes because its mode turns.",
                ),
                Substitute(
                    using="W3.frame-turning",
                    part=0,
                    to=equal(rate_of(B_jj(t)), 2 * B_jk(t) ** 2 / (_x - _y) + 2 * others(_rjl * _bjl)),
                    says="Put in how it turns towards mode k,",
                ),
                Substitute(
                    using="W3.frame-turning",
                    part=1,
                    to=equal(rate_of(B_jj(t)), _second),
                    says="and towards the others.",
                ),
            )
        ),
    ),
)

_exchange = B_jk(t) * (B_kk(t) - B_jj(t)) / (_x - _y)
_element = others(_bjl * _bkl * (1 / (_x - _z) + 1 / (_y - _z)))
_half_turned = _exchange + others(_rjl * _bkl + _rkl * _bjl)
ELEMENTS = Statement(
    id="W3.elements",
    kind=Kind.THEOREM,
    title="How the matrix elements change",
    says="An element between two modes changes with the difference of the two speeds and through every "
    "third mode.",
    content=(equal(rate_of(B_jk(t)), _exchange + _element),),
    generic=ANY_MODE,
    source=project("step towards Pechukas–Yukawa"),
    refuted_if="A step of its derivation fails.",
    uses=("D.moving-frame",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.moving-frame",
                    part=4,
                    to=FRAME.content[4],
                    says="The element changes because both modes turn.",
                ),
                Substitute(
                    using="W3.frame-turning",
                    part=0,
                    to=equal(
                        rate_of(B_jk(t)),
                        _turn_k * B_kk(t) + r_kj(t) * B_jj(t) + others(_rjl * _bkl + _rkl * _bjl),
                    ),
                    says="Mode j turns towards mode k,",
                ),
                Substitute(
                    using="W3.frame-turning",
                    part=0,
                    where=SWAP,
                    to=equal(rate_of(B_jk(t)), _half_turned),
                    says="mode k turns towards mode j as fast, the other way round,",
                ),
                Substitute(
                    using="W3.frame-turning",
                    part=1,
                    to=equal(rate_of(B_jk(t)), _exchange + others(_turn_l * _bkl + _rkl * _bjl)),
                    says="mode j turns towards the others,",
                ),
                Substitute(
                    using="W3.frame-turning",
                    part=1,
                    where=SWAP,
                    to=equal(rate_of(B_jk(t)), _exchange + _element),
                    says="and so does mode k.",
                ),
            )
        ),
    ),
)

STATEMENTS = (FRAME, TURNING, ACCELERATION, ELEMENTS)
