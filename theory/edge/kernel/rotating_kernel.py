"""Residuals of gradient flow under a kernel that rotates: the model in which 𝒜 can be settled exactly.

Squared loss on N training examples, residuals ``r``, a symmetric kernel ``K = Q Λ Qᵀ`` whose orthonormal
modes (the columns of Q) move; amplitudes ``c = Qᵀ r``. The frame and the work of the rotation are derived for
any number n of modes.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from ...derivation import Derivation, Differentiate, Rearrange, Start, Substitute
from ...statement import Kind, Statement
from ...units import LOSS, ONE, TIME
from ..notation import CURVATURE, NOTATION, eta, j, t
from ..relations import equal, rate_of
from ..sources import project

_s, _f = NOTATION.symbol, NOTATION.function
ROOT_LOSS = LOSS ** Fraction(1, 2)
PER_TIME = ONE / TIME

n = _s("n_K", ONE, "number of modes of the kernel", "n", integer=True, positive=True)
N = _s("N_K", ONE, "number of training examples", "N", integer=True, positive=True)
x_a = _s("x_a", ONE, "a training example", "a", running=True, integer=True, positive=True)
x_b = _s("x_b", ONE, "a training example", "b", running=True, integer=True, positive=True)
held = _s("t_held", TIME, "a time at which the residual is held", "t'", running=True, nonnegative=True)
r = _f("r_K", ROOT_LOSS, "residual of a training example", "r")
pull = _f("Kr", ROOT_LOSS * CURVATURE, "kernel applied to the residual, at an example", r"(Kr)")
mode = _f("q_K", ONE, "mode of the kernel, at an example", "q")
value = _f("Lambda", CURVATURE, "eigenvalue of the kernel", r"\Lambda")
c = _f("c_K", ROOT_LOSS, "amplitude of the residual along a mode", "c")
push = _f("y_K", ROOT_LOSS / TIME, "what the rotation takes from an amplitude: a row of Ωc", "y")
held_c = _f("c_held", ROOT_LOSS, "amplitude, along a mode now, of the residual held at a time", r"\tilde{c}")
held_v = _f("v_held", ROOT_LOSS / TIME, "how fast that amplitude changes as the mode moves", r"\tilde{v}")


def _over(expression: sp.Expr) -> sp.Expr:
    """Sum over the training examples."""
    return sp.Sum(expression, (x_a, 1, N))


_q, _r, _pull = mode(j, x_a, t), r(x_a, t), pull(x_a, t)

AXES = {N: sp.Integer(3)} | {
    mode(number, example, t): sp.KroneckerDelta(number, example)
    for number in range(1, 4)
    for example in range(1, 4)
}
"""Three modes along three examples: a frame in which a reader can follow a witness."""

AMPLITUDE = Statement(
    id="D.amplitude",
    kind=Kind.DEFINITION,
    title="Amplitude of the residual along a mode",
    says="c = Qᵀr: the inner product of mode and residual.",
    content=(equal(c(j, t), _over(_q * _r)),),
    source=project("definition"),
    witness=AXES,
)
KERNEL_FLOW = Statement(
    id="A.kernel-flow",
    kind=Kind.ASSUMPTION,
    title="Residuals follow the kernel",
    says="Gradient flow of the squared loss moves the residual along −ηKr.",
    content=(equal(rate_of(_r), -eta * _pull),),
    source=project("assumption: continuous time, no momentum; then exact for any network"),
)
EIGENMODE = Statement(
    id="A.kernel-mode",
    kind=Kind.ASSUMPTION,
    title="The modes are eigenvectors of a symmetric kernel",
    says="Along a mode the kernel acts by its eigenvalue: qᵀKr = Λ qᵀr.",
    content=(equal(_over(_q * _pull), value(j, t) * c(j, t)),),
    source=project("property of an eigenvector of a symmetric matrix, labelled continuously in time"),
    uses=("D.amplitude",),
)
PUSH = Statement(
    id="D.push",
    kind=Kind.DEFINITION,
    title="What the rotation takes from an amplitude",
    says="y = −Q̇ᵀr, which is Ωc when Q̇ = QΩ.",
    content=(equal(push(j, t), -_over(rate_of(_q) * _r)),),
    source=project("definition"),
)
_frame = -eta * value(j, t) * c(j, t) - push(j, t)

FRAME = Statement(
    id="S5.frame",
    kind=Kind.THEOREM,
    title="The residual in the frame of the modes",
    says="ċ = −ηΛc − y for every mode, whatever their number: an amplitude decays at its own rate, and the "
    "rotation takes from it.",
    content=(equal(rate_of(c(j, t)), _frame),),
    source=project("section on 𝒜: generator −(ηΛ + Ω) of the rotating kernel"),
    refuted_if="Amplitudes of an integrated rotating kernel leave this flow.",
    uses=("D.amplitude", "D.push"),
    derivations=(
        Derivation(
            (
                Start(using="D.amplitude", to=equal(c(j, t), _over(_q * _r)), says="The amplitude."),
                Differentiate(
                    by=t,
                    to=equal(rate_of(c(j, t)), _over(rate_of(_q) * _r + _q * rate_of(_r))),
                    says="Mode and residual both move.",
                ),
                Substitute(
                    using="A.kernel-flow",
                    to=equal(rate_of(c(j, t)), _over(rate_of(_q) * _r) - eta * _over(_q * _pull)),
                    says="The residual follows the kernel.",
                ),
                Substitute(
                    using="A.kernel-mode",
                    to=equal(rate_of(c(j, t)), _over(rate_of(_q) * _r) - eta * value(j, t) * c(j, t)),
                    says="The mode is an eigenvector.",
                ),
                Substitute(
                    using="D.push", to=equal(rate_of(c(j, t)), _frame), says="Name what the rotation takes."
                ),
            )
        ),
    ),
)

_c_held, _v_held = held_c(j, t, held), held_v(j, t, held)
HELD = Statement(
    id="D.held-residual",
    kind=Kind.DEFINITION,
    title="A residual that is held while the modes move",
    says="Amplitudes of one fixed residual along the moving modes, and their rates; at the time at which it "
    "is held they are c and −y.",
    content=(
        equal(_v_held, rate_of(_c_held)),
        equal(c(j, t), held_c(j, t, t)),
        equal(push(j, t), -held_v(j, t, t)),
    ),
    source=project("definition"),
    uses=("D.amplitude", "D.push"),
)
PARSEVAL = Statement(
    id="A.parseval",
    kind=Kind.ASSUMPTION,
    title="The modes are an orthonormal basis",
    says="At all times the squared amplitudes of any residual add up to its squared length.",
    content=(equal(sp.Sum(_c_held**2, (j, 1, n)), _over(r(x_a, held) ** 2)),),
    source=project("property of the eigenvectors of a symmetric matrix; residual in the span of the n modes"),
    uses=("D.held-residual",),
)
HELD_WORK = Statement(
    id="S5.held-work",
    kind=Kind.THEOREM,
    title="Turning modes do no work on a residual that is held",
    says="While the residual is held, its amplitudes change at right angles to themselves.",
    content=(equal(sp.Sum(_c_held * _v_held, (j, 1, n)), 0),),
    source=project("step of the rotating kernel"),
    refuted_if="A step of its derivation fails.",
    uses=("D.held-residual",),
    derivations=(
        Derivation(
            (
                Start(using="A.parseval", to=PARSEVAL.content[0], says="An orthonormal basis."),
                Differentiate(
                    by=t,
                    to=equal(sp.Sum(2 * _c_held * rate_of(_c_held), (j, 1, n)), 0),
                    says="It stays one while the modes move; the held residual does not change.",
                ),
                Substitute(
                    using="D.held-residual",
                    to=equal(sp.Sum(2 * _c_held * _v_held, (j, 1, n)), 0),
                    says="Name the rates.",
                ),
                Rearrange(
                    times=sp.Rational(1, 2),
                    to=equal(sp.Sum(_c_held * _v_held, (j, 1, n)), 0),
                    says="Divide by two.",
                ),
            )
        ),
    ),
)
_work = sp.Sum(c(j, t) * push(j, t), (j, 1, n))
NO_WORK = Statement(
    id="S5.no-work",
    kind=Kind.THEOREM,
    title="The rotation does no work",
    says="cᵀy = 0: what the rotation takes from some modes it gives to others, as Ω is antisymmetric.",
    content=(equal(_work, 0),),
    source=project("step of the rotating kernel, for any number of modes"),
    refuted_if="Modes of a recorded kernel whose turning changes the length of a fixed residual.",
    uses=("D.held-residual",),
    derivations=(
        Derivation(
            (
                Start(
                    using="S5.held-work",
                    where={held: t},
                    to=equal(sp.Sum(held_c(j, t, t) * held_v(j, t, t), (j, 1, n)), 0),
                    says="Hold the residual at this very time.",
                ),
                Substitute(
                    using="D.held-residual",
                    part=1,
                    to=equal(sp.Sum(c(j, t) * held_v(j, t, t), (j, 1, n)), 0),
                    says="The amplitudes are c.",
                ),
                Rearrange(
                    times=sp.Integer(-1),
                    to=equal(sp.Sum(-c(j, t) * held_v(j, t, t), (j, 1, n)), 0),
                    says="Change the sign.",
                ),
                Substitute(using="D.held-residual", part=2, to=equal(_work, 0), says="The rates are −y."),
            )
        ),
    ),
)

STATEMENTS = (
    AMPLITUDE, KERNEL_FLOW, EIGENMODE, PUSH, FRAME, HELD, PARSEVAL, HELD_WORK, NO_WORK,
)  # fmt: skip
