"""Any number of layers: their flow, what it conserves, and what balance makes of it.

With N layers a weight has the unit (y/x)^(1/N), which is no unit while N is a symbol. Here strengths are counted
in a fixed reference strength, and weights in its N-th root, so that neither has a unit; time keeps its own.
"""

from __future__ import annotations

import sympy as sp

from ..derivation import Derivation, Identity, Rearrange, Rewrite, SolveFlow, Start, Substitute
from ..statement import Kind, Statement
from ..units import ONE, TIME
from .notation import NOTATION, equal, rate, t
from .sources import arora, project, saxe

_s, _f = NOTATION.symbol, NOTATION.function

N = _s("N", ONE, "number of layers", integer=True, positive=True)
j = _s("j", ONE, "a layer", running=True, integer=True)
k = _s("k", ONE, "a layer", running=True, integer=True)
T = _s("T", TIME, "time constant of learning, at the reference strength", positive=True)
S = _s("S", ONE, "target strength, in reference strengths", positive=True)
U = _f("U", ONE, "strength of the mode, in reference strengths", positive=True)
w = _f("w", ONE, "weight of the mode in a layer", positive=True)
others = _f("o", ONE, "product of the weights of all other layers", positive=True)
e = _f("e", ONE, "difference of the squared weights of two layers")

logarithms = sp.Sum(sp.log(w(k, t)), (k, 1, N))

