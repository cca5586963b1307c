"""What the two sides of the exceptional point have in common: one quadratic form of the amplitudes.

Its level sets are hyperbolas below the exceptional point, where each solution keeps to its mode, and ellipses
above it, where every solution visits both modes in turn.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import (
    Bound,
    Derivation,
    Differentiate,
    Identity,
    Rewrite,
    SolveFlow,
    Start,
    Substitute,
    TakeLimit,
)
from ...statement import Kind, Statement
from ...units import LOSS, ONE
from ..notation import NOTATION, t
from ..relations import equal, rate_of
from ..sources import project
from .exceptional_point import gamma, w_c
from .kernel_speed import w
from .rotating_kernel import PER_TIME, c

_s, _f = NOTATION.symbol, NOTATION.function

form = _f("E_K", LOSS * PER_TIME, "quadratic form of the amplitudes that decays at twice the mean rate", "E")
spread = NOTATION.function(
    "kappa_E", ONE, "ratio of the extreme squared lengths on one orbit", r"\kappa", positive=True
)
w_any = _s("w_any", PER_TIME, "any rotation rate", "w", running=True, positive=True)


_c1, _c2 = c(1, t), c(2, t)
_flow_1, _flow_2 = -(gamma + w_c) * _c1 + w * _c2, -(gamma - w_c) * _c2 - w * _c1
_form = w * (_c1**2 + _c2**2) - 2 * w_c * _c1 * _c2
_form_rate = 2 * w * (_c1 * _flow_1 + _c2 * _flow_2) - 2 * w_c * (_flow_1 * _c2 + _c1 * _flow_2)
FORM = Statement(
    id="D.orbit-form",
    kind=Kind.DEFINITION,
    title="The form that tells circling from decay",
    says="w|c|² − 2w_c c₁c₂: definite for w > w_c (orbits are ellipses), indefinite for w < w_c "
    "(hyperbolas).",
    content=(equal(form(t), _form),),
    source=project("definition"),
)
_form_now = form(0) * sp.exp(-2 * gamma * t)
FORM_SOLVED = Statement(
    id="S5.orbit-form",
    kind=Kind.THEOREM,
    title="One quadratic form decays at twice the mean rate, whatever the turning",
    says="On both sides of the exceptional point, and at it, the form decays at exactly twice the mean rate.",
    content=(equal(form(t), _form_now),),
    source=project("section on 𝒜: what the two sides have in common"),
    refuted_if="An integrated pair of modes leaves it.",
    uses=("D.orbit-form",),
    derivations=(
        Derivation(
            (
                Start(using="D.orbit-form", to=equal(form(t), _form), says="The definition."),
                Differentiate(
                    by=t,
                    to=equal(
                        rate_of(form(t)),
                        2 * w * (_c1 * rate_of(_c1) + _c2 * rate_of(_c2))
                        - 2 * w_c * (rate_of(_c1) * _c2 + _c1 * rate_of(_c2)),
                    ),
                    says="Differentiate.",
                ),
                Substitute(
                    using="S5.two-modes",
                    to=equal(
                        rate_of(form(t)),
                        2 * w * (_c1 * _flow_1 + _c2 * rate_of(_c2))
                        - 2 * w_c * (_flow_1 * _c2 + _c1 * rate_of(_c2)),
                    ),
                    says="The first flow.",
                ),
                Substitute(
                    using="S5.two-modes", part=1, to=equal(rate_of(form(t)), _form_rate), says="The second."
                ),
                Rewrite(to=equal(rate_of(form(t)), -2 * gamma * _form), says="All else cancels."),
                Substitute(
                    using="D.orbit-form", to=equal(rate_of(form(t)), -2 * gamma * form(t)), says="Name it."
                ),
                SolveFlow(unknown=form(t), by=t, to=equal(form(t), _form_now), says="An exponential."),
            )
        ),
    ),
)
_length = _c1**2 + _c2**2


def _envelope(part: int, factor: sp.Expr, sign: int, to: sp.Basic) -> Derivation:
    gap = w_c * (_c1 - sign * _c2) ** 2
    return Derivation(
        (
            Identity(to=equal(factor * _length, _form - sign * gap), says="The form, and a square."),
            Substitute(
                using="D.orbit-form", to=equal(factor * _length, form(t) - sign * gap), says="Name the form."
            ),
            Substitute(
                using="S5.orbit-form", to=equal(factor * _length, _form_now - sign * gap), says="It decays."
            ),
            Bound(to=to, certificate=gap, says="Leave the square out."),
        ),
        part=part,
    )


_within = (sp.Le((w - w_c) * _length, _form_now), sp.Ge((w + w_c) * _length, _form_now))
ENVELOPE = Statement(
    id="S5.envelope",
    kind=Kind.THEOREM,
    title="Above the exceptional point every residual decays at the mean rate",
    says="For w > w_c the squared residual stays between two multiples of exp(−2γt) whose ratio is "
    "(w + w_c)/(w − w_c): fast rotation gives the slow mode the average rate.",
    content=_within,
    source=project("section on 𝒜: what happens to the loss above the exceptional point"),
    refuted_if="An integrated pair of modes leaves the band.",
    uses=("D.orbit-form",),
    derivations=(_envelope(0, w - w_c, 1, _within[0]), _envelope(1, w + w_c, -1, _within[1])),
)
SPREAD = Statement(
    id="D.band",
    kind=Kind.DEFINITION,
    title="Width of the band",
    says="Ratio of the two multiples between which the squared residual stays.",
    content=(equal(spread(w_any), (w_any + w_c) / (w_any - w_c)),),
    source=project("definition"),
    hypotheses=(sp.Gt(w_any, w_c),),
    uses=("S5.envelope",),
)
FAST_LIMIT = Statement(
    id="S5.fast-rotation",
    kind=Kind.THEOREM,
    title="Very fast rotation averages the kernel",
    says="As the rotation rate grows the band closes: the residual decays at the mean rate alone.",
    content=(equal(sp.Limit(spread(w_any), w_any, sp.oo), 1),),
    hypotheses=(sp.Gt(w_any, w_c),),
    source=project("section on 𝒜: limit of fast rotation"),
    refuted_if="Integrated modes at w = 100 w_c decay at another rate.",
    uses=("D.band",),
    derivations=(
        Derivation(
            (
                Start(using="D.band", to=SPREAD.content[0], says="The width."),
                TakeLimit(
                    by=w_any, at=sp.oo, to=equal(sp.Limit(spread(w_any), w_any, sp.oo), 1), says="For w → ∞."
                ),
            )
        ),
    ),
)

STATEMENTS = (FORM, FORM_SOLVED, ENVELOPE, SPREAD, FAST_LIMIT)
