"""AX3, the boundary: when the largest ratio and the largest difference lie at the same position.

With a window of two updates there is one position, and nothing to choose. In general the largest ratio wins
against every position below it; only those above can have a larger difference. So the two agree where k* = 1,
and wherever the spectrum above the gap is no wider than the gap. No size of the ratio is enough by itself.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Identity
from ...statement import Kind, Statement
from ...units import ONE, THETA
from ..notation import NOTATION, sigma
from ..relations import equal
from ..sources import project, thesis
from .gap_maximality import gap_here, gap_there, ratio_here, ratio_there, spectrum

_s = NOTATION.symbol

above = _s("lambda_top", THETA**2, "eigenvalue just above the largest ratio", r"\lambda_{k}", positive=True)
below = _s(
    "lambda_low", THETA**2, "eigenvalue just above a position further down", r"\lambda_{j}", positive=True
)
over = _s(
    "D_over",
    THETA**2,
    "largest eigenvalue less the one above a position",
    r"\lambda_1-\lambda_j",
    nonnegative=True,
)
under = _s(
    "D_under",
    THETA**2,
    "eigenvalue below that position less the one above the gap",
    r"\lambda_{j+1}-\lambda_k",
    nonnegative=True,
)
scale = _s("u_scale", THETA, "scale of a spectrum", "u", positive=True)
big = _s("R_big", ONE, "a ratio as large as one likes", "R", positive=True)


_ordered = (sp.Gt(above, below), sp.Ge(ratio_here, ratio_there), sp.Gt(ratio_there, 1))
_gap_top, _gap_low = above * (1 - 1 / ratio_here), below * (1 - 1 / ratio_there)
_slack = below * (ratio_here - ratio_there) / (ratio_here * ratio_there)
_gain = (above - below) * (ratio_here - 1) / ratio_here + _slack


def _rows(eigenvalue: sp.Expr, rho: sp.Expr) -> sp.Expr:
    return eigenvalue * (rho - 1) ** 2 / (rho * (rho + 1))


_rows_gain = (above - below) * (ratio_here - 1) ** 2 / (ratio_here * (ratio_here + 1)) + below * (
    ratio_here - ratio_there
) * (3 * ratio_here * ratio_there - ratio_here - ratio_there - 1) / (
    ratio_here * ratio_there * (ratio_here + 1) * (ratio_there + 1)
)

BELOW = Statement(
    id="AX3.below",
    kind=Kind.THEOREM,
    title="The largest ratio wins against every position below it",
    says="Where a position has at least the ratio of another one further down, it has the larger "
    "difference of eigenvalues, and the larger gap for noise on the rows. So where k* = 1 all kinds of "
    "perturbation agree.",
    content=(sp.Gt(_gap_top, _gap_low), sp.Gt(_rows(above, ratio_here), _rows(below, ratio_there))),
    hypotheses=_ordered,
    source=project("repair of AX3: a condition under which it holds for every kind of perturbation"),
    refuted_if="A spectrum whose largest ratio is the first but not its largest difference.",
    amends="AX3",
    repair="The claim is made against positions below k* only.",
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_gap_top, _gap_low + _gain), says="A difference is eigenvalue times 1 − 1/ratio."
                ),
                Bound(to=sp.Gt(_gap_top, _gap_low), certificate=_gain, says="Both terms are of one sign."),
            ),
            part=0,
        ),
        Derivation(
            (
                Identity(
                    to=equal(_rows(above, ratio_here), _rows(below, ratio_there) + _rows_gain),
                    says="The gap for the rows is the eigenvalue times a function of the ratio.",
                ),
                Bound(
                    to=sp.Gt(_rows(above, ratio_here), _rows(below, ratio_there)),
                    certificate=_rows_gain,
                    says="Both terms are of one sign again.",
                ),
            ),
            part=1,
        ),
    ),
)
_more = over + gap_there + under
_rest = gap_here - gap_there

ABOVE = Statement(
    id="AX3.above",
    kind=Kind.THEOREM,
    title="Against positions above it, the largest ratio wins where its gap is wider than all that lies "
    "above",
    says="Where the difference of eigenvalues at the gap exceeds the spread of the eigenvalues above it, "
    "it exceeds every difference up there. For k* = 2 this is also necessary, for there is one difference "
    "above.",
    content=(sp.Gt(gap_here, gap_there),),
    hypotheses=(sp.Gt(gap_here, _more),),
    source=project("repair of AX3: with AX3.below the boundary between ratio and difference"),
    refuted_if="A spectrum with a gap wider than all that lies above, and a wider difference up there.",
    amends="AX3",
    repair="The gap must dominate the spread of the eigenvalues above it.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(gap_here, gap_there + _rest), says="The spread has three parts."),
                Bound(to=sp.Gt(gap_here, gap_there), certificate=_rest, says="None of them is negative."),
            )
        ),
    ),
)
_first, _second = 8 * scale**2, scale**2 * (1 - 1 / big**2)

NO_THRESHOLD = Statement(
    id="AX3.no-threshold",
    kind=Kind.THEOREM,
    title="No ratio is large enough by itself",
    says="The spectrum 3, 1, 1/R has its largest ratio, R, at the second position for every R above 3; "
    "its largest difference of eigenvalues is the first, by more than 7 to 1.",
    content=(sp.Gt(_first, 7 * _second),),
    hypotheses=(sp.Gt(big, 3),),
    source=project("a family of counterexamples to AX3 for noise on S"),
    refuted_if="An R for which the second difference is the larger one.",
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_first, 7 * _second + scale**2 * (1 + 7 / big**2)),
                    says="Differences of the squares 9, 1 and 1/R².",
                ),
                Bound(
                    to=sp.Gt(_first, 7 * _second),
                    certificate=scale**2 * (1 + 7 / big**2),
                    says="What is left is positive.",
                ),
            )
        ),
    ),
)
UNIQUE = Statement(
    id="AX3.unique",
    kind=Kind.THEOREM,
    title="k* is unique",
    says="A position whose ratio no other exceeds is the only such position; here the first of three modes.",
    content=(sp.Gt(sigma(1) / sigma(2), sigma(2) / sigma(3)),),
    hypotheses=(sp.Ge(sigma(1) / sigma(2), sigma(2) / sigma(3)),),
    source=thesis("AX3: k* is the unique dynamically privileged position"),
    refuted_if="A spectrum with two largest ratios.",
    counterexample=Counterexample(
        "Singular values 4, 2, 1: both ratios are 2, and k* is both 1 and 2.", spectrum(4, 2, 1)
    ),
)
UNIQUE_AMENDED = Statement(
    id="AX3.unique-amended",
    kind=Kind.THEOREM,
    title="At a tie, the upper position is the more stable one",
    says="Of two positions with the same ratio, the upper one has the larger difference of eigenvalues, "
    "by as much as the eigenvalues themselves differ; a distortion of directions or times cannot tell "
    "them apart.",
    content=(equal(_gap_top - below * (1 - 1 / ratio_here), (above - below) * (1 - 1 / ratio_here)),),
    source=project("repair of AX3.unique"),
    refuted_if="A step of its derivation fails.",
    amends="AX3.unique",
    repair="Where there are ties, k* is a set of positions.",
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_gap_top - below * (1 - 1 / ratio_here), (above - below) * (1 - 1 / ratio_here)),
                    says="Both differences are eigenvalue times 1 − 1/ratio.",
                ),
            )
        ),
    ),
)

STATEMENTS = (BELOW, ABOVE, NO_THRESHOLD, UNIQUE, UNIQUE_AMENDED)
