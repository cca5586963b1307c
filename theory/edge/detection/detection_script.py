"""W6, the source's test as its script does it: with the noise estimated from the window itself.

The script takes ν² from the lower half of the spectrum. Then σ_W/d_crit is bounded by the shape of the window
alone, and what is left of the data in it is how flat the lower half of the spectrum is.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Identity, Start, Substitute
from ...statement import Kind, Statement
from ...units import THETA
from ..notation import NOTATION, W, d_crit, j, nu, p, sigma
from ..relations import equal
from ..sources import project, thesis

_s = NOTATION.symbol
lower_mean = _s(
    "lower_mean",
    THETA**2,
    "mean of the lower half of the squared singular values",
    r"\bar{\lambda}",
    positive=True,
)


_half = sp.floor(W / 2)
_least = sigma(W)
_tested = (_least / d_crit) ** 4

ESTIMATE = Statement(
    id="D.noise-estimate",
    kind=Kind.DEFINITION,
    title="The noise level as the source's script estimates it",
    says="The mean of the lower half of the squared singular values over the number of parameters is taken "
    "for ν².",
    content=(
        equal(lower_mean, sp.Sum(sigma(j) ** 2, (j, _half + 1, W)) / (W - _half)),
        equal(nu, sp.sqrt(lower_mean / p)),
    ),
    source=thesis("estimate of ν² in the source's script"),
)
SCRIPT_THRESHOLD = Statement(
    id="D.script-threshold",
    kind=Kind.DEFINITION,
    title="The threshold of the source's script",
    says="The source's threshold with the estimated noise.",
    content=(equal(d_crit, nu * (p * (W - 1)) ** sp.Rational(1, 4)),),
    source=thesis("detection threshold"),
    uses=("D.noise-estimate",),
)
_value = p * _least**4 / ((W - 1) * lower_mean**2)
TEST = Statement(
    id="W6.test",
    kind=Kind.THEOREM,
    title="What the test measures",
    says="The fourth power of σ_W/d_crit is p/(W − 1) times the squared ratio of the smallest squared "
    "singular value to the mean of the lower half: the number of parameters, and how flat the lower half is.",
    content=(equal(_tested, _value),),
    source=project("algebra from the definitions"),
    refuted_if="On a recorded window, the test value leaves the formula by more than rounding.",
    uses=("D.script-threshold",),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_tested, _least**4 / d_crit**4), says="The tested ratio to the fourth power."
                ),
                Substitute(
                    using="D.script-threshold",
                    to=equal(_tested, _least**4 / (nu**4 * p * (W - 1))),
                    says="Put in the threshold,",
                ),
                Substitute(
                    using="D.noise-estimate",
                    part=1,
                    to=equal(_tested, _value),
                    says="and the estimated noise.",
                ),
            )
        ),
    ),
)
CEILING = Statement(
    id="W6.test-bound",
    kind=Kind.THEOREM,
    title="No data can take the test beyond (p/(W − 1))^{1/4}",
    says="The smallest squared singular value is not above the mean of the lower half, so σ_W/d_crit is at "
    "most (p/(W − 1))^{1/4}: a number that holds no data.",
    content=(sp.Le(_tested, p / (W - 1)),),
    hypotheses=(sp.Ge(lower_mean, _least**2), sp.Ge(W, 2)),
    source=project("what the test σ_W/d_crit ≫ 1 does not show"),
    refuted_if="A window with a larger test value.",
    uses=("D.script-threshold",),
    derivations=(
        Derivation(
            (
                Start(using="W6.test", to=equal(_tested, _value), says="What the test measures."),
                Bound(
                    certificate=p
                    * (lower_mean - _least**2)
                    * (lower_mean + _least**2)
                    / ((W - 1) * lower_mean**2),
                    to=sp.Le(_tested, p / (W - 1)),
                    says="The smallest is not above the mean.",
                ),
            )
        ),
    ),
)
FLAT = Statement(
    id="D.flat-window",
    kind=Kind.DEFINITION,
    title="A window without any structure",
    says="The lower half of the spectrum is flat, as it is when the rows are orthogonal and of the same "
    "length: rows of noise in very many parameters, or ±ν entries in the rows of a Hadamard matrix.",
    content=(equal(lower_mean, _least**2),),
    source=project("definition"),
)
NO_SIGNAL = Statement(
    id="W6.flat",
    kind=Kind.THEOREM,
    title="A window without any structure passes the test best of all",
    says="With a flat lower half the test value is (p/(W − 1))^{1/4}, the largest there is: 58 for p = 10⁸ "
    "and W = 10.",
    content=(equal(_tested, p / (W - 1)),),
    source=project("what the test σ_W/d_crit ≫ 1 does not show"),
    refuted_if="A window of orthogonal rows of one length has another test value.",
    uses=("D.script-threshold", "D.flat-window"),
    derivations=(
        Derivation(
            (
                Start(using="W6.test", to=equal(_tested, _value), says="What the test measures."),
                Substitute(using="D.flat-window", to=equal(_tested, p / (W - 1)), says="A flat lower half."),
            )
        ),
    ),
)

STATEMENTS = (ESTIMATE, SCRIPT_THRESHOLD, TEST, CEILING, FLAT, NO_SIGNAL)
