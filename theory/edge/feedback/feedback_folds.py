"""F7 with a constant drive: folds, cusp, and the hysteresis between them.

Two rests appear or vanish together at a fold, where rate and slope are zero at once. The folds lie on one
curve in the plane of gain and constant drive, with one parameter: the gap at the fold. The curve has a cusp
at the gap s/√3. Below the gain of the cusp there is one rest, whatever the drive, and no loop to speak of;
above it there are drives with three rests (:mod:`.feedback_bistable`), and the gap jumps up and down at
different drives.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Differentiate, Rewrite, Solve, Start, Substitute
from ...statement import Kind, Statement
from ...units import THETA, TIME
from ..gap.small_gap import damping, g_now
from ..notation import NOTATION
from ..relations import equal
from ..sources import project
from .alpha_feedback import base, g_some, gain, half, loop_rate, smooth

_s, _f = NOTATION.symbol, NOTATION.function

g_fold = _s("g_fold", THETA, "gap at a fold", "g", positive=True)
fold_gain = _f("a_fold", THETA / TIME, "gain on the curve of folds", "a")
fold_drive = _f("c_fold", THETA / TIME, "constant drive on the curve of folds", "c_0")
loop_slope = _f("F_all_slope", TIME**-1, "slope of the rate of the loop", "F'")
discriminant = _s("D_loop", THETA**6 / TIME**4, "discriminant of the cubic whose roots are the rests", "D")


def _slope_at(gap: sp.Expr) -> sp.Expr:
    return 2 * gain * half**2 * gap / (gap**2 + half**2) ** 2 - damping


def _gain_at(gap: sp.Expr) -> sp.Expr:
    return damping * (gap**2 + half**2) ** 2 / (2 * half**2 * gap)


def _drive_at(gap: sp.Expr) -> sp.Expr:
    return damping * gap * (half**2 - gap**2) / (2 * half**2)


SLOPES = Statement(
    id="D.loop-slope",
    kind=Kind.DEFINITION,
    title="Slope of the rate",
    says="The derivative of the rate by the gap.",
    content=(equal(loop_slope(g_now), sp.Derivative(loop_rate(g_now), g_now)),),
    source=project("definition"),
)
SLOPE = Statement(
    id="F7.loop-slope",
    kind=Kind.THEOREM,
    title="Slope of the rate with a constant drive",
    says="The constant drive does not change the slope.",
    content=(equal(loop_slope(g_now), _slope_at(g_now)),),
    source=project("step towards F7.bistable"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (
                Start(using="D.loop-slope", to=SLOPES.content[0], says="The slope."),
                Substitute(
                    using="F7.loop",
                    to=equal(
                        loop_slope(g_now),
                        sp.Derivative(base + gain * smooth(g_now) - damping * g_now, g_now),
                    ),
                    says="Put in the rate.",
                ),
                Rewrite(to=equal(loop_slope(g_now), _slope_at(g_now)), says="Carry the derivative out."),
            )
        ),
    ),
)
FOLD = Statement(
    id="D.fold",
    kind=Kind.DEFINITION,
    title="A fold",
    says="At a fold rate and slope vanish at once.",
    content=(
        equal(base + gain * smooth(g_fold) - damping * g_fold, 0),
        equal(_slope_at(g_fold), 0),
    ),
    source=project("definition: a saddle-node bifurcation of the loop"),
    uses=("F7.loop", "F7.loop-slope"),
)
_by_gain = damping * g_fold - gain * smooth(g_fold)
FOLD_GAIN = Statement(
    id="F7.fold-gain",
    kind=Kind.THEOREM,
    title="Gain at a fold",
    says="Rate and slope can vanish at once at any gap, for one gain.",
    content=(equal(gain, _gain_at(g_fold)),),
    source=project("step towards F7.fold"),
    refuted_if="A step of its derivation fails.",
    uses=("D.fold",),
    derivations=(
        Derivation(
            (
                Start(using="D.fold", part=1, to=FOLD.content[1], says="The slope vanishes."),
                Solve(unknown=gain, to=equal(gain, _gain_at(g_fold)), says="Solve for the gain."),
            ),
        ),
    ),
)
CURVE = Statement(
    id="F7.fold",
    kind=Kind.THEOREM,
    title="The curve of folds",
    says="Two rests meet at a gap g for the gain of F7.fold-gain and this constant drive. Without a "
    "constant drive the fold is at g = s, where the gain is 2κs: the threshold of F7.",
    content=(equal(base, _drive_at(g_fold)),),
    source=project("the bifurcation of F7"),
    refuted_if="A step fails, or the number of rests changes elsewhere.",
    uses=("D.fold",),
    derivations=(
        Derivation(
            (
                Start(using="D.fold", part=0, to=FOLD.content[0], says="The rate vanishes."),
                Solve(unknown=base, to=equal(base, _by_gain), says="Solve for the constant drive."),
                Substitute(using="F7.fold-gain", to=equal(base, _drive_at(g_fold)), says="Put in the gain."),
            ),
        ),
    ),
)
_total = base + gain
_discriminant = (
    18 * damping**2 * half**4 * base * _total
    - 4 * half**2 * base * _total**3
    + damping**2 * half**4 * _total**2
    - 4 * damping**4 * half**6
    - 27 * damping**2 * half**4 * base**2
)
CUBIC = Statement(
    id="D.loop-discriminant",
    kind=Kind.DEFINITION,
    title="Discriminant of the rests",
    says="The rests are the roots of κg³ − (c₀ + a)g² + κs²g − c₀s²; there are three where this is "
    "positive, and one where it is negative.",
    content=(equal(discriminant, _discriminant),),
    source=project("definition: the discriminant of a cubic"),
)
_pure_gain = damping**2 * half**4 * (gain**2 - 4 * damping**2 * half**2)
DISCRIMINANT = Statement(
    id="F7.discriminant",
    kind=Kind.THEOREM,
    title="The discriminant vanishes on the curve of folds",
    says="The curve of folds is where the number of rests changes.",
    content=(equal(discriminant, 0),),
    source=project("check of F7.fold by another way"),
    refuted_if="A step of its derivation fails.",
    uses=("D.loop-discriminant", "D.fold"),
    derivations=(
        Derivation(
            (
                Start(using="D.loop-discriminant", to=CUBIC.content[0], says="The discriminant."),
                Substitute(
                    using="F7.fold-gain",
                    to=equal(discriminant, _discriminant.xreplace({gain: _gain_at(g_fold)})),
                    says="Put in the gain.",
                ),
                Substitute(using="F7.fold", to=equal(discriminant, 0), says="Put in the constant drive."),
            )
        ),
    ),
)
FOLD_CURVE = Statement(
    id="D.fold-curve",
    kind=Kind.DEFINITION,
    title="Gain and drive along the curve of folds",
    says="Both as functions of the gap at the fold.",
    content=(equal(fold_gain(g_now), _gain_at(g_now)), equal(fold_drive(g_now), _drive_at(g_now))),
    source=project("definition: F7.fold-gain and F7.fold"),
    uses=("F7.fold-gain", "F7.fold"),
)
_turn = 3 * g_now**2 - half**2
_turning = (
    (fold_gain, _gain_at, damping * (g_now**2 + half**2) * _turn / (2 * half**2 * g_now**2), "gain"),
    (fold_drive, _drive_at, -damping * _turn / (2 * half**2), "drive"),
)
HYSTERESIS = Statement(
    id="F7.hysteresis",
    kind=Kind.THEOREM,
    title="Along the curve of folds, gain and drive turn at one point only",
    says="Up to the gap s/√3 the gain at the fold falls and the drive rises; beyond it the gain rises and "
    "the drive falls. So for each gain above that of the cusp there are two folds, with two different "
    "drives between which the gap depends on its past.",
    content=tuple(equal(sp.Derivative(f(g_now), g_now), rate) for f, _, rate, _ in _turning),
    source=project("hysteresis of the loop"),
    refuted_if="A sweep of the drive up and down along which the gap jumps at one and the same drive.",
    uses=("D.fold-curve",),
    derivations=tuple(
        Derivation(
            (
                Start(
                    using="D.fold-curve",
                    part=part,
                    to=equal(f(g_now), value(g_now)),
                    says=f"The {name} at a fold.",
                ),
                Differentiate(
                    by=g_now,
                    to=equal(sp.Derivative(f(g_now), g_now), rate),
                    says="Differentiate; one factor changes its sign, at s/√3.",
                ),
            ),
            part=part,
        )
        for part, (f, value, rate, name) in enumerate(_turning)
    ),
)
_cusp_gap = half / sp.sqrt(3)
_cusp_gain, _cusp_drive = 8 * sp.sqrt(3) * damping * half / 9, sp.sqrt(3) * damping * half / 9
CUSP = Statement(
    id="F7.cusp",
    kind=Kind.THEOREM,
    title="The cusp",
    says="The two branches of folds end where all three rests meet, at the gain 8√3/9 κs, 1.54 κs.",
    content=(equal(fold_gain(_cusp_gap), _cusp_gain), equal(fold_drive(_cusp_gap), _cusp_drive)),
    source=project("the smallest gain with hysteresis"),
    refuted_if="A step of its derivation fails.",
    uses=("D.fold-curve",),
    derivations=tuple(
        Derivation(
            (
                Start(
                    using="D.fold-curve",
                    part=part,
                    where={g_now: _cusp_gap},
                    to=equal(f(_cusp_gap), value),
                    says="The curve of folds at s/√3.",
                ),
            ),
            part=part,
        )
        for part, (f, value) in enumerate(((fold_gain, _cusp_gain), (fold_drive, _cusp_drive)))
    ),
)
_steepest = 3 * sp.sqrt(3) * gain / (8 * half)
_flatter = (
    3
    * sp.sqrt(3)
    * gain
    * (g_some - _cusp_gap) ** 2
    * (g_some**2 + 2 * half * g_some / sp.sqrt(3) + 3 * half**2)
    / (8 * half * (g_some**2 + half**2) ** 2)
)
ONE_REST = Statement(
    id="F7.one-rest",
    kind=Kind.THEOREM,
    title="Below the gain of the cusp there is no loop to speak of",
    says="Where the damping exceeds 3√3/8 of gain over s the rate falls with the gap everywhere. So there "
    "is one rest at most, whatever the constant drive, and it attracts.",
    content=(sp.Lt(loop_slope(g_some), 0),),
    hypotheses=(sp.Gt(damping, _steepest),),
    source=project("the other side of F7.cusp"),
    refuted_if="Two gaps at which such a loop comes to rest.",
    uses=("D.loop-slope",),
    derivations=(
        Derivation(
            (
                Start(
                    using="F7.loop-slope",
                    where={g_now: g_some},
                    to=equal(loop_slope(g_some), _slope_at(g_some)),
                    says="The slope at some gap.",
                ),
                Bound(
                    to=sp.Le(loop_slope(g_some), _steepest - damping),
                    certificate=_flatter,
                    says="The stability is steepest at s/√3.",
                ),
                Bound(
                    to=sp.Lt(loop_slope(g_some), 0),
                    certificate=damping - _steepest,
                    says="The damping is more than that.",
                ),
            )
        ),
    ),
)
STATEMENTS = (
    SLOPES,
    SLOPE,
    FOLD,
    FOLD_GAIN,
    CURVE,
    CUBIC,
    DISCRIMINANT,
    FOLD_CURVE,
    HYSTERESIS,
    CUSP,
    ONE_REST,
)
