"""How fast a rotating kernel moves: K̇ in the frame of its modes, and its size in each norm.

Two modes that turn among themselves, with eigenvalues that may move too.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Differentiate, Identity, Solve, Start, Substitute
from ...statement import Kind, Statement
from ..adiabatic.adiabatic_units import gap_kernel
from ..notation import CURVATURE, NOTATION, t
from ..relations import equal, rate_of
from ..sources import project
from .rotating_kernel import PER_TIME, mode, value, x_a, x_b
from .three_mode_frame import T_12, T_13, T_23

_s, _f = NOTATION.symbol, NOTATION.function
SPEED = CURVATURE * PER_TIME

w = _s("w", PER_TIME, "rate at which mode 1 turns towards mode 2", positive=True)
kernel = _f("K", CURVATURE, "tangent kernel between two training examples")
velocity_root = _s("m_K", SPEED, "eigenvalue of the kernel's velocity", r"\dot{K}_m")
speed_f = _s("Kdot_F", SPEED, "Frobenius norm of the kernel's velocity", r"\|\dot{K}\|_F", nonnegative=True)
speed_2 = _s("Kdot_2", SPEED, "spectral norm of the kernel's velocity", r"\|\dot{K}\|_2", nonnegative=True)
speed_1 = _s("Kdot_1", SPEED, "nuclear norm of the kernel's velocity", r"\|\dot{K}\|_1", nonnegative=True)


_1a, _1b, _2a, _2b = mode(1, x_a, t), mode(1, x_b, t), mode(2, x_a, t), mode(2, x_b, t)
_turn, _k1, _k2, _k3 = T_12(t), value(1, t), value(2, t), value(3, t)

KERNEL = Statement(
    id="D.kernel",
    kind=Kind.DEFINITION,
    title="The kernel by its modes",
    says="K = QΛQᵀ for two modes.",
    content=(equal(kernel(x_a, x_b, t), _k1 * _1a * _1b + _k2 * _2a * _2b),),
    source=project("definition"),
)
TWO_MODES = Statement(
    id="A.two-modes",
    kind=Kind.ASSUMPTION,
    title="Only two modes turn",
    says="The third mode takes no part in the rotation.",
    content=(equal(T_13(t), 0), equal(T_23(t), 0)),
    source=project("assumption: the special case of two modes"),
)


def _pair(part: int, moving: sp.Expr, towards: sp.Expr, third: sp.Expr) -> Derivation:
    return Derivation(
        (
            Start(
                using="A.rotation",
                part=part,
                to=equal(rate_of(moving), towards + third * mode(3, x_a, t)),
                says="The mode turns among three.",
            ),
            Substitute(
                using="A.two-modes", part=part, to=equal(rate_of(moving), towards), says="Not towards mode 3."
            ),
        ),
        part=part,
    )


PAIR = Statement(
    id="S5.pair",
    kind=Kind.THEOREM,
    title="Two modes that turn",
    says="Mode 1 turns towards mode 2, and mode 2 away from mode 1, at one rate.",
    content=(equal(rate_of(_1a), _turn * _2a), equal(rate_of(_2a), -_turn * _1a)),
    source=project("step of the rotating kernel"),
    refuted_if="A step of its derivation fails.",
    derivations=(_pair(0, _1a, _turn * _2a, T_13(t)), _pair(1, _2a, -_turn * _1a, T_23(t))),
)

_moving = rate_of(kernel(x_a, x_b, t))
_values_move = rate_of(_k1) * _1a * _1b + rate_of(_k2) * _2a * _2b


def _moved(a_1: sp.Expr, b_1: sp.Expr, a_2: sp.Expr, b_2: sp.Expr) -> sp.Basic:
    """The product rule, with the velocities of the two modes at the two examples."""
    first, second = _k1 * (a_1 * _1b + _1a * b_1), _k2 * (a_2 * _2b + _2a * b_2)
    return equal(_moving, _values_move + first + second)


_v1a, _v1b, _v2a, _v2b = _turn * _2a, _turn * _2b, -_turn * _1a, -_turn * _1b
_in_frame = _values_move + _turn * (_k1 - _k2) * (_2a * _1b + _1a * _2b)

VELOCITY = Statement(
    id="S5.kernel-velocity",
    kind=Kind.THEOREM,
    title="The kernel's velocity in the frame of its modes",
    says="QᵀK̇Q = Λ̇ + ΩΛ − ΛΩ: moving eigenvalues on the diagonal, rotation times the gap off it.",
    content=(equal(_moving, _in_frame),),
    source=project("step of the rotating kernel; the entry is Ω₁₂(Λ₂ − Λ₁) with Ω₁₂ = −T₁₂"),
    refuted_if="A finite difference of a rotating kernel leaves it by more than its order.",
    uses=("D.kernel",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.kernel",
                    to=equal(kernel(x_a, x_b, t), _k1 * _1a * _1b + _k2 * _2a * _2b),
                    says="The kernel by its modes.",
                ),
                Differentiate(
                    by=t,
                    to=_moved(rate_of(_1a), rate_of(_1b), rate_of(_2a), rate_of(_2b)),
                    says="The product rule.",
                ),
                Substitute(
                    using="S5.pair",
                    to=_moved(_v1a, rate_of(_1b), rate_of(_2a), rate_of(_2b)),
                    says="Mode 1 turns.",
                ),
                Substitute(
                    using="S5.pair",
                    where={x_a: x_b},
                    to=_moved(_v1a, _v1b, rate_of(_2a), rate_of(_2b)),
                    says="At the other example too.",
                ),
                Substitute(
                    using="S5.pair", part=1, to=_moved(_v1a, _v1b, _v2a, rate_of(_2b)), says="Mode 2 turns."
                ),
                Substitute(
                    using="S5.pair",
                    part=1,
                    where={x_a: x_b},
                    to=equal(_moving, _in_frame),
                    says="At the other example too; the two eigenvalues enter by their difference.",
                ),
            ),
            scope="n = 2",
        ),
    ),
)

_O = sp.Matrix([[0, -T_12(t), -T_13(t)], [T_12(t), 0, -T_23(t)], [T_13(t), T_23(t), 0]])
_L = sp.diag(_k1, _k2, _k3)
_off_12, _off_13, _off_23 = (
    T_12(t) * (_k1 - _k2),
    T_13(t) * (_k1 - _k3),
    T_23(t) * (_k2 - _k3),
)
_commuted = sp.Matrix([[0, _off_12, _off_13], [_off_12, 0, _off_23], [_off_13, _off_23, 0]])

COMMUTATOR = Statement(
    id="S5.commutator",
    kind=Kind.THEOREM,
    title="Rotation moves the kernel off the diagonal of its own frame",
    says="Between two modes ΩΛ − ΛΩ has their turning rate times the difference of their eigenvalues.",
    content=(equal(_O * _L - _L * _O, _commuted),),
    source=project("the commutator written out for three modes, Ω₂₁ = T₁₂"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation((Identity(to=equal(_O * _L - _L * _O, _commuted), says="Multiply out."),), scope="n = 3"),
    ),
)

EIGEN = Statement(
    id="D.velocity-eigenvalue",
    kind=Kind.DEFINITION,
    title="Eigenvalues of the kernel's velocity",
    says="Roots of the characteristic polynomial of the matrix of K̇ in the frame of the two modes.",
    content=(equal((rate_of(_k1) - velocity_root) * (rate_of(_k2) - velocity_root) - _off_12**2, 0),),
    source=project("definition; the matrix is the one of S5.kernel-velocity"),
    uses=("S5.kernel-velocity",),
)
AT_REST = Statement(
    id="A.values-at-rest",
    kind=Kind.ASSUMPTION,
    title="The eigenvalues of the kernel stay where they are",
    says="The kernel turns and does nothing else.",
    content=(equal(rate_of(_k1), 0), equal(rate_of(_k2), 0)),
    source=project("assumption: pure rotation"),
)
_roots = sp.Or(equal(velocity_root, _off_12), equal(velocity_root, -_off_12))
VELOCITY_ROOTS = Statement(
    id="S5.velocity-eigenvalues",
    kind=Kind.THEOREM,
    title="Size of a rotation",
    says="Under pure rotation K̇ has the eigenvalues plus and minus turning rate times gap.",
    content=(_roots,),
    source=project("step of the rotating kernel"),
    refuted_if="Eigenvalues of a finite difference of a rotating kernel leave these by more than its order.",
    derivations=(
        Derivation(
            (
                Start(
                    using="D.velocity-eigenvalue", to=EIGEN.content[0], says="The characteristic polynomial."
                ),
                Substitute(
                    using="A.values-at-rest",
                    to=equal(-velocity_root * (rate_of(_k2) - velocity_root) - _off_12**2, 0),
                    says="The first eigenvalue stays where it is.",
                ),
                Substitute(
                    using="A.values-at-rest",
                    part=1,
                    to=equal(velocity_root**2 - _off_12**2, 0),
                    says="So does the second.",
                ),
                Solve(unknown=velocity_root, to=_roots, says="Both roots."),
            )
        ),
    ),
)
STEADY = Statement(
    id="A.steady",
    kind=Kind.ASSUMPTION,
    title="Steady rotation",
    says="The turning rate and the two eigenvalues keep the values that they have at time zero.",
    content=(equal(T_12(t), T_12(0)), equal(_k1, value(1, 0)), equal(_k2, value(2, 0))),
    source=project("assumption; a rotation the other way is this one with c₂ replaced by −c₂"),
)
CONSTANTS = Statement(
    id="D.rotation-rate",
    kind=Kind.DEFINITION,
    title="Rotation rate and gap of a steady rotation",
    says="Mode 1, the one with the larger eigenvalue, turns towards mode 2 at the rate w.",
    content=(equal(w, T_12(0)), equal(gap_kernel, value(1, 0) - value(2, 0))),
    source=project("definition"),
)
NORMS = Statement(
    id="D.velocity-norms",
    kind=Kind.DEFINITION,
    title="Three norms of the kernel's velocity",
    says="Of a symmetric matrix with the eigenvalues m and −m: root of the sum of squares, largest absolute "
    "value, sum of absolute values.",
    content=(
        equal(speed_f, sp.sqrt(2) * w * gap_kernel),
        equal(speed_2, w * gap_kernel),
        equal(speed_1, 2 * w * gap_kernel),
    ),
    source=project("definition: Frobenius, spectral and nuclear norm of a matrix with the eigenvalues ± w g"),
    uses=("S5.velocity-eigenvalues", "D.rotation-rate"),
)

STATEMENTS = (
    KERNEL, TWO_MODES, PAIR, VELOCITY, COMMUTATOR, EIGEN, AT_REST, VELOCITY_ROOTS, STEADY, CONSTANTS, NORMS,
)  # fmt: skip
