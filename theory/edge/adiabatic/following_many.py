"""How well the residual follows a group of slow modes: any number of modes, any turning within the groups.

The modes 1 … k above a gap of the kernel are the fast ones, the modes k + 1 … n below it the slow ones. The
residual lies in the cone |fast| ≤ P |slow|; no rotation that couples the groups slower than half the gap of
their decay rates lets it out. The rates ``γ ± w_c`` are now those at the gap, and ``w`` bounds the coupling.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Differentiate, Rearrange, Start, Substitute
from ...statement import Kind, Statement
from ...units import LOSS, ONE
from ..kernel.exceptional_point import gamma, mixing, w_c
from ..kernel.kernel_speed import w
from ..kernel.rotating_kernel import PER_TIME, c, n, push, value
from ..notation import CURVATURE, NOTATION, eta, j, t
from ..relations import equal, rate_of
from ..sources import project

_s, _f = NOTATION.symbol, NOTATION.function
_POWER = LOSS * PER_TIME

k_gap = _s("k_K", ONE, "number of modes above the gap of the kernel", "k", integer=True, positive=True)
fast_part = _f("F_fast", LOSS, "squared residual along the fast modes", r"|c_>|^2")
slow_part = _f("F_slow", LOSS, "squared residual along the slow modes", r"|c_<|^2")
given = _f("y_fast", _POWER, "what the rotation takes from the fast modes, times their amplitudes", "Y")
taken = _f("y_slow", _POWER, "what the rotation takes from the slow modes, times their amplitudes", "Y'")
above = _f(
    "E_fast", LOSS * CURVATURE, "decay of the fast modes beyond that at the gap", "E", nonnegative=True
)
below = _f("E_slow", LOSS * CURVATURE, "lack of decay of the slow modes", "E'", nonnegative=True)
spare = _f("spare_K", _POWER, "what the coupling leaves of its bound", "D", nonnegative=True)
cone = _f("cone", LOSS, "how far the residual is outside the cone", "F")
decay = _s("x_decay", PER_TIME, "decay rate of an exponential solution", "x")
grown = _f("cone_grown", LOSS, "the same, with the mean decay taken out", "G")


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
        equal(_A, _fast(_c**2)),
        equal(_B, _slow(_c**2)),
        equal(_Y, _fast(_c * _y)),
        equal(taken(t), _slow(_c * _y)),
        equal(sp.Sum(_c * _y, (j, 1, n)), _Y + taken(t)),
    ),
    source=project("definition"),
    uses=("D.amplitude", "D.push"),
)
EXCHANGE = Statement(
    id="S5.group-exchange",
    kind=Kind.THEOREM,
    title="What the rotation takes from one group it gives to the other",
    says="Turning within a group does nothing to its squared residual.",
    content=(equal(taken(t), -_Y),),
    source=project("step of S5.cone"),
    refuted_if="A step of its derivation fails.",
    uses=("D.fast-and-slow",),
    derivations=(
        Derivation(
            (
                Start(
                    using="S5.no-work",
                    to=equal(sp.Sum(_c * _y, (j, 1, n)), 0),
                    says="The rotation does no work.",
                ),
                Substitute(
                    using="D.fast-and-slow", part=4, to=equal(_Y + taken(t), 0), says="Group by group."
                ),
                Rearrange(to=equal(taken(t), -_Y), says="Solve for the slow group."),
            )
        ),
    ),
)
SPLIT = Statement(
    id="A.kernel-split",
    kind=Kind.ASSUMPTION,
    title="The gap separates the two groups",
    says="Fast modes have eigenvalues of at least Λ_k = (γ + w_c)/η, slow ones of at most Λ_{k+1} = "
    "(γ − w_c)/η, at all times.",
    content=(
        equal(_fast(_value * _c**2), (gamma + w_c) / eta * _A + above(t)),
        equal(_slow(_value * _c**2), (gamma - w_c) / eta * _B - below(t)),
    ),
    source=project("assumption: a gap of the kernel that stays open; the eigenvalues may move"),
    uses=("D.fast-and-slow",),
)
COUPLING = Statement(
    id="A.coupling",
    kind=Kind.ASSUMPTION,
    title="The groups turn towards each other at most at the rate w",
    says="The block of Ω between the groups has the spectral norm w or less: it moves at most w|fast||slow|, "
    "and by the inequality of the means at most w(|fast|²/P + P|slow|²)/2.",
    content=(equal(_Y, (spare(t) - w * (_A / mixing + mixing * _B)) / 2),),
    source=project("assumption; the turning may change in time, below this bound"),
    uses=("D.fast-and-slow", "D.mixing"),
)


_fast_decay = -2 * (gamma + w_c) * _A - 2 * eta * above(t)
_slow_decay = -2 * (gamma - w_c) * _B + 2 * eta * below(t)
_fast_rate, _slow_rate = _fast_decay - 2 * _Y, _slow_decay + 2 * _Y

FAST_RATE = Statement(
    id="S5.fast-rate",
    kind=Kind.THEOREM,
    title="How the fast group decays",
    says="At twice the rate at the gap or faster, and it gives to the rotation.",
    content=(equal(rate_of(_A), _fast_rate),),
    source=project("step of S5.cone"),
    refuted_if="A step of its derivation fails.",
    uses=("D.fast-and-slow",),
    derivations=(
        Derivation(
            (
                Start(using="D.fast-and-slow", to=equal(_A, _fast(_c**2)), says="The fast group."),
                Differentiate(by=t, to=equal(rate_of(_A), _fast(2 * _c * rate_of(_c))), says="Mode by mode."),
                Substitute(
                    using="S5.frame",
                    to=equal(rate_of(_A), -2 * eta * _fast(_value * _c**2) - 2 * _fast(_c * _y)),
                    says="The flow of each amplitude.",
                ),
                Substitute(
                    using="A.kernel-split",
                    to=equal(rate_of(_A), _fast_decay - 2 * _fast(_c * _y)),
                    says="The eigenvalues above the gap.",
                ),
                Substitute(
                    using="D.fast-and-slow",
                    part=2,
                    to=equal(rate_of(_A), _fast_rate),
                    says="Name what it gives.",
                ),
            )
        ),
    ),
)
SLOW_RATE = Statement(
    id="S5.slow-rate",
    kind=Kind.THEOREM,
    title="How the slow group decays",
    says="At twice the rate below the gap or slower, and it takes from the rotation.",
    content=(equal(rate_of(_B), _slow_rate),),
    source=project("step of S5.cone"),
    refuted_if="A step of its derivation fails.",
    uses=("D.fast-and-slow",),
    derivations=(
        Derivation(
            (
                Start(using="D.fast-and-slow", part=1, to=equal(_B, _slow(_c**2)), says="The slow group."),
                Differentiate(by=t, to=equal(rate_of(_B), _slow(2 * _c * rate_of(_c))), says="Mode by mode."),
                Substitute(
                    using="S5.frame",
                    to=equal(rate_of(_B), -2 * eta * _slow(_value * _c**2) - 2 * _slow(_c * _y)),
                    says="The flow of each amplitude.",
                ),
                Substitute(
                    using="A.kernel-split",
                    part=1,
                    to=equal(rate_of(_B), _slow_decay - 2 * _slow(_c * _y)),
                    says="The eigenvalues below the gap.",
                ),
                Substitute(
                    using="D.fast-and-slow",
                    part=3,
                    to=equal(rate_of(_B), _slow_decay - 2 * taken(t)),
                    says="Name what it gives.",
                ),
                Substitute(
                    using="S5.group-exchange",
                    to=equal(rate_of(_B), _slow_rate),
                    says="That is minus what the fast group gives.",
                ),
            )
        ),
    ),
)

CONE = Statement(
    id="D.cone",
    kind=Kind.DEFINITION,
    title="The cone around the slow modes",
    says="|fast|² − P²|slow|² is not positive inside the cone |fast| ≤ P|slow|; and the same with the mean "
    "decay taken out.",
    content=(equal(cone(t), _A - mixing**2 * _B), equal(grown(t), cone(t) * sp.exp(2 * gamma * t))),
    source=project("definition"),
    uses=("D.fast-and-slow", "D.mixing"),
)
_F = cone(t)
_rest = 2 * eta * above(t) + 2 * eta * mixing**2 * below(t) + (1 + mixing**2) * spare(t)
_parts_rate = _fast_decay - mixing**2 * _slow_decay - 2 * (1 + mixing**2) * _Y
_coupled = (
    _fast_decay
    - mixing**2 * _slow_decay
    - (1 + mixing**2) * spare(t)
    + (1 + mixing**2) * w * (_A / mixing + mixing * _B)
)
CONE_RATE = Statement(
    id="S5.cone-rate",
    kind=Kind.THEOREM,
    title="The distance from the cone decays",
    says="It decays at twice the mean rate at the gap, and three terms that are not negative only help.",
    content=(equal(rate_of(_F), -2 * gamma * _F - _rest),),
    source=project("step of S5.cone"),
    refuted_if="A step of its derivation fails.",
    uses=("D.cone",),
    derivations=(
        Derivation(
            (
                Start(using="D.cone", to=equal(_F, _A - mixing**2 * _B), says="The cone."),
                Differentiate(
                    by=t, to=equal(rate_of(_F), rate_of(_A) - mixing**2 * rate_of(_B)), says="P is constant."
                ),
                Substitute(
                    using="S5.fast-rate",
                    to=equal(rate_of(_F), _fast_rate - mixing**2 * rate_of(_B)),
                    says="The fast group.",
                ),
                Substitute(using="S5.slow-rate", to=equal(rate_of(_F), _parts_rate), says="The slow group."),
                Substitute(
                    using="A.coupling", to=equal(rate_of(_F), _coupled), says="The bound on the coupling."
                ),
                Substitute(
                    using="D.mixing",
                    to=equal(rate_of(_F), -2 * gamma * (_A - mixing**2 * _B) - _rest),
                    says="w(1 + P²) = 2w_c P: what the coupling can do is what the gap undoes.",
                ),
                Substitute(
                    using="D.cone", to=equal(rate_of(_F), -2 * gamma * _F - _rest), says="The cone again."
                ),
            )
        ),
    ),
)
_G = grown(t)
_kept = _rest * sp.exp(2 * gamma * t)
INVARIANT = Statement(
    id="S5.cone",
    kind=Kind.THEOREM,
    title="The residual never leaves the cone around the slow modes",
    says="With the mean decay taken out, the distance from the cone never grows: a residual in |fast| ≤ "
    "P|slow| stays there for all time, for any number of modes, any turning within the groups, and a "
    "coupling that changes in time below its bound. The distance of one that starts outside falls at the "
    "mean rate.",
    content=(sp.Le(rate_of(_G), 0),),
    source=project("section on 𝒜: bound on mode following for n modes, with the constant of two modes"),
    refuted_if="Integrated modes that satisfy the assumptions and leave the cone.",
    uses=("D.cone",),
    derivations=(
        Derivation(
            (
                Start(using="D.cone", part=1, to=equal(_G, _F * sp.exp(2 * gamma * t)), says="The distance."),
                Differentiate(
                    by=t,
                    to=equal(rate_of(_G), (rate_of(_F) + 2 * gamma * _F) * sp.exp(2 * gamma * t)),
                    says="Differentiate.",
                ),
                Substitute(
                    using="S5.cone-rate",
                    to=equal(rate_of(_G), -_kept),
                    says="Its rate; the mean decay cancels.",
                ),
                Bound(to=sp.Le(rate_of(_G), 0), certificate=_kept, says="No term is negative."),
            )
        ),
    ),
)

EXPONENTIAL = Statement(
    id="D.exponential-cone",
    kind=Kind.DEFINITION,
    title="A solution that decays exponentially",
    says="Its squared residuals all decay at twice its decay rate x. (For a complex rate, take the sum over "
    "the real and the imaginary part, which both are solutions; x is then the real part.)",
    content=(equal(rate_of(_F), -2 * decay * _F),),
    source=project("definition"),
    uses=("D.cone",),
)
WINDOW = Statement(
    id="S5.rate-window",
    kind=Kind.THEOREM,
    title="No decay rate crosses the middle of a gap",
    says="An exponential solution outside the cone decays at the mean rate at the gap or faster, one inside "
    "it at the mean rate or slower. If the coupling is below its bound strictly, at every gap, each rate "
    "therefore stays between two midpoints as the rotation is turned on from zero; alone there, it is real.",
    content=(sp.Ge((decay - gamma) * _F, 0),),
    source=project("section on 𝒜: sufficient condition for real rates, any number of modes"),
    refuted_if="A generator of steady rotation below the bound at every gap with a complex eigenvalue.",
    uses=("D.exponential-cone",),
    derivations=(
        Derivation(
            (
                Start(
                    using="S5.cone-rate",
                    to=equal(rate_of(_F), -2 * gamma * _F - _rest),
                    says="How the distance decays.",
                ),
                Substitute(
                    using="D.exponential-cone",
                    to=equal(-2 * decay * _F, -2 * gamma * _F - _rest),
                    says="It decays exponentially.",
                ),
                Rearrange(
                    times=-sp.Rational(1, 2),
                    to=equal((decay - gamma) * _F, _rest / 2),
                    says="Solve for the difference of the rates.",
                ),
                Bound(to=sp.Ge((decay - gamma) * _F, 0), certificate=_rest / 2, says="No term is negative."),
            )
        ),
    ),
)

STATEMENTS = (
    PARTS, EXCHANGE, SPLIT, COUPLING, FAST_RATE, SLOW_RATE, CONE, CONE_RATE, INVARIANT,
    EXPONENTIAL, WINDOW,
)  # fmt: skip
