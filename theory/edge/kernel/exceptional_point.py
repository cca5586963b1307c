"""Two modes that turn steadily: the rates of the generator −(ηΛ + Ω), and where they meet.

Symbols: ``γ`` is the mean of the two decay rates and ``w_c`` half their difference; mode 1 decays faster.
A solution proportional to ``e^{st}`` has the amplitudes ``(1, q)``: s is its growth rate, q its slope.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Identity, Rearrange, Solve, Start, Substitute
from ...statement import Kind, Statement
from ...units import ONE
from ..adiabatic.adiabatic_units import gap_kernel
from ..notation import NOTATION, eta, t
from ..relations import equal, rate_of
from ..sources import project
from .kernel_speed import w
from .rotating_kernel import PER_TIME, c, value
from .three_mode_frame import T_12, T_13, T_23

_s = NOTATION.symbol

gamma = _s("gamma", PER_TIME, "mean of the decay rates of the two modes", positive=True)
w_c = _s("w_c", PER_TIME, "half the difference of the decay rates of the two modes", positive=True)
growth = _s("s_K", PER_TIME, "growth rate of a solution proportional to an exponential", "s")
slope = _s("q_s", ONE, "second over first amplitude of such a solution", "q")
overlap = _s("o_K", ONE, "cosine of the angle between the two exponential solutions", "o", nonnegative=True)
mixing = _s("P_mix", ONE, "mixing of two slowly turning modes", "P", positive=True)


_c1, _c2 = c(1, t), c(2, t)
_first_0, _second_0 = value(1, 0), value(2, 0)

RATES = Statement(
    id="D.two-rates",
    kind=Kind.DEFINITION,
    title="Mean and half difference of the two decay rates",
    says="The decay rates are the learning rate times the eigenvalues; half their difference is ηg/2.",
    content=(
        equal(_first_0, (gamma + w_c) / eta),
        equal(_second_0, (gamma - w_c) / eta),
        equal(gap_kernel, 2 * w_c / eta),
    ),
    source=project("definition; the third relation is the difference of the first two"),
    uses=("D.rotation-rate",),
)
_flow_1 = -(gamma + w_c) * _c1 + w * _c2
_flow_2 = -(gamma - w_c) * _c2 - w * _c1


def _two(k: int, third: sp.Expr, flow: sp.Basic) -> Derivation:
    """From three modes to two that turn steadily, for mode k."""
    own, other, sign = (_c1, _c2, 1) if k == 1 else (_c2, _c1, -1)

    def claim(rate: sp.Expr, turning: sp.Expr) -> sp.Basic:
        return equal(rate_of(own), -eta * rate * own + sign * turning * other)

    return Derivation(
        (
            Start(
                using="S5.frame-three",
                part=k - 1,
                to=equal(rate_of(own), -eta * value(k, t) * own + sign * T_12(t) * other + third * c(3, t)),
                says=f"Mode {k} of three.",
            ),
            Substitute(
                using="A.two-modes", part=k - 1, to=claim(value(k, t), T_12(t)), says="Mode 3 stays away."
            ),
            Substitute(using="A.steady", to=claim(value(k, t), T_12(0)), says="The rotation is steady."),
            Substitute(using="D.rotation-rate", to=claim(value(k, t), w), says="Name its rate."),
            Substitute(using="A.steady", part=k, to=claim(value(k, 0), w), says="So is the eigenvalue."),
            Substitute(using="D.two-rates", part=k - 1, to=flow, says="Name the decay rate."),
        ),
        part=k - 1,
        scope="n = 2",
    )


TWO = Statement(
    id="S5.two-modes",
    kind=Kind.THEOREM,
    title="Two modes that turn steadily",
    says="The generator has minus the decay rates γ ± w_c on its diagonal, and ± w off it.",
    content=(equal(rate_of(_c1), _flow_1), equal(rate_of(_c2), _flow_2)),
    source=project("section on 𝒜: two modes"),
    refuted_if="Amplitudes of an integrated rotating kernel leave this flow.",
    derivations=(
        _two(1, T_13(t), equal(rate_of(_c1), _flow_1)),
        _two(2, T_23(t), equal(rate_of(_c2), _flow_2)),
    ),
)

EXPONENTIAL = Statement(
    id="D.exponential",
    kind=Kind.DEFINITION,
    title="Growth rate and slope of an exponential solution",
    says="Amplitudes (1, q)·exp(st) satisfy both flows: (1, q) is an eigenvector of the generator.",
    content=(
        equal(slope, (growth + gamma + w_c) / w),
        equal(growth * slope, -(gamma - w_c) * slope - w),
        equal(growth, w * slope - gamma - w_c),
    ),
    source=project("definition: S5.two-modes at c₁ = exp(st), c₂ = q exp(st); the first flow is given twice"),
    uses=("S5.two-modes",),
    witness={
        w: sp.Integer(3),
        w_c: sp.Integer(5),
        slope: sp.Integer(3),
        gamma: sp.Integer(10),
        growth: sp.Integer(-6),
    },
)
_square = equal((growth + gamma) ** 2, w_c**2 - w**2)
_first = (growth + gamma + w_c) / w
EIGENVALUES = Statement(
    id="S5.rates",
    kind=Kind.THEOREM,
    title="Growth rates of two turning modes",
    says="The squared distance of a growth rate from −γ is w_c² − w².",
    content=(_square,),
    source=project("section on 𝒜: eigenvalues of the generator"),
    refuted_if="Eigenvalues of the 2 × 2 generator do not satisfy it.",
    uses=("D.exponential",),
    derivations=(
        Derivation(
            (
                Start(using="D.exponential", part=1, to=EXPONENTIAL.content[1], says="The second flow."),
                Substitute(
                    using="D.exponential",
                    to=equal(growth * _first, -(gamma - w_c) * _first - w),
                    says="Put in the slope from the first.",
                ),
                Rearrange(times=w, to=_square, says="Multiply by w; complete the square."),
            )
        ),
    ),
)
_root = sp.sqrt(w_c**2 - w**2)
BELOW = Statement(
    id="S5.below",
    kind=Kind.THEOREM,
    title="Slow rotation: two real decay rates",
    says="While w < w_c, both growth rates are real, symmetric about the mean.",
    content=(sp.Or(equal(growth, -gamma + _root), equal(growth, -gamma - _root)),),
    hypotheses=(sp.Lt(w, w_c),),
    source=project("section on 𝒜: below the exceptional point"),
    refuted_if="A generator with w < w_c and a complex eigenvalue.",
    uses=("D.exponential",),
    derivations=(
        Derivation(
            (
                Start(using="S5.rates", to=_square, says="The squared distance from the mean."),
                Solve(
                    unknown=growth,
                    to=sp.Or(equal(growth, -gamma + _root), equal(growth, -gamma - _root)),
                    says="Both roots.",
                ),
            )
        ),
    ),
)
_polynomial = (growth + gamma) ** 2 - (w_c**2 - w**2)
ABOVE = Statement(
    id="S5.above",
    kind=Kind.THEOREM,
    title="Fast rotation: no real decay rate",
    says="While w > w_c, the characteristic polynomial is positive at every real growth rate: the two rates "
    "are a complex pair with the common real part −γ.",
    content=(sp.Gt(_polynomial, 0),),
    hypotheses=(sp.Gt(w, w_c),),
    source=project("section on 𝒜: above the exceptional point"),
    refuted_if="A generator with w > w_c and a real eigenvalue.",
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_polynomial, (growth + gamma) ** 2 + (w - w_c) * (w + w_c)),
                    says="Factor the difference.",
                ),
                Bound(
                    to=sp.Gt(_polynomial, 0),
                    certificate=(growth + gamma) ** 2 + (w - w_c) * (w + w_c),
                    says="A square, and a product of positive numbers.",
                ),
            )
        ),
    ),
)

_slope_equation = equal(w * slope**2 + w, 2 * w_c * slope)
SLOPE_EQUATION = Statement(
    id="S5.slope-equation",
    kind=Kind.THEOREM,
    title="Slopes of the exponential solutions",
    says="The slopes are the roots of w q² − 2w_c q + w.",
    content=(_slope_equation,),
    source=project("section on 𝒜: eigenvectors of the generator"),
    refuted_if="Eigenvectors of the 2 × 2 generator have other slopes.",
    uses=("D.exponential",),
    derivations=(
        Derivation(
            (
                Start(using="D.exponential", part=1, to=EXPONENTIAL.content[1], says="The second flow."),
                Substitute(
                    using="D.exponential",
                    part=2,
                    to=equal((w * slope - gamma - w_c) * slope, -(gamma - w_c) * slope - w),
                    says="Put in the growth rate from the first.",
                ),
                Rearrange(to=_slope_equation, says="Collect the powers of the slope."),
            )
        ),
    ),
)
MIXING = Statement(
    id="D.mixing",
    kind=Kind.DEFINITION,
    title="The mixing of two slowly turning modes",
    says="The number P with w_c/w = (P + 1/P)/2. It is real for w ≤ w_c only; P ≤ 1 is the smaller solution, "
    "(w_c − √(w_c² − w²))/w.",
    content=(equal(w_c, w * (mixing + 1 / mixing) / 2),),
    source=project("definition"),
)
_both = sp.Or(equal(slope, mixing), equal(slope, 1 / mixing))
SLOPES = Statement(
    id="S5.slopes",
    kind=Kind.THEOREM,
    title="The two solutions mix the two modes to the same extent",
    says="The slopes are P and 1/P: the fast solution has P of mode 2 in it, the slow one P of mode 1.",
    content=(_both,),
    source=project("section on 𝒜: eigenvectors of the generator below the exceptional point"),
    refuted_if="Eigenvectors of the 2 × 2 generator have other slopes.",
    uses=("D.exponential",),
    derivations=(
        Derivation(
            (
                Start(
                    using="S5.slope-equation",
                    to=_slope_equation,
                    says="The quadratic equation of the slopes.",
                ),
                Substitute(
                    using="D.mixing",
                    to=equal(w * slope**2 + w, w * (mixing + 1 / mixing) * slope),
                    says="Put in the mixing.",
                ),
                Solve(unknown=slope, to=_both, says="Both roots."),
            )
        ),
    ),
)
_cosine = (1 + mixing * (1 / mixing)) ** 2 / ((1 + mixing**2) * (1 + 1 / mixing**2))
OVERLAP = Statement(
    id="D.overlap",
    kind=Kind.DEFINITION,
    title="Overlap of the two exponential solutions",
    says="The squared cosine of the angle between the amplitudes (1, P) and (1, 1/P).",
    content=(equal(overlap**2, _cosine),),
    source=project("definition"),
    uses=("S5.slopes",),
)
IDENTITY_LOST = Statement(
    id="S5.overlap",
    kind=Kind.THEOREM,
    title="How far two modes have lost their identity",
    says="The cosine between the two exponential solutions is w/w_c: 0 without rotation, 1 where they meet.",
    content=(equal(overlap**2, w**2 / w_c**2),),
    source=project("section on 𝒜: identity of the modes below the exceptional point"),
    refuted_if="Eigenvectors of the 2 × 2 generator have another overlap.",
    uses=("D.overlap",),
    derivations=(
        Derivation(
            (
                Start(using="D.overlap", to=equal(overlap**2, _cosine), says="The definition."),
                Substitute(
                    using="D.mixing",
                    to=equal(overlap**2, w**2 / w_c**2),
                    says="The mixing is a function of w/w_c.",
                ),
            )
        ),
    ),
)


STATEMENTS = (
    RATES, TWO, EXPONENTIAL, EIGENVALUES, BELOW, ABOVE, SLOPE_EQUATION, MIXING, SLOPES, OVERLAP,
    IDENTITY_LOST,
)  # fmt: skip
