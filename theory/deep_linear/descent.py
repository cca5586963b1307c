"""Steps of finite size: what gradient descent keeps of the flow's conserved quantity, exactly."""

from __future__ import annotations

import sympy as sp

from ..counterexample import Counterexample
from ..derivation import Derivation, Identity, Substitute
from ..statement import Kind, Statement
from .notation import NOTATION, STRENGTH, WEIGHT, equal, s
from .sources import project, reading

_s = NOTATION.symbol

h = _s("h", STRENGTH**-1, "step of gradient descent, in units of the time constant", positive=True)
a_now = _s("a_0", WEIGHT, "weight in the first layer before a step")
b_now = _s("b_0", WEIGHT, "weight in the second layer before a step")
a_next = _s("a_1", WEIGHT, "weight in the first layer after a step")
b_next = _s("b_1", WEIGHT, "weight in the second layer after a step")

_missing = s - a_now * b_now
_step_a, _step_b = a_now + h * b_now * _missing, b_now + h * a_now * _missing

STEP = Statement(
    id="D.step",
    kind=Kind.DEFINITION,
    title="A step of gradient descent",
    says="Both weights take a step of size h along their flow.",
    content=(equal(a_next, _step_a), equal(b_next, _step_b)),
    source=project("definition: one step along the right-hand sides of M.layers, in units of τ"),
)
_imbalance_now, _imbalance_next = a_now**2 - b_now**2, a_next**2 - b_next**2
KEPT = Statement(
    id="G.conserved",
    kind=Kind.THEOREM,
    title="Gradient descent conserves the imbalance, as often quoted",
    says="A step of gradient descent leaves the difference of the squared weights as it was.",
    content=(equal(_imbalance_next, _imbalance_now),),
    source=reading("the conservation law of the flow, quoted for gradient descent"),
    refuted_if="A step changes the imbalance.",
    uses=("D.step",),
    counterexample=Counterexample(
        says="With the weights 2 and 1, the target 3 and a step of 1, one unit is missing; the step makes both "
        "weights 3, and the imbalance goes from 3 to 0.",
        values={
            a_now: sp.Integer(2),
            b_now: sp.Integer(1),
            s: sp.Integer(3),
            h: sp.Integer(1),
            a_next: sp.Integer(3),
            b_next: sp.Integer(3),
        },
    ),
)


def _stepped(left: sp.Expr, first: sp.Expr, both: sp.Expr) -> tuple[Substitute, Substitute]:
    return (
        Substitute(using="D.step", part=0, to=equal(left, first), says="The first layer takes its step."),
        Substitute(using="D.step", part=1, to=equal(left, both), says="So does the second; multiply out."),
    )


_shrunk = (1 - h**2 * _missing**2) * _imbalance_now
KEPT_AMENDED = Statement(
    id="G.conserved-amended",
    kind=Kind.THEOREM,
    title="Gradient descent shrinks the imbalance, to second order in the step",
    says="A step multiplies the imbalance by 1 − h²(s − u)²: balanced layers stay balanced exactly, and others "
    "become more balanced as long as h times what is missing is below √2.",
    content=(equal(_imbalance_next, _shrunk),),
    source=project("repair of G.conserved"),
    refuted_if="A step fails, or a step of gradient descent in floating point differs by more than rounding.",
    uses=("D.step",),
    amends="G.conserved",
    repair="The factor by which a step changes the imbalance is given; it is one to first order in the step.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(_imbalance_next, _imbalance_next), says="The imbalance after the step."),
                *_stepped(_imbalance_next, _step_a**2 - b_next**2, _shrunk),
            )
        ),
    ),
)
_now, _next = a_now * b_now, a_next * b_next
_euler = _now + h * _missing * (a_now**2 + b_now**2)
PRODUCT = Statement(
    id="G.product",
    kind=Kind.THEOREM,
    title="The product after a step",
    says="A step of gradient descent on the weights carries their product further than a step along the flow of "
    "the product, by h²u(s − u)².",
    content=(equal(_next, _euler + h**2 * _missing**2 * _now),),
    source=project("comparison of descent and flow"),
    refuted_if="A step fails, or a step of gradient descent in floating point differs by more than rounding.",
    uses=("D.step", "M.product"),
    derivations=(
        Derivation(
            (
                Identity(to=equal(_next, _next), says="The product after the step."),
                *_stepped(_next, _step_a * b_next, _euler + h**2 * _missing**2 * _now),
            )
        ),
    ),
)
STATEMENTS = (STEP, KEPT, KEPT_AMENDED, PRODUCT)
