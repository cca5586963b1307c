"""What the loss does while the kernel rotates: forgetting, as a rise of the loss, is not in this model.

The training loss falls at every rotation rate, because the rotation does no work. What a fast rotation can do
is to hand a mode that was learned the residual of one that was not.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Differentiate, Identity, Rearrange, Rewrite, Start, Substitute
from ...statement import Kind, Statement
from ...units import LOSS, ONE, THETA
from ..notation import CURVATURE, GRADIENT, NOTATION, a, eta, j, p, t
from ..relations import equal, rate_of
from ..sources import project, thesis
from .critical_adiabatic import A_2
from .exceptional_point import gamma, w_c
from .exceptional_solutions import b_1, b_2, nu, o_1, o_2
from .kernel_speed import w
from .rotating_kernel import ROOT_LOSS, c, n, push, value

_s, _f = NOTATION.symbol, NOTATION.function

loss = _f("L_train", LOSS, "training loss: half the squared residual", "L")
theta = _f("theta_a", THETA, "a parameter", r"\theta")
slope_of_loss = _f("dL", GRADIENT, "derivative of the training loss by a parameter", r"(\partial L)")
lowest = _s("Lambda_min", CURVATURE, "smallest eigenvalue of the kernel", r"\Lambda_{\min}", nonnegative=True)
excess = _f("Lambda_above", CURVATURE, "eigenvalue above the smallest", r"\Lambda'", nonnegative=True)
step = _f("x_step", ONE, "learning rate times step times eigenvalue", "x", nonnegative=True)
room = _f("x_room", ONE, "what is left of the step to two", "x'", nonnegative=True)
long_step = _s("x_long", ONE, "learning rate times step times eigenvalue, any", "x", nonnegative=True)
k_cross = _s("K_cross", CURVATURE, "kernel between a training and a held-out example", r"K_\times")
k_train = _s("K_train", CURVATURE, "kernel at the training example", "K_t", nonnegative=True)
k_held = _s("K_held", CURVATURE, "kernel at the held-out example", "K_h", nonnegative=True)
r_train = _s("r_train", ROOT_LOSS, "residual of the training example", "r_t")
r_held = _s("r_held", ROOT_LOSS, "residual of the held-out example", "r_h")


def _modes(expression: sp.Expr) -> sp.Expr:
    return sp.Sum(expression, (j, 1, n))


_theta, _slope = theta(a, t), slope_of_loss(a, t)
_squares = sp.Sum(_slope**2, (a, 1, p))

CHAIN = Statement(
    id="D.loss-slope",
    kind=Kind.DEFINITION,
    title="The gradient of the training loss",
    says="The loss changes by its derivatives times the velocities of the parameters.",
    content=(equal(rate_of(loss(t)), sp.Sum(_slope * rate_of(_theta), (a, 1, p))),),
    source=project("definition: chain rule"),
)
GRADIENT_FLOW = Statement(
    id="A.loss-flow",
    kind=Kind.ASSUMPTION,
    title="Gradient flow without decay",
    says="Every parameter follows the negative gradient of the training loss.",
    content=(equal(rate_of(_theta), -eta * _slope),),
    source=project("assumption: continuous time, no momentum, no decay"),
)
ANY_LOSS = Statement(
    id="S5.forgetting-loss-amended",
    kind=Kind.THEOREM,
    title="Under gradient flow the training loss never rises",
    says="At every 𝒜, however defined, the loss on the data that is being trained on does not rise.",
    content=(sp.Le(rate_of(loss(t)), 0),),
    source=project("repair of S5.forgetting-loss; any network, any number of parameters"),
    refuted_if="Gradient flow integrated to a tolerance far below the rise.",
    amends="S5.forgetting-loss",
    repair="There is no regime of large 𝒜 in which the training loss rises under gradient flow. Forgetting "
    "needs what is left out here: steps of finite size, weight decay, momentum, a change of the data, or "
    "data that is not trained on.",
    uses=("D.loss-slope",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.loss-slope",
                    to=equal(rate_of(loss(t)), sp.Sum(_slope * rate_of(_theta), (a, 1, p))),
                    says="The chain rule.",
                ),
                Substitute(
                    using="A.loss-flow",
                    to=equal(rate_of(loss(t)), -eta * _squares),
                    says="Every parameter follows the gradient.",
                ),
                Bound(to=sp.Le(rate_of(loss(t)), 0), certificate=eta * _squares, says="A sum of squares."),
            )
        ),
    ),
)

_c, _y, _value = c(j, t), push(j, t), value(j, t)
LOSS_OF_MODES = Statement(
    id="D.mode-loss",
    kind=Kind.DEFINITION,
    title="The training loss in the frame of the modes",
    says="Half the sum of the squared amplitudes.",
    content=(equal(loss(t), _modes(_c**2) / 2),),
    source=project("definition: Parseval"),
    uses=("D.amplitude",),
)
_falls = -eta * _modes(_value * _c**2)
MODE_LOSS = Statement(
    id="S5.mode-loss",
    kind=Kind.THEOREM,
    title="The rotation drops out of the loss",
    says="The loss falls at ηΣΛc², for any number of modes: no rotation rate stands in it.",
    content=(equal(rate_of(loss(t)), _falls),),
    source=project("section on 𝒜: the loss on both sides of the exceptional point"),
    refuted_if="The loss of integrated rotating modes falls at another rate.",
    uses=("D.mode-loss",),
    derivations=(
        Derivation(
            (
                Start(using="D.mode-loss", to=equal(loss(t), _modes(_c**2) / 2), says="The loss."),
                Differentiate(
                    by=t, to=equal(rate_of(loss(t)), _modes(_c * rate_of(_c))), says="Mode by mode."
                ),
                Substitute(
                    using="S5.frame",
                    to=equal(rate_of(loss(t)), _falls - _modes(_c * _y)),
                    says="Each amplitude decays at its own rate and gives to the rotation.",
                ),
                Substitute(
                    using="S5.no-work", to=equal(rate_of(loss(t)), _falls), says="The rotation does no work."
                ),
            )
        ),
    ),
)
VALUES = Statement(
    id="D.lowest-eigenvalue",
    kind=Kind.DEFINITION,
    title="Eigenvalues above the smallest",
    says="Each eigenvalue is the smallest one and something that is not negative.",
    content=(equal(_value, lowest + excess(j, t)),),
    source=project("definition"),
)
_above = eta * _modes(excess(j, t) * _c**2)
SLOWEST = Statement(
    id="S5.loss-rate",
    kind=Kind.THEOREM,
    title="No rotation makes the loss fall slower than its slowest mode",
    says="The loss falls at least at twice the rate of the smallest eigenvalue, at every rotation rate.",
    content=(sp.Le(rate_of(loss(t)), -2 * eta * lowest * loss(t)),),
    source=project("section on 𝒜: effective rate"),
    refuted_if="The loss of integrated rotating modes falls slower.",
    uses=("D.mode-loss", "D.lowest-eigenvalue"),
    derivations=(
        Derivation(
            (
                Start(
                    using="S5.mode-loss",
                    to=equal(rate_of(loss(t)), _falls),
                    says="The rotation has dropped out.",
                ),
                Substitute(
                    using="D.lowest-eigenvalue",
                    to=equal(rate_of(loss(t)), -eta * lowest * _modes(_c**2) - _above),
                    says="Take the smallest eigenvalue out.",
                ),
                Substitute(
                    using="D.mode-loss",
                    to=equal(rate_of(loss(t)), -2 * eta * lowest * loss(t) - _above),
                    says="The loss again.",
                ),
                Bound(
                    to=sp.Le(rate_of(loss(t)), -2 * eta * lowest * loss(t)),
                    certificate=_above,
                    says="Leave the rest.",
                ),
            )
        ),
    ),
)

_two = -(gamma + w_c) * b_1**2 - (gamma - w_c) * b_2**2
_is_2 = equal(A_2, w / (2 * w_c))
_whole = sp.Ge(gamma, w_c)
FORGETTING_LOSS = Statement(
    id="S5.forgetting-loss",
    kind=Kind.THEOREM,
    title="For 𝒜 ≫ 1 the loss rises",
    says="With 𝒜 a hundred and more, the loss of two turning modes grows.",
    content=(sp.Gt(_two, 0),),
    hypotheses=(_is_2, _whole, sp.Ge(A_2, 100)),
    source=thesis("𝒜 ≫ 1: forgetting, read as a rise of the training loss in the rotating kernel"),
    refuted_if="Exact numbers at which the loss falls. (Its rate is that of S5.mode-loss for two modes.)",
    counterexample=Counterexample(
        "Decay rates 3 and 1, rotation rate 200, 𝒜 = 100, amplitudes (1, 1): the loss changes at the rate "
        "−3 − 1 = −4. No amplitudes give a positive rate.",
        {gamma: sp.Integer(2), w_c: sp.Integer(1), w: sp.Integer(200), A_2: sp.Integer(100)}
        | {b_1: sp.Integer(1), b_2: sp.Integer(1)},
    ),
)
PLATEAU_LOSS = Statement(
    id="S5.plateau-loss",
    kind=Kind.THEOREM,
    title="For 𝒜 ≪ 1 the loss stands still",
    says="With 𝒜 a hundredth and less, the loss of two turning modes does not change.",
    content=(equal(_two, 0),),
    hypotheses=(_is_2, _whole, sp.Le(A_2, sp.Rational(1, 100))),
    source=thesis("𝒜 ≪ 1: plateau, read as a training loss that does not move in the rotating kernel"),
    refuted_if="Exact numbers at which the loss falls. (Its rate is that of S5.mode-loss for two modes.)",
    counterexample=Counterexample(
        "Decay rates 3 and 1, rotation rate 1/50, 𝒜 = 1/100, amplitudes (1, 1): the loss changes at the "
        "rate −4, as it does at every other 𝒜.",
        {gamma: sp.Integer(2), w_c: sp.Integer(1), w: sp.Rational(1, 50), A_2: sp.Rational(1, 100)}
        | {b_1: sp.Integer(1), b_2: sp.Integer(1)},
    ),
)
HELD_OUT = Statement(
    id="S5.plateau-held-out",
    kind=Kind.THEOREM,
    title="A kernel that rests does not forget held-out data",
    says="While the kernel does not move (𝒜 = 0), the loss on a held-out example does not rise.",
    content=(sp.Le(-eta * k_cross * r_train * r_held, 0),),
    hypotheses=(sp.Le(k_cross**2, k_train * k_held),),
    source=thesis("𝒜 ≪ 1: no forgetting, read for held-out data and a kernel at rest"),
    refuted_if="Exact numbers at which the held-out loss rises. (The residual there moves at −ηK×r.)",
    counterexample=Counterexample(
        "One training and one held-out example with all kernel entries 1, residuals −1 and 1, learning rate "
        "1: learning the one raises the loss of the other at the rate 1. The kernel is positive "
        "semidefinite.",
        {eta: sp.Integer(1), k_cross: sp.Integer(1), k_train: sp.Integer(1), k_held: sp.Integer(1)}
        | {r_train: sp.Integer(-1), r_held: sp.Integer(1)},
    ),
)

LONG_STEP = Statement(
    id="S5.step-loss",
    kind=Kind.THEOREM,
    title="A step of gradient descent on a kernel at rest does not raise the loss",
    says="One step multiplies an amplitude by one less step length times decay rate; its square is at most "
    "one.",
    content=(sp.Le((1 - long_step) ** 2, 1),),
    source=thesis("𝒜 ≪ 1: no forgetting, read for steps of finite size"),
    refuted_if="Exact numbers at which the squared amplitude grows.",
    counterexample=Counterexample(
        "Learning rate times step times eigenvalue = 3: each step multiplies the amplitude by −2 and the "
        "loss by 4, on a kernel that does not move.",
        {long_step: sp.Integer(3)},
    ),
)
_x = step(j, t)
_after, _before = _modes((1 - _x) ** 2 * _c**2), _modes(_c**2)
_taken = _modes(_x * (2 - _x) * _c**2)
_left = _modes(_x * room(j, t) * _c**2)
ROOM = Statement(
    id="A.step-room",
    kind=Kind.ASSUMPTION,
    title="Steps that are not too long",
    says="Learning rate times step times eigenvalue is at most two, for every mode.",
    content=(equal(room(j, t), 2 - _x),),
    source=project("definition"),
)
SHORT_STEP = Statement(
    id="S5.step-loss-amended",
    kind=Kind.THEOREM,
    title="Short steps never raise the loss, however the kernel turns between them",
    says="In the frame of the kernel at the step, the squared residual after it is no larger than before; "
    "where the frame points at the next step does not matter.",
    content=(sp.Le(_after, _before),),
    source=project("repair of S5.step-loss"),
    refuted_if="Gradient descent with such steps on a rotating kernel whose loss rises.",
    uses=("A.step-room",),
    amends="S5.step-loss",
    repair="The step times the largest decay rate must not exceed two. What decides is this number, and not "
    "𝒜.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(_after, _before - _taken), says="Multiply out, mode by mode."),
                Substitute(
                    using="A.step-room", to=equal(_after, _before - _left), says="What is left to two."
                ),
                Bound(to=sp.Le(_after, _before), certificate=_left, says="Products of what is not negative."),
            )
        ),
    ),
)

_T = sp.pi / (2 * nu)
LEARNED = Statement(
    id="A.learned-mode",
    kind=Kind.ASSUMPTION,
    title="A mode that has been learned",
    says="At time zero nothing is left along mode 1.",
    content=(equal(b_1, 0),),
    source=project("definition"),
)
_quarter = sp.exp(-gamma * _T) * w * b_2 / nu
EXCHANGE = Statement(
    id="S5.exchange",
    kind=Kind.THEOREM,
    title="Above the exceptional point a learned mode comes back",
    says="A quarter turn after mode 1 was learned it holds w/w_c > 1 times the amplitude of mode 2, from "
    "which it was refilled. (Below, S5.cone keeps it at P < 1 times that amplitude for ever.)",
    content=(equal(w_c * o_1(_T), w * o_2(_T)),),
    source=project("section on 𝒜: forgetting as the return of a learned mode"),
    refuted_if="An integrated pair of modes above the exceptional point with another ratio.",
    uses=("D.circling", "A.learned-mode"),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.circling",
                    where={t: _T},
                    to=equal(o_1(_T), sp.exp(-gamma * _T) * (w * b_2 - w_c * b_1) / nu),
                    says="The circling solution after a quarter turn: the cosine is zero, the sine one.",
                ),
                Substitute(
                    using="A.learned-mode", to=equal(o_1(_T), _quarter), says="Mode 1 had been learned."
                ),
                Rearrange(times=w_c, to=equal(w_c * o_1(_T), w_c * _quarter), says="Times w_c."),
                Rewrite(
                    to=equal(w_c * o_1(_T), w * (sp.exp(-gamma * _T) * (w_c * b_2 - w * 0) / nu)),
                    says="In other order.",
                ),
                Substitute(
                    using="A.learned-mode",
                    to=equal(w_c * o_1(_T), w * (sp.exp(-gamma * _T) * (w_c * b_2 - w * b_1) / nu)),
                    says="Put the start back in.",
                ),
                Substitute(
                    using="D.circling",
                    part=1,
                    where={t: _T},
                    to=equal(w_c * o_1(_T), w * o_2(_T)),
                    says="This is mode 2 after a quarter turn.",
                ),
            )
        ),
    ),
)

STATEMENTS = (
    CHAIN, GRADIENT_FLOW, ANY_LOSS, LOSS_OF_MODES, MODE_LOSS, VALUES, SLOWEST,
    FORGETTING_LOSS, PLATEAU_LOSS, HELD_OUT, LONG_STEP, ROOM, SHORT_STEP, LEARNED, EXCHANGE,
)  # fmt: skip
