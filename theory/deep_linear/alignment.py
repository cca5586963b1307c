"""Why modes learn by themselves: weights that are aligned with the data have no reason to turn.

Two modes and two hidden units. The first layer has the entries A_hj (hidden unit h, input mode j), the second
B_kh (output mode k). They are *aligned* when every entry with two different indices is zero.
"""

from __future__ import annotations

import sympy as sp

from ..derivation import Derivation, Identity, Start, Substitute
from ..statement import Kind, Statement
from .loss import M, M_other, loss, rest
from .notation import NOTATION, OUTPUT, STRENGTH, WEIGHT, equal, s, v
from .sources import saxe

_s = NOTATION.symbol

s_1 = _s("s_1", STRENGTH, "target strength of the first mode", positive=True)
s_2 = _s("s_2", STRENGTH, "target strength of the second mode", positive=True)
L_both = _s("L_both", OUTPUT**2, "squared loss in two outputs", r"L_{\mathrm{both}}")
L_1 = _s("L_1", OUTPUT**2, "squared loss in the first output")
L_2 = _s("L_2", OUTPUT**2, "squared loss in the second output")
rest_1 = _s("L_rest1", OUTPUT**2, "loss that cannot be avoided in output 1", r"L_{\mathrm{rest},1}")
rest_2 = _s("L_rest2", OUTPUT**2, "loss that cannot be avoided in output 2", r"L_{\mathrm{rest},2}")
M_11 = _s("M_11", STRENGTH, "what the network makes of input 1 in output 1", "M_{11}")
M_12 = _s("M_12", STRENGTH, "what the network makes of input 2 in output 1", "M_{12}")
M_21 = _s("M_21", STRENGTH, "what the network makes of input 1 in output 2", "M_{21}")
M_22 = _s("M_22", STRENGTH, "what the network makes of input 2 in output 2", "M_{22}")
A_11 = _s("A_11", WEIGHT, "first layer: input mode 1 to hidden unit 1", "A_{11}")
A_12 = _s("A_12", WEIGHT, "first layer: input mode 2 to hidden unit 1", "A_{12}")
A_21 = _s("A_21", WEIGHT, "first layer: input mode 1 to hidden unit 2", "A_{21}")
A_22 = _s("A_22", WEIGHT, "first layer: input mode 2 to hidden unit 2", "A_{22}")
B_11 = _s("B_11", WEIGHT, "second layer: hidden unit 1 to output mode 1", "B_{11}")
B_12 = _s("B_12", WEIGHT, "second layer: hidden unit 2 to output mode 1", "B_{12}")
B_21 = _s("B_21", WEIGHT, "second layer: hidden unit 1 to output mode 2", "B_{21}")
B_22 = _s("B_22", WEIGHT, "second layer: hidden unit 2 to output mode 2", "B_{22}")

_first = {s: s_1, M: M_11, M_other: M_12, loss: L_1, rest: rest_1}
_second = {s: s_2, M: M_22, M_other: M_21, loss: L_2, rest: rest_2}
_map = {
    M_11: B_11 * A_11 + B_12 * A_21,
    M_12: B_11 * A_12 + B_12 * A_22,
    M_21: B_21 * A_11 + B_22 * A_21,
    M_22: B_21 * A_12 + B_22 * A_22,
}
_entries, _products = list(_map), list(_map.values())

BOTH = Statement(
    id="D.both-outputs",
    kind=Kind.DEFINITION,
    title="Loss of two modes",
    says="The loss in both outputs together.",
    content=(equal(L_both, L_1 + L_2),),
    source=saxe("squared error on the training set"),
)
LAYERS = Statement(
    id="D.layers",
    kind=Kind.DEFINITION,
    title="The map of two layers",
    says="The network's map is the product of its two layers.",
    content=tuple(equal(entry, product) for entry, product in _map.items()),
    source=saxe("network with one hidden layer and no nonlinearity"),
)


def _squares_1(m_11: sp.Expr, m_12: sp.Expr) -> sp.Expr:
    return v * ((s_1 - m_11) ** 2 + m_12**2) / 2


def _squares_2(m_21: sp.Expr, m_22: sp.Expr) -> sp.Expr:
    return v * ((s_2 - m_22) ** 2 + m_21**2) / 2


def _written_out(count: int) -> sp.Expr:
    """The loss when the first ``count`` entries of the map are written as products of weights."""
    m_11, m_12, m_21, m_22 = (*_products[:count], *_entries[count:])
    return _squares_1(m_11, m_12) + rest_1 + _squares_2(m_21, m_22) + rest_2


