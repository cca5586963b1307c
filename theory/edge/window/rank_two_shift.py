"""W1: sliding the window by one update changes its Gram matrix by two rank-one terms."""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Identity, Rearrange, Rewrite, Solve, Start, Substitute
from ...statement import Kind, Statement
from ..notation import (
    S,
    W,
    a,
    along_new,
    along_old,
    b,
    delta,
    i,
    m,
    mu,
    mu_down,
    mu_up,
    new,
    new_norm,
    old,
    old_norm,
    overlap,
    p,
    shift_norm,
    vector,
)
from ..relations import equal
from ..sources import project, thesis


def _window(last: sp.Expr) -> sp.Expr:
    return sp.Sum(delta(i, a) * delta(i, b), (i, last - W + 1, last))


GRAM = Statement(
    id="D.gram",
    kind=Kind.DEFINITION,
    title="Gram matrix of the window in parameter space",
    says="S sums the outer products of the last W updates.",
    content=(equal(S(m, a, b), _window(m)),),
    source=thesis("rolling-window Gram matrix"),
)
INNER = Statement(
    id="D.shift-products",
    kind=Kind.DEFINITION,
    title="The three inner products of a shift",
    says="Squared norms of the entering and the leaving update, and their inner product; and the inner "
    "products of any direction with the two.",
    content=(
        equal(new_norm, sp.Sum(new(b) ** 2, (b, 1, p))),
        equal(old_norm, sp.Sum(old(b) ** 2, (b, 1, p))),
        equal(overlap, sp.Sum(new(b) * old(b), (b, 1, p))),
        equal(along_new, sp.Sum(new(b) * vector(b), (b, 1, p))),
        equal(along_old, sp.Sum(old(b) * vector(b), (b, 1, p))),
    ),
    source=project("definition"),
)
CHARACTERISTIC = Statement(
    id="D.shift-eigenvalue",
    kind=Kind.DEFINITION,
    title="Eigenvalues of the shift on its range",
    says="On the span of the two updates the shift acts as the matrix with rows (A, C) and (−C, −B); its "
    "eigenvalues are the roots of the characteristic polynomial.",
    content=(equal((new_norm - mu) * (-old_norm - mu) + overlap**2, 0),),
    source=project("definition; the matrix is read off the action that W1 proves"),
)
_half_difference = (new_norm - old_norm) / 2
_radius = sp.sqrt((new_norm + old_norm) ** 2 / 4 - overlap**2)
ROOTS = Statement(
    id="D.shift-roots",
    kind=Kind.DEFINITION,
    title="Names of the two eigenvalues, and the Frobenius norm",
    says="The larger and the smaller eigenvalue; the squared Frobenius norm of a symmetric matrix is the sum "
    "of its squared eigenvalues.",
    content=(
        equal(mu_up, _half_difference + _radius),
        equal(mu_down, _half_difference - _radius),
        equal(shift_norm**2, mu_up**2 + mu_down**2),
    ),
    source=project("definition"),
)

_action = sp.Sum((new(a) * new(b) - old(a) * old(b)) * vector(b), (b, 1, p))
_on_new = sp.Sum(new(b) * vector(b), (b, 1, p))
_on_old = sp.Sum(old(b) * vector(b), (b, 1, p))
_entering = delta(m + 1, a) * delta(m + 1, b)
_leaving = delta(m - W + 1, a) * delta(m - W + 1, b)

_SHIFT = Derivation(
    (
        Start(
            using="D.gram",
            where={m: m + 1},
            to=equal(S(m + 1, a, b), _window(m + 1)),
            says="The window after the shift.",
        ),
        Rearrange(
            to=equal(S(m + 1, a, b) - S(m, a, b), _window(m + 1) - S(m, a, b)),
            says="Take off the window before.",
        ),
        Substitute(
            using="D.gram",
            to=equal(S(m + 1, a, b) - S(m, a, b), _window(m + 1) - _window(m)),
            says="Write it out.",
        ),
        Rewrite(
            to=equal(S(m + 1, a, b) - S(m, a, b), _entering - _leaving),
            says="All rows but the first and the last are in both windows.",
        ),
    ),
    part=0,
)
_ACTION = Derivation(
    (
        Identity(
            to=equal(_action, new(a) * _on_new - old(a) * _on_old),
            says="Take the two updates out of the sum over parameters.",
        ),
        Substitute(
            using="D.shift-products",
            part=3,
            to=equal(_action, new(a) * along_new - old(a) * _on_old),
            says="Name the inner product with the entering update.",
        ),
        Substitute(
            using="D.shift-products",
            part=4,
            to=equal(_action, new(a) * along_new - old(a) * along_old),
            says="Name the inner product with the leaving update. For the updates themselves these are (A, C) and (C, B).",
        ),
    ),
    part=1,
)
_roots = sp.Or(equal(mu, _half_difference + _radius), equal(mu, _half_difference - _radius))
_EIGENVALUES = Derivation(
    (
        Start(
            using="D.shift-eigenvalue",
            to=equal((new_norm - mu) * (-old_norm - mu) + overlap**2, 0),
            says="The characteristic polynomial on the range of the shift.",
        ),
        Solve(unknown=mu, to=_roots, says="Both roots of the quadratic."),
    ),
    part=2,
)
_norm_squared = new_norm**2 + old_norm**2 - 2 * overlap**2
_NORM = Derivation(
    (
        Start(
            using="D.shift-roots",
            part=2,
            to=equal(shift_norm**2, mu_up**2 + mu_down**2),
            says="The squared norm is the sum of the squared eigenvalues.",
        ),
        Substitute(
            using="D.shift-roots",
            part=0,
            to=equal(shift_norm**2, (_half_difference + _radius) ** 2 + mu_down**2),
            says="Put in the larger eigenvalue.",
        ),
        Substitute(
            using="D.shift-roots",
            part=1,
            to=equal(shift_norm**2, (_half_difference + _radius) ** 2 + (_half_difference - _radius) ** 2),
            says="Put in the smaller one.",
        ),
        Rewrite(to=equal(shift_norm**2, _norm_squared), says="Multiply out."),
    ),
    part=3,
)

W1 = Statement(
    id="W1",
    kind=Kind.THEOREM,
    title="Rank-two shift",
    says="Sliding the window by one update adds one rank-one matrix and takes one off; the two eigenvalues "
    "that are not zero, and the Frobenius norm, follow from three inner products.",
    content=(
        equal(S(m + 1, a, b) - S(m, a, b), _entering - _leaving),
        equal(_action, new(a) * along_new - old(a) * along_old),
        _roots,
        equal(shift_norm**2, _norm_squared),
    ),
    source=thesis("rank-two update of the window"),
    refuted_if="A step fails, or the closed form leaves the eigenvalues of recorded windows by more than rounding.",
    uses=("D.gram", "D.shift-products", "D.shift-eigenvalue", "D.shift-roots"),
    derivations=(_SHIFT, _ACTION, _EIGENVALUES, _NORM),
)

STATEMENTS = (GRAM, INNER, CHARACTERISTIC, ROOTS, W1)
