"""Two levels of A(t) = A_0 + tB in closed form: the gap is a hyperbola, and closes only by exception.

With ``a`` half the difference of the diagonal entries and ``b`` the off-diagonal entry, each linear in
time, the gap is ``2√(a² + b²)``: the distance of a point on a straight line from the origin.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Differentiate, Rearrange, Rewrite, Solve, Start, Substitute
from ...statement import Kind, Source, Statement
from ...units import THETA, TIME
from ..notation import NOTATION, t
from ..relations import equal
from ..sources import project

_s, _f = NOTATION.symbol, NOTATION.function
_LEVEL, _SPEED = THETA**2, THETA**2 / TIME

m_two = _s("m_two", _LEVEL, "mean of the two diagonal entries of A", "m")
a_two = _f("a_two", _LEVEL, "half the difference of the two diagonal entries of A(t)", "a")
b_two = _f("b_two", _LEVEL, "off-diagonal entry of A(t)", "b")
a_0 = _s("u_A", _LEVEL, "half the difference of the diagonal entries of A_0", "a_0")
b_0 = _s("b_A", _LEVEL, "off-diagonal entry of A_0", "b_0")
a_1 = _s("u_B", _SPEED, "half the difference of the diagonal entries of B", "a_1")
b_1 = _s("b_B", _SPEED, "off-diagonal entry of B", "b_1")
level = _f("level_two", _LEVEL, "an eigenvalue of A(t)", r"\xi")
level_up = _f("level_two_up", _LEVEL, "the upper of two levels", r"\xi_{+}")
level_down = _f("level_two_down", _LEVEL, "the lower of two levels", r"\xi_{-}")
Gamma = _f("gap_two", _LEVEL, "gap between two levels", r"\Gamma", positive=True)
f_two = _s("f_two", _LEVEL * _SPEED, "coupling of two levels: twice a_0 b_1 − a_1 b_0", "f_{12}")
t_min = _s("t_two_min", TIME, "time at which the gap is smallest", "t_{*}")
Gamma_min = _s("gap_two_min", _LEVEL, "smallest gap", r"\Gamma_{*}", nonnegative=True)


def _rate(expression: sp.Expr, times: int = 1) -> sp.Expr:
    return sp.Derivative(expression, (t, times))


_a, _b, _root = a_two(t), b_two(t), sp.sqrt(a_two(t) ** 2 + b_two(t) ** 2)
_line_a, _line_b = a_0 + a_1 * t, b_0 + b_1 * t

TWO_LEVELS = Statement(
    id="D.two-levels",
    kind=Kind.DEFINITION,
    title="A symmetric matrix with two levels",
    says="The levels are the roots of the characteristic polynomial; the entries change linearly in time.",
    content=(
        equal((m_two + _a - level(t)) * (m_two - _a - level(t)) - _b**2, 0),
        equal(_a, _line_a),
        equal(_b, _line_b),
        equal(level_up(t), m_two + _root),
        equal(level_down(t), m_two - _root),
        equal(Gamma(t) ** 2, (level_up(t) - level_down(t)) ** 2),
    ),
    source=project("definition"),
)
LEVELS = Statement(
    id="W3.two-levels",
    kind=Kind.THEOREM,
    title="The two levels",
    says="Both levels lie at the same distance from the mean of the diagonal entries.",
    content=(sp.Or(equal(level(t), m_two + _root), equal(level(t), m_two - _root)),),
    source=project("the quadratic formula"),
    refuted_if="Another number is an eigenvalue.",
    uses=("D.two-levels",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.two-levels",
                    part=0,
                    to=TWO_LEVELS.content[0],
                    says="The characteristic polynomial.",
                ),
                Solve(
                    unknown=level(t),
                    to=sp.Or(equal(level(t), m_two + _root), equal(level(t), m_two - _root)),
                    says="Its two roots.",
                ),
            )
        ),
    ),
)
_quadratic = 4 * _line_a**2 + 4 * _line_b**2
HYPERBOLA = Statement(
    id="W3.hyperbola",
    kind=Kind.THEOREM,
    title="The gap of two levels is a hyperbola",
    says="The squared gap is a quadratic function of time, a sum of two squares.",
    content=(equal(Gamma(t) ** 2, _quadratic),),
    source=project("the two roots subtracted"),
    refuted_if="Eigenvalues of a 2 × 2 matrix that changes linearly leave the formula by more than rounding.",
    uses=("D.two-levels",),
    derivations=(
        Derivation(
            (
                Start(using="D.two-levels", part=5, to=TWO_LEVELS.content[5], says="The gap."),
                Substitute(
                    using="D.two-levels",
                    part=3,
                    to=equal(Gamma(t) ** 2, (m_two + _root - level_down(t)) ** 2),
                    says="Put in the upper level,",
                ),
                Substitute(
                    using="D.two-levels",
                    part=4,
                    to=equal(Gamma(t) ** 2, 4 * _a**2 + 4 * _b**2),
                    says="and the lower one.",
                ),
                Substitute(
                    using="D.two-levels",
                    part=1,
                    to=equal(Gamma(t) ** 2, 4 * _line_a**2 + 4 * _b**2),
                    says="Put in the diagonal,",
                ),
                Substitute(
                    using="D.two-levels",
                    part=2,
                    to=equal(Gamma(t) ** 2, _quadratic),
                    says="and the off-diagonal entry.",
                ),
            )
        ),
    ),
)

_least = 4 * (a_0 * b_1 - a_1 * b_0) ** 2 / (a_1**2 + b_1**2)
_nearest = -(a_0 * a_1 + b_0 * b_1) / (a_1**2 + b_1**2)
CLOSEST = Statement(
    id="D.closest-approach",
    kind=Kind.DEFINITION,
    title="Closest approach of two levels",
    says="The coupling of the two levels, and when and how near they come.",
    content=(
        equal(f_two, 2 * (a_0 * b_1 - a_1 * b_0)),
        equal(t_min, _nearest),
        equal(Gamma_min**2, _least),
    ),
    source=project("definition"),
)
_moving = 4 * (a_1**2 + b_1**2) * (t - t_min) ** 2
NORMAL_FORM = Statement(
    id="W3.normal-form",
    kind=Kind.THEOREM,
    title="Normal form of the hyperbola",
    says="The squared gap is the squared smallest gap plus a square that vanishes at the closest approach.",
    content=(equal(Gamma(t) ** 2, _moving + Gamma_min**2),),
    source=project("completing the square"),
    refuted_if="The eigenvalues of A_0 + tB are nearest at another time.",
    uses=("D.two-levels", "D.closest-approach"),
    derivations=(
        Derivation(
            (
                Start(using="W3.hyperbola", to=equal(Gamma(t) ** 2, _quadratic), says="The hyperbola."),
                Rewrite(
                    to=equal(Gamma(t) ** 2, 4 * (a_1**2 + b_1**2) * (t - _nearest) ** 2 + _least),
                    says="Complete the square.",
                ),
                Substitute(
                    using="D.closest-approach",
                    part=1,
                    to=equal(Gamma(t) ** 2, _moving + _least),
                    says="Name the time of closest approach,",
                ),
                Substitute(
                    using="D.closest-approach",
                    part=2,
                    to=equal(Gamma(t) ** 2, _moving + Gamma_min**2),
                    says="and the smallest gap.",
                ),
            )
        ),
    ),
)
AVOIDED = Statement(
    id="W3.avoided-crossing",
    kind=Kind.THEOREM,
    title="Avoided crossing of two levels",
    says="Two levels never come nearer than the smallest gap, which is not zero unless the coupling is: "
    "without fine tuning they do not cross.",
    content=(
        sp.Ge(Gamma(t) ** 2, Gamma_min**2),
        equal((a_1**2 + b_1**2) * Gamma_min**2, f_two**2),
    ),
    source=Source(
        "J. von Neumann, E. Wigner, Phys. Z. 30 (1929) 467", "two quantities must vanish for a crossing"
    ),
    refuted_if="The eigenvalues of A_0 + tB come nearer than the smallest gap.",
    uses=("D.two-levels", "D.closest-approach"),
    derivations=(
        Derivation(
            (
                Start(
                    using="W3.normal-form",
                    to=equal(Gamma(t) ** 2, _moving + Gamma_min**2),
                    says="The normal form.",
                ),
                Bound(
                    certificate=_moving,
                    to=sp.Ge(Gamma(t) ** 2, Gamma_min**2),
                    says="A sum of squares is not below one of them.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Start(
                    using="D.closest-approach",
                    part=2,
                    to=equal(Gamma_min**2, _least),
                    says="The smallest gap.",
                ),
                Rearrange(
                    times=a_1**2 + b_1**2,
                    to=equal((a_1**2 + b_1**2) * Gamma_min**2, 4 * (a_0 * b_1 - a_1 * b_0) ** 2),
                    says="Multiply by the squared speed of the entries.",
                ),
                Substitute(
                    using="D.closest-approach",
                    part=0,
                    to=equal((a_1**2 + b_1**2) * Gamma_min**2, f_two**2),
                    says="Name the coupling.",
                ),
            ),
            part=1,
        ),
    ),
)
_doubled = 8 * a_1 * _line_a + 8 * b_1 * _line_b
_slope = (4 * a_1 * _line_a + 4 * b_1 * _line_b) / Gamma(t)
SLOPE = Statement(
    id="W3.gap-slope",
    kind=Kind.THEOREM,
    title="How fast the gap of two levels changes",
    says="The gap changes with the speed of the entries along the line from the crossing.",
    content=(equal(_rate(Gamma(t)), _slope),),
    source=project("step towards the repulsion of two levels"),
    refuted_if="A step of its derivation fails.",
    uses=("D.two-levels",),
    derivations=(
        Derivation(
            (
                Start(using="W3.hyperbola", to=equal(Gamma(t) ** 2, _quadratic), says="The hyperbola."),
                Differentiate(
                    by=t, to=equal(2 * Gamma(t) * _rate(Gamma(t)), _doubled), says="Differentiate,"
                ),
                Rearrange(times=1 / (2 * Gamma(t)), to=equal(_rate(Gamma(t)), _slope), says="and divide."),
            ),
        ),
    ),
)
_inward = Gamma(t) ** 3 * _rate(Gamma(t), 2)
_remaining = 16 * (a_1**2 + b_1**2) * (_line_a**2 + _line_b**2) - 16 * (a_1 * _line_a + b_1 * _line_b) ** 2
_turned = 4 * (a_1**2 + b_1**2) / Gamma(t) - _slope**2 / Gamma(t)
REPULSION = Statement(
    id="W3.two-level-repulsion",
    kind=Kind.THEOREM,
    title="Two levels repel each other with the inverse cube of their gap",
    says="The gap is accelerated by four times the squared coupling over its cube: Pechukas–Yukawa for two "
    "levels.",
    content=(equal(_inward, 4 * f_two**2),),
    source=project("W3.pechukas-yukawa for two levels, from the closed form"),
    refuted_if="A step of its derivation fails.",
    uses=("D.two-levels", "D.closest-approach"),
    derivations=(
        Derivation(
            (
                Start(using="W3.gap-slope", to=equal(_rate(Gamma(t)), _slope), says="The slope of the gap."),
                Differentiate(
                    by=t,
                    to=equal(
                        _rate(Gamma(t), 2),
                        4 * (a_1**2 + b_1**2) / Gamma(t) - _slope * _rate(Gamma(t)) / Gamma(t),
                    ),
                    says="Differentiate,",
                ),
                Substitute(
                    using="W3.gap-slope", to=equal(_rate(Gamma(t), 2), _turned), says="and use it again."
                ),
                Rearrange(
                    times=Gamma(t) ** 3,
                    to=equal(
                        _inward,
                        4 * (a_1**2 + b_1**2) * Gamma(t) ** 2 - 16 * (a_1 * _line_a + b_1 * _line_b) ** 2,
                    ),
                    says="Multiply by the cube of the gap.",
                ),
                Substitute(using="W3.hyperbola", to=equal(_inward, _remaining), says="Put in the hyperbola."),
                Rewrite(
                    to=equal(_inward, 16 * (a_0 * b_1 - a_1 * b_0) ** 2),
                    says="Time drops out: Lagrange's identity.",
                ),
                Substitute(
                    using="D.closest-approach",
                    part=0,
                    to=equal(_inward, 4 * f_two**2),
                    says="Name the coupling.",
                ),
            ),
        ),
    ),
)

STATEMENTS = (TWO_LEVELS, LEVELS, HYPERBOLA, CLOSEST, NORMAL_FORM, AVOIDED, SLOPE, REPULSION)
