"""W8: how many dimensions a relative guarantee of the gap takes, and what a sketch typically does instead."""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Expand, Identity, Start, Substitute
from ...statement import Kind, Statement
from ...units import ONE
from ..notation import NOTATION
from ..relations import equal
from ..sources import project
from .sketching import d_sketch, eps, exact_k, exact_l

_s = NOTATION.symbol

R_exact = _s("R_exact", ONE, "ratio of the two singular values at the gap", "R", positive=True)
phi_gap = _s("phi_gap", ONE, "relative error of the gap that is wanted", r"\varphi", positive=True)
norm_error = _s("norm_error", ONE, "relative error of a squared norm in the sketch", "x", running=True)
spread = _s("spread", ONE, "variance of the relative error of a squared norm", r"\mathrm{var}", positive=True)
moment_2 = _s("moment_2", ONE, "second moment of an entry of the sketch, in units of 1/d", positive=True)
moment_4 = _s("moment_4", ONE, "fourth moment of an entry of the sketch, in units of 1/d²", positive=True)


_error = eps * (exact_k + exact_l)
RATIO = Statement(
    id="D.exact-ratio",
    kind=Kind.DEFINITION,
    title="Ratio at the gap, and the error that is wanted",
    says="The ratio of the two singular values; and the ε for which the guaranteed error of the gap is φ "
    "times the gap.",
    content=(equal(exact_k, R_exact * exact_l), equal(eps, phi_gap * (R_exact - 1) / (R_exact + 1))),
    source=project("definition"),
)
_needed = (R_exact + 1) ** 2 / ((R_exact - 1) ** 2 * phi_gap**2)
RELATIVE = Statement(
    id="W8.relative",
    kind=Kind.THEOREM,
    title="How many dimensions a relative guarantee takes",
    says="To guarantee the gap within the fraction φ a Gaussian sketch must have d/W = ((R + 1)/((R − "
    "1)φ))², which is more than 1/φ² however large the ratio: more than 182 instead of 10 for 7.4 %.",
    content=(
        equal(_error, phi_gap * (exact_k - exact_l)),
        equal(1 / eps**2, _needed),
        sp.Gt(1 / eps**2, 1 / phi_gap**2),
    ),
    hypotheses=(sp.Gt(R_exact, 1),),
    source=project("W8-amended with the ε of D.gaussian-sketch, for which 1/ε² = d/W"),
    refuted_if="A step of its derivation fails.",
    uses=("D.exact-ratio",),
    derivations=(
        Derivation(
            (
                Identity(to=equal(_error, eps * (exact_k + exact_l)), says="The guaranteed error."),
                Substitute(
                    using="D.exact-ratio",
                    part=1,
                    to=equal(_error, phi_gap * (R_exact - 1) / (R_exact + 1) * (exact_k + exact_l)),
                    says="With the ε that is wanted;",
                ),
                Substitute(
                    using="D.exact-ratio",
                    part=0,
                    to=equal(_error, phi_gap * (exact_k - exact_l)),
                    says="difference over sum of the two is (R − 1)/(R + 1).",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Identity(to=equal(1 / eps**2, 1 / eps**2), says="Dimensions of the sketch for each row."),
                Substitute(using="D.exact-ratio", part=1, to=equal(1 / eps**2, _needed), says="With this ε."),
            ),
            part=1,
        ),
        Derivation(
            (
                Identity(to=equal(1 / eps**2, 1 / eps**2), says="Dimensions of the sketch for each row."),
                Substitute(using="D.exact-ratio", part=1, to=equal(1 / eps**2, _needed), says="With this ε."),
                Bound(
                    certificate=4 * R_exact / ((R_exact - 1) ** 2 * phi_gap**2),
                    to=sp.Gt(1 / eps**2, 1 / phi_gap**2),
                    says="Sum over difference is more than one.",
                ),
            ),
            part=2,
        ),
    ),
)

MOMENTS = Statement(
    id="D.sketch-moments",
    kind=Kind.DEFINITION,
    title="One direction in a Gaussian sketch",
    says="The squared norm of a sketched unit vector is a mean of d squared standard normal numbers, with "
    "moments 1 and 3; variances of independent terms add.",
    content=(equal(moment_2, 1), equal(moment_4, 3), equal(spread, (moment_4 - moment_2**2) / d_sketch)),
    source=project("moments of the normal distribution"),
)
_norm = sp.sqrt(1 + norm_error)
TYPICAL = Statement(
    id="W8.typical",
    kind=Kind.THEOREM,
    title="What a sketch typically does to one singular value",
    says="The squared norm of one direction has the relative variance 2/d, and its root errs to first order "
    "by half as much: so one singular value is typically off by 1/√(2d), for d = 10W by 1/√(20W). For "
    "windows of 9 to 15 rows that is 7.5 to 5.8 %: the source's numbers are those of one well separated "
    "singular value, not of the gap and not a bound.",
    content=(
        equal(spread, 2 / d_sketch),
        equal(_norm, 1 + norm_error / 2 + sp.Order(norm_error**2)),
    ),
    source=project("variance of a chi-squared number"),
    refuted_if="In simulated sketches, the root mean square error of a lone singular value is another one.",
    uses=("D.sketch-moments",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.sketch-moments",
                    part=2,
                    to=equal(spread, (moment_4 - moment_2**2) / d_sketch),
                    says="The variance of a mean.",
                ),
                Substitute(
                    using="D.sketch-moments",
                    part=0,
                    to=equal(spread, (moment_4 - 1) / d_sketch),
                    says="Second moment,",
                ),
                Substitute(
                    using="D.sketch-moments",
                    part=1,
                    to=equal(spread, 2 / d_sketch),
                    says="and fourth moment.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Identity(to=equal(_norm, sp.sqrt(1 + norm_error)), says="The norm of the sketched vector."),
                Expand(
                    by=norm_error,
                    to=equal(_norm, 1 + norm_error / 2 + sp.Order(norm_error**2)),
                    says="To first order.",
                ),
            ),
            part=1,
        ),
    ),
)

STATEMENTS = (RATIO, RELATIVE, MOMENTS, TYPICAL)
