"""Two layers that are not balanced: what the logistic flow leaves out, and the exact solution with it."""

from __future__ import annotations

import sympy as sp

from ..counterexample import Counterexample
from ..derivation import Bound, Derivation, Identity, Rearrange, Rewrite, Solve, SolveFlow, Start, Substitute
from ..statement import Kind, Statement
from ..units import ONE, TIME
from .mode_flow import PRODUCT
from .notation import NOTATION, STRENGTH, a, b, c, equal, rate, s, t, tau, u
from .sources import project, reading

_s, _f = NOTATION.symbol, NOTATION.function

growth = _f("u_dot", STRENGTH / TIME, "rate of change of the product of the weights", r"\dot{u}")
z = _f("z", ONE, "second weight over the first")
q = _f("q", ONE, "how far the ratio of the weights is from its end, as a cross-ratio")
R = _s("R", STRENGTH, "rate of the approach, in units of 1/τ", positive=True)

_ab = a(t) * b(t)
_sum_of_squares = a(t) ** 2 + b(t) ** 2

RATE = Statement(
    id="D.rate",
    kind=Kind.DEFINITION,
    title="Rate of the product",
    says="The right-hand side of M.product.",
    content=(equal(growth(t), PRODUCT.content[0].rhs),),
    source=project("definition"),
    uses=("M.product",),
)
LOGISTIC = Statement(
    id="I.logistic",
    kind=Kind.THEOREM,
    title="Logistic growth whatever the layers, as often quoted",
    says="The strength of a mode follows τ du/dt = 2u(s − u).",
    content=(equal(tau * growth(t), 2 * u(t) * (s - u(t))),),
    source=reading("the flow of the strength, quoted without balance"),
    refuted_if="Two layers with different weights grow at another rate.",
    uses=("D.rate", "D.strength"),
    counterexample=Counterexample(
        says="With the weights 2 and 1/2 and the target 2 the strength is 1; it grows by (2 − 1)(4 + 1/4) = 17/4 "
        "per τ, and not by 2.",
        values={
            a(t): sp.Integer(2),
            b(t): sp.Rational(1, 2),
            u(t): sp.Integer(1),
            s: sp.Integer(2),
            tau: sp.Integer(1),
            growth(t): sp.Rational(17, 4),
        },
    ),
)
_flow_by_product = (s - _ab) * sp.sqrt(c(0) ** 2 + 4 * _ab**2) / tau
UNBALANCED = Statement(
    id="I.product",
    kind=Kind.THEOREM,
    title="Flow of the product, closed by the imbalance",
    says="The imbalance, which is conserved, is all that has to be known of the two weights beside their product.",
    content=(equal(rate(_ab), _flow_by_product),),
    source=project("step towards the repair of I.logistic"),
    refuted_if="A step fails, or the product of the integrated weights leaves this flow.",
    uses=("D.imbalance",),
    derivations=(
        Derivation(
            (
                Start(using="M.product", to=PRODUCT.content[0], says="The flow of the product."),
                Substitute(
                    using="D.imbalance",
                    to=equal(rate(_ab), (s - _ab) * sp.sqrt(c(t) ** 2 + 4 * _ab**2) / tau),
                    says="(a² + b²)² = (a² − b²)² + 4a²b², and the sum of squares is not negative.",
                ),
                Substitute(
                    using="M.conserved", to=equal(rate(_ab), _flow_by_product), says="The imbalance is as at the start."
                ),
            )
        ),
    ),
)
_flow_by_strength = (s - u(t)) * sp.sqrt(c(0) ** 2 + 4 * u(t) ** 2) / tau
LOGISTIC_AMENDED = Statement(
    id="I.logistic-amended",
    kind=Kind.THEOREM,
    title="Growth of the strength with any imbalance",
    says="The strength of a mode follows τ du/dt = (s − u)√(c² + 4u²), where c is the imbalance at the start.",
    content=(equal(rate(u(t)), _flow_by_strength),),
    source=project("repair of I.logistic"),
    refuted_if="A step fails, or the product of the integrated weights leaves this flow.",
    uses=("D.strength", "D.imbalance"),
    amends="I.logistic",
    repair="The conserved imbalance enters under a root; only where it is zero is the root 2u. Imbalance makes "
    "the mode grow faster, and at zero strength it grows still.",
    derivations=(
        Derivation(
            (
                Start(using="I.product", to=UNBALANCED.content[0], says="The flow of the product."),
                Substitute(using="D.strength", to=equal(rate(u(t)), _flow_by_strength), says="Name the strength."),
            )
        ),
    ),
)
SIGNS = Statement(
    id="I.balance",
    kind=Kind.THEOREM,
    title="Logistic growth of balanced layers, signs left aside",
    says="If the squared weights of the layers are equal, the product follows the logistic flow.",
    content=(equal(tau * growth(t), 2 * _ab * (s - _ab)),),
    hypotheses=(equal(a(t) ** 2, b(t) ** 2),),
    source=reading("balance is quoted for the squares of the layers"),
    refuted_if="Two layers with the same squared weights grow at another rate.",
    uses=("D.rate",),
    counterexample=Counterexample(
        says="With the weights 1 and −1 and the target 1 the product is −1; it grows by (1 + 1)(1 + 1) = 4 per τ, "
        "and not by −4.",
        values={
            a(t): sp.Integer(1),
            b(t): sp.Integer(-1),
            s: sp.Integer(1),
            tau: sp.Integer(1),
            growth(t): sp.Integer(4),
        },
    ),
)
SIGNS_AMENDED = Statement(
    id="I.balance-amended",
    kind=Kind.THEOREM,
    title="Growth of balanced layers, with any signs",
    says="With no imbalance at the start the product follows the logistic flow with the product's absolute value. "
    "Weights of opposite sign so shrink towards zero, and the mode is never learned.",
    content=(equal(rate(_ab), 2 * sp.Abs(_ab) * (s - _ab) / tau),),
    source=project("repair of I.balance"),
    refuted_if="A step fails, or integrated weights of opposite sign leave this flow.",
    uses=("D.imbalance",),
    amends="I.balance",
    repair="The root of 4u² is 2|u|.",
    derivations=(
        Derivation(
            (
                Start(using="I.product", to=UNBALANCED.content[0], says="The flow of the product."),
                Substitute(
                    using="A.even-start",
                    to=equal(rate(_ab), 2 * sp.Abs(_ab) * (s - _ab) / tau),
                    says="No imbalance.",
                ),
            )
        ),
    ),
)

