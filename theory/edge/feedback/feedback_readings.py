"""F7, what the boundary of the loop depends on: the optimizer's constants, and the reading of α.

The source's claim is made with no assumption on the optimizer. But learning rate, decay, window and the time
between updates all stand in the threshold. And the source's own α = max(0, 1 − C‖ΔX‖²/g²) moves it: the two
readings agree for wide gaps, and not on which loops are sustained.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Expand, Identity, Rewrite, Solve, Start, Substitute
from ...statement import Kind, Statement
from ...units import ONE, THETA, TIME
from ..gap.small_gap import d_now, damping, g_now
from ..notation import CURVATURE, NOTATION, G_k, G_l, W, eta, h_k, h_l, tau
from ..relations import equal
from ..sources import project, thesis
from .alpha_feedback import alpha, base, g_some, gain, half, smooth

_s, _f = NOTATION.symbol, NOTATION.function

per_gap = _s("per_gap", THETA**-1, "inverse of a gap", "x", running=True, positive=True)
decay_max = _s("omega_c", CURVATURE, "decay above which the loop by itself collapses", r"\omega_c")
clipped = _f("alpha_c", ONE, "stability as the source computes it", r"\alpha^{\mathrm{clip}}")
clipped_rate = _f(
    "F_clip", THETA / TIME, "rate of the gap with that stability, without a constant drive", "F_c"
)


PARTS = Statement(
    id="D.loop-parts",
    kind=Kind.DEFINITION,
    title="Gain and constant drive in the letters of the gap flow",
    says="Both injections count with the weight α, and the asymmetry of the curvatures does not.",
    content=(
        equal(gain, eta**2 * tau * W * (G_k**2 - G_l**2) / d_now),
        equal(base, -eta * (h_k - h_l) * d_now),
    ),
    source=project("definition: the two parts of the drive (D.drive)"),
)
_stiffening = eta**2 * tau * W * (G_k**2 + G_l**2) / (2 * d_now**2)
_at_threshold = 2 * half * (eta * ((h_k + h_l) / 2 + decay_max) + _stiffening)
_window = eta * tau * W * ((G_k**2 - G_l**2) / (2 * half * d_now) - (G_k**2 + G_l**2) / (2 * d_now**2))

THRESHOLD = Statement(
    id="D.loop-threshold",
    kind=Kind.DEFINITION,
    title="The decay at the threshold",
    says="The decay at which the gain is 2κs, with the damping of F4.damping.",
    content=(equal(gain, _at_threshold),),
    source=project("definition"),
)
DECAY = Statement(
    id="F7.decay",
    kind=Kind.THEOREM,
    title="The threshold in the letters of the optimizer",
    says="The largest decay at which the loop by itself is sustained depends on the learning rate, on the "
    "window and on the time between updates: with the same gradients and curvatures one optimizer "
    "sustains the gap and another does not.",
    content=(equal(decay_max, _window - (h_k + h_l) / 2),),
    source=project("what becomes of 'no assumption on the optimizer'"),
    refuted_if="A step of its derivation fails.",
    uses=("D.loop-threshold", "D.loop-parts"),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.loop-threshold",
                    to=THRESHOLD.content[0],
                    says="Gain and damping at the threshold.",
                ),
                Substitute(
                    using="D.loop-parts",
                    to=equal(eta**2 * tau * W * (G_k**2 - G_l**2) / d_now, _at_threshold),
                    says="Write the gain out.",
                ),
                Solve(
                    unknown=decay_max,
                    to=equal(decay_max, _window - (h_k + h_l) / 2),
                    says="Solve for the decay.",
                ),
            )
        ),
    ),
)

CLIPPED = Statement(
    id="D.alpha-clipped",
    kind=Kind.DEFINITION,
    title="Stability as the source has it",
    says="One less the squared ratio of perturbation and gap, and zero where that is negative; and the "
    "loop with it.",
    content=(
        equal(clipped(g_now), sp.Max(0, 1 - half**2 / g_now**2)),
        equal(clipped_rate(g_now), gain * clipped(g_now) - damping * g_now),
    ),
    source=thesis("stability coefficient 1 − C‖Δ‖²/gap²; s² stands for C‖Δ‖²"),
)
ALPHAS = Statement(
    id="F7.alpha",
    kind=Kind.THEOREM,
    title="The two readings agree at wide gaps",
    says="Up to the fourth order in the inverse of the gap, the smooth stability is the source's.",
    content=(equal(alpha(1 / per_gap), 1 - half**2 * per_gap**2 + sp.Order(per_gap**4)),),
    source=project("comparison of the two readings"),
    refuted_if="A coefficient of the expansion differs.",
    derivations=(
        Derivation(
            (
                Start(
                    using="D.alpha",
                    where={g_now: 1 / per_gap},
                    to=equal(alpha(1 / per_gap), smooth(1 / per_gap)),
                    says="The smooth stability.",
                ),
                Rewrite(
                    to=equal(alpha(1 / per_gap), 1 / (1 + half**2 * per_gap**2)),
                    says="By the inverse of the gap.",
                ),
                Expand(
                    by=per_gap,
                    to=equal(alpha(1 / per_gap), 1 - half**2 * per_gap**2 + sp.Order(per_gap**4)),
                    says="Expand in the inverse of the gap.",
                ),
            )
        ),
    ),
)
_clipped_most = 2 / (3 * sp.sqrt(3) * half)
_clipped_per_gap = (1 - half**2 / g_some**2) / g_some
_clipped_short = (
    (g_some - sp.sqrt(3) * half) ** 2 * (2 * g_some + sp.sqrt(3) * half) / (3 * sp.sqrt(3) * half * g_some**3)
)
CLIPPED_BEST = Statement(
    id="F7.clipped-best",
    kind=Kind.THEOREM,
    title="The most favourable gap, with the source's stability",
    says="Stability per gap is at most 2/(3√3 s), at the gap √3 s. So the loop by itself needs a gain "
    "above 3√3/2 κs, 2.60 κs, and not 2κs.",
    content=(sp.Le(_clipped_per_gap, _clipped_most),),
    source=project(
        "F7.best for the other reading; where the stability is clipped it is zero, and the gap shrinks"
    ),
    refuted_if="A gap with more stability per gap.",
    uses=("D.alpha-clipped",),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_clipped_per_gap, _clipped_most - _clipped_short),
                    says="A square is missing again.",
                ),
                Bound(
                    to=sp.Le(_clipped_per_gap, _clipped_most),
                    certificate=_clipped_short,
                    says="Leave it out.",
                ),
            )
        ),
    ),
)
READINGS = Statement(
    id="F7.readings",
    kind=Kind.THEOREM,
    title="The two readings of α agree on which loops are sustained",
    says="Where the gain exceeds the threshold for the smooth stability, it reaches that for the source's.",
    content=(sp.Ge(gain * _clipped_most, damping),),
    hypotheses=(sp.Gt(gain, 2 * damping * half),),
    source=project("reading of F7, with C and the form of α unfixed"),
    refuted_if="A gain between the two thresholds.",
    counterexample=Counterexample(
        "Damping and s are 1, the gain is 5/2: more than 2, less than 3√3/2 = 2.598.",
        {gain: sp.Rational(5, 2), damping: sp.Integer(1), half: sp.Integer(1)},
    ),
)
_higher = 3 * sp.sqrt(3) * damping * half / 2
_between = (gain - _higher) + (3 * sp.sqrt(3) / 2 - 2) * damping * half
READINGS_AMENDED = Statement(
    id="F7.readings-amended",
    kind=Kind.THEOREM,
    title="A loop that the source's α sustains is sustained by the smooth one",
    says="The threshold of the source's stability is the higher one.",
    content=(sp.Gt(gain, 2 * damping * half),),
    hypotheses=(sp.Gt(gain, _higher),),
    source=project("repair of F7.readings"),
    refuted_if="A gain above the higher threshold and not above the lower.",
    amends="F7.readings",
    repair="The implication goes one way only.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(gain, 2 * damping * half + _between), says="Take off the lower threshold."),
                Bound(
                    to=sp.Gt(gain, 2 * damping * half),
                    certificate=_between,
                    says="The gain is above the higher one, and that above the lower.",
                ),
            )
        ),
    ),
)

STATEMENTS = (PARTS, THRESHOLD, DECAY, CLIPPED, ALPHAS, CLIPPED_BEST, READINGS, READINGS_AMENDED)
