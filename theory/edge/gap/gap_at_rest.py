"""F4 beside the exact rest of the two modes, where nothing is small.

Each strength settles by itself, at a level set by its stiffness and its injection. The gap that is left is
the difference of the two levels. The source's formula, drive over η(h̄+ω), is too large there: by a factor
between one and three, which tends to two as the gap closes. And the sign of the present drive does not tell
which of the two modes will be the stronger one.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Solve, Start, Substitute, TakeLimit
from ...statement import Kind, Statement
from ...units import THETA
from ..notation import NOTATION, G_j, G_k, G_l, W, d_j, d_k, d_l, eta, h_j, h_k, h_l, omega, t, tau
from ..relations import equal
from ..sources import project, thesis
from .small_gap import d_now, drive, inject_k, inject_l, stiff_k, stiff_l

_s = NOTATION.symbol

rest_k = _s("d_kss", THETA, "steady strength just above the gap", r"d_k^{\mathrm{ss}}", positive=True)
rest_l = _s("d_lss", THETA, "steady strength just below the gap", r"d_{k+1}^{\mathrm{ss}}", positive=True)
g_source = _s("g_src", THETA, "the gap that the source's formula gives", r"g^{\mathrm{src}}")


_stiffnesses = eta * (stiff_k + stiff_l) / 2

RESTS = Statement(
    id="D.rest",
    kind=Kind.DEFINITION,
    title="Both modes at rest",
    says="Neither of the two strengths changes: the right-hand side of the amended F1 vanishes for each.",
    content=tuple(
        equal(0, -eta * stiffness * strength + eta * injection / strength)
        for stiffness, strength, injection in ((stiff_k, rest_k, inject_k), (stiff_l, rest_l, inject_l))
    ),
    source=project("definition"),
    uses=("D.stiffness",),
)
REST_MODES = Statement(
    id="F4.rest-modes",
    kind=Kind.THEOREM,
    title="Injection of a mode at rest",
    says="At rest the injection is stiffness times squared strength.",
    content=(equal(inject_k, stiff_k * rest_k**2), equal(inject_l, stiff_l * rest_l**2)),
    source=project("step towards F4"),
    refuted_if="A step of its derivation fails.",
    derivations=tuple(
        Derivation(
            (
                Start(using="D.rest", part=part, to=RESTS.content[part], says="Nothing changes."),
                Solve(
                    unknown=injection,
                    to=equal(injection, stiffness * strength**2),
                    says="Solve for the injection.",
                ),
            ),
            part=part,
        )
        for part, (stiffness, strength, injection) in enumerate(
            ((stiff_k, rest_k, inject_k), (stiff_l, rest_l, inject_l))
        )
    ),
)
_mean_rest = (rest_k + rest_l) / 2
_gap_rest = rest_k - rest_l
_rest_drive = eta * (stiff_k + stiff_l) * _gap_rest + eta * (stiff_k - stiff_l) * _gap_rest**2 / (4 * d_now)

MEAN_RESTS = Statement(
    id="D.rest-mean",
    kind=Kind.DEFINITION,
    title="Mean strength at rest",
    says="The mean strength is that of the two modes at rest.",
    content=(equal(d_now, _mean_rest),),
    source=project("definition"),
)
SOURCE_GAP = Statement(
    id="D.source-gap",
    kind=Kind.DEFINITION,
    title="The gap by the source's formula",
    says="Drive over the mean stiffness alone.",
    content=(equal(g_source, drive / _stiffnesses),),
    source=thesis("viability of the gap: c over η(h̄+ω)"),
)
F4 = Statement(
    id="F4",
    kind=Kind.THEOREM,
    title="Viability, as the source has it",
    says="For a positive drive the gap is attracted to the drive over η(h̄+ω): there the two modes rest.",
    content=(equal(_gap_rest, g_source),),
    hypotheses=(sp.Gt(drive, 0),),
    source=thesis("viability of the gap; with the repaired drive, so that the units balance"),
    refuted_if="Modes at rest under the amended F1 have another gap.",
    uses=("D.drive", "D.rest", "D.rest-mean", "D.source-gap"),
    counterexample=Counterexample(
        "Two modes of stiffness 1 with injections 121/100 and 81/100 rest at 11/10 and 9/10: the gap is "
        "1/5. The drive is 121/100 − 81/100 = 2/5, so the formula gives 2/5, twice the gap. With equal "
        "stiffnesses it is twice the gap however small that is.",
        {
            eta: sp.Integer(1),
            tau: sp.Integer(1),
            W: sp.Integer(1),
            omega: sp.Integer(0),
            h_k: sp.Integer(1),
            h_l: sp.Integer(1),
            G_k: sp.Rational(11, 10),
            G_l: sp.Rational(9, 10),
            stiff_k: sp.Integer(1),
            stiff_l: sp.Integer(1),
            inject_k: sp.Rational(121, 100),
            inject_l: sp.Rational(81, 100),
            rest_k: sp.Rational(11, 10),
            rest_l: sp.Rational(9, 10),
            d_now: sp.Integer(1),
            drive: sp.Rational(2, 5),
            g_source: sp.Rational(2, 5),
        },
    ),
)

_at_rest = -eta * (stiff_k - stiff_l) * d_now
_spread = 3 * stiff_k * rest_k + stiff_k * rest_l + stiff_l * rest_k + 3 * stiff_l * rest_l
_drive_at_rest = (
    Start(
        using="D.drive", to=equal(drive, _at_rest + eta * (inject_k - inject_l) / d_now), says="The drive."
    ),
    Substitute(
        using="F4.rest-modes",
        part=0,
        to=equal(drive, _at_rest + eta * (stiff_k * rest_k**2 - inject_l) / d_now),
        says="The mode above the gap rests.",
    ),
    Substitute(
        using="F4.rest-modes",
        part=1,
        to=equal(drive, _at_rest + eta * (stiff_k * rest_k**2 - stiff_l * rest_l**2) / d_now),
        says="So does the one below.",
    ),
)
REST = Statement(
    id="F4.rest",
    kind=Kind.THEOREM,
    title="Drive and gap of two modes at rest",
    says="At rest the drive is twice the mean stiffness times the gap, and a remainder of second order; it "
    "has the sign of the gap. The source's formula is too large by a factor that tends to two.",
    content=(
        equal(drive, _rest_drive),
        equal(drive, eta * _gap_rest * _spread / (2 * (rest_k + rest_l))),
    ),
    source=project("exact: nothing in it is small"),
    refuted_if="A step fails, or the closed-form strengths rest otherwise.",
    derivations=tuple(
        Derivation(
            (
                *_drive_at_rest,
                Substitute(
                    using="D.rest-mean", to=equal(drive, value), says="The mean strength is that at rest."
                ),
            ),
            part=part,
        )
        for part, value in enumerate((_rest_drive, eta * _gap_rest * _spread / (2 * (rest_k + rest_l))))
    ),
)
_source_value = _gap_rest * _spread / ((stiff_k + stiff_l) * (rest_k + rest_l))
_source_at_rest = (
    Start(using="D.source-gap", to=equal(g_source, drive / _stiffnesses), says="The source's formula."),
    Substitute(using="F4.rest", part=1, to=equal(g_source, _source_value), says="Put in the drive at rest."),
)
_more = 2 * _gap_rest / ((stiff_k + stiff_l) * (rest_k + rest_l))
OVERESTIMATE = Statement(
    id="F4.overestimate",
    kind=Kind.THEOREM,
    title="The source's gap is always too large, by a factor between one and three",
    says="For two modes at rest with a positive gap the source's formula exceeds the gap, and stays below "
    "three times it; no choice of stiffnesses makes it exact.",
    content=(sp.Gt(g_source, _gap_rest), sp.Lt(g_source, 3 * _gap_rest)),
    hypotheses=(sp.Gt(rest_k, rest_l),),
    source=project("how far F4 of the source is off, exactly"),
    refuted_if="Two modes at rest lie outside these bounds.",
    derivations=(
        Derivation(
            (
                *_source_at_rest,
                Bound(
                    to=sp.Gt(g_source, _gap_rest),
                    certificate=_more * (stiff_k * rest_k + stiff_l * rest_l),
                    says="The difference is positive.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                *_source_at_rest,
                Bound(
                    to=sp.Lt(g_source, 3 * _gap_rest),
                    certificate=_more * (stiff_k * rest_l + stiff_l * rest_k),
                    says="So is the other one.",
                ),
            ),
            part=1,
        ),
    ),
)
SIGN = Statement(
    id="F4.sign",
    kind=Kind.THEOREM,
    title="A positive drive now means a positive gap in the end",
    says="Where the present drive is positive, the mode above the gap is the stronger one at rest, too.",
    content=(sp.Gt(rest_k, rest_l),),
    hypotheses=(sp.Gt(drive, 0),),
    source=thesis(
        "viability of the gap: for c > 0 the gap is attracted to g*, with c at the present strengths"
    ),
    refuted_if="A drive that is positive now and two modes that rest in the other order.",
    uses=("D.drive", "D.rest"),
    counterexample=Counterexample(
        "Stiffnesses 1 and 4, injections 1 and 16, both strengths near 10: the stiffer mode decays faster, "
        "so the gap opens at the rate 30 − 15/10 > 0. But the modes rest at 1 and 2: in the end they stand "
        "in the other order.",
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
            d_now: sp.Integer(10),
            drive: sp.Rational(57, 2),
        },
    ),
)


def _relaxed(strength: sp.Expr, start: sp.Expr, stiffness: sp.Expr, level: sp.Expr) -> sp.Basic:
    return equal(strength**2, level + (start**2 - level) * sp.exp(-2 * eta * stiffness * t))


def _settles(mode: tuple[Any, ...], part: int) -> Derivation:
    strength, stiffness, gradient, injection, rest = mode
    level = eta * tau * W * gradient**2 / stiffness
    end = sp.Limit(strength(t) ** 2, t, sp.oo)
    return Derivation(
        (
            Start(
                using="F1.closed",
                where={d_j: strength, h_j: stiffness - omega, G_j: gradient},
                to=_relaxed(strength(t), strength(0), stiffness, level),
                says="The closed form of the strength.",
            ),
            Substitute(
                using="D.stiffness",
                part=2 + part,
                to=_relaxed(strength(t), strength(0), stiffness, injection / stiffness),
                says="Name the injection.",
            ),
            TakeLimit(by=t, at=sp.oo, to=equal(end, injection / stiffness), says="What is left in the end."),
            Substitute(
                using="F4.rest-modes", part=part, to=equal(end, rest**2), says="This is the strength at rest."
            ),
        ),
        part=part,
    )


EXACT = Statement(
    id="F4.exact",
    kind=Kind.THEOREM,
    title="The gap that is reached in the end",
    says="From any start each strength tends to its own rest; the gap tends to the difference of the two, "
    "whatever its sign. Nothing in the amended F1 tells the modes to keep their order.",
    content=(
        equal(sp.Limit(d_k(t) ** 2, t, sp.oo), rest_k**2),
        equal(sp.Limit(d_l(t) ** 2, t, sp.oo), rest_l**2),
    ),
    source=project("repair of F4.sign"),
    refuted_if="A step fails, or integrated strengths settle elsewhere.",
    amends="F4.sign",
    repair="What decides is the order of the strengths at rest, whose squares are I/(h+ω), and not the drive "
    "at the present strengths; at rest the two agree in sign (F4.rest).",
    derivations=(
        _settles((d_k, stiff_k, G_k, inject_k, rest_k), 0),
        _settles((d_l, stiff_l, G_l, inject_l, rest_l), 1),
    ),
)

STATEMENTS = (RESTS, REST_MODES, MEAN_RESTS, SOURCE_GAP, F4, REST, OVERESTIMATE, SIGN, EXACT)