RATIO = Statement(
    id="D.ratio",
    kind=Kind.DEFINITION,
    title="Ratio of the weights",
    says="The second weight over the first, where that is not zero.",
    content=(equal(z(t), b(t) / a(t)),),
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
                    to=equal(_turned, rate(b(t)) / a(t) - b(t) * rate(a(t)) / a(t) ** 2), says="The quotient rule."
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
                    certificate=c(0) ** 2, to=sp.Ge(R**2, 4 * s**2, evaluate=False), says="A square is not negative."
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
    says="The cross-ratio of the ratio of the weights with the two values at which it would rest.",
    content=(equal(q(t), _above / _below),),
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
                Identity(to=equal(_of_z, 4 * s * R * rate(z(t)) / _below**2), says="Differentiate the cross-ratio."),
                Substitute(
                    using="I.ratio", to=equal(_of_z, 4 * s * R * _by_ratio / _below**2), says="The ratio follows its flow."
                ),
                Rewrite(to=equal(_of_z, 4 * s * R * _squares / _below**2), says="Complete the square."),
                Substitute(
                    using="D.approach", to=equal(_of_z, 4 * s * R * _difference / _below**2), says="Name the rate."
                ),
                Substitute(using="D.cross-ratio", to=equal(rate(q(t)), -R * q(t) / tau), says="Factor, and name the cross-ratio."),
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
                Substitute(using="D.cross-ratio", to=equal(_above / _below, _decay), says="Write out the cross-ratio."),
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
                Substitute(using="D.ratio", to=equal(_ab * (1 - z(t) ** 2), c(0) * z(t)), says="Name the ratio."),
            ),
            part=1,
        ),
    ),
)
STATEMENTS = (
    RATE,
    LOGISTIC,
    UNBALANCED,
    LOGISTIC_AMENDED,
    SIGNS,
    SIGNS_AMENDED,
    RATIO,
    RICCATI,
    RADIUS,
    FASTER,
    CROSS_RATIO,
    LINEAR,
    SOLUTION,
)
