"""AX3, collapse: is the gap at k* the only one whose collapse disrupts learning?

By the source's own weighting (AX2), mode j takes part in learning with the weight α_j G_j². Where the gap at
a position closes, the two modes beside it lose their stability and with it their part. What is lost is set by
the gradients of these two modes, and not by the ratio of their singular values.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Start
from ...statement import Kind, Statement
from ...units import LOSS, ONE, TIME
from ..notation import GRADIENT, NOTATION, eta
from ..relations import equal
from ..sources import project, thesis
from .gap_maximality import C_stab, added_to_gram, by_ratio, difference, spectrum

_s, _f = NOTATION.symbol, NOTATION.function

lost = _s(
    "L_lost", LOSS / TIME, "rate of learning that is lost where the gap at a position closes", r"\dot{L}_k"
)
stable_upper = _s("alpha_up", ONE, "stability of the mode above that gap", r"\alpha_k", nonnegative=True)
stable_lower = _s("alpha_low", ONE, "stability of the mode below it", r"\alpha_{k+1}", nonnegative=True)
grad_upper = _s("G_up", GRADIENT, "gradient along the mode above that gap", "G_k")
grad_lower = _s("G_low", GRADIENT, "gradient along the mode below it", "G_{k+1}")
grad_1 = _s("G_1", GRADIENT, "gradient along the first mode")
grad_2 = _s("G_2", GRADIENT, "gradient along the second mode")


def _stability(position: int) -> sp.Expr:
    return 1 - C_stab * added_to_gram**2 / difference(position) ** 2


COLLAPSE = Statement(
    id="AX3.collapse",
    kind=Kind.THEOREM,
    title="Only the collapse of the gap at k* disrupts learning",
    says="Where another gap than that at k* closes, no learning is lost; here for three modes with k* = "
    "2, and the first gap.",
    content=(equal(eta * (_stability(1) * grad_1**2 + _stability(2) * grad_2**2), 0),),
    hypotheses=(by_ratio(2, 1), sp.Gt(_stability(1), 0), sp.Gt(_stability(2), 0)),
    source=thesis("AX3: the collapse of k* is the only one that disrupts learning; weights as in AX2"),
    refuted_if="A mode beside another gap that is stable and carries gradient.",
    counterexample=Counterexample(
        "Singular values 10, 6, 3 with C = 1 and a perturbation of norm 16: k* is 2, and the stability of "
        "the first mode is 1 − (16/64)² = 15/16. It alone carries gradient, so all learning, 15/16, is "
        "lost when the first gap closes, and none when that at k* does after it.",
        {
            **spectrum(10, 6, 3),
            C_stab: sp.Integer(1),
            added_to_gram: sp.Integer(16),
            eta: sp.Integer(1),
            grad_1: sp.Integer(1),
            grad_2: sp.Integer(0),
        },
    ),
)
LOST = Statement(
    id="D.lost",
    kind=Kind.DEFINITION,
    title="What a collapse costs",
    says="The two modes beside a gap that closes lose their part in learning.",
    content=(equal(lost, eta * (stable_upper * grad_upper**2 + stable_lower * grad_lower**2)),),
    source=project("definition, with the weights of AX2 and one gradient for training and validation"),
)
COLLAPSE_AMENDED = Statement(
    id="AX3.collapse-amended",
    kind=Kind.THEOREM,
    title="A collapse disrupts learning wherever a stable mode with gradient stands beside it",
    says="The learning that is lost at any position is at least that of the mode above the gap, and at "
    "least that of the mode below it.",
    content=(
        sp.Ge(lost, eta * stable_upper * grad_upper**2),
        sp.Ge(lost, eta * stable_lower * grad_lower**2),
    ),
    source=project("repair of AX3.collapse"),
    refuted_if="A step of its derivation fails.",
    uses=("D.lost",),
    amends="AX3.collapse",
    repair="The position of the largest ratio is not singled out; stability and gradient of the two modes "
    "are what counts.",
    derivations=tuple(
        Derivation(
            (
                Start(using="D.lost", to=LOST.content[0], says="What is lost."),
                Bound(
                    to=sp.Ge(lost, eta * kept_stability * kept**2),
                    certificate=eta * left_stability * left**2,
                    says="Leave the other mode out.",
                ),
            ),
            part=part,
        )
        for part, (kept_stability, kept, left_stability, left) in enumerate(
            (
                (stable_upper, grad_upper, stable_lower, grad_lower),
                (stable_lower, grad_lower, stable_upper, grad_upper),
            )
        )
    ),
)

STATEMENTS = (COLLAPSE, LOST, COLLAPSE_AMENDED)
