"""The limit of infinite depth, with the learning rate scaled down by the number of layers."""

from __future__ import annotations

import sympy as sp

from ..derivation import Derivation, Identity, Rearrange, Rewrite, SolveFlow, Start, Substitute, TakeLimit
from ..statement import Kind, Statement
from ..units import ONE, TIME
from .depth import N, S, T, U
from .depth_strength import GROWTH
from .notation import NOTATION, equal, rate, t
from .sources import project, saxe

_s, _f = NOTATION.symbol, NOTATION.function

T_N = _s("T_N", TIME, "time constant times depth: it is kept fixed as layers are added", positive=True)
p = _s("p", ONE, "a strength, in reference strengths", running=True, positive=True)
pace = _f("f", TIME**-1, "pace at which a strength grows, at a given depth")
depth = _s("depth", ONE, "any number of layers", "n", running=True, integer=True, positive=True)
V = _f("V", ONE, "strength of the mode in the limit of infinite depth", positive=True)
missing = _f("m_inf", ONE, "what is missing in that limit, while something is", r"m_{\infty}", positive=True)
clock = _f("theta_inf", TIME, "clock that is read off the strength in that limit", r"\vartheta_{\infty}")
start = _s(
    "epsilon_0", ONE, "initial strength, in reference strengths", r"\varepsilon", running=True, positive=True
)
deep_plateau = _f("T_deep", TIME, "time to learn half at infinite depth", r"T_{\mathrm{deep}}")

SCALED = Statement(
    id="D.scaled",
    kind=Kind.DEFINITION,
    title="Learning rate scaled by depth",
    says="The learning rate falls as one over the number of layers, so that the time constant grows with it.",
    content=(equal(T, N * T_N),),
    source=saxe("infinite depth: learning rate scaled by one over the number of layers"),
)
_pace = p ** (2 - 2 / depth) * (S - p) / T_N
PACE = Statement(
    id="D.pace",
    kind=Kind.DEFINITION,
    title="Pace at a given depth",
    says="How fast a strength grows at a given depth, with the scaled learning rate (X.flow).",
    content=(equal(pace(p, depth), _pace),),
    source=project("definition"),
)
AT_ITS_PACE = Statement(
    id="X.flow",
    kind=Kind.THEOREM,
    title="Flow of the strength at its pace",
    says="With the scaled learning rate the strength of a balanced mode grows at the pace of its depth.",
    content=(equal(rate(U(t)), pace(U(t), N)),),
    source=project("step towards infinite depth"),
    refuted_if="A step of its derivation fails.",
    uses=("D.scaled", "D.pace"),
    derivations=(
        Derivation(
            (
                Start(using="N.strength", to=GROWTH.content[0], says="The flow of the strength."),
                Substitute(
                    using="D.scaled",
                    to=equal(rate(U(t)), U(t) ** (2 - 2 / N) * (S - U(t)) / T_N),
                    says="The scaled learning rate takes the factor N away.",
                ),
                Substitute(
                    using="D.pace",
                    where={p: U(t), depth: N},
                    to=equal(rate(U(t)), pace(U(t), N)),
                    says="Name the pace.",
                ),
            )
        ),
    ),
)
_deepest = p**2 * (S - p) / T_N
_limit = sp.Limit(pace(p, depth), depth, sp.oo)
LIMIT = Statement(
    id="X.pace",
    kind=Kind.THEOREM,
    title="The pace has a limit",
    says="At a given strength the pace tends, with growing depth, to the square of the strength times what is missing.",
    content=(equal(_limit, _deepest),),
    source=saxe("infinite depth: flow of the strength"),
    refuted_if="A step of its derivation fails.",
    uses=("D.pace",),
    derivations=(
        Derivation(
            (
                Start(using="D.pace", to=PACE.content[0], says="The pace."),
                Rewrite(
                    to=equal(pace(p, depth), p**2 * sp.exp(-2 * sp.log(p) / depth) * (S - p) / T_N),
                    says="Write the power as an exponential.",
                ),
                TakeLimit(by=depth, at=sp.oo, to=equal(_limit, _deepest), says="Add layers."),
            )
        ),
    ),
)
FLOW = Statement(
    id="D.infinite-depth",
    kind=Kind.DEFINITION,
    title="Flow at infinite depth",
    says="The strength grows at the limiting pace; what is missing is the distance to the target.",
    content=(equal(rate(V(t)), V(t) ** 2 * (S - V(t)) / T_N), equal(missing(t), S - V(t))),
    source=saxe("infinite depth: flow of the strength"),
    uses=("X.pace",),
)


def _reading(known: sp.Expr, lacking: sp.Expr) -> sp.Expr:
    return T_N * (sp.log(known / lacking) / S**2 - 1 / (S * known))


