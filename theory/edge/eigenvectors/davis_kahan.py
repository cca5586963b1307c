"""W5, amended: what does bound the rotation of an eigenvector, for all n and with constants.

S' = S + E, both symmetric; v_j belongs to λ_j of S and v'_j to λ'_j of S', with the same place j in
falling order. Everything is written in the eigenvectors of S: the new eigenvector has a cosine
along v_j and the component x_k along each other one. Two bounds are derived here:

- the classical one, constant 1, with the distance of λ'_j to the *other* matrix's remaining
  eigenvalues;
- constant 2 with the gap of S alone, for every j (Yu, Wang and Samworth, 2015).

Smaller constants with the gap of S alone are in ``sharp_rotation`` (two by two) and
``leading_rotation`` (the leading eigenvector). The source's constant 1 fails from ‖E‖_F = gap/√2
on, where two directions can change places. Whether √2 also suffices in the Frobenius norm for an
eigenvector between others is not decided here; a search by the tests finds no violation.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Rearrange, Start, Substitute
from ...statement import Kind, Source, Statement
from ...units import ONE, THETA
from ..notation import NOTATION
from ..relations import equal
from ..sources import project
from ..window.hoffman_wielandt import change_norm, turn_cos, turn_sin

_s, _f = NOTATION.symbol, NOTATION.function
_AREA = THETA**2

others = _s(
    "others", ONE, "number of the other eigenvectors: one less than of rows", "N", integer=True, positive=True
)
other = _s("other", ONE, "number of another eigenvector of the first matrix", "k", integer=True, running=True)
own_level = _s("own_level", _AREA, "the eigenvalue considered, of the first matrix", r"\lambda_j")
moved_level = _s(
    "moved_level", _AREA, "the eigenvalue of the same place, of the second matrix", r"\lambda'_j"
)
other_level = _f("other_level", _AREA, "another eigenvalue of the first matrix", r"\lambda")
tilt = _f("tilt", ONE, "component of the new eigenvector along another old one", "x")
push = _f("push", _AREA, "component along another old eigenvector of E applied to the new one", "f")
own_push = _s("own_push", _AREA, "component along the old eigenvector of E applied to the new one", "f_j")
gap_same = _s(
    "gap_same",
    _AREA,
    "distance of the eigenvalue to the nearest other one of the same matrix",
    "g_j",
    positive=True,
)
gap_mixed = _s(
    "gap_mixed", _AREA, "distance of the new eigenvalue to the nearest other one of the old matrix",
    r"\delta_j", positive=True,
)  # fmt: skip
beyond = _f(
    "beyond", _AREA**2, "by how much a squared distance exceeds the squared gap", "b", nonnegative=True
)
beyond_mixed = _f(
    "beyond_mixed",
    _AREA**2,
    "by how much a squared distance exceeds the squared mixed gap",
    "b'",
    nonnegative=True,
)
columns_left = _s(
    "columns_left",
    _AREA**2,
    "squared norm of E across the new eigenvector",
    r"\rho_{c}",
    nonnegative=True,
)
levels_left = _s(
    "levels_left", _AREA**2, "what the squared norm of E has beyond the squared move of one eigenvalue",
    r"\rho_{\lambda}", nonnegative=True,
)  # fmt: skip


def _ge(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Ge(lhs, rhs, evaluate=False)


def _over(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (other, 1, others))


_x, _other = tilt(other), other_level(other)

TILT = Statement(
    id="D.tilt",
    kind=Kind.DEFINITION,
    title="The new eigenvector in the old ones",
    says="The eigenvalue equation of the second matrix, component by component; the length of the new "
    "eigenvector, and so its sine and cosine; and the squared Frobenius norm of E, of which E applied to "
    "the new eigenvector is a part.",
    content=(
        equal(_other * _x + push(other), moved_level * _x),
        equal(turn_sin**2, _over(_x**2)),
        equal(turn_cos**2, 1 - _over(_x**2)),
        equal(change_norm**2, own_push**2 + _over(push(other) ** 2) + columns_left),
    ),
    source=project("definition"),
)
GAPS = Statement(
    id="D.both-gaps",
    kind=Kind.DEFINITION,
    title="The gap of one matrix, and the gap between the two",
    says="No other eigenvalue of the first matrix is nearer to λ_j than the gap, nor nearer to λ'_j than "
    "the mixed gap.",
    content=(
        equal((_other - own_level) ** 2, gap_same**2 + beyond(other)),
        equal((moved_level - _other) ** 2, gap_mixed**2 + beyond_mixed(other)),
    ),
    source=project("definition"),
)
OWN_SHIFT = Statement(
    id="D.own-shift",
    kind=Kind.DEFINITION,
    title="The move of one eigenvalue",
    says="What the squared norm of E has beyond the squared move of λ_j; by the inequality of Hoffman and "
    "Wielandt it is not negative.",
    content=(equal(change_norm**2, (moved_level - own_level) ** 2 + levels_left),),
    source=project("definition; its sign is W2-amended"),
    uses=("W2-amended",),
)

_push = (moved_level - _other) * _x
COMPONENT = Statement(
    id="W5.component",
    kind=Kind.THEOREM,
    title="What turns the eigenvector",
    says="Along another old eigenvector, E applied to the new one is the component there times a difference "
    "of eigenvalues.",
    content=(equal(push(other), _push),),
    source=project("step towards W5-amended"),
    refuted_if="A step fails.",
    uses=("D.tilt",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.tilt",
                    to=equal(_other * _x + push(other), moved_level * _x),
                    says="The eigenvalue equation.",
                ),
                Rearrange(to=equal(push(other), _push), says="Solve for the component of E."),
            )
        ),
    ),
)

_loose = own_push**2 + _over(beyond_mixed(other) * _x**2) + columns_left
CLASSICAL = Statement(
    id="W5.classical",
    kind=Kind.THEOREM,
    title="Davis–Kahan with the gap between the two matrices",
    says="The sine of the angle is at most the norm of E over the distance of the new eigenvalue to the "
    "other eigenvalues of the old matrix.",
    content=(_ge(change_norm**2, gap_mixed**2 * turn_sin**2),),
    source=Source("C. Davis and W. M. Kahan, 1970", "The rotation of eigenvectors by a perturbation III"),
    refuted_if="Two symmetric matrices break the bound.",
    uses=("D.tilt", "D.both-gaps"),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.tilt",
                    part=3,
                    to=equal(change_norm**2, own_push**2 + _over(push(other) ** 2) + columns_left),
                    says="E applied to the new eigenvector is a part of E.",
                ),
                Substitute(
                    using="W5.component",
                    to=equal(
                        change_norm**2,
                        own_push**2 + _over((moved_level - _other) ** 2 * _x**2) + columns_left,
                    ),
                    says="Along each other eigenvector it is a component times a difference of eigenvalues.",
                ),
                Substitute(
                    using="D.both-gaps",
                    part=1,
                    to=equal(change_norm**2, gap_mixed**2 * _over(_x**2) + _loose),
                    says="No difference is less than the mixed gap.",
                ),
                Substitute(
                    using="D.tilt",
                    part=1,
                    to=equal(change_norm**2, gap_mixed**2 * turn_sin**2 + _loose),
                    says="The components make up the sine.",
                ),
                Bound(
                    certificate=_loose,
                    to=_ge(change_norm**2, gap_mixed**2 * turn_sin**2),
                    says="What is left is a sum of squares.",
                ),
            ),
        ),
    ),
)

_twice = 2 * own_push**2 + 2 * columns_left + 2 * levels_left
_stay = 2 * (moved_level - own_level) ** 2
_wide = (
    _twice
    + _stay * turn_cos**2
    + _over((beyond(other) + (2 * moved_level - _other - own_level) ** 2) * _x**2)
)
RESIDUAL = Statement(
    id="W5.residual",
    kind=Kind.THEOREM,
    title="The norm of the difference as the gap's share and squares, any size",
    says="Four times the squared norm of E is the squared gap times the squared sine, plus squares: what "
    "moves the eigenvalue and what turns the eigenvector are both parts of E.",
    content=(equal(4 * change_norm**2, gap_same**2 * turn_sin**2 + _wide),),
    source=project("step towards W5-amended"),
    refuted_if="A step fails.",
    uses=("D.tilt", "D.both-gaps", "D.own-shift"),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.tilt",
                    part=3,
                    to=equal(change_norm**2, own_push**2 + _over(push(other) ** 2) + columns_left),
                    says="E applied to the new eigenvector is a part of E.",
                ),
                Rearrange(
                    times=sp.Integer(2),
                    to=equal(
                        4 * change_norm**2,
                        2 * own_push**2 + 2 * _over(push(other) ** 2) + 2 * columns_left + 2 * change_norm**2,
                    ),
                    says="Twice, and twice the norm on both sides.",
                ),
                Substitute(
                    using="D.own-shift",
                    to=equal(4 * change_norm**2, _twice + 2 * _over(push(other) ** 2) + _stay),
                    says="The eigenvalue itself moves by no more than the norm of E.",
                ),
                Substitute(
                    using="W5.component",
                    to=equal(
                        4 * change_norm**2, _twice + 2 * _over((moved_level - _other) ** 2 * _x**2) + _stay
                    ),
                    says="Along each other eigenvector E is a component times a difference of eigenvalues.",
                ),
                Substitute(
                    using="D.tilt",
                    part=2,
                    to=equal(
                        4 * change_norm**2,
                        _twice
                        + _stay * turn_cos**2
                        + _over(
                            ((_other - own_level) ** 2 + (2 * moved_level - _other - own_level) ** 2) * _x**2
                        ),
                    ),
                    says="Share the move out over all components: 2a² + 2b² = (a − b)² + (a + b)².",
                ),
                Substitute(
                    using="D.both-gaps",
                    part=0,
                    to=equal(4 * change_norm**2, gap_same**2 * _over(_x**2) + _wide),
                    says="No other eigenvalue is nearer than the gap.",
                ),
                Substitute(
                    using="D.tilt",
                    part=1,
                    to=equal(4 * change_norm**2, gap_same**2 * turn_sin**2 + _wide),
                    says="The components make up the sine.",
                ),
            ),
        ),
    ),
)
W5_AMENDED = Statement(
    id="W5-amended",
    kind=Kind.THEOREM,
    title="Davis–Kahan with the gap of one matrix",
    says="The sine of the angle by which eigenvector j turns is at most twice the norm of E over the "
    "distance of λ_j to the nearest other eigenvalue of the same matrix.",
    content=(_ge(4 * change_norm**2, gap_same**2 * turn_sin**2),),
    source=Source("Y. Yu, T. Wang and R. J. Samworth, 2015", "A useful variant of the Davis–Kahan theorem"),
    refuted_if="Two symmetric matrices break the bound.",
    uses=("D.tilt", "D.both-gaps", "D.own-shift"),
    amends="W5",
    repair="E is the change of S and not of G, since v_j lives in parameter space, and the constant is 2: "
    "the gap of one matrix alone does not say where the eigenvalues of the other one went.",
    derivations=(
        Derivation(
            (
                Start(
                    using="W5.residual",
                    to=equal(4 * change_norm**2, gap_same**2 * turn_sin**2 + _wide),
                    says="The gap's share and squares.",
                ),
                Bound(
                    certificate=_wide,
                    to=_ge(4 * change_norm**2, gap_same**2 * turn_sin**2),
                    says="What is left is a sum of squares.",
                ),
            ),
        ),
    ),
)

_claim = 1 - 4 * change_norm**2 / gap_same**2
ALPHA = Statement(
    id="W5.alpha-any",
    kind=Kind.THEOREM,
    title="What a stability coefficient may claim, any size",
    says="The squared cosine of the angle, one less its squared sine, is at least one less four times the "
    "squared norm of E over the squared gap; and the cosine is not less than its square.",
    content=(_ge(1 - turn_sin**2, _claim),),
    source=project("from W5.residual"),
    refuted_if="Two symmetric matrices break the bound.",
    uses=("D.tilt", "D.both-gaps", "D.own-shift"),
    derivations=(
        Derivation(
            (
                Start(
                    using="W5.residual",
                    to=equal(4 * change_norm**2, gap_same**2 * turn_sin**2 + _wide),
                    says="The gap's share and squares.",
                ),
                Rearrange(
                    times=1 / gap_same**2,
                    to=equal(1 - turn_sin**2, _claim + _wide / gap_same**2),
                    says="Divide by the squared gap.",
                ),
                Bound(
                    certificate=_wide / gap_same**2,
                    to=_ge(1 - turn_sin**2, _claim),
                    says="What is left is a sum of squares.",
                ),
            ),
        ),
    ),
)

STATEMENTS = (TILT, GAPS, OWN_SHIFT, COMPONENT, CLASSICAL, RESIDUAL, W5_AMENDED, ALPHA)
