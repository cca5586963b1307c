"""Three modes that turn steadily: the characteristic polynomial of ηΛ + Ω, and when its three rates are real.

Symbols: decay rates ``e_1 > e_2 > e_3`` without rotation, with half gaps ``h_1`` and ``h_2``; turning rates
``u`` (modes 1 and 2), ``v`` (2 and 3) and ``z`` (1 and 3). A root ``x`` of the polynomial is the decay rate
of a solution. By the two-mode criterion a pair keeps its identity while it turns slower than half its gap.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Identity, Substitute
from ...statement import Kind, Statement
from ..notation import NOTATION
from ..relations import equal
from ..sources import project
from .rotating_kernel import PER_TIME

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
spare_1 = _s("spare_1", PER_TIME**2, "what the first half gap has to spare", r"\epsilon_1", positive=True)
spare_2 = _s("spare_2", PER_TIME**2, "what the second half gap has to spare", r"\epsilon_2", positive=True)


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
    content=(equal(_generator.det(method="berkowitz"), polynomial(x)),),
    source=project("section on 𝒜: three modes; determinant of x − (ηΛ + Ω)"),
    refuted_if="Eigenvalues of the 3 × 3 generator are no roots of it.",
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_generator.det(method="berkowitz"), polynomial(x)),
                    says="Expand the determinant.",
                ),
            ),
            scope="n = 3",
        ),
    ),
)
SPARE = Statement(
    id="A.three-spare",
    kind=Kind.ASSUMPTION,
    title="Turning slower than half the gap, for each group",
    says="The modes above and below each gap turn towards each other at a total rate (root of the sum of "
    "squares) below half of it; the two spare amounts are positive.",
    content=(equal(h_1**2, u**2 + z**2 + spare_1), equal(h_2**2, v**2 + z**2 + spare_2)),
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
                Identity(to=equal(_upper, _low_form), says="The polynomial at the upper midpoint."),
                Substitute(
                    using="A.three-spare", to=equal(_upper, -_loss), says="What the gap has to spare."
                ),
                Bound(to=sp.Lt(_upper, 0), certificate=_loss, says="All terms are positive."),
            ),
            scope="n = 3",
        ),
        Derivation(
            (
                Identity(to=equal(_lower, _high_form), says="The polynomial at the lower midpoint."),
                Substitute(
                    using="A.three-spare", part=1, to=equal(_lower, _gain), says="What the gap has to spare."
                ),
                Bound(to=sp.Gt(_lower, 0), certificate=_gain, says="All terms are positive."),
            ),
            part=1,
            scope="n = 3",
        ),
    ),
)

STATEMENTS = (
    POLYNOMIAL, SPARE, SUFFICIENT,
)  # fmt: skip
