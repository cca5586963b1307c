"""W8: what a random projection to d dimensions guarantees of the gap and of the gap ratio.

A sketch that keeps every norm in the span of W updates within 1 ± ε keeps every singular value within
1 ± ε. For the gap, which is a difference, this is no relative guarantee at all. For a Gaussian sketch ε
is about √(W/d), so 0.32 for d = 10W.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Identity, Start, Substitute
from ...statement import Kind, Source, Statement
from ...units import ONE, THETA
from ..notation import NOTATION, W
from ..relations import equal
from ..sources import project, thesis

_s = NOTATION.symbol

d_sketch = _s("d_sketch", ONE, "number of dimensions of the sketch", "d", integer=True, positive=True)
eps = _s("eps_sketch", ONE, "relative error of norms that the sketch allows", r"\varepsilon", positive=True)
exact_k = _s("exact_k", THETA, "singular value above the gap", r"\sigma_k", positive=True)
exact_l = _s("exact_l", THETA, "singular value below the gap", r"\sigma_{k+1}", positive=True)
seen_k = _s("seen_k", THETA, "singular value above the gap, in the sketch", r"\hat\sigma_k", positive=True)
seen_l = _s(
    "seen_l", THETA, "singular value below the gap, in the sketch", r"\hat\sigma_{k+1}", positive=True
)
exact_gap = _s("exact_gap", THETA, "gap", "g")
seen_gap = _s("seen_gap", THETA, "gap in the sketch", r"\hat g")
room = {
    name: _s(f"room_{name}", THETA, f"room left {meaning}", latex, nonnegative=True)
    for name, meaning, latex in (
        ("above_k", "above the sketched singular value k", "r_k^{+}"),
        ("below_k", "below the sketched singular value k", "r_k^{-}"),
        ("above_l", "above the sketched singular value k + 1", "r_{k+1}^{+}"),
        ("below_l", "below the sketched singular value k + 1", "r_{k+1}^{-}"),
    )
}
inverse_eps = _s("inverse_eps", ONE, "one over ε; for a Gaussian sketch √(d/W)", r"\rho", positive=True)


_PERCENT = sp.Rational(74, 1000)
_within = sp.Le(sp.Abs(seen_k - seen_l - (exact_k - exact_l)), _PERCENT * (exact_k - exact_l))
_embedded = (
    sp.Gt(exact_k, exact_l),
    sp.Ge(seen_k, (1 - eps) * exact_k),
    sp.Le(seen_k, (1 + eps) * exact_k),
    sp.Ge(seen_l, (1 - eps) * exact_l),
    sp.Le(seen_l, (1 + eps) * exact_l),
)

EMBEDDING = Statement(
    id="D.sketch",
    kind=Kind.DEFINITION,
    title="A sketch that keeps norms within 1 ± ε",
    says="Each singular value of the sketched window lies between 1 − ε and 1 + ε times the exact one; the "
    "room to either side is not negative.",
    content=(
        equal(seen_k, (1 + eps) * exact_k - room["above_k"]),
        equal(seen_k, (1 - eps) * exact_k + room["below_k"]),
        equal(seen_l, (1 + eps) * exact_l - room["above_l"]),
        equal(seen_l, (1 - eps) * exact_l + room["below_l"]),
    ),
    source=Source("T. Sarlós, FOCS 2006", "subspace embeddings"),
)
GAPS = Statement(
    id="D.sketched-gap",
    kind=Kind.DEFINITION,
    title="The gap and the sketched gap",
    says="Differences of the same two singular values, in the window and in its sketch.",
    content=(equal(exact_gap, exact_k - exact_l), equal(seen_gap, seen_k - seen_l)),
    source=project("definition"),
)
GAUSSIAN = Statement(
    id="D.gaussian-sketch",
    kind=Kind.DEFINITION,
    title="The ε of a Gaussian sketch",
    says="The extreme singular values of a Gaussian sketch of a W-dimensional space lie at 1 ± √(W/d), for "
    "large W and d.",
    content=(equal(eps, sp.sqrt(W / d_sketch)),),
    source=Source(
        "K. R. Davidson, S. J. Szarek, Handbook of the Geometry of Banach Spaces I (2001) 317",
        "theorem II.13",
    ),
)
W8 = Statement(
    id="W8",
    kind=Kind.THEOREM,
    title="Sketching keeps the gap, as the source has it",
    says="A Gaussian sketch to d = 10W dimensions keeps the gap within 7.4 %.",
    content=(_within,),
    hypotheses=(*_embedded, equal(d_sketch, 10 * W)),
    source=thesis(
        "a projection to d = 10·W dimensions keeps the spectral gap within 5.7–7.4 %, read as a guarantee"
    ),
    refuted_if="Singular values within the bounds of such a sketch, with a gap that is off by more.",
    uses=("D.gaussian-sketch",),
    counterexample=Counterexample(
        "For d = 10W norms are kept within ε = 1/√10 = 0.316 only. A gap between 1 and 1/2 can be seen as "
        "one between 5/4 and 1/2: it is off by 50 %.",
        {
            W: sp.Integer(10),
            d_sketch: sp.Integer(100),
            eps: sp.sqrt(sp.Rational(1, 10)),
            exact_k: sp.Integer(1),
            exact_l: sp.Rational(1, 2),
            seen_k: sp.Rational(5, 4),
            seen_l: sp.Rational(1, 2),
        },
    ),
)
EACH = Statement(
    id="W8.each-value",
    kind=Kind.THEOREM,
    title="Keeping every singular value within 7.4 % keeps the gap within 7.4 %",
    says="The same for any sketch that keeps every singular value within 7.4 %.",
    content=(_within,),
    hypotheses=(*_embedded, equal(eps, _PERCENT)),
    source=thesis("the same claim, read as one on all norms"),
    refuted_if="Two singular values, each kept within 7.4 %, with a gap that is off by more.",
    counterexample=Counterexample(
        "Singular values 1 and 9/10, seen as 0.94 and 0.96: each is kept within 7.4 %, and the gap has "
        "changed its sign.",
        {
            eps: _PERCENT,
            exact_k: sp.Integer(1),
            exact_l: sp.Rational(9, 10),
            seen_k: sp.Rational(94, 100),
            seen_l: sp.Rational(96, 100),
        },
    ),
)

SEEN_RATIO = Statement(
    id="W8.ratio",
    kind=Kind.THEOREM,
    title="Keeping every singular value within 7.4 % keeps the gap ratio within 7.4 %",
    says="The same claim, with the ratio of the two singular values in place of their difference.",
    content=(sp.Le(sp.Abs(seen_k / seen_l - exact_k / exact_l), _PERCENT * exact_k / exact_l),),
    hypotheses=(*_embedded, equal(eps, _PERCENT)),
    source=thesis("the same claim, with the gap read as the ratio R"),
    refuted_if="Two singular values, each kept within 7.4 %, with a ratio that is off by more.",
    counterexample=Counterexample(
        "Singular values 2 and 1, seen as 2.1 and 0.95: each is kept within 7.4 %, and the ratio 2.21 is "
        "off by 10.5 %.",
        {
            eps: _PERCENT,
            exact_k: sp.Integer(2),
            exact_l: sp.Integer(1),
            seen_k: sp.Rational(21, 10),
            seen_l: sp.Rational(95, 100),
        },
    ),
)

_error = eps * (exact_k + exact_l)
_most = (1 + eps) * exact_k - room["above_k"] - ((1 - eps) * exact_l + room["below_l"])
_least = (1 - eps) * exact_k + room["below_k"] - ((1 + eps) * exact_l - room["above_l"])


def _gap_bound(part: int) -> Derivation:
    """The sketched gap is at most (part 0) or at least (part 1) the gap with the largest error."""
    upper = part == 0
    of_k = (1 + eps) * exact_k - room["above_k"] if upper else (1 - eps) * exact_k + room["below_k"]
    slack = room["above_k"] + room["below_l"] if upper else room["below_k"] + room["above_l"]
    whole, sign = (_most, 1) if upper else (_least, -1)
    named = exact_gap + sign * _error + (-slack if upper else slack)
    goal = (sp.Le if upper else sp.Ge)(seen_gap, exact_gap + sign * _error)
    return Derivation(
        (
            Start(
                using="D.sketched-gap", part=1, to=equal(seen_gap, seen_k - seen_l), says="The sketched gap."
            ),
            Substitute(
                using="D.sketch",
                part=0 if upper else 1,
                to=equal(seen_gap, of_k - seen_l),
                says="The value above,",
            ),
            Substitute(
                using="D.sketch", part=3 if upper else 2, to=equal(seen_gap, whole), says="and the one below."
            ),
            Substitute(using="D.sketched-gap", part=0, to=equal(seen_gap, named), says="Name the gap."),
            Bound(certificate=slack, to=goal, says="The room to either side is not negative."),
        ),
        part=part,
    )


AMENDED = Statement(
    id="W8-amended",
    kind=Kind.THEOREM,
    title="What a sketch guarantees of the gap",
    says="The sketched gap differs from the gap by at most ε times the sum of the two singular values, not "
    "times their difference.",
    content=(sp.Le(seen_gap, exact_gap + _error), sp.Ge(seen_gap, exact_gap - _error)),
    source=project("repair of W8"),
    refuted_if="A sketched gap outside these bounds, with ε measured on the sketch itself.",
    uses=("D.sketch", "D.sketched-gap"),
    amends="W8",
    repair="The error is measured against the singular values themselves. Relative to the gap it is ε(R + "
    "1)/(R − 1), which is larger than ε and has no bound for small gaps (W8.relative).",
    derivations=(_gap_bound(0), _gap_bound(1)),
)
INVERSE = Statement(
    id="D.inverse-eps",
    kind=Kind.DEFINITION,
    title="One over the relative error",
    says="The sketch is good when this is large; it must be above one for the sketch to say anything.",
    content=(equal(eps, 1 / inverse_eps),),
    source=project("definition"),
)
_seen_ratio = seen_k / seen_l
_high = (1 + eps) * exact_k - room["above_k"]
_low = (1 - eps) * exact_l + room["below_l"]
_inverted = {eps: 1 / inverse_eps}
_largest = (inverse_eps + 1) / (inverse_eps - 1) * exact_k / exact_l
_gain, _loss = 1 + 1 / inverse_eps, 1 - 1 / inverse_eps
RATIO_AMENDED = Statement(
    id="W8.ratio-amended",
    kind=Kind.THEOREM,
    title="What a sketch guarantees of the gap ratio",
    says="The sketched ratio is at most (1 + ε)/(1 − ε) times the exact one: 1.92 for d = 10W, 1.16 for ε = "
    "7.4 %.",
    content=(sp.Le(_seen_ratio, _largest),),
    hypotheses=(sp.Gt(inverse_eps, 1),),
    source=project("repair of W8.ratio"),
    refuted_if="A sketched ratio above this bound, with ε measured on the sketch itself.",
    uses=("D.sketch", "D.inverse-eps"),
    amends="W8.ratio",
    repair="Errors of the two singular values add up in the ratio: the factor is (1 + ε)/(1 − ε), about 1 + "
    "2ε.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(_seen_ratio, _seen_ratio), says="The sketched ratio."),
                Substitute(
                    using="D.sketch", part=0, to=equal(_seen_ratio, _high / seen_l), says="The value above,"
                ),
                Substitute(
                    using="D.sketch", part=3, to=equal(_seen_ratio, _high / _low), says="and the one below."
                ),
                Substitute(
                    using="D.inverse-eps",
                    to=equal(_seen_ratio, _high.xreplace(_inverted) / _low.xreplace(_inverted)),
                    says="Write ε as one over its inverse.",
                ),
                Bound(
                    certificate=(_gain * exact_k * room["below_l"] + _loss * exact_l * room["above_k"])
                    / (_loss * exact_l * (_loss * exact_l + room["below_l"])),
                    to=sp.Le(_seen_ratio, _largest),
                    says="The room to either side is not negative.",
                ),
            )
        ),
    ),
)

STATEMENTS = (EMBEDDING, GAPS, GAUSSIAN, W8, EACH, AMENDED, SEEN_RATIO, INVERSE, RATIO_AMENDED)
