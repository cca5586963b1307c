"""Three modes that turn steadily: the characteristic polynomial of ηΛ + Ω, and when its three rates are real.

Symbols: decay rates ``e_1 > e_2 > e_3`` without rotation, with half gaps ``h_1`` and ``h_2``; turning rates
``u`` (modes 1 and 2), ``v`` (2 and 3) and ``z`` (1 and 3). A root ``x`` of the polynomial is the decay rate of
a solution. By the two-mode criterion a pair keeps its identity while it turns slower than half its gap.
"""

from __future__ import annotations

import sympy as sp

from ..derivation import Bound, Derivation, Differentiate, Identity, Rearrange, Rewrite, Start, Substitute
from ..statement import Kind, Statement
from .notation import NOTATION
from .rotating_kernel import PER_TIME
from .sources import project

_s = NOTATION.symbol

e_1 = _s("e_1", PER_TIME, "decay rate of mode 1 without rotation")
e_2 = _s("e_2", PER_TIME, "decay rate of mode 2 without rotation")
e_3 = _s("e_3", PER_TIME, "decay rate of mode 3 without rotation")
h_1 = _s("h_12", PER_TIME, "half the gap of the decay rates of modes 1 and 2", "h_1", positive=True)
h_2 = _s("h_23", PER_TIME, "half the gap of the decay rates of modes 2 and 3", "h_2", positive=True)
u = _s("u_12", PER_TIME, "steady turning rate of modes 1 and 2", "u")
v = _s("v_23", PER_TIME, "steady turning rate of modes 2 and 3", "v")
z = _s("z_13", PER_TIME, "steady turning rate of modes 1 and 3", "z")
x = _s("x_K", PER_TIME, "any trial decay rate", "x", running=True)
x_1 = _s("x_1", PER_TIME, "first real decay rate of the turning modes")
x_2 = _s("x_2", PER_TIME, "second real decay rate of the turning modes")
x_3 = _s("x_3", PER_TIME, "third real decay rate of the turning modes")
x_sum = _s("x_sum", PER_TIME, "sum of the decay rates of the turning modes", r"\Sigma_x")
x_pairs = _s("x_pairs", PER_TIME**2, "sum of the products of two of these rates", r"\Pi_x")
pair_mean = _s("x_mean", PER_TIME, "mean of two decay rates, real or a complex pair", r"\bar{x}")
pair_product = _s("x_prod", PER_TIME**2, "product of two decay rates, real or a complex pair", r"\hat{x}")
spare_1 = _s("spare_1", PER_TIME**2, "what the first half gap has to spare", r"\epsilon_1", positive=True)
spare_2 = _s("spare_2", PER_TIME**2, "what the second half gap has to spare", r"\epsilon_2", positive=True)


