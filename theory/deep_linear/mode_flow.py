"""Two layers, one mode: the flow of its two weights, what it conserves, and the flow of their product."""

from __future__ import annotations

import sympy as sp

from ..derivation import Derivation, Identity, Rewrite, Solve, SolveFlow, Start, Substitute
from ..statement import Kind, Statement
from ..system import System
from .assumptions import FLOW
from .notation import MODE, a, b, c, equal, eta, rate, s, t, tau, u, v
from .sources import project, saxe

_missing = s - a(t) * b(t)
_flow_a, _flow_b = b(t) * _missing / tau, a(t) * _missing / tau


def _layer_flow(part: int, layer: sp.Expr, other: sp.Expr) -> Derivation:
    return Derivation(
        (
            Start(using="A.flow", part=part, to=FLOW.content[part], says="Gradient flow."),
            Rewrite(to=equal(rate(layer), eta * v * other * _missing), says="Carry out the gradient."),
            Substitute(
                using="D.time-constant",
                to=equal(rate(layer), other * _missing / tau),
                says="Name the time constant.",
            ),
        ),
        part=part,
    )


LAYERS = Statement(
    id="M.layers",
    kind=Kind.THEOREM,
    title="Flow of the two weights",
    says="Each layer's weight grows with the other layer's weight times what is missing of the target.",
    content=(equal(rate(a(t)), _flow_a), equal(rate(b(t)), _flow_b)),
    generic=(MODE,),
    source=saxe("time course of learning, decoupled modes"),
    refuted_if="The weights of an aligned network under small steps leave this flow by more than first order.",
    uses=("D.time-constant",),
    derivations=(_layer_flow(0, a(t), b(t)), _layer_flow(1, b(t), a(t))),
)


def _layers_put_in(once: sp.Basic, twice: sp.Basic) -> tuple[Substitute, Substitute]:
    return (
        Substitute(using="M.layers", part=0, to=once, says="The first layer follows its flow."),
        Substitute(using="M.layers", part=1, to=twice, says="So does the second."),
    )


def _combined(sign: int, part: int) -> Derivation:
    """Growth of a + b (sign 1) or of a − b (sign −1)."""
    total = rate(a(t) + sign * b(t))
    return Derivation(
        (
            Identity(to=equal(total, rate(a(t)) + sign * rate(b(t))), says="The derivative is linear."),
            *_layers_put_in(
                equal(total, _flow_a + sign * rate(b(t))),
                equal(total, sign * _missing * (a(t) + sign * b(t)) / tau),
            ),
        ),
        part=part,
    )


SUM_AND_DIFFERENCE = Statement(
    id="M.sum-difference",
    kind=Kind.THEOREM,
    title="Sum and difference of the weights",
    says="While part of the mode is missing, the sum of the two weights grows and their difference shrinks, "
    "at one relative rate: the layers become more and more alike.",
    content=(
        equal(rate(a(t) + b(t)), _missing * (a(t) + b(t)) / tau),
        equal(rate(a(t) - b(t)), -_missing * (a(t) - b(t)) / tau),
    ),
    generic=(MODE,),
    source=project("rewriting of the flow of the weights"),
    refuted_if="A step of its derivation fails.",
    derivations=(_combined(1, 0), _combined(-1, 1)),
)

