"""What the source claims of measured spectra: predictions, decided by data and not by derivation."""

from __future__ import annotations

import sympy as sp

from ...statement import Kind, Statement
from ..notation import W, d_crit, g_23, j, k_star, nu, p, phi, sigma, t_grok, t_peak
from ..relations import equal
from ..sources import thesis

_lower_half = sp.Sum(sigma(j) ** 2, (j, sp.floor(W / 2) + 1, W)) / (W - sp.floor(W / 2))

THRESHOLD = Statement(
    id="D.detection",
    kind=Kind.DEFINITION,
    title="Detection threshold and noise level",
    says="A spike in noise of standard deviation ν per entry is detectable above d_crit; ν² is estimated by the "
    "mean of the lower half of the eigenvalues over the number of parameters.",
    content=(equal(d_crit, nu * (p * (W - 1)) ** sp.Rational(1, 4)), equal(nu**2, _lower_half / p)),
    source=thesis("detection threshold; the estimate of ν² is the one of the source's script"),
)
POSITION = Statement(
    id="D.gap-position",
    kind=Kind.DEFINITION,
    title="Position of the intra-signal gap",
    says="k* is the position of the largest ratio of neighbouring singular values.",
    content=(sp.Ge(sigma(k_star) / sigma(k_star + 1), sigma(j) / sigma(j + 1)),),
    source=thesis("definition of k*; j runs over 1 … W − 1"),
)

P01 = Statement(
    id="P01",
    kind=Kind.PREDICTION,
    title="The detection threshold is vacuous: every mode is signal",
    says="The smallest singular value of the window lies above the detection threshold.",
    content=(sp.Gt(sigma(W) / d_crit, 1),),
    source=thesis("prediction 1; reported 20 to 300 at 51 M and 124 M parameters"),
    refuted_if="In a seed, the smallest singular value lies below the threshold in most windows.",
    uses=("D.detection",),
    drawn_from=("W6",),
)
P02 = Statement(
    id="P02",
    kind=Kind.PREDICTION,
    title="k* is 1 in grokking tasks",
    says="While a grokking network trains, the gap sits behind the first mode.",
    content=(equal(k_star, 1),),
    source=thesis("prediction 2; reported 1 in all runs of Dyck and SCAN, in 15 of 18 of modular arithmetic"),
    refuted_if="In more seeds than chance allows, another position is the most frequent one.",
    uses=("D.gap-position",),
    drawn_from=("W7",),
)
P03 = Statement(
    id="P03",
    kind=Kind.PREDICTION,
    title="k* is at most 3",
    says="The gap sits among the first three modes.",
    content=(sp.Le(k_star, 3),),
    source=thesis("prediction 3; reported in all six families"),
    refuted_if="In a seed, the most frequent position is larger than 3.",
    uses=("D.gap-position",),
    drawn_from=("W7",),
)
GROKKING_GAP = Statement(
    id="D.grokking-gap",
    kind=Kind.DEFINITION,
    title="The grokking gap",
    says="The difference of the second and third eigenvalue of the window.",
    content=(equal(g_23(t_grok), sigma(2) ** 2 - sigma(3) ** 2),),
    source=thesis("definition of g_23"),
)
P10 = Statement(
    id="P10",
    kind=Kind.PREDICTION,
    title="g_23 falls before grokking, with decay and not without",
    says="Between its largest value and grokking, g_23 falls by a fixed factor; runs without decay show no such fall.",
    content=(sp.Ge(g_23(t_peak) / g_23(t_grok), phi),),
    source=thesis("prediction 10; with decay 24 of 24, without 0 of 24 in v1 and 1 of 24 in v2"),
    refuted_if="A seed that groks shows no fall.",
    uses=("D.grokking-gap",),
    drawn_from=("F3", "AX1"),
)

STATEMENTS = (THRESHOLD, POSITION, P01, P02, P03, GROKKING_GAP, P10)
