"""What the source predicts of the loss around the weights, along the directions of a window of updates."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ...statement import Kind, Statement
from ...units import LOSS, ONE, THETA, TIME
from ..loss.loss_decomposition import G_train, G_val
from ..notation import CURVATURE, NOTATION, W, a, b, eta, i, j, k_star, omega, p, t, t_grok, tau
from ..relations import equal
from ..sources import project, thesis
from .stability import kept

_s, _f = NOTATION.symbol, NOTATION.function

v = _f("v_window", ONE, "entry a of right singular vector number j of the window", "v")
hessian = _f("hessian_end", CURVATURE, "entry of the Hessian at the end of the window", "H")
h = _f("h_window", CURVATURE, "curvature of the loss along direction j of the window", "h")
h_grokked = _s(
    "h_grokked", CURVATURE, "curvature along v_1 of a network that has grokked", r"h_1^{\mathrm{grok}}"
)
h_memorised = _s(
    "h_memorised", CURVATURE, "the same of its twin that has memorised", r"h_1^{\mathrm{mem}}", positive=True
)
flatter = _s("flatter", ONE, "share of the twin's curvature that still counts as flat", "c", positive=True)
rank_strength = _f("rank_strength", ONE, "rank of the strength of mode j", r"r^{\sigma}")
rank_curvature = _f("rank_curvature", ONE, "rank of the curvature of mode j", "r^{h}")
rho_hierarchy = _s("rho_hierarchy", ONE, "rank correlation of strengths and curvatures", r"\rho_{\sigma h}")
rho_clear = _s("rho_clear", ONE, "size from which a rank correlation counts", r"\rho_0", positive=True)
weights = _f("weights_row", THETA, "entry a of the weights before row i of the window", r"\theta")
row = _f("row_window", THETA, "entry a of row i of the window", r"\delta")
by_decay = _f("by_decay", THETA, "part of row i along v_1 that is weight decay", r"\delta^{\mathrm{decay}}")
by_gradient = _f("by_gradient", THETA, "part of row i along v_1 that is the steps", r"\delta^{\mathrm{grad}}")
steps_row = _s("steps_row", ONE, "optimizer steps in a row of the window", "n", integer=True, positive=True)
one_step = _s("one_step", TIME, "duration of one optimizer step", r"\tau_1", positive=True)
share = _f("share_gradient", ONE, "gradient share of a window's updates along v_1", "s")
t_half = _s("t_half", TIME, "half the time to grokking", positive=True)
theta = _f("weights_end", THETA, "entry a of the weights at the end of the window", r"\theta")
cut = _f("weights_cut", THETA, "entry a of the weights without their component along v_1 and v_2", r"\theta'")
acc_whole = _s("acc_whole", ONE, "held-out accuracy", "A")
acc_cut = _s("acc_cut", ONE, "held-out accuracy without the component along v_1 and v_2", "A'")
acc_drop = _s("acc_drop", ONE, "fall of the accuracy that counts", r"\Delta", positive=True)
moved_by = _s("moved_by", THETA, "length by which the weights are moved along v_1", "s", nonnegative=True)
divergence = _f("divergence", ONE, "mean KL divergence of the outputs from those of moved weights (nat)", "D")
kl_flat = _s("kl_flat", ONE, "divergence up to which a direction counts as flat (nat)", "D_0", positive=True)
predicted = _f("predicted", (LOSS / THETA) ** 2, "predicted importance of mode j", r"I^{\mathrm{pred}}")
loss_held = _s("loss_held", LOSS, "held-out loss at the end of the window", r"L^{\mathrm{val}}")
loss_cut = _f("loss_cut", LOSS, "held-out loss without the component along v_j", r"L'^{\mathrm{val}}")
ablation = _f("ablation", LOSS, "importance of mode j as ablation has it", r"I^{\mathrm{abl}}")
rank_predicted = _f("rank_predicted", ONE, "rank of the predicted importance of mode j", r"r^{\mathrm{pred}}")
rank_ablation = _f("rank_ablation", ONE, "rank of mode j by ablation", r"r^{\mathrm{abl}}")
rho_importance = _s("rho_importance", ONE, "rank correlation of the two importances", r"\rho_{I}")
rho_ranked = _s("rho_ranked", ONE, "size from which importances count as ranked", r"\rho_1", positive=True)
ranked = _s("ranked", ONE, "number of modes that are ranked", "n", integer=True, positive=True)


def _along(direction: Any, vector: Any) -> sp.Expr:
    """Inner product over the parameters."""
    return sp.Sum(direction * vector, (a, 1, p))


def _spearman(first: Any, second: Any, count: Any) -> sp.Expr:
    """Rank correlation of ``count`` modes whose ranks have no ties."""
    return 1 - 6 * sp.Sum((first(j) - second(j)) ** 2, (j, 1, count)) / (count * (count**2 - 1))


CURVATURES = Statement(
    id="D.mode-curvature",
    kind=Kind.DEFINITION,
    title="Curvature along a direction of the window",
    says="The second derivative of the loss along v_j.",
    content=(equal(h(j), sp.Sum(v(j, a) * hessian(a, b) * v(j, b), (a, 1, p), (b, 1, p))),),
    source=thesis("h_j = v_jᵀ H v_j; its scripts take the held-out loss, by a finite difference"),
)
_fast = sp.Sum((1 + sp.sign(h(j) - 1 / (eta * tau * W))) / 2, (j, 1, W))
P04 = Statement(
    id="P04",
    kind=Kind.PREDICTION,
    title="The Krylov bound holds",
    says="The gap sits no deeper than the number of the window's modes whose curvature exceeds 1/(ητW).",
    content=(sp.Le(k_star, _fast),),
    source=thesis(
        "prediction 4, with the duration τ of a row that the bound lacks, h_j read as the curvatures of the window's "
        "own modes and ≳ as ≥; reported as consistent"
    ),
    refuted_if="In most seeds the gap sits deeper.",
    uses=("D.mode-curvature", "D.gap-position"),
    drawn_from=("W7",),
)
P13 = Statement(
    id="P13",
    kind=Kind.PREDICTION,
    title="The strongest mode of a network that has grokked is flat",
    says="Late in training the curvature along v_1 is a fraction of that along the v_1 of a twin without decay, which "
    "has memorised.",
    content=(sp.Le(h_grokked, flatter * h_memorised),),
    source=thesis(
        "prediction 13; reported for Dyck: 0.078 against 0.173 along v_1, and up to 1.84 along other directions of the "
        "memorised network"
    ),
    refuted_if="In most seeds the curvature is no such fraction.",
    uses=("D.mode-curvature",),
    drawn_from=("F2",),
)
RANKS = Statement(
    id="D.rank-hierarchy",
    kind=Kind.DEFINITION,
    title="Rank correlation of strengths and curvatures",
    says="Spearman's correlation over the modes of one window.",
    content=(equal(rho_hierarchy, _spearman(rank_strength, rank_curvature, W)),),
    source=project("definition: Spearman, without ties"),
    uses=("D.mode-curvature",),
)
P13_HIERARCHY = Statement(
    id="P13.hierarchy",
    kind=Kind.PREDICTION,
    title="Inverted hierarchy within a window: the strong modes are the flat ones",
    says="Over the modes of a window the strengths fall as the curvatures rise.",
    content=(sp.Le(rho_hierarchy, -rho_clear),),
    source=thesis("prediction 13 as the order of all modes: strength ∝ 1/√(h + ω) at equal gradients"),
    refuted_if="In most seeds there is no such order.",
    uses=("D.rank-hierarchy",),
    drawn_from=("F2.hierarchy",),
)
_decayed = ((1 - eta * omega * one_step) ** steps_row - 1) * _along(v(1, a), weights(i, a))
_steps = _along(v(1, a), row(i, a)) - by_decay(i)
_gradients, _decays = (sp.Sum(part(i) ** 2, (i, 1, W)) for part in (by_gradient, by_decay))
SHARES = Statement(
    id="D.gradient-share",
    kind=Kind.DEFINITION,
    title="Gradient share of the updates along v_1",
    says="A row of n steps splits into what decay alone would have made of the weights before it, and the rest. The "
    "share is that of the rest in the squares of both, summed over the rows of a window.",
    content=(
        equal(by_decay(i), _decayed),
        equal(by_gradient(i), _steps),
        equal(share(t), _gradients / (_gradients + _decays)),
    ),
    source=thesis(
        "share of the energies in a window; its scripts take a trapezoid of θ for the decay, this is exact"
    ),
)


def _share_crosses(identifier: str, family: str) -> Statement:
    return Statement(
        id=identifier,
        kind=Kind.PREDICTION,
        title=f"Along v_1 the gradient drives before grokking, and weight decay at grokking: {family}",
        says="The gradient share along v_1 is above one half before grokking and below one half at grokking.",
        content=(sp.Gt(share(t_half), sp.Rational(1, 2)), sp.Lt(share(t_grok), sp.Rational(1, 2))),
        source=thesis("prediction 14; reported 97.6 % and 5.3 % on Dyck, 88.7 % and 0.2 % on SCAN"),
        refuted_if="In most seeds the share does not cross one half in this way.",
        uses=("D.gradient-share",),
        drawn_from=("F3",),
    )


P14, P14_DYCK = _share_crosses("P14", "modular addition"), _share_crosses("P14.dyck", "Dyck-1")
_component = sp.Sum(v(j, a) * sp.Sum(v(j, b) * theta(b), (b, 1, p)), (j, 1, 2))
CUT = Statement(
    id="D.ablation",
    kind=Kind.DEFINITION,
    title="Weights without the two leading directions",
    says="The component of the weights along v_1 and v_2 is taken out.",
    content=(equal(cut(a), theta(a) - _component),),
    source=thesis("ablation as its scripts do it: of the weights themselves, not of their displacement"),
)
P15 = Statement(
    id="P15",
    kind=Kind.PREDICTION,
    title="Without v_1 and v_2 a network fails",
    says="Late in training, taking the component along v_1 and v_2 out of the weights costs held-out accuracy.",
    content=(sp.Ge(acc_whole - acc_cut, acc_drop),),
    source=thesis("prediction 15; reported −0.58 ± 0.09 against 0 for random directions, called 4000 times"),
    refuted_if="In most seeds the accuracy falls by less.",
    uses=("D.ablation",),
    drawn_from=("AX3",),
)
P16 = Statement(
    id="P16",
    kind=Kind.PREDICTION,
    title="Along v_1 the function is flat",
    says="Late in training a small move of the weights along v_1 hardly changes the outputs.",
    content=(sp.Le(divergence(moved_by), kl_flat),),
    source=thesis("prediction 16; reported: at most 5·10⁻⁵ over moves up to 0.03"),
    refuted_if="In most seeds the outputs change by more.",
    drawn_from=("F2.hierarchy",),
)
IMPORTANCE = Statement(
    id="D.importance",
    kind=Kind.DEFINITION,
    title="Importance of a mode, predicted and by ablation",
    says="Predicted: stability between the halves of the window times both projections of gradients. By ablation: the "
    "change of the held-out loss when the component along v_j is taken out of the weights. Both without signs.",
    content=(
        equal(predicted(j), sp.Abs(kept(j) * G_train(j, t) * G_val(j, t))),
        equal(ablation(j), sp.Abs(loss_cut(j) - loss_held)),
        equal(rho_importance, _spearman(rank_predicted, rank_ablation, ranked)),
    ),
    hypotheses=(equal(ranked, sp.floor(W / 2)),),
    source=thesis("the source's script for the loss decomposition, which ranks absolute values"),
    uses=("D.half-stability",),
)
P18 = Statement(
    id="P18",
    kind=Kind.PREDICTION,
    title="The predicted importance of modes ranks the ablated one",
    says="At grokking, the modes that matter by the loss decomposition are those that matter when taken out.",
    content=(sp.Ge(rho_importance, rho_ranked),),
    source=thesis("prediction 18; a rank correlation, whose size the source's summary does not fix"),
    refuted_if="In most seeds the two orders do not agree.",
    uses=("D.importance",),
    drawn_from=("F5", "AX2"),
)

STATEMENTS = (
    CURVATURES, P04, P13, RANKS, P13_HIERARCHY, SHARES, P14, P14_DYCK, CUT, P15, P16, IMPORTANCE, P18,
)  # fmt: skip
