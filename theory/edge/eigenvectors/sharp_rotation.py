"""W5 and α, amended: sharp constants, and what a stability coefficient may claim.

Two by two everything is explicit: with the gap g = λ_1 − λ_2 of one matrix alone, sin θ ≤
√2·‖E‖_F/g, and no smaller constant will do, since two directions change places as soon as ‖E‖_F
exceeds g/√2. For the spectral norm it becomes 2, as ‖E‖_F ≤ √2·‖E‖_2. The source's constant 1 holds
if the angle is at most 45°, which it presupposes and does not show.

So cos θ ≥ cos²θ ≥ 1 − C‖E‖_F²/g² with C = 2 two by two, and by W5.leading for the leading
eigenvector of any size; C = 4 for every eigenvector. Neither can be lowered to 1, and the
right-hand side is a lower bound of what survives, never a measure of it.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Rearrange, Start, Substitute, TakeLimit
from ...statement import Kind, Statement
from ...units import ONE, THETA
from ..notation import NOTATION
from ..relations import equal
from ..sources import project
from ..window.hoffman_wielandt import change_norm, lam_1, lam_2, new_1, new_2, turn_cos, turn_sin
from .davis_kahan import gap_same

_s, _f = NOTATION.symbol, NOTATION.function
_AREA = THETA**2

gap_second = _s("gap_second", _AREA, "gap of the second of two matrices, two by two", "g'", nonnegative=True)
trace_change = _s("trace_change", _AREA, "change of the trace", r"\Delta\operatorname{tr}")
margin = _s(
    "margin",
    ONE,
    "by which fraction an exchange exceeds half of the gap",
    r"\epsilon",
    running=True,
    positive=True,
)
swap_norm = _f(
    "swap_norm",
    _AREA,
    "Frobenius norm of the perturbation that exchanges two directions",
    "E_F",
    positive=True,
)
swap_spectral = _f("swap_spectral", _AREA, "spectral norm of that perturbation", "E_2", positive=True)


def _ge(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Ge(lhs, rhs, evaluate=False)


_turned = trace_change**2 / 2 + (gap_second - gap_same) ** 2 / 2 + 2 * turn_sin**2 * gap_same * gap_second
_levels = (new_1 - lam_1) ** 2 + (new_2 - lam_2) ** 2 + 2 * turn_sin**2 * (lam_1 - lam_2) * (new_1 - new_2)

SPREAD = Statement(
    id="D.spread",
    kind=Kind.DEFINITION,
    title="Two eigenvalues as a gap and a trace",
    says="The gaps of the two matrices, and the change of their trace.",
    content=(
        equal(gap_same, lam_1 - lam_2),
        equal(gap_second, new_1 - new_2),
        equal(trace_change, new_1 + new_2 - lam_1 - lam_2),
    ),
    source=project("definition"),
)
BY_GAPS = Statement(
    id="W5.by-gaps",
    kind=Kind.THEOREM,
    title="The norm of the difference by gaps and angle, two by two",
    says="The squared norm holds the change of the trace, the change of the gap, and the two gaps with the "
    "angle.",
    content=(equal(change_norm**2, _turned),),
    source=project("step towards W5.two-by-two"),
    refuted_if="A step fails.",
    uses=("D.spread", "D.turned-pair"),
    derivations=(
        Derivation(
            (
                Start(
                    using="W2.identity",
                    to=equal(change_norm**2, _levels),
                    says="What the eigenvalues leave out.",
                ),
                Substitute(
                    using="D.spread",
                    part=2,
                    to=equal(
                        change_norm**2,
                        trace_change**2 / 2
                        + (new_1 - new_2 - lam_1 + lam_2) ** 2 / 2
                        + 2 * turn_sin**2 * (lam_1 - lam_2) * (new_1 - new_2),
                    ),
                    says="Half the squared change of the sum and half that of the difference.",
                ),
                Substitute(
                    using="D.spread",
                    part=1,
                    to=equal(
                        change_norm**2,
                        trace_change**2 / 2
                        + (gap_second - lam_1 + lam_2) ** 2 / 2
                        + 2 * turn_sin**2 * (lam_1 - lam_2) * gap_second,
                    ),
                    says="Name the new gap.",
                ),
                Substitute(
                    using="D.spread", part=0, to=equal(change_norm**2, _turned), says="Name the old gap."
                ),
            ),
            scope="n = 2",
        ),
    ),
)

_slack = (
    trace_change**2
    + (gap_second - gap_same * turn_cos**2) ** 2
    + 2 * gap_same * gap_second * turn_sin**2
    + gap_same**2 * turn_cos**2 * turn_sin**2
)
DOUBLED = Statement(
    id="W5.doubled",
    kind=Kind.THEOREM,
    title="Twice the norm as the gap's share and squares, two by two",
    says="Twice the squared norm is the squared gap times the squared sine, plus terms none of which is "
    "negative.",
    content=(equal(2 * change_norm**2, gap_same**2 * turn_sin**2 + _slack),),
    source=project("step towards W5.two-by-two"),
    refuted_if="A step fails.",
    uses=("D.spread", "D.turned-pair"),
    derivations=(
        Derivation(
            (
                Start(using="W5.by-gaps", to=equal(change_norm**2, _turned), says="By gaps and angle."),
                Rearrange(times=sp.Integer(2), to=equal(2 * change_norm**2, 2 * _turned), says="Twice that."),
                Substitute(
                    using="D.turned-pair",
                    part=1,
                    to=equal(2 * change_norm**2, gap_same**2 * turn_sin**2 + _slack),
                    says="Complete the square of the new gap, with cos² + sin² = 1.",
                ),
            ),
            scope="n = 2",
        ),
    ),
)
SHARP = Statement(
    id="W5.two-by-two",
    kind=Kind.THEOREM,
    title="The sharp bound with the gap of one matrix, two by two",
    says="The sine of the angle is at most √2 times the Frobenius norm of E over the gap.",
    content=(_ge(2 * change_norm**2, gap_same**2 * turn_sin**2),),
    source=project("from the identity W2.identity"),
    refuted_if="Two symmetric matrices, two by two, break the bound.",
    uses=("D.spread", "D.turned-pair"),
    derivations=(
        Derivation(
            (
                Start(
                    using="W5.doubled",
                    to=equal(2 * change_norm**2, gap_same**2 * turn_sin**2 + _slack),
                    says="Twice the squared norm.",
                ),
                Bound(
                    certificate=_slack,
                    to=_ge(2 * change_norm**2, gap_same**2 * turn_sin**2),
                    says="What is left are squares and a product of gaps.",
                ),
            ),
            scope="n = 2",
        ),
    ),
)

_squares = trace_change**2 / 2 + (gap_second - gap_same * (turn_cos**2 - turn_sin**2)) ** 2 / 2
_near = _squares + gap_same**2 * turn_sin**2 * (turn_cos**2 - turn_sin**2)
UNEXCHANGED = Statement(
    id="W5.unexchanged",
    kind=Kind.THEOREM,
    title="The source's constant, two by two, if nothing changes places",
    says="If the angle is at most 45°, its sine is at most the Frobenius norm of E over the gap of one "
    "matrix.",
    content=(_ge(change_norm**2, gap_same**2 * turn_sin**2),),
    source=project("from the identity W2.identity"),
    hypotheses=(_ge(turn_cos, turn_sin),),
    refuted_if="Two symmetric matrices, two by two, with an angle of at most 45° break the bound.",
    uses=("D.spread", "D.turned-pair"),
    derivations=(
        Derivation(
            (
                Start(using="W5.by-gaps", to=equal(change_norm**2, _turned), says="By gaps and angle."),
                Substitute(
                    using="D.turned-pair",
                    part=1,
                    to=equal(change_norm**2, gap_same**2 * turn_sin**2 + _near),
                    says="Complete the square of the new gap, with cos² + sin² = 1.",
                ),
                Bound(
                    certificate=_squares
                    + gap_same**2 * turn_sin**2 * (turn_cos - turn_sin) * (turn_cos + turn_sin),
                    to=_ge(change_norm**2, gap_same**2 * turn_sin**2),
                    says="Up to 45° the cosine is not less than the sine.",
                ),
            ),
            scope="n = 2",
        ),
    ),
)

EXCHANGE = Statement(
    id="D.exchange",
    kind=Kind.DEFINITION,
    title="Two directions that change places",
    says="E takes a little more than half of the gap off the leading eigenvalue and adds it to the other "
    "one: the leading direction turns by 90°, and its sine is 1.",
    content=(
        equal(swap_norm(margin) ** 2, 2 * (gap_same * (1 + margin) / 2) ** 2),
        equal(swap_spectral(margin), gap_same * (1 + margin) / 2),
    ),
    source=project("definition"),
)
_ratio = 2 / (1 + margin) ** 2
BEST = Statement(
    id="W5.best-constant",
    kind=Kind.THEOREM,
    title="No smaller constant will do",
    says="At an exchange the squared sine times the squared gap comes as near as one likes to twice the "
    "squared Frobenius norm, and the sine times the gap to twice the spectral norm.",
    content=(
        equal(sp.Limit(gap_same**2 / swap_norm(margin) ** 2, margin, 0), sp.Integer(2)),
        equal(sp.Limit(gap_same / swap_spectral(margin), margin, 0), sp.Integer(2)),
    ),
    source=project("diagonal matrices"),
    refuted_if="A step fails.",
    uses=("D.exchange",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.exchange",
                    to=equal(swap_norm(margin) ** 2, gap_same**2 * (1 + margin) ** 2 / 2),
                    says="The squared norm of the exchange.",
                ),
                Rearrange(
                    times=-_ratio / swap_norm(margin) ** 2,
                    to=equal(gap_same**2 / swap_norm(margin) ** 2, _ratio),
                    says="The squared gap over it; the sine is 1.",
                ),
                TakeLimit(
                    by=margin,
                    at=sp.Integer(0),
                    to=equal(sp.Limit(gap_same**2 / swap_norm(margin) ** 2, margin, 0), sp.Integer(2)),
                    says="A smaller and smaller excess will do.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Start(
                    using="D.exchange",
                    part=1,
                    to=equal(swap_spectral(margin), gap_same * (1 + margin) / 2),
                    says="The spectral norm of the exchange.",
                ),
                Rearrange(
                    times=-2 / (1 + margin) / swap_spectral(margin),
                    to=equal(gap_same / swap_spectral(margin), 2 / (1 + margin)),
                    says="The gap over it; the sine is 1.",
                ),
                TakeLimit(
                    by=margin,
                    at=sp.Integer(0),
                    to=equal(sp.Limit(gap_same / swap_spectral(margin), margin, 0), sp.Integer(2)),
                    says="A smaller and smaller excess will do.",
                ),
            ),
            part=1,
        ),
    ),
)

_lost = 2 * change_norm**2 / gap_same**2
ALPHA_AMENDED = Statement(
    id="W5.alpha-amended",
    kind=Kind.THEOREM,
    title="What a stability coefficient may claim, two by two",
    says="The squared cosine of the angle, and so the cosine, is at least one less twice the squared norm "
    "of E over the squared gap.",
    content=(_ge(turn_cos**2, 1 - _lost),),
    source=project("from W5.two-by-two; W5.alpha-any has C = 4 for every n and j"),
    refuted_if="Two symmetric matrices, two by two, break the bound.",
    uses=("D.spread", "D.turned-pair"),
    amends="W5.alpha",
    repair="E is the change of S and not of G; C is 2 and not 1; and α is a lower bound of the squared "
    "cosine, no measure of it: it says nothing from ‖E‖_F = gap/√2 on.",
    derivations=(
        Derivation(
            (
                Start(
                    using="W5.doubled",
                    to=equal(2 * change_norm**2, gap_same**2 * turn_sin**2 + _slack),
                    says="Twice the squared norm.",
                ),
                Rearrange(
                    times=1 / gap_same**2,
                    to=equal(1 - turn_sin**2, 1 - _lost + _slack / gap_same**2),
                    says="Divide by the squared gap.",
                ),
                Substitute(
                    using="D.turned-pair",
                    part=1,
                    to=equal(turn_cos**2, 1 - _lost + _slack / gap_same**2),
                    says="This is the squared cosine.",
                ),
                Bound(
                    certificate=_slack / gap_same**2,
                    to=_ge(turn_cos**2, 1 - _lost),
                    says="What is left are squares and a product of gaps.",
                ),
            ),
            scope="n = 2",
        ),
    ),
)

STATEMENTS = (
    SPREAD,
    BY_GAPS,
    DOUBLED,
    SHARP,
    UNEXCHANGED,
    EXCHANGE,
    BEST,
    ALPHA_AMENDED,
)
