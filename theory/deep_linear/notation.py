"""The symbols of deep linear networks, each with its unit: ``[x]`` input, ``[y]`` output, ``[t]`` time.

A *mode* is one singular direction of the correlation between inputs and targets. Its strength, what the
network has learned of it, has the unit y/x. One learning rate for both layers makes them share that unit
evenly: a weight of either layer has the unit (y/x)^(1/2).
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from ..notation import Notation
from ..units import TIME, Unit

NOTATION = Notation()
_s, _f = NOTATION.symbol, NOTATION.function

INPUT, OUTPUT = Unit.base("x"), Unit.base("y")
STRENGTH = OUTPUT / INPUT
WEIGHT = STRENGTH ** Fraction(1, 2)

t = _s("t", TIME, "time of training", running=True, nonnegative=True)
eta = _s("eta", (INPUT * OUTPUT * TIME) ** -1, "learning rate of both layers", positive=True)
v = _s("v", INPUT**2, "variance of each whitened input", positive=True)
tau = _s("tau", TIME * STRENGTH, "time constant of learning", positive=True)

s = _s("s", STRENGTH, "target strength of a mode: singular value of the map to be learned", positive=True)
a = _f("a", WEIGHT, "weight of the mode in the first layer")
b = _f("b", WEIGHT, "weight of the mode in the second layer")
c = _f("c", STRENGTH, "imbalance: difference of the squared weights of the two layers")
u = _f(
    "u", STRENGTH, "strength of the mode: product of its two weights, where that is positive", positive=True
)
r = _f("r", STRENGTH**-1, "reciprocal of the strength", positive=True)
m = _f("m", STRENGTH, "what is missing of the mode, while some of it is", positive=True)

MODE = (s, a, b, c, u, r, m)
"""What belongs to one mode. Statements about it hold for any mode."""


def equal(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    """The equation as it is written; SymPy does not judge it."""
    return sp.Eq(lhs, rhs, evaluate=False)


def rate(expression: sp.Expr) -> sp.Expr:
    """The derivative by time."""
    return sp.Derivative(expression, t)
