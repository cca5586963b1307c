"""AX1, gap dynamics: which parts of it hold.

Three terms: yes, exactly three, given the amended F1. That the second one damps needs a hypothesis on the
curvature; that the gap follows one differential equation holds between changes of k* only. In what sense the
equation is "Dyson-type" is another matter: nothing in it diverges as the gap closes (F4.contact), whereas
repulsion in Dyson's equation does. That takes noise, or the second variation.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Identity, Start, Substitute
from ...statement import Kind, Statement
from ...units import THETA, TIME
from ..maximality.gap_maximality import spectrum
from ..maximality.pair_rotation import ratio
from ..notation import (
    NOTATION,
    G_k,
    G_l,
    W,
    d_k,
    d_l,
    d_mean,
    eta,
    g,
    h_k,
    h_l,
    h_mean,
    omega,
    sigma,
    t,
    tau,
)
from ..relations import equal
from ..sources import project, thesis
from .gap_flow import F3

_s, _f = NOTATION.symbol, NOTATION.function

asymmetry = _f("T_asym", THETA / TIME, "curvature asymmetry in the gap flow", r"T_{\mathrm{asym}}")
pull = _f("T_damp", THETA / TIME, "damping in the gap flow", r"T_{\mathrm{damp}}")
driving = _f("T_drive", THETA / TIME, "gradient driving in the gap flow", r"T_{\mathrm{drive}}")
some_gap = _s("g_open", THETA, "a gap that is open", "g", positive=True)
top = _s("sigma_top", THETA, "singular value above one position", r"\sigma_k", positive=True)
low = _s("sigma_below", THETA, "singular value above a position further down", r"\sigma_j", positive=True)


_gap_rate = sp.Derivative(g(t), t)
_asymmetry = -eta * (h_k - h_l) * d_mean(t)
_pull = -eta * (h_mean + omega) * g(t)
_driving = eta**2 * tau * W * (G_k**2 / d_k(t) - G_l**2 / d_l(t))

TERMS = Statement(
    id="D.three-terms",
    kind=Kind.DEFINITION,
    title="The three terms of the gap flow",
    says="Curvature asymmetry, damping, and gradient driving with the factor ητ.",
    content=(equal(asymmetry(t), _asymmetry), equal(pull(t), _pull), equal(driving(t), _driving)),
    source=thesis("AX1; the third term as repaired"),
)
AX1 = Statement(
    id="AX1",
    kind=Kind.THEOREM,
    title="Gap dynamics, as the source has it",
    says="The gap follows a Dyson-type differential equation with three terms: curvature asymmetry, "
    "damping, and gradient driving.",
    content=F3.content,
    source=thesis("AX1: the gap flow F3 as an axiom"),
    refuted_if="Its terms have different units.",
    uses=("D.gap", "D.mean-strength", "D.mean-curvature"),
)
AX1_AMENDED = Statement(
    id="AX1-amended",
    kind=Kind.THEOREM,
    title="Gap dynamics: three terms and no other",
    says="Under the amended F1 the rate of the gap is the sum of the three terms, exactly.",
    content=(equal(_gap_rate, asymmetry(t) + pull(t) + driving(t)),),
    source=project("repair of AX1"),
    refuted_if="A step fails, or the compiled gap flow has a fourth term.",
    uses=("D.three-terms",),
    amends="AX1",
    repair="The third term carries the factor ητ. The equation is no approximation, and no axiom either: "
    "it follows from the named assumptions. It has no term that repels.",
    derivations=(
        Derivation(
            (
                Start(
                    using="F3-amended",
                    to=equal(_gap_rate, _asymmetry + _pull + _driving),
                    says="The gap flow.",
                ),
                Substitute(
                    using="D.three-terms",
                    part=2,
                    to=equal(_gap_rate, _asymmetry + _pull + driving(t)),
                    says="Name the driving.",
                ),
                Substitute(
                    using="D.three-terms",
                    part=1,
                    to=equal(_gap_rate, _asymmetry + pull(t) + driving(t)),
                    says="Name the damping.",
                ),
                Substitute(
                    using="D.three-terms",
                    part=0,
                    to=equal(_gap_rate, asymmetry(t) + pull(t) + driving(t)),
                    says="Name the asymmetry.",
                ),
            )
        ),
    ),
)
_back = -eta * (h_mean + omega) * some_gap
DAMPING = Statement(
    id="AX1.damping",
    kind=Kind.THEOREM,
    title="The second term damps",
    says="The second term pulls an open gap back, whatever the curvatures.",
    content=(sp.Lt(_back, 0),),
    source=thesis("AX1, whose second term is called damping"),
    refuted_if="A mean curvature more negative than the decay.",
    counterexample=Counterexample(
        "Mean curvature −1 and no decay: at a gap of 1 the second term is +1 and opens the gap further.",
        {eta: sp.Integer(1), h_mean: sp.Integer(-1), omega: sp.Integer(0), some_gap: sp.Integer(1)},
    ),
)
DAMPING_AMENDED = Statement(
    id="AX1.damping-amended",
    kind=Kind.THEOREM,
    title="The second term damps where mean curvature plus decay is positive",
    says="Where mean curvature plus decay is positive the second term pulls an open gap back.",
    content=(sp.Lt(_back, 0),),
    hypotheses=(sp.Gt(h_mean, -omega),),
    source=project("repair of AX1.damping"),
    refuted_if="A step of its derivation fails.",
    amends="AX1.damping",
    repair="The mean curvature must exceed minus the decay. Training visits negative curvatures, so this "
    "is no formality.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(_back, 0 - eta * (h_mean + omega) * some_gap), says="The second term."),
                Bound(
                    to=sp.Lt(_back, 0),
                    certificate=eta * (h_mean + omega) * some_gap,
                    says="All factors are positive.",
                ),
            )
        ),
    ),
)
SWITCH = Statement(
    id="AX1.switch",
    kind=Kind.THEOREM,
    title="The gap at k* is continuous",
    says="Where k* changes its position the gap does not jump, as the solution of a differential equation "
    "must not; here between the first two positions, at the moment when their ratios are the same.",
    content=(equal(sigma(1) - sigma(2), sigma(2) - sigma(3)),),
    hypotheses=(equal(sigma(1) / sigma(2), sigma(2) / sigma(3)),),
    source=project("reading of AX1: the gap at k*, with k* the position of the largest ratio at each time"),
    refuted_if="A spectrum with two largest ratios and different gaps there.",
    counterexample=Counterexample(
        "Singular values 4, 2, 1: both ratios are 2, the gaps are 2 and 1. All three pass this moment "
        "continuously; the gap at k* jumps.",
        spectrum(4, 2, 1),
    ),
)
_jump = (top - low) * (1 - 1 / ratio)
SWITCH_AMENDED = Statement(
    id="AX1.switch-amended",
    kind=Kind.THEOREM,
    title="The gap jumps where k* changes its position",
    says="At a tie of two ratios the gap at the upper position is the wider one, by the difference of the "
    "singular values above the two times one less the inverse ratio. So AX1 holds between changes of k* "
    "only.",
    content=(sp.Gt(top - top / ratio, low - low / ratio),),
    hypotheses=(sp.Gt(top, low), sp.Gt(ratio, 1)),
    source=project("repair of AX1.switch"),
    refuted_if="A step fails, or a recorded gap passes a change of k* without a jump.",
    amends="AX1.switch",
    repair="The position is held fixed, or the jump is added.",
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(top - top / ratio, low - low / ratio + _jump),
                    says="Both gaps have the same ratio.",
                ),
                Bound(
                    to=sp.Gt(top - top / ratio, low - low / ratio),
                    certificate=(top - low) * (ratio - 1) / ratio,
                    says="The jump is positive.",
                ),
            )
        ),
    ),
)

STATEMENTS = (TERMS, AX1, AX1_AMENDED, DAMPING, DAMPING_AMENDED, SWITCH, SWITCH_AMENDED)