LOSS_OF_LAYERS = Statement(
    id="L.layers",
    kind=Kind.THEOREM,
    title="Loss by layers",
    says="The loss as a function of the eight weights.",
    content=(equal(L_both, _written_out(4)),),
    source=saxe("the objective in the singular bases of the data"),
    refuted_if="A step of its derivation fails.",
    uses=("D.both-outputs", "D.loss", "D.rest", "D.layers"),
    derivations=(
        Derivation(
            (
                Start(using="D.both-outputs", to=BOTH.content[0], says="Both outputs."),
                Substitute(
                    using="L.mode",
                    where=_first,
                    to=equal(L_both, _squares_1(M_11, M_12) + rest_1 + L_2),
                    says="The loss in the first,",
                ),
                Substitute(
                    using="L.mode",
                    where=_second,
                    to=equal(L_both, _written_out(0)),
                    says="and in the second.",
                ),
                *(
                    Substitute(
                        using="D.layers",
                        part=k,
                        to=equal(L_both, _written_out(k + 1)),
                        says=f"Write out the map's entry {_entries[k].name[2:]}.",
                    )
                    for k in range(4)
                ),
            )
        ),
    ),
)

_loss = _squares_1(*_products[:2]) + _squares_2(*_products[2:])
_off = (A_12, A_21, B_12, B_21)
_excess_12, _missing_22 = _map[M_12], s_2 - _map[M_22]
_turning = {
    A_12: v * (B_11 * _excess_12 - B_21 * _missing_22),
    B_12: v * (A_22 * _excess_12 - A_21 * (s_1 - _map[M_11])),
}
TURNING = Statement(
    id="L.turning",
    kind=Kind.THEOREM,
    title="What turns the weights",
    says="The gradient of the loss along a misaligned weight: each of its terms holds a misaligned weight. "
    "(Exchanging the two modes gives the other two.)",
    content=tuple(equal(sp.Derivative(_loss, weight), gradient) for weight, gradient in _turning.items()),
    source=saxe("gradient descent on the product of two layers"),
    refuted_if="A step fails, or the gradient that a network computes differs by more than rounding.",
    uses=("L.layers",),
    derivations=tuple(
        Derivation(
            (Identity(to=equal(sp.Derivative(_loss, weight), gradient), says="Differentiate."),), part=part
        )
        for part, (weight, gradient) in enumerate(_turning.items())
    ),
)


def _at_alignment(weight: sp.Symbol) -> sp.Expr:
    """The gradient of the loss along ``weight``, at aligned weights."""
    return sp.Subs(sp.Derivative(_loss, weight), _off, (0, 0, 0, 0))


_still = tuple(equal(_at_alignment(weight), 0) for weight in _off)
_missing_1 = s_1 - A_11 * B_11
_own = (
    equal(_at_alignment(A_11), -v * B_11 * _missing_1),
    equal(_at_alignment(B_11), -v * A_11 * _missing_1),
)

ALIGNED = Statement(
    id="L.aligned",
    kind=Kind.THEOREM,
    title="Aligned weights stay aligned",
    says="Where all misaligned weights are zero, the loss has no gradient along any of them.",
    content=_still,
    source=saxe("decoupled initial conditions; that they persist"),
    refuted_if="A step fails, or gradient descent from aligned weights turns them by more than rounding.",
    uses=("L.layers",),
    derivations=tuple(
        Derivation(
            (Identity(to=relation, says=f"Each term along {weight.name} holds a misaligned weight."),),
            part=part,
        )
        for part, (weight, relation) in enumerate(zip(_off, _still, strict=True))
    ),
)
DECOUPLED = Statement(
    id="L.decoupled",
    kind=Kind.THEOREM,
    title="Each mode has its own gradient",
    says="Where all misaligned weights are zero, the gradient along a weight of one mode is that of the loss "
    "v(s − ab)²/2 of this mode alone, and no weight of the other mode is in it.",
    content=_own,
    source=saxe("decoupled dynamics of the modes"),
    refuted_if="A step fails, or the gradient of a mode changes with the weights of another.",
    uses=("L.layers",),
    derivations=tuple(
        Derivation(
            (Identity(to=relation, says="Differentiate, then set the misaligned weights to zero."),),
            part=part,
        )
        for part, relation in enumerate(_own)
    ),
)
STATEMENTS = (BOTH, LAYERS, LOSS_OF_LAYERS, TURNING, ALIGNED, DECOUPLED)
