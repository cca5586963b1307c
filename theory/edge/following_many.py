"""How well the residual follows a group of slow modes: any number of modes, any turning within the groups.

The modes 1 … k above a gap of the kernel are the fast ones, the modes k + 1 … n below it the slow ones. The
residual lies in the cone |fast| ≤ P |slow|; no rotation that couples the groups slower than half the gap of
their decay rates lets it out. The rates ``γ ± w_c`` are now those at the gap, and ``w`` bounds the coupling.
"""

from __future__ import annotations

import sympy as sp

from ..derivation import Bound, Derivation, Differentiate, Rearrange, Rewrite, Start, Substitute
from ..statement import Kind, Statement
from ..units import LOSS, ONE
from .adiabatic_units import A_v1, gap_kernel, kernel_speed
from .critical_adiabatic import A_2, A_f
from .exceptional_point import gamma, mixing, w_c
from .kernel_speed import SPEED, speed_2, speed_f, w
from .notation import CURVATURE, NOTATION, eta, j, t
from .rotating_kernel import PER_TIME, c, n, push, value
from .sources import project

_s, _f = NOTATION.symbol, NOTATION.function
_POWER = LOSS * PER_TIME

k_gap = _s("k_K", ONE, "number of modes above the gap of the kernel", "k", integer=True, positive=True)
fast_part = _f("F_fast", LOSS, "squared residual along the fast modes", r"|c_>|^2")
slow_part = _f("F_slow", LOSS, "squared residual along the slow modes", r"|c_<|^2")
given = _f("y_fast", _POWER, "what the rotation takes from the fast modes, times their amplitudes", "Y")
taken = _f("y_slow", _POWER, "what the rotation takes from the slow modes, times their amplitudes", "Y'")
above = _f("E_fast", LOSS * CURVATURE, "decay of the fast modes beyond that at the gap", "E", nonnegative=True)
below = _f("E_slow", LOSS * CURVATURE, "lack of decay of the slow modes", "E'", nonnegative=True)
spare = _f("spare_K", _POWER, "what the coupling leaves of its bound", "D", nonnegative=True)
cone = _f("cone", LOSS, "how far the residual is outside the cone", "F")
grown = _f("cone_grown", LOSS, "the same, with the mean decay taken out", "G")
k_low = _s("Lambda_low", CURVATURE, "largest eigenvalue below the gap", r"\Lambda_{k+1}", nonnegative=True)
k_up = _s("Lambda_up", CURVATURE, "smallest eigenvalue above the gap", r"\Lambda_k", nonnegative=True)
rest_f = _s("rest_F", SPEED, "what the Frobenius norm of the velocity has beyond the coupling", nonnegative=True)
rest_2 = _s("rest_2", SPEED, "what the spectral norm of the velocity has beyond the coupling", nonnegative=True)


def _eq(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Eq(lhs, rhs, evaluate=False)


def _rate(expression: sp.Expr) -> sp.Expr:
    return sp.Derivative(expression, t)


def _fast(expression: sp.Expr) -> sp.Expr:
    return sp.Sum(expression, (j, 1, k_gap))


def _slow(expression: sp.Expr) -> sp.Expr:
    return sp.Sum(expression, (j, k_gap + 1, n))


_c, _y, _value = c(j, t), push(j, t), value(j, t)
_A, _B, _Y = fast_part(t), slow_part(t), given(t)

PARTS = Statement(
    id="D.fast-and-slow",
    kind=Kind.DEFINITION,
    title="The two groups of modes",
    says="Squared residual in each group, and what the rotation takes from each; together that is all of it.",
    content=(
        _eq(_A, _fast(_c**2)),
        _eq(_B, _slow(_c**2)),
        _eq(_Y, _fast(_c * _y)),
        _eq(taken(t), _slow(_c * _y)),
        _eq(sp.Sum(_c * _y, (j, 1, n)), _Y + taken(t)),
    ),
    source=project("definition"),
    uses=("D.amplitude", "D.push"),
)
EXCHANGE = Statement(
    id="S5.group-exchange",
    kind=Kind.THEOREM,
    title="What the rotation takes from one group it gives to the other",
    says="Turning within a group does nothing to its squared residual.",
    content=(_eq(taken(t), -_Y),),
    source=project("step of S5.cone"),
    refuted_if="A step of its derivation fails.",
    uses=("D.fast-and-slow",),
    derivations=(
        Derivation(
            (
                Start(
                    using="S5.no-work", to=_eq(sp.Sum(_c * _y, (j, 1, n)), 0), says="The rotation does no work."
                ),
                Substitute(using="D.fast-and-slow", part=4, to=_eq(_Y + taken(t), 0), says="Group by group."),
                Rearrange(to=_eq(taken(t), -_Y), says="Solve for the slow group."),
            )
        ),
    ),
)
SPLIT = Statement(
    id="A.kernel-split",
    kind=Kind.ASSUMPTION,
    title="The gap separates the two groups",
    says="Fast modes have eigenvalues of at least Λ_k = (γ + w_c)/η, slow ones of at most Λ_{k+1} = (γ − w_c)/η, "
    "at all times.",
    content=(
        _eq(_fast(_value * _c**2), (gamma + w_c) / eta * _A + above(t)),
        _eq(_slow(_value * _c**2), (gamma - w_c) / eta * _B - below(t)),
    ),
    source=project("assumption: a gap of the kernel that stays open; the eigenvalues may move"),
    uses=("D.fast-and-slow",),
)
COUPLING = Statement(
    id="A.coupling",
    kind=Kind.ASSUMPTION,
    title="The groups turn towards each other at most at the rate w",
    says="The block of Ω between the groups has the spectral norm w or less: it moves at most w|fast||slow|, and by "
    "the inequality of the means at most w(|fast|²/P + P|slow|²)/2.",
    content=(_eq(_Y, (spare(t) - w * (_A / mixing + mixing * _B)) / 2),),
    source=project("assumption; the turning may change in time, below this bound"),
    uses=("D.fast-and-slow", "D.mixing"),
)


def _group(part: int, own: sp.Expr, sums: str, over: sp.Expr, flow: sp.Expr, last: tuple[str, int]) -> Derivation:
    """Rate of the squared residual of one group: differentiate, put in the frame, group the terms."""
    summed = {"fast": _fast, "slow": _slow}[sums]
    using, using_part = last
    work = -2 * summed(_c * _y)
    steps = [
        Start(using="D.fast-and-slow", part=part, to=_eq(own, summed(_c**2)), says="The group."),
        Differentiate(by=t, to=_eq(_rate(own), summed(2 * _c * _rate(_c))), says="Mode by mode."),
        Substitute(
            using="S5.frame",
            to=_eq(_rate(own), -2 * eta * summed(_value * _c**2) + work),
            says="The flow of each amplitude.",
        ),
        Substitute(using="A.kernel-split", part=part, to=_eq(_rate(own), over + work), says="The gap."),
    ]
    return Derivation((*steps,), part=part)


_fast_decay = -2 * (gamma + w_c) * _A - 2 * eta * above(t)
_slow_decay = -2 * (gamma - w_c) * _B + 2 * eta * below(t)
_fast_rate, _slow_rate = _fast_decay - 2 * _Y, _slow_decay + 2 * _Y
