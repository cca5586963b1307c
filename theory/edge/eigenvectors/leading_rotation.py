"""W5 for the leading eigenvector: constant √2 with the gap of one matrix, for any size.

The old leading eigenvector v and the new one span a plane; w is the direction in it across v, so
that the new one is cos θ·v + sin θ·w. Only three entries of E are met there, and they must pay for
the gap.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Rearrange, Rewrite, Start, Substitute
from ...statement import Kind, Source, Statement
from ...units import THETA
from ..notation import NOTATION
from ..relations import equal
from ..sources import project
from ..window.hoffman_wielandt import change_norm, turn_cos, turn_sin
from .davis_kahan import gap_same

_s = NOTATION.symbol
_AREA = THETA**2

push_old = _s("push_old", _AREA, "entry of E: the old leading direction with itself", "e_{vv}")
push_cross = _s(
    "push_cross", _AREA, "entry of E: the old leading direction with the one it turns towards", "e_{vw}"
)
push_new = _s("push_new", _AREA, "entry of E: the direction turned towards, with itself", "e_{ww}")
top_level = _s("top_level", _AREA, "leading eigenvalue of the first matrix", r"\lambda_1")
below_gap = _s(
    "below_gap",
    _AREA,
    "by how much the direction turned towards lies below the gap",
    r"\mu",
    nonnegative=True,
)
won = _s("won", _AREA, "by how much the new leading eigenvector beats the old one", "q", nonnegative=True)
entries_left = _s("entries_left", _AREA**2, "squares of the other entries of E", r"\rho_E", nonnegative=True)


def _ge(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Ge(lhs, rhs, evaluate=False)


_plane = push_old**2 + 2 * push_cross**2 + push_new**2
_pull = turn_sin * (push_new - push_old) + 2 * turn_cos * push_cross
_mixed = (
    turn_cos**2 * (top_level + push_old)
    + turn_sin**2 * (top_level - gap_same - below_gap + push_new)
    + 2 * turn_cos * turn_sin * push_cross
)
PLANE = Statement(
    id="D.leading-plane",
    kind=Kind.DEFINITION,
    title="The plane of the old and the new leading eigenvector",
    says="The new leading eigenvector is a cosine of the old one and a sine of a direction across it. On "
    "that direction the first matrix is at most its second eigenvalue; on the new leading eigenvector the "
    "second matrix is at least what it is on the old one; and three entries of E lie in the plane.",
    content=(
        equal(_mixed, top_level + push_old + won),
        equal(change_norm**2, _plane + entries_left),
        equal(turn_cos**2, 1 - turn_sin**2),
    ),
    source=Source(
        "R. A. Horn and C. R. Johnson", "Matrix Analysis, variational characterisation of eigenvalues"
    ),
)
_needed = turn_sin * (gap_same + below_gap) + won / turn_sin
PULL = Statement(
    id="W5.pull",
    kind=Kind.THEOREM,
    title="What it takes to turn the leading eigenvector",
    says="The entries of E in the plane must outweigh the gap.",
    content=(equal(_pull, _needed),),
    source=project("step towards W5.leading"),
    hypotheses=(sp.Gt(turn_sin, 0, evaluate=False),),
    refuted_if="A step fails.",
    uses=("D.leading-plane",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.leading-plane",
                    to=equal(_mixed, top_level + push_old + won),
                    says="The second matrix on its own leading eigenvector.",
                ),
                Substitute(
                    using="D.leading-plane",
                    part=2,
                    to=equal(
                        (1 - turn_sin**2) * (top_level + push_old)
                        + turn_sin**2 * (top_level - gap_same - below_gap + push_new)
                        + 2 * turn_cos * turn_sin * push_cross,
                        top_level + push_old + won,
                    ),
                    says="It has length one.",
                ),
                Rearrange(times=1 / turn_sin, to=equal(_pull, _needed), says="Divide by the sine."),
            ),
        ),
    ),
)
_across = (
    2 * (turn_cos * push_old + turn_sin * push_cross) ** 2
    + turn_sin**2 * (push_old + push_new) ** 2
    + 2 * (turn_sin * push_cross - turn_cos * push_new) ** 2
    + 2 * entries_left
)
_surplus = turn_sin * below_gap + won / turn_sin
LEADING = Statement(
    id="W5.leading",
    kind=Kind.THEOREM,
    title="The bound with the gap of one matrix, leading eigenvector, any size",
    says="The sine of the angle by which the leading eigenvector turns is at most √2 times the Frobenius "
    "norm of E over the gap below it.",
    content=(_ge(2 * change_norm**2, gap_same**2 * turn_sin**2),),
    source=project("from the variational characterisation and the inequality of Cauchy and Schwarz"),
    hypotheses=(sp.Gt(turn_sin, 0, evaluate=False),),
    refuted_if="Two symmetric matrices break the bound.",
    uses=("D.leading-plane",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.leading-plane",
                    part=1,
                    to=equal(change_norm**2, _plane + entries_left),
                    says="Three entries of E lie in the plane.",
                ),
                Rearrange(
                    times=sp.Integer(2),
                    to=equal(2 * change_norm**2, 2 * _plane + 2 * entries_left),
                    says="Twice that.",
                ),
                Substitute(
                    using="D.leading-plane",
                    part=2,
                    to=equal(2 * change_norm**2, 2 * (turn_cos**2 + turn_sin**2) * _plane + 2 * entries_left),
                    says="Bring in cos² + sin² = 1.",
                ),
                Rewrite(to=equal(2 * change_norm**2, _pull**2 + _across), says="Lagrange's identity."),
                Substitute(
                    using="W5.pull",
                    to=equal(2 * change_norm**2, _needed**2 + _across),
                    says="They outweigh the gap.",
                ),
                Bound(
                    certificate=2 * turn_sin * gap_same * _surplus + _surplus**2 + _across,
                    to=_ge(2 * change_norm**2, gap_same**2 * turn_sin**2),
                    says="All else adds to it.",
                ),
            ),
        ),
    ),
)

STATEMENTS = (PLANE, PULL, LEADING)
