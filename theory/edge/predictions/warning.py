"""What the source predicts of warnings: a shift of the data, and the order in which two batches are learned."""

from __future__ import annotations

import sympy as sp

from ...statement import Kind, Statement
from ...units import ONE, THETA, TIME
from ..notation import GRADIENT, NOTATION, eta, t, t_grok, tau
from ..relations import equal
from ..sources import thesis

_s, _f = NOTATION.symbol, NOTATION.function

t_shift = _s("t_shift", TIME, "step at which the data change", positive=True)
t_alarm = _s("t_alarm", TIME, "step at which the gap ratio leaves its band", positive=True)
t_near = _s("t_near", TIME, "distance within which a change counts as seen", positive=True)
t_onset = _s("t_onset", TIME, "step at which the commutator defect has risen", positive=True)
t_lead = _s("t_lead", TIME, "steps from the onset of the defect to grokking", positive=True)
t_scale = _s("t_scale", TIME, "lead of a seed that groks at the first step", positive=True)
alpha_lead = _s(
    "alpha_lead", ONE, "exponent of the lead against the grokking step", r"\alpha_{\mathrm{lead}}"
)
defect = _f("C_AB", ONE / THETA, "commutator defect of two minibatches", r"C_{AB}")
apart = _f("D_AB", THETA, "distance of the weights after A then B from those after B then A", r"D_{AB}")
gradient_a = _f("q_A", GRADIENT, "norm of the gradient on minibatch A", r"q_{A}", positive=True)
gradient_b = _f("q_B", GRADIENT, "norm of the gradient on minibatch B", r"q_{B}", positive=True)

P21 = Statement(
    id="P21",
    kind=Kind.PREDICTION,
    title="A shift of the data is seen in the spectrum",
    says="The gap ratio leaves the band in which it has been within a fixed number of steps of the shift.",
    content=(sp.Le(sp.Abs(t_alarm - t_shift), t_near),),
    source=thesis("prediction 21; reported within 200 steps of the shift, on GPT-2 124M"),
    refuted_if="In most seeds no alarm falls within that distance of the shift.",
    uses=("D.gap-position",),
    drawn_from=("W1", "AX1"),
)
DEFECT = Statement(
    id="D.commutator-defect",
    kind=Kind.DEFINITION,
    title="The commutator defect of two minibatches",
    says="How far the weights after a plain gradient step on A and then on B lie from those after B and then A, over "
    "the lengths of both steps.",
    content=(equal(defect(t), apart(t) / ((tau * eta * gradient_a(t)) * (tau * eta * gradient_b(t)))),),
    source=thesis("companion arXiv:2602.16746 and its script: ‖θ_AB − θ_BA‖/(‖ηg_A‖‖ηg_B‖)"),
)
LEAD = Statement(
    id="D.lead",
    kind=Kind.DEFINITION,
    title="The lead of the defect",
    says="The steps between the onset of the defect and grokking.",
    content=(equal(t_lead, t_grok - t_onset),),
    source=thesis("companion arXiv:2602.16967; the onset is the first record ten times above its beginning"),
)
P22 = Statement(
    id="P22",
    kind=Kind.PREDICTION,
    title="The lead of the commutator defect grows faster than the grokking step",
    says="Over seeds and settings, the lead is a power of the grokking step with an exponent above one.",
    content=(
        equal(t_lead, t_scale * (t_grok / tau) ** alpha_lead),
        sp.Gt(alpha_lead, 1),
    ),
    source=thesis(
        "prediction 22; reported exponents 1.27 (modular arithmetic), 1.18 (SCAN) and 1.13 (Dyck), over learning rates"
    ),
    refuted_if="The interval of the exponent lies below one.",
    uses=("D.commutator-defect", "D.lead"),
)

STATEMENTS = (P21, DEFECT, LEAD, P22)
