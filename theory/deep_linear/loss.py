"""From samples to modes: whitened inputs turn the loss into one square for each entry of the map.

One output mode is looked at, and two inputs: its own and any other. Every further input adds one more square.
"""

from __future__ import annotations

import sympy as sp

from ..derivation import Derivation, Rewrite, Start, Substitute
from ..statement import Kind, Statement
from .assumptions import DATA, P, i, over_samples, x, x_other, y
from .notation import NOTATION, OUTPUT, STRENGTH, equal, s, v
from .sources import project, saxe

_s = NOTATION.symbol

M = _s("M", STRENGTH, "what the network makes of the mode's own input in its output")
M_other = _s("M_o", STRENGTH, "what the network makes of another input in the mode's output", r"M^{\circ}")
loss = _s("L", OUTPUT**2, "squared loss in the mode's output, averaged and halved")
rest = _s("L_rest", OUTPUT**2, "loss that no linear map can avoid", r"L_{\mathrm{rest}}")
OUTPUT_MODE = (*DATA, M, M_other, loss, rest)
"""What belongs to one output mode. Statements about it hold for any."""

_targets = over_samples(y(i) ** 2)
_unavoidable = _targets / (2 * P) - v * s**2 / 2
LOSS = Statement(
    id="D.loss",
    kind=Kind.DEFINITION,
    title="Squared loss",
    says="Half the squared distance between target and output along the mode, averaged over the samples.",
    content=(equal(loss, over_samples((y(i) - M * x(i) - M_other * x_other(i)) ** 2) / (2 * P)),),
    generic=(OUTPUT_MODE,),
    source=saxe("squared error on the training set"),
)
REST = Statement(
    id="D.rest",
    kind=Kind.DEFINITION,
    title="What cannot be learned",
    says="The targets' mean square, halved, less what the mode explains of it.",
    content=(equal(rest, _unavoidable),),
    generic=(OUTPUT_MODE,),
    source=project("definition"),
)


_MOMENTS = {
    "own": over_samples(y(i) * x(i)),
    "other": over_samples(y(i) * x_other(i)),
    "square": over_samples(x(i) ** 2),
    "other_square": over_samples(x_other(i) ** 2),
    "mixed": over_samples(x(i) * x_other(i)),
}


def _loss(**known: sp.Expr) -> sp.Basic:
    """The loss by the second moments of the data, of which some are known."""
    moment = _MOMENTS | known
    quadratic = M**2 * moment["square"] + M_other**2 * moment["other_square"]
    linear = M * moment["own"] + M_other * moment["other"] - M * M_other * moment["mixed"]
    return equal(loss, (_targets - 2 * linear + quadratic) / (2 * P))


_own, _other = {"own": P * v * s}, {"other": sp.Integer(0)}
_even, _other_even = {"square": P * v}, {"other_square": P * v}
_squares = v * ((s - M) ** 2 + M_other**2) / 2

LOSS_OF_MODE = Statement(
    id="L.mode",
    kind=Kind.THEOREM,
    title="Loss by modes",
    says="For whitened inputs the loss in one output is half the variance times the squared distance of the "
    "network's map from the target strength and from zero, plus what no linear map can avoid.",
    content=(equal(loss, _squares + rest),),
    generic=(OUTPUT_MODE,),
    source=saxe("the objective in the singular bases of the data"),
    refuted_if="The loss of a linear map on whitened samples differs from it by more than rounding.",
    uses=("D.loss", "D.rest"),
    derivations=(
        Derivation(
            (
                Start(using="D.loss", to=LOSS.content[0], says="The definition of the loss."),
                Rewrite(to=_loss(), says="Multiply out; the map is the same for all samples."),
                Substitute(using="A.modes", to=_loss(**_own), says="Targets go with the mode's own input,"),
                Substitute(using="A.modes", part=1, to=_loss(**_own, **_other), says="and with no other."),
                Substitute(
                    using="A.whitened",
                    to=_loss(**_own, **_other, **_even),
                    says="The mode's own input has the variance v,",
                ),
                Substitute(
                    using="A.whitened",
                    part=1,
                    to=_loss(**_own, **_other, **_even, **_other_even),
                    says="and so has the other,",
                ),
                Substitute(
                    using="A.whitened",
                    part=2,
                    to=equal(loss, _squares + _unavoidable),
                    says="with which it is not correlated. Complete the squares.",
                ),
                Substitute(using="D.rest", to=equal(loss, _squares + rest), says="Name what is left."),
            )
        ),
    ),
)
STATEMENTS = (LOSS, REST, LOSS_OF_MODE)
