"""Any number of modes that turn steadily: what rotation conserves, and how much of it real rates can bear.

Decay rates ``e_j`` without rotation and ``x_j`` with it: the eigenvalues of ηΛ and of ηΛ + Ω.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Identity, Rearrange, Rewrite, Substitute
from ...statement import Kind, Source, Statement
from ..notation import NOTATION, j
from ..relations import equal
from ..sources import project
from .rotating_kernel import PER_TIME, n

_s, _f = NOTATION.symbol, NOTATION.function

rate = _f("e_rate", PER_TIME, "decay rate of a mode without rotation", "e")
turned_rate = _f("x_rate", PER_TIME, "real decay rate of the turning modes", "x")
rotation = _s("Omega_F", PER_TIME, "Frobenius norm of Ω", r"\|\Omega\|_F", nonnegative=True)
centre = _s("m_rate", PER_TIME, "any rate from which the others are measured", "m")


def _all(expression: sp.Expr) -> sp.Expr:
    return sp.Sum(expression, (j, 1, n))


_e, _x = rate(j), turned_rate(j)
MOMENTS = Statement(
    id="A.rate-moments",
    kind=Kind.ASSUMPTION,
    title="Sum and sum of squares of the decay rates",
    says="The trace of ηΛ + Ω does not know the rotation, that of its square loses tr ΩᵀΩ: rotation "
    "conserves the sum of the decay rates, and lowers the sum of their squares by ‖Ω‖². (Of complex rates "
    "the first is said of the real parts. Here all rates are real.)",
    content=(equal(_all(_x), _all(_e)), equal(_all(_x**2), _all(_e**2) - rotation**2)),
    source=Source(
        "R. A. Horn, C. R. Johnson, Matrix Analysis", "sums of powers of eigenvalues are traces of powers"
    ),
)
_about, _about_rest = _all((_x - centre) ** 2), _all((_e - centre) ** 2)


def _sums(first: sp.Expr, second: sp.Expr) -> sp.Basic:
    return equal(_about, second - 2 * centre * first + n * centre**2)


BOUND = Statement(
    id="S5.rotation-bound",
    kind=Kind.THEOREM,
    title="How much rotation real rates can bear",
    says="Rotation draws real rates together: their squared distances from any rate lose ‖Ω‖². Beyond what "
    "there is to lose (least about the mean), some rates are complex, for any number of modes. For two modes "
    "this is w ≤ w_c.",
    content=(sp.Le(rotation**2, _about_rest),),
    source=project("section on 𝒜: a necessary condition for n modes"),
    refuted_if="A generator with real eigenvalues that violates it.",
    amends="S5.pairs-needed",
    repair="What a real spectrum bounds is the sum of the squared turning rates, and not each of them.",
    uses=("A.rate-moments",),
    derivations=(
        Derivation(
            (
                Identity(to=_sums(_all(_x), _all(_x**2)), says="Squared distances, multiplied out."),
                Substitute(
                    using="A.rate-moments", to=_sums(_all(_e), _all(_x**2)), says="The sum is conserved."
                ),
                Substitute(
                    using="A.rate-moments",
                    part=1,
                    to=_sums(_all(_e), _all(_e**2) - rotation**2),
                    says="The sum of squares loses the rotation.",
                ),
                Rewrite(to=equal(_about, _about_rest - rotation**2), says="Squared distances again."),
                Rearrange(to=equal(rotation**2, _about_rest - _about), says="Solve for the rotation."),
                Bound(
                    to=sp.Le(rotation**2, _about_rest), certificate=_about, says="Squares are not negative."
                ),
            )
        ),
    ),
)

STATEMENTS = (MOMENTS, BOUND)
