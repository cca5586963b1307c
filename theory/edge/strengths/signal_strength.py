"""F1 and F2: how strong a mode is in the window, how that changes, and where it comes to rest."""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Differentiate, Rearrange, Rewrite, Solve, SolveFlow, Start, Substitute
from ...statement import Kind, Statement
from ...system import System
from ..notation import G_j, W, d_j, d_ss, eta, gradient, h_j, i, omega, residual, s, t, tau, u, x
from ..relations import equal, rate_of
from ..sources import project, thesis

_d = d_j(t)
_stiffness = h_j + omega
_injected = eta**2 * tau * W * G_j**2
_rows_squared = sp.Sum(u(i, t) ** 2, (i, 1, W))
_rows_source = sp.Sum(u(i, t) * s(i, t), (i, 1, W))

STRENGTH = Statement(
    id="D.strength",
    kind=Kind.DEFINITION,
    title="Signal strength",
    says="The squared signal strength of a mode is the sum of the squared rows of the window along it.",
    content=(equal(_d**2, _rows_squared),),
    generic=((d_j, u),),
    source=thesis("definition of the singular values of the window"),
)

_velocity = -eta * (_stiffness * x(t) + residual(t))
_row_rate = -eta * _stiffness * u(i, t) + s(i, t)

ROW_FLOW = Statement(
    id="F1.row",
    kind=Kind.THEOREM,
    title="Flow of one row of the window",
    says="Along a mode, every row of the window decays with curvature plus decay and is fed by its source.",
    content=(equal(rate_of(u(i, t)), _row_rate),),
    generic=((x, gradient, residual, u, s, h_j),),
    source=project("step towards F1"),
    refuted_if="A row of a window recorded from gradient flow on a quadratic loss changes at another rate.",
    derivations=(
        Derivation(
            (
                Start(
                    using="A.flow",
                    to=equal(rate_of(x(t)), -eta * (gradient(t) + omega * x(t))),
                    says="Gradient flow along the mode.",
                ),
                Substitute(
                    using="A.quadratic",
                    to=equal(rate_of(x(t)), _velocity),
                    says="Put in the quadratic model; the decay adds ω to the curvature.",
                ),
                Differentiate(
                    by=t,
                    to=equal(
                        sp.Derivative(x(t), (t, 2)),
                        -eta * (_stiffness * rate_of(x(t)) + rate_of(residual(t))),
                    ),
                    says="Differentiate by time: the curvature is constant across the window.",
                ),
                Rearrange(
                    times=tau,
                    to=equal(
                        rate_of(tau * rate_of(x(t))),
                        -eta * _stiffness * tau * rate_of(x(t)) - eta * tau * rate_of(residual(t)),
                    ),
                    says="Multiply by the duration of one update.",
                ),
                Rewrite(
                    to=equal(
                        rate_of(tau * rate_of(x(t))),
                        -eta * _stiffness * (tau * rate_of(x(t))) - eta * tau * rate_of(residual(t)),
                    ),
                    says="Bring forward the velocity times one step.",
                ),
                Substitute(
                    using="A.update",
                    to=equal(
                        rate_of(u(i, t)), -eta * _stiffness * u(i, t) - eta * tau * rate_of(residual(t))
                    ),
                    says="The velocity times one step is a row of the window.",
                ),
                Substitute(using="D.source", to=equal(rate_of(u(i, t)), _row_rate), says="Name the source."),
            )
        ),
    ),
)

F1 = Statement(
    id="F1",
    kind=Kind.THEOREM,
    title="Signal-strength flow, as the source has it",
    says="A mode's strength decays at the rate of its curvature plus decay and is fed by the squared gradient.",
    content=(equal(rate_of(_d), -eta * _stiffness * _d + eta * W * G_j**2 / _d),),
    source=thesis("signal-strength flow"),
    refuted_if="Its terms have different units, or it differs from the flow derived from the named assumptions.",
    uses=("D.strength",),
)

_squared = equal(rate_of(_d**2), -2 * eta * _stiffness * _d**2 + 2 * _injected)

SQUARED_FLOW = Statement(
    id="F1.squared",
    kind=Kind.THEOREM,
    title="Flow of the squared signal strength",
    says="A mode's squared strength decays at twice the rate of curvature plus decay and is fed by 2η²τW G_j².",
    content=(_squared,),
    generic=((d_j, h_j, G_j),),
    source=project("step towards F1"),
    refuted_if="A step of its derivation fails.",
    uses=("D.strength",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.strength", to=equal(_d**2, _rows_squared), says="The definition of the strength."
                ),
                Differentiate(
                    by=t,
                    to=equal(rate_of(_d**2), sp.Sum(2 * u(i, t) * rate_of(u(i, t)), (i, 1, W))),
                    says="Differentiate by time, row by row.",
                ),
                Substitute(
                    using="F1.row",
                    to=equal(rate_of(_d**2), sp.Sum(2 * u(i, t) * _row_rate, (i, 1, W))),
                    says="Each row follows its own flow.",
                ),
                Rewrite(
                    to=equal(rate_of(_d**2), -2 * eta * _stiffness * _rows_squared + 2 * _rows_source),
                    says="Curvature, decay and learning rate are the same for all rows.",
                ),
                Substitute(
                    using="D.strength",
                    to=equal(rate_of(_d**2), -2 * eta * _stiffness * _d**2 + 2 * _rows_source),
                    says="The sum of squared rows is the squared strength again.",
                ),
                Substitute(using="A.injection", to=_squared, says="Put in the injection."),
            )
        ),
    ),
)

