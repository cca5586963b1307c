"""Two layers that are not balanced: their exact solution, by the ratio of the weights.

The ratio follows a Riccati equation, and a cross-ratio makes that linear.
"""

from __future__ import annotations

import sympy as sp

from ..derivation import Bound, Derivation, Identity, Rearrange, Rewrite, Solve, SolveFlow, Start, Substitute
from ..statement import Kind, Statement
from ..units import ONE
from .notation import NOTATION, STRENGTH, WEIGHT, a, b, c, equal, rate, s, t, tau
from .sources import project

_s, _f = NOTATION.symbol, NOTATION.function

z = _f("z", ONE, "second weight over the first")
q = _f("q", ONE, "how far the ratio of the weights is from its end, as a cross-ratio")
below = _f("a_held", WEIGHT, "weight of the first layer, where it never vanishes", "a", nonzero=True)
away = _f(
    "beta",
    STRENGTH,
    "how far the ratio is from the value that repels it, where it never is",
    r"\beta",
    nonzero=True,
)
R = _s("R", STRENGTH, "rate of the approach, in units of 1/τ", positive=True)

_ab = a(t) * b(t)

RATIO = Statement(
    id="D.ratio",
    kind=Kind.DEFINITION,
    title="Ratio of the weights",
    says="The second weight over the first, where that is not zero.",
    content=(equal(z(t), b(t) / a(t)), equal(below(t), a(t))),
    source=project("definition"),
)
_turned = rate(b(t) / a(t))
_flow_a, _flow_b = b(t) * (s - _ab) / tau, a(t) * (s - _ab) / tau
_by_ratio = (s - c(0) * z(t) - s * z(t) ** 2) / tau
RICCATI = Statement(
    id="I.ratio",
    kind=Kind.THEOREM,
    title="Flow of the ratio of the weights",
    says="The ratio of the weights follows an equation of its own, a Riccati equation.",
    content=(equal(rate(z(t)), _by_ratio),),
    source=project("step towards the exact solution"),
    refuted_if="A step of its derivation fails.",
    uses=("D.ratio", "D.imbalance"),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_turned, rate(b(t)) / a(t) - b(t) * rate(a(t)) / a(t) ** 2),
                    says="The quotient rule.",
                ),
                Substitute(
                    using="M.layers",
                    part=1,
                    to=equal(_turned, _flow_b / a(t) - b(t) * rate(a(t)) / a(t) ** 2),
                    says="The second layer follows its flow.",
                ),
                Substitute(
                    using="M.layers",
                    part=0,
                    to=equal(_turned, _flow_b / a(t) - b(t) * _flow_a / a(t) ** 2),
                    says="So does the first.",
                ),
                Rewrite(
                    to=equal(
                        _turned,
                        (s - (a(t) ** 2 - b(t) ** 2) * (b(t) / a(t)) - s * (b(t) / a(t)) ** 2) / tau,
                    ),
                    says="Collect the imbalance.",
                ),
                Substitute(
                    using="D.imbalance",
                    to=equal(_turned, (s - c(t) * (b(t) / a(t)) - s * (b(t) / a(t)) ** 2) / tau),
                    says="Name it.",
                ),
                Substitute(
                    using="M.conserved",
                    to=equal(_turned, (s - c(0) * (b(t) / a(t)) - s * (b(t) / a(t)) ** 2) / tau),
                    says="It is as at the start.",
                ),
                Substitute(using="D.ratio", to=equal(rate(z(t)), _by_ratio), says="Name the ratio."),
            )
        ),
    ),
)
RADIUS = Statement(
    id="D.approach",
    kind=Kind.DEFINITION,
    title="Rate of the approach",
    says="The squared rate of the approach, in units of 1/τ: imbalance and twice the target, added in squares.",
    content=(equal(R**2, c(0) ** 2 + 4 * s**2),),
    source=project("definition"),
    uses=("D.imbalance",),
)
FASTER = Statement(
    id="I.faster",
    kind=Kind.THEOREM,
    title="Imbalance never slows the end",
    says="The approach to the target is at least as fast as that of balanced layers, which is 2s/τ.",
    content=(sp.Ge(R**2, 4 * s**2, evaluate=False),),
    source=project("consequence of D.approach"),
    refuted_if="A step of its derivation fails.",
    uses=("D.approach",),
    derivations=(
        Derivation(
            (
                Start(using="D.approach", to=RADIUS.content[0], says="The rate of the approach."),
                Bound(
                    certificate=c(0) ** 2,
                    to=sp.Ge(R**2, 4 * s**2, evaluate=False),
                    says="A square is not negative.",
                ),
            )
        ),
    ),
)
_above, _below = 2 * s * z(t) + c(0) - R, 2 * s * z(t) + c(0) + R
CROSS_RATIO = Statement(
    id="D.cross-ratio",
    kind=Kind.DEFINITION,
    title="Distance of the ratio from its end",
    says="The cross-ratio of the ratio of the weights with the two values at which it would rest. The ratio does "
    "not start at the one that repels it; then it never is there.",
    content=(equal(q(t), _above / _below), equal(away(t), _below)),
    source=project("definition; the way to make a Riccati equation linear"),
)
_of_z = rate(_above / _below)
_squares = ((c(0) ** 2 + 4 * s**2) - (2 * s * z(t) + c(0)) ** 2) / (4 * s * tau)
_difference = (R**2 - (2 * s * z(t) + c(0)) ** 2) / (4 * s * tau)
LINEAR = Statement(
    id="I.cross-ratio",
    kind=Kind.THEOREM,
    title="The distance of the ratio decays evenly",
    says="The cross-ratio of the ratio decays at the rate of the approach.",
    content=(equal(rate(q(t)), -R * q(t) / tau),),
    source=project("step towards the exact solution"),
    refuted_if="A step of its derivation fails.",
    uses=("D.cross-ratio", "D.approach", "D.ratio", "D.imbalance"),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_of_z, 4 * s * R * rate(z(t)) / _below**2), says="Differentiate the cross-ratio."
                ),
                Substitute(
                    using="I.ratio",
                    to=equal(_of_z, 4 * s * R * _by_ratio / _below**2),
                    says="The ratio follows its flow.",
                ),
                Rewrite(to=equal(_of_z, 4 * s * R * _squares / _below**2), says="Complete the square."),
                Substitute(
                    using="D.approach",
                    to=equal(_of_z, 4 * s * R * _difference / _below**2),
                    says="Name the rate.",
                ),
                Substitute(
                    using="D.cross-ratio",
                    to=equal(rate(q(t)), -R * q(t) / tau),
                    says="Factor; name the cross-ratio.",
                ),
            )
        ),
    ),
)
_decay = q(0) * sp.exp(-R * t / tau)
_ratio = (R * (1 + _decay) / (1 - _decay) - c(0)) / (2 * s)
SOLUTION = Statement(
    id="I.solution",
    kind=Kind.THEOREM,
    title="Exact solution with any imbalance",
    says="The ratio of the weights in closed form; with the imbalance it gives the product.",
    content=(equal(z(t), _ratio), equal(_ab * (1 - z(t) ** 2), c(0) * z(t))),
    source=project("exact solution of the two-layer flow without balance"),
    refuted_if="A step fails, or the integrated weights leave it by more than the integrator's error.",
    uses=("D.cross-ratio", "D.approach", "D.ratio", "D.imbalance"),
    derivations=(
        Derivation(
            (
                Start(using="I.cross-ratio", to=LINEAR.content[0], says="The linear equation."),
                SolveFlow(unknown=q(t), by=t, to=equal(q(t), _decay), says="Solve it."),
                Substitute(
                    using="D.cross-ratio",
                    to=equal(_above / _below, _decay),
                    says="Write out the cross-ratio.",
                ),
                Rearrange(
                    times=_below,
                    to=equal(_above, _decay * _below),
                    says="Clear the fraction.",
                ),
                Solve(unknown=z(t), to=equal(z(t), _ratio), says="Solve for the ratio."),
            ),
            part=0,
        ),
        Derivation(
            (
                Identity(
                    to=equal(_ab * (1 - (b(t) / a(t)) ** 2), (a(t) ** 2 - b(t) ** 2) * (b(t) / a(t))),
                    says="The product, by the ratio and the imbalance.",
                ),
                Substitute(
                    using="D.imbalance",
                    to=equal(_ab * (1 - (b(t) / a(t)) ** 2), c(t) * (b(t) / a(t))),
                    says="Name the imbalance.",
                ),
                Substitute(
                    using="M.conserved",
                    to=equal(_ab * (1 - (b(t) / a(t)) ** 2), c(0) * (b(t) / a(t))),
                    says="It is as at the start.",
                ),
                Substitute(
                    using="D.ratio", to=equal(_ab * (1 - z(t) ** 2), c(0) * z(t)), says="Name the ratio."
                ),
            ),
            part=1,
        ),
    ),
)
STATEMENTS = (RATIO, RICCATI, RADIUS, FASTER, CROSS_RATIO, LINEAR, SOLUTION)