_now, _first = _reading(V(t), missing(t)), _reading(V(0), missing(0))
CLOCK = Statement(
    id="D.deep-clock",
    kind=Kind.DEFINITION,
    title="The clock at infinite depth",
    says="The integral of du over the flow.",
    content=(equal(clock(t), _now),),
    source=project("definition"),
    uses=("D.infinite-depth",),
)
_ticking = rate(_now)
_gain = 1 / (S**2 * V(t)) + 1 / (S * V(t) ** 2)
RUNS = Statement(
    id="X.clock",
    kind=Kind.THEOREM,
    title="The clock at infinite depth runs evenly",
    says="The clock gains one unit of time in one unit of time.",
    content=(equal(rate(clock(t)), 1),),
    source=project("step towards the time to learn"),
    refuted_if="A step of its derivation fails.",
    uses=("D.deep-clock",),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_ticking, T_N * (_gain * rate(V(t)) - rate(missing(t)) / (S**2 * missing(t)))),
                    says="Differentiate the reading.",
                ),
                Substitute(
                    using="D.infinite-depth",
                    part=1,
                    to=equal(_ticking, T_N * (_gain + 1 / (S**2 * (S - V(t)))) * rate(V(t))),
                    says="What is missing falls as the strength rises.",
                ),
                Substitute(
                    using="D.infinite-depth",
                    to=equal(_ticking, 1),
                    says="Put in the flow; everything cancels.",
                ),
                Substitute(using="D.deep-clock", to=equal(rate(clock(t)), 1), says="Name the clock."),
            )
        ),
    ),
)
_zero = {t: sp.Integer(0)}
_odds = sp.log(V(t) * missing(0) / (V(0) * missing(t)))
_delay = 1 / (S * V(0)) - 1 / (S * V(t))
_time = T_N * (_odds / S**2 + _delay)
TIME_TO_LEARN = Statement(
    id="X.time",
    kind=Kind.THEOREM,
    title="Time to learn at infinite depth",
    says="It is finite: a logarithm, as for two layers, and a delay of the order of one over the initial strength.",
    content=(equal(t, _time),),
    source=saxe("infinite depth: time to learn"),
    refuted_if="A step fails, or the integrated flow reaches the strength at another time.",
    uses=("D.infinite-depth",),
    derivations=(
        Derivation(
            (
                Start(using="X.clock", to=RUNS.content[0], says="The clock runs evenly."),
                SolveFlow(
                    unknown=clock(t), by=t, to=equal(clock(t), clock(0) + t), says="So it shows the time."
                ),
                Rearrange(
                    times=sp.Integer(-1),
                    to=equal(t, clock(t) - clock(0)),
                    says="The time is what it has gained.",
                ),
                Substitute(using="D.deep-clock", to=equal(t, _now - clock(0)), says="Read it off now,"),
                Substitute(
                    using="D.deep-clock", where=_zero, to=equal(t, _now - _first), says="and at the start."
                ),
                Rewrite(to=equal(t, _time), says="One logarithm for two."),
            )
        ),
    ),
)
_half = T_N * (sp.log((S - start) / start) / S**2 + 1 / (S * start) - 2 / S**2)
HALF = Statement(
    id="D.deep-plateau",
    kind=Kind.DEFINITION,
    title="Length of the plateau at infinite depth",
    says="X.time from the initial strength ε to half of the target, as a function of ε.",
    content=(equal(deep_plateau(start), _half),),
    source=project("definition"),
    uses=("X.time",),
)
_scaled = start * deep_plateau(start)
_scaled_limit = sp.Limit(_scaled, start, 0)
PLATEAU = Statement(
    id="X.plateau",
    kind=Kind.THEOREM,
    title="The plateau of a very deep network is long",
    says="From a small initial strength ε it lasts T_N/(Sε), where two layers need the logarithm of 1/ε only.",
    content=(equal(_scaled_limit, T_N / S),),
    source=project("consequence of the time to learn at infinite depth"),
    refuted_if="A step fails, or the time does not grow so as the initial strength falls.",
    uses=("D.deep-plateau",),
    derivations=(
        Derivation(
            (
                Start(using="D.deep-plateau", to=HALF.content[0], says="The length of the plateau."),
                Rearrange(times=start, to=equal(_scaled, start * _half), says="Times the initial strength."),
                TakeLimit(
                    by=start,
                    at=sp.Integer(0),
                    to=equal(_scaled_limit, T_N / S),
                    says="The logarithm is lost.",
                ),
            )
        ),
    ),
)
STATEMENTS = (SCALED, PACE, AT_ITS_PACE, LIMIT, FLOW, CLOCK, RUNS, TIME_TO_LEARN, HALF, PLATEAU)
