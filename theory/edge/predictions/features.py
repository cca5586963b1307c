"""What the source predicts of features: what decay takes from them, and which functions the leading directions are."""

from __future__ import annotations

import sympy as sp

from ...statement import Kind, Statement
from ...units import ONE, TIME
from ..notation import NOTATION, j
from ..sources import thesis

_s, _f = NOTATION.symbol, NOTATION.function

t_removed = _s("t_removed", TIME, "step, after grokking, at which the decay is removed", positive=True)
t_after = _s("t_after", TIME, "a later step, without decay", positive=True)
accuracy = _f("a_out", ONE, "held-out accuracy", r"a_{\mathrm{out}}", nonnegative=True)
explained = _f("R_probe", ONE, "share of the answer that a linear probe explains", r"R^{2}_{\mathrm{probe}}")
kept = _s("a_kept", ONE, "held-out accuracy that counts as kept", r"a_{\mathrm{kept}}", positive=True)
freed = _s(
    "phi_probe", ONE, "factor by which what a probe leaves unexplained must shrink", r"\varphi_{\mathrm{probe}}",
    positive=True,
)  # fmt: skip
concentration_sum = _f("F_sum", ONE, "share of the strongest frequency, for the sum", r"F^{+}", positive=True)
concentration_product = _f(
    "F_product", ONE, "share of the strongest frequency, for the product", r"F^{\times}", positive=True
)
concentration_log = _f(
    "F_log",
    ONE,
    "share of the strongest frequency, for the sum of discrete logarithms",
    r"F^{\log}",
    positive=True,
)
one_mode = _s("F_one", ONE, "share from which one frequency is called the mode", r"F_{1}", positive=True)

P17 = Statement(
    id="P17",
    kind=Kind.PREDICTION,
    title="Removing the decay after grokking keeps the accuracy and frees the representation",
    says="Some time after the decay is removed the network still generalises, and a linear probe of its hidden "
    "activations leaves less of the answer unexplained than before.",
    content=(
        sp.Ge(accuracy(t_after), kept),
        sp.Le(1 - explained(t_after), (1 - explained(t_removed)) / freed),
    ),
    source=thesis(
        "prediction 17 and companion arXiv:2604.07380; reported accuracy 0.973, linear probe R² from 0.85 to 0.99"
    ),
    refuted_if="In most seeds accuracy is lost, or the probe leaves as much unexplained as before.",
    drawn_from=("F2",),
)
CONCENTRATION = Statement(
    id="D.one-mode",
    kind=Kind.DEFINITION,
    title="A direction that is one Fourier mode",
    says="Moving the weights along a direction changes the hidden activations by an amount that depends on the input; "
    "averaged over inputs of one answer it is a function of the answer. The concentration is the share of its power, "
    "but for the mean, that lies at its strongest frequency; an answer is the sum, the product, or the sum of discrete "
    "logarithms.",
    content=(
        sp.Le(concentration_sum(j), 1),
        sp.Le(concentration_product(j), 1),
        sp.Le(concentration_log(j), 1),
    ),
    source=thesis("companion arXiv:2604.06256 and its script"),
)
P23 = Statement(
    id="P23",
    kind=Kind.PREDICTION,
    title="The leading directions are single Fourier modes of the task’s own group",
    says="For addition each leading direction is one mode of the sum; for multiplication each is one mode of the sum of "
    "discrete logarithms, and none is one of the product.",
    content=(
        sp.Ge(concentration_sum(j), one_mode),
        sp.Ge(concentration_log(j), one_mode),
        sp.Lt(concentration_product(j), one_mode),
    ),
    source=thesis(
        "prediction 23 and companion arXiv:2604.06256; reported 19 times the uniform share for addition modulo 97, and "
        "5.9 times the product’s own concentration for multiplication"
    ),
    refuted_if="In most seeds a leading direction has no such mode, or multiplication has it in the product too.",
    uses=("D.one-mode",),
    drawn_from=("AX2",),
)

STATEMENTS = (P17, CONCENTRATION, P23)
