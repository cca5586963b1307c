"""F3: how the gap between two neighbouring signal strengths changes."""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Differentiate, Start, Substitute
from ...statement import Kind, Statement
from ...system import System
from ..notation import G_j, G_k, G_l, W, d_j, d_k, d_l, d_mean, eta, g, h_j, h_k, h_l, h_mean, omega, t, tau
from ..relations import equal, rate_of
from ..sources import project, thesis

_upper, _lower = {d_j: d_k, h_j: h_k, G_j: G_k}, {d_j: d_l, h_j: h_l, G_j: G_l}

GAP = Statement(
    id="D.gap",
    kind=Kind.DEFINITION,
    title="Gap",
    says="The gap is the difference of the signal strengths just above and just below it.",
    content=(equal(g(t), d_k(t) - d_l(t)),),
    source=thesis("definition of the gap"),
)
MEAN_STRENGTH = Statement(
    id="D.mean-strength",
    kind=Kind.DEFINITION,
    title="Mean strength at the gap",
    says="The mean of the two signal strengths at the gap.",
    content=(equal(d_mean(t), (d_k(t) + d_l(t)) / 2),),
    source=thesis("notation of the gap flow"),
)
MEAN_CURVATURE = Statement(
    id="D.mean-curvature",
    kind=Kind.DEFINITION,
    title="Mean curvature at the gap",
    says="The mean of the two curvatures at the gap.",
    content=(equal(h_mean, (h_k + h_l) / 2),),
    source=thesis("notation of the gap flow"),
)

_damping = -eta * (h_k - h_l) * d_mean(t) - eta * (h_mean + omega) * g(t)

F3 = Statement(
    id="F3",
    kind=Kind.THEOREM,
    title="Gap flow, as the source has it",
    says="The gap changes by curvature asymmetry, by damping, and by the difference of the two injections.",
    content=(equal(rate_of(g(t)), _damping + eta * W * (G_k**2 / d_k(t) - G_l**2 / d_l(t))),),
    source=thesis("gap flow; written there with ≈"),
    refuted_if="Its terms have different units, or it differs from the flow derived from F1.",
    uses=("D.gap", "D.mean-strength", "D.mean-curvature"),
)

_driving = eta**2 * tau * W * (G_k**2 / d_k(t) - G_l**2 / d_l(t))


def _strength_rate(d: sp.Expr, h: sp.Expr, gradient: sp.Expr) -> sp.Expr:
    return -eta * (h + omega) * d + eta**2 * tau * W * gradient**2 / d


_up, _down = _strength_rate(d_k(t), h_k, G_k), _strength_rate(d_l(t), h_l, G_l)
_means = -eta * (h_k - h_l) * d_mean(t) - eta * ((h_k + h_l) / 2 + omega) * (d_k(t) - d_l(t)) + _driving

F3_AMENDED = Statement(
    id="F3-amended",
    kind=Kind.THEOREM,
    title="Gap flow, with the lost factor ητ; the source's ≈ is =",
    says="Given the flow of the two strengths, the gap flow is exact: no term is neglected.",
    content=(equal(rate_of(g(t)), _damping + _driving),),
    source=project("repair of F3"),
    refuted_if="A step of its derivation fails, or the integrated gap leaves the closed form.",
    uses=("D.gap", "D.mean-strength", "D.mean-curvature"),
    amends="F3",
    repair="The driving term carries the factor ητ of the amended F1. The ≈ is an equality, because "
    "ab − cd = (a − c)(b + d)/2 + (a + c)(b − d)/2.",
    derivations=(
        Derivation(
            (
                Start(using="D.gap", to=equal(g(t), d_k(t) - d_l(t)), says="The definition of the gap."),
                Differentiate(
                    by=t,
                    to=equal(rate_of(g(t)), rate_of(d_k(t)) - rate_of(d_l(t))),
                    says="Differentiate by time.",
                ),
                Substitute(
                    using="F1-amended",
                    where=_upper,
                    to=equal(rate_of(g(t)), _up - rate_of(d_l(t))),
                    says="The strength above the gap follows the amended F1.",
                ),
                Substitute(
                    using="F1-amended",
                    where=_lower,
                    to=equal(rate_of(g(t)), _up - _down),
                    says="So does the strength below it.",
                ),
                Substitute(
                    using="D.mean-strength",
                    to=equal(rate_of(g(t)), _means),
                    says="Split the two decays into a difference and a mean; the mean strength appears.",
                ),
                Substitute(
                    using="D.mean-curvature",
                    to=equal(
                        rate_of(g(t)),
                        -eta * (h_k - h_l) * d_mean(t)
                        - eta * (h_mean + omega) * (d_k(t) - d_l(t))
                        + _driving,
                    ),
                    says="Name the mean curvature.",
                ),
                Substitute(using="D.gap", to=equal(rate_of(g(t)), _damping + _driving), says="Name the gap."),
            )
        ),
    ),
)

STATEMENTS = (GAP, MEAN_STRENGTH, MEAN_CURVATURE, F3, F3_AMENDED)


def gap_system() -> System:
    """The amended F3 as a closed system, read off the statement: states gap and mean strength.

    The mean strength needs a law of its own; it is the mean of the two strengths' flows. Both
    strengths are recovered as ``d_mean ± g/2``.
    """
    gap, mean = sp.symbols("g d_mean", real=True)
    strengths = {d_k(t): mean + gap / 2, d_l(t): mean - gap / 2}
    flow = F3_AMENDED.content[0].rhs.xreplace({g(t): gap, d_mean(t): mean} | strengths)
    mean_flow = ((_up + _down) / 2).xreplace(strengths)
    middle = {h_mean: (h_k + h_l) / 2}
    parameters = (eta, tau, W, omega, h_k, h_l, G_k, G_l)
    return System("gap flow", t, (gap, mean), parameters, (flow.xreplace(middle), mean_flow))
