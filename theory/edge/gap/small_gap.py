"""The rate of a small gap: what is left of it at gap zero, and how it changes with the gap.

Everything follows from the amended gap flow (F3). At one instant, and so at a given mean strength, the
rate of the gap is a function of the gap alone. The source counts the driving term as independent of the
gap. It is not: to first order it is a second damping. :mod:`.viability` says what that does to F4.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Differentiate, Expand, Rearrange, Start, Substitute, TakeLimit
from ...statement import Kind, Statement
from ...units import LOSS, THETA, TIME
from ..notation import (
    CURVATURE,
    NOTATION,
    G_k,
    G_l,
    W,
    d_k,
    d_l,
    d_mean,
    eta,
    g,
    h_k,
    h_l,
    h_mean,
    omega,
    t,
    tau,
)
from ..relations import equal, rate_of
from ..sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function

stiff_k = _s("s_k", CURVATURE, "stiffness above the gap: curvature plus decay", positive=True)
stiff_l = _s("s_l", CURVATURE, "stiffness below the gap", "s_{k+1}", positive=True)
inject_k = _s("I_k", LOSS, "what fresh gradients feed to the mode above the gap", nonnegative=True)
inject_l = _s("I_l", LOSS, "what they feed to the mode below it", "I_{k+1}", nonnegative=True)
g_now = _s("g_now", THETA, "the gap, as a coordinate", "g", running=True)
d_now = _s("d_now", THETA, "the mean strength, held fixed", r"\bar{d}", positive=True)
gap_rate = _f("v_g", THETA / TIME, "rate of the gap as a function of gap and mean strength", "v")
drive = _s("c_g", THETA / TIME, "drive: the rate at which the gap leaves zero", "c")
damping = _s("kappa_g", TIME**-1, "damping of a small gap, all of it", r"\kappa", positive=True)


NAMES = Statement(
    id="D.stiffness",
    kind=Kind.DEFINITION,
    title="Stiffness and injection of the two modes at the gap",
    says="The stiffness of a mode is its curvature plus decay, and positive; its injection is ητW G².",
    content=(
        equal(h_k, stiff_k - omega),
        equal(h_l, stiff_l - omega),
        equal(G_k**2, inject_k / (eta * tau * W)),
        equal(G_l**2, inject_l / (eta * tau * W)),
    ),
    source=project("definition: two numbers for each mode are all that the amended F1 needs"),
)
LOWER = Statement(
    id="F4.lower",
    kind=Kind.THEOREM,
    title="The strength below the gap",
    says="The strength below the gap is the one above it less the gap.",
    content=(equal(d_l(t), d_k(t) - g(t)),),
    source=project("step towards F4"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (
                Start(using="D.gap", to=equal(g(t), d_k(t) - d_l(t)), says="The definition of the gap."),
                Rearrange(to=equal(d_l(t), d_k(t) - g(t)), says="Solve for the strength below it."),
            )
        ),
    ),
)
_upper_half = (
    Start(using="D.mean-strength", to=equal(d_mean(t), (d_k(t) + d_l(t)) / 2), says="The mean strength."),
    Substitute(using="F4.lower", to=equal(d_mean(t), d_k(t) - g(t) / 2), says="Put in the strength below."),
    Rearrange(times=sp.Integer(-1), to=equal(d_k(t), d_mean(t) + g(t) / 2), says="Solve for the one above."),
)
HALVES = Statement(
    id="F4.halves",
    kind=Kind.THEOREM,
    title="The two strengths from mean and gap",
    says="The strength above the gap is the mean plus half the gap, the one below the mean minus half of it.",
    content=(equal(d_k(t), d_mean(t) + g(t) / 2), equal(d_l(t), d_mean(t) - g(t) / 2)),
    source=project("step towards F4"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(_upper_half, part=0),
        Derivation(
            (
                *_upper_half,
                Rearrange(to=equal(d_k(t) - g(t), d_mean(t) - g(t) / 2), says="Take the gap off both sides."),
                Substitute(
                    using="F4.lower",
                    to=equal(d_l(t), d_mean(t) - g(t) / 2),
                    says="This is the strength below.",
                ),
            ),
            part=1,
        ),
    ),
)


_gap, _mean = g(t), d_mean(t)
_feed = eta**2 * tau * W * (G_k**2 / d_k(t) - G_l**2 / d_l(t))
_over, _under = _mean + _gap / 2, _mean - _gap / 2


def _velocity(gap: sp.Expr, mean: sp.Expr, above: sp.Expr, below: sp.Expr) -> sp.Expr:
    stiffness = -eta * (stiff_k - stiff_l) * mean - eta * (stiff_k + stiff_l) / 2 * gap
    return stiffness + eta * (inject_k / above - inject_l / below)


RATE = Statement(
    id="D.gap-rate",
    kind=Kind.DEFINITION,
    title="Rate of the gap as a function",
    says="The right-hand side of the gap flow as a function of the gap and of any given mean strength.",
    content=(equal(gap_rate(g_now, d_now), _velocity(g_now, d_now, d_now + g_now / 2, d_now - g_now / 2)),),
    generic=((d_now,),),
    source=project("definition; F4.flow shows that the gap follows it"),
    uses=("D.stiffness",),
)
FLOW = Statement(
    id="F4.flow",
    kind=Kind.THEOREM,
    title="The gap flow in its own two variables",
    says="The two strengths drop out of the gap flow: its rate depends on gap and mean strength alone.",
    content=(equal(rate_of(_gap), gap_rate(_gap, _mean)),),
    source=project("the amended F3, rewritten"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (
                Start(
                    using="F3-amended",
                    to=equal(
                        rate_of(_gap), -eta * (h_k - h_l) * _mean - eta * (h_mean + omega) * _gap + _feed
                    ),
                    says="The gap flow.",
                ),
                Substitute(
                    using="D.mean-curvature",
                    to=equal(
                        rate_of(_gap),
                        -eta * (h_k - h_l) * _mean - eta * ((h_k + h_l) / 2 + omega) * _gap + _feed,
                    ),
                    says="Write the mean curvature out.",
                ),
                Substitute(
                    using="D.stiffness",
                    part=0,
                    to=equal(
                        rate_of(_gap),
                        -eta * (stiff_k - omega - h_l) * _mean
                        - eta * (stiff_k + omega + h_l) / 2 * _gap
                        + _feed,
                    ),
                    says="Name the stiffness above the gap.",
                ),
                Substitute(
                    using="D.stiffness",
                    part=1,
                    to=equal(
                        rate_of(_gap),
                        -eta * (stiff_k - stiff_l) * _mean - eta * (stiff_k + stiff_l) / 2 * _gap + _feed,
                    ),
                    says="And the one below.",
                ),
                Substitute(
                    using="D.stiffness",
                    part=2,
                    to=equal(
                        rate_of(_gap),
                        _velocity(_gap, _mean, d_k(t), d_l(t))
                        + eta * inject_l / d_l(t)
                        - eta**2 * tau * W * G_l**2 / d_l(t),
                    ),
                    says="Name the injection above the gap.",
                ),
                Substitute(
                    using="D.stiffness",
                    part=3,
                    to=equal(rate_of(_gap), _velocity(_gap, _mean, d_k(t), d_l(t))),
                    says="And the one below.",
                ),
                Substitute(
                    using="F4.halves",
                    part=0,
                    to=equal(rate_of(_gap), _velocity(_gap, _mean, _over, d_l(t))),
                    says="The strength above the gap, from mean and gap.",
                ),
                Substitute(
                    using="F4.halves",
                    part=1,
                    to=equal(rate_of(_gap), _velocity(_gap, _mean, _over, _under)),
                    says="And the one below.",
                ),
                Substitute(
                    using="D.gap-rate",
                    where={g_now: _gap, d_now: _mean},
                    to=equal(rate_of(_gap), gap_rate(_gap, _mean)),
                    says="This is the rate at the present gap and mean strength.",
                ),
            ),
        ),
    ),
)

_above, _below = d_now + g_now / 2, d_now - g_now / 2
_any_gap = Start(
    using="D.gap-rate",
    to=equal(gap_rate(g_now, d_now), _velocity(g_now, d_now, _above, _below)),
    says="The rate of any gap at a given mean strength.",
)
_drive = -eta * (stiff_k - stiff_l) * d_now + eta * (inject_k - inject_l) / d_now
_damping = eta * (stiff_k + stiff_l) / 2 + eta * (inject_k + inject_l) / (2 * d_now**2)

DRIVE = Statement(
    id="D.drive",
    kind=Kind.DEFINITION,
    title="Drive of a small gap",
    says="Asymmetry of the stiffness and difference of the injections, both at the mean strength.",
    content=(equal(drive, _drive),),
    source=project("definition; F4.contact shows that it is the rate at gap zero"),
    uses=("D.stiffness",),
)
DAMPING = Statement(
    id="D.damping",
    kind=Kind.DEFINITION,
    title="Damping of a small gap",
    says="The mean stiffness, and what the injections take back: they feed the weaker mode the faster.",
    content=(equal(damping, _damping),),
    source=project("definition; F4.slope shows that it is the slope of the rate at gap zero"),
    uses=("D.stiffness",),
)
SOURCE_DRIVE = Statement(
    id="F4.drive",
    kind=Kind.THEOREM,
    title="The gap-independent drive, as the source has it",
    says="Curvature asymmetry, and the difference of the two squared gradients over the mean strength.",
    content=(equal(drive, -eta * (h_k - h_l) * d_now + eta * W * (G_k**2 - G_l**2) / d_now),),
    source=thesis("viability of the gap: what is left of the source's gap flow at gap zero"),
    refuted_if="Its terms have different units.",
)
_contact = sp.Limit(gap_rate(g_now, d_now), g_now, 0)

CONTACT = Statement(
    id="F4.contact",
    kind=Kind.THEOREM,
    title="Rate of the gap at gap zero",
    says="As the gap closes its rate tends to the drive, a finite number: nothing diverges at contact.",
    content=(equal(_contact, drive),),
    source=project("step towards F4"),
    refuted_if="A step of its derivation fails.",
    amends="F4.drive",
    repair="The injections carry the factor ητ of the amended F1.",
    derivations=(
        Derivation(
            (
                _any_gap,
                TakeLimit(by=g_now, at=sp.Integer(0), to=equal(_contact, _drive), says="Let the gap close."),
                Substitute(using="D.drive", to=equal(_contact, drive), says="This is the drive."),
            )
        ),
    ),
)
_slope = sp.Derivative(gap_rate(g_now, d_now), g_now)
_slope_value = -eta * (stiff_k + stiff_l) / 2 - eta * (inject_k / _above**2 + inject_l / _below**2) / 2
_first_slope = sp.Limit(_slope, g_now, 0)

SLOPE = Statement(
    id="F4.slope",
    kind=Kind.THEOREM,
    title="Slope of the rate at gap zero",
    says="A small gap is damped by more than curvature and decay: the injections depend on the gap to first "
    "order, so the driving term is not independent of it.",
    content=(equal(_first_slope, -damping),),
    source=project("step towards F4"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (
                _any_gap,
                Differentiate(by=g_now, to=equal(_slope, _slope_value), says="Differentiate by the gap."),
                TakeLimit(
                    by=g_now, at=sp.Integer(0), to=equal(_first_slope, -_damping), says="Let the gap close."
                ),
                Substitute(using="D.damping", to=equal(_first_slope, -damping), says="This is the damping."),
            )
        ),
    ),
)
EXPANSION = Statement(
    id="F4.expansion",
    kind=Kind.THEOREM,
    title="Rate of a small gap to first order",
    says="Up to second order in the gap the rate is the drive less the damping times the gap.",
    content=(equal(gap_rate(g_now, d_now), _drive - _damping * g_now + sp.Order(g_now**2)),),
    source=project("the ≈ of F4: an expansion to first order in the gap, at a fixed mean strength"),
    refuted_if="A coefficient of the expansion differs.",
    uses=("D.drive", "D.damping", "F4.flow"),
    derivations=(
        Derivation(
            (
                _any_gap,
                Expand(
                    by=g_now,
                    to=equal(gap_rate(g_now, d_now), _drive - _damping * g_now + sp.Order(g_now**2)),
                    says="Expand in the gap; the remainder is of second order and no smaller.",
                ),
            )
        ),
    ),
)

STATEMENTS = (
    NAMES,
    LOWER,
    HALVES,
    RATE,
    FLOW,
    DRIVE,
    DAMPING,
    SOURCE_DRIVE,
    CONTACT,
    SLOPE,
    EXPANSION,
)
