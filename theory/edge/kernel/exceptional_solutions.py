"""Two modes that turn steadily, solved: below, at and above the exceptional point.

Below it two combinations of the amplitudes decay on their own, with the mixing P. At it the two become one,
and a factor linear in time appears. Above it the amplitudes circle around each other while both decay at the
mean rate.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import (
    Derivation,
    Differentiate,
    Rewrite,
    SolveFlow,
    Start,
    Substitute,
)
from ...statement import Kind, Statement
from ..notation import NOTATION, t
from ..relations import equal, rate_of
from ..sources import project
from .exceptional_point import gamma, mixing, w_c
from .kernel_speed import w
from .rotating_kernel import PER_TIME, ROOT_LOSS, c

_s, _f = NOTATION.symbol, NOTATION.function

fast = _f("fast_K", ROOT_LOSS, "combination of the two amplitudes that decays at the larger rate", "f")
slow = _f("slow_K", ROOT_LOSS, "combination of the two amplitudes that decays at the smaller rate", "s")
difference = _f("u_K", ROOT_LOSS, "difference of the two amplitudes", "u")
nu = _s("nu_K", PER_TIME, "frequency above the exceptional point", r"\nu", positive=True)
b_1 = _s("b_1", ROOT_LOSS, "first amplitude at time zero")
b_2 = _s("b_2", ROOT_LOSS, "second amplitude at time zero")
o_1 = _f("o_1", ROOT_LOSS, "first amplitude of the circling solution", "c_1")
o_2 = _f("o_2", ROOT_LOSS, "second amplitude of the circling solution", "c_2")


_c1, _c2 = c(1, t), c(2, t)
_flow_1, _flow_2 = -(gamma + w_c) * _c1 + w * _c2, -(gamma - w_c) * _c2 - w * _c1
_rho = w * (1 / mixing - mixing) / 2

COMBINATIONS = Statement(
    id="D.combinations",
    kind=Kind.DEFINITION,
    title="The two combinations that decay on their own",
    says="Each amplitude less P times the other.",
    content=(equal(fast(t), _c1 - mixing * _c2), equal(slow(t), _c2 - mixing * _c1)),
    source=project("definition: left eigenvectors of the generator"),
)


def _decays(part: int, own: sp.Expr, first: sp.Expr, second: sp.Expr, rate: sp.Expr) -> Derivation:
    """``own = first − P second`` decays at the given rate."""
    flows = {_c1: _flow_1, _c2: _flow_2}
    numbers = {_c1: 0, _c2: 1}
    combined = flows[first] - mixing * flows[second]
    return Derivation(
        (
            Start(
                using="D.combinations",
                part=part,
                to=equal(own, first - mixing * second),
                says="The definition.",
            ),
            Differentiate(
                by=t, to=equal(rate_of(own), rate_of(first) - mixing * rate_of(second)), says="P is constant."
            ),
            Substitute(
                using="S5.two-modes",
                part=numbers[first],
                to=equal(rate_of(own), flows[first] - mixing * rate_of(second)),
                says="One flow.",
            ),
            Substitute(
                using="S5.two-modes",
                part=numbers[second],
                to=equal(rate_of(own), combined),
                says="The other flow.",
            ),
            Substitute(
                using="D.mixing",
                to=equal(rate_of(own), -rate * (first - mixing * second)),
                says="Put in w_c; the same combination appears.",
            ),
            Substitute(
                using="D.combinations", part=part, to=equal(rate_of(own), -rate * own), says="Name it."
            ),
            SolveFlow(
                unknown=own,
                by=t,
                to=equal(own, own.xreplace({t: sp.Integer(0)}) * sp.exp(-rate * t)),
                says="An exponential.",
            ),
        ),
        part=part,
    )


BELOW_SOLVED = Statement(
    id="S5.below-solution",
    kind=Kind.THEOREM,
    title="Below the exceptional point: two exponentials",
    says="The two combinations decay at γ + ρ and γ − ρ, with ρ = w(1/P − P)/2 = √(w_c² − w²).",
    content=(
        equal(fast(t), fast(0) * sp.exp(-(gamma + _rho) * t)),
        equal(slow(t), slow(0) * sp.exp(-(gamma - _rho) * t)),
    ),
    source=project("section on 𝒜: behaviour below the exceptional point"),
    refuted_if="An integrated pair of modes leaves it.",
    uses=("D.combinations", "D.mixing"),
    derivations=(
        _decays(0, fast(t), _c1, _c2, gamma + _rho),
        _decays(1, slow(t), _c2, _c1, gamma - _rho),
    ),
)

DIFFERENCE = Statement(
    id="D.difference",
    kind=Kind.DEFINITION,
    title="Difference of the two amplitudes",
    says="At the exceptional point P = 1, and both combinations are this one.",
    content=(equal(difference(t), _c1 - _c2),),
    source=project("definition"),
)
_u = difference(t)
_decayed = difference(0) * sp.exp(-gamma * t)
AT_DIFFERENCE = Statement(
    id="S5.at-difference",
    kind=Kind.THEOREM,
    title="At the exceptional point: the one combination left",
    says="At w = w_c the difference of the amplitudes decays at the mean rate.",
    content=(equal(_u, _decayed),),
    source=project("section on 𝒜: at the exceptional point"),
    refuted_if="An integrated pair of modes at w = w_c leaves it.",
    uses=("D.difference",),
    derivations=(
        Derivation(
            (
                Start(using="D.difference", to=equal(_u, _c1 - _c2), says="The definition."),
                Differentiate(
                    by=t, to=equal(rate_of(_u), rate_of(_c1) - rate_of(_c2)), says="Differentiate."
                ),
                Substitute(
                    using="S5.two-modes",
                    to=equal(rate_of(_u), _flow_1 - rate_of(_c2)),
                    says="The first flow.",
                ),
                Substitute(
                    using="S5.two-modes",
                    part=1,
                    to=equal(rate_of(_u), _flow_1 - _flow_2),
                    says="The second flow.",
                ),
                Substitute(
                    using="A.critical-rotation",
                    to=equal(rate_of(_u), -gamma * (_c1 - _c2)),
                    says="At w = w_c.",
                ),
                Substitute(using="D.difference", to=equal(rate_of(_u), -gamma * _u), says="Name it."),
                SolveFlow(unknown=_u, by=t, to=equal(_u, _decayed), says="An exponential."),
            )
        ),
    ),
)
_linear = (c(2, 0) - w_c * difference(0) * t) * sp.exp(-gamma * t)
AT_SOLVED = Statement(
    id="S5.at-solution",
    kind=Kind.THEOREM,
    title="At the exceptional point: a factor linear in time",
    says="At w = w_c the generator has one eigenvector only (a Jordan block), and the slow amplitude is an "
    "exponential of the mean rate times a linear function of time.",
    content=(equal(_c2, _linear),),
    source=project("section on 𝒜: at the exceptional point"),
    refuted_if="An integrated pair of modes at w = w_c leaves it.",
    uses=("D.difference",),
    derivations=(
        Derivation(
            (
                Start(using="S5.two-modes", part=1, to=equal(rate_of(_c2), _flow_2), says="The second flow."),
                Substitute(
                    using="A.critical-rotation",
                    to=equal(rate_of(_c2), -gamma * _c2 - w_c * (_c1 - _c2)),
                    says="At w = w_c.",
                ),
                Substitute(
                    using="D.difference",
                    to=equal(rate_of(_c2), -gamma * _c2 - w_c * _u),
                    says="The difference.",
                ),
                Substitute(
                    using="S5.at-difference",
                    to=equal(rate_of(_c2), -gamma * _c2 - w_c * _decayed),
                    says="Which decays at the mean rate.",
                ),
                SolveFlow(
                    unknown=_c2, by=t, to=equal(_c2, _linear), says="Resonance: a factor linear in time."
                ),
            )
        ),
    ),
)

_cos, _sin, _mean = sp.cos(nu * t), sp.sin(nu * t), sp.exp(-gamma * t)
_s1, _s2 = (w * b_2 - w_c * b_1) / nu, (w_c * b_2 - w * b_1) / nu
_o1, _o2 = _mean * (b_1 * _cos + _s1 * _sin), _mean * (b_2 * _cos + _s2 * _sin)
_v1 = -gamma * o_1(t) + _mean * (nu * _s1 * _cos - nu * b_1 * _sin)
_v2 = -gamma * o_2(t) + _mean * (nu * _s2 * _cos - nu * b_2 * _sin)
FREQUENCY = Statement(
    id="D.frequency",
    kind=Kind.DEFINITION,
    title="Frequency above the exceptional point",
    says="ν² = w² − w_c², which asks for w > w_c.",
    content=(equal(w**2, w_c**2 + nu**2),),
    source=project("definition"),
)
CIRCLING = Statement(
    id="D.circling",
    kind=Kind.DEFINITION,
    title="The circling solution",
    says="Two amplitudes that start anywhere, turn with the frequency ν, and decay at the mean rate.",
    content=(equal(o_1(t), _o1), equal(o_2(t), _o2)),
    source=project("definition; S5.above-solution shows that it satisfies the flow"),
    uses=("D.frequency",),
)


def _circles(part: int, own: sp.Expr, formula: sp.Expr, velocity: sp.Expr, flow: sp.Expr) -> Derivation:
    other, other_formula = (o_2(t), _o2) if part == 0 else (o_1(t), _o1)
    start, swing = (b_1, _s1) if part == 0 else (b_2, _s2)
    turned = -gamma * formula + _mean * (nu * swing * _cos - (w**2 - w_c**2) * start * _sin / nu)
    return Derivation(
        (
            Start(using="D.circling", part=part, to=equal(own, formula), says="The solution."),
            Differentiate(
                by=t,
                to=equal(rate_of(own), velocity.xreplace({own: formula})),
                says="Exponential, sine and cosine.",
            ),
            Substitute(using="D.frequency", to=equal(rate_of(own), turned), says="ν is (w² − w_c²)/ν."),
            Rewrite(
                to=equal(rate_of(own), flow.xreplace({own: formula, other: other_formula})),
                says="What stands there are both solutions.",
            ),
            Substitute(
                using="D.circling",
                part=1 - part,
                to=equal(rate_of(own), flow.xreplace({own: formula})),
                says="Name the other amplitude.",
            ),
            Substitute(using="D.circling", part=part, to=equal(rate_of(own), flow), says="And this one."),
        ),
        part=part,
    )


_circling_1 = _flow_1.xreplace({_c1: o_1(t), _c2: o_2(t)})
_circling_2 = _flow_2.xreplace({_c1: o_1(t), _c2: o_2(t)})
ABOVE_SOLVED = Statement(
    id="S5.above-solution",
    kind=Kind.THEOREM,
    title="Above the exceptional point: the amplitudes circle",
    says="The circling solution satisfies both flows. It is the only one with these initial values: the "
    "difference of two solutions is a solution too, and by S5.mode-loss never grows.",
    content=(equal(rate_of(o_1(t)), _circling_1), equal(rate_of(o_2(t)), _circling_2)),
    source=project("section on 𝒜: behaviour above the exceptional point"),
    refuted_if="An integrated pair of modes leaves it.",
    uses=("D.circling", "S5.two-modes"),
    derivations=(
        _circles(0, o_1(t), _o1, _v1, _circling_1),
        _circles(1, o_2(t), _o2, _v2, _circling_2),
    ),
)

STATEMENTS = (
    COMBINATIONS, BELOW_SOLVED, DIFFERENCE, AT_DIFFERENCE, AT_SOLVED, FREQUENCY, CIRCLING, ABOVE_SOLVED,
)  # fmt: skip
