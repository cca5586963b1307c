"""The named assumptions on which the dynamics rest: data, gradient flow, balance.

Inputs are whitened, and inputs and targets are seen in the singular bases of their correlation. That the weights
stay aligned with these bases is no assumption but a theorem (:mod:`.alignment`).
"""

from __future__ import annotations

import sympy as sp

from ..statement import Kind, Statement
from ..units import ONE
from .notation import INPUT, MODE, NOTATION, OUTPUT, a, b, c, equal, eta, rate, s, t, tau, v
from .sources import saxe

_s, _f = NOTATION.symbol, NOTATION.function

P = _s("P", ONE, "number of samples", integer=True, positive=True)
i = _s("i", ONE, "a sample", running=True, integer=True)
x = _f("x", INPUT, "input of a sample along the mode")
x_other = _f("x_o", INPUT, "input of a sample along another mode", r"x^{\circ}")
y = _f("y", OUTPUT, "target of a sample along the mode")
DATA = (s, x, x_other, y)
"""What belongs to one mode of the data. Statements about it hold for any mode."""


def over_samples(summand: sp.Expr) -> sp.Expr:
    """The sum over all samples."""
    return sp.Sum(summand, (i, 1, P))


WHITENED = Statement(
    id="A.whitened",
    kind=Kind.ASSUMPTION,
    title="Whitened inputs",
    says="Over the samples, inputs along different modes are uncorrelated and have one variance.",
    content=(
        equal(over_samples(x(i) ** 2), P * v),
        equal(over_samples(x_other(i) ** 2), P * v),
        equal(over_samples(x(i) * x_other(i)), 0),
    ),
    generic=(DATA,),
    witness={
        P: sp.Integer(2),
        x(1): sp.Integer(1),
        x(2): sp.Integer(1),
        x_other(1): sp.Integer(1),
        x_other(2): sp.Integer(-1),
    },
    source=saxe("learning from whitened inputs"),
)
MODES = Statement(
    id="A.modes",
    kind=Kind.ASSUMPTION,
    title="Modes are singular directions of the data",
    says="Targets along a mode are correlated with the inputs along it, by the target strength times the "
    "inputs' variance, and with no others.",
    content=(
        equal(over_samples(y(i) * x(i)), P * v * s),
        equal(over_samples(y(i) * x_other(i)), 0),
    ),
    generic=(DATA,),
    source=saxe("singular value decomposition of the input-output correlation"),
)
_loss_of_mode = v * (s - a(t) * b(t)) ** 2 / 2
FLOW = Statement(
    id="A.flow",
    kind=Kind.ASSUMPTION,
    title="Gradient flow on the squared loss",
    says="Both weights of a mode follow the negative gradient of its part of the loss, with one learning rate.",
    content=(
        equal(rate(a(t)), -eta * sp.Derivative(_loss_of_mode, a(t))),
        equal(rate(b(t)), -eta * sp.Derivative(_loss_of_mode, b(t))),
    ),
    generic=(MODE,),
    source=saxe("gradient descent in the limit of a small learning rate; no momentum, no decay"),
)
TIME_CONSTANT = Statement(
    id="D.time-constant",
    kind=Kind.DEFINITION,
    title="Time constant",
    says="One over learning rate and variance of the inputs.",
    content=(equal(tau, 1 / (eta * v)),),
    source=saxe("time constant of the averaged dynamics"),
)
EVEN_START = Statement(
    id="A.even-start",
    kind=Kind.ASSUMPTION,
    title="Balance at the start",
    says="The squared weights of the two layers are equal at the start.",
    content=(equal(c(0), 0),),
    generic=(MODE,),
    source=saxe("equal initial weights of the two layers"),
)
BALANCED = Statement(
    id="A.balanced",
    kind=Kind.ASSUMPTION,
    title="Balanced layers",
    says="Both layers hold the mode with the same weight. By M.balance they do so always if they do so once, "
    "except that signs are not compared there.",
    content=(equal(a(t), b(t)),),
    generic=(MODE,),
    source=saxe("equal weights of the two layers"),
)
STATEMENTS = (WHITENED, MODES, FLOW, TIME_CONSTANT, EVEN_START, BALANCED)