_flow = -eta * _stiffness * _d + _injected / _d

F1_AMENDED = Statement(
    id="F1-amended",
    kind=Kind.THEOREM,
    title="Signal-strength flow, with the lost factor ητ",
    says="A mode's strength decays at the rate of curvature plus decay and is fed by η²τW G_j² over itself.",
    content=(equal(rate_of(_d), _flow),),
    generic=((d_j, h_j, G_j),),
    source=project("repair of F1"),
    refuted_if="A step of its derivation fails, or the compiled flow leaves its closed form.",
    uses=("D.strength",),
    amends="F1",
    repair="The injection is multiplied by ητ, which has the unit that it lacks (θ²/L) and is what updates "
    "−ηGτ put into the window. Units alone do not fix a dimensionless function of ηhτ beside it.",
    derivations=(
        Derivation(
            (
                Start(using="F1.squared", to=_squared, says="The flow of the squared strength."),
                Rewrite(
                    to=equal(2 * _d * rate_of(_d), -2 * eta * _stiffness * _d**2 + 2 * _injected),
                    says="The derivative of a square.",
                ),
                Rearrange(
                    times=1 / (2 * _d), to=equal(rate_of(_d), _flow), says="Divide by twice the strength."
                ),
            )
        ),
    ),
)

_rest = eta * tau * W * G_j**2 / _stiffness
_start = d_j(0) ** 2

CLOSED_FORM = Statement(
    id="F1.closed",
    kind=Kind.THEOREM,
    title="Closed form of the signal strength",
    says="With constant coefficients the squared strength relaxes exponentially to its steady value.",
    content=(equal(_d**2, _rest + (_start - _rest) * sp.exp(-2 * eta * _stiffness * t)),),
    generic=((d_j, h_j, G_j),),
    source=project("solution of the amended F1 under constant coefficients"),
    refuted_if="It does not satisfy the flow, or does not start at d_j(0).",
    uses=("D.strength",),
    derivations=(
        Derivation(
            (
                Start(using="F1.squared", to=_squared, says="The flow is linear in the squared strength."),
                SolveFlow(
                    unknown=_d**2,
                    by=t,
                    to=equal(_d**2, _rest + (_start - _rest) * sp.exp(-2 * eta * _stiffness * t)),
                    says="Solve it; the solution is checked by putting it back and at time zero.",
                ),
            )
        ),
    ),
)

F2 = Statement(
    id="F2",
    kind=Kind.THEOREM,
    title="Steady state, as the source has it",
    says="A mode comes to rest where injection and decay balance, so that flat modes are the strong ones.",
    content=(equal(d_ss, sp.Abs(G_j) * sp.sqrt(W / _stiffness)),),
    source=thesis("steady state of the signal strength"),
    refuted_if="Its two sides have different units, or the flow is not at rest there.",
)

BALANCE = Statement(
    id="D.steady",
    kind=Kind.DEFINITION,
    title="Steady state",
    says="A mode is at rest where its squared strength does not change.",
    content=(equal(0, -2 * eta * _stiffness * d_ss**2 + 2 * _injected),),
    source=project("definition: the right-hand side of F1.squared vanishes"),
    uses=("F1.squared",),
)

F2_AMENDED = Statement(
    id="F2-amended",
    kind=Kind.THEOREM,
    title="Steady state, with the lost factor ητ",
    says="A mode comes to rest at a squared strength of ητW G_j² over curvature plus decay: of two modes "
    "with the same gradient the flatter is the stronger.",
    content=(equal(d_ss**2, _rest),),
    source=project("repair of F2"),
    refuted_if="The amended flow is not at rest there.",
    amends="F2",
    repair="The factor ητ of the amended F1 goes through the balance.",
    derivations=(
        Derivation(
            (
                Start(
                    using="D.steady",
                    to=equal(0, -2 * eta * _stiffness * d_ss**2 + 2 * _injected),
                    says="Nothing changes.",
                ),
                Solve(unknown=d_ss**2, to=equal(d_ss**2, _rest), says="Solve for the squared strength."),
            )
        ),
    ),
)

STATEMENTS = (STRENGTH, ROW_FLOW, F1, SQUARED_FLOW, F1_AMENDED, CLOSED_FORM, F2, BALANCE, F2_AMENDED)


def strength_system() -> System:
    """The amended F1 for one mode, read off the statement: state ``d_j``, time ``t``."""
    state = sp.Symbol("d", positive=True)
    flow = F1_AMENDED.content[0].rhs.xreplace({_d: state})
    return System("signal strength", t, (state,), (eta, tau, W, omega, h_j, G_j), (flow,))