def _eq(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Eq(lhs, rhs, evaluate=False)


_turned = u**2 + v**2 + z**2
_pairs = e_1 * e_2 + e_1 * e_3 + e_2 * e_3


def polynomial(at: sp.Expr, rates: tuple[sp.Expr, sp.Expr, sp.Expr] = (e_1, e_2, e_3)) -> sp.Expr:
    """The characteristic polynomial of three turning modes at ``at``."""
    first, second, third = (at - rate for rate in rates)
    return first * second * third + first * v**2 + second * z**2 + third * u**2


_generator = sp.Matrix([[x - e_1, u, z], [-u, x - e_2, v], [-z, -v, x - e_3]])
POLYNOMIAL = Statement(
    id="S5.three-polynomial",
    kind=Kind.THEOREM,
    title="Characteristic polynomial of three turning modes",
    says="The product of the three distances to the decay rates, and each distance times the squared turning "
    "rate of the other two modes; the sign of a turning rate does not matter.",
    content=(_eq(_generator.det(method="berkowitz"), polynomial(x)),),
    source=project("section on 𝒜: three modes; determinant of x − (ηΛ + Ω)"),
    refuted_if="Eigenvalues of the 3 × 3 generator are no roots of it.",
    derivations=(
        Derivation(
            (
                Identity(
                    to=_eq(_generator.det(method="berkowitz"), polynomial(x)), says="Expand the determinant."
                ),
            )
        ),
    ),
)
FACTORED = Statement(
    id="D.three-rates",
    kind=Kind.DEFINITION,
    title="The decay rates of three turning modes",
    says="One real rate, and two more that are real or a complex pair.",
    content=(_eq((x - x_1) * (x**2 - 2 * pair_mean * x + pair_product), polynomial(x)),),
    source=project("definition: a real cubic has a real root"),
    uses=("S5.three-polynomial",),
)
_slope = sp.Derivative(polynomial(x), x)
SUM = Statement(
    id="S5.rate-sum",
    kind=Kind.THEOREM,
    title="Rotation conserves the sum of the decay rates",
    says="The real parts of the decay rates add up to the same as without rotation (for n modes: the trace "
    "of ηΛ + Ω).",
    content=(_eq(x_1 + 2 * pair_mean, e_1 + e_2 + e_3),),
    source=project("section on 𝒜: what is conserved"),
    refuted_if="Eigenvalues of a 3 × 3 generator with another sum.",
    uses=("D.three-rates",),
    derivations=(
        Derivation(
            (
                Start(using="D.three-rates", to=FACTORED.content[0], says="For every x."),
                Differentiate(
                    by=x,
                    to=_eq(
                        3 * x**2 - 2 * (x_1 + 2 * pair_mean) * x + 2 * x_1 * pair_mean + pair_product,
                        3 * x**2 - 2 * (e_1 + e_2 + e_3) * x + _pairs + _turned,
                    ),
                    says="Differentiate.",
                ),
                Differentiate(
                    by=x,
                    to=_eq(6 * x - 2 * (x_1 + 2 * pair_mean), 6 * x - 2 * (e_1 + e_2 + e_3)),
                    says="And again: what is left are the sums.",
                ),
                Rearrange(
                    times=-sp.Rational(1, 2),
                    to=_eq(x_1 + 2 * pair_mean, e_1 + e_2 + e_3),
                    says="Compare them.",
                ),
            )
        ),
    ),
)

REAL_ROOTS = Statement(
    id="D.three-real-rates",
    kind=Kind.DEFINITION,
    title="Three turning modes with real decay rates",
    says="All three roots are real; their sum, and the sum of their products in pairs.",
    content=(
        _eq((x - x_1) * (x - x_2) * (x - x_3), polynomial(x)),
        _eq(x_sum, x_1 + x_2 + x_3),
        _eq(x_pairs, x_1 * x_2 + x_1 * x_3 + x_2 * x_3),
    ),
    source=project("definition"),
    uses=("S5.three-polynomial",),
)
_difference_rate = _eq(
    3 * x**2 - 2 * (x_1 + x_2 + x_3) * x + x_1 * x_2 + x_1 * x_3 + x_2 * x_3,
    3 * x**2 - 2 * (e_1 + e_2 + e_3) * x + _pairs + _turned,
)
VIETA = Statement(
    id="S5.real-rates-slope",
    kind=Kind.THEOREM,
    title="Slope of the characteristic polynomial",
    says="The slope of the polynomial, by its roots and by the generator.",
    content=(_difference_rate,),
    source=project("step of S5.three-necessary"),
    refuted_if="A step of its derivation fails.",
    uses=("D.three-real-rates",),
    derivations=(
        Derivation(
            (
                Start(using="D.three-real-rates", to=REAL_ROOTS.content[0], says="For every x."),
                Differentiate(by=x, to=_difference_rate, says="Differentiate."),
            )
        ),
    ),
)
_spread = (x_1 - x_2) ** 2 + (x_1 - x_3) ** 2 + (x_2 - x_3) ** 2
_at_rest = (e_1 - e_2) ** 2 + (e_1 - e_3) ** 2 + (e_2 - e_3) ** 2
SYMMETRIC = Statement(
    id="S5.real-rates-sums",
    kind=Kind.THEOREM,
    title="Sums of real decay rates",
    says="Their sum is as without rotation; the products in pairs gain the squared turning rates.",
    content=(_eq(x_pairs, _pairs + _turned), _eq(x_sum, e_1 + e_2 + e_3)),
    source=project("step of S5.three-necessary"),
    refuted_if="A step of its derivation fails.",
    uses=("D.three-real-rates",),
    derivations=(
        Derivation(
            (
                Start(
                    using="S5.real-rates-slope",
                    where={x: sp.Integer(0)},
                    to=_eq(x_1 * x_2 + x_1 * x_3 + x_2 * x_3, _pairs + _turned),
                    says="The slope at zero.",
                ),
                Rewrite(to=_eq(x_1 * (x_2 + x_3) + x_2 * x_3, _pairs + _turned), says="Gather."),
                Substitute(
                    using="D.three-real-rates",
                    part=2,
                    to=_eq(x_pairs, _pairs + _turned),
                    says="Name the sum of products.",
                ),
            )
        ),
        Derivation(
            (
                Start(using="S5.real-rates-slope", to=_difference_rate, says="The slope, for every x."),
                Differentiate(
                    by=x,
                    to=_eq(6 * x - 2 * (x_1 + x_2 + x_3), 6 * x - 2 * (e_1 + e_2 + e_3)),
                    says="Differentiate again.",
                ),
                Rearrange(
                    times=-sp.Rational(1, 2),
                    to=_eq(x_1 + x_2 + x_3, e_1 + e_2 + e_3),
                    says="Compare the sums.",
                ),
                Substitute(
                    using="D.three-real-rates", part=1, to=_eq(x_sum, e_1 + e_2 + e_3), says="Name the sum."
                ),
            ),
            part=1,
        ),
    ),
)
NECESSARY = Statement(
    id="S5.three-necessary",
    kind=Kind.THEOREM,
    title="How much rotation three real rates can bear",
    says="Rotation draws real rates together: their squared differences lose six times the squared turning "
    "rates (2n times for n modes). Beyond what there is to lose, some pair is complex.",
    content=(sp.Le(6 * _turned, _at_rest),),
    source=project("section on 𝒜: necessary condition; for two modes it is w ≤ w_c"),
    refuted_if="A 3 × 3 generator with real eigenvalues that violates it.",
    uses=("D.three-real-rates",),
    amends="S5.pairs-needed",
    repair="What a real spectrum bounds is the sum of the squared turning rates, and not each of them.",
    derivations=(
        Derivation(
            (
                Identity(
                    to=_eq(
                        _spread,
                        2 * (x_1 + x_2 + x_3) ** 2 - 6 * (x_1 * x_2) - 6 * (x_1 * x_3) - 6 * (x_2 * x_3),
                    ),
                    says="Squared differences by sum and products.",
                ),
                Substitute(
                    using="D.three-real-rates",
                    part=1,
                    to=_eq(_spread, 2 * x_sum**2 - 6 * (x_1 * x_2) - 6 * (x_1 * x_3) - 6 * (x_2 * x_3)),
                    says="Name the sum.",
                ),
                Substitute(
                    using="D.three-real-rates",
                    part=2,
                    to=_eq(_spread, 2 * x_sum**2 - 6 * x_pairs),
                    says="Name the sum of products.",
                ),
                Substitute(
                    using="S5.real-rates-sums",
                    to=_eq(_spread, 2 * x_sum**2 - 6 * _pairs - 6 * _turned),
                    says="The products gain the squared turning rates.",
                ),
                Substitute(
                    using="S5.real-rates-sums",
                    part=1,
                    to=_eq(_spread, _at_rest - 6 * _turned),
                    says="The sum is conserved.",
                ),
                Rearrange(to=_eq(6 * _turned, _at_rest - _spread), says="Solve for the turning rates."),
                Bound(to=sp.Le(6 * _turned, _at_rest), certificate=_spread, says="Squares are not negative."),
            )
        ),
    ),
)

SPARE = Statement(
    id="A.three-spare",
    kind=Kind.ASSUMPTION,
    title="Turning slower than half the gap, for each group",
    says="The modes above and below each gap turn towards each other at a total rate (root of the sum of "
    "squares) below half of it; the two spare amounts are positive.",
    content=(_eq(h_1**2, u**2 + z**2 + spare_1), _eq(h_2**2, v**2 + z**2 + spare_2)),
    source=project("definition"),
)
_shifted = (e_2 + 2 * h_1, e_2, e_2 - 2 * h_2)
_upper, _lower = polynomial(e_2 + h_1, _shifted), polynomial(e_2 - h_2, _shifted)
_loss = (h_1 + 2 * h_2) * spare_1 + 2 * h_2 * z**2 + h_1 * v**2
_gain = (2 * h_1 + h_2) * spare_2 + 2 * h_1 * z**2 + h_2 * u**2
_low_form = -(h_1 + 2 * h_2) * (h_1**2 - u**2 - z**2) - 2 * h_2 * z**2 - h_1 * v**2
_high_form = (2 * h_1 + h_2) * (h_2**2 - v**2 - z**2) + 2 * h_1 * z**2 + h_2 * u**2
SUFFICIENT = Statement(
    id="S5.three-sufficient",
    kind=Kind.THEOREM,
    title="Three real rates, one between every two midpoints",
    says="If across each gap the modes turn slower than half of it, the polynomial is negative at the upper "
    "midpoint and positive at the lower one; it therefore has three real roots, one above, one between and "
    "one below the midpoints. With z = 0 this is the two-mode criterion for each pair of neighbours.",
    content=(sp.Lt(_upper, 0), sp.Gt(_lower, 0)),
    source=project(
        "section on 𝒜: sufficient condition; the constant 1/2 is that of two modes and cannot be larger"
    ),
    refuted_if="A 3 × 3 generator that satisfies it and has a complex eigenvalue.",
    uses=("A.three-spare",),
    amends="S5.pairs-suffice",
    repair="Across a gap the squared turning rates of all pairs that it separates are added.",
    derivations=(
        Derivation(
            (
                Identity(to=_eq(_upper, _low_form), says="The polynomial at the upper midpoint."),
                Substitute(using="A.three-spare", to=_eq(_upper, -_loss), says="What the gap has to spare."),
                Bound(to=sp.Lt(_upper, 0), certificate=_loss, says="All terms are positive."),
            )
        ),
        Derivation(
            (
                Identity(to=_eq(_lower, _high_form), says="The polynomial at the lower midpoint."),
                Substitute(
                    using="A.three-spare", part=1, to=_eq(_lower, _gain), says="What the gap has to spare."
                ),
                Bound(to=sp.Gt(_lower, 0), certificate=_gain, says="All terms are positive."),
            ),
            part=1,
        ),
    ),
)

STATEMENTS = (
    POLYNOMIAL, FACTORED, SUM, REAL_ROOTS, VIETA, SYMMETRIC, NECESSARY, SPARE, SUFFICIENT,
)  # fmt: skip
