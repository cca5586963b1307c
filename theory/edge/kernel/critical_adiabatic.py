"""The value of 𝒜 at which two turning modes lose their identity: a number, and one for each norm."""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Derivation, Start, Substitute
from ...statement import Kind, Statement
from ...units import ONE
from ..adiabatic.adiabatic_units import A_v1, gap_kernel, kernel_speed
from ..notation import NOTATION, eta
from ..relations import equal
from ..sources import project, thesis
from .exceptional_point import gamma, growth, slope, w_c
from .kernel_speed import SPEED, speed_1, speed_2, speed_f, w

_s = NOTATION.symbol

A_f = _s("A_F", ONE, "𝒜 in the Frobenius norm", r"\mathcal{A}_F", nonnegative=True)
A_2 = _s("A_2", ONE, "𝒜 in the spectral norm", r"\mathcal{A}_2", nonnegative=True)
A_1 = _s("A_1", ONE, "𝒜 in the nuclear norm", r"\mathcal{A}_1", nonnegative=True)
drift_1 = _s("drift_1", SPEED, "rate of the first eigenvalue of the kernel", r"\dot{\Lambda}_1")
drift_2 = _s("drift_2", SPEED, "rate of the second eigenvalue of the kernel", r"\dot{\Lambda}_2")

_half = sp.Rational(1, 2)


def _in_norm(name: sp.Expr, speed: sp.Expr, part: int, size: sp.Expr, reached: sp.Basic) -> Derivation:
    return Derivation(
        (
            Start(
                using="S5.v1",
                where={A_v1: name, kernel_speed: speed},
                to=equal(name, speed / (eta * gap_kernel**2)),
                says="The definition of 𝒜 in this norm.",
            ),
            Substitute(
                using="D.velocity-norms",
                part=part,
                to=equal(name, size / (eta * gap_kernel)),
                says="The speed of the rotating kernel.",
            ),
            Substitute(using="D.two-rates", part=2, to=reached, says="The gap is 2w_c/η."),
        ),
        part=part,
    )


_values = (w / (sp.sqrt(2) * w_c), w / (2 * w_c), w / w_c)
_in_norms = tuple(equal(a, v) for a, v in zip((A_f, A_2, A_1), _values, strict=True))
IN_NORMS = Statement(
    id="S5.adiabatic-norms",
    kind=Kind.THEOREM,
    title="𝒜 of two turning modes in three norms",
    says="In each norm 𝒜 is a fixed multiple of w/w_c, the overlap of the two solutions.",
    content=_in_norms,
    source=project("section on 𝒜: two modes, in each norm"),
    refuted_if="𝒜 computed from a rotating kernel differs.",
    uses=("D.velocity-norms",),
    amends="S5.fast-kernel",
    repair="Only that part of K̇ counts which turns the modes: the eigenvalues are at rest, or their motion "
    "is taken out of K̇ first.",
    derivations=(
        _in_norm(A_f, speed_f, 0, sp.sqrt(2) * w, _in_norms[0]),
        _in_norm(A_2, speed_2, 1, w, _in_norms[1]),
        _in_norm(A_1, speed_1, 2, 2 * w, _in_norms[2]),
    ),
)
CRITICAL = Statement(
    id="A.critical-rotation",
    kind=Kind.ASSUMPTION,
    title="The exceptional point",
    says="The rotation rate at which the two growth rates, and the two solutions, become one: half the "
    "difference of the decay rates, |w| = η(Λ₁ − Λ₂)/2.",
    content=(equal(w, w_c),),
    source=project("definition: the boundary between S5.below and S5.above"),
    uses=("S5.below", "S5.above"),
    witness={
        w: sp.Integer(5),
        w_c: sp.Integer(5),
        slope: sp.Integer(1),
        gamma: sp.Integer(10),
        growth: sp.Integer(-10),
    },
)


def _critical(part: int, name: sp.Expr, number: sp.Expr) -> Derivation:
    steps = (
        Start(using="S5.adiabatic-norms", part=part, to=_in_norms[part], says="𝒜 in this norm."),
        Substitute(using="A.critical-rotation", to=equal(name, number), says="At the exceptional point."),
    )
    return Derivation(steps)