IMBALANCE = Statement(
    id="D.imbalance",
    kind=Kind.DEFINITION,
    title="Imbalance",
    says="The difference of the squared weights of the two layers.",
    content=(equal(c(t), a(t) ** 2 - b(t) ** 2),),
    generic=(MODE,),
    source=project("definition"),
)
_squares = rate(a(t) ** 2 - b(t) ** 2)
AT_REST = Statement(
    id="M.imbalance",
    kind=Kind.THEOREM,
    title="The imbalance does not change",
    says="What one layer gains in squared weight, the other gains too.",
    content=(equal(rate(c(t)), 0),),
    generic=(MODE,),
    source=saxe("conserved quantity of the two-layer flow"),
    refuted_if="A step of its derivation fails.",
    uses=("D.imbalance",),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_squares, 2 * a(t) * rate(a(t)) - 2 * b(t) * rate(b(t))),
                    says="Differentiate the difference of squares.",
                ),
                *_layers_put_in(
                    equal(_squares, 2 * a(t) * _flow_a - 2 * b(t) * rate(b(t))), equal(_squares, 0)
                ),
                Substitute(using="D.imbalance", to=equal(rate(c(t)), 0), says="Name the imbalance."),
            )
        ),
    ),
)
CONSERVED = Statement(
    id="M.conserved",
    kind=Kind.THEOREM,
    title="The imbalance is conserved",
    says="Gradient flow with one learning rate keeps the difference of the squared weights as it was.",
    content=(equal(c(t), c(0)),),
    generic=(MODE,),
    source=saxe("conserved quantity of the two-layer flow"),
    refuted_if="The imbalance drifts along a trajectory of the flow by more than the integrator's error.",
    uses=("D.imbalance",),
    derivations=(
        Derivation(
            (
                Start(using="M.imbalance", to=equal(rate(c(t)), 0), says="The imbalance does not change."),
                SolveFlow(unknown=c(t), by=t, to=equal(c(t), c(0)), says="So it keeps its first value."),
            )
        ),
    ),
)
_even = equal(0, a(t) ** 2 - b(t) ** 2)
BALANCE = Statement(
    id="M.balance",
    kind=Kind.THEOREM,
    title="Balance persists",
    says="Layers that are balanced at the start have the same weight, up to sign, at all times.",
    content=(sp.Or(equal(a(t), b(t)), equal(a(t), -b(t))),),
    generic=(MODE,),
    source=saxe("equal weights of the two layers at all times"),
    refuted_if="Balanced weights come apart along a trajectory of the flow.",
    derivations=(
        Derivation(
            (
                Start(using="D.imbalance", to=IMBALANCE.content[0], says="The definition of the imbalance."),
                Substitute(
                    using="M.conserved", to=equal(c(0), a(t) ** 2 - b(t) ** 2), says="It is as at the start."
                ),
                Substitute(using="A.even-start", to=_even, says="There it is zero."),
                Solve(
                    unknown=a(t),
                    to=sp.Or(equal(a(t), b(t)), equal(a(t), -b(t))),
                    says="Solve for the first layer.",
                ),
            )
        ),
    ),
)

STRENGTH = Statement(
    id="D.strength",
    kind=Kind.DEFINITION,
    title="Strength of a mode",
    says="What the network makes of the mode: the product of its two weights.",
    content=(equal(u(t), a(t) * b(t)),),
    generic=(MODE,),
    source=saxe("product of the weights of both layers"),
)
_product = rate(a(t) * b(t))
_by_layers = (s - a(t) * b(t)) * (a(t) ** 2 + b(t) ** 2) / tau
PRODUCT = Statement(
    id="M.product",
    kind=Kind.THEOREM,
    title="Flow of the product",
    says="The product of the weights grows with the sum of their squares, times what is missing.",
    content=(equal(_product, _by_layers),),
    generic=(MODE,),
    source=project("step towards the flow of the strength"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(_product, b(t) * rate(a(t)) + a(t) * rate(b(t))), says="The product rule."),
                *_layers_put_in(
                    equal(_product, b(t) * _flow_a + a(t) * rate(b(t))), equal(_product, _by_layers)
                ),
            )
        ),
    ),
)
_flow_u = 2 * u(t) * (s - u(t)) / tau
GROWTH = Statement(
    id="M.strength",
    kind=Kind.THEOREM,
    title="Flow of the strength",
    says="With balanced layers the strength of a mode grows logistically towards its target.",
    content=(equal(rate(u(t)), _flow_u),),
    generic=(MODE,),
    source=saxe("time course of learning with balanced layers"),
    refuted_if="The product of balanced weights under small steps leaves it by more than first order.",
    uses=("D.strength", "D.time-constant", "A.balanced"),
    derivations=(
        Derivation(
            (
                Start(using="M.product", to=PRODUCT.content[0], says="The flow of the product."),
                Substitute(
                    using="A.balanced",
                    to=equal(_product, 2 * a(t) * b(t) * (s - a(t) * b(t)) / tau),
                    says="With equal weights the sum of squares is twice the product.",
                ),
                Substitute(using="D.strength", to=equal(rate(u(t)), _flow_u), says="Name the strength."),
            )
        ),
    ),
)
STATEMENTS = (
    LAYERS,
    SUM_AND_DIFFERENCE,
    IMBALANCE,
    AT_REST,
    CONSERVED,
    BALANCE,
    STRENGTH,
    PRODUCT,
    GROWTH,
)


def two_layer_system() -> System:
    """The flow of the two weights of one mode, read off M.layers: states ``a`` and ``b``, time ``t``."""
    weights = sp.symbols("a b", real=True)
    plain = dict(zip((a(t), b(t)), weights, strict=True))
    return System(
        "two-layer mode", t, weights, (s, tau), tuple(r.rhs.xreplace(plain) for r in LAYERS.content)
    )
