"""F5 and AX2: the errors of the source's sum, each as an equation and with its bound.

Two things separate the sum of α_j G_j G'_j from the rate of the held-out loss: the directions
outside the window's modes, and the weights. The first is there with and without weights. The second
is made by the weights, and on the training loss itself it always goes the wrong way.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Identity, Rearrange, Start, Substitute
from ...statement import Kind, Statement
from ...units import ONE
from ..eigenvectors.davis_kahan import other, others
from ..notation import GRADIENT, NOTATION, W, a, eta, p, t
from ..relations import equal, rate_of
from ..sources import project
from .loss_decomposition import G_train, G_val, R_train, R_val, grad_train, held_out, mode, theta, training

_s, _f = NOTATION.symbol, NOTATION.function

outside_train = _s(
    "outside_train", GRADIENT, "norm of the training gradient outside the modes", "r", positive=True
)
outside_val = _s(
    "outside_val", GRADIENT, "norm of the held-out gradient outside the modes", "r'", positive=True
)
alpha = _f("alpha", ONE, "stability coefficient of mode j", r"\alpha")
lost = _f("lost", ONE, "what the stability coefficient takes off mode j", r"\beta", nonnegative=True)
lost_train = _s(
    "lost_train", GRADIENT, "norm of the training gradient, weighted by what is taken off", "q", positive=True
)
lost_val = _s(
    "lost_val", GRADIENT, "norm of the held-out gradient, weighted by what is taken off", "q'", positive=True
)


def _le(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Le(lhs, rhs, evaluate=False)


def _in(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (mode, 1, W))


def _out(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (other, 1, others))


_G, _H, _R, _Q = G_train(mode, t), G_val(mode, t), R_train(other, t), R_val(other, t)
_alpha, _lost = alpha(mode, t), lost(mode, t)
_loss_rate = rate_of(held_out(t))
_within, _left_out = _in(_G * _H), _out(_R * _Q)

NORMS = Statement(
    id="D.left-out",
    kind=Kind.DEFINITION,
    title="Norms of what is left out",
    says="The norms of the two gradients outside the modes; a stability coefficient, at most 1, as one less "
    "what it takes off; and the norms of the gradients on the modes, weighted by that.",
    content=(
        equal(_out(_R**2), outside_train**2),
        equal(_out(_Q**2), outside_val**2),
        equal(_alpha, 1 - _lost),
        equal(_in(_lost * _G**2), lost_train**2),
        equal(_in(_lost * _H**2), lost_val**2),
    ),
    source=project("definition"),
)


def _schwarz(
    total: sp.Expr,
    squares: tuple[sp.Expr, sp.Expr],
    first_part: int,
    norms: tuple[sp.Expr, sp.Expr],
    misfit: sp.Expr,
) -> Derivation:
    """Cauchy and Schwarz as an equation: Σ xy = misfit − ‖x‖‖y‖, the misfit being a sum of squares."""
    x, y = norms
    return Derivation(
        (
            Identity(
                to=equal(total, misfit - (y**2 * squares[0] + x**2 * squares[1]) / (2 * x * y)),
                says="Complete the squares, term by term.",
            ),
            Substitute(
                using="D.left-out",
                part=first_part,
                to=equal(total, misfit - x * y / 2 - x * squares[1] / (2 * y)),
                says="The norm of the first.",
            ),
            Substitute(
                using="D.left-out",
                part=first_part + 1,
                to=equal(total, misfit - x * y),
                says="The norm of the second.",
            ),
        )
    )


_misfit = _out((outside_val * _R + outside_train * _Q) ** 2) / (2 * outside_train * outside_val)
OVERLAP = Statement(
    id="F5.overlap",
    kind=Kind.THEOREM,
    title="The gradients' product outside the modes",
    says="It is minus the product of their norms, plus a sum of squares.",
    content=(equal(_left_out, _misfit - outside_train * outside_val),),
    source=project("inequality of Cauchy and Schwarz, with what it leaves out"),
    refuted_if="A step fails.",
    uses=("D.left-out",),
    derivations=(_schwarz(_left_out, (_out(_R**2), _out(_Q**2)), 0, (outside_train, outside_val), _misfit),),
)
OUTSIDE = Statement(
    id="F5.outside",
    kind=Kind.THEOREM,
    title="What the window's modes leave out",
    says="The rate of the held-out loss exceeds what the modes say by no more than the learning rate times "
    "the norms of both gradients outside them; with the sign of one gradient changed this is the bound "
    "from the other side.",
    content=(_le(_loss_rate + eta * _within, eta * outside_train * outside_val),),
    source=project("from F5-amended"),
    refuted_if="Gradient flow on a known loss leaves the bound.",
    uses=("D.left-out",),
    derivations=(
        Derivation(
            (
                Start(
                    using="F5-amended",
                    to=equal(_loss_rate, -eta * _within - eta * _left_out),
                    says="The identity.",
                ),
                Rearrange(
                    to=equal(_loss_rate + eta * _within, -eta * _left_out), says="What the modes leave out."
                ),
                Substitute(
                    using="F5.overlap",
                    to=equal(_loss_rate + eta * _within, eta * outside_train * outside_val - eta * _misfit),
                    says="The product of the norms, less a sum of squares.",
                ),
                Bound(
                    certificate=eta * _misfit,
                    to=_le(_loss_rate + eta * _within, eta * outside_train * outside_val),
                    says="Leave the squares out.",
                ),
            )
        ),
    ),
)

_taken = _in(_lost * _G * _H)
_weighted = _in(_alpha * _G * _H)
_misfit_lost = _in(_lost * (lost_val * _G + lost_train * _H) ** 2) / (2 * lost_train * lost_val)
TAKEN = Statement(
    id="F5.taken-off",
    kind=Kind.THEOREM,
    title="What the weights take off",
    says="It is minus the product of the weighted norms, plus a sum of squares.",
    content=(equal(_taken, _misfit_lost - lost_train * lost_val),),
    source=project("inequality of Cauchy and Schwarz, with what it leaves out"),
    refuted_if="A step fails.",
    uses=("D.left-out",),
    derivations=(
        _schwarz(_taken, (_in(_lost * _G**2), _in(_lost * _H**2)), 3, (lost_train, lost_val), _misfit_lost),
    ),
)
_error = -eta * _left_out - eta * _taken
WEIGHTS = Statement(
    id="F5.weights",
    kind=Kind.THEOREM,
    title="The error of the weighted sum",
    says="Under gradient flow the weighted sum misses what lies outside the modes and what the weights take "
    "off.",
    content=(equal(_loss_rate + eta * _weighted, _error),),
    source=project("from F5-amended"),
    refuted_if="A step fails.",
    uses=("D.left-out",),
    derivations=(
        Derivation(
            (
                Start(
                    using="F5-amended",
                    to=equal(_loss_rate, -eta * _within - eta * _left_out),
                    says="The identity.",
                ),
                Rearrange(
                    to=equal(_loss_rate + eta * _weighted, eta * _weighted - eta * _within - eta * _left_out),
                    says="Add the weighted sum.",
                ),
                Substitute(
                    using="D.left-out",
                    part=2,
                    to=equal(_loss_rate + eta * _weighted, _error),
                    says="A weight is one less what it takes off.",
                ),
            )
        ),
    ),
)
_bound = eta * outside_train * outside_val + eta * lost_train * lost_val
AMENDED = Statement(
    id="AX2-amended",
    kind=Kind.THEOREM,
    title="Loss decomposition with weights: the sum, and a bound of its error",
    says="Under gradient flow the rate of the held-out loss exceeds the weighted sum by at most the "
    "learning rate times the product of the gradients' norms outside the modes, plus that of their norms "
    "weighted with 1 − α_j.",
    content=(_le(_loss_rate + eta * _weighted, _bound),),
    source=project("repair of AX2: an identity, an error, and its bound"),
    refuted_if="Gradient flow on a known loss leaves the bound.",
    uses=("D.left-out",),
    amends="AX2",
    repair="The weights are not part of the identity; they add an error of their own, which vanishes when "
    "every α_j is 1.",
    derivations=(
        Derivation(
            (
                Start(using="F5.weights", to=equal(_loss_rate + eta * _weighted, _error), says="The error."),
                Substitute(
                    using="F5.overlap",
                    to=equal(
                        _loss_rate + eta * _weighted,
                        eta * outside_train * outside_val - eta * _misfit - eta * _taken,
                    ),
                    says="Outside the modes.",
                ),
                Substitute(
                    using="F5.taken-off",
                    to=equal(_loss_rate + eta * _weighted, _bound - eta * _misfit - eta * _misfit_lost),
                    says="What the weights take off.",
                ),
                Bound(
                    certificate=eta * _misfit + eta * _misfit_lost,
                    to=_le(_loss_rate + eta * _weighted, _bound),
                    says="Leave the squares out.",
                ),
            )
        ),
    ),
)

_train_rate = rate_of(training(t))
_squares, _weighted_squares = _in(_G**2), _in(_alpha * _G**2)
_velocity = rate_of(theta(a, t))
SAME_LOSS = Statement(
    id="F5.training-loss",
    kind=Kind.THEOREM,
    title="On the training loss the weights only harm",
    says="Under gradient flow the training loss falls at least as fast as the unweighted sum says, and the "
    "unweighted sum is at least the weighted one: so the unweighted sum is never further off.",
    content=(
        _le(_train_rate, -eta * _squares),
        _le(-eta * _squares, -eta * _weighted_squares),
    ),
    source=project("F5 with the training loss in place of the held-out one"),
    refuted_if="Gradient flow on a known loss falls more slowly than the unweighted sum says.",
    uses=("D.loss-rates", "D.mode-basis", "D.left-out"),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.loss-rates",
                    part=1,
                    to=equal(_train_rate, sp.Sum(grad_train(a, t) * _velocity, (a, 1, p))),
                    says="The chain rule.",
                ),
                Substitute(
                    using="A.descent",
                    to=equal(_train_rate, -eta * sp.Sum(grad_train(a, t) ** 2, (a, 1, p))),
                    says="The parameters follow the gradient.",
                ),
                Substitute(
                    using="D.mode-basis",
                    part=1,
                    to=equal(_train_rate, -eta * _squares - eta * _out(_R**2)),
                    says="Over modes and outside.",
                ),
                Bound(
                    certificate=eta * _out(_R**2),
                    to=_le(_train_rate, -eta * _squares),
                    says="Squares outside are not negative.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Identity(
                    to=equal(-eta * _squares, -eta * _in((1 - _lost) * _G**2) - eta * _in(_lost * _G**2)),
                    says="Split each square.",
                ),
                Substitute(
                    using="D.left-out",
                    part=2,
                    to=equal(-eta * _squares, -eta * _weighted_squares - eta * _in(_lost * _G**2)),
                    says="A weight is one less what it takes off.",
                ),
                Bound(
                    certificate=eta * _in(_lost * _G**2),
                    to=_le(-eta * _squares, -eta * _weighted_squares),
                    says="No weight takes off less than nothing.",
                ),
            ),
            part=1,
        ),
    ),
)

STATEMENTS = (NORMS, OVERLAP, OUTSIDE, TAKEN, WEIGHTS, AMENDED, SAME_LOSS)
