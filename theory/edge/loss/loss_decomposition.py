"""F5 and AX2, amended: the rate of the held-out loss over the window's modes and outside them.

The window's W modes v_j and N further directions u_k are an orthonormal basis of parameter space.
G_j and G'_j are the projections of the training gradient and of the held-out gradient on mode j;
R_k and R'_k those on the further directions. For gradient flow the rate is a sum over all of them
with weight 1. The source's weights α_j are an error and not a correction; they come in legitimately
in one place, where a gradient is projected on a direction of the last window, and there the weight
is cos²θ.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Identity, Start, Substitute
from ...statement import Kind, Statement
from ...units import LOSS, ONE, THETA
from ..eigenvectors.davis_kahan import other, others
from ..notation import GRADIENT, NOTATION, W, a, eta, omega, p, t
from ..relations import equal, rate_of
from ..sources import project
from ..window.hoffman_wielandt import turn_cos, turn_sin

_s, _f = NOTATION.symbol, NOTATION.function

mode = _s("mode", ONE, "number of a mode of the window", "j", integer=True, running=True)
held_out = _f("held_out", LOSS, "held-out loss", r"L^{\mathrm{val}}")
training = _f("training", LOSS, "training loss", r"L^{\mathrm{train}}")
theta = _f("parameter_a", THETA, "parameter a", r"\theta")
grad_train = _f("grad_train", GRADIENT, "entry a of the training gradient", r"g^{\mathrm{train}}")
grad_val = _f("grad_val", GRADIENT, "entry a of the held-out gradient", r"g^{\mathrm{val}}")
drive = _f("drive", GRADIENT, "entry a of what the optimizer makes of the gradients", "m")
G_train = _f("G_train", GRADIENT, "projection of the training gradient on mode j", r"G^{\mathrm{train}}")
G_val = _f("G_val", GRADIENT, "projection of the held-out gradient on mode j", r"G^{\mathrm{val}}")
R_train = _f(
    "R_train", GRADIENT, "projection of the training gradient on direction k outside", r"R^{\mathrm{train}}"
)
R_val = _f(
    "R_val", GRADIENT, "projection of the held-out gradient on direction k outside", r"R^{\mathrm{val}}"
)
drive_in = _f("drive_in", GRADIENT, "projection of the optimizer's direction on mode j", "D")
drive_out = _f("drive_out", GRADIENT, "projection of the optimizer's direction on direction k outside", "E")
theta_in = _f("theta_in", THETA, "projection of the parameters on mode j", r"\Theta")
theta_out = _f("theta_out", THETA, "projection of the parameters on direction k outside", r"\Phi")
update = _f("update", THETA, "entry a of the newest update, a row of the window", r"\delta")
update_in = _f("update_in", THETA, "projection of the newest update on mode j", "u")
update_out = _f("update_out", THETA, "projection of the newest update on direction k outside", "w")
stale_train = _s("stale_train", GRADIENT, "training gradient on a direction of the last window", r"\tilde{G}")
stale_val = _s("stale_val", GRADIENT, "held-out gradient on a direction of the last window", r"\tilde{G}'")
now_train = _s("now_train", GRADIENT, "training gradient on the mode as it points now", "G")
now_val = _s("now_val", GRADIENT, "held-out gradient on the mode as it points now", "G'")
across_train = _s(
    "across_train", GRADIENT, "training gradient across the mode, where the old one pointed", "Q"
)
across_val = _s("across_val", GRADIENT, "held-out gradient across the mode, where the old one pointed", "Q'")


def _a(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (a, 1, p))


def _in(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (mode, 1, W))


def _out(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (other, 1, others))


_train, _val, _theta = grad_train(a, t), grad_val(a, t), theta(a, t)
_G, _H, _R, _Q = G_train(mode, t), G_val(mode, t), R_train(other, t), R_val(other, t)
_velocity, _loss_rate = rate_of(_theta), rate_of(held_out(t))

CHAIN = Statement(
    id="D.loss-rates",
    kind=Kind.DEFINITION,
    title="Rates of the two losses",
    says="Each loss changes at its gradient times the velocity of the parameters.",
    content=(
        equal(_loss_rate, _a(_val * _velocity)),
        equal(rate_of(training(t)), _a(_train * _velocity)),
    ),
    source=project("chain rule"),
)
DESCENT = Statement(
    id="A.descent",
    kind=Kind.ASSUMPTION,
    title="Gradient flow in all parameters",
    says="The parameters follow the negative training gradient: no decay, no momentum, no preconditioner.",
    content=(equal(_velocity, -eta * _train),),
    source=project("assumption under which F5 can be an identity"),
)
BASIS = Statement(
    id="D.mode-basis",
    kind=Kind.DEFINITION,
    title="Inner products over modes and outside",
    says="An inner product is the sum of products of projections, over the window's modes and over the "
    "directions outside; the newest update is a row of the window and has no part outside.",
    content=(
        equal(_a(_val * _train), _in(_G * _H) + _out(_R * _Q)),
        equal(_a(_train**2), _in(_G**2) + _out(_R**2)),
        equal(_a(_val * drive(a, t)), _in(_H * drive_in(mode, t)) + _out(_Q * drive_out(other, t))),
        equal(_a(_val * _theta), _in(_H * theta_in(mode, t)) + _out(_Q * theta_out(other, t))),
        equal(_a(_val * update(a, t)), _in(_H * update_in(mode, t)) + _out(_Q * update_out(other, t))),
        equal(update_out(other, t), sp.Integer(0)),
    ),
    source=project("Parseval's identity in an orthonormal basis"),
)

_within, _left_out = _in(_G * _H), _out(_R * _Q)
IDENTITY = Statement(
    id="F5-amended",
    kind=Kind.THEOREM,
    title="Loss decomposition, as an identity",
    says="Under gradient flow the held-out loss falls at the learning rate times the sum of the modes' "
    "products, each with weight 1, and of the products outside the window's modes.",
    content=(equal(_loss_rate, -eta * _within - eta * _left_out),),
    source=project("repair of F5 and of AX2"),
    refuted_if="A step fails, or gradient flow on a known loss leaves the identity by more than rounding.",
    uses=("D.loss-rates", "D.mode-basis"),
    amends="F5",
    repair="Every weight is 1, and what the modes do not span is added. Under gradient flow no weight is "
    "missing.",
    derivations=(
        Derivation(
            (
                Start(
                    using="D.loss-rates", to=equal(_loss_rate, _a(_val * _velocity)), says="The chain rule."
                ),
                Substitute(
                    using="A.descent",
                    to=equal(_loss_rate, -eta * _a(_val * _train)),
                    says="The parameters follow the gradient.",
                ),
                Substitute(
                    using="D.mode-basis",
                    to=equal(_loss_rate, -eta * _within - eta * _left_out),
                    says="Sum over modes and over what is outside.",
                ),
            )
        ),
    ),
)

_drive, _push, _spill = drive(a, t), drive_in(mode, t), drive_out(other, t)
_inside, _beside = theta_in(mode, t), theta_out(other, t)
OPTIMIZER = Statement(
    id="A.optimizer",
    kind=Kind.ASSUMPTION,
    title="Any optimizer with decoupled decay",
    says="The parameters follow minus whatever the optimizer makes of the gradients (momentum, "
    "preconditioner, clipping), and are pulled to zero by the decay.",
    content=(equal(_velocity, -eta * (_drive + omega * _theta)),),
    source=project("AdamW in continuous time: the drive is the first moment over the root of the second"),
)
_driven = -eta * _in(_H * _push) - eta * _out(_Q * _spill)
_decayed = -eta * omega * _in(_H * _inside) - eta * omega * _out(_Q * _beside)
ANY_OPTIMIZER = Statement(
    id="F5.optimizer",
    kind=Kind.THEOREM,
    title="Loss decomposition for any optimizer",
    says="The held-out loss changes at the products of the held-out gradient with the optimizer's direction "
    "and with the decaying parameters; the training gradient itself does not occur.",
    content=(equal(_loss_rate, _driven + _decayed),),
    source=project("F5-amended without A.descent"),
    refuted_if="A step fails.",
    uses=("D.loss-rates", "D.mode-basis"),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.loss-rates", to=equal(_loss_rate, _a(_val * _velocity)), says="The chain rule."
                ),
                Substitute(
                    using="A.optimizer",
                    to=equal(_loss_rate, -eta * _a(_val * _drive) - eta * omega * _a(_val * _theta)),
                    says="The parameters follow the optimizer.",
                ),
                Substitute(
                    using="D.mode-basis",
                    part=2,
                    to=equal(_loss_rate, _driven - eta * omega * _a(_val * _theta)),
                    says="The optimizer's direction over modes and outside.",
                ),
                Substitute(
                    using="D.mode-basis",
                    part=3,
                    to=equal(_loss_rate, _driven + _decayed),
                    says="The parameters over modes and outside.",
                ),
            )
        ),
    ),
)
_along = _in(_H * update_in(mode, t))
UPDATE = Statement(
    id="F5.update",
    kind=Kind.THEOREM,
    title="Loss decomposition of an update that is in the window",
    says="To first order the newest update changes the held-out loss by the held-out gradient times that "
    "update, summed over the window's modes: nothing is left out and no weight is missing, for any "
    "optimizer.",
    content=(equal(_a(_val * update(a, t)), _along),),
    source=project("the update is a row of the window, and so lies in the span of its modes"),
    refuted_if="A recorded update has a part outside its own window's modes beyond rounding.",
    uses=("D.mode-basis",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.mode-basis",
                    part=4,
                    to=equal(_a(_val * update(a, t)), _along + _out(_Q * update_out(other, t))),
                    says="Over modes and outside.",
                ),
                Substitute(
                    using="D.mode-basis",
                    part=5,
                    to=equal(_a(_val * update(a, t)), _along),
                    says="A row of the window has no part outside.",
                ),
            )
        ),
    ),
)

_parts = (turn_cos * now_train + turn_sin * across_train, turn_cos * now_val + turn_sin * across_val)
_cross = turn_cos * turn_sin * (now_train * across_val + across_train * now_val)
_product = turn_cos**2 * (now_train * now_val) + _cross + turn_sin**2 * (across_train * across_val)
STALE_PAIR = Statement(
    id="D.stale",
    kind=Kind.DEFINITION,
    title="Gradients on a direction of the last window",
    says="The direction of the last window is a cosine of the mode as it points now and a sine of a "
    "direction across it.",
    content=(
        equal(stale_train, _parts[0]),
        equal(stale_val, _parts[1]),
    ),
    source=project("definition"),
)
STALE = Statement(
    id="F5.stale",
    kind=Kind.THEOREM,
    title="Where a weight comes in: directions of the last window",
    says="If both gradients are projected on a direction that the last window found, the mode's product "
    "gets the weight cos²θ, beside products with what lies across the mode; only these are unknown in sign.",
    content=(equal(stale_train * stale_val, _product),),
    source=project("the one reading in which a stability coefficient is no error: α = cos²θ"),
    refuted_if="A step fails.",
    uses=("D.stale",),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_parts[0] * _parts[1], _product),
                    says="Multiply out.",
                ),
                Substitute(
                    using="D.stale",
                    to=equal(stale_train * _parts[1], _product),
                    says="Name the training gradient's part.",
                ),
                Substitute(
                    using="D.stale",
                    part=1,
                    to=equal(stale_train * stale_val, _product),
                    says="Name the held-out gradient's part.",
                ),
            )
        ),
    ),
)

STATEMENTS = (CHAIN, DESCENT, BASIS, IDENTITY, OPTIMIZER, ANY_OPTIMIZER, UPDATE, STALE_PAIR, STALE)