CRITICAL_F = Statement(
    id="S5.critical-f",
    kind=Kind.THEOREM,
    title="𝒜 at the exceptional point, Frobenius norm",
    says="Two modes lose their identity at 𝒜 = 1/√2 in the Frobenius norm.",
    content=(equal(A_f, 1 / sp.sqrt(2)),),
    source=project("the source's 𝒜 ~ 1 as a number, for two modes that turn steadily"),
    refuted_if="Eigenvalues of the 2 × 2 generator become complex at another 𝒜.",
    uses=("A.critical-rotation",),
    amends="S5.one-f",
    repair="The norm is fixed, and with it the number: 1/√2.",
    derivations=(_critical(0, A_f, 1 / sp.sqrt(2)),),
)
CRITICAL_2 = Statement(
    id="S5.critical-2",
    kind=Kind.THEOREM,
    title="𝒜 at the exceptional point, spectral norm",
    says="Two modes lose their identity at 𝒜 = 1/2 in the spectral norm.",
    content=(equal(A_2, _half),),
    source=project("the source's 𝒜 ~ 1 as a number, for two modes that turn steadily"),
    refuted_if="Eigenvalues of the 2 × 2 generator become complex at another 𝒜.",
    uses=("A.critical-rotation",),
    amends="S5.one-2",
    repair="The norm is fixed, and with it the number: 1/2.",
    derivations=(_critical(1, A_2, _half),),
)
CRITICAL_1 = Statement(
    id="S5.one-1",
    kind=Kind.THEOREM,
    title="The transition is at 𝒜 = 1, with the nuclear norm",
    says="At the exceptional point of two modes, 𝒜 in the nuclear norm is one.",
    content=(equal(A_1, 1),),
    source=thesis("𝒜 ~ 1 at a phase transition, read as an equality with the nuclear norm", "v1"),
    refuted_if="Eigenvalues of the 2 × 2 generator become complex at another 𝒜.",
    uses=("A.critical-rotation",),
    derivations=(_critical(2, A_1, sp.Integer(1)),),
)


def _at_one(identifier: str, norm: str, name: sp.Expr, value_of: sp.Expr, number: sp.Expr) -> Statement:
    return Statement(
        id=identifier,
        kind=Kind.THEOREM,
        title=f"The transition is at 𝒜 = 1, with the {norm} norm",
        says=f"At the exceptional point of two modes, 𝒜 in the {norm} norm is one.",
        content=(equal(name, 1),),
        hypotheses=(equal(name, value_of), equal(w, w_c)),
        source=thesis(f"𝒜 ~ 1 at a phase transition, read as an equality with the {norm} norm", "v1"),
        refuted_if="Exact numbers at which 𝒜 is another one.",
        counterexample=Counterexample(
            "Any kernel will do: with half difference of rates w_c = 1 and rotation rate w = 1 the two "
            "growth rates meet, and 𝒜 is another number.",
            {w: sp.Integer(1), w_c: sp.Integer(1), name: number},
        ),
    )


ONE_F = _at_one("S5.one-f", "Frobenius", A_f, _values[0], 1 / sp.sqrt(2))
ONE_2 = _at_one("S5.one-2", "spectral", A_2, _values[1], _half)

_squares = 2 * w**2 * gap_kernel**2 + drift_1**2 + drift_2**2
FAST_KERNEL = Statement(
    id="S5.fast-kernel",
    kind=Kind.THEOREM,
    title="A kernel that moves fast has lost the identity of its modes",
    says="If 𝒜 in the Frobenius norm exceeds 1/√2, the two modes turn faster than at the exceptional point.",
    content=(sp.Gt(w, w_c),),
    hypotheses=(
        equal(w_c, eta * gap_kernel / 2),
        equal(A_f**2 * eta**2 * gap_kernel**4, _squares),
        sp.Gt(A_f, 1 / sp.sqrt(2)),
    ),
    source=thesis("𝒜 by ‖K̇‖, when the eigenvalues of the kernel move as well", "v1"),
    refuted_if="Exact numbers with such an 𝒜 and a slow rotation.",
    counterexample=Counterexample(
        "Learning rate 1, gap 2 (so w_c = 1), rotation rate 1/100, eigenvalues that grow at the rates 8 and "
        "4: 𝒜² = (8/10000 + 80)/16 > 5, and the modes barely turn.",
        {eta: sp.Integer(1), gap_kernel: sp.Integer(2), w_c: sp.Integer(1), w: sp.Rational(1, 100)}
        | {drift_1: sp.Integer(8), drift_2: sp.Integer(4)}
        | {A_f: sp.sqrt((sp.Rational(8, 10000) + 80) / 16)},
    ),
)

STATEMENTS = (IN_NORMS, CRITICAL, CRITICAL_F, CRITICAL_2, CRITICAL_1, ONE_F, ONE_2, FAST_KERNEL)
