"""Two layers that are not balanced: what the logistic flow leaves out, and the exact solution with it."""

from __future__ import annotations

import sympy as sp

from ..counterexample import Counterexample
from ..derivation import Derivation, Start, Substitute
from ..statement import Kind, Statement
from ..units import TIME
from .mode_flow import PRODUCT
from .notation import NOTATION, STRENGTH, a, b, c, equal, rate, s, t, tau, u
from .sources import project, reading

_s, _f = NOTATION.symbol, NOTATION.function

growth = _f("u_dot", STRENGTH / TIME, "rate of change of the product of the weights", r"\dot{u}")

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
                    using="M.conserved",
                    to=equal(rate(_ab), _flow_by_product),
                    says="The imbalance is as at the start.",
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
                Substitute(
                    using="D.strength", to=equal(rate(u(t)), _flow_by_strength), says="Name the strength."
                ),
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

STATEMENTS = (RATE, LOGISTIC, UNBALANCED, LOGISTIC_AMENDED, SIGNS, SIGNS_AMENDED)
