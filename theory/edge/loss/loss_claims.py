"""F5 and AX2 as the source has them, and the claims beside them, tried at exact numbers.

Two parameters, so that the window's two modes are a complete basis and nothing is left out; where
something is, R and R' are the projections outside. G and G' are projections of the training and of
the held-out gradient.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...statement import Kind, Statement
from ...units import LOSS, ONE, THETA, TIME
from ..eigenvectors.davis_kahan import gap_same
from ..eigenvectors.eigenvector_stability import constant
from ..notation import GRADIENT, NOTATION, eta
from ..relations import equal
from ..sources import project, thesis
from ..window.hoffman_wielandt import change_norm

_s, _f = NOTATION.symbol, NOTATION.function

val_rate = _s("val_rate", LOSS / TIME, "rate of the held-out loss at one instant", r"\dot{L}^{\mathrm{val}}")
on_train = _f("on_train", GRADIENT, "training gradient on mode j at one instant", "G")
on_val = _f("on_val", GRADIENT, "held-out gradient on mode j at one instant", "G'")
off_train = _s("off_train", GRADIENT, "training gradient outside the modes at one instant", "R")
off_val = _s("off_val", GRADIENT, "held-out gradient outside the modes at one instant", "R'")
weight = _f("weight", ONE, "stability coefficient of mode j at one instant", r"\alpha")
half_first = _f("half_first", THETA, "entry of the first half of the window, one update", r"\delta")
half_second = _f("half_second", THETA, "entry of the second half of the window, one update", r"\delta'")
shrink = _f(
    "shrink", ONE, "factor by which direction a decays from record to record", r"\kappa", positive=True
)
scale = _f("scale", ONE, "relative step of the preconditioner in parameter a", "P", positive=True)


def _le(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Le(lhs, rhs, evaluate=False)


_plain = on_train(1) * on_val(1) + on_train(2) * on_val(2)
_weighted = weight(1) * on_train(1) * on_val(1) + weight(2) * on_train(2) * on_val(2)
_RATE = equal(val_rate, -eta * _plain - eta * off_train * off_val)
_ALL_INSIDE = (equal(off_train, sp.Integer(0)), equal(off_val, sp.Integer(0)))
_norms = (half_first(1) ** 2 + half_first(2) ** 2) * (half_second(1) ** 2 + half_second(2) ** 2)
_cosine = (half_first(1) * half_second(1) + half_first(2) * half_second(2)) / sp.sqrt(_norms)
_HALVES = (
    equal(half_second(1), shrink(1) * half_first(1)),
    equal(half_second(2), shrink(2) * half_first(2)),
    sp.Lt(shrink(1), 1, evaluate=False),
    sp.Lt(shrink(2), 1, evaluate=False),
    equal(weight(1), sp.Abs(_cosine)),
    equal(weight(2), sp.Abs(_cosine)),
)
_GRADIENTS = {
    eta: sp.Integer(1),
    on_train(1): sp.Integer(3),
    on_val(1): sp.Integer(3),
    on_train(2): sp.Integer(1),
    on_val(2): sp.Integer(1),
    off_train: sp.Integer(0),
    off_val: sp.Integer(0),
    val_rate: sp.Integer(-10),
}
_SLOW_TURN = {
    half_first(1): sp.Integer(4),
    half_first(2): sp.Integer(3),
    half_second(1): sp.Rational(3, 2),
    half_second(2): sp.Integer(2),
    shrink(1): sp.Rational(3, 8),
    shrink(2): sp.Rational(2, 3),
    weight(1): sp.Rational(24, 25),
    weight(2): sp.Rational(24, 25),
}
_FLOW = (
    "Gradient flow on a quadratic loss whose two directions decay by 3/8 and by 2/3 from record to record "
    "has updates (4, 3) and then (3/2, 2): the cosine between the halves of this window is 24/25, for both "
    "modes. "
)

F5 = Statement(
    id="F5",
    kind=Kind.THEOREM,
    title="Loss decomposition, as the source has it",
    says="The held-out loss changes at minus the learning rate times the sum of the modes' products, each "
    "weighted by how much of the mode is the same in both halves of the window.",
    content=(equal(val_rate, -eta * _weighted),),
    source=thesis("loss decomposition; written there with ≈, with α from the halves of the window"),
    hypotheses=(_RATE, *_ALL_INSIDE, *_HALVES),
    refuted_if="Gradient flow with a complete set of modes changes the loss at another rate.",
    counterexample=Counterexample(
        _FLOW + "With both modes the basis is complete, so that the rate is −10 for projections 3 and 1; the "
        "weighted sum says −9.6, and 24/25 of the truth for every other gradient.",
        _GRADIENTS | _SLOW_TURN,
    ),
)
BETTER = Statement(
    id="F5.better",
    kind=Kind.THEOREM,
    title="The weights bring the sum nearer to the rate",
    says="The weighted sum is at least as near to the rate of the held-out loss as the sum without weights.",
    content=(_le((val_rate + eta * _weighted) ** 2, (val_rate + eta * _plain) ** 2),),
    source=thesis("reading of ≈ in F5: the weights are a correction"),
    hypotheses=(_RATE, *_HALVES),
    refuted_if="Under gradient flow the sum without weights is nearer.",
    counterexample=Counterexample(
        _FLOW + "The sum without weights is exact, the weighted one is off by 0.4.", _GRADIENTS | _SLOW_TURN
    ),
)
WORSE = Statement(
    id="F5.worse",
    kind=Kind.THEOREM,
    title="The weights never bring the sum nearer to the rate",
    says="The sum without weights is at least as near to the rate of the held-out loss as the weighted one.",
    content=(_le((val_rate + eta * _plain) ** 2, (val_rate + eta * _weighted) ** 2),),
    source=project(
        "the opposite reading, to be tested as well; for the training loss it holds (F5.training-loss)"
    ),
    hypotheses=(_RATE, *_HALVES),
    refuted_if="Under gradient flow the weighted sum is nearer.",
    counterexample=Counterexample(
        "The same window, and outside its modes projections 1 and −2/5: the rate is −9.6, which the "
        "weighted sum gives by accident, while the sum without weights says −10.",
        _GRADIENTS
        | _SLOW_TURN
        | {off_train: sp.Integer(1), off_val: -sp.Rational(2, 5), val_rate: -sp.Rational(48, 5)},
    ),
)

_stability = tuple(equal(weight(j), 1 - constant * change_norm**2 / gap_same**2) for j in (1, 2))
AX2 = Statement(
    id="AX2",
    kind=Kind.THEOREM,
    title="Spectral loss decomposition, as the source has it",
    says="Each mode's contribution to the rate of the held-out loss is weighted by its Davis–Kahan "
    "stability coefficient.",
    content=(equal(val_rate, -eta * _weighted),),
    source=thesis("the second of the three axioms"),
    hypotheses=(_RATE, *_ALL_INSIDE, *_stability),
    refuted_if="Gradient flow with a complete set of modes changes the loss at another rate.",
    counterexample=Counterexample(
        "The window with updates (3, 0), (2, 0), then (2, 0), (0, 3): the squared change of S is 162 and "
        "the gap 13, so that α = 7/169 for both modes with C = 1. The rate is −10 for projections 3 and 1, "
        "and the weighted sum says −70/169.",
        _GRADIENTS
        | {
            constant: sp.Integer(1),
            change_norm: 9 * sp.sqrt(2),
            gap_same: sp.Integer(13),
            weight(1): sp.Rational(7, 169),
            weight(2): sp.Rational(7, 169),
        },
    ),
)
ADAPTIVE = Statement(
    id="F5.adaptive",
    kind=Kind.THEOREM,
    title="The sum of products for an adaptive optimizer",
    says="With a diagonal preconditioner the held-out loss still falls when the sum of the modes' products "
    "is positive.",
    content=(
        _le(
            -eta * (scale(1) * on_train(1) * on_val(1) + scale(2) * on_train(2) * on_val(2)),
            sp.Integer(0),
        ),
    ),
    source=thesis("use of F5 for AdamW; here without weights, and with the modes along the parameters"),
    hypotheses=(sp.Gt(_plain, 0, evaluate=False),),
    refuted_if="A preconditioner makes the loss rise while the sum of products is positive.",
    counterexample=Counterexample(
        "Gradients (2, 1) and (1, −1): the sum of products is 2 − 1 = 1. With steps ten times as large in "
        "the second parameter the loss changes at −(2 − 10) = 8: it rises.",
        {
            eta: sp.Integer(1),
            on_train(1): sp.Integer(2),
            on_train(2): sp.Integer(1),
            on_val(1): sp.Integer(1),
            on_val(2): sp.Integer(-1),
            scale(1): sp.Integer(1),
            scale(2): sp.Integer(10),
        },
    ),
)

STATEMENTS = (F5, BETTER, WORSE, AX2, ADAPTIVE)
