"""F4, crossing: whether two modes can pass each other, and what level repulsion has to do with it.

Three things are kept apart. The closed-form strengths of the amended F1 cross in finite time. Ordered
singular values cannot cross, by definition: their gap touches zero and the modes exchange their places.
And repulsion is real where the Gram matrix has an element between the two modes; frozen modes have none.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Identity, Rearrange, Start, Substitute
from ...statement import Kind, Statement
from ...units import THETA, TIME
from ..notation import CURVATURE, NOTATION, G_j, G_k, G_l, W, d_j, d_k, d_l, eta, h_j, h_k, h_l, omega, t, tau
from ..relations import equal
from ..sources import project, thesis
from .small_gap import d_now, drive, inject_k, inject_l, stiff_k, stiff_l

_s, _f = NOTATION.symbol, NOTATION.function

start_k = _s("d_k0", THETA, "strength above the gap at time zero", "d_{k,0}", positive=True)
start_l = _s("d_l0", THETA, "strength below the gap at time zero", "d_{k+1,0}", positive=True)
stiff = _s("s_both", CURVATURE, "stiffness of two modes that share it", "s", positive=True)
t_cross = _s("t_x", TIME, "time at which the two modes cross", r"t_{\times}", positive=True)
lag = _s("t_lag", TIME, "time since the crossing", r"t'", positive=True)
ordered = _f("g_o", THETA**2, "larger less smaller of the two squared strengths", r"g^{\mathrm{ord}}")
block_k = _s("S_kk", THETA**2, "element of the Gram matrix on the mode above the gap", "S_{kk}")
block_l = _s("S_ll", THETA**2, "element on the mode below it", "S_{k+1,k+1}")
block_kl = _s("S_kl", THETA**2, "element between the two modes", "S_{k,k+1}")
upper = _s("lambda_k", THETA**2, "larger eigenvalue of the Gram matrix on the two modes", r"\lambda_k")
lower = _s("lambda_l", THETA**2, "smaller eigenvalue", r"\lambda_{k+1}")


def _square(start: sp.Expr, stiffness: sp.Expr, injection: sp.Expr, time: sp.Expr) -> sp.Expr:
    rest = injection / stiffness
    return rest + (start**2 - rest) * sp.exp(-2 * eta * stiffness * time)


START_MEAN = Statement(
    id="D.start-mean",
    kind=Kind.DEFINITION,
    title="Mean strength at the start",
    says="The mean of the two strengths at time zero.",
    content=(equal(d_now, (start_k + start_l) / 2),),
    source=project("definition"),
)
CROSSING = Statement(
    id="F4.crossing",
    kind=Kind.THEOREM,
    title="A shrinking gap does not cross",
    says="Where the drive is negative the gap shrinks, but the mode above it stays the stronger one: the two "
    "squared strengths, by F1.closed, keep their order.",
    content=(
        sp.Gt(_square(start_k, stiff_k, inject_k, t), _square(start_l, stiff_l, inject_l, t), evaluate=False),
    ),
    hypotheses=(sp.Lt(drive, 0), sp.Gt(start_k, start_l)),
    source=thesis("viability of the gap: for c < 0 level repulsion keeps it from crossing"),
    refuted_if="Two strengths under the amended F1 that change their order.",
    uses=("D.stiffness", "D.drive", "D.start-mean"),
    counterexample=Counterexample(
        "Two modes of stiffness 1/2 with injections 1 and 4 start at 11/10 and 1. Their squares relax "
        "towards 2 and 8 as exp(−t): at t = ln 2 they are (121/100 + 2)/2 = 1.605 and (1 + 8)/2 = 4.5.",
        {
            eta: sp.Integer(1),
            tau: sp.Integer(1),
            W: sp.Integer(1),
            omega: sp.Integer(0),
            h_k: sp.Rational(1, 2),
            h_l: sp.Rational(1, 2),
            G_k: sp.Integer(1),
            G_l: sp.Integer(2),
            stiff_k: sp.Rational(1, 2),
            stiff_l: sp.Rational(1, 2),
            inject_k: sp.Integer(1),
            inject_l: sp.Integer(4),
            start_k: sp.Rational(11, 10),
            start_l: sp.Integer(1),
            d_now: sp.Rational(21, 20),
            drive: sp.Rational(-20, 7),
            t: sp.log(2),
        },
    ),
)
_rests = (inject_l - inject_k) / stiff
_starts = d_k(0) ** 2 - d_l(0) ** 2
_time = sp.log(1 + _starts / _rests) / (2 * eta * stiff)
_meeting = (inject_l * d_k(0) ** 2 - inject_k * d_l(0) ** 2) / (inject_l - inject_k + stiff * _starts)

CROSSING_TIME = Statement(
    id="D.crossing-time",
    kind=Kind.DEFINITION,
    title="Crossing time of two modes of one stiffness",
    says="The logarithm of one plus the difference of the squared starts over that of the squared rests, "
    "over twice the rate at which the two modes relax.",
    content=(equal(t_cross, _time),),
    source=project("definition; F4.crossing-amended shows that the modes meet then"),
)
ORDERED = Statement(
    id="D.ordered-gap",
    kind=Kind.DEFINITION,
    title="Ordered gap",
    says="The gap between the larger and the smaller of the two squared strengths, whichever mode has which.",
    content=(equal(ordered(t), sp.Abs(d_k(t) ** 2 - d_l(t) ** 2)),),
    source=project("definition: singular values are listed in falling order at each time"),
)


def _closed(mode: tuple[Any, ...], part: int, time: sp.Expr) -> tuple[Start, Substitute]:
    strength, gradient, injection = mode
    bare = eta * tau * W * gradient**2
    return (
        Start(
            using="F1.closed",
            where={d_j: strength, h_j: stiff - omega, G_j: gradient, t: time},
            to=equal(strength(time) ** 2, _square(strength(0), stiff, bare, time)),
            says="The closed form of the strength.",
        ),
        Substitute(
            using="D.stiffness",
            part=2 + part,
            to=equal(strength(time) ** 2, _square(strength(0), stiff, injection, time)),
            says="Name the injection.",
        ),
    )


_MODE_K, _MODE_L = (d_k, G_k, inject_k), (d_l, G_l, inject_l)
_ahead = (sp.Gt(inject_l, inject_k), sp.Gt(d_k(0), d_l(0)))

MEETING = Statement(
    id="F4.meeting",
    kind=Kind.THEOREM,
    title="Two modes of one stiffness meet in finite time",
    says="If the mode that starts below has the larger injection, both strengths are the same at the "
    "crossing time.",
    content=(equal(d_k(t_cross) ** 2, _meeting), equal(d_l(t_cross) ** 2, _meeting)),
    hypotheses=_ahead,
    source=project("step towards F4.crossing-amended"),
    refuted_if="A step of its derivation fails.",
    uses=("D.stiffness", "D.crossing-time"),
    derivations=tuple(
        Derivation(
            (
                *_closed(mode, part, t_cross),
                Substitute(
                    using="D.crossing-time",
                    to=equal(mode[0](t_cross) ** 2, _meeting),
                    says="At the crossing time the exponential is a ratio of differences.",
                ),
            ),
            part=part,
        )
        for part, mode in enumerate((_MODE_K, _MODE_L))
    ),
)
CROSSING_AMENDED = Statement(
    id="F4.crossing-amended",
    kind=Kind.THEOREM,
    title="The ordered gap stays non-negative",
    says="Listed in falling order, two strengths never cross: the list is sorted anew at each time.",
    content=(sp.Ge(ordered(t), 0),),
    source=project("repair of F4.crossing"),
    refuted_if="An ordered gap is negative.",
    uses=("D.ordered-gap",),
    amends="F4.crossing",
    repair="What cannot be negative is the ordered gap. It is not kept from zero (F4.touch): repulsion needs "
    "an element between the modes (F4.repulsion), which frozen modes do not have.",
    derivations=(
        Derivation(
            (
                Start(using="D.ordered-gap", to=ORDERED.content[0], says="The ordered gap."),
                Bound(
                    to=sp.Ge(ordered(t), 0),
                    certificate=sp.Abs(d_k(t) ** 2 - d_l(t) ** 2),
                    says="An absolute value is not negative.",
                ),
            ),
        ),
    ),
)
TOUCH = Statement(
    id="F4.touch",
    kind=Kind.THEOREM,
    title="The ordered gap touches zero where the modes cross",
    says="At the crossing time the ordered gap is zero: nothing in the amended F1 keeps the modes apart.",
    content=(equal(ordered(t_cross), 0),),
    hypotheses=_ahead,
    source=project("what becomes of F4.crossing"),
    refuted_if="A step fails, or a simulated ordered gap stays away from zero.",
    uses=("D.ordered-gap", "D.crossing-time"),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.ordered-gap",
                    where={t: t_cross},
                    to=equal(ordered(t_cross), sp.Abs(d_k(t_cross) ** 2 - d_l(t_cross) ** 2)),
                    says="The ordered gap at the crossing time.",
                ),
                Substitute(
                    using="F4.meeting",
                    part=0,
                    to=equal(ordered(t_cross), sp.Abs(_meeting - d_l(t_cross) ** 2)),
                    says="The mode that started above.",
                ),
                Substitute(
                    using="F4.meeting", part=1, to=equal(ordered(t_cross), 0), says="The other one: the same."
                ),
            ),
        ),
    ),
)
_after = t_cross + lag
_behind = -_rests * (1 - sp.exp(-2 * eta * stiff * lag))
_late_l = _square(d_l(0), stiff, inject_l, _after)
EXCHANGE = Statement(
    id="F4.exchange",
    kind=Kind.THEOREM,
    title="After the crossing the order is reversed",
    says="From the crossing on, the mode that started below is the stronger one, and stays it.",
    content=(equal(d_k(_after) ** 2 - _late_l, _behind),),
    hypotheses=_ahead,
    source=project("how the modes exchange their places; the second term is the closed form of mode k + 1"),
    refuted_if="A step of its derivation fails.",
    uses=("D.stiffness", "D.crossing-time", "F1.closed"),
    derivations=(
        Derivation(
            (
                *_closed(_MODE_K, 0, _after),
                Rearrange(
                    to=equal(d_k(_after) ** 2 - _late_l, _square(d_k(0), stiff, inject_k, _after) - _late_l),
                    says="Take off the other mode.",
                ),
                Substitute(
                    using="D.crossing-time",
                    to=equal(d_k(_after) ** 2 - _late_l, _behind),
                    says="The difference starts anew from zero at the crossing time.",
                ),
            )
        ),
    ),
)
_root = sp.sqrt((block_k - block_l) ** 2 / 4 + block_kl**2)
BLOCK = Statement(
    id="D.gap-block",
    kind=Kind.DEFINITION,
    title="The two eigenvalues at the gap",
    says="The eigenvalues of the symmetric two-by-two block of the Gram matrix on the two modes.",
    content=(equal(upper, (block_k + block_l) / 2 + _root), equal(lower, (block_k + block_l) / 2 - _root)),
    source=project("definition: the roots of its characteristic polynomial"),
)
_distance = (upper - lower) ** 2
_middle = (block_k + block_l) / 2
_squares = (
    Identity(to=equal(_distance, upper**2 - 2 * upper * lower + lower**2), says="A squared difference."),
    Substitute(
        using="D.gap-block",
        part=0,
        to=equal(_distance, (_middle + _root) ** 2 - 2 * (_middle + _root) * lower + lower**2),
        says="The larger eigenvalue.",
    ),
    Substitute(
        using="D.gap-block",
        part=1,
        to=equal(_distance, (block_k - block_l) ** 2 + 4 * block_kl**2),
        says="The smaller one; twice the root is left.",
    ),
)
REPULSION = Statement(
    id="F4.repulsion",
    kind=Kind.THEOREM,
    title="What does keep two eigenvalues apart",
    says="The gap between the two eigenvalues is at least twice the element between the modes; with no such "
    "element there is no bound.",
    content=(equal(_distance, (block_k - block_l) ** 2 + 4 * block_kl**2), sp.Ge(_distance, 4 * block_kl**2)),
    source=project("the hypothesis under which level repulsion holds"),
    refuted_if="A symmetric two-by-two matrix with a smaller gap.",
    uses=("D.gap-block",),
    derivations=(
        Derivation(_squares, part=0),
        Derivation(
            (
                *_squares,
                Bound(
                    to=sp.Ge(_distance, 4 * block_kl**2),
                    certificate=(block_k - block_l) ** 2,
                    says="Leave out a square.",
                ),
            ),
            part=1,
        ),
    ),
)

STATEMENTS = (
    START_MEAN,
    CROSSING,
    CROSSING_TIME,
    ORDERED,
    MEETING,
    CROSSING_AMENDED,
    TOUCH,
    EXCHANGE,
    BLOCK,
    REPULSION,
)
