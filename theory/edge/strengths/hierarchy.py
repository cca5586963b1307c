"""F2, the inverted hierarchy: are the flat modes the strong ones?

At rest the squared strength of a mode is its injection over its stiffness. With equal gradients the flatter mode
is the stronger one. But gradients are not equal: they grow with the curvature themselves. If they are those of a
quadratic loss at equal distances from the minimum the stiff modes are the strong ones; the boundary between the
two, for small decay, is a squared gradient proportional to the curvature.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Differentiate, Rearrange, Start, Substitute
from ...statement import Kind, Statement
from ...units import LOSS, THETA
from ..gap.gap_at_rest import rest_k, rest_l
from ..gap.small_gap import inject_k, inject_l, stiff_k, stiff_l
from ..notation import CURVATURE, NOTATION, G_k, G_l, W, eta, h_k, h_l, omega, tau
from ..relations import equal
from ..sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function

h_any = _s("h_any", CURVATURE, "curvature of some mode, as a coordinate", "h", running=True, positive=True)
distance = _s("x_off", THETA, "distance from the minimum along every mode", "x", positive=True)
per_curvature = _s(
    "f_G", LOSS, "squared gradient over curvature, the same for every mode", "f", positive=True
)
quadratic_rest = _f("Q_quad", THETA**2, "squared strength at rest in a quadratic loss", "d^2")
noisy_rest = _f("Q_noise", THETA**2, "squared strength at rest with that gradient", "d^2")


HIERARCHY = Statement(
    id="F2.hierarchy",
    kind=Kind.THEOREM,
    title="Inverted hierarchy, as the source has it",
    says="Of two modes at rest the flatter is the stronger one.",
    content=(sp.Gt(rest_k, rest_l),),
    hypotheses=(sp.Lt(h_k, h_l),),
    source=thesis("steady state: flat modes are the strong ones"),
    refuted_if="A flat mode with a small gradient.",
    uses=("D.stiffness", "D.rest"),
    counterexample=Counterexample(
        "Curvatures 1 and 4, no decay, gradients 1 and 4: the modes rest at 1/√1 = 1 and 4/√4 = 2. The "
        "flatter one is weaker, for its gradient is.",
        {
            eta: sp.Integer(1),
            tau: sp.Integer(1),
            W: sp.Integer(1),
            omega: sp.Integer(0),
            h_k: sp.Integer(1),
            h_l: sp.Integer(4),
            G_k: sp.Integer(1),
            G_l: sp.Integer(4),
            stiff_k: sp.Integer(1),
            stiff_l: sp.Integer(4),
            inject_k: sp.Integer(1),
            inject_l: sp.Integer(16),
            rest_k: sp.Integer(1),
            rest_l: sp.Integer(2),
        },
    ),
)
_excess = (inject_k - inject_l) / stiff_k + rest_l**2 * (stiff_l - stiff_k) / stiff_k
HIERARCHY_AMENDED = Statement(
    id="F2.hierarchy-amended",
    kind=Kind.THEOREM,
    title="Inverted hierarchy, where the gradient of the flatter mode is no smaller",
    says="Of two modes at rest the less stiff is the stronger one, if its squared gradient is at least "
    "that of the other.",
    content=(sp.Gt(rest_k**2, rest_l**2),),
    hypotheses=(sp.Ge(inject_k, inject_l), sp.Gt(stiff_l, stiff_k)),
    source=project("repair of F2.hierarchy"),
    refuted_if="A step of its derivation fails.",
    uses=("D.stiffness", "D.rest"),
    amends="F2.hierarchy",
    repair="The gradient of the flatter mode must not be the smaller one.",
    derivations=(
        Derivation(
            (
                Start(
                    using="F4.rest-modes",
                    part=0,
                    to=equal(inject_k, stiff_k * rest_k**2),
                    says="The flatter mode rests.",
                ),
                Rearrange(
                    times=-1 / stiff_k,
                    to=equal(rest_k**2, inject_k / stiff_k),
                    says="Solve for its squared strength.",
                ),
                Substitute(
                    using="F4.rest-modes",
                    part=1,
                    to=equal(rest_k**2, rest_l**2 + _excess),
                    says="So does the other one: its injection is its stiffness times its squared strength.",
                ),
                Bound(
                    to=sp.Gt(rest_k**2, rest_l**2), certificate=_excess, says="Both terms are of one sign."
                ),
            )
        ),
    ),
)
_window = eta * tau * W
_quadratic = _window * h_any**2 * distance**2 / (h_any + omega)
_noisy = _window * per_curvature * h_any / (h_any + omega)

LAWS = Statement(
    id="D.gradient-laws",
    kind=Kind.DEFINITION,
    title="Two laws for the gradients",
    says="The squared strength at rest, as a function of the curvature, where the gradient is that of a "
    "quadratic loss at one distance along all modes; and where the squared gradient is proportional to "
    "the curvature.",
    content=(equal(quadratic_rest(h_any), _quadratic), equal(noisy_rest(h_any), _noisy)),
    source=project("definition: the amended F2 with G = hx, and with G² = fh"),
)
_quadratic_slope = _window * distance**2 * h_any * (h_any + 2 * omega) / (h_any + omega) ** 2
_noisy_slope = _window * per_curvature * omega / (h_any + omega) ** 2
_rates = (sp.Derivative(quadratic_rest(h_any), h_any), sp.Derivative(noisy_rest(h_any), h_any))
UPRIGHT = Statement(
    id="F2.quadratic",
    kind=Kind.THEOREM,
    title="In a quadratic loss the stiff modes are the strong ones",
    says="At equal distances from the minimum the squared strength at rest grows with the curvature, for "
    "every decay.",
    content=(sp.Gt(_rates[0], 0),),
    source=project("the hierarchy that a quadratic loss gives: not inverted"),
    refuted_if="A step of its derivation fails.",
    uses=("D.gradient-laws",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.gradient-laws", part=0, to=LAWS.content[0], says="The squared strength at rest."
                ),
                Differentiate(
                    by=h_any, to=equal(_rates[0], _quadratic_slope), says="Differentiate by the curvature."
                ),
                Bound(to=sp.Gt(_rates[0], 0), certificate=_quadratic_slope, says="All factors are positive."),
            )
        ),
    ),
)
_at_boundary = (
    Start(using="D.gradient-laws", part=1, to=LAWS.content[1], says="The squared strength at rest."),
    Differentiate(by=h_any, to=equal(_rates[1], _noisy_slope), says="Differentiate by the curvature."),
)
BOUNDARY = Statement(
    id="F2.boundary",
    kind=Kind.THEOREM,
    title="The boundary: squared gradients proportional to the curvature",
    says="There the squared strength at rest does not depend on the curvature without decay, and grows "
    "with it otherwise; such gradients are those of the noise near a minimum where its covariance is the "
    "Hessian.",
    content=(equal(_rates[1], _noisy_slope), sp.Ge(_rates[1], 0)),
    source=project("between the inverted and the upright hierarchy"),
    refuted_if="A step of its derivation fails.",
    uses=("D.gradient-laws",),
    derivations=(
        Derivation(_at_boundary, part=0),
        Derivation(
            (
                *_at_boundary,
                Bound(to=sp.Ge(_rates[1], 0), certificate=_noisy_slope, says="No factor is negative."),
            ),
            part=1,
        ),
    ),
)

STATEMENTS = (HIERARCHY, HIERARCHY_AMENDED, LAWS, UPRIGHT, BOUNDARY)
