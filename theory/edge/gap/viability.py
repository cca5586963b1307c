"""F4, viability: the linearised gap flow, its rest and the approach to it.

This is the nearest statement to F4 that holds. What the source's formula gives, beside the exact rest of the
two modes, is in :mod:`.gap_at_rest`.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Solve, SolveFlow, Start, Substitute, TakeLimit
from ...statement import Kind, Statement
from ...units import THETA
from ..notation import (
    NOTATION,
    G_k,
    G_l,
    W,
    eta,
    h_k,
    h_l,
    omega,
    t,
    tau,
)
from ..relations import equal
from ..sources import project
from .small_gap import d_now, damping, drive, inject_k, inject_l, stiff_k, stiff_l

_s, _f = NOTATION.symbol, NOTATION.function

g_star = _s("g_star", THETA, "gap at which the linearised gap flow rests", "g^{*}")
small_gap = _f("y_g", THETA, "gap that follows the linearised gap flow", "y")


LINEAR = Statement(
    id="D.small-gap",
    kind=Kind.DEFINITION,
    title="Linearised gap flow, and its rest",
    says="A small gap changes by the drive less the damping times itself, and rests where the two balance.",
    content=(
        equal(sp.Derivative(small_gap(t), t), drive - damping * small_gap(t)),
        equal(0, drive - damping * g_star),
    ),
    source=project("definition: F4.expansion without its remainder, at a fixed mean strength"),
    uses=("D.drive", "D.damping"),
)
STAR = Statement(
    id="F4.star",
    kind=Kind.THEOREM,
    title="Rest of the linearised gap flow",
    says="A small gap rests at drive over damping.",
    content=(equal(g_star, drive / damping),),
    source=project("step towards F4"),
    refuted_if="The linearised flow is not at rest there.",
    derivations=(
        Derivation(
            (
                Start(using="D.small-gap", part=1, to=LINEAR.content[1], says="Drive and damping balance."),
                Solve(unknown=g_star, to=equal(g_star, drive / damping), says="Solve for the gap."),
            )
        ),
    ),
)
_stiffnesses = eta * (stiff_k + stiff_l) / 2
_full_damping = _stiffnesses + eta * (inject_k + inject_l) / (2 * d_now**2)
_approach = g_star + (small_gap(0) - g_star) * sp.exp(-damping * t)
_solution = drive / damping + (small_gap(0) - drive / damping) * sp.exp(-damping * t)
_solved = (
    Start(using="D.small-gap", to=LINEAR.content[0], says="The linearised gap flow."),
    SolveFlow(
        unknown=small_gap(t),
        by=t,
        to=equal(small_gap(t), _solution),
        says="Solve it; the solution is checked by putting it back and at time zero.",
    ),
    Substitute(using="F4.star", to=equal(small_gap(t), _approach), says="Name the gap at rest."),
)
_end = sp.Limit(small_gap(t), t, sp.oo)

F4_AMENDED = Statement(
    id="F4-amended",
    kind=Kind.THEOREM,
    title="Viability, with all of the damping",
    says="At a fixed mean strength and to first order, a small gap relaxes exponentially to drive over "
    "damping, from either side and for either sign of the drive. The damping is the mean stiffness plus the "
    "mean injection over the squared mean strength.",
    content=(
        equal(g_star, drive / _full_damping),
        equal(small_gap(t), _approach),
        equal(_end, g_star),
    ),
    source=project("repair of F4"),
    refuted_if="A step fails, or a small gap of the compiled flow rests elsewhere by more than second order.",
    uses=("D.small-gap", "D.drive", "D.damping", "F4.expansion"),
    amends="F4",
    repair="The driving term depends on the gap to first order; what it takes off belongs to the damping.",
    derivations=(
        Derivation(
            (
                Start(using="F4.star", to=equal(g_star, drive / damping), says="Drive over damping."),
                Substitute(
                    using="D.damping", to=equal(g_star, drive / _full_damping), says="Write the damping out."
                ),
            ),
            part=0,
        ),
        Derivation(_solved, part=1),
        Derivation(
            (*_solved, TakeLimit(by=t, at=sp.oo, to=equal(_end, g_star), says="What is left in the end.")),
            part=2,
        ),
    ),
)
_letters = eta * ((h_k + h_l) / 2 + omega) + eta**2 * tau * W * (G_k**2 + G_l**2) / (2 * d_now**2)
_by_letters = (
    _stiffnesses + eta * (eta * tau * W * G_k**2 + inject_l) / (2 * d_now**2),
    _stiffnesses + eta * (eta * tau * W * (G_k**2 + G_l**2)) / (2 * d_now**2),
    eta * (h_k + omega + stiff_l) / 2 + eta**2 * tau * W * (G_k**2 + G_l**2) / (2 * d_now**2),
    _letters,
)
DAMPING_LETTERS = Statement(
    id="F4.damping",
    kind=Kind.THEOREM,
    title="The damping in curvatures, decay and gradients",
    says="The damping is that of the source, η(h̄+ω), plus a term of the gradients that the source lacks.",
    content=(equal(damping, _letters),),
    source=project("step towards F4"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (
                Start(using="D.damping", to=equal(damping, _full_damping), says="The definition."),
                *(
                    Substitute(
                        using="D.stiffness",
                        part=part,
                        to=equal(damping, value),
                        says=f"Write out the {name}.",
                    )
                    for value, part, name in zip(
                        _by_letters,
                        (2, 3, 0, 1),
                        (
                            "injection above the gap",
                            "injection below it",
                            "stiffness above the gap",
                            "stiffness below it",
                        ),
                        strict=True,
                    )
                ),
            )
        ),
    ),
)


STATEMENTS = (LINEAR, STAR, F4_AMENDED, DAMPING_LETTERS)
