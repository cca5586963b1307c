"""What the source predicts of series over training: their shape, their damping, and what goes with what."""

from __future__ import annotations

import sympy as sp

from ...statement import Kind, Statement
from ...units import LOSS, ONE, THETA, TIME
from ..notation import NOTATION, k_star, sigma, t
from ..relations import equal
from ..sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function

r = _s("r", ONE, "number of a window, in the order of training", running=True, integer=True, positive=True)
n = _s("n_windows", ONE, "number of windows of a run", "n", integer=True, positive=True)
lag = _s("l", ONE, "shift between two series, in windows", r"\ell", running=True, integer=True)

ratio = _f("R_at", ONE, "gap ratio of the window that ends at time t", "R", positive=True)
t_first = _s("t_first", TIME, "end of the first windows", positive=True)
t_top = _s("t_top", TIME, "time at which the gap ratio is largest", r"t_{\mathrm{top}}", positive=True)
t_last = _s("t_last", TIME, "end of the last windows", positive=True)
t_up = _s("t_up", TIME, "time from which on the gap ratio stays above half height", r"t_{\mathrm{up}}")
t_down = _s("t_down", TIME, "time up to which it stays there", r"t_{\mathrm{down}}")
fold = _s("phi_R", ONE, "factor by which the gap ratio must rise and fall", r"\varphi_R", positive=True)
collapse = _s("c_seeds", ONE, "share of training after which R collapses in the median seed", "c")
apart = _s("c_apart", ONE, "how far from there a seed may collapse", r"\Delta c", positive=True)
plateau = _s("kappa", ONE, "share of training that a plateau must last", r"\kappa", positive=True)

g_at = _f("g_at", THETA, "gap of window r", "g")
ratio_at = _f("R_window", ONE, "gap ratio of window r", "R", positive=True)
loss_at = _f("L_val", LOSS, "held-out loss at the end of window r", r"L^{\mathrm{val}}")
r_loss = _s("r_loss", ONE, "correlation from which on a series tracks another", r"r_{\mathrm{loss}}")

width = _s("W_any", ONE, "number of updates in a window of any width", "W", running=True, integer=True)
cross = _f("rho", ONE, "correlation of gap ratios at width W with the held-out loss at a shift", r"\rho")
strongest = _f("l_strongest", ONE, "shift at which that correlation is strongest", r"\ell^{*}", integer=True)

layer_ratio = _f("R_layer", ONE, "gap ratio of window r in one group of layers", "R", positive=True)
group = _s("group", ONE, "a group of layers", running=True, integer=True)
other = _s("group_other", ONE, "another group of layers", "group'", running=True, integer=True)
r_layers = _s("r_layers", ONE, "correlation from which on layers agree", r"r_{\mathrm{layers}}")


def _correlation(first: sp.Expr, second: sp.Expr, last: sp.Expr) -> sp.Expr:
    """Pearson's correlation of two expressions in r over r = 1 … last."""

    def centred(series: sp.Expr) -> sp.Expr:
        return series - sp.Sum(series, (r, 1, last)) / last

    a, b = centred(first), centred(second)
    return sp.Sum(a * b, (r, 1, last)) / sp.sqrt(sp.Sum(a**2, (r, 1, last)) * sp.Sum(b**2, (r, 1, last)))


