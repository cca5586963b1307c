"""What 𝒜 must be for the residual to follow a group of slow modes: the values of two modes, for any number.

The coupling of two groups of modes moves the kernel by at least the coupling times the gap between them,
whatever else moves it.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Start, Substitute
from ...statement import Kind, Statement
from ..kernel.critical_adiabatic import A_2, A_f
from ..kernel.exceptional_point import w_c
from ..kernel.kernel_speed import SPEED, speed_2, speed_f, w
from ..notation import NOTATION, eta
from ..relations import equal
from ..sources import project
from .adiabatic_units import A_v1, gap_kernel, kernel_speed

_s = NOTATION.symbol

rest_f = _s(
    "rest_F", SPEED, "what the Frobenius norm of the velocity has beyond the coupling", nonnegative=True
)
rest_2 = _s(
    "rest_2", SPEED, "what the spectral norm of the velocity has beyond the coupling", nonnegative=True
)


AT_GAP = Statement(
    id="A.velocity-at-gap",
    kind=Kind.ASSUMPTION,
    title="How fast the kernel must move for its groups to couple",
    says="K̇ has between the groups the entries of Ω times differences of eigenvalues that are at least the "
    "gap; its norms are at least √2 w g (Frobenius, two blocks) and w g (spectral), w being that norm of the "
    "block.",
    content=(
        equal(speed_f, sp.sqrt(2) * w * gap_kernel + rest_f),
        equal(speed_2, w * gap_kernel + rest_2),
        equal(w_c, eta * gap_kernel / 2),
    ),
    source=project(
        "linear algebra of S5.commutator; the spectral case is the bound for Sylvester equations with "
        "spectra on two sides of a gap (R. Bhatia, Matrix Analysis, 1997, section VII.2)"
    ),
)


def _norm(
    part: int, name: sp.Expr, speed: sp.Expr, size: sp.Expr, rest: sp.Expr, least: sp.Expr
) -> Derivation:
    return Derivation(
        (
            Start(
                using="S5.v1",
                where={A_v1: name, kernel_speed: speed},
                to=equal(name, speed / (eta * gap_kernel**2)),
                says="𝒜 in this norm, with the gap between the groups.",
            ),
            Substitute(
                using="A.velocity-at-gap",
                part=part,
                to=equal(name, size / (eta * gap_kernel) + rest / (eta * gap_kernel**2)),
                says="The kernel moves at least as fast as the coupling asks.",
            ),
            Substitute(
                using="A.velocity-at-gap",
                part=2,
                to=equal(name, least + rest / (eta * gap_kernel**2)),
                says="Half the gap of the decay rates.",
            ),
            Bound(to=sp.Ge(name, least), certificate=rest / (eta * gap_kernel**2), says="Leave the rest."),
        ),
        part=part,
    )


_least_f, _least_2 = w / (sp.sqrt(2) * w_c), w / (2 * w_c)
ADIABATIC = Statement(
    id="S5.cone-adiabatic",
    kind=Kind.THEOREM,
    title="𝒜 below the value of two modes keeps the residual in its cone",
    says="w/w_c is at most √2𝒜 in the Frobenius and 2𝒜 in the spectral norm. So 𝒜 ≤ 1/√2, or 1/2, with the "
    "gap between the groups, suffices for S5.cone, for any number of modes; and then P ≤ √2𝒜, or 2𝒜.",
    content=(sp.Ge(A_f, _least_f), sp.Ge(A_2, _least_2)),
    source=project("section on 𝒜: n modes; two modes show that the constants cannot be better"),
    refuted_if="Integrated modes with a smaller 𝒜 that leave the cone.",
    uses=("A.velocity-at-gap",),
    derivations=(
        _norm(0, A_f, speed_f, sp.sqrt(2) * w, rest_f, _least_f),
        _norm(1, A_2, speed_2, w, rest_2, _least_2),
    ),
)

STATEMENTS = (AT_GAP, ADIABATIC)
