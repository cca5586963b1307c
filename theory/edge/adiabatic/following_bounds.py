"""How closely the residual follows a slowly turning mode: the mixing P as a function of 𝒜, with sharp bounds.

The mixing is the tangent of the angle at which the residual lags behind the slow mode. It lies between 𝒜 and
2𝒜 in the spectral norm; both constants are attained.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Expand, Rearrange, Rewrite, Solve, Start, Substitute
from ...statement import Kind, Statement
from ...units import ONE
from ..kernel.critical_adiabatic import A_2
from ..kernel.exceptional_point import mixing, overlap, w_c
from ..kernel.kernel_speed import w
from ..notation import NOTATION
from ..relations import equal
from ..sources import project, thesis

_s = NOTATION.symbol

A_any = _s("A_any", ONE, "any value of 𝒜 in the spectral norm", r"a", running=True, nonnegative=True)
lag = NOTATION.function("lag", ONE, "mixing as a function of 𝒜", "P")
slack = _s("slack_P", ONE, "one less the mixing", r"\bar{P}", nonnegative=True)


_by_mixing = equal(A_2, mixing / (1 + mixing**2))
BY_MIXING = Statement(
    id="S5.mixing-adiabatic",
    kind=Kind.THEOREM,
    title="𝒜 by the mixing",
    says="𝒜 in the spectral norm is P/(1 + P²): half the sine of twice the angle at which the residual lags.",
    content=(_by_mixing,),
    source=project("section on 𝒜: mode following"),
    refuted_if="The slope of the slow eigenvector of the 2 × 2 generator differs.",
    uses=("D.mixing",),
    derivations=(
        Derivation(
            (
                Start(
                    using="S5.adiabatic-norms", part=1, to=equal(A_2, w / (2 * w_c)), says="𝒜 of two modes."
                ),
                Substitute(using="D.mixing", to=_by_mixing, says="Put in w_c; the rotation rate cancels."),
            )
        ),
    ),
)
AT_LEAST = Statement(
    id="S5.follow-lower",
    kind=Kind.THEOREM,
    title="The residual lags at least by 𝒜",
    says="P ≥ 𝒜, with equality in the limit of small 𝒜.",
    content=(sp.Le(A_2, mixing),),
    source=project("section on 𝒜: bound on mode following, from below"),
    refuted_if="A slow eigenvector of the 2 × 2 generator with a smaller slope.",
    derivations=(
        Derivation(
            (
                Start(using="S5.mixing-adiabatic", to=_by_mixing, says="𝒜 by the mixing."),
                Bound(
                    to=sp.Le(A_2, mixing),
                    certificate=mixing**3 / (1 + mixing**2),
                    says="P − P/(1 + P²) is positive.",
                ),
            )
        ),
    ),
)
SLACK = Statement(
    id="D.mixing-slack",
    kind=Kind.DEFINITION,
    title="P is the smaller of the two solutions",
    says="P is at most one.",
    content=(equal(slack, 1 - mixing),),
    source=project("definition: which of the two numbers of D.mixing is meant"),
    uses=("D.mixing",),
)
_half = sp.Rational(1, 2)
AT_MOST = Statement(
    id="S5.follow-upper",
    kind=Kind.THEOREM,
    title="The residual lags at most by 2𝒜",
    says="P ≤ 2𝒜, with equality at the exceptional point (𝒜 = 1/2, P = 1): the constant 2 cannot be smaller.",
    content=(sp.Ge(A_2, mixing * _half),),
    source=project("section on 𝒜: bound on mode following, with the sharp constant"),
    refuted_if="A slow eigenvector of the 2 × 2 generator with a larger slope.",
    uses=("D.mixing-slack",),
    derivations=(
        Derivation(
            (
                Start(using="S5.mixing-adiabatic", to=_by_mixing, says="𝒜 by the mixing."),
                Rewrite(
                    to=equal(A_2, mixing / 2 + mixing * (1 - mixing) * (1 + mixing) / (2 * (1 + mixing**2))),
                    says="Take half of P out.",
                ),
                Substitute(
                    using="D.mixing-slack",
                    to=equal(A_2, mixing / 2 + mixing * slack * (1 + mixing) / (2 * (1 + mixing**2))),
                    says="One less P.",
                ),
                Bound(
                    to=sp.Ge(A_2, mixing * _half),
                    certificate=mixing * slack * (1 + mixing) / (2 * (1 + mixing**2)),
                    says="All factors are positive.",
                ),
            )
        ),
    ),
)
_small = sp.sqrt(1 - 4 * A_2**2)
_solved = sp.Or(equal(mixing, (1 + _small) / (2 * A_2)), equal(mixing, (1 - _small) / (2 * A_2)))
SOLVED = Statement(
    id="S5.mixing-solved",
    kind=Kind.THEOREM,
    title="The mixing by 𝒜",
    says="P is (1 − √(1 − 4𝒜²))/(2𝒜), and real for 𝒜 ≤ 1/2 only.",
    content=(_solved,),
    hypotheses=(sp.Gt(1 - 4 * A_2**2, 0),),
    source=project("section on 𝒜: fixed point of the ratio"),
    refuted_if="The slope of the slow eigenvector of the 2 × 2 generator differs.",
    derivations=(
        Derivation(
            (
                Start(using="S5.mixing-adiabatic", to=_by_mixing, says="𝒜 by the mixing."),
                Rearrange(
                    times=1 + mixing**2,
                    to=equal(A_2 * mixing**2 + A_2, mixing),
                    says="Multiply by the denominator.",
                ),
                Solve(unknown=mixing, to=_solved, says="Both roots; P is the smaller."),
            )
        ),
    ),
)
SMALLER = Statement(
    id="D.smaller-mixing",
    kind=Kind.DEFINITION,
    title="The smaller solution, without a division by 𝒜",
    says="(1 − √(1 − 4𝒜²))/(2𝒜) = 2𝒜/(1 + √(1 − 4𝒜²)).",
    content=(
        equal(mixing, 2 * A_2 / (1 + _small)),
        equal(lag(A_any), 2 * A_any / (1 + sp.sqrt(1 - 4 * A_any**2))),
    ),
    source=project("definition: which root of S5.mixing-solved is meant"),
    uses=("S5.mixing-solved",),
)
EXPANSION = Statement(
    id="S5.follow-expansion",
    kind=Kind.THEOREM,
    title="The lag for small 𝒜",
    says="P is 𝒜 with a remainder of third order: for small 𝒜 the residual lags by 𝒜.",
    content=(equal(mixing, lag(A_2)), equal(lag(A_any), A_any + sp.Order(A_any**3))),
    source=project("section on 𝒜: expansion, with the order of the remainder"),
    refuted_if="The slope of the slow eigenvector leaves it by more than the third order.",
    uses=("D.smaller-mixing",),
    derivations=(
        Derivation(
            (
                Start(using="D.smaller-mixing", to=SMALLER.content[0], says="The smaller solution."),
                Substitute(
                    using="D.smaller-mixing",
                    part=1,
                    where={A_any: A_2},
                    to=equal(mixing, lag(A_2)),
                    says="As a function of 𝒜.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Start(using="D.smaller-mixing", part=1, to=SMALLER.content[1], says="The same function."),
                Expand(by=A_any, to=equal(lag(A_any), A_any + sp.Order(A_any**3)), says="About 𝒜 = 0."),
            ),
            part=1,
        ),
    ),
)
PLATEAU = Statement(
    id="S5.plateau",
    kind=Kind.THEOREM,
    title="Plateau: while 𝒜 is small the modes keep their identity",
    says="The overlap of the two solutions is twice 𝒜 in the spectral norm: it measures how much of their "
    "identity two modes have lost.",
    content=(equal(overlap**2, 4 * A_2**2),),
    source=thesis("𝒜 ≪ 1: plateau, read as the identity of modes, in the rotating kernel", "v1"),
    refuted_if="Eigenvectors of the 2 × 2 generator have another overlap.",
    uses=("D.overlap",),
    amends="S5.plateau-loss",
    repair="What stands still on the side of small 𝒜 is the identity of the modes, and not the loss.",
    derivations=(
        Derivation(
            (
                Start(using="S5.overlap", to=equal(overlap**2, w**2 / w_c**2), says="The overlap."),
                Substitute(
                    using="S5.adiabatic-norms",
                    part=1,
                    to=equal(overlap**2, 4 * A_2**2),
                    says="𝒜 is w/(2w_c).",
                ),
            )
        ),
    ),
)

STATEMENTS = (BY_MIXING, AT_LEAST, SLACK, AT_MOST, SOLVED, SMALLER, EXPANSION, PLATEAU)
