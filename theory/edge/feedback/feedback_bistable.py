"""F7, bistability: a wide and a narrow gap that are both sustained, and one between them that is not.

The loop is written in its three rests. Any three positive gaps will do: they fix the gain, the constant drive
and s up to the scale of time.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Start, Substitute
from ...statement import Kind, Statement
from ...units import THETA
from ..gap.small_gap import damping, g_now
from ..notation import NOTATION
from ..relations import equal
from ..sources import project
from .alpha_feedback import base, gain, half, loop_rate
from .feedback_folds import loop_slope

_s = NOTATION.symbol

rest_1, rest_2, rest_3 = (
    _s(f"r_{n}", THETA, f"one of three rests, in any order: number {n}", positive=True) for n in (1, 2, 3)
)


def _slope_at(gap: sp.Expr) -> sp.Expr:
    return 2 * gain * half**2 * gap / (gap**2 + half**2) ** 2 - damping


_pairs = rest_1 * rest_2 + rest_1 * rest_3 + rest_2 * rest_3
_sum, _product = rest_1 + rest_2 + rest_3, rest_1 * rest_2 * rest_3
THREE = Statement(
    id="D.three-rests",
    kind=Kind.DEFINITION,
    title="Parameters with three given rests",
    says="Any three gaps are the rests of one loop, up to the scale of time: these are its parameters.",
    content=(
        equal(half**2, _pairs),
        equal(base, damping * _product / _pairs),
        equal(gain, damping * _sum - damping * _product / _pairs),
    ),
    source=project("definition: Vieta's formulas for the cubic of D.loop-discriminant"),
)


_slope = -damping * (rest_1 - rest_2) * (rest_1 - rest_3) / (rest_1**2 + _pairs)
_factored = -damping * (g_now - rest_1) * (g_now - rest_2) * (g_now - rest_3) / (g_now**2 + _pairs)


def _rated(gain_is: sp.Expr, base_is: sp.Expr, squared: sp.Expr) -> sp.Expr:
    return base_is + gain_is * g_now**2 / (g_now**2 + squared) - damping * g_now


_gain_in_roots = damping * _sum - damping * _product / _pairs
BISTABLE = Statement(
    id="F7.bistable",
    kind=Kind.THEOREM,
    title="Two gaps that are sustained, and one between them that is not",
    says="Any three positive gaps are the rests of one loop. The slope at one of them has the sign of "
    "minus the product of its distances from the other two: the lowest and the highest attract, the "
    "middle one repels.",
    content=(equal(loop_rate(g_now), _factored), equal(loop_slope(rest_1), _slope)),
    source=project("coexistence of a wide and a narrow gap"),
    refuted_if="A step fails, or integrated gaps end elsewhere.",
    uses=("D.three-rests",),
    derivations=(
        Derivation(
            (
                Start(
                    using="F7.loop", to=equal(loop_rate(g_now), _rated(gain, base, half**2)), says="The rate."
                ),
                Substitute(
                    using="D.three-rests",
                    part=2,
                    to=equal(loop_rate(g_now), _rated(_gain_in_roots, base, half**2)),
                    says="The gain.",
                ),
                Substitute(
                    using="D.three-rests",
                    part=1,
                    to=equal(loop_rate(g_now), _rated(_gain_in_roots, damping * _product / _pairs, half**2)),
                    says="The constant drive.",
                ),
                Substitute(
                    using="D.three-rests",
                    part=0,
                    to=equal(loop_rate(g_now), _factored),
                    says="The square of s.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Start(
                    using="F7.loop-slope",
                    where={g_now: rest_1},
                    to=equal(loop_slope(rest_1), _slope_at(rest_1)),
                    says="The slope at a rest.",
                ),
                Substitute(
                    using="D.three-rests",
                    part=2,
                    to=equal(loop_slope(rest_1), _slope_at(rest_1).xreplace({gain: _gain_in_roots})),
                    says="The gain.",
                ),
                Substitute(
                    using="D.three-rests",
                    part=0,
                    to=equal(loop_slope(rest_1), _slope),
                    says="The square of s. No order of the three was used, so this holds for each of them.",
                ),
            ),
            part=1,
        ),
    ),
)

STATEMENTS = (THREE, BISTABLE)
