"""The three regimes that the source reads off 𝒜: what data must show. What can be derived is elsewhere.

Derived in the rotating kernel: on the side of small 𝒜 modes keep their identity (S5.plateau) and are followed
(S5.cone); at a number that depends on the norm they lose it (S5.critical-f, S5.critical-2); beyond it a learned
mode can come back (S5.exchange), but the loss does not rise (S5.forgetting-loss-amended). That plateaus,
transitions and forgetting of accuracies happen on these sides is not derived from anything; it is a matter for
data.

Labels are made from accuracies and losses alone, before 𝒜 is looked at. "𝒜" is each variant that is a pure
number, in turn: S5.v1 in each norm, S5.geo, S5.rate. The factor ten is our reading of "≪" and "≫", and has no
source.
"""

from __future__ import annotations

import sympy as sp

from ...statement import Kind, Statement
from ...units import ONE
from ..notation import NOTATION
from ..sources import project, thesis

_s = NOTATION.symbol

A_plateau = _s("A_plateau", ONE, "median 𝒜 while accuracies stand still", r"\mathcal{A}_p", nonnegative=True)
A_transition = _s(
    "A_trans", ONE, "median 𝒜 while held-out accuracy rises", r"\mathcal{A}_t", nonnegative=True
)
A_forgetting = _s(
    "A_forget", ONE, "median 𝒜 while learned accuracy falls", r"\mathcal{A}_f", nonnegative=True
)
area_geo = _s(
    "AUC_geo", ONE, "chance that 𝒜_geo is larger in a transition than on a plateau", r"U_{\mathcal{A}}"
)
area_simple = _s(
    "AUC_simple", ONE, "the same chance for the best number that needs no spectrum", r"U_0", nonnegative=True
)

_TEN, _TENTH = sp.Integer(10), sp.Rational(1, 10)

ORDER = Statement(
    id="S5.regime-order",
    kind=Kind.PREDICTION,
    title="𝒜 orders plateau, transition and forgetting",
    says="𝒜 is smaller on plateaus than in transitions, and smaller in transitions than while learned "
    "accuracy falls: the least that the three regimes say, with no number in it.",
    content=(sp.Lt(A_plateau, A_transition), sp.Lt(A_transition, A_forgetting)),
    source=thesis("plateau 𝒜 ≪ 1, transition 𝒜 ~ 1, forgetting 𝒜 ≫ 1, read as an order"),
    refuted_if="In more seeds than chance allows the order is another one; or a null model of the same step "
    "norms has it as often.",
    drawn_from=("S5.fast-kernel",),
)
PLATEAU = Statement(
    id="S5.regime-plateau",
    kind=Kind.PREDICTION,
    title="On plateaus 𝒜 is small",
    says="While accuracies stand still, the median of 𝒜 is at most a tenth.",
    content=(sp.Le(A_plateau, _TENTH),),
    source=thesis("plateau 𝒜 ≪ 1"),
    refuted_if="In most seeds the median 𝒜 over the steps labelled plateau is larger.",
    uses=("S5.v1", "S5.geo"),
    drawn_from=("S5.plateau", "S5.plateau-loss"),
)
TRANSITION = Statement(
    id="S5.regime-transition",
    kind=Kind.PREDICTION,
    title="In transitions 𝒜 is about one",
    says="While held-out accuracy passes from a tenth to nine tenths of its rise, the median of 𝒜 lies "
    "between a tenth and ten.",
    content=(sp.Ge(A_transition, _TENTH), sp.Le(A_transition, _TEN)),
    source=thesis("transition 𝒜 ~ 1"),
    refuted_if="In most seeds the median 𝒜 over the steps labelled transition lies outside.",
    uses=("S5.v1", "S5.geo"),
    drawn_from=("S5.one-f",),
)
FORGETTING = Statement(
    id="S5.regime-forgetting",
    kind=Kind.PREDICTION,
    title="While learned accuracy falls 𝒜 is large",
    says="After a switch of task, or in a spike of the learning rate, while accuracy on data once learned "
    "falls, the median of 𝒜 is at least ten.",
    content=(sp.Ge(A_forgetting, _TEN),),
    source=thesis("forgetting 𝒜 ≫ 1"),
    refuted_if="In most seeds in which accuracy on learned data falls, the median 𝒜 meanwhile is smaller.",
    uses=("S5.v1", "S5.geo"),
    drawn_from=("S5.forgetting-loss",),
)
SEPARATED = Statement(
    id="S5.regime-boundary",
    kind=Kind.PREDICTION,
    title="The exceptional point of two modes separates plateau and transition",
    says="With the spectral norm and the gap of the tangent kernel between its leading modes, 𝒜 is below 1/2 "
    "on plateaus and above it in transitions: the number that the rotating kernel gives for '𝒜 ~ 1'.",
    content=(sp.Lt(A_plateau, sp.Rational(1, 2)), sp.Gt(A_transition, sp.Rational(1, 2))),
    source=thesis("transition 𝒜 ~ 1, with the number of S5.critical-2 in place of the ~"),
    refuted_if="In most seeds the median of 𝒜 is on the same side of 1/2 in both.",
    uses=("S5.v1",),
    drawn_from=("S5.below", "S5.above"),
)
ABOVE_BASELINES = Statement(
    id="S5.regime-separation",
    kind=Kind.PREDICTION,
    title="𝒜 tells transitions from plateaus better than what needs no spectrum",
    says="On tasks and optimizers other than those on which the rival was chosen, a window of a transition has the "
    "larger 𝒜_geo than one of a plateau more surely than it has the more extreme update, loss, slope or norm: what a "
    "parameter that decides between regimes must do to be of use.",
    content=(sp.Gt(area_geo, area_simple),),
    source=project("what the source's regimes have to be worth; the source compares 𝒜 with nothing"),
    refuted_if="In most seeds of a held-out task or optimizer the rival separates the labels as well or better.",
    uses=("S5.geo",),
    drawn_from=("S5.fast-kernel",),
)

STATEMENTS = (ORDER, PLATEAU, TRANSITION, FORGETTING, SEPARATED, ABOVE_BASELINES)
