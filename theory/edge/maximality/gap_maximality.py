"""F6 and AX3: which top-k subspace is the most stable one?

The source defines k* by the largest ratio of neighbouring singular values, and measures stability by a
difference. The two need not agree, and which of them is right depends on the kind of perturbation:

* added to S: the largest difference of eigenvalues decides;
* added to the rows of X: the largest difference of singular values, but for a factor √2;
* a distortion of the directions or of the times: the largest ratio.

:mod:`.agreement` says when all of them choose the same position, :mod:`.subspace_rotation` what becomes of
this when all modes, and not only the two neighbours, are counted.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Identity
from ...statement import Kind, Source, Statement
from ...units import ONE, THETA
from ..notation import NOTATION, sigma
from ..relations import equal
from ..sources import project, thesis
from .pair_rotation import sig_k, sig_l

_s = NOTATION.symbol

C_stab = _s("C_stab", ONE, "the source's constant in front of the squared perturbation", "C", positive=True)
added_to_gram = _s("E_S", THETA**2, "norm of a perturbation of S", r"\Vert\Delta S\Vert", positive=True)
added_to_rows = _s("E_X", THETA, "norm of a perturbation of X", r"\Vert\Delta X\Vert", positive=True)
gap_here = _s(
    "Delta_k", THETA**2, "difference of the eigenvalues at one position", r"\Delta_k", positive=True
)
gap_there = _s("Delta_j", THETA**2, "that at another position", r"\Delta_j", positive=True)
ratio_here = _s("rho_k", ONE, "ratio of the eigenvalues at one position", r"\rho_k", positive=True)
ratio_there = _s("rho_j", ONE, "that at another position", r"\rho_j", positive=True)


def _stability(noise: sp.Expr, gap: sp.Expr) -> sp.Expr:
    return 1 - C_stab * noise**2 / gap**2


def difference(position: int) -> sp.Expr:
    """λ_k − λ_{k+1} of the singular values σ(1), σ(2), …"""
    return sigma(position) ** 2 - sigma(position + 1) ** 2


def by_ratio(larger: int, smaller: int) -> sp.Basic:
    """The ratio at position ``larger`` exceeds that at position ``smaller``."""
    return sp.Gt(sigma(larger) / sigma(larger + 1), sigma(smaller) / sigma(smaller + 1))


def spectrum(*values: int) -> dict[sp.Expr, sp.Expr]:
    """Singular values in falling order, as values of a counterexample."""
    return {sigma(position): sp.Integer(value) for position, value in enumerate(values, start=1)}


F6 = Statement(
    id="F6",
    kind=Kind.THEOREM,
    title="The largest ratio gives the most stable subspace",
    says="With stability one less C times the squared perturbation over the squared difference of "
    "eigenvalues, the position of the largest ratio is the most stable one; here for three modes, whose "
    "larger ratio is the second.",
    content=(sp.Gt(_stability(added_to_gram, difference(2)), _stability(added_to_gram, difference(1))),),
    hypotheses=(by_ratio(2, 1),),
    source=thesis("gap maximality, with the stability coefficient of Davis and Kahan"),
    refuted_if="A spectrum whose largest ratio and largest difference lie at different positions.",
    counterexample=Counterexample(
        "Singular values 10, 6, 3: the ratios are 5/3 and 2, the differences of the eigenvalues 100 − 36 "
        "= 64 and 36 − 9 = 27. The second position has the larger ratio, the first the larger stability.",
        {**spectrum(10, 6, 3), C_stab: sp.Integer(1), added_to_gram: sp.Integer(1)},
    ),
)
F6_SINGULAR = Statement(
    id="F6.singular",
    kind=Kind.THEOREM,
    title="The same, with the gap between singular values",
    says="With a perturbation of X and the difference of singular values in the stability, the position "
    "of the largest ratio is the most stable one.",
    content=(
        sp.Gt(_stability(added_to_rows, sigma(2) - sigma(3)), _stability(added_to_rows, sigma(1) - sigma(2))),
    ),
    hypotheses=(by_ratio(2, 1),),
    source=thesis("gap maximality, with the gap as the source defines it: a difference of singular values"),
    refuted_if="A spectrum whose largest ratio and largest difference lie at different positions.",
    counterexample=Counterexample(
        "Singular values 10, 6, 3 again: ratios 5/3 and 2, differences 4 and 3.",
        {**spectrum(10, 6, 3), C_stab: sp.Integer(1), added_to_rows: sp.Integer(1)},
    ),
)
_here, _there = _stability(added_to_gram, gap_here), _stability(added_to_gram, gap_there)
_excess = (
    C_stab * added_to_gram**2 * (gap_here - gap_there) * (gap_here + gap_there) / (gap_here**2 * gap_there**2)
)

F6_AMENDED = Statement(
    id="F6-amended",
    kind=Kind.THEOREM,
    title="Added to S: the largest difference decides",
    says="With the source's own stability, of any two positions of any spectrum the one with the larger "
    "difference of eigenvalues is the more stable.",
    content=(sp.Gt(_here, _there),),
    hypotheses=(sp.Gt(gap_here, gap_there),),
    source=project("repair of F6"),
    refuted_if="A step of its derivation fails.",
    amends="F6",
    repair="The largest difference stands in place of the largest ratio.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(_here, _there + _excess), says="The difference of the two stabilities."),
                Bound(to=sp.Gt(_here, _there), certificate=_excess, says="It is positive."),
            )
        ),
    ),
)
_g = sig_k - sig_l
_rows_gap = (sig_k**2 - sig_l**2) ** 2 / (sig_k**2 + sig_l**2)
_cross = 2 * sig_k * sig_l * _g**2 / (sig_k**2 + sig_l**2)
_square = _g**4 / (sig_k**2 + sig_l**2)

ROWS = Statement(
    id="AX3.rows",
    kind=Kind.THEOREM,
    title="Added to the rows of X: the difference of singular values decides, but for √2",
    says="The gap that belongs to noise on the rows lies between the difference of the singular values "
    "and √2 times it; so a position whose difference is √2 times another's is the more stable of the two.",
    content=(sp.Ge(_rows_gap, _g**2), sp.Le(_rows_gap, 2 * _g**2)),
    source=project("repair of AX3 for noise on the rows; the gap is that of F6.largest-element"),
    refuted_if="A pair of singular values outside these bounds.",
    amends="AX3",
    repair="For noise on the rows of X the difference of singular values stands in place of their ratio.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(_rows_gap, _g**2 + _cross), says="The squared difference comes out."),
                Bound(to=sp.Ge(_rows_gap, _g**2), certificate=_cross, says="Leave out what is positive."),
            ),
            part=0,
        ),
        Derivation(
            (
                Identity(
                    to=equal(_rows_gap, 2 * _g**2 - _square),
                    says="Twice the squared difference, less a rest.",
                ),
                Bound(to=sp.Le(_rows_gap, 2 * _g**2), certificate=_square, says="Leave the rest out."),
            ),
            part=1,
        ),
    ),
)


def _directions(rho: sp.Expr) -> sp.Expr:
    return (rho - 1) ** 2 / (rho**2 + 1)


def _times(rho: sp.Expr) -> sp.Expr:
    return (rho - 1) ** 2 / rho


_apart = (ratio_here - ratio_there) * (ratio_here * ratio_there - 1)
_more_directions = 2 * _apart / ((ratio_here**2 + 1) * (ratio_there**2 + 1))
_more_times = _apart / (ratio_here * ratio_there)

RELATIVE = Statement(
    id="AX3.relative",
    kind=Kind.THEOREM,
    title="Distortion of directions or times: the largest ratio decides",
    says="For a perturbation relative to X, of any two positions of any spectrum the one with the larger "
    "ratio has the larger gap of the kind that belongs to it, and so the more stable subspace.",
    content=(
        sp.Gt(_directions(ratio_here), _directions(ratio_there)),
        sp.Gt(_times(ratio_here), _times(ratio_there)),
    ),
    hypotheses=(sp.Gt(ratio_here, ratio_there), sp.Gt(ratio_there, 1)),
    source=Source(
        "R.-C. Li, Relative perturbation theory II, SIAM J. Matrix Anal. Appl. 20 (1998)",
        "relative gaps; that they grow with the ratio is shown here",
    ),
    refuted_if="Two ratios above one in the other order.",
    amends="AX3",
    repair="What is claimed of every perturbation holds of those that are relative to X.",
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_directions(ratio_here), _directions(ratio_there) + _more_directions),
                    says="Squared difference of the eigenvalues over the sum of their squares.",
                ),
                Bound(
                    to=sp.Gt(_directions(ratio_here), _directions(ratio_there)),
                    certificate=_more_directions,
                    says="Both factors are positive: both ratios exceed one.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Identity(
                    to=equal(_times(ratio_here), _times(ratio_there) + _more_times),
                    says="Squared difference of the eigenvalues over their product.",
                ),
                Bound(
                    to=sp.Gt(_times(ratio_here), _times(ratio_there)),
                    certificate=_more_times,
                    says="Both factors are positive again.",
                ),
            ),
            part=1,
        ),
    ),
)


def _rows(position: int) -> sp.Expr:
    return difference(position) ** 2 / (sigma(position) ** 2 + sigma(position + 1) ** 2)


AX3 = Statement(
    id="AX3",
    kind=Kind.THEOREM,
    title="Gap maximality, as the source has it",
    says="The position of the largest ratio is the most stable one whatever perturbs the window, with no "
    "assumption on the optimizer; here for four modes, whose largest ratio is the third, against noise on "
    "S and on the rows.",
    content=(
        sp.Gt(difference(3), difference(1)),
        sp.Gt(_rows(3), _rows(2)),
    ),
    hypotheses=(by_ratio(3, 1), by_ratio(3, 2)),
    source=thesis(
        "AX3: k* is the unique dynamically privileged position, with no assumption on the optimizer"
    ),
    refuted_if="A spectrum in which the kinds of perturbation choose different positions.",
    counterexample=Counterexample(
        "Singular values 11, 8, 4, 1 have the ratios 11/8, 2, 4: the third is the largest. The "
        "eigenvalues differ by 57, 48, 15: for noise on S the first position is the most stable. For "
        "noise on the rows the squared gaps are 57²/185 = 17.6, 48²/80 = 28.8, 15²/17 = 13.2: the second "
        "is. Each kind chooses a position of its own, and does so too when all pairs are counted (D.turn).",
        spectrum(11, 8, 4, 1),
    ),
)

STATEMENTS = (F6, F6_SINGULAR, F6_AMENDED, AX3, ROWS, RELATIVE)
