"""Two balanced layers: the trajectory of a mode's strength in closed form.

The flow is not linear in the strength, but it is in the reciprocal of the strength.
"""

from __future__ import annotations

import sympy as sp

from ..derivation import (
    Derivation,
    Differentiate,
    Identity,
    Rearrange,
    Rewrite,
    Solve,
    SolveFlow,
    Start,
    Substitute,
    TakeLimit,
)
from ..statement import Kind, Statement
from .mode_flow import GROWTH
from .notation import MODE, equal, r, rate, s, t, tau, u
from .sources import project, saxe

_flow = GROWTH.content[0].rhs
_turned = rate(1 / u(t))

RECIPROCAL = Statement(
    id="D.reciprocal",
    kind=Kind.DEFINITION,
    title="Reciprocal strength",
    says="One over the strength.",
    content=(equal(r(t), 1 / u(t)),),
    generic=(MODE,),
    source=project("definition"),
)
LINEAR = Statement(
    id="T.reciprocal",
    kind=Kind.THEOREM,
    title="The reciprocal of the strength relaxes",
    says="One over the strength follows a linear equation.",
    content=(equal(rate(r(t)), 2 * (1 - s * r(t)) / tau),),
    generic=(MODE,),
    source=project("step towards the closed form"),
    refuted_if="A step of its derivation fails.",
    uses=("D.reciprocal",),
    derivations=(
        Derivation(
            (
                Identity(to=equal(_turned, -rate(u(t)) / u(t) ** 2), says="The derivative of a reciprocal."),
                Substitute(
                    using="M.strength",
                    to=equal(_turned, -_flow / u(t) ** 2),
                    says="Put in the flow of the strength.",
                ),
                Rewrite(
                    to=equal(_turned, 2 * (1 - s / u(t)) / tau), says="Cancel one power of the strength."
                ),
                Substitute(
                    using="D.reciprocal",
                    to=equal(rate(r(t)), 2 * (1 - s * r(t)) / tau),
                    says="Only the reciprocal is left.",
                ),
            )
        ),
    ),
)
_fading = sp.exp(-2 * s * t / tau)
_growing = sp.exp(2 * s * t / tau)
_reciprocal = 1 / s + (r(0) - 1 / s) * _fading
_at_start = 1 / s + (1 / u(0) - 1 / s) * _fading
RECIPROCAL_CLOSED = Statement(
    id="T.reciprocal-closed",
    kind=Kind.THEOREM,
    title="Trajectory of the reciprocal",
    says="One over the strength tends exponentially to one over the target.",
    content=(equal(r(t), _reciprocal), equal(1 / u(t), _at_start)),
    generic=(MODE,),
    source=project("step towards the closed form"),
    refuted_if="It does not solve the linear equation.",
    uses=("D.reciprocal",),
    derivations=(
        Derivation(
            (
                Start(using="T.reciprocal", to=LINEAR.content[0], says="The linear equation."),
                SolveFlow(unknown=r(t), by=t, to=equal(r(t), _reciprocal), says="Solve it."),
            ),
            part=0,
        ),
        Derivation(
            (
                Start(using="T.reciprocal", to=LINEAR.content[0], says="The linear equation."),
                SolveFlow(unknown=r(t), by=t, to=equal(r(t), _reciprocal), says="Solve it."),
                Substitute(
                    using="D.reciprocal", to=equal(1 / u(t), _reciprocal), says="It is one over the strength,"
                ),
                Substitute(
                    using="D.reciprocal",
                    where={t: sp.Integer(0)},
                    to=equal(1 / u(t), _at_start),
                    says="also at the start.",
                ),
            ),
            part=1,
        ),
    ),
)
_trajectory = s * _growing / (_growing - 1 + s / u(0))
_end = sp.Limit(u(t), t, sp.oo)
CLOSED = Statement(
    id="T.closed",
    kind=Kind.THEOREM,
    title="Trajectory of a mode",
    says="The strength of a mode rises from its first value to its target along a sigmoid.",
    content=(equal(u(t), _trajectory),),
    generic=(MODE,),
    source=saxe("trajectory of a mode's strength in closed form"),
    refuted_if="A step fails, or the integrated flow of the two weights leaves it by more than the integrator's error.",
    uses=("D.strength", "D.time-constant", "A.balanced"),
    derivations=(
        Derivation(
            (
                Start(
                    using="T.reciprocal-closed",
                    part=1,
                    to=equal(1 / u(t), _at_start),
                    says="The reciprocal's trajectory.",
                ),
                Rearrange(
                    times=u(t) * s * _growing,
                    to=equal(s * _growing, u(t) * (_growing - 1 + s / u(0))),
                    says="Clear the fractions and the falling exponential.",
                ),
                Solve(unknown=u(t), to=equal(u(t), _trajectory), says="Solve for the strength."),
            )
        ),
    ),
)
END = Statement(
    id="T.end",
    kind=Kind.THEOREM,
    title="Every mode is learned in the end",
    says="A mode with positive initial strength tends to its target.",
    content=(equal(_end, s),),
    generic=(MODE,),
    source=saxe("the final outcome of learning"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (
                Start(using="T.closed", to=CLOSED.content[0], says="The trajectory."),
                TakeLimit(by=t, at=sp.oo, to=equal(_end, s), says="What is left of it in the end."),
            )
        ),
    ),
)
_second = sp.Derivative(u(t), (t, 2))
_bend = 4 * u(t) * (s - u(t)) * (s - 2 * u(t)) / tau**2
STEEPEST = Statement(
    id="T.steepest",
    kind=Kind.THEOREM,
    title="Learning is fastest half-way",
    says="The strength speeds up until it has half of its target, and slows down from there on.",
    content=(equal(_second, _bend),),
    generic=(MODE,),
    source=project("inflection of the logistic curve"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (
                Start(using="M.strength", to=GROWTH.content[0], says="The flow of the strength."),
                Differentiate(
                    by=t,
                    to=equal(_second, 2 * (s - 2 * u(t)) * rate(u(t)) / tau),
                    says="Differentiate by time.",
                ),
                Substitute(using="M.strength", to=equal(_second, _bend), says="Put in the flow once more."),
            )
        ),
    ),
)
STATEMENTS = (RECIPROCAL, LINEAR, RECIPROCAL_CLOSED, CLOSED, END, STEEPEST)