RATIO = Statement(
    id="D.gap-ratio",
    kind=Kind.DEFINITION,
    title="Gap ratio",
    says="R is the ratio of the singular values above and below the gap.",
    content=(equal(ratio(t), sigma(k_star) / sigma(k_star + 1)),),
    source=thesis("definition of R"),
    uses=("D.gap-position",),
)
HALF_HEIGHT = Statement(
    id="D.plateau",
    kind=Kind.DEFINITION,
    title="Plateau of the gap ratio",
    says="A plateau is where log R stays, around its maximum, above half of the smaller of its rise and its fall.",
    content=(
        equal(ratio(t_up) ** 2, ratio(t_top) * sp.Max(ratio(t_first), ratio(t_last))),
        equal(ratio(t_down), ratio(t_up)),
    ),
    source=project("reading of the phrase; the source fixes no rule"),
    uses=("D.gap-ratio",),
)
P05 = Statement(
    id="P05",
    kind=Kind.PREDICTION,
    title="The gap ratio rises, stays, and collapses",
    says="Over a training run R rises by a fixed factor from its first windows, stays up for a while, and falls by "
    "the same factor or more to its last; it falls at about the same time in all seeds.",
    content=(
        sp.Ge(ratio(t_top) / ratio(t_first), fold),
        sp.Ge(ratio(t_top) / ratio(t_last), fold),
        sp.Ge((t_down - t_up) / t_last, plateau),
        sp.Le(sp.Abs(t_down / t_last - collapse), apart),
    ),
    source=thesis("prediction 5; reported in four seeds, collapse at step 7500 ± 300 of 10000"),
    refuted_if="In most seeds R does not rise, or does not fall, by that factor, is up for a moment only, or "
    "falls at another time than in other seeds.",
    uses=("D.gap-ratio", "D.plateau"),
    drawn_from=("AX1", "F4"),
)
P08 = Statement(
    id="P08",
    kind=Kind.PREDICTION,
    title="The gap is damped",
    says="The wider the gap of a window, the more it shrinks until the next one.",
    content=(sp.Lt(_correlation(g_at(r), g_at(r + 1) - g_at(r), n - 1), 0, evaluate=False),),
    source=thesis("prediction 8; about 0 on GPT-2, the one that is reported as not confirmed"),
    refuted_if="In most seeds the correlation of the gap with its change is zero or positive.",
    uses=("D.gap",),
    drawn_from=("AX1.damping", "F3"),
)
P09 = Statement(
    id="P09",
    kind=Kind.PREDICTION,
    title="The gap ratio tracks the held-out loss",
    says="Over a training run R and the held-out loss are strongly correlated, of either sign.",
    content=(sp.Ge(sp.Abs(_correlation(ratio_at(r), loss_at(r), n)), r_loss, evaluate=False),),
    source=thesis("prediction 9, first part; reported 0.87 at 124 M parameters"),
    refuted_if="In most seeds less than half of the variance of the held-out loss goes with R.",
    uses=("D.gap-ratio",),
    drawn_from=("AX2", "AX3"),
)
LAG = Statement(
    id="D.strongest-lag",
    kind=Kind.DEFINITION,
    title="Lag of the held-out loss behind the gap ratio",
    says="The lag is the shift between the two series at which their correlation is strongest; it is positive where "
    "R goes ahead.",
    content=(sp.Ge(sp.Abs(cross(width, strongest(width))), sp.Abs(cross(width, lag)), evaluate=False),),
    source=thesis("lag of the cross-correlation; the range of shifts is unfixed"),
    uses=("D.gap-ratio",),
)
P09_LAG = Statement(
    id="P09.lag",
    kind=Kind.PREDICTION,
    title="The lag changes its sign from windows of 10 to windows of 20",
    says="Whether R goes ahead of the held-out loss or behind it depends on the width of the window: ahead at one "
    "of the widths 10 and 20, and behind at the other.",
    content=(sp.Lt(strongest(10) * strongest(20), 0, evaluate=False),),
    source=thesis("prediction 9, second part; reported for the change from W = 10 to W = 20"),
    refuted_if="In most seeds the lag has the same sign at both widths, or is zero at one.",
    uses=("D.strongest-lag",),
    drawn_from=("AX2", "AX3"),
)
P24 = Statement(
    id="P24",
    kind=Kind.PREDICTION,
    title="Layers agree",
    says="The gap ratios of any two groups of layers rise and fall together.",
    content=(
        sp.Ge(
            sp.Abs(_correlation(layer_ratio(group, r), layer_ratio(other, r), n)), r_layers, evaluate=False
        ),
    ),
    source=thesis("prediction 24; reported above 0.82 in all groups of layers. No claim of its derives this"),
    refuted_if="In most seeds the least correlated pair of groups lies below that.",
    uses=("D.gap-ratio",),
)
_FAMILIES = {
    "dyck": "a causal transformer on the words of Dyck-1",
    "transformer": "a transformer on modular addition",
}


def _on(statement: Statement, family: str) -> Statement:
    """The same prediction for another family of networks: a claim by itself, with a verdict of its own."""
    return Statement(
        id=f"{statement.id}.{family}",
        kind=statement.kind,
        title=f"{statement.title}: {_FAMILIES[family]}",
        says=statement.says,
        content=statement.content,
        source=statement.source,
        refuted_if=statement.refuted_if,
        uses=statement.uses,
        drawn_from=statement.drawn_from,
    )


STATEMENTS = (
    RATIO,
    HALF_HEIGHT,
    P05,
    _on(P05, "transformer"),
    P08,
    _on(P08, "transformer"),
    P09,
    _on(P09, "transformer"),
    LAG,
    P09_LAG,
    P24,
    _on(P24, "dyck"),
    _on(P24, "transformer"),
)
