"""F7, the α-feedback loop as a dynamical system: gap → stability α → share of learning → gap.

The source describes the loop in words. Written out: the injections of the two modes at the gap count with
the weight α, so the gap is driven by c₀ + a α(g) and damped by κ g. Here α(g) = g²/(g² + s²), where s is the
gap at which half of a mode survives. Without a constant drive the loop either sustains itself or collapses,
and one number decides: a against 2κs. :mod:`.feedback_folds` adds the constant drive, and
:mod:`.feedback_readings` says what the boundary depends on: the optimizer, and how α is read.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Identity, Rearrange, Rewrite, Solve, Start, Substitute
from ...statement import Kind, Statement
from ...system import System
from ...units import ONE, THETA, TIME
from ..gap.small_gap import damping, g_now
from ..notation import NOTATION, t
from ..relations import equal
from ..sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function

g_some = _s("g_some", THETA, "some gap above zero", "g", positive=True)
alpha = _f("alpha_g", ONE, "stability as a function of the gap", r"\alpha")
loop_rate = _f("F_loop", THETA / TIME, "rate of the gap in the feedback loop", "F")
pure_rate = _f("F_pure", THETA / TIME, "the same without a constant drive", "F_0")
pure_slope = _f("F_slope", TIME**-1, "slope of that rate", "F_0'")
base = _s("c_loop", THETA / TIME, "part of the drive that no stability multiplies", "c_0")
gain = _s("a_loop", THETA / TIME, "gain: what full stability adds to the drive", "a", positive=True)
half = _s(
    "s_half", THETA, "gap at which half of a mode survives: √C times the perturbation", "s", positive=True
)
root = _s("rho_loop", THETA / TIME, "square root of a² − 4κ²s²", r"\varrho", positive=True)
g_rest = _s("g_rest", THETA, "a gap at which the loop rests", r"g_\circ")


def smooth(gap: sp.Expr) -> sp.Expr:
    """α = g²/(g² + s²)."""
    return gap**2 / (gap**2 + half**2)


FEEDBACK = Statement(
    id="A.feedback",
    kind=Kind.ASSUMPTION,
    title="The feedback loop",
    says="The drive has a part that the stability multiplies and one that it does not; the damping stays "
    "what it is.",
    content=(equal(loop_rate(g_now), base + gain * alpha(g_now) - damping * g_now),),
    source=project("assumption: F7 as a differential equation for the gap alone, at a fixed mean strength"),
)
ALPHA = Statement(
    id="D.alpha",
    kind=Kind.DEFINITION,
    title="Stability, in a smooth form",
    says="The stability grows from zero to one; it agrees with the source's 1 − s²/g² at large gaps.",
    content=(equal(alpha(g_now), smooth(g_now)),),
    source=project("reading of the stability coefficient; F7.alpha compares it with the source's"),
)
LOOP = Statement(
    id="F7.loop",
    kind=Kind.THEOREM,
    title="Rate of the gap in the loop",
    says="Constant drive, and a gain that saturates, against a damping that does not.",
    content=(equal(loop_rate(g_now), base + gain * smooth(g_now) - damping * g_now),),
    source=project("step towards F7"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (
                Start(using="A.feedback", to=FEEDBACK.content[0], says="The feedback loop."),
                Substitute(
                    using="D.alpha",
                    to=equal(loop_rate(g_now), base + gain * smooth(g_now) - damping * g_now),
                    says="Put in the stability.",
                ),
            )
        ),
    ),
)
PURE = Statement(
    id="D.pure-loop",
    kind=Kind.DEFINITION,
    title="The loop by itself",
    says="The loop without a constant drive, and its slope.",
    content=(
        equal(pure_rate(g_now), gain * smooth(g_now) - damping * g_now),
        equal(pure_slope(g_now), sp.Derivative(pure_rate(g_now), g_now)),
    ),
    source=project("definition: F7.loop with c₀ = 0"),
)
REST = Statement(
    id="D.pure-rest",
    kind=Kind.DEFINITION,
    title="A rest of the loop by itself",
    says="A gap at which the rate is zero. Below the threshold (F7.collapse) zero is the only one.",
    content=(equal(gain * smooth(g_rest) - damping * g_rest, 0),),
    source=project("definition"),
)
F7 = Statement(
    id="F7",
    kind=Kind.THEOREM,
    title="The loop sustains itself",
    says="Whatever the parameters, there is a gap that the loop by itself does not let shrink; by F7.best "
    "the most favourable one is s.",
    content=(sp.Ge(gain * smooth(half) - damping * half, 0),),
    source=thesis(
        "AX3: the gap at k* sustains itself through an α-feedback loop, with no assumption on the optimizer"
    ),
    refuted_if="Parameters for which every gap shrinks.",
    counterexample=Counterexample(
        "Gain, damping and s all 1: at g = s = 1 the gain gives 1/2 and the damping takes 1. At every "
        "other gap it takes more of it.",
        {gain: sp.Integer(1), damping: sp.Integer(1), half: sp.Integer(1)},
    ),
)
_per_gap, _most = g_some / (g_some**2 + half**2), 1 / (2 * half)
_short = (g_some - half) ** 2 / (2 * half * (g_some**2 + half**2))

BEST = Statement(
    id="F7.best",
    kind=Kind.THEOREM,
    title="The most favourable gap",
    says="Stability per gap is largest at the gap s, where it is 1/(2s).",
    content=(sp.Le(_per_gap, _most),),
    source=project("step towards F7"),
    refuted_if="A gap with more stability per gap.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(_per_gap, _most - _short), says="A square is missing."),
                Bound(to=sp.Le(_per_gap, _most), certificate=_short, says="Leave it out."),
            )
        ),
    ),
)
_ceiling = gain * g_some / (2 * half) - damping * g_some
COLLAPSE = Statement(
    id="F7.collapse",
    kind=Kind.THEOREM,
    title="Below the threshold every gap shrinks",
    says="Where the damping exceeds a/(2s) the loop by itself lets every gap shrink: it has no rest but "
    "zero.",
    content=(sp.Lt(pure_rate(g_some), 0),),
    hypotheses=(sp.Gt(damping, gain / (2 * half)),),
    source=project("one side of F7's boundary"),
    refuted_if="An integrated gap that does not collapse.",
    uses=("D.pure-loop",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.pure-loop",
                    where={g_now: g_some},
                    to=equal(pure_rate(g_some), gain * smooth(g_some) - damping * g_some),
                    says="The rate of some gap.",
                ),
                Bound(
                    to=sp.Le(pure_rate(g_some), _ceiling),
                    certificate=gain * g_some * _short,
                    says="Stability per gap is at most 1/(2s).",
                ),
                Bound(
                    to=sp.Lt(pure_rate(g_some), 0),
                    certificate=g_some * (damping - gain / (2 * half)),
                    says="The damping is more than that.",
                ),
            )
        ),
    ),
)
ROOT = Statement(
    id="D.loop-root",
    kind=Kind.DEFINITION,
    title="Above the threshold",
    says="The gain exceeds 2κs, so that a² − 4κ²s² is the square of a positive number.",
    content=(equal(half**2, (gain**2 - root**2) / (4 * damping**2)),),
    source=project("definition"),
)
_upper, _lower = (gain + root) / (2 * damping), (gain - root) / (2 * damping)
_cleared = gain * g_rest**2 - damping * g_rest * (g_rest**2 + half**2)
_rooted = gain * g_rest**2 - damping * g_rest**3 - g_rest * (gain**2 - root**2) / (4 * damping)
_all_rests = sp.Or(equal(g_rest, 0), equal(g_rest, _upper), equal(g_rest, _lower))


def _slope_at(gap: sp.Expr) -> sp.Expr:
    return 2 * gain * half**2 * gap / (gap**2 + half**2) ** 2 - damping


SLOPE = Statement(
    id="F7.slope",
    kind=Kind.THEOREM,
    title="Slope of the rate",
    says="The slope of the rate decides stability: a rest attracts where it is negative.",
    content=(equal(pure_slope(g_now), _slope_at(g_now)),),
    source=project("step towards F7"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (
                Start(using="D.pure-loop", part=1, to=PURE.content[1], says="The slope."),
                Substitute(
                    using="D.pure-loop",
                    to=equal(
                        pure_slope(g_now),
                        sp.Derivative(gain * smooth(g_now) - damping * g_now, g_now),
                    ),
                    says="Put in the rate.",
                ),
                Rewrite(to=equal(pure_slope(g_now), _slope_at(g_now)), says="Carry the derivative out."),
            )
        ),
    ),
)


def _stability(gap: sp.Expr, slope: sp.Expr, says: str, part: int) -> Derivation:
    return Derivation(
        (
            Start(
                using="F7.slope",
                where={g_now: gap},
                to=equal(pure_slope(gap), _slope_at(gap)),
                says="The slope there.",
            ),
            Substitute(using="D.loop-root", to=equal(pure_slope(gap), slope), says=says),
        ),
        part=part,
    )


F7_AMENDED = Statement(
    id="F7-amended",
    kind=Kind.THEOREM,
    title="The loop sustains itself above a threshold, once the gap is wide enough",
    says="Where the gain exceeds 2κs the loop by itself has three rests: zero and a wide gap attract, a "
    "narrower gap between them repels. A gap that starts above the narrower one is sustained; one that "
    "starts below it collapses.",
    content=(
        sp.Gt(gain**2, 4 * damping**2 * half**2),
        _all_rests,
        equal(pure_slope(0), -damping),
        equal(pure_slope(_upper), -damping * root / gain),
        equal(pure_slope(_lower), damping * root / gain),
    ),
    source=project("repair of F7"),
    refuted_if="A step fails, or integrated gaps end elsewhere.",
    uses=("D.pure-loop", "D.pure-rest", "D.loop-root"),
    witness={gain: sp.Integer(5), half: sp.Integer(2), damping: sp.Integer(1), g_rest: sp.Integer(4)},
    amends="F7",
    repair="The gain must exceed 2κs, and the gap must start above the rest that repels; the threshold "
    "contains the learning rate, the decay and the window.",
    derivations=(
        Derivation(
            (
                Start(using="D.loop-root", to=ROOT.content[0], says="What the root stands for."),
                Rearrange(
                    times=-4 * damping**2,
                    to=equal(gain**2, 4 * damping**2 * half**2 + root**2),
                    says="Solve for the gain.",
                ),
                Bound(
                    to=sp.Gt(gain**2, 4 * damping**2 * half**2),
                    certificate=root**2,
                    says="Leave a square out.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Start(using="D.pure-rest", to=REST.content[0], says="The loop is at rest."),
                Rearrange(times=g_rest**2 + half**2, to=equal(_cleared, 0), says="Clear the denominator."),
                Substitute(using="D.loop-root", to=equal(_rooted, 0), says="Bring in the root."),
                Solve(unknown=g_rest, to=_all_rests, says="A cubic with three real roots."),
            ),
            part=1,
        ),
        Derivation(
            (
                Start(
                    using="F7.slope",
                    where={g_now: sp.Integer(0)},
                    to=equal(pure_slope(0), -damping),
                    says="At gap zero only the damping has a slope: the collapsed state attracts.",
                ),
            ),
            part=2,
        ),
        _stability(_upper, -damping * root / gain, "The wide gap attracts.", 3),
        _stability(_lower, damping * root / gain, "The narrow gap repels.", 4),
    ),
)
STATEMENTS = (
    FEEDBACK,
    ALPHA,
    LOOP,
    PURE,
    REST,
    F7,
    BEST,
    COLLAPSE,
    ROOT,
    SLOPE,
    F7_AMENDED,
)


def feedback_system() -> System:
    """F7.loop as a system, read off the statement: state ``g``, time ``t``; the gap is meant to be ≥ 0.

    Parameters, in order: constant drive and gain [θ/t], damping [1/t], gap of half stability [θ].
    """
    gap = sp.Symbol("g", real=True)
    rate = LOOP.content[0].rhs.xreplace({g_now: gap})
    return System("alpha feedback", t, (gap,), (base, gain, damping, half), (rate,))