STRENGTH = Statement(
    id="D.deep-strength",
    kind=Kind.DEFINITION,
    title="Strength of a mode in a deep network",
    says="The product of the weights of all layers, which are positive, written by logarithms.",
    content=(equal(U(t), sp.exp(logarithms)),),
    source=saxe("deeper networks: product of the weights of a mode"),
)
OTHERS = Statement(
    id="D.others",
    kind=Kind.DEFINITION,
    title="All layers but one",
    says="The product without one layer; it is the derivative of the product by that layer's weight.",
    content=(equal(others(k, t), U(t) / w(k, t)),),
    source=project("definition"),
)
FLOW = Statement(
    id="A.deep-flow",
    kind=Kind.ASSUMPTION,
    title="Gradient flow in a deep network",
    says="Every layer's weight follows the negative gradient of (S − U)²/2, with one learning rate for all.",
    content=(equal(rate(w(k, t)), others(k, t) * (S - U(t)) / T),),
    source=saxe("deeper networks: dynamics of a decoupled mode"),
    uses=("D.others",),
)
w_1 = _s("w_1", ONE, "weight in the first of three layers", positive=True)
w_2 = _s("w_2", ONE, "weight in the second of three layers", positive=True)
w_3 = _s("w_3", ONE, "weight in the third of three layers", positive=True)
_three = w_1 * w_2 * w_3
_slope = equal(sp.Derivative((S - _three) ** 2 / 2, w_1), -(_three / w_1) * (S - _three))
GRADIENT = Statement(
    id="N.gradient",
    kind=Kind.THEOREM,
    title="The gradient of a deep mode",
    says="Along one weight, the gradient of half the squared distance from the target is the product of the "
    "other weights times what is missing, with the sign reversed.",
    content=(_slope,),
    source=saxe("deeper networks: dynamics of a decoupled mode"),
    refuted_if="A step of its derivation fails.",
    derivations=(Derivation((Identity(to=_slope, says="Differentiate."),), scope="three layers"),),
)
_layer_flow = U(t) * (S - U(t)) / (T * w(k, t))
LAYER = Statement(
    id="N.layer",
    kind=Kind.THEOREM,
    title="Flow of one layer",
    says="A layer's weight grows in inverse proportion to itself.",
    content=(equal(rate(w(k, t)), _layer_flow),),
    source=project("rewriting of the flow"),
    refuted_if="A step of its derivation fails.",
    uses=("D.deep-strength",),
    derivations=(
        Derivation(
            (
                Start(using="A.deep-flow", to=FLOW.content[0], says="Gradient flow."),
                Substitute(
                    using="D.others", to=equal(rate(w(k, t)), _layer_flow), says="All layers but one."
                ),
            )
        ),
    ),
)
DIFFERENCE = Statement(
    id="D.deep-imbalance",
    kind=Kind.DEFINITION,
    title="Imbalance of two layers",
    says="The difference of the squared weights of two layers.",
    content=(equal(e(j, k, t), w(j, t) ** 2 - w(k, t) ** 2),),
    source=project("definition"),
)
_squares = rate(w(j, t) ** 2 - w(k, t) ** 2)
_gain = 2 * U(t) * (S - U(t)) / T
AT_REST = Statement(
    id="N.imbalance",
    kind=Kind.THEOREM,
    title="No layer gains on another",
    says="In squared weight every layer gains the same.",
    content=(equal(rate(e(j, k, t)), 0),),
    source=arora("balanced layers under gradient flow, for one mode"),
    refuted_if="A step of its derivation fails.",
    uses=("D.deep-imbalance", "D.deep-strength"),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_squares, 2 * w(j, t) * rate(w(j, t)) - 2 * w(k, t) * rate(w(k, t))),
                    says="Differentiate the difference of squares.",
                ),
                Substitute(
                    using="N.layer",
                    to=equal(_squares, 2 * w(j, t) * rate(w(j, t)) - _gain),
                    says="One layer follows its flow,",
                ),
                Substitute(
                    using="N.layer", where={k: j}, to=equal(_squares, 0), says="and the other gains as much."
                ),
                Substitute(
                    using="D.deep-imbalance", to=equal(rate(e(j, k, t)), 0), says="Name the imbalance."
                ),
            )
        ),
    ),
)
_now = w(j, t) ** 2 - w(k, t) ** 2
CONSERVED = Statement(
    id="N.conserved",
    kind=Kind.THEOREM,
    title="Imbalances are conserved at any depth",
    says="The difference of the squared weights of any two layers stays as it was.",
    content=(equal(_now, w(j, 0) ** 2 - w(k, 0) ** 2),),
    source=arora("balanced layers under gradient flow, for one mode"),
    refuted_if="An imbalance drifts along a trajectory of the flow by more than the integrator's error.",
    uses=("D.deep-strength",),
    derivations=(
        Derivation(
            (
                Start(using="N.imbalance", to=AT_REST.content[0], says="An imbalance does not change."),
                SolveFlow(
                    unknown=e(j, k, t), by=t, to=equal(e(j, k, t), e(j, k, 0)), says="So it is as at first."
                ),
                Substitute(using="D.deep-imbalance", to=equal(_now, e(j, k, 0)), says="Write it out now,"),
                Substitute(
                    using="D.deep-imbalance",
                    where={t: sp.Integer(0)},
                    to=equal(_now, w(j, 0) ** 2 - w(k, 0) ** 2),
                    says="and at the start.",
                ),
            )
        ),
    ),
)
EQUAL_START = Statement(
    id="A.equal-start",
    kind=Kind.ASSUMPTION,
    title="Equal weights at the start",
    says="All layers hold the mode with the same weight at the start.",
    content=(equal(w(k, 0), w(1, 0)),),
    source=saxe("deeper networks: equal initial weights"),
)
BALANCE = Statement(
    id="N.balance",
    kind=Kind.THEOREM,
    title="Balance persists at any depth",
    says="Layers with equal weights at the start have equal squared weights at all times.",
    content=(equal(w(k, t) ** 2, w(j, t) ** 2),),
    source=arora("balanced layers under gradient flow, for one mode"),
    refuted_if="Equal weights come apart along a trajectory of the flow.",
    uses=("A.equal-start",),
    derivations=(
        Derivation(
            (
                Start(using="N.conserved", to=CONSERVED.content[0], says="Imbalances are conserved."),
                Substitute(
                    using="A.equal-start",
                    to=equal(_now, w(j, 0) ** 2 - w(1, 0) ** 2),
                    says="All start alike,",
                ),
                Substitute(using="A.equal-start", where={k: j}, to=equal(_now, 0), says="so there was none."),
                Rearrange(
                    times=sp.Integer(-1), to=equal(w(k, t) ** 2, w(j, t) ** 2), says="One layer on each side."
                ),
            )
        ),
    ),
)
_halves = sp.Sum(sp.log(w(k, t) ** 2) / 2, (k, 1, N))
POWER = Statement(
    id="N.power",
    kind=Kind.THEOREM,
    title="The strength is a power of any layer's weight",
    says="In a balanced network the strength is the N-th power of the weight of any layer.",
    content=(equal(U(t), w(j, t) ** N),),
    source=saxe("deeper networks: equal weights"),
    refuted_if="A step of its derivation fails.",
    uses=("D.deep-strength", "A.equal-start"),
    derivations=(
        Derivation(
            (
                Start(using="D.deep-strength", to=STRENGTH.content[0], says="The product of all weights."),
                Rewrite(to=equal(U(t), sp.exp(_halves)), says="Half the logarithms of their squares."),
                Substitute(
                    using="N.balance",
                    to=equal(U(t), w(j, t) ** N),
                    says="All squares are those of one layer.",
                ),
            )
        ),
    ),
)
ROOT = Statement(
    id="N.root",
    kind=Kind.THEOREM,
    title="Every layer holds the N-th root",
    says="In a balanced network the weight of any layer is the N-th root of the strength.",
    content=(equal(w(j, t), U(t) ** (1 / N)),),
    source=saxe("deeper networks: equal weights"),
    refuted_if="A step of its derivation fails.",
    uses=("D.deep-strength", "A.equal-start"),
    derivations=(
        Derivation(
            (
                Identity(to=equal(w(j, t), (w(j, t) ** N) ** (1 / N)), says="Weights are positive."),
                Substitute(using="N.power", to=equal(w(j, t), U(t) ** (1 / N)), says="Name the strength."),
            )
        ),
    ),
)
STATEMENTS = (
    STRENGTH,
    OTHERS,
    GRADIENT,
    FLOW,
    LAYER,
    DIFFERENCE,
    AT_REST,
    CONSERVED,
    EQUAL_START,
    BALANCE,
    POWER,
    ROOT,
)
